"""Writing a corpus: its records, and the description that seals them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

import polars as pl
import tomli_w
from pydantic import BaseModel

from stance._faults import Fault
from stance._paths import replacing
from stance.corpus._jsonlines import read_records, write_records
from stance.corpus._load import FILES, Corpus
from stance.corpus._records import Coding, Document, Passage, text_hash

R = TypeVar("R", bound=BaseModel)


def write_corpus(
    folder: Path,
    documents: Iterable[Document],
    passages: Iterable[Passage],
    codings: Iterable[Coding],
    about: Mapping[str, Any],
) -> None:
    """Write a corpus to a folder; ``corpus.toml`` gets the hash of every file.

    Parameters
    ----------
    about : mapping
        name, version, licence and whatever else ``corpus.toml`` says.
    """
    for name, records in zip(FILES, (documents, passages, codings), strict=True):
        write_records(folder / name, records)
    seal_corpus(folder, about)


def seal_corpus(folder: Path, about: Mapping[str, Any]) -> None:
    """Write ``corpus.toml`` with the SHA-256 of the corpus's files as they are."""
    hashes = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in FILES}
    content = {key: value for key, value in about.items() if key != "sha256"} | {"sha256": hashes}
    with replacing(folder / "corpus.toml") as temporary:
        temporary.write_bytes(tomli_w.dumps(content, multiline_strings=True).encode())


def write_hydrated(corpus: Corpus, passages: pl.DataFrame, folder: Path) -> None:
    """Write a corpus that is held without its text, with the text that `hydrate` has found.

    Parameters
    ----------
    corpus : Corpus
    passages : DataFrame
        As `hydrate` returns it; passages without text are left out with their codings.
    folder : Path
    """
    found = passages.filter(pl.col("text").is_not_null())
    order = {document: i for i, document in enumerate(corpus.documents["document"])}
    rows = sorted(found.iter_rows(named=True), key=lambda r: (order[r["document"]], r["start"]))
    kept = {row["passage"] for row in rows}
    fields = set(Passage.model_fields) - {"id", "sha256"}
    write_corpus(
        folder,
        _records(corpus.folder / "documents.jsonl", Document),
        (
            Passage(
                id=row["passage"],
                sha256=text_hash(row["text"]),
                **{key: row[key] for key in fields if key in row},
            )
            for row in rows
        ),
        (c for c in _records(corpus.folder / "codings.jsonl", Coding) if c.passage in kept),
        corpus.about,
    )


def _records(file: Path, model: type[R]) -> Iterator[R]:
    """The records of a file that has been read without fault before."""
    return (record for _, record in read_records(file, model) if not isinstance(record, Fault))
