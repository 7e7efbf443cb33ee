"""How good is the model beside the baselines, and beside a second coder?"""

from pathlib import Path
from typing import Annotated

import polars as pl
from pytask import Product

from experiments.out_of_fold import OUT_OF_FOLD
from experiments.project import DATA, RESAMPLES, SEED, blind_pair, code_of, results
from stance import figures
from stance.corpus import load_corpus
from stance.evaluation import ceiling, differences, scores
from stance.report import write_results

ORDER = ("model:base", "model:lexicon", "model:naive-bayes", "model:majority")
CAPTION = {
    "en": "Constructed passages. Scores of the model and of three baselines in grouped "
    "cross-validation (five folds of whole documents, twice), and of one coder against the other "
    "(squares). Lines: 95 % intervals over documents.",
    "fr": "Passages construits. Scores du modèle et de trois bases de comparaison en validation "
    "croisée groupée (cinq plis de documents entiers, deux fois), et d’un codeur contre l’autre "
    "(carrés). Traits : intervalles à 95 % sur les documents.",
}


def task_quality(
    data: list[Path] = DATA,
    code: list[Path] = code_of(__file__),
    out_of_fold: Path = OUT_OF_FOLD,
    out: Annotated[dict[str, Path], Product] = results("quality"),
) -> None:
    corpus, coded = load_corpus("constructed"), pl.read_parquet(out_of_fold)
    book, gold, draws = corpus.codebook, corpus.gold, {"resamples": RESAMPLES, "seed": SEED}
    runs = {name: coded.filter(pl.col("coder") == name) for name in ORDER}
    a, b = blind_pair(corpus)
    second = a.with_columns(coder=pl.lit("coder against coder"))
    table = pl.concat(
        [
            *(scores(run, gold, book, **draws) for run in runs.values()),
            scores(second, b, book, **draws),
        ]
    )
    base = runs[ORDER[0]]
    against = pl.concat([differences(base, runs[name], gold, book, **draws) for name in ORDER[1:]])
    beside = pl.concat([ceiling(run, a, b, book, **draws) for run in runs.values()])
    tables = {"scores": table, "differences": against, "ceiling": beside}
    write_results(out["results"], tables)
    figures.save(figures.quality(table), table, out["pdf"].with_suffix(""), CAPTION)
