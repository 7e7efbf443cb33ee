"""How well do two blind coders agree, and with what the author of a passage meant?"""

from pathlib import Path
from typing import Annotated

import polars as pl
from pytask import Product

from experiments.project import DATA, RESAMPLES, SEED, code_of, results
from stance.coding import agreement
from stance.corpus import load_corpus
from stance.report import write_results


def task_agreement(
    data: list[Path] = DATA,
    code: list[Path] = code_of(__file__),
    out: Annotated[dict[str, Path], Product] = results("agreement", figure=False),
) -> None:
    corpus = load_corpus("constructed")
    lang = corpus.passages.select("passage", "lang")
    tables = []
    for name, pair in {"a-b": ("a", "b"), "author-gold": ("author", "gold")}.items():
        sides = [corpus.coded_by(coder).join(lang, on="passage") for coder in pair]
        for language in ("all", "en", "fr"):
            wanted = pl.lit(language).is_in(["all"]) | (pl.col("lang") == language)
            part = [side.filter(wanted) for side in sides]
            table = agreement(*part, corpus.codebook, resamples=RESAMPLES, seed=SEED)
            tables.append(
                table.select(pl.lit(name).alias("pair"), pl.lit(language).alias("lang"), "*")
            )
    status = corpus.gold.group_by("status").len("passages").sort("status")
    write_results(out["results"], {"agreement": pl.concat(tables), "gold": status})
