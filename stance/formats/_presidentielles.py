"""Programmes of the French presidential election of 2017 (repository presidentielles2017, MIT).

``projets/<candidate>.csv`` with the columns proposition, source. Read: a programme as a document, a
proposition as a paragraph. Lost: the page of each proposition.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from stance._faults import Fault, InputError
from stance.corpus import Document, clean_text, decode
from stance.formats._archive import members


def read_presidentielles(path: Path) -> Iterator[tuple[Document, str]]:
    """Programmes with their cleaned text, by candidate.

    Raises
    ------
    InputError
        If `path` holds no such table.
    """
    empty = True
    for name, raw in members(path, ".csv"):
        rows = csv.DictReader(io.StringIO(decode(raw), newline=""))
        if rows.fieldnames is None or "proposition" not in rows.fieldnames:
            found = "columns " + ", ".join(rows.fieldnames or ())
            raise InputError(Fault("", found, "proposition, source", file=f"{path}/{name}", line=1))
        empty = False
        speaker = name.stem.replace("_", " ").title()
        document = Document(
            id=f"pr17-{name.stem}",
            lang="fr",
            date="2017",
            source="presidentielles2017",
            speaker=speaker,
            actor="FRA",
            meta={"genre": "programme"},
        )
        propositions = (" ".join(row["proposition"].split()) for row in rows)
        yield document, clean_text("\n\n".join(p for p in propositions if p))
    if empty:
        raise InputError(Fault("", "no table", "projets/<candidate>.csv", file=str(path)))
