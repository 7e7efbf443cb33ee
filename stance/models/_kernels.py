"""Stance towards one target from words and dense vectors: kernel machines, averaged."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.metrics.pairwise import euclidean_distances
from sklearn.svm import SVC

from stance.models._encoders import Encoder, encode
from stance.models._features import ngrams

Floats = NDArray[np.float64]


class KernelStance(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Classifies texts by support vector machines on words and vectors.

    The kernel is a sum: the cosine of word and character n-grams, and a Gaussian of the distance
    between vectors, which are centred on the training texts and scaled to unit length on average.
    Nothing is tuned: the decisions of all machines of a small grid are averaged, which on few
    texts is steadier than the best of them.

    Parameters
    ----------
    encoder : Encoder, optional
        None: words alone.
    words : tuple of float
        Weights of the word kernel beside the vectors' (0: vectors alone).
    gammas, costs : tuple of float
        Of the Gaussian, and of the machines.
    store : path, optional
        Of vectors; see `encode`.

    Attributes
    ----------
    classes_ : array
    """

    def __init__(
        self,
        encoder: Encoder | None = None,
        words: tuple[float, ...] = (0.0, 1.0),
        gammas: tuple[float, ...] = (0.5, 1.0),
        costs: tuple[float, ...] = (1.0, 3.0),
        store: Path | None = None,
    ) -> None:
        self.encoder = encoder
        self.words = words
        self.gammas = gammas
        self.costs = costs
        self.store = store

    def fit(self, texts: list[str], y: NDArray[Any]) -> Self:
        """Learn from texts (n) and their classes y (n,)."""
        self.classes_ = np.unique(y)
        self.ngrams_ = ngrams()
        self.seen_words_ = self.ngrams_.fit_transform(texts)
        if self.encoder is not None:
            vectors = self._encoded(texts)
            self.mean_ = vectors.mean(axis=0)
            self.length_ = float(np.linalg.norm(vectors - self.mean_, axis=1).mean())
            self.seen_vectors_ = (vectors - self.mean_) / self.length_
        self.machines_ = [
            [self._machine(cost).fit(kernel, y) for cost in self.costs]
            for kernel in self._kernels(texts)
        ]
        return self

    def predict_proba(self, texts: list[str]) -> Floats:
        """Mean of the machines' softmax scores, shape (n, classes): a vote, not calibrated."""
        found = []
        for kernel, machines in zip(self._kernels(texts), self.machines_, strict=True):
            for machine in machines:
                score = machine.decision_function(kernel)
                columns = np.column_stack([-score, score]) if score.ndim == 1 else score
                found.append(softmax(2 * columns, axis=1))
        return np.asarray(np.mean(found, axis=0))

    def predict(self, texts: list[str]) -> NDArray[Any]:
        """The class with most of the vote."""
        return np.asarray(self.classes_[self.predict_proba(texts).argmax(axis=1)])

    def _machine(self, cost: float) -> SVC:
        return SVC(
            C=cost,
            kernel="precomputed",
            decision_function_shape="ovr",
            class_weight="balanced",
        )

    def _kernels(self, texts: list[str]) -> Iterator[Floats]:
        """Kernel of texts with the training texts, for every word weight and gamma."""
        alike = (self.ngrams_.transform(texts) @ self.seen_words_.T).toarray() / 2
        if self.encoder is None:
            yield alike
            return
        vectors = (self._encoded(texts) - self.mean_) / self.length_
        distance = euclidean_distances(vectors, self.seen_vectors_, squared=True)
        for weight, gamma in product(self.words, self.gammas):
            yield weight * alike + np.exp(-gamma * distance)

    def _encoded(self, texts: list[str]) -> Floats:
        assert self.encoder is not None
        return np.asarray(encode(texts, self.encoder, store=self.store), dtype=np.float64)
