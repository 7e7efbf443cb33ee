"""How much better one reader finds what the other finds, in one group than in another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl

from stance._resampling import Floats, bootstrap_weights, percentile_interval
from stance.codebook import Codebook, load_codebook
from stance.framing._codes import indicator
from stance.framing._contrast import Pairs, drawn_sums, numbered, sides_of

READERS = {
    "code": pl.String,
    "rate": pl.String,
    "estimate": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "level": pl.Float64,
    "share": pl.Float64,
    "share_other": pl.Float64,
    "agreed": pl.Int64,
    "disagreed": pl.Int64,
    "agreed_other": pl.Int64,
    "disagreed_other": pl.Int64,
}


def reader_contrasts(
    a: pl.DataFrame,
    b: pl.DataFrame,
    by: str,
    pairs: Pairs,
    *,
    codes: Sequence[str],
    cluster: str = "document",
    codebook: Codebook | None = None,
    level: float = 0.95,
    resamples: int = 2000,
    seed: int = 0,
) -> pl.DataFrame:
    """Differences between groups in how well one reader finds what another finds.

    They stand beside the tipping points of `contrasts`, so that these can be judged.

    Parameters
    ----------
    a, b : DataFrame
        Two readers' codings. Passages that both read are used, weighted by the inverse of the
        column ``probability`` of `a` where there is one (null: sought out, not used); `a` has the
        columns `by` and `cluster`, too.
    by, pairs, codes, cluster
        As for `contrasts`.
    codebook, level, resamples, seed
        As for `contrasts`.

    Returns
    -------
    DataFrame
        Two rows a pair and code, with ``rate`` sensitivity and specificity: of one reader with the
        other as truth, the mean over both roles. ``<by>, other, code, rate``; the group's rate
        minus the other's with its interval, ``estimate, low, high, level``; both rates, ``share,
        share_other``; and the passages behind them, unweighted: ``agreed`` (both readers gave the
        code; for specificity neither did), ``disagreed`` (one did), ``agreed_other,
        disagreed_other``. What both readers overlook is not seen: rates are upper bounds. Null
        where there is nothing to find.

    Raises
    ------
    ValueError
        If the readers share no passage, or no passage is of a group.
    """
    scheme = codebook or load_codebook()
    if "probability" in a.columns:
        a = a.filter(pl.col("probability").is_not_null())
    one = a.join(b.select("passage"), on="passage", how="semi", maintain_order="left")
    if one.is_empty():
        raise ValueError("found no passage that both readers coded; expected some")
    one = one.drop_nulls([by, cluster])
    two = one.select("passage").join(b, on="passage", maintain_order="left")
    weight = np.ones(one.height)
    if "probability" in one.columns:
        weight = 1 / one["probability"].to_numpy()
    x, y = (np.stack([indicator(t, code, scheme) for code in codes], axis=1) for t in (one, two))
    cells = np.stack([x * y, x * (1 - y), (1 - x) * y, (1 - x) * (1 - y)], axis=-1)
    places = numbered(one[cluster])
    weights = bootstrap_weights(int(places.max()) + 1, resamples, seed)
    rows: list[tuple[Any, ...]] = []
    for group, other in pairs:
        sides = sides_of(one[by], group, other)
        weighted = weight[:, None, None] * cells
        rates = [_rates(drawn_sums(weighted[side], places[side], weights)) for side in sides]
        counts = [cells[side].sum(axis=0).astype(int) for side in sides]
        gap = rates[0] - rates[1]
        interval = percentile_interval(gap[0], gap[1:], level)
        for i, code in enumerate(codes):
            for r, rate in enumerate(("sensitivity", "specificity")):
                numbers = [float(part[i, r]) for part in interval[:3]]
                shares = [float(side[0, i, r]) for side in rates]
                seen = [int(n) for c in counts for n in (c[i, 3 * r], c[i, 1] + c[i, 2])]
                rows.append((group, other, code, rate, *numbers, level, *shares, *seen))
    schema = {by: pl.String, "other": pl.String} | READERS
    table = pl.DataFrame(rows, schema=schema, orient="row")
    return table.with_columns(pl.col(pl.Float64).fill_nan(None))


def _rates(cells: Floats) -> Floats:
    """Sensitivity and specificity (..., 2) from sums (..., both, only a, only b, neither)."""
    only_a, only_b = cells[..., 1], cells[..., 2]
    with np.errstate(divide="ignore", invalid="ignore"):
        means = [(n / (n + only_a) + n / (n + only_b)) / 2 for n in (cells[..., 0], cells[..., 3])]
    return np.stack(means, axis=-1)
