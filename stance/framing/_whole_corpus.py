"""Shares in a whole corpus, from a fast model's sums per document and a coded sample.

A corpus of hundreds of thousands of passages is held as sums of probabilities by document
(``speeches.parquet``); the sample that was read corrects them. The estimator is that of
`stance.framing.prevalence`, its population part added up beforehand.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import version
from typing import Any

import numpy as np
import polars as pl

from stance._resampling import (
    Floats,
    bootstrap_weights,
    percentile_interval,
    resample,
    sum_by,
)
from stance.codebook import Codebook, load_codebook
from stance.framing._codes import indicator, prediction, split_given
from stance.framing._prevalence import (
    ESTIMATE,
    FEWEST_GOLD,
    coded_columns,
    corrected,
    parts,
    tuning_factor,
)


def cell(code: str) -> str:
    """The column of sums that holds a joined code: parts in order, a target that is implied left.

    Examples
    --------
    >>> cell("sovereignty:favor&sovereignty"), cell("security&sovereignty")
    ('sovereignty:favor', 'security&sovereignty')
    """
    parts = set(code.split("&"))
    implied = {p.replace("/", ":").split(":")[0] for p in parts if ":" in p or "/" in p}
    return "&".join(sorted(parts - implied))


def cells(codebook: Codebook) -> list[str]:
    """The codes whose sums are kept: single ones, and targets and stances joined with frames."""
    stances = [f"{t}:{s}" for t in codebook.target_codes for s in codebook.stance_codes]
    facets = [f"{t}/{f}" for t, f in codebook.facet_codes]
    joined = [
        cell(f"{frame}&{code}")
        for frame in codebook.frame_codes
        for code in (*codebook.target_codes, *stances)
    ]
    return [*codebook.target_codes, *stances, *facets, *codebook.frame_codes, *joined]


def document_sums(codings: pl.DataFrame, codebook: Codebook | None = None) -> pl.DataFrame:
    """Sums of probabilities by document, of codings with probabilities.

    Returns
    -------
    DataFrame
        ``document, passages`` and a column a code of `cells`, in the order of the documents.
    """
    scheme = codebook or load_codebook()
    columns = {code: prediction(codings, code, scheme) for code in cells(scheme)}
    table = codings.select("document").with_columns(
        pl.Series(code, values) for code, values in columns.items()
    )
    return table.group_by("document", maintain_order=True).agg(
        pl.len().cast(pl.Int32).alias("passages"), pl.col(list(columns)).sum().cast(pl.Float32)
    )


def corpus_prevalence(
    sums: pl.DataFrame,
    coded: pl.DataFrame,
    gold: pl.DataFrame,
    by: str | Sequence[str] = (),
    *,
    codes: Sequence[str],
    codebook: Codebook | None = None,
    level: float = 0.95,
    resamples: int = 2000,
    seed: int = 0,
    source: str = "",
) -> pl.DataFrame:
    """Shares of passages with a code in a whole corpus, by group of documents.

    Parameters
    ----------
    sums : DataFrame
        Every document of the corpus, as `document_sums` returns it, with the columns of `by`.
    coded : DataFrame
        Codings of the passages of `gold` by models that have not seen their documents.
    gold : DataFrame
        Codings by reading with ``probability``; passages without one are not used.
    by, codes, codebook, level, resamples, seed, source
        As for `prevalence`.

    Returns
    -------
    DataFrame
        As `prevalence` returns, with methods ``count`` (the mean of the model's probabilities, no
        interval) and ``ppi``.

    Raises
    ------
    ValueError
        If a sampled passage has no coding in `coded`, or its document no sums.
    """
    scheme = codebook or load_codebook()
    groups = [by] if isinstance(by, str) else list(by)
    sample = aligned(sums, coded, gold)
    about = f"gold:{source or 'unstated'}|codebook:{scheme.version}|unit:passage|superpopulation"
    counting = f"count|{about}|v{version('stance')}"
    signature = f"ppi|{about}|boot:{resamples}|seed:{seed}|v{version('stance')}"
    rows: list[tuple[Any, ...]] = []
    for key, part in parts(sums, groups):
        table, counted = two_phase_sums(part, *sample, codes, scheme)
        numbers = corrected(table, counted, "superpopulation", level, resamples, seed)
        for code, raw, own in zip(codes, _counts(table, codes), numbers, strict=True):
            rows.append((*key, code, raw, None, None, None, *own[-2:], "count", counting))
            rows.append((*key, code, *own, "ppi", signature))
    schema = {column: sums.schema[column] for column in groups} | ESTIMATE
    return pl.DataFrame(rows, schema=schema, orient="row")


def yearly(
    sums: pl.DataFrame,
    coded: pl.DataFrame,
    gold: pl.DataFrame,
    *,
    codes: Sequence[str],
    year: str = "year",
    era: str = "decade",
    codebook: Codebook | None = None,
    level: float = 0.95,
    resamples: int = 500,
    seed: int = 0,
    source: str = "",
) -> pl.DataFrame:
    """Shares year by year that borrow their correction from a longer time, and so rest on a model.

    Within an era the model's mean in a year is scaled by the era's tuning factor and moved by the
    era's mean residual. The curve is right in each era as a whole, whatever the model's errors;
    within it, only as far as these do not change from year to year.

    Parameters
    ----------
    sums, coded, gold, codes, codebook, level, resamples, seed, source
        As for `corpus_prevalence`; codes without a condition.
    year, era : str
        Columns of `sums`; a year lies in one era.

    Returns
    -------
    DataFrame
        ``<year>, code, estimate, low, high, level, n, n_gold, method, signature``, with method
        ``model``; `n_gold` is the number of coded passages of the era, and fewer than `FEWEST_GOLD`
        of them give nulls.

    Raises
    ------
    ValueError
        As `corpus_prevalence`, and for a code with a condition.
    """
    scheme = codebook or load_codebook()
    sample = aligned(sums, coded, gold)
    if given := [code for code in codes if "|" in code]:
        raise ValueError(f"found code {given[0]!r}; expected codes without a condition")
    about = f"gold:{source or 'unstated'}|codebook:{scheme.version}|correction:{era}"
    signature = f"model|{about}|boot:{resamples}|seed:{seed}|v{version('stance')}"
    rows: list[tuple[Any, ...]] = []
    for _, part in parts(sums.drop_nulls([year, era]), [era]):
        table, counted = two_phase_sums(part, *sample, codes, scheme)
        weights = np.vstack(
            [np.ones((1, len(table))), bootstrap_weights(len(table), resamples, seed)]
        )
        slope, shift = _correction(resample(table, weights))
        n_gold = int(counted[0])
        for value in part[year].unique().sort():
            own = (part[year] == value).to_numpy()
            total = resample(table[own], weights[:, own])
            with np.errstate(divide="ignore", invalid="ignore"):
                curve = slope * total[..., 1] / total[..., 0] + shift
            interval = percentile_interval(curve[0], curve[1:], level)
            n = int(table[own, 0, 0].sum())
            for i, code in enumerate(codes):
                known = n_gold >= FEWEST_GOLD
                numbers = [float(np.clip(x[i], 0, 1)) if known else None for x in interval[:3]]
                rows.append((value, code, *numbers, level, n, n_gold, "model", signature))
    schema: dict[str, Any] = {year: sums.schema[year], **ESTIMATE}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _correction(total: Floats) -> tuple[Floats, Floats]:
    """Tuning factor and mean residual of an unconditional share, from sums (..., codes, 15)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        slope = tuning_factor(total)
        return slope, (total[..., 4] - slope * total[..., 6]) / total[..., 3]


