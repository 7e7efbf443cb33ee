"""The coded passages with their texts, and who may learn from which."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

import polars as pl

from experiments.project import split_of
from stance.corpus import load_corpus

REAL = ("ungdc", "press", "programmes")
RESULTS = Path(__file__).parent / "results"


class Coded(NamedTuple):
    """Passages with text, and their gold.

    `passages` has ``passage, document, lang, text, corpus, split, probability, typical``; split is
    train, development or test, and train for passages that were written or translated.
    """

    passages: pl.DataFrame
    gold: pl.DataFrame


def folder() -> Path:
    """Where the hydrated corpora lie, from the environment variable TEXTS."""
    found = os.environ.get("TEXTS")
    if not found:
        raise SystemExit("Say where the corpora with their texts are: make search TEXTS=folder")
    return Path(found)


def coded() -> Coded:
    """Every coded passage of every corpus, real ones with the text of the folder."""
    tables, gold = [], []
    for name in (*REAL, "constructed", "translated"):
        corpus = load_corpus(folder() / name if name in REAL else name)
        split = pl.lit("train")
        for part in ("development", "test") if name in REAL else ():
            split = pl.when(pl.col("document").is_in(split_of(name, part))).then(pl.lit(part)).otherwise(split)
        columns = ("passage", "document", "lang", "text", "probability")
        tables.append(
            corpus.passages.select(columns).with_columns(
                split=split, corpus=pl.lit(name), typical=pl.lit(value=name in REAL)
            )
        )
        gold.append(corpus.gold)
    return Coded(pl.concat(tables), pl.concat(gold))
