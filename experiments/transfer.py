"""Does what is learned in one language, or before a year, hold in the other, or after it?"""

from pathlib import Path
from typing import Annotated

import polars as pl
from pytask import Product

from experiments.project import DATA, RESAMPLES, SEED, code_of, results, timed
from stance.corpus import load_corpus
from stance.evaluation import scores, transfer
from stance.models import PassageCoder
from stance.report import write_results

YEAR = 2012


def task_transfer(
    data: list[Path] = DATA,
    code: list[Path] = code_of(__file__),
    out: Annotated[dict[str, Path], Product] = results("transfer", figure=False),
) -> None:
    corpus = load_corpus("constructed")
    about = corpus.documents.select("document", "year")
    passages = corpus.passages.join(about, on="document", maintain_order="left")
    french, late = pl.col("lang") == "fr", pl.col("year") >= YEAR
    splits = {
        "French → English": (french, ~french),
        "English → French": (~french, french),
        f"before {YEAR} → from {YEAR}": (~late, late),
    }
    tables = []
    with timed("transfer"):
        for name, (train, test) in splits.items():
            coded, gold = transfer(PassageCoder(seed=SEED), passages, corpus.gold, train, test)
            table = scores(coded, gold, corpus.codebook, resamples=RESAMPLES, seed=SEED)
            tables.append(table.select(pl.lit(name).alias("split"), "*"))
    write_results(out["results"], {"scores": pl.concat(tables)})
