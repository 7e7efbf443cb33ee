"""MasakhaNEWS (Adelani et al. 2023): news about Africa, tab separated, one article a row.

Columns category, headline, text, url. Read: all of them. The whole article is one field, with
teasers of other articles inside; the date is not given and stands as the years of collection.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator
from pathlib import Path

from stance._faults import Fault, InputError
from stance.corpus import Document, clean_text, open_input

_COLUMNS = {"category", "headline", "text", "url"}
_LANGUAGES = {"eng": "en", "fra": "fr"}


def read_masakhanews(path: Path) -> Iterator[tuple[Document, str]]:
    """Articles of one file (``…/fra/test.tsv``) with their cleaned text, in file order.

    Raises
    ------
    InputError
        If the columns are not those of the data set.
    """
    csv.field_size_limit(1_000_000)
    with open_input(path) as raw:
        lines = (line.decode("utf-8-sig") for line in raw)
        rows = csv.DictReader(lines, delimiter="\t")
        if set(rows.fieldnames or ()) != _COLUMNS:
            found = "columns " + ", ".join(rows.fieldnames or ())
            raise InputError(Fault("", found, ", ".join(sorted(_COLUMNS)), file=str(path), line=1))
        lang = _LANGUAGES.get(path.parent.name, path.parent.name[:2])
        for row in rows:
            key = hashlib.sha256(row["url"].encode()).hexdigest()[:10]
            yield (
                Document(
                    id=f"mn{key}",
                    lang=lang,
                    date="2021",
                    source="MasakhaNEWS (BBC)",
                    url=row["url"],
                    title=row["headline"],
                    meta={"category": row["category"], "genre": "news report"},
                ),
                clean_text(row["text"]),
            )
