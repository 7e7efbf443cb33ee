"""Is a model as good a coder as another coder? Its agreement beside the coders' own."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl
from numpy.typing import NDArray

from stance._resampling import (
    Floats,
    bootstrap_weights,
    confusion_sums,
    percentile_interval,
    resample,
)
from stance.codebook import Codebook
from stance.coding import nominal_alpha
from stance.corpus import frame_indicators, stance_indices

MARGIN = 0.05
"""How far below the coders' alpha a model may lie and still count as a coder, fixed beforehand."""

CEILING = {
    "coder": pl.String,
    "layer": pl.String,
    "model": pl.Float64,
    "coders": pl.Float64,
    "estimate": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "not_inferior": pl.Boolean,
    "n": pl.Int64,
}


def ceiling(
    model: pl.DataFrame,
    a: pl.DataFrame,
    b: pl.DataFrame,
    codebook: Codebook,
    *,
    resamples: int = 2000,
    seed: int = 0,
    level: float = 0.95,
) -> pl.DataFrame:
    """The mean of alpha(model, a) and alpha(model, b) beside alpha(a, b), on the same passages.

    Parameters
    ----------
    model, a, b : DataFrame
        Tables of codings; passages coded by both coders are used. With a column ``repeat`` the
        model's matrices are averaged over repeats.

    Returns
    -------
    DataFrame
        Per layer (presence of targets; target and stance, with absence a value; frames; each a
        mean over codes): the model's mean alpha with the two coders, the coders' alpha, and the
        difference with its paired bootstrap interval over documents. `not_inferior` where the
        whole interval lies above ``-MARGIN``.
    """
    shared = a.select("passage", "document").join(b.select("passage"), on="passage").sort("passage")
    cluster = shared["document"].rank("dense").to_numpy().astype(np.int64) - 1
    runs = [model]
    if "repeat" in model.columns:
        runs = model.sort("repeat").partition_by("repeat", maintain_order=True)
    x, y = (_values(shared, table, codebook) for table in (a, b))
    weights = bootstrap_weights(int(cluster.max()) + 1, resamples, seed)
    rows = []
    for layer, sums in _layers(x, y, codebook, cluster):
        with_a, with_b = [], []
        for run in runs:
            z = _values(shared, run, codebook)
            with_a.append(dict(_layers(z, x, codebook, cluster))[layer])
            with_b.append(dict(_layers(z, y, codebook, cluster))[layer])
        ours = [np.mean(with_a, axis=0), np.mean(with_b, axis=0)]
        rows.append((layer, *_compare(ours, sums, weights, level)))
    records = [(model["coder"][0], *row, shared.height) for row in rows]
    table = pl.DataFrame(records, schema=CEILING, orient="row")
    return table.with_columns(pl.col(pl.Float64).fill_nan(None))


def _compare(
    ours: list[Floats], coders: Floats, weights: Floats, level: float
) -> tuple[float, float, float, float, float, bool]:
    def alphas(total: Floats) -> Floats:
        return np.asarray(nominal_alpha(total).mean(axis=-1))

    model = np.mean([alphas(sums.sum(axis=0)) for sums in ours], axis=0)
    between = alphas(coders.sum(axis=0))
    replicates = np.mean([alphas(resample(sums, weights)) for sums in ours], axis=0)
    replicates = replicates - alphas(resample(coders, weights))
    interval = percentile_interval(np.asarray(model - between), replicates, level)
    low, high = float(interval.low), float(interval.high)
    return float(model), float(between), float(model - between), low, high, low > -MARGIN


def _values(
    shared: pl.DataFrame, table: pl.DataFrame, codebook: Codebook
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    rows = shared.select("passage").join(table, on="passage", how="inner", maintain_order="left")
    if rows.height < shared.height:
        raise ValueError(f"found {rows.height} of {shared.height} double-coded passages coded")
    return stance_indices(rows, codebook), frame_indicators(rows, codebook)


def _layers(
    x: tuple[NDArray[np.int64], NDArray[np.int64]],
    y: tuple[NDArray[np.int64], NDArray[np.int64]],
    codebook: Codebook,
    cluster: NDArray[np.int64],
) -> Iterator[tuple[str, Floats]]:
    clusters, k = int(cluster.max()) + 1, len(codebook.stances) + 1

    def stacked(a: NDArray[np.int64], b: NDArray[np.int64], size: int) -> Floats:
        columns = [
            confusion_sums(p, q, size, cluster, clusters) for p, q in zip(a.T, b.T, strict=True)
        ]
        return np.stack(columns, axis=1)

    yield "target", stacked((x[0] >= 0).astype(np.int64), (y[0] >= 0).astype(np.int64), 2)
    yield "target and stance", stacked(x[0] + 1, y[0] + 1, k)
    yield "frame", stacked(x[1], y[1], 2)
