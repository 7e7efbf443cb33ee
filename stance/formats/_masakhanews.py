"""MasakhaNEWS (Adelani et al. 2023): news about Africa, tab separated, one article a row.

``{fra,eng}/{dev,test,train}.tsv`` with the columns category, headline, text and, but in the
few-shot samples, url. Read: all of them. The whole article is one field, with teasers of other
articles inside; the date is not given and stands as the years of collection. A few articles are in
two files: an id is made of the headline and the first words, and an article is read once.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import PurePosixPath

from stance._faults import Fault, InputError
from stance.corpus import Document, clean_text, decode, words_key

_COLUMNS = {"category", "headline", "text"}
_OPENING = 200
_LANGUAGES = {"eng": "en", "fra": "fr"}


def parse_masakhanews(name: PurePosixPath, raw: bytes) -> Iterator[tuple[Document, str]]:
    """The articles of one file with their cleaned text, in file order.

    Files of other languages than French and English give none.

    Raises
    ------
    InputError
        If the columns are not those of the data set.
    """
    lang = _LANGUAGES.get(name.parent.name)
    if lang is None:
        return
    csv.field_size_limit(1_000_000)
    rows = csv.DictReader(io.StringIO(decode(raw), newline=""), delimiter="\t")
    if not set(rows.fieldnames or ()) >= _COLUMNS:
        found = "columns " + ", ".join(rows.fieldnames or ())
        raise InputError(Fault("", found, ", ".join(sorted(_COLUMNS)), file=str(name), line=1))
    for row in rows:
        key = words_key(row["headline"] + row["text"][:_OPENING])
        document = Document(
            id=f"mn{key}",
            lang=lang,
            date="2021",
            source="MasakhaNEWS (BBC)",
            url=row.get("url"),
            title=row["headline"],
            meta={"category": row["category"], "genre": "news report"},
        )
        yield document, clean_text(row["text"])
