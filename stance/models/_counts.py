"""Counts of words and word pairs, as scikit-learn's vectorizer makes them, in less time.

The vectorizer builds a string for every pair of words and looks it up. Here words of a whole batch
are numbers, each distinct word is looked up once, and pairs are looked up as pairs of numbers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.feature_extraction.text import CountVectorizer

from stance.corpus import read_words
from stance.models._features import plain

Integers = NDArray[np.int64]


class _Pairs(NamedTuple):
    """The pairs of words in a vocabulary.

    Attributes
    ----------
    number_of : dict
        Of the words that stand in pairs.
    keys, columns : array
        Of every pair a key, ascending: the number of its first word times all, and that of its
        second. Last a key that no pair has.
    """

    number_of: dict[str, int]
    keys: Integers
    columns: Integers


def count_terms(vectorizer: CountVectorizer, texts: Sequence[str]) -> sp.csr_matrix:
    """Counts of words and word pairs: what ``CountVectorizer.transform`` gives.

    Parameters
    ----------
    vectorizer : fitted CountVectorizer
        Of words and word pairs in texts made `plain`; a word has at least two letters.
    texts : sequence of str
    """
    words = read_words([plain(text) for text in texts])
    kept = np.array([len(word) > 1 for word in words.distinct], dtype=bool)[words.ids]
    ids, rows = words.ids[kept], words.rows[kept]
    of_words = _look_up(words.distinct, vectorizer.vocabulary_)[ids]
    pairs = _pairs(vectorizer)
    numbers = _look_up(words.distinct, pairs.number_of)[ids]
    first, second = numbers[:-1], numbers[1:]
    both = (first >= 0) & (second >= 0) & (rows[:-1] == rows[1:])
    keys = first[both] * len(pairs.number_of) + second[both]
    places = np.searchsorted(pairs.keys, keys)
    of_pairs = np.where(pairs.keys[places] == keys, pairs.columns[places], -1)
    columns = np.concatenate([of_words, of_pairs])
    known = columns >= 0
    at = np.concatenate([rows, rows[:-1][both]])[known]
    return sp.csr_matrix(
        (np.ones(len(at), dtype=vectorizer.dtype), (at, columns[known])),
        shape=(len(texts), len(vectorizer.vocabulary_)),
    )


def _look_up(words: Sequence[str], number_of: Mapping[str, int]) -> Integers:
    return np.array([number_of.get(word, -1) for word in words], dtype=np.int64)


@lru_cache(maxsize=4)
def _pairs(vectorizer: CountVectorizer) -> _Pairs:
    columns = {
        tuple(term.split(" ")): column
        for term, column in vectorizer.vocabulary_.items()
        if " " in term
    }
    number_of = {word: i for i, word in enumerate(sorted({w for pair in columns for w in pair}))}
    keys = [number_of[one] * len(number_of) + number_of[other] for one, other in columns]
    order = np.argsort(keys)
    return _Pairs(
        number_of,
        keys=np.append(np.array(keys, dtype=np.int64)[order], np.iinfo(np.int64).max),
        columns=np.append(np.array(list(columns.values()), dtype=np.int64)[order], -1),
    )
