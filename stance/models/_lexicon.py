"""The dictionary baseline: a code is given where one of its terms stands in the passage."""

from __future__ import annotations

import hashlib
import re
import tomllib
from pathlib import Path
from typing import Any, Self

import numpy as np
import polars as pl
from numpy.typing import NDArray
from sklearn.base import BaseEstimator

from stance._faults import Fault, InputError
from stance._paths import data_folder
from stance.codebook import Codebook, Probabilities, load_codebook
from stance.models._coder import decided_table
from stance.models._features import plain

LAYERS = ("targets", "stances", "facets", "frames")


def load_lexicon(codebook: Codebook, path: Path | None = None) -> dict[str, dict[str, list[str]]]:
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
            layer: {code: _pattern(terms) for code, terms in codes.items() if terms}
            for layer, codes in lexicon.items()
        }
        return self

    def _counts(self, texts: list[str], layer: str, codes: list[str]) -> NDArray[np.int64]:
        counts = np.zeros((len(texts), len(codes)), dtype=np.int64)
        for column, code in enumerate(codes):
            pattern = self.patterns_[layer].get(code)
            if pattern is not None:
                counts[:, column] = [len(pattern.findall(text)) for text in texts]
        return counts

    def code(self, passages: pl.DataFrame) -> pl.DataFrame:
        """Code passages: one row a passage, in order, with probabilities of 0 and 1."""
        scheme = self.scheme_
        texts = [plain(text) for text in passages["text"]]
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


def _pattern(terms: list[str]) -> re.Pattern[Any]:
    alternatives = []
    for term in terms:
        bare = plain(term)
        stem = re.escape(bare.rstrip("*"))
        alternatives.append(stem + (r"\w*" if bare.endswith("*") else ""))
    return re.compile(r"(?<!\w)(?:" + "|".join(sorted(alternatives)) + r")(?!\w)")
