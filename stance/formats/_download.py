"""Data sets downloaded from where they are published, checked against their hashes."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pooch
import requests

from stance._faults import Fault, InputError
from stance.formats._sources import sources

Tick = Callable[[int, int], None]

_ATTEMPTS = 4
_TIMEOUT = 60
_ARCHIVES = (".tar.xz", ".tar.gz", ".tgz", ".zip")


def download(name: str, folder: Path, *, tick: Tick = lambda done, of: None) -> Path:
    """Download a data set; what is there already with the right hash is not fetched again.

    A data set with a DOI is looked up on its Dataverse, whose answer holds the names and hashes of
    the files; the archive among them is fetched. Other data sets are fetched file by file. A broken
    download is tried again from where it stopped.

    Parameters
    ----------
    name : str
        One of `sources`.
    folder : Path
        Where the files are kept.
    tick : callable
        Called with the bytes done and all bytes of a file.

    Returns
    -------
    Path
        What `read_source` reads: the archive, or `folder`.

    Raises
    ------
    InputError
        If the place does not answer, has no archive, or gives other bytes than were promised.
    """
    source = sources()[name]
    pooch.get_logger().setLevel("WARNING")
    try:
        if source.doi is not None:
            return _from_dataverse(source.doi, folder, tick)
        place = pooch.create(folder, source.base, registry=_sha256(source.files))
        for file in source.files:
            place.fetch(file, downloader=Resuming(tick))
    except (requests.RequestException, ValueError) as error:
        remedy = "Try again, or get the files yourself and pass them with --from."
        address = f"doi:{source.doi}" if source.doi else str(source.base)
        raise InputError(
            Fault("", f"{type(error).__name__}: {error}", "the data set", remedy, file=address)
        ) from error
    return folder


def _sha256(files: dict[str, str]) -> dict[str, str]:
    return {file: f"sha256:{digest}" for file, digest in files.items()}


def _from_dataverse(doi: str, folder: Path, tick: Tick) -> Path:
    place = pooch.create(folder, f"doi:{doi}/")
    place.load_registry_from_doi()
    archives = sorted(f for f in place.registry if f.endswith(_ARCHIVES))
    if not archives:
        found = "the files " + ", ".join(sorted(place.registry))
        raise InputError(Fault("", found, "an archive", file=f"doi:{doi}"))
    resuming = Resuming(tick)

    def fetch(url: str, output_file: str, pooch_: Any) -> None:
        repository = pooch.downloaders.doi_to_repository(doi)
        direct = repository.download_url(url.rsplit("/", 1)[-1])
        resuming(direct, output_file, pooch_)

    return Path(place.fetch(archives[-1], downloader=fetch))


class Resuming:
    """A downloader for pooch that goes on from where a broken download stopped.

    Parameters
    ----------
    tick : callable
        Called with the bytes done and all bytes (0 where the server does not say).
    """

    def __init__(self, tick: Tick = lambda done, of: None) -> None:
        self.tick = tick

    def __call__(self, url: str, output_file: str, place: Any) -> None:
        """Fetch `url` to `output_file`; called by pooch."""
        partial = Path(place.abspath) / f"{hashlib.sha256(url.encode()).hexdigest()[:16]}.part"
        partial.parent.mkdir(parents=True, exist_ok=True)
        for attempt in range(_ATTEMPTS):
            try:
                self._go_on(url, partial)
                break
            except requests.RequestException:
                if attempt == _ATTEMPTS - 1:
                    raise
        shutil.move(partial, output_file)

    def _go_on(self, url: str, partial: Path) -> None:
        start = partial.stat().st_size if partial.exists() else 0
        headers = {"Range": f"bytes={start}-"} if start else {}
        with requests.get(url, headers=headers, stream=True, timeout=_TIMEOUT) as answer:
            if answer.status_code == requests.codes.requested_range_not_satisfiable:
                partial.unlink()
                raise requests.ConnectionError("the server has less than was fetched before")
            answer.raise_for_status()
            if answer.status_code != requests.codes.partial_content:
                start = 0
            total = start + int(answer.headers.get("Content-Length", 0))
            with partial.open("ab" if start else "wb") as file:
                for block in answer.iter_content(1 << 16):
                    start += file.write(block)
                    self.tick(start, total)
            if total and start < total:
                raise requests.ConnectionError(f"{start} of {total} bytes came")
