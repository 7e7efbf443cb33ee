"""Where the package's data lie, in a checkout and in an installed wheel."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import platformdirs

_PACKAGE = Path(__file__).parent


def data_folder() -> Path:
    """The folder of the corpora and of the codebook.

    A checkout comes first: an editable installation may leave an old copy of the data
    beside the package.
    """
    checkout = _PACKAGE.parent / "corpora"
    return checkout if (checkout / "codebook.toml").is_file() else _PACKAGE / "_data"


def cache_folder() -> Path:
    """The user's cache folder, or ``STANCE_CACHE`` where that is set."""
    chosen = os.environ.get("STANCE_CACHE")
    return Path(chosen) if chosen else Path(platformdirs.user_cache_dir("stance"))


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A temporary path beside `path` that takes its place when the block ends well.

    An error or an interruption inside the block leaves `path` as it was.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.stem}-", suffix=path.suffix, dir=path.parent)
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        temporary.chmod(0o666 & ~_umask())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
