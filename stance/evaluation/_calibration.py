"""Do probabilities mean what they say?"""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from stance._resampling import bootstrap, sum_by
from stance.codebook import Codebook
from stance.corpus import stance_indices

CALIBRATION = {
    "code": pl.String,
    "bin": pl.Int64,
    "probability": pl.Float64,
    "estimate": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "n": pl.Int64,
}


def calibration(
    codings: pl.DataFrame,
    gold: pl.DataFrame,
    codebook: Codebook,
    *,
    bins: int = 8,
    resamples: int = 2000,
    seed: int = 0,
) -> pl.DataFrame:
    """Reliability of the target probabilities: how often the target is there, by probability.

    Parameters
    ----------
    bins : int
        Bins of equal number of passages.

    Returns
    -------
    DataFrame
        ``code, bin, probability, estimate, low, high, n``: mean probability and observed share of
        each bin, with the interval of the share over documents.

    References
    ----------
    Niculescu-Mizil and Caruana 2005, "Predicting good probabilities with supervised learning".
    """
    if "repeat" in codings.columns:
        codings = codings.group_by("passage").agg(
            pl.col(f"p_{code}").mean() for code in codebook.target_codes
        )
    aligned = gold.select("passage").join(codings, on="passage", maintain_order="left")
    cluster = gold["document"].rank("dense").to_numpy().astype(np.int64) - 1
    present = stance_indices(gold, codebook) >= 0
    rows = []
    for t, target in enumerate(codebook.target_codes):
        p = aligned[f"p_{target}"].to_numpy()
        rows += _bins(target, p, present[:, t], cluster, bins, resamples, seed)
    return pl.DataFrame(rows, schema=CALIBRATION, orient="row")


def _bins(
    code: str,
    p: NDArray[np.float64],
    present: NDArray[np.bool_],
    cluster: NDArray[np.int64],
    bins: int,
    resamples: int,
    seed: int,
) -> list[tuple[str, int, float, float, float, float, int]]:
    number = np.empty(len(p), dtype=np.int64)
    number[p.argsort(kind="stable")] = np.arange(len(p)) * bins // len(p)
    inside = np.eye(bins)[number]
    counts = np.stack([inside * present[:, None], inside], axis=2)
    sums = sum_by(cluster, counts, int(cluster.max()) + 1)
    interval = bootstrap(lambda s: s[..., 0] / s[..., 1], sums, resamples=resamples, seed=seed)
    return [
        (
            code,
            b,
            float(p[number == b].mean()),
            float(interval.estimate[b]),
            float(interval.low[b]),
            float(interval.high[b]),
            int((number == b).sum()),
        )
        for b in range(bins)
    ]
