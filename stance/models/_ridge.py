"""Stance towards one target by kernel ridge regression, and how it moves to another language."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import solve
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.feature_extraction.text import HashingVectorizer, TfidfTransformer
from sklearn.metrics.pairwise import euclidean_distances
from sklearn.pipeline import FeatureUnion, make_pipeline
from sklearn.utils.class_weight import compute_sample_weight

from stance.models._encoders import Encoder, encode
from stance.models._features import ngrams

Floats = NDArray[np.float64]


class RidgeStance(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Classifies texts by kernel ridge regression on words and vectors, classes of equal weight.

    The kernel is a sum: a Gaussian of the distance between vectors, which are centred on the
    training texts and scaled to unit length on average; and the cosines of word n-grams, character
    n-grams, and hashtags with mentions (kernel ridge regression: Saunders et al. 1998).

    Parameters
    ----------
    encoder : Encoder, optional
        None: words alone.
    words : float
        Weight of the words beside the vectors.
    penalty : float
    store : path, optional
        Of vectors; see `encode`.

    Attributes
    ----------
    classes_ : array
    dual_ : array, shape (training texts, classes)
    level_, shift_ : array, shape (classes,)
        Mean score on the training texts, and what is added to scores after `adapt`.
    """

    def __init__(
        self,
        encoder: Encoder | None = None,
        words: float = 1.0,
        penalty: float = 1.0,
        store: Path | None = None,
    ) -> None:
        self.encoder = encoder
        self.words = words
        self.penalty = penalty
        self.store = store

    def fit(self, texts: list[str], y: NDArray[Any]) -> Self:
        """Learn from texts (n) and their classes y (n,)."""
        self.classes_, codes = np.unique(y, return_inverse=True)
        self.terms_ = _terms()
        self.seen_words_ = self.terms_.fit_transform(texts)
        if self.encoder is not None:
            vectors = self._encoded(texts)
            self.mean_ = vectors.mean(axis=0)
            self.length_ = float(np.linalg.norm(vectors - self.mean_, axis=1).mean())
            self.seen_vectors_ = (vectors - self.mean_) / self.length_
        kernel = self._kernel(texts)
        goal = np.eye(len(self.classes_))[codes] - 1 / len(self.classes_)
        noise = self.penalty / compute_sample_weight("balanced", codes)
        self.dual_ = solve(kernel + np.diag(noise), goal, assume_a="pos")
        self.level_ = (kernel @ self.dual_).mean(axis=0)
        self.shift_ = np.zeros(len(self.classes_))
        return self

    def decision_function(self, texts: list[str]) -> Floats:
        """Scores of the classes, shape (n, classes)."""
        return np.asarray(self._kernel(texts) @ self.dual_ + self.shift_)

    def predict(self, texts: list[str]) -> NDArray[Any]:
        """The class with the highest score."""
        return np.asarray(self.classes_[self.decision_function(texts).argmax(axis=1)])

    def adapt(self, texts: list[str], rounds: int = 3) -> Self:
        """A classifier for texts of another language, learned from some that nobody has coded.

        The mean of the features differs between languages and carries nearly all texts to one
        class: features and scores are centred on the texts' own mean, so that the classes stay
        as frequent as they were. Then some rounds of self-training: what the scores are surest
        of, half of each class, is learned from anew (Yarowsky 1995, "Unsupervised word sense
        disambiguation rivaling supervised methods").

        Parameters
        ----------
        texts : list of str
            Not those that are to be classified, or a score would profit from them.
        rounds : int
        """
        mean = None if self.encoder is None else self._encoded(texts).mean(axis=0)
        scores = self._kernel(texts, mean) @ self.dual_
        learner: Self = clone(self)
        for _ in range(rounds):
            scores += self.level_ - scores.mean(axis=0)
            surest = _surest(scores)
            found = self.classes_[scores[surest].argmax(axis=1)]
            learner.fit([texts[i] for i in surest], found)
            scores = learner.decision_function(texts)
        learner.shift_ = self.level_ - scores.mean(axis=0)
        return learner

    def _kernel(self, texts: list[str], mean: Floats | None = None) -> Floats:
        """Likeness of texts to the training texts; vectors centred on `mean`, or as those were."""
        words = (self.terms_.transform(texts) @ self.seen_words_.T).toarray() / 2
        if self.encoder is None:
            return np.asarray(words)
        centre = self.mean_ if mean is None else mean
        vectors = (self._encoded(texts) - centre) / self.length_
        distance = euclidean_distances(vectors, self.seen_vectors_, squared=True)
        return np.asarray(self.words * words + np.exp(-distance))

    def _encoded(self, texts: list[str]) -> Floats:
        assert self.encoder is not None
        return np.asarray(encode(texts, self.encoder, store=self.store), dtype=np.float64)


def _terms() -> FeatureUnion:
    """Word and character n-grams, hashtags and mentions, each part of unit length."""
    marks = HashingVectorizer(analyzer=_marks, alternate_sign=False, norm=None)
    weighted = make_pipeline(marks, TfidfTransformer(sublinear_tf=True))
    return FeatureUnion([*ngrams().transformer_list, ("marks", weighted)])


def _marks(text: str) -> list[str]:
    """Hashtags and mentions: what tweets in different languages share."""
    return re.findall(r"[#@]\w+", text.lower())


def _surest(scores: Floats) -> NDArray[np.int64]:
    """The half of every class with the largest lead of the class over the next."""
    ordered = np.sort(scores, axis=1)
    lead = ordered[:, -1] - ordered[:, -2]
    found = scores.argmax(axis=1)
    halves = []
    for code in np.unique(found):
        own = np.flatnonzero(found == code)
        halves.append(own[np.argsort(-lead[own], kind="stable")[: -(-len(own) // 2)]])
    return np.sort(np.concatenate(halves))
