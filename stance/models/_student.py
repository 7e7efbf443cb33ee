"""The student: a linear model of words, taught by a slower model; fast enough for a corpus.

A slower model codes many passages that nobody has coded; the student learns its probabilities, not
its decisions (Hinton, Vinyals and Dean 2015, "Distilling the knowledge in a neural network"), as
linear functions of words, word pairs and runs of letters within words, and is then calibrated on
passages that were coded by reading.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any, Self

import numpy as np
import polars as pl
import scipy.sparse as sp
from joblib import Parallel, delayed
from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression, Ridge

from stance.codebook import Codebook, Decision, Probabilities, load_codebook
from stance.corpus import facet_indicators, frame_indicators, probability_columns, stance_indices
from stance.models._actor import ActorCoder
from stance.models._counts import count_letters, count_terms, plain_words
from stance.models._features import only_words, plain
from stance.models._head import best_f1_threshold, best_f1_weights
from stance.models._table import decided_table, with_actors
from stance.models._terms import Lexicon, LexiconCounts

Floats = NDArray[np.float64]
_LIMIT = 4.0
"""Logits beyond this are as good as certain; the student does not chase them."""


class Student(BaseEstimator):  # type: ignore[misc]
    """A linear model of words that imitates a teacher's probabilities.

    Its features: words and word pairs, and runs of three to five letters within words (each tf-idf
    of unit length), and how many terms of each code of the lexicon stand in the text.

    Parameters
    ----------
    codebook : Codebook, optional
        By default the project's.
    lexicon : mapping, optional
        Terms by layer and code.
    terms, letters : int
        The largest number of words and word pairs, and of runs of letters: the most frequent of
        those in at least `shared` passages.
    shared : int
    penalty : float
        Of the ridge regression on the teacher's logits.
    actors : ActorCoder, optional
        A fitted coder of layer 4.

    Attributes
    ----------
    terms_, letters_ : fitted TfidfVectorizer
    counts_ : LexiconCounts
    weights_ : array of float16, shape (terms + letters + codes of the lexicon, outputs)
    intercepts_ : array of float32, shape (outputs,)
        Outputs are the columns of `probability_columns`.
    scales_ : array, shape (outputs, 2)
        Slope and intercept of the calibration of each output's logit.
    thresholds_ : array, shape (outputs,)
    stance_weights_ : array, shape (stances,)
        What probabilities of stances are multiplied by before the largest decides.
    hash_ : str
    """

    name = "student"

    def __init__(
        self,
        codebook: Codebook | None = None,
        lexicon: Lexicon | None = None,
        terms: int = 50_000,
        letters: int = 30_000,
        shared: int = 5,
        penalty: float = 1.0,
        actors: ActorCoder | None = None,
    ) -> None:
        self.codebook = codebook
        self.lexicon = lexicon
        self.terms = terms
        self.letters = letters
        self.shared = shared
        self.penalty = penalty
        self.actors = actors

    @property
    def scheme(self) -> Codebook:
        """The codebook in use."""
        return self.codebook or load_codebook()

    @property
    def coder(self) -> str:
        """The name under which codings are returned."""
        return f"model:{self.name}@{self.hash_}"

    def fit(self, texts: list[str], taught: pl.DataFrame) -> Self:
        """Learn from texts (n) and a teacher's probabilities of them, a row a text."""
        self.terms_ = TfidfVectorizer(
            preprocessor=plain,
            ngram_range=(1, 2),
            min_df=self.shared,
            max_features=self.terms,
            sublinear_tf=True,
            dtype=np.float32,
        )
        self.letters_ = TfidfVectorizer(
            preprocessor=only_words,
            analyzer="char_wb",
            ngram_range=(3, 5),
            min_df=self.shared,
            max_features=self.letters,
            sublinear_tf=True,
            dtype=np.float32,
        )
        self.terms_.fit(texts)
        self.letters_.fit(texts)
        self.counts_ = LexiconCounts(self.lexicon or {})
        X = sp.hstack(self.features(texts), format="csr", dtype=np.float32)
        p = taught.select(probability_columns(self.scheme)).to_numpy()
        y = np.clip(_logit(p), -_LIMIT, _LIMIT)
        ridges = Parallel(n_jobs=2)(delayed(_ridge)(X, own, self.penalty) for own in y.T)
        self.weights_ = np.stack([ridge.coef_ for ridge in ridges], axis=1).astype(np.float16)
        self.intercepts_ = np.array([ridge.intercept_ for ridge in ridges], dtype=np.float32)
        outputs = len(self.intercepts_)
        self.scales_ = np.tile([1.0, 0.0], (outputs, 1))
        self.thresholds_ = np.full(outputs, 0.5)
        self.stance_weights_ = np.ones(len(self.scheme.stances))
        self.hash_ = self._hash()
        return self

    def calibrate(self, passages: pl.DataFrame, codings: pl.DataFrame) -> Self:
        """Fit slopes, intercepts, thresholds and weights of stances on coded passages.

        Parameters
        ----------
        passages : DataFrame
            With ``passage, text``.
        codings : DataFrame
        """
        coded = codings.join(
            passages.select("passage", "text"), on="passage", how="inner", maintain_order="left"
        )
        logits = self._logits(coded["text"].to_list())
        for column, rows, y in self._truths(coded):
            if min(y.sum(), (~y).sum()) < 10:
                continue
            own = logits[rows, column]
            scale = LogisticRegression(C=100.0).fit(own[:, None], y)
            if scale.coef_[0, 0] <= 0:
                continue
            self.scales_[column] = scale.coef_[0, 0], scale.intercept_[0]
            p = scale.predict_proba(own[:, None])[:, 1]
            self.thresholds_[column] = best_f1_threshold(y, p)
        stance = stance_indices(coded, self.scheme)
        row, target = np.nonzero(stance >= 0)
        if len(row):
            given = self._stances(logits)[row, target]
            self.stance_weights_ = best_f1_weights(stance[row, target], given)
        self.hash_ = self._hash()
        return self

    def _truths(self, coded: pl.DataFrame) -> Iterator[tuple[int, Any, NDArray[np.bool_]]]:
        """Output, rows on which it is known, and whether its code is there; stances are left."""
        book = self.scheme
        place = {column: i for i, column in enumerate(probability_columns(book))}
        stance, frame = stance_indices(coded, book), frame_indicators(coded, book)
        facet = facet_indicators(coded, book)
        everything = slice(None)
        for i, target in enumerate(book.target_codes):
            yield place[f"p_{target}"], everything, stance[:, i] >= 0
        for i, (target, code) in enumerate(book.facet_codes):
            own = stance[:, book.target_codes.index(target)] >= 0
            yield place[f"p_{target}_{code}"], own, facet[own, i] == 1
        for i, code in enumerate(book.frame_codes):
            yield place[f"p_{code}"], everything, frame[:, i] == 1

    def features(self, texts: list[str]) -> tuple[sp.csr_matrix, sp.csr_matrix, sp.csr_matrix]:
        """TF-IDF of words and word pairs, and of runs of letters; counts of the lexicon's terms."""
        words, n = plain_words(texts), len(texts)
        terms = self.terms_._tfidf.transform(count_terms(self.terms_, words, n))
        letters = self.letters_._tfidf.transform(count_letters(self.letters_, words, n))
        return terms, letters, self.counts_.transform(texts).astype(np.float32)

    def _logits(self, texts: list[str]) -> Floats:
        X = sp.hstack(self.features(texts), format="csr", dtype=np.float32)
        weights = self.weights_.astype(np.float32)
        return np.asarray(X @ weights + self.intercepts_, dtype=np.float64)

    def probabilities(self, texts: list[str]) -> Probabilities:
        """Probabilities of every code for n texts."""
        logits = self._logits(texts)
        p = 1 / (1 + np.exp(-(logits * self.scales_[:, 0] + self.scales_[:, 1])))
        book = self.scheme
        targets = len(book.targets)
        end = targets * (1 + len(book.stances))
        facets = end + len(book.facet_codes)
        return Probabilities(
            target=p[:, :targets],
            stance=self._stances(logits),
            facet=p[:, end:facets],
            frame=p[:, facets:],
        )

    def _stances(self, logits: Floats) -> Floats:
        """One of several: the teacher's logits of each stance, brought to one again."""
        targets, stances = len(self.scheme.targets), len(self.scheme.stances)
        own = logits[:, targets : targets * (1 + stances)].reshape(-1, targets, stances)
        p = 1 / (1 + np.exp(-own))
        return np.asarray(p / p.sum(axis=2, keepdims=True))

    def decide(self, probabilities: Probabilities) -> Decision:
        """Codes under the codebook's rules, each at its threshold, stances by their weights."""
        book = self.scheme
        end = len(book.targets) * (1 + len(book.stances))
        facets = end + len(book.facet_codes)
        return book.decide(
            probabilities,
            target_thresholds=self.thresholds_[: len(book.targets)].tolist(),
            stance_weights=self.stance_weights_.tolist(),
            facet_thresholds=self.thresholds_[end:facets].tolist(),
            frame_thresholds=self.thresholds_[facets:].tolist(),
        )

    def code(self, passages: pl.DataFrame) -> pl.DataFrame:
        """Code passages with ``passage, text``: one row a passage, in order."""
        p = self.probabilities(passages["text"].to_list())
        table = decided_table(passages, self.coder, p, self.decide(p), self.scheme)
        return table if self.actors is None else with_actors(table, passages, self.actors)

    def _hash(self) -> str:
        digest = hashlib.sha256(self.scheme.hash.encode())
        digest.update(json.dumps(self.counts_.lexicon).encode())
        for vectorizer in (self.terms_, self.letters_):
            digest.update(" ".join(sorted(vectorizer.vocabulary_)).encode())
        arrays = [
            self.terms_.idf_,
            self.letters_.idf_,
            self.weights_,
            self.intercepts_,
            self.scales_,
            self.thresholds_,
            self.stance_weights_,
        ]
        if self.actors is not None:
            arrays += [head.classifiers_[0].coef_ for head in self.actors.heads_]
        for array in arrays:
            digest.update(np.ascontiguousarray(array).tobytes())
        return digest.hexdigest()[:4]


def _ridge(X: sp.csr_matrix, y: Floats, penalty: float) -> Ridge:
    return Ridge(alpha=penalty, solver="lsqr", tol=1e-4).fit(X, y)


def _logit(p: Floats) -> Floats:
    bounded = np.clip(p, 1e-6, 1 - 1e-6)
    return np.asarray(np.log(bounded / (1 - bounded)))
