"""Features of passages whose text is not shipped: measured once, looked up by passage id."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

import numpy as np
import polars as pl
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.preprocessing import normalize

from stance.corpus import Features, count_words
from stance.models._encoders import Encoder, encode
from stance.models._terms import Lexicon, count_terms, lexicon_patterns


def derive_features(
    passages: pl.DataFrame,
    encoder: Encoder,
    lexicon: Lexicon,
    *,
    store: Path | None = None,
    tick: Callable[[int], None] = lambda n: None,
) -> Features:
    """What is measured on passages whose text is not shipped: word counts, terms, vectors.

    Parameters
    ----------
    passages : DataFrame
        With ``passage, text``, a text for every passage.
    encoder, store, tick
        See `encode`.
    lexicon : mapping
        Terms by layer and code, as `load_lexicon` gives them.
    """
    vocabulary, counts = count_words(passages)
    texts = passages["text"].to_list()
    vectors = encode(texts, encoder, store=store, tick=tick)
    terms = count_terms(texts, lexicon_patterns(lexicon))
    return Features(
        passages=tuple(passages["passage"]),
        vocabulary=tuple(vocabulary),
        counts=counts,
        vectors=vectors.astype(np.float16),
        lexicon=np.minimum(terms, 255).astype(np.uint8),
        encoder=encoder.name,
    )


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


class StoredLexicon(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Passages by their id as the lexicon's terms that were counted in them; see `LexiconCounts`.

    Parameters
    ----------
    stored : Features
    weight : float
    """

    def __init__(self, stored: Features, weight: float = 0.5) -> None:
        self.stored = stored
        self.weight = weight

    def fit(self, passages: list[str], y: Any = None) -> Self:
        """Learn nothing."""
        return self

    def transform(self, passages: list[str]) -> sp.csr_matrix:
        """A row a passage, a column a code."""
        counts = self.stored.lexicon[self.stored.rows(passages)].astype(np.float64)
        return sp.csr_matrix(self.weight * np.log1p(counts))
