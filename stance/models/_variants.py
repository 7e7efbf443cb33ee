"""The project's models: base, from what is shipped of real passages, and full, from their text."""

from __future__ import annotations

from pathlib import Path

from sklearn.kernel_approximation import Nystroem
from sklearn.pipeline import FeatureUnion, Pipeline
from sklearn.preprocessing import StandardScaler

from stance.codebook import Codebook, load_codebook
from stance.corpus import Features
from stance.models._actor import ActorCoder
from stance.models._coder import PassageCoder
from stance.models._encoders import Encoder, Vectors
from stance.models._features import ngrams
from stance.models._stored import StoredLexicon, StoredVectors, StoredWords
from stance.models._terms import LexiconCounts, load_lexicon

BASE_LANDMARKS, FULL_LANDMARKS = 300, 600
"""Passages that the kernel over vectors is laid out by."""


def base_coder(stored: Features, codebook: Codebook | None = None, seed: int = 0) -> PassageCoder:
    """A coder of words and vectors that were stored: it is fitted and used without any text.

    Two views: TF-IDF of words with the lexicon's terms; and the vectors under a Gaussian kernel, by
    Nyström's approximation (Williams and Seeger 2001).
    """
    words = FeatureUnion([("words", StoredWords(stored)), ("lexicon", StoredLexicon(stored))])
    vectors = _kernel(StoredVectors(stored), BASE_LANDMARKS, seed)
    views = {"words": words, "vectors": vectors}
    return PassageCoder(codebook, "base", views, seed=seed, reads="passage")


def full_coder(
    encoder: Encoder, codebook: Codebook | None = None, seed: int = 0, store: Path | None = None
) -> PassageCoder:
    """A coder of texts: n-grams with the lexicon's terms, and vectors; actors included.

    Targets are also looked for sentence by sentence, in the n-grams.

    Parameters
    ----------
    encoder : Encoder
    codebook, seed
        As for `PassageCoder`.
    store : path, optional
        Of vectors; see `encode`.
    """
    lexicon = load_lexicon(codebook or load_codebook())
    words = FeatureUnion([("ngrams", ngrams()), ("lexicon", LexiconCounts(lexicon))])
    views = {"words": words, "vectors": _kernel(Vectors(encoder, store), FULL_LANDMARKS, seed)}
    actors = ActorCoder(codebook, lexicon, seed)
    return PassageCoder(codebook, "full", views, seed=seed, actors=actors, by_sentence="words")


def _kernel(vectors: StoredVectors | Vectors, landmarks: int, seed: int) -> Pipeline:
    """Vectors, each dimension of unit variance, laid out by their likeness to some of them."""
    layout = Nystroem(gamma=None, n_components=landmarks, random_state=seed)
    return Pipeline([("vectors", vectors), ("scale", StandardScaler()), ("kernel", layout)])
