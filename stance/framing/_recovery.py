"""Does a corrected share find a share that is known?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from stance.codebook import Codebook, load_codebook
from stance.framing._codes import indicator, split_given
from stance.framing._prevalence import prevalence

RECOVERY = {
    "code": pl.String,
    "method": pl.String,
    "truth": pl.Float64,
    "bias": pl.Float64,
    "rmse": pl.Float64,
    "coverage": pl.Float64,
    "width": pl.Float64,
    "trials": pl.Int64,
}


def true_share(gold: pl.DataFrame, code: str, codebook: Codebook) -> float | None:
    """The share of a code by gold, where every passage has gold; None where none is in question."""
    head, given = split_given(code)
    of = np.ones(gold.height) if given is None else indicator(gold, given, codebook)
    return float((indicator(gold, head, codebook) * of).sum() / of.sum()) if of.sum() else None


def with_truth(
    shares: pl.DataFrame, gold: pl.DataFrame, by: str, codebook: Codebook | None = None
) -> pl.DataFrame:
    """Shares with rows of method ``truth``: what all gold says of each group and code."""
    scheme = codebook or load_codebook()
    rows = []
    for group, code in shares.select(by, "code").unique(maintain_order=True).iter_rows():
        part = gold.filter(pl.col(by).eq_missing(pl.lit(group)))
        row = {by: group, "code": code, "estimate": true_share(part, code, scheme)}
        rows.append(row | {"n": part.height, "n_gold": part.height, "method": "truth"})
    return pl.concat([shares, pl.DataFrame(rows, schema=shares.schema)])


def recovery(
    codings: pl.DataFrame,
    gold: pl.DataFrame,
    *,
    codes: Sequence[str],
    codebook: Codebook | None = None,
    trials: int = 200,
    resamples: int = 400,
    level: float = 0.95,
    seed: int = 0,
) -> pl.DataFrame:
    """Hide the gold of a random half of the documents again and again, and estimate.

    Parameters
    ----------
    codings, gold : DataFrame
        Codings by a model that did not see these documents, and gold for every passage.

    Returns
    -------
    DataFrame
        Per code and method (``count``: the raw share of the codings; ``gold``: the coded half
        alone; ``ppi``: corrected) the mean error, the root mean squared error, and for ``ppi`` how
        often the interval held the true share (the corpus is the population: ``finite``) and how
        wide it was.
    """
    scheme = codebook or load_codebook()
    documents = np.asarray(gold["document"].unique().sort())
    draws = np.random.default_rng(seed)
    errors: dict[tuple[str, str], list[float]] = {}
    hits: dict[str, list[bool]] = {code: [] for code in codes}
    widths: dict[str, list[float]] = {code: [] for code in codes}
    truth = {code: true_share(gold, code, scheme) or 0.0 for code in codes}
    for trial in range(trials):
        kept = draws.permutation(documents)[: len(documents) // 2]
        seen = gold.filter(pl.col("document").is_in(kept))
        table = prevalence(
            codings,
            codes=codes,
            gold=seen,
            codebook=scheme,
            population="finite",
            level=level,
            resamples=resamples,
            seed=trial,
        )
        for row in table.iter_rows(named=True):
            code, estimate = row["code"], row["estimate"]
            if estimate is None:
                continue
            errors.setdefault((code, row["method"]), []).append(estimate - truth[code])
            if row["method"] == "ppi":
                hits[code].append(row["low"] <= truth[code] <= row["high"])
                widths[code].append(row["high"] - row["low"])
                alone = true_share(seen, code, scheme)
                errors.setdefault((code, "gold"), []).append((alone or 0.0) - truth[code])
    rows = []
    for (code, method), values in errors.items():
        error = np.array(values)
        held = (np.mean(hits[code]), np.mean(widths[code])) if method == "ppi" else (None, None)
        rmse = float(np.sqrt((error**2).mean()))
        rows.append((code, method, truth[code], float(error.mean()), rmse, *held, len(error)))
    return pl.DataFrame(rows, schema=RECOVERY, orient="row").sort("code", "method")