def _counts(table: Floats, codes: Sequence[str]) -> list[float | None]:
    """The mean of the model's probabilities, among those of the condition if there is one."""
    total = table.sum(axis=0)
    of = np.where(["|" in code for code in codes], total[:, 2], total[:, 0])
    return [float(f / n) if n > 0 else None for f, n in zip(total[:, 1], of, strict=True)]


def aligned(
    sums: pl.DataFrame, coded: pl.DataFrame, gold: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Sampled passages: their gold with weights, and the model's codings of them, aligned."""
    sampled = gold.filter(pl.col("probability").is_not_null())
    for table, what in ((sampled, "gold"), (coded, "codings")):
        if (again := table.filter(pl.col("passage").is_duplicated())).height:
            found = f"found passage {again['passage'][0]!r} twice in the {what}; expected it once"
            raise ValueError(found)
    order = sampled.select("passage")
    given = order.join(coded, on="passage", how="inner", maintain_order="left")
    if given.height < sampled.height:
        missing = order.join(coded, on="passage", how="anti")["passage"][0]
        raise ValueError(f"found no coding of sampled passage {missing!r}; expected one of each")
    if unknown := set(sampled["document"]) - set(sums["document"]):
        raise ValueError(f"found no sums of document {min(unknown)!r}; expected them of each")
    return sampled, given


def two_phase_sums(
    part: pl.DataFrame,
    sampled: pl.DataFrame,
    coded: pl.DataFrame,
    codes: Sequence[str],
    codebook: Codebook,
) -> tuple[Floats, np.ndarray[Any, np.dtype[np.int64]]]:
    """Sums over the documents of a part, as `two_phase_share` takes them, and coded passages."""
    place = {document: i for i, document in enumerate(part["document"])}
    here = sampled["document"].is_in(list(place))
    own, given = sampled.filter(here), coded.filter(here)
    cluster = np.array([place[document] for document in own["document"]], dtype=np.int64)
    w = 1 / own["probability"].to_numpy()
    n = part["passages"].to_numpy().astype(np.float64)
    layers, counted = [], []
    for code in codes:
        head, condition = split_given(code)
        whole = head if condition is None else f"{head}&{condition}"
        y, f = indicator(own, whole, codebook), prediction(given, whole, codebook)
        z, g, of = np.ones(own.height), np.ones(own.height), n
        if condition is not None:
            z, g = indicator(own, condition, codebook), prediction(given, condition, codebook)
            of = part[cell(condition)].to_numpy().astype(np.float64)
        sums = sum_by(cluster, coded_columns(w, y, z, f, g), part.height)
        population = np.stack([n, part[cell(whole)].to_numpy().astype(np.float64), of], axis=1)
        layers.append(np.hstack([population, sums]))
        counted.append(int(z.sum()))
    return np.stack(layers, axis=1), np.array(counted)
