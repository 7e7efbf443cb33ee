"""Do the model's probabilities mean what they say?"""

from pathlib import Path
from typing import Annotated

import polars as pl
from pytask import Product

from experiments.out_of_fold import OUT_OF_FOLD
from experiments.project import DATA, RESAMPLES, SEED, code_of, results
from stance import figures
from stance.corpus import load_corpus
from stance.evaluation import calibration
from stance.report import write_results

CAPTION = {
    "en": "Constructed passages. Observed share of each target against its predicted probability, "
    "out of fold, in eight bins of equal size. Lines: 95 % intervals over documents.",
    "fr": "Passages construits. Part observée de chaque cible selon sa probabilité prédite, hors "
    "pli, en huit classes de même effectif. Traits : intervalles à 95 % sur les documents.",
}


def task_calibration(
    data: list[Path] = DATA,
    code: list[Path] = code_of(__file__),
    out_of_fold: Path = OUT_OF_FOLD,
    out: Annotated[dict[str, Path], Product] = results("calibration"),
) -> None:
    corpus = load_corpus("constructed")
    coded = pl.read_parquet(out_of_fold).filter(pl.col("coder") == "model:base")
    table = calibration(coded, corpus.gold, corpus.codebook, resamples=RESAMPLES, seed=SEED)
    write_results(out["results"], {"calibration": table})
    figures.save(figures.calibration(table), table, out["pdf"].with_suffix(""), CAPTION)
