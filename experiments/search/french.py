"""Is French coded worse than English when the same is said?

Test passages of the General Debate were put into French by machine; ``TEXTS/test_fr.parquet`` holds
them (``passage, text``). Full model and student code both versions, against the same gold: the
difference is one of language, and of what translation does to a text.
"""

from __future__ import annotations

import polars as pl

from experiments.project import RESAMPLES, SEED
from experiments.search.texts import RESULTS, coded, folder
from stance.codebook import load_codebook
from stance.evaluation import differences, scores
from stance.models import load_coder, model_folder
from stance.report import write_results


def main() -> None:
    """Code both versions; write ``results/french.json``."""
    book = load_codebook()
    passages, gold = coded()
    french = pl.read_parquet(folder() / "test_fr.parquet")
    test = passages.filter(
        pl.col("probability").is_not_null(),
        pl.col("split") == "test",
        pl.col("passage").is_in(french["passage"].to_list()),
    )
    truth = test.select("passage").join(gold, on="passage", maintain_order="left")
    other = test.drop("text").join(french, on="passage", maintain_order="left")
    shown = pl.col("layer").is_in(["target", "stance", "frame"])
    found, apart = [], []
    for name in ("full", "student"):
        coder = load_coder(model_folder(name))
        versions = {
            language: coder.code(table).with_columns(coder=pl.lit(f"{coder.coder}, {language}"))
            for language, table in (("French", other), ("English", test))
        }
        draws = {"resamples": RESAMPLES, "seed": SEED}
        found += [
            scores(codings, truth, book, **draws).filter(shown) for codings in versions.values()
        ]
        apart.append(
            differences(versions["French"], versions["English"], truth, book, **draws).filter(shown)
        )
    tables = {"scores": pl.concat(found), "French minus English": pl.concat(apart)}
    write_results(RESULTS / "french.json", tables, passages=test.height)


if __name__ == "__main__":
    main()
