"""Formats: files of passages and codings, read and written; published data sets."""

from stance.formats._codings import CodingWriter, read_codings
from stance.formats._download import download
from stance.formats._sources import (
    Source,
    Stored,
    read_source,
    renew_hashes,
    sources,
    store_source,
)
from stance.formats._texts import count_texts, read_table, read_texts

__all__ = [
    "CodingWriter",
    "Source",
    "Stored",
    "count_texts",
    "download",
    "read_codings",
    "read_source",
    "read_table",
    "read_texts",
    "renew_hashes",
    "sources",
    "store_source",
]
