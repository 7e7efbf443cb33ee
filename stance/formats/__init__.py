"""Formats: files of passages and codings, read and written; published data sets."""

from stance.formats._article import read_article
from stance.formats._cic import read_cic
from stance.formats._codings import CodingWriter, coding_text, read_codings
from stance.formats._download import download
from stance.formats._pairs import PAIRS, STANCES
from stance.formats._semeval2016 import read_semeval2016
from stance.formats._sources import (
    Source,
    Stored,
    read_source,
    renew_hashes,
    sources,
    store_source,
)
from stance.formats._texts import count_texts, read_table, read_texts
from stance.formats._xstance import read_xstance

__all__ = [
    "PAIRS",
    "STANCES",
    "CodingWriter",
    "Source",
    "Stored",
    "coding_text",
    "count_texts",
    "download",
    "read_article",
    "read_cic",
    "read_codings",
    "read_semeval2016",
    "read_source",
    "read_table",
    "read_texts",
    "read_xstance",
    "renew_hashes",
    "sources",
    "store_source",
]
