"""Cluster bootstrap, permutation tests and Holm's correction, on arrays.

Every statistic here is a function of sums over documents, so that all resamples are one matrix
product: ``weights @ sums``. Documents, not passages, are drawn, because passages of one document
are not independent (Cameron and Miller 2015, "A practitioner's guide to cluster-robust
inference", Journal of Human Resources 50(2)).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Statistic = Callable[[Floats], Floats]


class Interval(NamedTuple):
    """Estimates with percentile intervals; `degenerate` counts resamples with no value."""

    estimate: Floats
    low: Floats
    high: Floats
    degenerate: NDArray[np.int64]


def sum_by(cluster: NDArray[np.int64], values: Floats, n_clusters: int) -> Floats:
    """Sums of rows of `values` (n, ...) over clusters numbered from 0: (n_clusters, ...)."""
    sums = np.zeros((n_clusters, *values.shape[1:]))
    np.add.at(sums, cluster, values)
    return sums


def confusion_sums(
    a: NDArray[np.int64],
    b: NDArray[np.int64],
    k: int,
    cluster: NDArray[np.int64],
    n_clusters: int,
    weight: Floats | None = None,
) -> Floats:
    """How often `a` says c where `b` says d, by cluster: (clusters, k, k); negatives left out.

    With `weight` (n,) every unit counts that much.
    """
    sums = np.zeros((n_clusters, k, k))
    use = (a >= 0) & (b >= 0)
    np.add.at(sums, (cluster[use], a[use], b[use]), 1 if weight is None else weight[use])
    return sums


def bootstrap_weights(n_clusters: int, resamples: int, seed: int) -> Floats:
    """How often each cluster is drawn: (resamples, n_clusters), rows summing to n_clusters."""
    draws = np.random.default_rng(seed)
    even = np.full(n_clusters, 1 / n_clusters)
    return draws.multinomial(n_clusters, even, size=resamples).astype(np.float64)


def resample(sums: Floats, weights: Floats) -> Floats:
    """Sums of every resample: (resamples, ...) from (clusters, ...)."""
    flat = weights @ sums.reshape(len(sums), -1)
    return flat.reshape(len(weights), *sums.shape[1:])


def percentile_interval(estimate: Floats, replicates: Floats, level: float = 0.95) -> Interval:
    """The percentile interval of replicates (resamples, ...) around an estimate (...).

    A replicate that is not finite (a resample with nothing to divide by) is left out and counted.

    References
    ----------
    Efron and Tibshirani 1993, An Introduction to the Bootstrap, ch. 13.
    """
    replicates = np.where(np.isfinite(replicates), replicates, np.nan)
    degenerate = np.isnan(replicates).sum(axis=0)
    tail = (1 - level) / 2
    low, high = np.full(estimate.shape, np.nan), np.full(estimate.shape, np.nan)
    usable = np.isfinite(estimate) & (degenerate < len(replicates))
    if usable.any():
        bounds = np.nanquantile(replicates[:, usable], [tail, 1 - tail], axis=0)
        low[usable], high[usable] = bounds
    return Interval(estimate, low, high, degenerate)


def bootstrap(
    statistic: Statistic,
    sums: Floats,
    *,
    resamples: int = 2000,
    seed: int = 0,
    level: float = 0.95,
    weights: Floats | None = None,
) -> Interval:
    """Estimate and interval of a statistic of sums over documents.

    Parameters
    ----------
    statistic : callable
        Takes sums with any leading axes, returns values with the same leading axes.
    sums : array, shape (documents, ...)
    weights : array, optional
        From `bootstrap_weights`, so that several statistics share their resamples.
    """
    if weights is None:
        weights = bootstrap_weights(len(sums), resamples, seed)
    with np.errstate(divide="ignore", invalid="ignore"):
        estimate = np.asarray(statistic(sums.sum(axis=0)), dtype=float)
        replicates = np.asarray(statistic(resample(sums, weights)), dtype=float)
    return percentile_interval(estimate, replicates, level)


def permutation_p(
    statistic: Statistic, sums: Floats, other: Floats, *, resamples: int = 2000, seed: int = 0
) -> Floats:
    """Two-sided p-values of the difference of a statistic between two systems.

    In every permutation each document's sums change sides with probability one half, as they may
    when the two systems do not differ.

    References
    ----------
    Noreen 1989, Computer-Intensive Methods for Testing Hypotheses; the estimate
    ``(1 + exceeding) / (1 + permutations)`` is Phipson and Smyth 2010, eq. 2.
    """
    swapped = np.random.default_rng(seed).integers(0, 2, (resamples, len(sums))).astype(float)
    change = resample(other - sums, swapped)
    with np.errstate(divide="ignore", invalid="ignore"):
        observed = statistic(sums.sum(axis=0)) - statistic(other.sum(axis=0))
        permuted = statistic(sums.sum(axis=0) + change) - statistic(other.sum(axis=0) - change)
    exceeding = (np.abs(permuted) >= np.abs(observed) - 1e-12).sum(axis=0)
    return np.asarray((1 + exceeding) / (1 + resamples), dtype=float)


def holm(p: Floats) -> Floats:
    """Holm's step-down adjusted p-values (Holm 1979, Scandinavian Journal of Statistics 6)."""
    order = np.argsort(p, kind="stable")
    stepped = np.maximum.accumulate((len(p) - np.arange(len(p))) * p[order])
    adjusted = np.empty_like(p)
    adjusted[order] = np.minimum(stepped, 1)
    return adjusted
