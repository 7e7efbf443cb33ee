"""The UN General Debate Corpus (Jankin, Baturo and Dasandi; CC0), as published on Dataverse.

Text files ``TXT/Session NN - YYYY/ISO_NN_YYYY.txt``. Read: the text, session, year and state. Lost:
nothing but the speakers' posts, which are in a table of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from stance.corpus import Document, clean_text, decode

_NAME = re.compile(r"([A-Z]{2,3})_(\d{2})_(\d{4})\.txt\Z")
_MARKDOWN_SINCE = 2023


def parse_ungdc(name: PurePosixPath, raw: bytes) -> Iterator[tuple[Document, str]]:
    """The speech of one file with its cleaned text; none if the name is not that of a speech."""
    match = _NAME.match(name.name)
    if match is None:
        return
    state, session, year = match.groups()
    text = clean_text(decode(raw), markdown=int(year) >= _MARKDOWN_SINCE)
    if text:
        document = Document(
            id=f"{state}_{session}_{year}",
            lang="en",
            date=year,
            source="UN General Debate Corpus",
            actor=state,
            meta={"session": session, "genre": "speech"},
        )
        yield document, text
