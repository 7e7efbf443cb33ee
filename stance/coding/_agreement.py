"""Agreement of two coders, layer by layer, with intervals over documents.

With two coders and no gaps every coefficient is a function of the matrix that counts how often
one gave category c where the other gave k; these matrices add up over documents, and the
intervals come from resampled sums.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from stance._resampling import (
    Floats,
    Statistic,
    bootstrap,
    bootstrap_weights,
    confusion_sums,
    sum_by,
)
from stance.codebook import Codebook
from stance.corpus import facet_indicators, frame_indicators, stance_indices

AGREEMENT = {
    "layer": pl.String,
    "code": pl.String,
    "statistic": pl.String,
    "estimate": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "n": pl.Int64,
    "degenerate": pl.Int64,
}


def nominal_alpha(matrix: Floats) -> Floats:
    """Krippendorff's alpha for nominal categories, two coders, no missing values.

    Parameters
    ----------
    matrix : array, shape (..., k, k)
        Units by the category of one coder and of the other.

    Returns
    -------
    array, shape (...)
        1 for perfect agreement, 0 for chance, negative below; NaN where only one category was
        used or there is no unit.

    References
    ----------
    Krippendorff 2019, Content Analysis, 4th ed., ch. 12:
    ``alpha = 1 - (n - 1) * sum(o_ck) / sum(n_c * n_k)`` over c != k, n values in all.
    """
    coincidences = matrix + np.swapaxes(matrix, -1, -2)
    marginals = coincidences.sum(axis=-1)
    n = marginals.sum(axis=-1)
    observed = n - np.trace(coincidences, axis1=-2, axis2=-1)
    expected = n**2 - (marginals**2).sum(axis=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.where(expected > 0, 1 - (n - 1) * observed / expected, np.nan))


def specific_agreement(matrix: Floats) -> Floats:
    """Positive and negative agreement of a 2 by 2 table (Cicchetti and Feinstein 1990).

    Returns
    -------
    array, shape (..., 2)
        Agreement on presence, ``2a / (2a + b + c)``, and on absence, ``2d / (2d + b + c)``.
    """
    agreed = np.stack([matrix[..., 1, 1], matrix[..., 0, 0]], axis=-1)
    disagreed = (matrix[..., 0, 1] + matrix[..., 1, 0])[..., None]
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(2 * agreed / (2 * agreed + disagreed))


def masi_distance(a: NDArray[np.bool_], b: NDArray[np.bool_]) -> Floats:
    """MASI distance between label sets (Passonneau 2006, LREC): 1 - Jaccard * monotonicity.

    Parameters
    ----------
    a, b : Boolean arrays, shape (..., labels)
        Two empty sets are the same set.
    """
    both, either = (a & b).sum(axis=-1), (a | b).sum(axis=-1)
    subset = (both == a.sum(axis=-1)) | (both == b.sum(axis=-1))
    monotonicity = np.select([both == either, subset & (both > 0), both > 0], [1, 2 / 3, 1 / 3], 0)
    jaccard = np.where(either == 0, 1, both / np.maximum(either, 1))
    return np.asarray(1 - jaccard * monotonicity, dtype=float)


class _Coded(NamedTuple):
    """Two coders' codes of the same passages, as integers."""

    stance: NDArray[np.int64]  # (2, n, targets), -1 where absent
    facet: NDArray[np.int64]  # (2, n, facets), 0 or 1
    frame: NDArray[np.int64]  # (2, n, frames), 0 or 1
    cluster: NDArray[np.int64]  # (n,)
    weight: Floats  # (n,), 1 on average
    actors: tuple[list[dict[str, str]], ...] | None  # of each coder, evaluations by actor


def agreement(
    a: pl.DataFrame,
    b: pl.DataFrame,
    codebook: Codebook,
    *,
    resamples: int = 2000,
    seed: int = 0,
    level: float = 0.95,
) -> pl.DataFrame:
    """Agreement of two coders on the passages that both coded.

    Parameters
    ----------
    a, b : DataFrame
        Tables of codings, one row a passage. With a column ``probability`` in `a` (inclusion
        probability; null: sought out, left out) passages are weighted by its inverse: that is the
        agreement on the population they were sampled from.

    Returns
    -------
    DataFrame
        ``layer, code, statistic, estimate, low, high, n, degenerate``, with `n` passages. Per
        target: alpha of presence, four-value alpha (absent or a stance), alpha of stance given
        agreed presence, positive and negative agreement; per facet given agreed presence of its
        target and per frame: alpha; for frames also alpha with MASI distance; the mean over
        targets and over frames; per evaluation of actors: positive agreement over pairs of passage
        and actor.

    Raises
    ------
    ValueError
        If the two coders share no passage.
    """
    coded = _align(a, b, codebook)
    weights = bootstrap_weights(int(coded.cluster.max()) + 1, resamples, seed)
    rows = []
    for layer, code, statistic, sums, n in _statistics(coded, codebook):
        names, function = statistic
        interval = bootstrap(function, sums, weights=weights, level=level)
        columns = [np.atleast_1d(part) for part in interval]
        for i, name in enumerate(names):
            estimate, low, high, degenerate = (column[i] for column in columns)
            rows.append((layer, code, name, estimate, low, high, n, int(degenerate)))
    return pl.DataFrame(rows, schema=AGREEMENT, orient="row").with_columns(
        pl.col("estimate", "low", "high").fill_nan(None)
    )


