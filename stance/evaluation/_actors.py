"""How well a coder finds praise and blame: over pairs of passage and actor."""

from __future__ import annotations

import numpy as np
import polars as pl

from stance._resampling import Floats, Interval, bootstrap, bootstrap_weights, sum_by
from stance.codebook import Codebook
from stance.evaluation._metrics import SCORES


def actor_scores(
    codings: pl.DataFrame,
    gold: pl.DataFrame,
    codebook: Codebook,
    *,
    resamples: int = 2000,
    seed: int = 0,
    level: float = 0.95,
) -> pl.DataFrame:
    """F1, precision and recall of every evaluation, and the mean F1.

    Parameters
    ----------
    codings : DataFrame
        Codings of the gold passages with ``actors``; an actor that a coder did not find counts as
        not evaluated.
    gold : DataFrame

    Returns
    -------
    DataFrame
        As `scores` returns, of layer ``actor``; `n_gold` are the pairs of passage and actor with
        the evaluation in gold.

    Raises
    ------
    ValueError
        If a gold passage is not coded, or coded twice.
    """
    given = gold.select("passage").join(codings, on="passage", how="inner", maintain_order="left")
    if given["passage"].to_list() != gold["passage"].to_list():
        found = f"found {given.height} codings of {gold.height} gold passages"
        raise ValueError(f"{found}; expected one of each")
    cluster = gold["document"].rank("dense").to_numpy().astype(np.int64) - 1
    counts = np.array(
        [
            [_counts(_pairs(mine, code), _pairs(true, code)) for code in codebook.evaluation_codes]
            for mine, true in zip(given["actors"], gold["actors"], strict=True)
        ],
        dtype=np.float64,
    )
    sums = sum_by(cluster, counts, int(cluster.max()) + 1)
    weights = bootstrap_weights(len(sums), resamples, seed)
    rows = []

    def add(code: str, statistic: str, interval: Interval, i: int, n: int) -> None:
        numbers = [float(np.atleast_1d(part)[i]) for part in interval]
        place = (codings["coder"][0], "actor", code, statistic)
        rows.append((*place, *numbers[:3], level, gold.height, n, int(numbers[3])))

    n_gold = (counts[:, :, 0] + counts[:, :, 2]).sum(axis=0).astype(int)
    for statistic, function in (("F1", _f1), ("precision", _precision), ("recall", _recall)):
        interval = bootstrap(function, sums, weights=weights, level=level)
        for i, code in enumerate(codebook.evaluation_codes):
            add(code, statistic, interval, i, int(n_gold[i]))
    mean = bootstrap(lambda s: _f1(s).mean(axis=-1), sums, weights=weights, level=level)
    add("(mean)", "macro-F1", mean, 0, int(n_gold.sum()))
    table = pl.DataFrame(rows, schema=SCORES, orient="row")
    return table.with_columns(pl.col("estimate", "low", "high").fill_nan(None))


def _pairs(actors: pl.Series | list[dict[str, str]] | None, code: str) -> set[str]:
    return {
        one["actor"] for one in (actors if actors is not None else ()) if one["evaluation"] == code
    }


def _counts(mine: set[str], true: set[str]) -> tuple[int, int, int]:
    """Right, invented, missed."""
    return len(mine & true), len(mine - true), len(true - mine)


def _f1(sums: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(2 * sums[..., 0] / (2 * sums[..., 0] + sums[..., 1] + sums[..., 2]))


def _precision(sums: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(sums[..., 0] / (sums[..., 0] + sums[..., 1]))


def _recall(sums: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(sums[..., 0] / (sums[..., 0] + sums[..., 2]))
