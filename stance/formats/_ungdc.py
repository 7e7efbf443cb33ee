"""The UN General Debate Corpus (Jankin, Baturo and Dasandi; CC0), as published on Dataverse.

Text files ``TXT/Session NN - YYYY/ISO_NN_YYYY.txt``. Read: the text, session, year and state. Lost:
nothing but the speakers' posts, which are in a table of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from stance._faults import Fault, InputError
from stance.corpus import Document, clean_text, decode
from stance.formats._archive import members

_NAME = re.compile(r"([A-Z]{2,3})_(\d{2})_(\d{4})\.txt\Z")
_MARKDOWN_SINCE = 2023


def read_ungdc(path: Path) -> Iterator[tuple[Document, str]]:
    """Speeches with their cleaned text, session by session.

    Parameters
    ----------
    path : Path
        The folder or archive as published; files whose name is not that of a speech are passed
        over.

    Raises
    ------
    InputError
        If `path` holds no speech.
    """
    empty = True
    for name, raw in members(path, ".txt"):
        match = _NAME.match(name.name)
        if match is None:
            continue
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
            actor=state,
            meta={"session": session},
        )
        yield document, text
    if empty:
        expected = "speeches named ISO_NN_YYYY.txt"
        raise InputError(Fault("", "no speech", expected, file=str(path)))
