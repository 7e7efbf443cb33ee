"""Derived features: what was measured on texts that are not shipped.

``features.npz`` holds for every coded passage its word counts, its counts of the lexicon's terms by
code, and its dense vector. Counts are unordered, and those of words only of words that several
passages share, so that no passage can be read from them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
import scipy.sparse as sp
from numpy.typing import NDArray

from stance._faults import Fault, InputError
from stance._paths import replacing

SHARED = 5
"""Passages that a term must be in to be in the vocabulary."""

_WORD = re.compile(r"\w+")
_ARRAYS = (
    "passages",
    "vocabulary",
    "data",
    "indices",
    "indptr",
    "vectors",
    "lengths",
    "lexicon",
    "encoder",
)


@dataclass(frozen=True, repr=False)
class Features:
    """Derived features of passages.

    Attributes
    ----------
    passages : tuple of str
    vocabulary : tuple of str
        Terms in lower case, in the order of the columns of `counts`.
    counts : csr_array of int32, passages by terms
    vectors : ndarray of float16, passages by dimensions
    lexicon : ndarray of uint8, passages by codes
        Terms of each of the lexicon's codes.
    encoder : str
        Name and hash of the encoder that made the vectors.
    """

    passages: tuple[str, ...]
    vocabulary: tuple[str, ...]
    counts: sp.csr_array
    vectors: NDArray[np.float16]
    lexicon: NDArray[np.uint8]
    encoder: str

    def __repr__(self) -> str:
        terms = len(self.vocabulary)
        return f"Features({len(self.passages)} passages, {terms} terms, {self.encoder})"

    def rows(self, passages: Sequence[str]) -> NDArray[np.int64]:
        """The rows of passages.

        Raises
        ------
        KeyError
            If one is not there.
        """
        place = {passage: i for i, passage in enumerate(self.passages)}
        return np.array([place[passage] for passage in passages], dtype=np.int64)


def count_words(texts: pl.DataFrame, *, shared: int = SHARED) -> tuple[list[str], sp.csr_array]:
    """Word counts of passages, of the terms that at least `shared` of them have.

    Parameters
    ----------
    texts : DataFrame
        With ``text``.

    Returns
    -------
    vocabulary : list of str
        Sorted.
    counts : csr_array of int32, passages by terms
    """
    bags = [Counter(_WORD.findall(text.lower())) for text in texts["text"]]
    documents = Counter(term for bag in bags for term in bag)
    vocabulary = sorted(term for term, n in documents.items() if n >= shared)
    column = {term: i for i, term in enumerate(vocabulary)}
    rows, columns, data = [], [], []
    for i, bag in enumerate(bags):
        for term, n in sorted(bag.items()):
            if term in column:
                rows.append(i)
                columns.append(column[term])
                data.append(n)
    shape = (len(bags), len(vocabulary))
    counts = sp.csr_array((np.array(data, dtype=np.int32), (rows, columns)), shape=shape)
    counts.sort_indices()
    return vocabulary, counts


def write_features(file: Path, features: Features) -> None:
    """Write derived features to an ``.npz`` file; the same features give the same bytes.

    Vectors are kept in eight bits a dimension, in steps of a 127th of each vector's largest.
    """
    counts = features.counts
    largest = np.abs(features.vectors.astype(np.float32)).max(axis=1, keepdims=True)
    steps = np.round(127 * features.vectors.astype(np.float32) / np.maximum(largest, 1e-12))
    arrays = {
        "passages": np.array(features.passages),
        "vocabulary": np.array(features.vocabulary),
        "data": counts.data.astype(np.int32),
        "indices": counts.indices.astype(np.int32),
        "indptr": counts.indptr.astype(np.int32),
        "vectors": steps.astype(np.int8),
        "lengths": largest[:, 0].astype(np.float32),
        "lexicon": features.lexicon,
        "encoder": np.array(features.encoder),
    }
    with replacing(file) as temporary:
        np.savez_compressed(temporary, **arrays)


def read_features(file: Path) -> Features:
    """Read derived features.

    Raises
    ------
    InputError
        If the file is not there or lacks an array.
    """
    try:
        with np.load(file, allow_pickle=False) as stored:
            arrays = {name: stored[name] for name in _ARRAYS}
    except (OSError, EOFError, KeyError, ValueError) as error:
        expected = f"an .npz file with {', '.join(_ARRAYS)}"
        raise InputError(Fault("", str(error), expected, file=str(file))) from error
    shape = (len(arrays["passages"]), len(arrays["vocabulary"]))
    counts = sp.csr_array((arrays["data"], arrays["indices"], arrays["indptr"]), shape=shape)
    return Features(
        passages=tuple(arrays["passages"].tolist()),
        vocabulary=tuple(arrays["vocabulary"].tolist()),
        counts=counts,
        vectors=(arrays["vectors"] / 127 * arrays["lengths"][:, None]).astype(np.float16),
        lexicon=arrays["lexicon"],
        encoder=str(arrays["encoder"]),
    )


def join_features(parts: Sequence[Features]) -> Features:
    """Derived features of several corpora as one; the vocabulary is that of all of them.

    Raises
    ------
    ValueError
        If the vectors are of different encoders.
    """
    encoders = {part.encoder for part in parts}
    if len(encoders) != 1:
        raise ValueError(f"found encoders {sorted(encoders)}; expected one")
    vocabulary = sorted({term for part in parts for term in part.vocabulary})
    column = {term: i for i, term in enumerate(vocabulary)}
    blocks = []
    for part in parts:
        counts = part.counts.tocoo()
        place = np.array([column[term] for term in part.vocabulary], dtype=np.int64)
        shape = (len(part.passages), len(vocabulary))
        blocks.append(sp.csr_array((counts.data, (counts.row, place[counts.col])), shape=shape))
    joined = sp.csr_array(sp.vstack(blocks, format="csr"))
    joined.sort_indices()
    return Features(
        passages=tuple(passage for part in parts for passage in part.passages),
        vocabulary=tuple(vocabulary),
        counts=joined,
        vectors=np.concatenate([part.vectors for part in parts]),
        lexicon=np.concatenate([part.lexicon for part in parts]),
        encoder=parts[0].encoder,
    )
