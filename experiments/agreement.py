"""How well do two blind coders agree, and with what the author of a passage meant?"""

from pathlib import Path
from typing import Annotated

import polars as pl
from pytask import Product

from experiments.project import DATA, RESAMPLES, SEED, blind_pair, code_of, results
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
    pairs = {
        "coders": blind_pair(corpus),
        "author-a": (corpus.coded_by("author"), corpus.coded_by("a")),
    }
    for name, pair in pairs.items():
        sides = [codings.join(lang, on="passage") for codings in pair]
        for language in ("all", "en", "fr"):
            wanted = pl.lit(language).is_in(["all"]) | (pl.col("lang") == language)
            part = [side.filter(wanted) for side in sides]
            if part[0].is_empty():
                continue
            table = agreement(*part, corpus.codebook, resamples=RESAMPLES, seed=SEED)
            tables.append(
                table.select(pl.lit(name).alias("pair"), pl.lit(language).alias("lang"), "*")
            )
    second = pairs["coders"][1]["coder"][0]
    status = corpus.gold.group_by("status").len("passages").sort("status")
    write_results(out["results"], {"agreement": pl.concat(tables), "gold": status}, second=second)
