"""How often have states argued about the three ideas in the General Debate, decade by decade?

Estimated from the coded sample alone, weighted by its design; no model has a part in it. One
reading by a language model: the figure says so.
"""

from pathlib import Path
from typing import Annotated

import polars as pl
from pytask import Product

from experiments.project import RESAMPLES, SEED, code_of, real_data, results
from stance import figures
from stance.corpus import load_corpus
from stance.framing import default_codes, weighted
from stance.report import write_results

CAPTION = {
    "en": "UN General Debate, 1946–2024. Share of passages on each target by decade, estimated "
    "from a sample of speeches (one passage each) weighted by its design, with 95 % intervals "
    "over speeches. Read once, by a language model; not yet by a second reader.",
    "fr": "Débat général de l’ONU, 1946–2024. Part des passages traitant chaque cible par "
    "décennie, estimée sur un échantillon de discours (un passage chacun) pondéré selon son "
    "plan, avec intervalles à 95 % sur les discours. Une seule lecture, par un modèle de langue.",
}


def task_findings(
    data: list[Path] = real_data("ungdc"),
    code: list[Path] = code_of(__file__),
    out: Annotated[dict[str, Path], Product] = results("findings"),
) -> None:
    corpus = load_corpus("ungdc")
    decade = (pl.col("year") // 10 * 10).cast(pl.String) + "s"
    about = corpus.documents.select("document", decade=decade)
    chance = corpus.passages.select("passage", "probability")
    sample = corpus.gold.join(about, on="document", maintain_order="left").join(
        chance, on="passage", maintain_order="left"
    )
    book = corpus.codebook
    draws = {"resamples": RESAMPLES, "seed": SEED, "source": "llm"}
    facets = [f"{target}/{facet}" for target, facet in book.facet_codes]
    codes = [*default_codes(book), *facets, *book.frame_codes]
    shares = weighted(sample, "decade", codes=list(book.target_codes), **draws)
    whole = weighted(sample, codes=codes, **draws)
    write_results(out["results"], {"decades": shares, "whole": whole})
    figures.save(figures.prevalence(shares), shares, out["pdf"].with_suffix(""), CAPTION)
