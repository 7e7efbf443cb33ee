"""The dictionary baseline: a code is given where one of its terms stands in the passage."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Self

import numpy as np
import polars as pl
from numpy.typing import NDArray
from sklearn.base import BaseEstimator

from stance.codebook import Codebook, Probabilities, load_codebook
from stance.models._table import decided_table
from stance.models._terms import count_terms, load_lexicon, term_pattern


class LexiconCoder(BaseEstimator):  # type: ignore[misc]
    """Codes by a written list of terms; it learns nothing.

    A target, facet or frame is present where a term of it stands; the stance is the one with
    most terms in the passage, the codebook's first where they tie. Probabilities are 0 or 1.

    Parameters
    ----------
    codebook : Codebook, optional
    lexicon : path, optional
        By default the project's own list.
    """

    name = "lexicon"

    def __init__(self, codebook: Codebook | None = None, lexicon: Path | None = None) -> None:
        self.codebook = codebook
        self.lexicon = lexicon

    @property
    def coder(self) -> str:
        """The name under which codings are returned."""
        return f"model:{self.name}@{self.hash_}"

    def fit(self, passages: pl.DataFrame, codings: pl.DataFrame) -> Self:
        """Read the lexicon; passages and codings are not looked at."""
        self.scheme_ = self.codebook or load_codebook()
        lexicon = load_lexicon(self.scheme_, self.lexicon)
        self.hash_ = hashlib.sha256(repr(lexicon).encode()).hexdigest()[:4]
        self.patterns_ = {
            layer: {code: term_pattern(terms) for code, terms in codes.items() if terms}
            for layer, codes in lexicon.items()
        }
        return self

    def _counts(self, texts: list[str], layer: str, codes: list[str]) -> NDArray[np.int64]:
        counts = np.zeros((len(texts), len(codes)), dtype=np.int64)
        there = [i for i, code in enumerate(codes) if code in self.patterns_[layer]]
        patterns = [self.patterns_[layer][codes[i]] for i in there]
        counts[:, there] = count_terms(texts, patterns)
        return counts

    def code(self, passages: pl.DataFrame) -> pl.DataFrame:
        """Code passages: one row a passage, in order, with probabilities of 0 and 1."""
        scheme = self.scheme_
        texts = passages["text"].to_list()
        stances = self._counts(texts, "stances", list(scheme.stance_codes)).argmax(axis=1)
        chosen = np.eye(len(scheme.stances))[stances]
        facets = [f"{target}/{facet}" for target, facet in scheme.facet_codes]
        frames = self._counts(texts, "frames", list(scheme.frame_codes))
        p = Probabilities(
            target=(self._counts(texts, "targets", list(scheme.target_codes)) > 0).astype(float),
            stance=np.repeat(chosen[:, None], len(scheme.targets), axis=1),
            facet=(self._counts(texts, "facets", facets) > 0).astype(float),
            frame=frames / np.maximum(frames.max(axis=1, keepdims=True), 1),
        )
        decision = scheme.decide(p, frame_thresholds=1e-9)
        binary = Probabilities(p.target, p.stance, p.facet, decision.frame.astype(float))
        return decided_table(passages, self.coder, binary, decision, scheme)
