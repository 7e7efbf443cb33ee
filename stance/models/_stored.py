"""Features that were stored of passages whose text is not shipped, looked up by passage id."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.preprocessing import normalize

from stance.corpus import Features


class StoredVectors(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Passages by their id as the dense vectors that were stored of them.

    Parameters
    ----------
    stored : Features
    """

    def __init__(self, stored: Features) -> None:
        self.stored = stored

    def fit(self, passages: list[str], y: Any = None) -> Self:
        """Learn nothing."""
        return self

    def transform(self, passages: list[str]) -> NDArray[np.float64]:
        """A row a passage."""
        return self.stored.vectors[self.stored.rows(passages)].astype(np.float64)


class StoredWords(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Passages by their id as the words that were counted in them: TF-IDF, sublinear, unit length.

    Parameters
    ----------
    stored : Features
    """

    def __init__(self, stored: Features) -> None:
        self.stored = stored

    def fit(self, passages: list[str], y: Any = None) -> Self:
        """Learn inverse document frequencies from passages."""
        counts = self.stored.counts[self.stored.rows(passages)]
        self.used_ = np.flatnonzero(counts.sum(axis=0) > 0)
        self.tfidf_ = TfidfTransformer(sublinear_tf=True).fit(counts[:, self.used_])
        return self

    def transform(self, passages: list[str]) -> sp.csr_matrix:
        """A row a passage, a column a term that a training passage has."""
        counts = self.stored.counts[self.stored.rows(passages)][:, self.used_]
        return sp.csr_matrix(normalize(self.tfidf_.transform(counts)))