def _align(a: pl.DataFrame, b: pl.DataFrame, codebook: Codebook) -> _Coded:
    if "probability" in a.columns:
        a = a.filter(pl.col("probability").is_not_null())
    shared = a.select("passage", "document").join(b.select("passage"), on="passage").sort("passage")
    if shared.is_empty():
        raise ValueError("the two coders share no passage: found none coded by both")
    tables = [shared.select("passage").join(t, on="passage", maintain_order="left") for t in (a, b)]
    cluster = shared["document"].rank("dense").to_numpy().astype(np.int64) - 1
    weight = np.ones(shared.height)
    if "probability" in a.columns:
        weight = 1 / tables[0]["probability"].to_numpy()
    coded_actors = all(
        "actors" in table.columns and not table["actors"].null_count() for table in tables
    )
    return _Coded(
        np.stack([stance_indices(table, codebook) for table in tables]),
        np.stack([facet_indicators(table, codebook) for table in tables]),
        np.stack([frame_indicators(table, codebook) for table in tables]),
        cluster,
        weight / weight.mean(),
        tuple(_evaluations(table) for table in tables) if coded_actors else None,
    )


def _evaluations(table: pl.DataFrame) -> list[dict[str, str]]:
    return [{one["actor"]: one["evaluation"] for one in actors} for actors in table["actors"]]


_ALPHA: tuple[tuple[str, ...], Statistic] = (("alpha",), nominal_alpha)
_SPECIFIC: tuple[tuple[str, ...], Statistic] = (
    ("positive agreement", "negative agreement"),
    specific_agreement,
)
_Row = tuple[str, str, tuple[tuple[str, ...], Statistic], Floats, int]


def _mean_alpha(matrices: Floats) -> Floats:
    return np.asarray(nominal_alpha(matrices).mean(axis=-1))


def _statistics(coded: _Coded, codebook: Codebook) -> Iterator[_Row]:
    n, clusters = len(coded.cluster), int(coded.cluster.max()) + 1

    def sums(a: NDArray[np.int64], b: NDArray[np.int64], k: int) -> Floats:
        return confusion_sums(a, b, k, coded.cluster, clusters, coded.weight)

    a, b = coded.stance
    presence, k = [], len(codebook.stance_codes)
    for i, target in enumerate(codebook.target_codes):
        present = sums((a[:, i] >= 0).astype(int), (b[:, i] >= 0).astype(int), 2)
        presence.append(present)
        yield "target", target, _ALPHA, present, n
        yield "target", target, _SPECIFIC, present, n
        yield "target and stance", target, _ALPHA, sums(a[:, i] + 1, b[:, i] + 1, k + 1), n
        agreed = sums(a[:, i], b[:, i], k)
        yield "stance", target, _ALPHA, agreed, int(((a[:, i] >= 0) & (b[:, i] >= 0)).sum())
    yield "target", "(mean)", (("alpha",), _mean_alpha), np.stack(presence, axis=1), n
    for i, (target, facet) in enumerate(codebook.facet_codes):
        own = codebook.target_codes.index(target)
        both = (a[:, own] >= 0) & (b[:, own] >= 0)
        x, y = (np.where(both, side[:, i], -1) for side in coded.facet)
        yield "facet", f"{target}/{facet}", _ALPHA, sums(x, y, 2), int(both.sum())
    frames = [
        sums(coded.frame[0, :, i], coded.frame[1, :, i], 2) for i in range(len(codebook.frames))
    ]
    for frame, matrix in zip(codebook.frame_codes, frames, strict=True):
        yield "frame", frame, _ALPHA, matrix, n
    yield "frame", "(mean)", (("alpha",), _mean_alpha), np.stack(frames, axis=1), n
    yield _masi(coded, n, clusters)
    if coded.actors is not None:
        yield from _actors(coded, codebook, clusters)


def _actors(coded: _Coded, codebook: Codebook, clusters: int) -> Iterator[_Row]:
    """Positive agreement on each evaluation, over pairs of passage and actor."""

    def positive(sums: Floats) -> Floats:
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.asarray(2 * sums[..., 0] / sums[..., 1])

    assert coded.actors is not None
    for evaluation in codebook.evaluation_codes:
        given = [
            [{actor for actor, value in one.items() if value == evaluation} for one in side]
            for side in coded.actors
        ]
        counts = np.array([(len(x & y), len(x) + len(y)) for x, y in zip(*given, strict=True)])
        sums = sum_by(coded.cluster, counts * coded.weight[:, None], clusters)
        n = int((counts[:, 1] > 0).sum())
        yield "actor", evaluation, (("positive agreement",), positive), sums, n


def _masi(coded: _Coded, n: int, clusters: int) -> _Row:
    a, b = coded.frame.astype(bool)
    kinds, number = np.unique(np.concatenate([a, b]), axis=0, return_inverse=True)
    distance = masi_distance(kinds[:, None], kinds[None])
    histogram = np.zeros((clusters, len(kinds)))
    weight = np.tile(coded.weight, 2)
    np.add.at(histogram, (np.tile(coded.cluster, 2), number.ravel()), weight)
    apart = masi_distance(a, b) * coded.weight
    observed = sum_by(coded.cluster, apart[:, None], clusters)

    def alpha(sums: Floats) -> Floats:
        """Observed over expected disagreement, the latter from the histogram of label sets."""
        use, total = sums[..., 1:], sums[..., 1:].sum(axis=-1)
        expected = ((use @ distance) * use).sum(axis=-1) / (total * (total - 1))
        return np.asarray(1 - (sums[..., 0] / (total / 2)) / expected)

    return "frame", "(set)", (("MASI alpha",), alpha), np.hstack([observed, histogram]), n
