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
from sklearn.model_selection import StratifiedGroupKFold, cross_val_predict

Floats = NDArray[np.float64]
Split = tuple[NDArray[np.int64], NDArray[np.int64]]
FOLDS = 5


class Head(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """One classifier a view of the passages, stacked and calibrated on documents they did not see.

    A view is one matrix of features (words, vectors). Out-of-fold scores of every view, from an
    inner cross-validation over whole documents, are mapped to probabilities by a logistic
    regression: with one view this is Platt scaling (Platt 1999; for more than two classes matrix
    scaling, Guo et al. 2017, section 4.2), with several it is stacking (Wolpert 1992). The
    threshold of a two-class head maximises F1 on the same out-of-fold probabilities. A class seen
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
        like = np.ones(len(y), dtype=bool) if typical is None else typical
        if len(np.unique(y[like])) < len(self.classes_):
            like = np.ones(len(y), dtype=bool)
        splits = self._splits(y, groups)
        if splits is None or isinstance(self.classifiers[0], DummyClassifier):
            self.classifiers_ = [DummyClassifier(strategy="prior").fit(views[0], y)]
            return self
        scores = np.hstack(
            [
                _columns(cross_val_predict(classifier, X, y, cv=splits, method=_method(classifier)))
                for classifier, X in zip(self.classifiers, views, strict=True)
            ]
        )
        self.calibrator_ = LogisticRegression(C=100.0, max_iter=1000).fit(scores[like], y[like])
        if len(self.classes_) == 2:
            p = self.calibrator_.predict_proba(scores[like])[:, 1]
            self.threshold_ = best_f1_threshold(y[like] == self.classes_[1], p)
        self.classifiers_ = [
            clone(classifier).fit(X, y)
            for classifier, X in zip(self.classifiers, views, strict=True)
        ]
        return self

    def predict_proba(self, views: Sequence[Any]) -> Floats:
        """Calibrated probabilities, shape (n, classes)."""
        if self.calibrator_ is None:
            return np.asarray(self.classifiers_[0].predict_proba(views[0]))
        scores = [
            _columns(getattr(classifier, _method(classifier))(X))
            for classifier, X in zip(self.classifiers_, views, strict=True)
        ]
        return np.asarray(self.calibrator_.predict_proba(np.hstack(scores)))

    def predict(self, views: Sequence[Any]) -> NDArray[Any]:
        """The most probable class; of two, the second where it reaches the threshold."""
        p = self.predict_proba(views)
        if len(self.classes_) == 2:
            return np.asarray(self.classes_[(p[:, 1] >= self.threshold_).astype(int)])
        return np.asarray(self.classes_[p.argmax(axis=1)])

    def _splits(self, y: NDArray[Any], groups: NDArray[np.int64]) -> list[Split] | None:
        if len(self.classes_) < 2:
            return None
        if min(len(np.unique(groups[y == value])) for value in self.classes_) < FOLDS:
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


def _method(classifier: Any) -> str:
    return "decision_function" if hasattr(classifier, "decision_function") else "predict_log_proba"


def _columns(scores: Floats) -> Floats:
    """Scores as columns; two log-probabilities become their difference."""
    if scores.ndim == 1:
        return scores[:, None]
    if scores.shape[1] == 2:
        return scores[:, [1]] - scores[:, [0]]
    return scores


def best_f1_threshold(y: NDArray[np.bool_], p: Floats) -> float:
    """The threshold on probabilities p (n,) at which F1 against y (n,) is largest.

    Halfway between the neighbouring probabilities, so that a rounding error decides nothing.
    """
    precision, recall, thresholds = precision_recall_curve(y, p)
    f1 = 2 * precision * recall / np.maximum(precision + recall, 1e-12)
    best = int(f1[:-1].argmax())
    below = thresholds[best - 1] if best else 0.0
    return float((thresholds[best] + below) / 2)
