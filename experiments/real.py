"""Does a model that learned from constructed passages read real speech, and what do real ones add?

All of it from derived features: no text of a real passage is needed. The gold is one reading by a
language model; nothing was chosen on the test passages.
"""

from pathlib import Path
from typing import Annotated

import polars as pl
from pytask import Product

from experiments.project import RESAMPLES, SEED, code_of, real_data, results, split_of, timed
from stance.corpus import join_features, load_corpus, read_features
from stance.evaluation import confusions, scores
from stance.models import PassageCoder, StoredFeatures
from stance.report import write_results

CORPORA = ("constructed", "ungdc", "press")
TESTS = {
    "UN": pl.col("document").is_in(split_of("ungdc", "test")),
    "French press": pl.col("document").is_in(split_of("press", "test")) & (pl.col("lang") == "fr"),
}


def task_real(
    data: list[Path] = real_data(*CORPORA),
    code: list[Path] = code_of(__file__),
    out: Annotated[dict[str, Path], Product] = results("real", figure=False),
) -> None:
    corpora = [load_corpus(name) for name in CORPORA]
    stored = join_features([read_features(c.folder / "features.npz") for c in corpora])
    passages = pl.concat([c.passages.select("passage", "document", "lang") for c in corpora])
    gold = pl.concat([c.gold for c in corpora]).join(
        passages.select("passage", "lang"), on="passage", maintain_order="left"
    )
    constructed = pl.col("document").is_in(corpora[0].documents["document"].implode())
    real = pl.col("document").is_in(split_of("ungdc", "train") + split_of("press", "train"))
    book, tables, errors = corpora[0].codebook, [], []
    with timed("real"):
        for trained, of in {
            "constructed": constructed,
            "real": real,
            "both": constructed | real,
        }.items():
            coder = PassageCoder(features=StoredFeatures(stored), seed=SEED, reads="passage")
            coder.fit(passages, gold.filter(of))
            for test, among in TESTS.items():
                truth = gold.filter(among)
                coded = coder.code(truth.select("passage", "document"))
                about = (pl.lit(trained).alias("trained on"), pl.lit(test).alias("test"))
                found = scores(coded, truth, book, resamples=RESAMPLES, seed=SEED)
                tables.append(found.select(*about, "*"))
                errors.append(confusions(coded, truth, book).select(*about, "*"))
    write_results(out["results"], {"scores": pl.concat(tables), "errors": pl.concat(errors)})
