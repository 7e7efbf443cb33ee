"""Fitted coders on disk: a folder with the estimators (skops) and a card; never pickle."""

from __future__ import annotations

import json
import shutil
import tempfile
import zipfile
from importlib.metadata import version
from pathlib import Path
from typing import Any

import skops.io

from stance._faults import Fault, InputError
from stance._paths import cache_folder
from stance.codebook import Codebook
from stance.corpus import Corpus, load_corpus
from stance.models._coder import PassageCoder

_PARTS = ("features_", "target_heads_", "stance_head_", "facet_heads_", "frame_heads_", "actors_")
_OWN = [
    "stance.models._actor.ActorCoder",
    "stance.models._features.plain",
    "stance.models._head.Head",
    "stance.models._terms.LexiconCounts",
]
_ESTIMATORS, _CARD = "estimators.skops", "card.json"


def save_coder(coder: PassageCoder, folder: Path, trained_on: str) -> None:
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
        skops.io.dump({part: getattr(coder, part) for part in _PARTS}, temporary / _ESTIMATORS)
        card = {
            "name": coder.name,
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


def load_coder(folder: Path) -> PassageCoder:
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
    coder = PassageCoder(codebook, card["name"])
    coder.hash_ = card["hash"]
    for part in _PARTS:
        setattr(coder, part, parts[part])
    return coder


def train_on(corpus: Corpus, seed: int = 0) -> PassageCoder:
    """A coder trained on the gold codings of a corpus."""
    return PassageCoder(corpus.codebook, seed=seed).fit(corpus.passages, corpus.gold)


def default_coder(corpus: str = "constructed") -> PassageCoder:
    """The coder trained on the project's own corpus, from the user's cache once it is there."""
    data = load_corpus(corpus)
    key = f"base-{data.hash}-{data.codebook.hash}-{version('scikit-learn')}-{version('stance')}"
    folder = cache_folder() / "models" / key
    if not (folder / _CARD).is_file():
        save_coder(train_on(data), folder, f"{data.name}@{data.hash}")
    return load_coder(folder)
