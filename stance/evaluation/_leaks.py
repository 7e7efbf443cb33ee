"""Can names alone tell the label? Then a model would learn names, not positions."""

from __future__ import annotations

import re

import numpy as np
import polars as pl
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold, cross_val_predict

from stance.codebook import Codebook
from stance.corpus import stance_indices

NAME_LEAK = {
    "target": pl.String,
    "names": pl.Float64,
    "majority": pl.Float64,
    "difference": pl.Float64,
    "n": pl.Int64,
}
_CAPITALISED = re.compile(r"(?<=[\w,;:’'] )[A-ZÀ-Þ][\w’-]+")


def names_of(text: str, side: str | None) -> list[str]:
    """The capitalised words within the sentences of a text, and the speaker's side."""
    return [*_CAPITALISED.findall(text), f"side={side}"]


def name_leak(
    passages: pl.DataFrame,
    documents: pl.DataFrame,
    gold: pl.DataFrame,
    codebook: Codebook,
    *,
    seed: int = 0,
) -> pl.DataFrame:
    """How well a bag of names predicts the stance on each target, beside the majority.

    Names are the capitalised words within sentences and the speaker's side. The actors coded as
    praised or blamed are no names in this sense: a neutral passage has none by definition. A
    logistic regression is cross-validated over whole documents.

    Returns
    -------
    DataFrame
        ``target, names, majority, difference, n``: accuracies in [0, 1] on the `n` passages with
        the target, and ``(pooled)`` over all.
    """
    table = gold.join(passages.select("passage", "text"), on="passage", maintain_order="left").join(
        documents.select("document", side="actor"), on="document", maintain_order="left"
    )
    bags = [names_of(text, side) for text, side in table.select("text", "side").iter_rows()]
    stance = stance_indices(gold, codebook)
    groups = table["document"].to_numpy()
    rows, hits, most, total = [], 0, 0, 0
    for t, target in enumerate(codebook.target_codes):
        own = np.flatnonzero(stance[:, t] >= 0)
        y = stance[own, t]
        X = CountVectorizer(analyzer=list, binary=True).fit_transform([bags[i] for i in own])
        folds = StratifiedGroupKFold(5, shuffle=True, random_state=seed)
        model = LogisticRegression(C=1.0, max_iter=2000)
        predicted = cross_val_predict(model, X, y, groups=groups[own], cv=folds)
        right, majority = int((predicted == y).sum()), int(np.bincount(y).max())
        rows.append(
            (target, right / len(y), majority / len(y), (right - majority) / len(y), len(y))
        )
        hits, most, total = hits + right, most + majority, total + len(y)
    rows.append(("(pooled)", hits / total, most / total, (hits - most) / total, total))
    return pl.DataFrame(rows, schema=NAME_LEAK, orient="row")
