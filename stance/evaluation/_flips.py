"""What a reader codes otherwise when the words stay and the names change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl
from scipy.stats import binomtest

from stance.codebook import Codebook

FLIPS = {
    "variant": pl.String,
    "code": pl.String,
    "flips": pl.Int64,
    "n": pl.Int64,
    "estimate": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "gold": pl.Int64,
}


def flips(
    recodings: Iterable[Mapping[str, Any]],
    gold: pl.DataFrame,
    codebook: Codebook,
    by: str | None = None,
    level: float = 0.95,
) -> pl.DataFrame:
    """How often a code is added or dropped when a passage is coded again.

    Parameters
    ----------
    recodings : iterable of mapping
        With ``passage, variant, stance, frames``: codings of altered passages.
    gold : DataFrame
        Codings of the passages as they are, with the column `by`.
    by : str, optional
        A column that makes groups.

    Returns
    -------
    DataFrame
        ``<by>, variant, code, flips, n, estimate, low, high, gold``: per target, per stance of
        a target that both see ("target:stance"), and per frame the flips among `n` passages,
        their share with its Wilson interval (Wilson 1927), and how many carry the code in gold.

    Raises
    ------
    ValueError
        If a passage has no gold.
    """
    truth = {row["passage"]: row for row in gold.iter_rows(named=True)}
    counts: dict[tuple[Any, ...], list[int]] = {}
    for again in recodings:
        row = truth.get(again["passage"])
        if row is None:
            raise ValueError(f"found no gold of passage {again['passage']!r}; expected one of each")
        group = () if by is None else (row[by],)
        for code, was, now in _codes(row, again, codebook):
            cell = counts.setdefault((*group, again["variant"], code), [0, 0, 0])
            cell[0] += was != now
            cell[1] += 1
            cell[2] += was is not False
    rows = []
    for key, (changed, n, given) in sorted(counts.items()):
        interval = binomtest(changed, n).proportion_ci(level, method="wilson")
        rows.append((*key, changed, n, changed / n, interval.low, interval.high, given))
    schema: dict[str, Any] = ({} if by is None else {by: gold.schema[by]}) | FLIPS
    return pl.DataFrame(rows, schema=schema, orient="row")


def _codes(
    row: Mapping[str, Any], again: Mapping[str, Any], codebook: Codebook
) -> Iterable[tuple[str, Any, Any]]:
    """Each code with what it was and what it is now."""
    for target in codebook.target_codes:
        was, now = row[target], again["stance"].get(target)
        yield target, was is not None, now is not None
        if was is not None and now is not None:
            yield f"{target}:stance", was, now
    for frame in codebook.frame_codes:
        yield frame, bool(row[frame]), frame in again["frames"]
