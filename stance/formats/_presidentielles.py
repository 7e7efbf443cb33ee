"""Programmes of the French presidential election of 2017 (repository presidentielles2017, MIT).

``projets/<candidate>.csv`` with the columns proposition, source. Read: a programme as a document, a
proposition as a paragraph. Lost: the page of each proposition.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import PurePosixPath

from stance._faults import Fault, InputError
from stance.corpus import Document, clean_text, decode


def parse_presidentielles(name: PurePosixPath, raw: bytes) -> Iterator[tuple[Document, str]]:
    """The programme of one file with its cleaned text.

    Raises
    ------
    InputError
        If the table has no column proposition.
    """
    rows = csv.DictReader(io.StringIO(decode(raw), newline=""))
    if rows.fieldnames is None or "proposition" not in rows.fieldnames:
        found = "columns " + ", ".join(rows.fieldnames or ())
        raise InputError(Fault("", found, "proposition, source", file=str(name), line=1))
    document = Document(
        id=f"pr17-{name.stem}",
        lang="fr",
        date="2017",
        source="presidentielles2017",
        speaker=name.stem.replace("_", " ").title(),
        actor="FRA",
        meta={"genre": "programme"},
    )
    propositions = (" ".join(row["proposition"].split()) for row in rows)
    yield document, clean_text("\n\n".join(p for p in propositions if p))
