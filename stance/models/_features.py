"""Features of passages: word and character n-grams that do not mind accents or apostrophes."""

from __future__ import annotations

import unicodedata
from typing import Any, Self

import numpy as np
import scipy.sparse as sp
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer, TfidfVectorizer
from sklearn.pipeline import FeatureUnion
from sklearn.preprocessing import normalize

from stance.corpus import Features

_PLAIN = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "«": '"', "»": '"', "œ": "oe"})


def plain(text: str) -> str:
    """Lower case without accents, curly quotes or no-break spaces."""
    decomposed = unicodedata.normalize("NFKD", text.lower().translate(_PLAIN))
    bare = "".join(char for char in decomposed if not unicodedata.combining(char))
    return " ".join(bare.split())


def ngrams() -> FeatureUnion:
    """TF-IDF of word 1-2-grams and of character 2-5-grams within words."""
    words = TfidfVectorizer(preprocessor=plain, ngram_range=(1, 2), min_df=2, sublinear_tf=True)
    characters = TfidfVectorizer(
        preprocessor=plain, analyzer="char_wb", ngram_range=(2, 5), min_df=3, sublinear_tf=True
    )
    return FeatureUnion([("words", words), ("characters", characters)])


def word_counts() -> CountVectorizer:
    """Counts of words, for naive Bayes."""
    return CountVectorizer(preprocessor=plain, min_df=2)


class StoredFeatures(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Passages by their id as what was measured on their texts: words, and dense vectors.

    TF-IDF of the words with sublinear term frequencies, each passage of unit length, beside the
    vectors, centred on the mean of the training passages and scaled to unit length on average.

    Parameters
    ----------
    stored : Features
    dense : bool
        Whether the vectors are used.
    """

    def __init__(self, stored: Features, dense: bool = True) -> None:
        self.stored = stored
        self.dense = dense

    def fit(self, passages: list[str], y: Any = None) -> Self:
        """Learn inverse document frequencies and the mean vector from passages."""
        rows = self.stored.rows(passages)
        counts = self.stored.counts[rows]
        self.used_ = np.flatnonzero(counts.sum(axis=0) > 0)
        self.tfidf_ = TfidfTransformer(sublinear_tf=True).fit(counts[:, self.used_])
        vectors = self.stored.vectors[rows].astype(np.float64)
        self.mean_ = vectors.mean(axis=0)
        self.length_ = float(np.linalg.norm(vectors - self.mean_, axis=1).mean())
        return self

    def transform(self, passages: list[str]) -> sp.csr_matrix:
        """A row a passage: terms, then dimensions."""
        rows = self.stored.rows(passages)
        words = normalize(self.tfidf_.transform(self.stored.counts[rows][:, self.used_]))
        if not self.dense:
            return sp.csr_matrix(words)
        vectors = (self.stored.vectors[rows].astype(np.float64) - self.mean_) / self.length_
        return sp.csr_matrix(sp.hstack([words, sp.csr_array(vectors)]))
