"""x-stance (Vamvas and Sennrich 2020): comments on questions, in German, French and Italian.

``train.jsonl``, ``valid.jsonl``, ``test.jsonl``; one comment a line with question, id, language,
comment and label (FAVOR or AGAINST). CC BY-NC: fetched by the user. The question is the target.
"""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl

from stance._faults import Fault, InputError
from stance.formats._pairs import STANCES, pairs

_SETS = {"train": "train", "valid": "development", "test": "test"}


def read_xstance(folder: Path) -> pl.DataFrame:
    """Comments with their question and stance.

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
    for part, where in _SETS.items():
        file = folder / f"{part}.jsonl"
        if not file.is_file():
            raise InputError(Fault("", "no such file", "the published file", file=str(file)))
        for number, line in enumerate(file.read_text("utf-8").splitlines(), 1):
            try:
                row = json.loads(line)
                question, lang, stance = row["question"], row["language"], row["label"]
                if stance not in STANCES:
                    raise KeyError(stance)
                rows.append((where, question, lang, str(row["id"]), row["comment"], stance))
            except (json.JSONDecodeError, KeyError, TypeError) as error:
                expected = "question, language, id, comment and label"
                raise InputError(
                    Fault("", repr(line[:60]), expected, file=str(file), line=number)
                ) from error
    return pairs(rows, folder, set(_SETS.values()))
