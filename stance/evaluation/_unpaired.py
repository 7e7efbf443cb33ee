"""One coder's scores on two samples of passages, held against each other."""

from __future__ import annotations

import numpy as np
import polars as pl

from stance._resampling import bootstrap_weights, percentile_interval, resample
from stance.codebook import Codebook
from stance.evaluation._metrics import statistics_of

UNPAIRED = {
    "coder": pl.String,
    "layer": pl.String,
    "code": pl.String,
    "statistic": pl.String,
    "estimate": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "level": pl.Float64,
    "score": pl.Float64,
    "score_other": pl.Float64,
    "n": pl.Int64,
    "n_gold": pl.Int64,
    "n_other": pl.Int64,
    "n_gold_other": pl.Int64,
}


def unpaired_differences(
    codings: pl.DataFrame,
    gold: pl.DataFrame,
    other: pl.DataFrame,
    codebook: Codebook,
    *,
    fewest: int = 0,
    resamples: int = 2000,
    seed: int = 0,
    level: float = 0.95,
) -> pl.DataFrame:
    """One coder's scores on some passages minus its scores on others, such as another language's.

    Parameters
    ----------
    codings : DataFrame
        Codings of all these passages by one coder.
    gold, other : DataFrame
        Gold of two samples that share no document: each is resampled by itself.
    fewest
        As for `scores`, in each of the two.
    resamples, seed, level
        Of the bootstrap over documents.

    Returns
    -------
    DataFrame
        ``coder, layer, code, statistic, estimate, low, high, level, score, score_other, n, n_gold,
        n_other, n_gold_other`` for the scores of every code and their means.

    Raises
    ------
    ValueError
        If the samples share a document, or a gold passage was not coded.
    """
    if shared := set(gold["document"]) & set(other["document"]):
        raise ValueError(f"found document {min(shared)!r} in both samples; expected two apart")
    measured = [statistics_of(codings, sample, codebook) for sample in (gold, other)]
    weights = [
        bootstrap_weights(len(first.sums), resamples, seed + i)
        for i, (first, *_) in enumerate(measured)
    ]
    rows: list[tuple[object, ...]] = []
    for pair in zip(*measured, strict=True):
        with np.errstate(divide="ignore", invalid="ignore"):
            one, two = (m.function(m.sums.sum(axis=0)) for m in pair)
            drawn = [m.function(resample(m.sums, w)) for m, w in zip(pair, weights, strict=True)]
        interval = percentile_interval(np.asarray(one - two), drawn[0] - drawn[1], level)
        told = [m.told(fewest) for m in pair]
        numbers = [float(part) if all(told) else None for part in interval[:3]]
        both = [float(x) if known else None for x, known in zip((one, two), told, strict=True)]
        first = pair[0]
        counts = (gold.height, first.n_gold, other.height, pair[1].n_gold)
        place = (codings["coder"][0], first.layer, first.code, first.statistic)
        rows.append((*place, *numbers, level, *both, *counts))
    table = pl.DataFrame(rows, schema=UNPAIRED, orient="row")
    return table.with_columns(pl.col(pl.Float64).fill_nan(None))
