"""Codings of passages by models that never saw their documents."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Protocol

import numpy as np
import polars as pl
from joblib import Parallel, delayed
from numpy.typing import NDArray
from sklearn.base import clone
from sklearn.model_selection import GroupKFold

Split = tuple[NDArray[np.int64], NDArray[np.int64]]


class Coder(Protocol):
    """What learns from coded passages and codes others."""

    def fit(self, passages: pl.DataFrame, codings: pl.DataFrame) -> Any:
        """Learn from coded passages."""

    def code(self, passages: pl.DataFrame) -> pl.DataFrame:
        """Code passages, one row each, in order."""


def document_folds(documents: Iterable[str], folds: int = 5, seed: int = 0) -> list[Split]:
    """Positions of training and test passages, every document whole on one side.

    Parameters
    ----------
    documents : iterable of str
        The document of each passage.
    """
    groups = np.asarray(list(documents))
    splitter = GroupKFold(folds, shuffle=True, random_state=seed)
    return list(splitter.split(np.zeros(len(groups)), groups=groups))


def cross_validate(
    coders: Sequence[Coder],
    passages: pl.DataFrame,
    gold: pl.DataFrame,
    *,
    folds: int = 5,
    repeats: int = 2,
    seed: int = 0,
    jobs: int = 2,
) -> pl.DataFrame:
    """Out-of-fold codings of every passage by every coder, repeated over other splits.

    Returns
    -------
    DataFrame
        Codings with a column ``repeat``; the hash in a coder's name is left out, as every fold
        fits a model of its own.
    """
    passages = gold.select("passage").join(passages, on="passage", maintain_order="left")
    tasks = [
        (coder, repeat, split)
        for repeat in range(repeats)
        for split in document_folds(passages["document"], folds, seed + repeat)
        for coder in coders
    ]
    parts = Parallel(n_jobs=jobs)(delayed(_fold)(passages, gold, *task) for task in tasks)
    order = passages.select("passage").with_row_index("_order")
    table = pl.concat(parts).join(order, on="passage")
    ordered: pl.DataFrame = table.sort("coder", "repeat", "_order").drop("_order")
    return ordered


def _fold(
    passages: pl.DataFrame, gold: pl.DataFrame, coder: Coder, repeat: int, split: Split
) -> pl.DataFrame:
    train, test = split
    return code_split(coder, passages, gold, train, test).with_columns(repeat=pl.lit(repeat))


def code_split(
    coder: Coder,
    passages: pl.DataFrame,
    gold: pl.DataFrame,
    train: NDArray[np.int64],
    test: NDArray[np.int64],
) -> pl.DataFrame:
    """Codings of the test passages by a fresh coder fitted on the training passages.

    `train` and `test` are positions in `passages`, with which `gold` is aligned.
    """
    fitted = clone(coder).fit(passages[train], gold[train])
    codings: pl.DataFrame = fitted.code(passages[test])
    return codings.with_columns(pl.col("coder").str.replace(r"@.*$", ""))


def transfer(
    coder: Coder, passages: pl.DataFrame, gold: pl.DataFrame, train: pl.Expr, test: pl.Expr
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Learn from some documents, code others: another language, a later time.

    Parameters
    ----------
    passages : DataFrame
        With the columns that `train` and `test` look at.
    train, test : expressions
        Which passages to learn from and which to code.

    Returns
    -------
    codings, gold : DataFrame
        Of the test passages, aligned.

    Raises
    ------
    ValueError
        If a document has passages on both sides.
    """
    table = gold.select("passage").join(passages, on="passage", maintain_order="left")
    sides = [
        table.with_columns(_side=side)["_side"].fill_null(value=False).to_numpy()
        for side in (train, test)
    ]
    documents = [set(table["document"].to_numpy()[side]) for side in sides]
    if both := documents[0] & documents[1]:
        raise ValueError(f"found document {min(both)!r} on both sides; expected it on one")
    rows = [np.flatnonzero(side) for side in sides]
    return code_split(coder, table, gold, rows[0], rows[1]), gold[rows[1]]
