"""Scores of a coder against gold, every one a function of confusion matrices by document."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from stance._resampling import (
    Floats,
    Interval,
    Statistic,
    bootstrap,
    bootstrap_weights,
    confusion_sums,
    holm,
    percentile_interval,
    permutation_p,
    resample,
    sum_by,
)
from stance.codebook import Codebook
from stance.coding import nominal_alpha
from stance.corpus import facet_indicators, frame_indicators, stance_indices

SCORES = {
    "coder": pl.String,
    "layer": pl.String,
    "code": pl.String,
    "statistic": pl.String,
    "estimate": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "level": pl.Float64,
    "n": pl.Int64,
    "n_gold": pl.Int64,
    "degenerate": pl.Int64,
}


def f1(matrix: Floats) -> Floats:
    """F1 of the second of two classes from matrices (..., gold, coded): 2tp / (2tp + fp + fn).

    NaN where the class is neither in the gold nor in the codings.
    """
    hits = 2 * matrix[..., 1, 1]
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(hits / (hits + matrix[..., 0, 1] + matrix[..., 1, 0]))


def class_f1(matrix: Floats) -> Floats:
    """F1 of every class from matrices (..., k, k): shape (..., k); 0 for a class never met."""
    hits = 2 * np.diagonal(matrix, axis1=-2, axis2=-1)
    either = matrix.sum(axis=-1) + matrix.sum(axis=-2)
    return np.asarray(hits / np.maximum(either, 1e-12))


def f_avg(matrix: Floats, polar: tuple[int, ...]) -> Floats:
    """Mean F1 of the stances that take a side, the others counting only as errors.

    References
    ----------
    Mohammad et al. 2016, SemEval-2016 task 6, section 4: mean of F1(favor) and F1(against).
    """
    return np.asarray(class_f1(matrix)[..., list(polar)].mean(axis=-1))


class CodedPassages(NamedTuple):
    """Codes of n passages as integers, aligned with the gold's."""

    stance: NDArray[np.int64]
    facet: NDArray[np.int64]
    frame: NDArray[np.int64]


def _arrays(codings: pl.DataFrame, codebook: Codebook) -> CodedPassages:
    return CodedPassages(
        stance_indices(codings, codebook),
        facet_indicators(codings, codebook),
        frame_indicators(codings, codebook),
    )


class _Measured(NamedTuple):
    """One statistic: where it belongs, its sums by document, and the function of these.

    `n_gold` counts gold passages with the code; `least` those with the rarest code, where a
    statistic gives every code the same weight.
    """

    layer: str
    code: str
    statistic: str
    sums: Floats
    function: Statistic
    n_gold: int
    least: int | None = None

    def told(self, fewest: int) -> bool:
        """Whether gold has enough passages for the statistic to say something."""
        return (self.n_gold if self.least is None else self.least) >= fewest


def _align(codings: pl.DataFrame, gold: pl.DataFrame) -> pl.DataFrame:
    return gold.select("passage").join(codings, on="passage", how="inner", maintain_order="left")


def statistics_of(
    codings: pl.DataFrame, gold: pl.DataFrame, codebook: Codebook, given: pl.DataFrame | None = None
) -> list[_Measured]:
    """Every statistic of one coding of the gold passages; several runs are averaged by repeat."""
    runs = [codings]
    if "repeat" in codings.columns:
        runs = codings.sort("repeat").partition_by("repeat", maintain_order=True)
    layers = [list(_measured_once(run, gold, codebook)) for run in runs]
    return [
        first._replace(sums=np.mean([run[i].sums for run in layers], axis=0))
        for i, first in enumerate(layers[0])
    ]


