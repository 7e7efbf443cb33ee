"""Formats: files of passages and codings, read and written."""

from stance.formats._codings import CodingWriter, read_codings
from stance.formats._lafand import read_lafand
from stance.formats._masakhanews import read_masakhanews
from stance.formats._presidentielles import read_presidentielles
from stance.formats._texts import count_texts, read_table, read_texts
from stance.formats._ungdc import read_ungdc

__all__ = [
    "CodingWriter",
    "count_texts",
    "read_codings",
    "read_lafand",
    "read_masakhanews",
    "read_presidentielles",
    "read_table",
    "read_texts",
    "read_ungdc",
]
