"""A head: classifiers of one code, their scores weighed together into calibrated probabilities."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.dummy import DummyClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import precision_recall_curve
from sklearn.model_selection import StratifiedGroupKFold

Floats = NDArray[np.float64]
Split = tuple[NDArray[np.int64], NDArray[np.int64]]
FOLDS = 5


class Head(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """One classifier a view of the passages, stacked and calibrated on documents they did not see.

    A view is one matrix of features (words, vectors). Out-of-fold scores of every view, from an
    inner cross-validation over whole documents, are mapped to probabilities by a logistic
    regression: with one view this is Platt scaling (Platt 1999; for more than two classes matrix
    scaling, Guo et al. 2017, section 4.2), with several it is stacking (Wolpert 1992). The
    threshold of a two-class head maximises F1 on the same out-of-fold probabilities, the weights of
    more classes maximise macro-F1. A class seen
    in fewer than five documents cannot be learned: then the head gives the base rate.

    Parameters
    ----------
    classifiers : sequence of scikit-learn classifiers
        One a view.
    seed : int
        Of the inner splits.

    Attributes
    ----------
    classes_ : array
    threshold_ : float
        For the second of two classes; 0.5 for more.
    weights_ : array, shape (classes,)
        What probabilities of more than two classes are multiplied by before the largest decides.
    classifiers_, calibrator_ : fitted estimators
    """

    def __init__(self, classifiers: Sequence[Any], seed: int = 0) -> None:
        self.classifiers = classifiers
        self.seed = seed

    def fit(
        self,
        views: Sequence[Any],
        y: NDArray[Any],
        groups: NDArray[np.int64],
        typical: NDArray[np.bool_] | None = None,
    ) -> Self:
        """Learn from views (each n by features), classes y (n,) and documents `groups` (n,).

        `typical` (n,) marks the passages on which probabilities are calibrated: those that are like
        the ones to be coded. By default all.
        """
        self.classes_ = np.unique(y)
        self.calibrator_, self.threshold_ = None, 0.5
        self.weights_ = np.ones(len(self.classes_))
        like = np.ones(len(y), dtype=bool) if typical is None else typical
        if len(np.unique(y[like])) < len(self.classes_):
            like = np.ones(len(y), dtype=bool)
        splits = self._splits(y, groups)
        if splits is None or isinstance(self.classifiers[0], DummyClassifier):
            self.classifiers_ = [DummyClassifier(strategy="prior").fit(views[0], y)]
            return self
        scores = np.hstack(
            [
                _out_of_fold(classifier, X, y, splits)
                for classifier, X in zip(self.classifiers, views, strict=True)
            ]
        )
        self._weigh(scores[like], y[like])
        self.classifiers_ = [
            clone(classifier).fit(X, y)
            for classifier, X in zip(self.classifiers, views, strict=True)
        ]
        return self

    def calibrate(self, views: Sequence[Any], y: NDArray[Any], groups: NDArray[np.int64]) -> Self:
        """Weigh and calibrate anew, on passages from whose documents nothing was learned.

        Needed where a view was itself learned from the passages of `fit`. A head stays as it is if
        a class is there in fewer than five of the documents.
        """
        if self.calibrator_ is not None and self._enough(y, groups):
            self._weigh(self._view_scores(views), y)
        return self

    def _weigh(self, scores: Floats, y: NDArray[Any]) -> None:
        """Find what maps scores (n by all scores) to probabilities of the classes y (n,)."""
        calibrator = LogisticRegression(C=100.0, max_iter=1000).fit(scores, y)
        self.calibrator_, p = calibrator, calibrator.predict_proba(scores)
        if len(self.classes_) == 2:
            self.threshold_ = best_f1_threshold(y == self.classes_[1], p[:, 1])
        else:
            self.weights_ = best_f1_weights(np.searchsorted(self.classes_, y), p)

    def _view_scores(self, views: Sequence[Any]) -> Floats:
        pairs = zip(self.classifiers_, views, strict=True)
        return np.hstack([_scores(classifier, X) for classifier, X in pairs])

    def predict_proba(self, views: Sequence[Any]) -> Floats:
        """Calibrated probabilities, shape (n, classes)."""
        if self.calibrator_ is None:
            return np.asarray(self.classifiers_[0].predict_proba(views[0]))
        return np.asarray(self.calibrator_.predict_proba(self._view_scores(views)))

    def predict(self, views: Sequence[Any]) -> NDArray[Any]:
        """The class with the largest weighted probability; of two, the second at the threshold."""
        p = self.predict_proba(views)
        if len(self.classes_) == 2:
            return np.asarray(self.classes_[(p[:, 1] >= self.threshold_).astype(int)])
        return np.asarray(self.classes_[(p * self.weights_).argmax(axis=1)])

    def _enough(self, y: NDArray[Any], groups: NDArray[np.int64]) -> bool:
        """Whether every class, of two or more, is there in enough documents."""
        documents = [len(np.unique(groups[y == value])) for value in self.classes_]
        return len(documents) > 1 and min(documents) >= FOLDS

    def _splits(self, y: NDArray[Any], groups: NDArray[np.int64]) -> list[Split] | None:
        if not self._enough(y, groups):
            return None
        folds = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=self.seed)
        splits = list(folds.split(np.zeros(len(y)), y, groups))
        learnable = all(len(np.unique(y[train])) == len(self.classes_) for train, _ in splits)
        return splits if learnable else None


def positive(heads: Sequence[Head], views: Sequence[Any]) -> Floats:
    """Probability of True under each two-class head: (n, heads); 0 where it was never met."""
    columns = []
    for head in heads:
        p = head.predict_proba(views)
        place = np.flatnonzero(head.classes_)
        columns.append(p[:, place[0]] if len(place) else np.zeros(len(p)))
    return np.stack(columns, axis=1)


def _out_of_fold(classifier: Any, X: Any, y: NDArray[Any], splits: Sequence[Split]) -> Floats:
    """Scores of every row by a classifier that has not seen it: shape (n, scores)."""
    found = [
        (test, _scores(clone(classifier).fit(X[own], y[own]), X[test])) for own, test in splits
    ]
    scores = np.empty((len(y), found[0][1].shape[1]))
    for test, part in found:
        scores[test] = part
    return scores


def _scores(classifier: Any, X: Any) -> Floats:
    """Scores as columns: decisions, or log-probabilities (of two classes, their difference)."""
    if hasattr(classifier, "decision_function"):
        decisions = np.asarray(classifier.decision_function(X))
        return decisions[:, None] if decisions.ndim == 1 else decisions
    p = np.asarray(classifier.predict_log_proba(X))
    return p[:, [1]] - p[:, [0]] if p.shape[1] == 2 else p


def best_f1_threshold(y: NDArray[np.bool_], p: Floats) -> float:
    """The threshold on probabilities p (n,) at which F1 against y (n,) is largest.

    Halfway between the neighbouring probabilities, so that a rounding error decides nothing.
    """
    precision, recall, thresholds = precision_recall_curve(y, p)
    f1 = 2 * precision * recall / np.maximum(precision + recall, 1e-12)
    best = int(f1[:-1].argmax())
    below = thresholds[best - 1] if best else 0.0
    return float((thresholds[best] + below) / 2)


_STEPS = np.sqrt(2.0) ** np.arange(-2, 9)


def best_f1_weights(y: NDArray[np.int64], p: Floats) -> Floats:
    """Weights of classes by which macro-F1 of the largest weighted probability is largest.

    One class after another, the first left at 1, over steps of the square root of two, until none
    gets better: with few classes that is a search of all.

    Parameters
    ----------
    y : array, shape (n,)
        Numbers of classes.
    p : array, shape (n, classes)
    """
    weights = np.ones(p.shape[1])
    best = macro_f1(y, p.argmax(axis=1), p.shape[1])
    better = True
    while better:
        better = False
        for own in range(1, len(weights)):
            for step in _STEPS:
                tried = weights.copy()
                tried[own] = step
                found = macro_f1(y, (p * tried).argmax(axis=1), len(weights))
                if found > best + 1e-9:
                    weights, best, better = tried, found, True
    return weights


def macro_f1(y: NDArray[np.int64], decided: NDArray[np.int64], classes: int) -> float:
    """Mean F1 over classes numbered from 0."""
    size = np.bincount(y, minlength=classes) + np.bincount(decided, minlength=classes)
    hits = np.bincount(y[y == decided], minlength=classes)
    return float((2 * hits / np.maximum(size, 1)).mean())
