"""Benchmarks of stance detection: pairs of a text and a target with the stance between them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl

from stance._faults import Fault, InputError

STANCES = ("FAVOR", "AGAINST", "NONE")
"""As the benchmarks call them; the first two take a side."""

PAIRS: dict[str, Any] = {
    "set": pl.String,
    "target": pl.String,
    "lang": pl.String,
    "id": pl.String,
    "text": pl.String,
    "stance": pl.Enum(STANCES),
}


def pairs(rows: Sequence[tuple[str, ...]], folder: Path, sets: set[str]) -> pl.DataFrame:
    """Rows as a table.

    Raises
    ------
    InputError
        If one of the `sets` has no row.
    """
    table = pl.DataFrame(list(rows), schema=PAIRS, orient="row")
    if missing := sets - set(table["set"]):
        found = f"no passages of {', '.join(sorted(missing))}"
        raise InputError(Fault("", found, "the published files", file=str(folder)))
    return table
