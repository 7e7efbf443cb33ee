"""What the card of a model says beyond ``card.json``: measured results, shipped beside the model.

``make snapshot`` writes ``corpora/models/<name>/results.json``, which ``stance model <name>`` reads.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import polars as pl

from experiments.project import REAL, ROOT, WRITTEN, coded
from stance.corpus import load_corpus
from stance.report import write_results

MODELS = ROOT / "corpora" / "models"
SEARCH = ROOT / "experiments" / "search" / "results"
STATISTICS = ("F1", "recall", "macro-F1", "micro-F1", "F_avg")
OTHER = "coder against coder"
NOTE = (
    "The test split holds waves of the sample that were drawn last. Nothing was chosen by it, and "
    "each model was scored on it once."
)
"""What must be said of the scores."""


def write_cards(results: Path) -> None:
    """Write ``results.json`` of every model, from the results of the experiments."""
    found = json.loads((results / "coders.json").read_text("utf-8"))
    leaks = json.loads((SEARCH / "leaks.json").read_text("utf-8"))["leaks"]
    speed = json.loads((SEARCH / "speed.json").read_text("utf-8"))["speed"]
    taught = json.loads((SEARCH / "student.json").read_text("utf-8"))
    gold, learned = learned_from()
    for folder in sorted(path.parent for path in MODELS.glob("*/card.json")):
        card = json.loads((folder / "card.json").read_text("utf-8"))
        coder, said = f"model:{card['name']}@{card['hash']}", re.match(r"\d+", card["trained_on"])
        passages = int(learned["passages"].sum())
        if said is None or int(said[0]) != passages:
            raise ValueError(f"{coder}: found {card['trained_on']!r}; expected {passages} passages")
        looked = gold.filter(pl.col("split") == "development").height
        numbers = {"model": coder, "note": NOTE, "sampled": gold.height, "calibrated": looked}
        if card["kind"] == "Student":
            numbers |= {key: taught[key] for key in ("unlabelled", "languages")}
        tables = {
            "learned": learned,
            "scores": scores_of(found["scores"], (coder, OTHER)),
            "ceiling": of(found["ceiling"], coder),
            "leaks": of(leaks, coder),
            "speed": of(speed, coder),
        }
        write_results(folder / "results.json", tables, **numbers)


def learned_from() -> tuple[pl.DataFrame, pl.DataFrame]:
    """The sampled passages, and counts of those that models learn from, by corpus and language.

    No model learns from a document of which a passage was sampled, or from a near-twin of one.
    """
    gold = coded(*REAL, *WRITTEN)
    sampled = gold.filter(pl.col("probability").is_not_null(), pl.col("corpus").is_in(REAL))
    learn = ~pl.col("document").is_in(sampled["document"].implode())
    counts = (
        gold.filter(learn, pl.col("split") != "withheld")
        .group_by("corpus", "lang", maintain_order=True)
        .agg(pl.len().alias("passages"), (pl.col("status") == "single").sum().alias("read once"))
    )
    about = {name: load_corpus(name).about for name in (*REAL, *WRITTEN)}
    said = {k: pl.col("corpus").replace_strict({n: a[k] for n, a in about.items()}) for k in SAID}
    return sampled, counts.with_columns(**said)


SAID = ("title", "made", "licence")
"""What a corpus says of itself in ``corpus.toml``."""


def scores_of(scores: list[dict], coders: tuple[str, ...]) -> pl.DataFrame:
    """Scores of some coders by target and stance, and means over codes."""
    table = pl.DataFrame(scores, infer_schema_length=None)
    single = pl.col("layer").is_in(["target", "stance"]) & pl.col("statistic").is_in(
        ["F1", "recall"]
    )
    whole = pl.col("code").str.starts_with("(") & pl.col("statistic").is_in(STATISTICS)
    return table.filter(pl.col("coder").is_in(coders), single | whole).drop("level", "degenerate")


def of(rows: list[dict], coder: str) -> pl.DataFrame:
    """The rows on one coder."""
    table = pl.DataFrame(rows, infer_schema_length=None)
    own = table.filter(coder=coder)
    if own.is_empty():
        raise ValueError(f"found no result of {coder}; make them anew, then make snapshot")
    return own.drop("coder")
