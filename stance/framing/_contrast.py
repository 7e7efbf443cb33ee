"""Differences of corrected shares between groups, and what reading would undo them."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import version
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from stance._resampling import (
    Floats,
    bootstrap_weights,
    percentile_interval,
    resample,
    sum_by,
)
from stance.codebook import Codebook, load_codebook
from stance.framing._prevalence import ESTIMATE, FEWEST_GOLD, two_phase_share
from stance.framing._tipping import possible, tipping_point, undoing
from stance.framing._whole_corpus import aligned, two_phase_sums

Pairs = Sequence[tuple[str, str | None]]

CONTRAST = ESTIMATE | {
    "share": pl.Float64,
    "share_other": pl.Float64,
    "n_gold_other": pl.Int64,
    "sensitivity": pl.Float64,
    "sensitivity_low": pl.Float64,
    "specificity": pl.Float64,
    "specificity_low": pl.Float64,
}


def contrasts(
    sums: pl.DataFrame,
    coded: pl.DataFrame,
    gold: pl.DataFrame,
    by: str,
    pairs: Pairs,
    *,
    codes: Sequence[str],
    cluster: str = "document",
    sensitivity: float = 1.0,
    specificity: float = 1.0,
    codebook: Codebook | None = None,
    level: float = 0.95,
    resamples: int = 2000,
    seed: int = 0,
    source: str = "",
) -> pl.DataFrame:
    """Differences of corrected shares between groups, with what reading would undo them.

    Parameters
    ----------
    sums, coded, gold, codebook, level, resamples, seed, source
        As for `corpus_prevalence`.
    by : str
        A column of `sums`, the groups; documents without group or cluster are left out.
    pairs : sequence of (group, other)
        The group's share minus the other's; None: all other groups together.
    codes : sequence of str
        Without a condition.
    cluster : str
        The column of `sums` whose values are resampled: a document, or the state that speaks, whose
        speeches are alike and may be on both sides.
    sensitivity, specificity : float
        As for `tipping_point`.

    Returns
    -------
    DataFrame
        ``<by>, other, code, estimate, low, high, level, n, n_gold, method, signature`` (the
        difference, in [-1, 1]; `n` the passages of both sides, `n_gold` the coded ones of the
        group); ``share, share_other, n_gold_other``; and, from `tipping_point`, ``sensitivity,
        specificity`` with ``…_low``: the difference in reading at which the end of the interval
        nearer to nil is nil, 0 where the interval holds nil as it is. Null where no difference in
        reading would do. Fewer than `FEWEST_GOLD` coded passages on a side give nulls.

    Raises
    ------
    ValueError
        As `corpus_prevalence`; for a code with a condition, and for a group that no document is of.
    """
    scheme = codebook or load_codebook()
    if given := [code for code in codes if "|" in code]:
        raise ValueError(f"found code {given[0]!r}; expected codes without a condition")
    sample = aligned(sums, coded, gold)
    stated = sums.drop_nulls([by, cluster])
    table, _ = two_phase_sums(stated, *sample, codes, scheme)
    read = stated.join(sample[0].group_by("document").len(), on="document", how="left")["len"]
    places = numbered(stated[cluster])
    weights = bootstrap_weights(int(places.max()) + 1, resamples, seed)
    about = f"gold:{source or 'unstated'}|codebook:{scheme.version}|unit:passage|superpopulation"
    signature = f"ppi|{about}|cluster:{cluster}|boot:{resamples}|seed:{seed}|v{version('stance')}"
    rows: list[tuple[Any, ...]] = []
    for group, other in pairs:
        sides = sides_of(stated[by], group, other)
        n = int(sum(table[side, 0, 0].sum() for side in sides))
        n_gold = [int(read.filter(side).sum()) for side in sides]
        drawn = [drawn_sums(table[side], places[side], weights) for side in sides]
        with np.errstate(divide="ignore", invalid="ignore"):
            one, two = (np.clip(two_phase_share(total, total), 0, 1) for total in drawn)
        for i, code in enumerate(codes):
            found = _difference(one[:, i], two[:, i], sensitivity, specificity, level)
            if min(n_gold) < FEWEST_GOLD:
                found = [None] * len(found)
            row = (*found[:3], level, n, n_gold[0], "ppi", signature, *found[3:5], n_gold[1])
            rows.append((group, other, code, *row, *found[5:]))
    schema = {by: pl.String, "other": pl.String} | CONTRAST
    contrasted = pl.DataFrame(rows, schema=schema, orient="row")
    return contrasted.with_columns(pl.col(pl.Float64).fill_nan(None))


def sides_of(groups: pl.Series, group: str, other: str | None) -> list[NDArray[np.bool_]]:
    """Where the group is, and where the other or, without one, any other."""
    first = groups == group
    sides = [first.to_numpy(), (~first if other is None else groups == other).to_numpy()]
    for side, name in zip(sides, (group, other), strict=True):
        if not side.any():
            raise ValueError(f"found no document of group {name!r}; expected some")
    return sides


def numbered(values: pl.Series) -> NDArray[np.int64]:
    """The clusters of a column, numbered from 0."""
    return np.asarray(values.rank("dense").to_numpy(), dtype=np.int64) - 1


def drawn_sums(rows: Floats, places: NDArray[np.int64], weights: Floats) -> Floats:
    """Sums of all rows, then a row a resample of their clusters: (1 + resamples, ...)."""
    sums = sum_by(places, rows, weights.shape[1])
    return np.concatenate([sums.sum(axis=0)[None], resample(sums, weights)])


def _difference(
    one: Floats, two: Floats, sensitivity: float, specificity: float, level: float
) -> list[float | None]:
    """Difference with interval, both shares, and tipping points with their lower ends."""
    interval = percentile_interval(one[0] - two[0], one[1:] - two[1:], level)
    point = tipping_point(one[0], two[0], sensitivity=sensitivity, specificity=specificity)
    larger, smaller = (one, two) if one[0] >= two[0] else (two, one)
    numbers = [*(float(part) for part in interval[:3]), float(one[0]), float(two[0])]
    ways = undoing(larger[1:], smaller[1:], sensitivity, specificity)
    for best, replicates, most in zip(point, ways, (sensitivity, specificity), strict=True):
        low = percentile_interval(np.asarray(best), replicates, level).low
        numbers += [float(best), float(possible(low, most))]
    return list(numbers)