def _measured_once(
    codings: pl.DataFrame, gold: pl.DataFrame, codebook: Codebook
) -> Iterator[_Measured]:
    coded = _align(codings, gold)
    if coded.height < gold.height:
        raise ValueError(
            f"found codings of {coded.height} of {gold.height} gold passages; expected all"
        )
    cluster = gold["document"].rank("dense").to_numpy().astype(np.int64) - 1
    clusters = int(cluster.max()) + 1
    x, y = _arrays(gold, codebook), _arrays(coded, codebook)
    stance_given = stance_given_target(coded, codebook)

    def sums(a: NDArray[np.int64], b: NDArray[np.int64], k: int = 2) -> Floats:
        return confusion_sums(a, b, k, cluster, clusters)

    presence, k = [], len(codebook.stances)
    stance_sums = np.zeros((clusters, k, k))
    for t, target in enumerate(codebook.target_codes):
        present = (x.stance[:, t] >= 0).astype(np.int64)
        matrix = sums(present, (y.stance[:, t] >= 0).astype(np.int64))
        presence.append(matrix)
        n = int(present.sum())
        yield _Measured("target", target, "F1", matrix, f1, n)
        yield _Measured("target", target, "alpha", matrix, nominal_alpha, n)
        own = sums(x.stance[:, t], stance_given[:, t], k)
        stance_sums += own
        yield from _stance_rows(f"{target}", own, codebook, n)
    yield from _means("target", np.stack(presence, axis=1))
    total = int((x.stance >= 0).sum())
    yield from _stance_rows("(pooled)", stance_sums, codebook, total)
    for s, stance in enumerate(codebook.stance_codes):
        n = int((x.stance == s).sum())
        pick = _picker(class_f1, s)
        yield _Measured("stance", stance, "F1", stance_sums, pick, n)
        yield _Measured("stance", stance, "recall", stance_sums, _picker(_recall, s), n)
    facets = []
    for i, (target, facet) in enumerate(codebook.facet_codes):
        own_target = x.stance[:, codebook.target_codes.index(target)] >= 0
        matrix = sums(np.where(own_target, x.facet[:, i], -1), y.facet[:, i])
        facets.append(matrix)
        n = int(x.facet[own_target, i].sum())
        yield _Measured("facet", f"{target}/{facet}", "F1", matrix, f1, n)
    yield from _means("facet", np.stack(facets, axis=1))
    frames = [sums(x.frame[:, i], y.frame[:, i]) for i in range(len(codebook.frames))]
    for i, frame in enumerate(codebook.frame_codes):
        n = int(x.frame[:, i].sum())
        yield _Measured("frame", frame, "F1", frames[i], f1, n)
        yield _Measured("frame", frame, "alpha", frames[i], nominal_alpha, n)
    yield from _means("frame", np.stack(frames, axis=1))
    if f"p_{codebook.target_codes[0]}" in coded.columns:
        yield from _brier(coded, x, codebook, cluster, clusters)


def stance_given_target(codings: pl.DataFrame, codebook: Codebook) -> NDArray[np.int64]:
    """The stance a coder gives, or would give were the target there: (n, targets).

    A model's most probable stance; without probabilities the coded one, -1 where none.
    """
    if f"p_{codebook.target_codes[0]}" not in codings.columns:
        return stance_indices(codings, codebook)
    best = [
        codings.select(f"p_{t}_{s}" for s in codebook.stance_codes).to_numpy().argmax(axis=1)
        for t in codebook.target_codes
    ]
    return np.stack(best, axis=1).astype(np.int64)


def _recall(matrix: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.diagonal(matrix, axis1=-2, axis2=-1) / matrix.sum(axis=-1))


def _picker(function: Statistic, index: int) -> Statistic:
    return lambda sums: np.asarray(function(sums)[..., index])


def _stance_rows(code: str, sums: Floats, codebook: Codebook, n: int) -> Iterator[_Measured]:
    polar = codebook.polar_stances
    yield _Measured("stance", code, "F_avg", sums, lambda m: f_avg(m, polar), n)
    yield _Measured("stance", code, "macro-F1", sums, lambda m: class_f1(m).mean(axis=-1), n)
    yield _Measured("stance", code, "alpha", sums, nominal_alpha, n)


def _means(layer: str, matrices: Floats) -> Iterator[_Measured]:
    by_code = matrices.sum(axis=0)[..., 1, :].sum(axis=-1)
    n, least = int(by_code.sum()), int(by_code.min())

    def macro(sums: Floats) -> Floats:
        return np.asarray(np.nan_to_num(f1(sums)).mean(axis=-1))

    def mean_alpha(sums: Floats) -> Floats:
        return np.asarray(nominal_alpha(sums).mean(axis=-1))

    def micro(sums: Floats) -> Floats:
        return f1(sums.sum(axis=-3))

    yield _Measured(layer, "(mean)", "macro-F1", matrices, macro, n, least)
    yield _Measured(layer, "(mean)", "micro-F1", matrices, micro, n)
    yield _Measured(layer, "(mean)", "alpha", matrices, mean_alpha, n, least)


def _brier(
    coded: pl.DataFrame,
    gold: CodedPassages,
    codebook: Codebook,
    cluster: NDArray[np.int64],
    clusters: int,
) -> Iterator[_Measured]:
    """Mean squared error of the probabilities (Brier 1950), per target and per frame."""
    layers = (
        ("target", codebook.target_codes, gold.stance >= 0),
        ("frame", codebook.frame_codes, gold.frame == 1),
    )
    for layer, codes, present in layers:
        p = coded.select(f"p_{code}" for code in codes).to_numpy()
        error = (p - present) ** 2
        count = sum_by(cluster, np.stack([error, np.ones_like(error)], axis=1), clusters)
        for i, code in enumerate(codes):
            one = count[:, :, i]
            n = int(present[:, i].sum())
            yield _Measured(layer, code, "Brier score", one, lambda s: s[..., 0] / s[..., 1], n)


