"""Can the correction recover shares that are known? Half of the gold is hidden to find out.

In a corpus written to quotas a share says nothing of the world; but here the true shares are
known, and the corrected ones can be held against them.
"""

from pathlib import Path
from typing import Annotated

import polars as pl
from pytask import Product

from experiments.out_of_fold import OUT_OF_FOLD
from experiments.project import DATA, RESAMPLES, SEED, code_of, results
from stance import figures
from stance.corpus import load_corpus
from stance.framing import periods, prevalence, recovery, with_truth
from stance.report import write_results

PERIODS = (1960, 1980, 2000, 2015, 2027)
CAPTION = {
    "en": "Constructed passages (written to quotas: the shares say nothing of the world). Share of "
    "each target by period, with the gold of half of the documents hidden: corrected share with "
    "its 95 % interval, raw count of the model, and the true share by all gold (coded by language "
    "models).",
    "fr": "Passages construits (écrits selon des quotas : les parts ne disent rien du monde). Part "
    "de chaque cible par période, le codage de référence de la moitié des documents étant caché : "
    "part corrigée et son intervalle à 95 %, compte brut du modèle et part réelle d’après tout le "
    "codage (fait par des modèles de langue).",
}


def task_shares(
    data: list[Path] = DATA,
    code: list[Path] = code_of(__file__),
    out_of_fold: Path = OUT_OF_FOLD,
    out: Annotated[dict[str, Path], Product] = results("shares"),
) -> None:
    corpus = load_corpus("constructed")
    first = (pl.col("coder") == "model:base") & (pl.col("repeat") == 0)
    about = corpus.documents.select("document", period=periods(PERIODS))
    coded = (
        pl.read_parquet(out_of_fold).filter(first).join(about, on="document", maintain_order="left")
    )
    kept = corpus.gold.filter(pl.col("document").rank("dense") % 2 == 0)
    codes = list(corpus.codebook.target_codes)
    draws = {"resamples": RESAMPLES, "seed": SEED, "source": "llm"}
    shares = prevalence(coded, "period", codes=codes, gold=kept, **draws)
    shares = with_truth(shares, corpus.gold.join(about, on="document"), "period")
    trials = recovery(coded, corpus.gold, codes=codes, trials=200, seed=SEED)
    write_results(out["results"], {"shares": shares, "recovery": trials})
    figures.save(figures.prevalence(shares), shares, out["pdf"].with_suffix(""), CAPTION)
