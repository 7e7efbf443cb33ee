"""How well do two blind coders agree, on constructed and on real passages?

On constructed ones the author's intention stands beside them; on real ones an earlier reading under
other conditions, the decades, and the agreement weighted by the sampling design.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import polars as pl
from pytask import Product

from experiments.project import DATA, REAL, RESAMPLES, SEED, code_of, real_data, results
from stance.coding import agreement
from stance.corpus import Corpus, load_corpus
from stance.report import write_results

ERAS = {"before 1970": (0, 1969), "1970–1991": (1970, 1991), "from 1992": (1992, 9999)}


def parts(corpus: Corpus) -> Iterator[tuple[str, str, str, str, pl.Expr, bool]]:
    """Pair, coders, part, its condition, and whether the design's weights count."""
    every = pl.lit(value=True)
    yield "coders", "a", "b", "all", every, False
    for lang in corpus.passages["lang"].unique().sort():
        yield "coders", "a", "b", lang, pl.col("lang") == lang, False
    if corpus.name == "constructed":
        yield "author-a", "author", "a", "all", every, False
        return
    yield "coders", "a", "b", "all, weighted", every, True
    if "first" in set(corpus.codings["coder"]):
        yield "first-b", "first", "b", "all", every, False
    if corpus.name == "ungdc":
        for era, (first, last) in ERAS.items():
            yield "coders", "a", "b", era, pl.col("year").is_between(first, last), False


def task_agreement(
    data: list[Path] = [*DATA, *real_data(*REAL)],
    code: list[Path] = code_of(__file__),
    out: Annotated[dict[str, Path], Product] = results("agreement", figure=False),
) -> None:
    tables, status = [], []
    for name in ("constructed", *REAL):
        corpus = load_corpus(name)
        about = corpus.passages.select("passage", "lang", "probability")
        year = corpus.documents.select("document", "year")
        for pair, one, other, label, where, weighted in parts(corpus):
            a, b = corpus.coded_by(one), corpus.coded_by(other)
            known = a.join(about, on="passage").join(year, on="document").filter(where)
            a = known if weighted else known.drop("probability")
            table = agreement(a, b, corpus.codebook, resamples=RESAMPLES, seed=SEED)
            place = {"corpus": name, "pair": pair, "part": label}
            tables.append(table.select(*(pl.lit(v).alias(k) for k, v in place.items()), "*"))
        counted = corpus.gold.group_by("status").len("passages").sort("status")
        status.append(counted.select(pl.lit(name).alias("corpus"), "*"))
    write_results(out["results"], {"agreement": pl.concat(tables), "gold": pl.concat(status)})
