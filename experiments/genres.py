"""How well is each genre coded, and is French coded worse than English of the same genre?

Sampled test passages by genre and language; French and English meet in the press alone. A code with
too few gold passages has no score, only its counts.
"""

from pathlib import Path
from typing import Annotated

import polars as pl
from pytask import Product

from experiments.coders import CODED
from experiments.project import REAL, RESAMPLES, SEED, code_of, coded, real_data, results
from stance.codebook import load_codebook
from stance.corpus import load_corpus
from stance.evaluation import scores, unpaired_differences
from stance.report import write_results

PRESS = pl.col("corpus") == "press"
GENRES = {
    "UN speeches": pl.col("corpus") == "ungdc",
    "press, English": PRESS & (pl.col("lang") == "en"),
    "press, French": PRESS & (pl.col("lang") == "fr"),
    "programmes, French": pl.col("genre") == "programme",
    "leaflets, French": pl.col("genre") == "leaflet",
}
FEWEST = 20
"""Gold passages with a code below which it has no score."""

SHOWN = ["F1", "macro-F1", "micro-F1", "F_avg"]


def task_genres(
    data: list[Path] = [*real_data(*REAL), *CODED.values()],
    code: list[Path] = code_of(__file__),
    out: Annotated[dict[str, Path], Product] = results("genres", figure=False),
) -> None:
    book = load_codebook()
    draws = {"fewest": FEWEST, "resamples": RESAMPLES, "seed": SEED}
    truth = coded(*REAL).filter(pl.col("split") == "test", pl.col("probability").is_not_null())
    a, b = (pl.concat([load_corpus(name).coded_by(coder) for name in REAL]) for coder in ("a", "b"))
    second = truth.select("passage", "corpus", "lang", "genre").join(b, on="passage")
    pairs = [(pl.read_parquet(file), truth) for file in CODED.values()]
    pairs.append((a.with_columns(coder=pl.lit("coder against coder")), second))
    tables, apart = [], []
    for codings, gold in pairs:
        parts = {name: gold.filter(among) for name, among in GENRES.items()}
        for name, part in parts.items():
            scored = scores(codings, part, book, **draws)
            tables.append(scored.select(pl.lit(name).alias("genre"), "*"))
        french, english = parts["press, French"], parts["press, English"]
        apart.append(unpaired_differences(codings, french, english, book, **draws))
    shown = pl.col("statistic").is_in(SHOWN)
    found = {"scores": pl.concat(tables).filter(shown), "French minus English": pl.concat(apart)}
    found["French minus English"] = found["French minus English"].filter(shown)
    write_results(out["results"], found)
