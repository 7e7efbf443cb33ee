"""Files of a published data set: a folder, a tar archive or a zip, read without unpacking."""

from __future__ import annotations

import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from stance._faults import Fault, InputError

LARGEST = 50_000_000
"""Bytes of one member. Nothing that is read here is larger."""


def members(path: Path, suffix: str) -> Iterator[tuple[PurePosixPath, bytes]]:
    """Name and content of every file whose name ends in `suffix`, in the order of the names.

    A folder that holds an archive and no such file stands for the archive. AppleDouble files
    (``._name``) are passed over. Nothing is written to disk, so that no path of
    an archive can leave its folder; names that try are an error all the same.

    Raises
    ------
    InputError
        If `path` is not there, is no folder or archive, holds a member that is too large or whose
        name points outside.
    """
    if not path.exists():
        raise InputError(Fault("", "nothing there", "a folder or an archive", file=str(path)))
    if path.is_dir():
        archive = _only_archive(path, suffix)
        source = _folder(path, suffix) if archive is None else members(archive, suffix)
    elif zipfile.is_zipfile(path):
        source = _zip(path, suffix)
    elif tarfile.is_tarfile(path):
        source = _tar(path, suffix)
    else:
        raise InputError(Fault("", "another file", "a folder, tar or zip archive", file=str(path)))
    yield from source


def _only_archive(folder: Path, suffix: str) -> Path | None:
    """The archive in a folder that holds one and no file of the data set beside it."""
    if next(folder.rglob(f"*{suffix}"), None) is not None:
        return None
    found = [f for f in sorted(folder.iterdir()) if f.is_file() and _is_archive(f)]
    return found[0] if len(found) == 1 else None


def _is_archive(path: Path) -> bool:
    """Whether a file is an archive by its name; an Excel workbook, a zip too, is not."""
    return path.name.endswith((".zip", ".tar", ".tgz", ".tar.gz", ".tar.xz", ".tar.bz2"))


def _wanted(name: str, suffix: str) -> bool:
    last = PurePosixPath(name).name
    return last.endswith(suffix) and not last.startswith("._")


def _checked(name: str, size: int, path: Path) -> PurePosixPath:
    pure = PurePosixPath(name)
    if pure.is_absolute() or ".." in pure.parts:
        raise InputError(
            Fault("", f"the member {name!r}", "a name inside the archive", file=str(path))
        )
    if size > LARGEST:
        found = f"{size} bytes in {name}"
        raise InputError(Fault("", found, f"at most {LARGEST}", file=str(path)))
    return pure


def _folder(path: Path, suffix: str) -> Iterator[tuple[PurePosixPath, bytes]]:
    for file in sorted(path.rglob(f"*{suffix}")):
        name = file.relative_to(path).as_posix()
        if file.is_file() and _wanted(name, suffix):
            yield _checked(name, file.stat().st_size, path), file.read_bytes()


def _zip(path: Path, suffix: str) -> Iterator[tuple[PurePosixPath, bytes]]:
    with zipfile.ZipFile(path) as archive:
        for info in sorted(archive.infolist(), key=lambda info: info.filename):
            if not info.is_dir() and _wanted(info.filename, suffix):
                yield _checked(info.filename, info.file_size, path), archive.read(info)


def _tar(path: Path, suffix: str) -> Iterator[tuple[PurePosixPath, bytes]]:
    # A compressed tar can only be read front to back: contents are kept, then given in order.
    found: dict[PurePosixPath, bytes] = {}
    with tarfile.open(path) as archive:
        for member in archive:
            if member.isfile() and _wanted(member.name, suffix):
                name = _checked(member.name, member.size, path)
                stream = archive.extractfile(member)
                assert stream is not None
                found[name] = stream.read()
    yield from sorted(found.items())