def scores(
    codings: pl.DataFrame,
    gold: pl.DataFrame,
    codebook: Codebook,
    *,
    fewest: int = 0,
    resamples: int = 2000,
    seed: int = 0,
    level: float = 0.95,
) -> pl.DataFrame:
    """Scores of one coder against gold.

    Parameters
    ----------
    codings : DataFrame
        Codings of the gold passages by one coder; with a column ``repeat`` the scores are of the
        average over repeats.
    gold : DataFrame
        One coding a passage.
    fewest : int
        Gold passages with a code below which it has no score, only its counts; a mean over codes
        has none if one of them has not.
    resamples, seed, level
        Of the bootstrap over documents.

    Returns
    -------
    DataFrame
        ``coder, layer, code, statistic, estimate, low, high, level, n, n_gold, degenerate``, with
        `n` passages and `n_gold` of them carrying the code in gold. Layers are target, stance
        (given the gold target: a model is asked for its stance whether or not it saw the
        target), facet (given the gold target) and frame; statistics F1, F_avg, macro-F1,
        micro-F1, alpha, recall and Brier score. Intervals resample documents.

    Raises
    ------
    ValueError
        If a gold passage was not coded.
    """
    measured = statistics_of(codings, gold, codebook)
    weights = bootstrap_weights(len(measured[0].sums), resamples, seed)
    name = codings["coder"][0]
    rows = []
    for m in measured:
        interval = bootstrap(m.function, m.sums, weights=weights, level=level)
        told = m.told(fewest)
        numbers = tuple(float(part) if told else None for part in interval[:3])
        place = (name, m.layer, m.code, m.statistic)
        rows.append((*place, *numbers, level, gold.height, m.n_gold, int(interval.degenerate)))
    table = pl.DataFrame(rows, schema=SCORES, orient="row")
    return table.with_columns(pl.col("estimate", "low", "high").fill_nan(None))


def differences(
    codings: pl.DataFrame,
    other: pl.DataFrame,
    gold: pl.DataFrame,
    codebook: Codebook,
    *,
    resamples: int = 2000,
    seed: int = 0,
    level: float = 0.95,
) -> pl.DataFrame:
    """Paired differences between two coders on the same gold and the same resamples.

    Returns
    -------
    DataFrame
        ``coder, other, layer, code, statistic, estimate, low, high, p, p_holm, n``: the first
        coder's score minus the other's for the headline statistics (macro-F1 of targets and
        frames, F_avg and macro-F1 of stance); `p` by permutation over documents, `p_holm`
        corrected over the rows of this table.
    """
    headline = {
        ("target", "macro-F1"),
        ("frame", "macro-F1"),
        ("stance", "F_avg"),
        ("stance", "macro-F1"),
    }
    ours, theirs = (statistics_of(table, gold, codebook) for table in (codings, other))
    weights = bootstrap_weights(len(ours[0].sums), resamples, seed)
    rows, p = [], []
    for a, b in zip(ours, theirs, strict=False):
        if (a.layer, a.statistic) not in headline or not a.code.startswith("("):
            continue
        interval = difference(a.function, a.sums, b.sums, weights, level)
        p.append(float(permutation_p(a.function, a.sums, b.sums, resamples=resamples, seed=seed)))
        numbers = tuple(float(part) for part in interval[:3])
        rows.append(
            (codings["coder"][0], other["coder"][0], a.layer, a.code, a.statistic, *numbers)
        )
    names = ["coder", "other", "layer", "code", "statistic", "estimate", "low", "high"]
    table = pl.DataFrame(rows, schema=names, orient="row")
    return table.with_columns(p=np.array(p), p_holm=holm(np.array(p)), n=pl.lit(gold.height))


def difference(
    function: Statistic, sums: Floats, other: Floats, weights: Floats, level: float = 0.95
) -> Interval:
    """Interval of the paired difference of a statistic between two systems."""
    with np.errstate(divide="ignore", invalid="ignore"):
        estimate = np.asarray(function(sums.sum(axis=0)) - function(other.sum(axis=0)))
        replicates = function(resample(sums, weights)) - function(resample(other, weights))
    return percentile_interval(estimate, np.asarray(replicates), level)
