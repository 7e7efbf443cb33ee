"""Result tables on disk: what CSV can hold, to as many digits as another machine agrees on."""

from __future__ import annotations

import polars as pl


def rounded(table: pl.DataFrame, digits: int = 6) -> pl.DataFrame:
    """Numbers to significant digits: another processor differs in the fifteenth."""
    return table.with_columns(pl.col(pl.Float64).round_sig_figs(digits))


def flat(table: pl.DataFrame) -> pl.DataFrame:
    """Without the columns that CSV cannot hold."""
    return table.select(c for c, kind in table.schema.items() if not kind.is_nested())
