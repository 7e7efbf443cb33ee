"""Counts of words, word pairs and runs of letters, as scikit-learn makes them, in less time.

The vectorizer builds a string for every pair of words and looks it up. Here words of a whole batch
are numbers, each distinct word is looked up once, and pairs are looked up as pairs of numbers. The
runs of letters within words are those of the distinct words, times their counts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.feature_extraction.text import CountVectorizer

from stance.corpus import Words, read_words
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


def plain_words(texts: Sequence[str]) -> Words:
    """The words of texts made `plain`."""
    return read_words([plain(text) for text in texts])


def count_letters(vectorizer: CountVectorizer, words: Words, texts: int) -> sp.csr_matrix:
    """Counts of runs of letters within words: what ``CountVectorizer.transform`` gives.

    Parameters
    ----------
    vectorizer : fitted CountVectorizer
        With ``analyzer="char_wb"``, of texts of which `only_words` are left.
    words : Words
        Of the texts, as `plain_words` gives them.
    texts : int
        How many there are.
    """
    columns_of = letters_of(vectorizer)
    columns = [columns_of(word) for word in words.distinct]
    ends = np.cumsum([0, *map(len, columns)])
    runs = np.fromiter((c for own in columns for c in own), dtype=np.int64, count=int(ends[-1]))
    shape = (len(columns), len(vectorizer.vocabulary_))
    within = sp.csr_matrix((np.ones(len(runs), dtype=vectorizer.dtype), runs, ends), shape=shape)
    ones = np.ones(len(words.ids), dtype=vectorizer.dtype)
    counts = sp.csr_matrix((ones, (words.rows, words.ids)), shape=(texts, len(columns)))
    return sp.csr_matrix(counts @ within)


@lru_cache(maxsize=4)
def letters_of(vectorizer: CountVectorizer) -> Callable[[str], tuple[int, ...]]:
    """From a word to the columns of its runs of letters; most words come again."""
    analyse, vocabulary = vectorizer.build_analyzer(), vectorizer.vocabulary_

    @lru_cache(maxsize=300_000)
    def columns(word: str) -> tuple[int, ...]:
        return tuple(vocabulary[run] for run in analyse(word) if run in vocabulary)

    return columns


def count_terms(vectorizer: CountVectorizer, words: Words, texts: int) -> sp.csr_matrix:
    """Counts of words and word pairs: what ``CountVectorizer.transform`` gives.

    Parameters
    ----------
    vectorizer : fitted CountVectorizer
        Of words and word pairs in texts made `plain`; a word has at least two letters.
    words : Words
        Of the texts, as `plain_words` gives them.
    texts : int
        How many there are.
    """
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
        shape=(texts, len(vectorizer.vocabulary_)),
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
