"""Abstention: how often a coder errs when it may leave out what it is least sure of."""

from __future__ import annotations

import numpy as np
import polars as pl

from stance._resampling import bootstrap_weights, percentile_interval, sum_by
from stance.codebook import Codebook
from stance.corpus import stance_indices

RISK = {
    "coder": pl.String,
    "coverage": pl.Float64,
    "risk": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "n": pl.Int64,
}
COVERAGES = tuple(np.round(np.arange(0.5, 1.001, 0.05), 2).tolist())


def risk_coverage(
    codings: pl.DataFrame,
    gold: pl.DataFrame,
    codebook: Codebook,
    *,
    coverages: tuple[float, ...] = COVERAGES,
    resamples: int = 2000,
    seed: int = 0,
    level: float = 0.95,
) -> pl.DataFrame:
    """The share of passages coded wrongly among those the coder is surest of.

    A passage is coded rightly if every target is found or left out as in gold; the coder's
    confidence in it is the probability of its decisions on all targets, taken as independent.

    Parameters
    ----------
    codings : DataFrame
        Codings of the gold passages with probabilities.
    gold : DataFrame
    coverages : tuple of float
        Shares of passages that are kept, in (0, 1].

    Returns
    -------
    DataFrame
        ``coder, coverage, risk, low, high, n``; intervals resample documents.

    Raises
    ------
    ValueError
        If a gold passage is not coded, or coded twice.

    References
    ----------
    El-Yaniv and Wiener 2010, "On the foundations of noise-free selective classification", JMLR 11.
    """
    given = gold.select("passage").join(codings, on="passage", how="inner", maintain_order="left")
    if given["passage"].to_list() != gold["passage"].to_list():
        found = f"found {given.height} codings of {gold.height} gold passages"
        raise ValueError(f"{found}; expected one of each")
    p = given.select(f"p_{target}" for target in codebook.target_codes).to_numpy()
    decided = stance_indices(given, codebook) >= 0
    wrong = (decided != (stance_indices(gold, codebook) >= 0)).any(axis=1)
    sure = np.where(decided, p, 1 - p).prod(axis=1)
    rank = (-sure).argsort(kind="stable").argsort(kind="stable")
    cluster = gold["document"].rank("dense").to_numpy().astype(np.int64) - 1
    clusters = int(cluster.max()) + 1
    weights = bootstrap_weights(clusters, resamples, seed)
    rows = []
    for coverage in coverages:
        kept = rank < round(coverage * gold.height)
        counts = np.stack([kept & wrong, kept], axis=1).astype(np.float64)
        sums = sum_by(cluster, counts, clusters)
        total, drawn = sums.sum(axis=0), weights @ sums
        with np.errstate(divide="ignore", invalid="ignore"):
            interval = percentile_interval(
                np.asarray(total[0] / total[1]), drawn[:, 0] / drawn[:, 1], level
            )
        numbers = [float(part) for part in interval[:3]]
        rows.append((codings["coder"][0], coverage, *numbers, int(kept.sum())))
    return pl.DataFrame(rows, schema=RISK, orient="row")
