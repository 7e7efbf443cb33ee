"""Shares of codes, raw and corrected for the errors of the coder who gave them.

The corrected share is the two-phase difference estimator, also called prediction-powered
inference: the mean of the predictions over all passages plus the design-weighted mean residual of
the passages that have gold, with the weight of the predictions tuned for least variance.

References
----------
Angelopoulos, Bates, Fannjiang, Jordan and Zrnic 2023, "Prediction-powered inference", Science 382;
Angelopoulos, Duchi and Zrnic 2023, "PPI++", arXiv:2311.01453, section 6 (power tuning);
Egami, Hinck, Stewart and Wei 2023, "Using imperfect surrogates", NeurIPS (design-based);
Särndal, Swensson and Wretman 1992, Model Assisted Survey Sampling, section 9 (two phases).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib.metadata import version
from typing import Any, Literal

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
from stance.framing._codes import indicator, prediction, split_given

Population = Literal["finite", "superpopulation"]

FEWEST_GOLD = 20
"""Gold passages under a condition below which a corrected share is not estimable."""

ESTIMATE = {
    "code": pl.String,
    "estimate": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "level": pl.Float64,
    "n": pl.Int64,
    "n_gold": pl.Int64,
    "method": pl.String,
    "signature": pl.String,
}

# Columns of the sums over documents. Population: passages, and predictions f of the code and g of
# its condition. Coded passages, weighted by 1 / inclusion probability: weight, gold y of the code
# and z of its condition, f, g; and the products that tuning needs.
_N, _F, _G, _W, _WY, _WZ, _WF, _WG = range(8)
_FF, _FG, _GG, _YF, _YG, _ZF, _ZG = range(8, 15)


def default_codes(codebook: Codebook) -> list[str]:
    """Every target, and every stance among the passages with the target."""
    codes = list(codebook.target_codes)
    codes += [f"{t}:{s}|{t}" for t in codebook.target_codes for s in codebook.stance_codes]
    return codes


def prevalence(
    codings: pl.DataFrame,
    by: str | Sequence[str] = (),
    *,
    codes: Sequence[str] | None = None,
    gold: pl.DataFrame | None = None,
    codebook: Codebook | None = None,
    population: Population = "superpopulation",
    level: float = 0.95,
    resamples: int = 2000,
    seed: int = 0,
    source: str = "",
) -> pl.DataFrame:
    """Shares of passages with a code, by group.

    Parameters
    ----------
    codings : DataFrame
        Codings of every passage of the population, one row a passage, with the columns of `by`.
        With probabilities these are the predictions, else the codes are.
    by : str or sequence of str
        Columns that make the groups.
    codes : sequence of str, optional
        ``target``, ``target:stance``, ``target/facet``, ``frame``, joined ``a&b``, conditional
        ``a|b``; by default `default_codes`.
    gold : DataFrame, optional
        Gold codings of some of the passages; with a column ``probability`` (inclusion
        probability; null: sought out, not used) they are weighted by its inverse. The models
        that made `codings` must not have seen these documents.
    population : {"superpopulation", "finite"}
        Whether documents are resampled, or only the choice of the coded ones.
    level, resamples, seed
        Of the bootstrap over documents.
    source : str
        Who made the gold (``llm``, ``human``), for the signature.

    Returns
    -------
    DataFrame
        ``<by…>, code, estimate, low, high, level, n, n_gold, method, signature``: rows with
        method ``count`` (the raw share of the codings, no interval), and with gold rows with
        method ``ppi``. Shares lie in [0, 1]. Fewer than `FEWEST_GOLD` gold passages under the
        condition of a code give nulls.

    Raises
    ------
    InputError
        If a code is not of the codebook.
    ValueError
        If a column of `by` is missing, `gold` shares no passage with `codings`, or
        holds a passage twice.
    """
    scheme = codebook or load_codebook()
    groups = [by] if isinstance(by, str) else list(by)
    if missing := [column for column in groups if column not in codings.columns]:
        raise ValueError(f"found no column {missing[0]!r} in the codings; expected it for 'by'")
    if gold is not None and gold["passage"].is_duplicated().any():
        raise ValueError("found a passage with several gold codings; expected one each")
    wanted = list(codes) if codes is not None else default_codes(scheme)
    joined = _with_gold(codings, gold)
    if gold is not None and not joined["_coded"].any():
        raise ValueError("found no gold passage among the codings; expected some")
    what = f"codebook:{scheme.version}|unit:passage|{population}"
    draws = f"boot:{resamples}|seed:{seed}|v{version('stance')}"
    rows = []
    for key, part in parts(joined, groups):
        for code, raw in zip(wanted, _counts(part, wanted, scheme), strict=True):
            rows.append((*key, code, *raw, "count", f"count|{what}|v{version('stance')}"))
        if gold is not None:
            signature = f"ppi|gold:{source or 'unstated'}|{what}|{draws}"
            sums, coded = _sums(part, gold, wanted, scheme)
            numbers = corrected(sums, coded, population, level, resamples, seed)
            for code, own in zip(wanted, numbers, strict=True):
                rows.append((*key, code, *own, "ppi", signature))
    schema = {column: codings.schema[column] for column in groups} | ESTIMATE
    return pl.DataFrame(rows, schema=schema, orient="row")


def weighted(
    gold: pl.DataFrame,
    by: str | Sequence[str] = (),
    *,
    codes: Sequence[str] | None = None,
    codebook: Codebook | None = None,
    level: float = 0.95,
    resamples: int = 2000,
    seed: int = 0,
    source: str = "",
) -> pl.DataFrame:
    """Shares of passages with a code, by group, from a coded sample alone.

    The design-weighted mean of the sample (Hájek 1971; Särndal, Swensson and Wretman 1992, section
    5.7): no model has a part in it. Strata are not used for the interval, which is wider for that.

    Parameters
    ----------
    gold : DataFrame
        Codings of the sampled passages with ``probability`` (inclusion probability; null: sought
        out, not used) and the columns of `by`.
    by, codes, codebook, level, resamples, seed, source
        As for `prevalence`.

    Returns
    -------
    DataFrame
        As `prevalence` returns, with method ``weighted``; `n` is the number of sampled passages.

    Raises
    ------
    ValueError
        If `gold` has no column ``probability`` or no passage with one.
    """
    if "probability" not in gold.columns or not gold["probability"].count():
        raise ValueError("found no inclusion probability; expected one for sampled passages")
    scheme = codebook or load_codebook()
    sampled = gold.filter(pl.col("probability").is_not_null())
    # Predictions that are nought everywhere leave the weighted mean of the gold.
    blank = sampled.select("passage", "document", *([by] if isinstance(by, str) else by))
    columns = {t: pl.lit(None, dtype=pl.String) for t in scheme.target_codes}
    columns |= {f"{t}_facets": pl.lit([], dtype=pl.List(pl.String)) for t in scheme.target_codes}
    columns |= {f: pl.lit(value=False) for f in scheme.frame_codes}
    table = prevalence(
        blank.with_columns(**columns),
        by,
        codes=codes,
        gold=sampled,
        codebook=scheme,
        level=level,
        resamples=resamples,
        seed=seed,
        source=source,
    )
    return table.filter(pl.col("method") == "ppi").with_columns(
        method=pl.lit("weighted"),
        signature=pl.col("signature").str.replace("ppi", "weighted", literal=True),
    )


def _with_gold(codings: pl.DataFrame, gold: pl.DataFrame | None) -> pl.DataFrame:
    if gold is None:
        return codings.with_columns(_coded=pl.lit(value=False), _weight=pl.lit(0.0))
    chance = pl.col("probability") if "probability" in gold.columns else pl.lit(1.0)
    weights = gold.select("passage", _weight=1 / chance)
    return codings.join(weights, on="passage", how="left", maintain_order="left").with_columns(
        _coded=pl.col("_weight").is_not_null(), _weight=pl.col("_weight").fill_null(0.0)
    )


def parts(table: pl.DataFrame, groups: list[str]) -> Iterator[tuple[tuple[Any, ...], pl.DataFrame]]:
    """The groups of a table in their order, or the table as one."""
    if not groups:
        yield (), table
        return
    yield from table.sort(groups, maintain_order=True).group_by(groups, maintain_order=True)


def _counts(
    part: pl.DataFrame, codes: list[str], codebook: Codebook
) -> Iterator[tuple[float | None, None, None, None, int, int]]:
    coded = part["_coded"].to_numpy()
    for code in codes:
        head, given = split_given(code)
        of = np.ones(part.height) if given is None else indicator(part, given, codebook)
        n = int(of.sum())
        hits = float((indicator(part, head, codebook) * of).sum())
        yield (hits / n if n else None), None, None, None, n, int((coded * of).sum())


def _sums(
    part: pl.DataFrame, gold: pl.DataFrame, codes: list[str], codebook: Codebook
) -> tuple[Floats, NDArray[np.int64]]:
    """Sums over documents (documents, codes, 15), and coded passages under each condition."""
    cluster = part["document"].rank("dense").to_numpy().astype(np.int64) - 1
    clusters = int(cluster.max()) + 1
    weight = part["_weight"].to_numpy()
    at = part.with_row_index("_row").filter(pl.col("_coded")).select("_row", "passage")
    truth = at.join(gold, on="passage", maintain_order="left")
    row = at["_row"].to_numpy()
    layers, counted = [], []
    for code in codes:
        head, given = split_given(code)
        f = prediction(part, head if given is None else f"{head}&{given}", codebook)
        y = np.zeros(part.height)
        y[row] = indicator(truth, head if given is None else f"{head}&{given}", codebook)
        g, z = np.ones(part.height), np.zeros(part.height)
        z[row] = 1
        if given is not None:
            g = prediction(part, given, codebook)
            z[row] = indicator(truth, given, codebook)
        population = np.stack([np.ones(part.height), f, g], axis=1)
        columns = np.hstack([population, coded_columns(weight, y, z, f, g)])
        layers.append(sum_by(cluster, columns, clusters))
        counted.append(int(z.sum()))
    return np.stack(layers, axis=1), np.array(counted)


def coded_columns(weight: Floats, y: Floats, z: Floats, f: Floats, g: Floats) -> Floats:
    """What `two_phase_share` needs of each passage, nought where not coded: shape (n, 12)."""
    columns = [np.ones_like(y), y, z, f, g, f * f, f * g, g * g, y * f, y * g, z * f, z * g]
    return weight[:, None] * np.stack(columns, axis=1)


def tuning_factor(coded: Floats) -> Floats:
    """The slope of ``y - t z`` on ``f - t g``, t = y / z, from sums (..., 15): between 0 and 1."""
    w = coded[..., _W]
    y, z, f, g = (coded[..., i] / w for i in (_WY, _WZ, _WF, _WG))
    t = y / z
    u, v = y - t * z, f - t * g
    square = (coded[..., _FF] - 2 * t * coded[..., _FG] + t**2 * coded[..., _GG]) / w - v**2
    product = (
        coded[..., _YF] - t * coded[..., _YG] - t * coded[..., _ZF] + t**2 * coded[..., _ZG]
    ) / w - u * v
    slope = np.where(square > 1e-12, product / np.where(square > 1e-12, square, 1), 0)
    return np.clip(slope, 0, 1)


def two_phase_share(population: Floats, coded: Floats) -> Floats:
    """The power-tuned difference estimator of a share or of a ratio of shares.

    Parameters
    ----------
    population : array, shape (..., 15)
        Sums over all passages; the first three columns are used.
    coded : array, shape (..., 15)
        Weighted sums over the coded passages; the other columns are used.

    Returns
    -------
    array, shape (...)
        The root of ``mean(l * (f - t g)) + mean_w((y - t z) - l * (f - t g)) = 0`` in t, with
        the tuning factor l shared by numerator and denominator; so a conditional share is one
        estimating equation, never a ratio of separately corrected parts. l is the regression
        slope of ``y - t z`` on ``f - t g`` at the gold's own ratio t, between 0 and 1.
    """
    n, f, g = (population[..., i] for i in (_N, _F, _G))
    y, z, wf, wg = (coded[..., i] / coded[..., _W] for i in (_WY, _WZ, _WF, _WG))
    tuned = tuning_factor(coded)
    return np.asarray((tuned * (f / n - wf) + y) / (tuned * (g / n - wg) + z))


def corrected(
    sums: Floats,
    counted: NDArray[np.int64],
    population: Population,
    level: float,
    resamples: int,
    seed: int,
) -> Iterator[tuple[float | None, float | None, float | None, float, int, int]]:
    """Of each code ``estimate, low, high, level, n, n_gold``, from sums (documents, codes, 15)."""
    total = sums.sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        estimate = two_phase_share(total, total)
        if population == "superpopulation":
            drawn = resample(sums, bootstrap_weights(len(sums), resamples, seed))
            replicates = two_phase_share(drawn, drawn)
        else:
            has_gold = sums[:, 0, _W] > 0
            weights = bootstrap_weights(int(has_gold.sum()), resamples, seed)
            replicates = two_phase_share(total, resample(sums[has_gold], weights))
            # Finite population correction: the coded share of the documents is not at chance.
            left = np.sqrt(1 - has_gold.mean())
            replicates = estimate + left * (replicates - estimate)
    interval = percentile_interval(estimate, replicates, level)
    n = int(total[0, _N])
    for i, n_gold in enumerate(counted):
        if n_gold < FEWEST_GOLD or not np.isfinite(estimate[i]):
            yield None, None, None, level, n, int(n_gold)
            continue
        point, low, high = (float(np.clip(part[i], 0, 1)) for part in interval[:3])
        yield point, low, high, level, n, int(n_gold)
