"""How well does a model read real passages, and what must it have learned from?

All of it from derived features (the base model): no text of a real passage is needed. Nothing was
chosen on the test passages. Only sampled passages are scored.
"""

from pathlib import Path
from typing import Annotated

import polars as pl
from joblib import Parallel, delayed
from pytask import Product

from experiments.project import (
    REAL,
    RESAMPLES,
    SEED,
    WRITTEN,
    code_of,
    coded,
    real_data,
    results,
    stored,
    timed,
)
from stance.codebook import load_codebook
from stance.evaluation import confusions, scores
from stance.models import base_coder
from stance.report import write_results

EVERYTHING = (*REAL, *WRITTEN)
LEARN, WRITTEN_ONLY = pl.col("split").is_in(["train", "development", "written"]), ~pl.col("typical")
TEST = (pl.col("split") == "test") & pl.col("probability").is_not_null()
UN, FRENCH = pl.col("corpus") == "ungdc", pl.col("lang") == "fr"
TRAINED = {
    "written": WRITTEN_ONLY,
    "real": LEARN & pl.col("typical"),
    "both": LEARN,
    "both, English": LEARN & (pl.col("lang") == "en"),
    "both, before 1992": LEARN & (~pl.col("typical") | (pl.col("year") < 1992)),
}
TESTS = {"UN": UN, "UN, from 1992": UN & (pl.col("year") >= 1992), "French": FRENCH}


def task_real(
    data: list[Path] = real_data(*EVERYTHING),
    code: list[Path] = code_of(__file__),
    out: Annotated[dict[str, Path], Product] = results("real", figure=False),
) -> None:
    gold, features, book = coded(*EVERYTHING), stored(*EVERYTHING), load_codebook()
    test = gold.filter(TEST & (UN | FRENCH))

    def codings(of: pl.Expr) -> pl.DataFrame:
        part = gold.filter(of)
        coder = base_coder(features, seed=SEED).fit(part.select("passage", "typical"), part)
        return coder.code(test.select("passage", "document"))

    with timed("real"):
        found = Parallel(n_jobs=2)(delayed(codings)(of) for of in TRAINED.values())
    tables, errors = [], []
    for trained, table in zip(TRAINED, found, strict=True):
        for name, among in TESTS.items():
            about = (pl.lit(trained).alias("trained on"), pl.lit(name).alias("test"))
            truth = test.filter(among)
            scored = scores(table, truth, book, resamples=RESAMPLES, seed=SEED)
            tables.append(scored.select(*about, "*"))
            errors.append(confusions(table, truth, book).select(*about, "*"))
    write_results(out["results"], {"scores": pl.concat(tables), "errors": pl.concat(errors)})
