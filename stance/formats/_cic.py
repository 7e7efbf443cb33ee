"""Catalonia Independence Corpus, 2020 edition (Zotova et al. 2020): tweets in Spanish and Catalan.

``{spanish,catalan}_{train,val,test}.csv``, tab separated: id_str, TWEET, LABEL. Labels were drawn
from users' leanings, not read from the tweets. Read: all of it.
"""

from __future__ import annotations

import csv
from pathlib import Path

import polars as pl

from stance._faults import Fault, InputError
from stance.formats._pairs import STANCES, pairs

_LANGUAGES = {"spanish": "es", "catalan": "ca"}
_SETS = {"train": "train", "val": "development", "test": "test"}
_TARGET = "independence of Catalonia"


def read_cic(folder: Path) -> pl.DataFrame:
    """Tweets with stance towards the independence of Catalonia.

    Returns
    -------
    DataFrame
        ``set, target, lang, id, text, stance``; sets train, development and test.

    Raises
    ------
    InputError
        If files are missing or a line is not of the format.
    """
    rows = []
    for name, lang in _LANGUAGES.items():
        for part, where in _SETS.items():
            file = folder / f"{name}_{part}.csv"
            if not file.is_file():
                raise InputError(Fault("", "no such file", "the published file", file=str(file)))
            with file.open(encoding="utf-8-sig", newline="") as stream:
                reader = csv.DictReader(stream, delimiter="\t")
                for row in reader:
                    if row.get("LABEL") not in STANCES or not row.get("TWEET"):
                        found, expected = repr(row)[:60], "id_str, TWEET and LABEL, tab separated"
                        line = reader.line_num
                        raise InputError(Fault("", found, expected, file=str(file), line=line))
                    rows.append((where, _TARGET, lang, row["id_str"], row["TWEET"], row["LABEL"]))
    return pairs(rows, folder, set(_SETS.values()))
