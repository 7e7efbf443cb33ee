"""A head: one classifier with calibrated probabilities and a threshold of its own."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.dummy import DummyClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import precision_recall_curve
from sklearn.model_selection import StratifiedGroupKFold, cross_val_predict

Floats = NDArray[np.float64]
FOLDS = 5


class Head(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """A classifier whose scores are calibrated on documents it has not seen.

    Out-of-fold scores of an inner cross-validation over whole documents are mapped to
    probabilities by a logistic regression (Platt 1999; for more than two classes matrix scaling,
    Guo et al. 2017, section 4.2). The threshold of a two-class head maximises F1 on the same
    out-of-fold probabilities. A class seen in fewer than five documents cannot be learned: then
    the head gives the base rate.

    Parameters
    ----------
    classifier : scikit-learn classifier
    seed : int
        Of the inner splits.

    Attributes
    ----------
    classes_ : array
    threshold_ : float
        For the second of two classes; 0.5 for more.
    classifier_, calibrator_ : fitted estimators
    """

    def __init__(self, classifier: Any, seed: int = 0) -> None:
        self.classifier = classifier
        self.seed = seed

    def fit(self, X: Any, y: NDArray[Any], groups: NDArray[np.int64]) -> Self:
        """Fit on features X (n, features), classes y (n,) and documents `groups` (n,)."""
        self.classes_ = np.unique(y)
        self.calibrator_, self.threshold_ = None, 0.5
        splits = self._splits(y, groups)
        if splits is None or isinstance(self.classifier, DummyClassifier):
            self.classifier_ = DummyClassifier(strategy="prior").fit(X, y)
            return self
        method = (
            "decision_function"
            if hasattr(self.classifier, "decision_function")
            else ("predict_log_proba")
        )
        scores = cross_val_predict(self.classifier, X, y, cv=splits, method=method)
        self.calibrator_ = LogisticRegression(C=100.0, max_iter=1000).fit(_columns(scores), y)
        if len(self.classes_) == 2:
            p = self.calibrator_.predict_proba(_columns(scores))[:, 1]
            self.threshold_ = best_f1_threshold(y == self.classes_[1], p)
        self.classifier_ = clone(self.classifier).fit(X, y)
        return self

    def predict_proba(self, X: Any) -> Floats:
        """Calibrated probabilities, shape (n, classes)."""
        if self.calibrator_ is None:
            return np.asarray(self.classifier_.predict_proba(X))
        score = getattr(self.classifier_, "decision_function", None)
        scores = score(X) if score else self.classifier_.predict_log_proba(X)
        return np.asarray(self.calibrator_.predict_proba(_columns(scores)))

    def predict(self, X: Any) -> NDArray[Any]:
        """The most probable class; of two, the second where it reaches the threshold."""
        p = self.predict_proba(X)
        if len(self.classes_) == 2:
            return np.asarray(self.classes_[(p[:, 1] >= self.threshold_).astype(int)])
        return np.asarray(self.classes_[p.argmax(axis=1)])

    def _splits(
        self, y: NDArray[Any], groups: NDArray[np.int64]
    ) -> list[tuple[NDArray[np.int64], NDArray[np.int64]]] | None:
        if len(self.classes_) < 2:
            return None
        if min(len(np.unique(groups[y == value])) for value in self.classes_) < FOLDS:
            return None
        folds = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=self.seed)
        splits = list(folds.split(np.zeros(len(y)), y, groups))
        learnable = all(len(np.unique(y[train])) == len(self.classes_) for train, _ in splits)
        return splits if learnable else None


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
