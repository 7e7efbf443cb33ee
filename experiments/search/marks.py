"""What the Catalonia Independence Corpus is coded by: hashtags and mentions, or what is said?

Words alone, learned from the training tweets of a language and scored on its development set: whole
tweets, tweets without their hashtags and mentions, and these alone; and the share of development
tweets of which training tweets know a mark, within a language and across. ``STANCE_DATA`` names the
folder with the files.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from itertools import product
from pathlib import Path

import polars as pl

from experiments.project import SEED
from experiments.search.texts import RESULTS
from stance.evaluation import stance_cells, stance_scores
from stance.formats import read_cic
from stance.models import RidgeStance
from stance.report import write_results

_MARK = re.compile(r"[#@]\w+")
KEPT: dict[str, Callable[[str], str]] = {
    "whole": str,
    "without marks": lambda text: re.sub(r"^RT\b|https?://\S+", " ", _MARK.sub(" ", text)),
    "marks alone": lambda text: " ".join(_MARK.findall(text)),
}


def main() -> None:
    """Write ``results/marks.json``."""
    table = read_cic(Path(os.environ["STANCE_DATA"]) / "cic")
    train, new = (table.filter(set=name) for name in ("train", "development"))
    languages = sorted(table["lang"].unique(), reverse=True)
    scores, known = [], []
    for lang, (kept, reduce) in product(languages, KEPT.items()):
        own, shown = train.filter(lang=lang), new.filter(lang=lang)
        learner = RidgeStance().fit([reduce(text) for text in own["text"]], _codes(own))
        coded = learner.predict([reduce(text) for text in shown["text"]])
        (pooled,) = (
            row
            for row in stance_scores(stance_cells(shown, coded), 1000, SEED)
            if "pooled" in row[0]
        )
        scores.append((lang, kept, *pooled[1:4]))
    for lang, other in product(languages, languages):
        marks = {mark for text in train.filter(lang=lang)["text"] for mark in _marks(text)}
        shared = [bool(marks & _marks(text)) for text in new.filter(lang=other)["text"]]
        known.append((lang, other, sum(shared) / len(shared)))
    names = ["lang", "kept", "estimate", "low", "high"]
    found = {
        "scores": pl.DataFrame(scores, schema=names, orient="row"),
        "known": pl.DataFrame(known, schema=["lang", "other", "share"], orient="row"),
    }
    write_results(RESULTS / "marks_cic.json", found)


def _codes(table: pl.DataFrame) -> object:
    return table["stance"].to_physical().to_numpy().astype(int)


def _marks(text: str) -> set[str]:
    return {mark.lower() for mark in _MARK.findall(text)}


if __name__ == "__main__":
    main()
