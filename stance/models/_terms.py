"""The lexicon: written terms by code, and how many of them stand in a text."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any, Self

import numpy as np
import polars as pl
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, TransformerMixin

from stance._faults import Fault, InputError
from stance._paths import data_folder
from stance.codebook import Codebook
from stance.models._features import plain

Lexicon = dict[str, dict[str, list[str]]]

LAYERS = ("targets", "stances", "facets", "frames", "evaluations")


def load_lexicon(codebook: Codebook, path: Path | None = None) -> Lexicon:
    """Terms by layer and code, all languages together; facets are keyed ``target/facet``.

    A term is a word or several; ``*`` at its end stands for any ending.

    Raises
    ------
    InputError
        If the file is not TOML, or names a code that the codebook does not have.
    """
    file = path or data_folder() / "lexicon.toml"
    try:
        content = tomllib.loads(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(Fault("", str(error), "a lexicon in TOML", file=str(file))) from error
    known = {
        "targets": set(codebook.target_codes),
        "stances": set(codebook.stance_codes),
        "facets": {f"{target}/{facet}" for target, facet in codebook.facet_codes},
        "frames": set(codebook.frame_codes),
        "evaluations": set(codebook.evaluation_codes),
    }
    faults = [
        Fault(f"{layer}.{code}", "terms", f"a code of codebook {codebook.name!r}", file=str(file))
        for layer in LAYERS
        for code in content.get(layer, {})
        if code not in known[layer]
    ]
    if faults:
        raise InputError(faults)
    return {
        layer: {
            code: [term for terms in by_language.values() for term in terms]
            for code, by_language in content.get(layer, {}).items()
        }
        for layer in LAYERS
    }


def term_pattern(terms: list[str]) -> re.Pattern[str]:
    """A pattern for any of some terms in a text made `plain`, as Python and Rust read it alike."""
    alternatives = []
    for term in terms:
        bare = plain(term)
        stem = re.escape(bare.rstrip("*"))
        alternatives.append(stem + (r"\w*" if bare.endswith("*") else ""))
    return re.compile(r"\b(?:" + "|".join(sorted(alternatives)) + r")\b")


def lexicon_patterns(lexicon: Lexicon) -> list[re.Pattern[str]]:
    """A pattern for every code of the lexicon that a passage may carry, in the lexicon's order."""
    return [
        term_pattern(terms)
        for layer, by_code in lexicon.items()
        for terms in by_code.values()
        if terms and layer != "evaluations"
    ]


def count_terms(texts: list[str], patterns: list[re.Pattern[str]]) -> NDArray[np.int64]:
    """Terms of every pattern in every text: shape (texts, patterns)."""
    bare = pl.Series([plain(text) for text in texts], dtype=pl.String)
    counts = [bare.str.count_matches(pattern.pattern).to_numpy() for pattern in patterns]
    return np.array(counts, dtype=np.int64).reshape(len(patterns), len(texts)).T


class LexiconCounts(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """How many terms of a written list stand in a text, by code: log(1 + count), scaled.

    Parameters
    ----------
    lexicon : mapping
        Terms by layer and code, as `load_lexicon` gives them.
    weight : float
        What the logarithms are multiplied by, beside other features of unit length.
    """

    def __init__(self, lexicon: Lexicon, weight: float = 0.5) -> None:
        self.lexicon = lexicon
        self.weight = weight

    def fit(self, texts: list[str], y: Any = None) -> Self:
        """Learn nothing."""
        return self

    def transform(self, texts: list[str]) -> sp.csr_matrix:
        """A row a text, a column a code."""
        counts = count_terms(texts, lexicon_patterns(self.lexicon))
        return sp.csr_matrix(self.weight * np.log1p(counts))
