"""How much does a model gain from more coded passages?

Nested draws of whole documents, each draw a sequence of sizes, all scored on the same test passages
of the UN General Debate. Targets only, from stored words and the lexicon's terms: a linear model
without calibration, so that hundreds of fits take a minute.
"""

from pathlib import Path
from typing import Annotated

import numpy as np
import polars as pl
from joblib import Parallel, delayed
from pytask import Product
from sklearn.pipeline import FeatureUnion
from sklearn.svm import LinearSVC

from experiments.project import SEED, code_of, coded, real_data, results, stored, timed
from stance import figures
from stance.codebook import load_codebook
from stance.corpus import stance_indices
from stance.models import StoredLexicon, StoredWords
from stance.report import write_results

SIZES, DRAWS = (100, 200, 400, 800, 1600, 3200, 5600), 20
CAPTION = {
    "en": "UN General Debate. Macro-F1 over targets on the same test passages, by the number of "
    "coded real passages a linear model of words has learned from. Line: mean of 20 nested draws of "
    "whole documents; band: the middle 90 % of draws. Gold coded by language models.",
    "fr": "Débat général de l’ONU. Macro-F1 sur les cibles, sur les mêmes passages de test, selon le "
    "nombre de passages réels codés dont un modèle linéaire de mots a appris. Ligne : moyenne de "
    "20 tirages emboîtés de documents entiers ; bande : 90 % des tirages. Codage de référence fait "
    "par des modèles de langue.",
}


def task_learning(
    data: list[Path] = real_data("ungdc"),
    code: list[Path] = code_of(__file__),
    out: Annotated[dict[str, Path], Product] = results("learning"),
) -> None:
    gold, features = coded("ungdc"), stored("ungdc")
    book = load_codebook()
    test = gold.filter((pl.col("split") == "test") & pl.col("probability").is_not_null())
    pool = gold.filter(pl.col("split") != "test")
    views = [("words", StoredWords(features)), ("lexicon", StoredLexicon(features))]
    union = FeatureUnion(views).fit(pool["passage"].to_list())
    X, Z = (union.transform(part["passage"].to_list()).tocsr() for part in (pool, test))
    y, truth = (stance_indices(part, book) >= 0 for part in (pool, test))

    def draw(seed: int) -> list[float]:
        documents = pool["document"].unique().sort().to_numpy()
        order = {d: i for i, d in enumerate(np.random.default_rng(seed).permutation(documents))}
        rows = np.argsort([order[d] for d in pool["document"]], kind="stable")
        return [_macro(X[rows[:n]], y[rows[:n]], Z, truth) for n in SIZES if n <= len(rows)]

    with timed("learning"):
        found = np.array(Parallel(n_jobs=2)(delayed(draw)(SEED + i) for i in range(DRAWS)))
    low, high = np.quantile(found, [0.05, 0.95], axis=0)
    rows = zip(SIZES, found.mean(axis=0), low, high, strict=False)
    table = pl.DataFrame(
        [(n, "UN", "macro-F1", *map(float, numbers)) for n, *numbers in rows],
        schema=["n", "test", "code", "estimate", "low", "high"],
        orient="row",
    )
    write_results(out["results"], {"learning": table})
    figures.save(figures.learning(table), table, out["pdf"].with_suffix(""), CAPTION)


def _macro(X, y, Z, truth) -> float:
    """Macro-F1 over targets of linear classifiers fitted on X, y and asked for Z."""
    scores = []
    for t in range(y.shape[1]):
        if not y[:, t].any():
            scores.append(0.0)
            continue
        model = LinearSVC(C=0.5, class_weight="balanced", tol=1e-2, random_state=SEED)
        said = model.fit(X, y[:, t]).decision_function(Z) > 0
        hits = (said & truth[:, t]).sum()
        scores.append(2 * hits / max(said.sum() + truth[:, t].sum(), 1))
    return float(np.mean(scores))
