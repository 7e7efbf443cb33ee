"""The coded passages with their texts, and who may learn from which."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

import polars as pl

from experiments.project import BUILD, split_of
from stance.corpus import load_corpus

REAL = ("ungdc", "press", "programmes")
WRITTEN = ("constructed", "translated", "reports")
RESULTS = Path(__file__).parent / "results"
SCRATCH = BUILD / "search"


class Coded(NamedTuple):
    """Passages with text, and their gold, row by row.

    `passages` has ``passage, document, lang, text, probability, corpus, split, typical``; split is
    train, development or test, and train for passages that were written or translated.
    """

    passages: pl.DataFrame
    gold: pl.DataFrame


def folder() -> Path:
    """Where the corpora lie with their texts, from the environment variable TEXTS."""
    found = os.environ.get("TEXTS")
    if not found:
        raise SystemExit("Say where the corpora with their texts are: make search TEXTS=folder")
    return Path(found)


def coded() -> Coded:
    """Every coded passage of every corpus, with the texts of the folder."""
    tables, gold = [], []
    for name in (*REAL, *WRITTEN):
        corpus = load_corpus(folder() / name)
        split = pl.lit("train")
        for part in ("development", "test", "withheld") if name in REAL else ():
            own = pl.col("document").is_in(split_of(name, part))
            split = pl.when(own).then(pl.lit(part)).otherwise(split)
        columns = corpus.passages.select("passage", "document", "lang", "text", "probability")
        tables.append(
            columns.with_columns(
                split, corpus=pl.lit(name), typical=pl.lit(value=name in REAL)
            ).rename({"literal": "split"})
        )
        gold.append(corpus.gold)
    return Coded(pl.concat(tables), pl.concat(gold))
