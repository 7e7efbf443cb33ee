"""SemEval-2016 task 6 A (Mohammad et al. 2016): stance of tweets towards five targets.

``XX.train.txt`` and ``XX.test.txt``, XX a target, tab separated, Latin-1: ID, Target, Tweet,
Stance, with or without a head line. Read: all of it; the mark #SemST, which says nothing, is cut.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from stance._faults import Fault, InputError
from stance.formats._pairs import STANCES, pairs

_SETS = {"train": "train", "test": "test"}


def read_semeval2016(folder: Path) -> pl.DataFrame:
    """Tweets with target and stance.

    Returns
    -------
    DataFrame
        ``set, target, lang, id, text, stance``; sets train and test.

    Raises
    ------
    InputError
        If files are missing or a line is not of the format.
    """
    rows = []
    for file in sorted(folder.glob("*.t*.txt")):
        where = _SETS.get(file.name.split(".")[1])
        for number, line in enumerate(file.read_text("latin-1").split("\n"), 1):
            fields = line.rstrip("\r").split("\t")
            if where is None or fields in ([""], ["ID", "Target", "Tweet", "Stance"]):
                continue
            if len(fields) != 4 or fields[3] not in STANCES:
                expected = "ID, target, tweet and stance, tab separated"
                raise InputError(Fault("", repr(line[:60]), expected, file=str(file), line=number))
            key, target, text, stance = fields
            rows.append((where, target, "en", key, text.replace("#SemST", "").strip(), stance))
    return pairs(rows, folder, {"train", "test"})
