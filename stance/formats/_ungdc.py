"""The UN General Debate Corpus (Jankin, Baturo and Dasandi; CC0), as published on Dataverse.

Text files ``TXT/Session NN - YYYY/ISO_NN_YYYY.txt``, in a folder or a tar archive. Read: the text,
session, year and state. Lost: nothing but the speakers' posts, which are in a table of their own.
"""

from __future__ import annotations

import re
import tarfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from stance._faults import Fault, InputError
from stance.corpus import Document, clean_text, decode

_NAME = re.compile(r"([A-Z]{2,3})_(\d{2})_(\d{4})\.txt\Z")
_LARGEST = 2_000_000
_MARKDOWN_SINCE = 2023


def read_ungdc(path: Path) -> Iterator[tuple[Document, str]]:
    """Speeches with their cleaned text, in the order of their ids.

    Files whose name is not that of a speech (AppleDouble ``._*`` files and other strays) are
    passed over.

    Raises
    ------
    InputError
        If `path` holds no speech, or a member of more than 2 MB.
    """
    empty = True
    for name, raw in sorted(_files(path)):
        match = _NAME.match(PurePosixPath(name).name)
        assert match is not None
        state, session, year = match.groups()
        text = clean_text(decode(raw), markdown=int(year) >= _MARKDOWN_SINCE)
        if not text:
            continue
        empty = False
        document = Document(
            id=f"{state}_{session}_{year}",
            lang="en",
            date=year,
            source="UN General Debate Corpus",
            actor="EU" if state == "EU" else state,
            meta={"session": session},
        )
        yield document, text
    if empty:
        expected = "speeches named ISO_NN_YYYY.txt, in a folder or tar archive"
        raise InputError(Fault("", "no speech", expected, file=str(path)))


def _files(path: Path) -> Iterator[tuple[str, bytes]]:
    if path.is_dir():
        for file in path.rglob("*.txt"):
            if _NAME.match(file.name):
                yield file.name, file.read_bytes()
        return
    try:
        yield from _members(path)
    except (OSError, tarfile.TarError) as error:
        fault = Fault("", str(error), "a folder or a tar archive", file=str(path))
        raise InputError(fault) from error


def _members(path: Path) -> Iterator[tuple[str, bytes]]:
    with tarfile.open(path) as archive:
        for member in archive:
            name = PurePosixPath(member.name).name
            if not member.isfile() or not _NAME.match(name):
                continue
            if member.size > _LARGEST:
                found = f"{member.size} bytes in {member.name}"
                raise InputError(Fault("", found, f"at most {_LARGEST}", file=str(path)))
            stream = archive.extractfile(member)
            assert stream is not None
            yield name, stream.read()
