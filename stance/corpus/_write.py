"""Writing a corpus: its records, and the description that seals them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import tomli_w

from stance._paths import replacing
from stance.corpus._jsonlines import write_records
from stance.corpus._load import FILES
from stance.corpus._records import Coding, Document, Passage


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
