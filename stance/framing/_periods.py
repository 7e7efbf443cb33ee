"""Years as periods."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import polars as pl


def periods(starts: Sequence[int], year: str = "year") -> pl.Expr:
    """The period of each year as text, ``1960–1979``.

    Parameters
    ----------
    starts : sequence of int
        First years of the periods, and the year after the last period.

    Returns
    -------
    expression
        Null for a year outside all periods.
    """
    period = pl.lit(None, dtype=pl.String)
    for first, following in pairwise(starts):
        inside = pl.col(year).is_between(first, following - 1)
        period = pl.when(inside).then(pl.lit(f"{first}–{following - 1}")).otherwise(period)
    return period
