"""Passages as bags of sentences: a long passage may carry an idea in one sentence alone."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassifierMixin, clone


class Bags:
    """Features of passages, and of the sentences of each.

    Parameters
    ----------
    passages : csr_matrix, shape (n, features)
    sentences : csr_matrix, shape (all sentences, features)
        Of the first passage in order, then of the second, and so on.
    sizes : array, shape (n,)
        How many sentences a passage has, at least one.
    """

    def __init__(
        self, passages: sp.csr_matrix, sentences: sp.csr_matrix, sizes: NDArray[np.int64]
    ) -> None:
        self.passages = passages
        self.sentences = sentences
        self.sizes = sizes
        self.starts = np.cumsum(sizes) - sizes

    def __getitem__(self, rows: NDArray[np.int64]) -> Bags:
        """Some passages, with their sentences."""
        sizes = self.sizes[rows]
        first = np.repeat(self.starts[rows] - (np.cumsum(sizes) - sizes), sizes)
        return Bags(self.passages[rows], self.sentences[first + np.arange(sizes.sum())], sizes)


class BagClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """A classifier of passages that is asked of their sentences, too.

    It learns from whole passages. Two scores of a passage come out: that of the whole, and that of
    the sentence that scores highest, the maximum by which a bag is judged in multiple-instance
    learning (Dietterich, Lathrop and Lozano-Pérez 1997; Andrews, Tsochantaridis and Hofmann 2003).

    Parameters
    ----------
    classifier : scikit-learn classifier of two classes with ``decision_function``

    Attributes
    ----------
    classifier_ : fitted classifier
    """

    def __init__(self, classifier: Any) -> None:
        self.classifier = classifier

    def fit(self, bags: Bags, y: NDArray[Any]) -> Self:
        """Learn from whole passages and their classes (n,)."""
        self.classifier_ = clone(self.classifier).fit(bags.passages, y)
        return self

    def decision_function(self, bags: Bags) -> NDArray[np.float64]:
        """Scores of the passages and of their highest sentences: shape (n, 2)."""
        whole = self.classifier_.decision_function(bags.passages)
        single = self.classifier_.decision_function(bags.sentences)
        return np.stack([whole, np.maximum.reduceat(single, bags.starts)], axis=1)
