"""Actors praised or blamed: the actors a passage names, each judged by the words around its names.

Names themselves are not looked at, only the kind of actor: a state is a state, whichever it is, so
that a model learns what is said of actors and not whom the training passages happened to blame.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple, Self

import numpy as np
import polars as pl
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from stance.codebook import Codebook, load_codebook
from stance.models._head import Head, positive
from stance.models._surroundings import Bags, Evaluations, look_up, surroundings
from stance.models._terms import Lexicon

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]


class Evaluated(NamedTuple):
    """An actor that a passage names, and the probability of every evaluation of it."""

    actor: str
    p: tuple[float, ...]


class Actors(NamedTuple):
    """The actors that some texts name, in order.

    Attributes
    ----------
    rows : array, shape (actors,)
        The text of each.
    actors : list of str
    p : array, shape (actors, evaluations)
        Calibrated probabilities.
    """

    rows: Integers
    actors: list[str]
    p: Floats


class ActorCoder(BaseEstimator):  # type: ignore[misc]
    """Praise and blame of the actors that a passage names.

    A logistic regression for every evaluation, over the words left and right of an actor's names,
    those of the sentences they stand in, and where the lexicon's terms of evaluation stand. An
    actor that is described but not named is not found.

    Parameters
    ----------
    codebook : Codebook, optional
        By default the project's.
    lexicon : mapping, optional
        Terms by layer and code; its layer of evaluations is used.
    seed : int

    Attributes
    ----------
    tokens_ : fitted TfidfVectorizer
    heads_ : list of Head, one an evaluation
    """

    def __init__(
        self, codebook: Codebook | None = None, lexicon: Lexicon | None = None, seed: int = 0
    ) -> None:
        self.codebook = codebook
        self.lexicon = lexicon
        self.seed = seed

    @property
    def scheme(self) -> Codebook:
        """The codebook in use."""
        return self.codebook or load_codebook()

    def fit(self, passages: pl.DataFrame, codings: pl.DataFrame) -> Self:
        """Learn from coded passages with ``text``; those whose actors were not coded are left out.

        Raises
        ------
        ValueError
            If no passage with coded actors is there.
        """
        coded = codings.filter(pl.col("actors").is_not_null()).join(
            passages.select("passage", "text"), on="passage", how="inner", maintain_order="left"
        )
        if coded.is_empty():
            raise ValueError("found no passage with coded actors; expected some")
        bags = surroundings(coded["text"].to_list(), self._evaluations())
        self.tokens_ = TfidfVectorizer(analyzer=tuple, min_df=3, sublinear_tf=True)
        X = self.tokens_.fit_transform(bags.lists())
        codings_of = coded["actors"].to_list()
        given = [
            next((one["evaluation"] for one in codings_of[row] if one["actor"] == actor), None)
            for row, actor in zip(bags.rows.tolist(), bags.actors, strict=True)
        ]
        y = np.array(given, dtype=object)
        order = coded["document"].rank("dense").to_numpy().astype(np.int64)[bags.rows]
        self.heads_ = []
        for evaluation in self.scheme.evaluation_codes:
            classifier = LogisticRegression(C=1.0, class_weight="balanced", max_iter=500)
            self.heads_.append(Head([classifier], self.seed).fit([X], y == evaluation, order))
        return self

    def evaluate(self, texts: Sequence[str]) -> Actors:
        """The actors that texts name, with calibrated probabilities of evaluations."""
        bags = surroundings(texts, self._evaluations())
        if not bags.actors:
            return Actors(bags.rows, [], np.empty((0, len(self.heads_))))
        return Actors(bags.rows, bags.actors, positive(self.heads_, [self._vectors(bags)]))

    def _vectors(self, bags: Bags) -> sp.csr_matrix:
        """What `tokens_` makes of the bags as lists, without going through them one by one."""
        column_of = self.tokens_.vocabulary_
        columns = np.array([column_of.get(token, -1) for token in bags.distinct])[bags.tokens]
        known = columns >= 0
        places = (bags.owners[known], columns[known])
        shape = (len(bags.actors), len(column_of))
        counts = sp.csr_matrix((np.ones(known.sum()), places), shape=shape)
        return self.tokens_._tfidf.transform(counts, copy=False)

    def probabilities(self, texts: Sequence[str]) -> list[list[Evaluated]]:
        """For every text the actors it names, with calibrated probabilities of evaluations."""
        rows, actors, p = self.evaluate(texts)
        evaluated: list[list[Evaluated]] = [[] for _ in texts]
        for row, actor, values in zip(rows.tolist(), actors, p.tolist(), strict=True):
            evaluated[row].append(Evaluated(actor, tuple(values)))
        return evaluated

    def decide(
        self, evaluated: Iterable[Evaluated], targets: Sequence[str]
    ) -> list[dict[str, object]]:
        """Codings of actors: the evaluation that is furthest above its threshold, if one is.

        An evaluation is given all targets of the passage: in the codings by hand four of five
        targets of a passage belong to an evaluation in it.
        """
        named = list(evaluated)
        if not named:
            return []
        codes = self.scheme.evaluation_codes
        chosen = self.choose(np.array([one.p for one in named])).tolist()
        return [
            {"actor": one.actor, "evaluation": codes[best], "targets": list(targets)}
            for one, best in zip(named, chosen, strict=True)
            if best >= 0
        ]

    def choose(self, p: Floats) -> Integers:
        """Places of the evaluations that are given, from probabilities (n, evaluations); or -1."""
        thresholds = np.array([head.threshold_ for head in self.heads_])
        return np.where((p >= thresholds).any(axis=1), (p / thresholds).argmax(axis=1), -1)

    def _evaluations(self) -> Evaluations:
        layer = (self.lexicon or {}).get("evaluations", {})
        return look_up(tuple((code, tuple(terms)) for code, terms in layer.items() if terms))
