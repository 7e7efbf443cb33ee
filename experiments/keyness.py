"""Which words tell the charge of neocolonialism from its rejection, in each language?"""

from pathlib import Path
from typing import Annotated

import polars as pl
from pytask import Product

from experiments.project import DATA, RESAMPLES, SEED, code_of, results
from stance import figures
from stance.corpus import load_corpus
from stance.framing import keyness
from stance.report import write_results

SETS = ("neocolonialism:favor", "neocolonialism:against")
CAPTION = {
    "en": "Constructed passages in {}. Words that tell passages which make the charge of "
    "neocolonialism from passages which reject it: log-odds ratio with an informative Dirichlet "
    "prior, 95 % intervals over documents; counts in brackets.",
    "fr": "Passages construits en {}. Mots qui distinguent les passages portant l’accusation de "
    "néocolonialisme de ceux qui la rejettent : log du rapport des cotes, loi a priori de "
    "Dirichlet informative, intervalles à 95 % sur les documents ; effectifs entre parenthèses.",
}
LANGUAGES = {"en": ("English", "anglais"), "fr": ("French", "français")}


def task_keyness(
    data: list[Path] = DATA,
    code: list[Path] = code_of(__file__),
    en: Annotated[dict[str, Path], Product] = results("keyness_en"),
    fr: Annotated[dict[str, Path], Product] = results("keyness_fr"),
) -> None:
    corpus = load_corpus("constructed")
    text = corpus.passages.select("passage", "lang", "text")
    coded = corpus.gold.join(text, on="passage", maintain_order="left")
    for lang, out in {"en": en, "fr": fr}.items():
        own = coded.filter(pl.col("lang") == lang)
        sides = [own.filter(pl.col(s.split(":")[0]) == s.split(":")[1]) for s in SETS]
        terms = keyness(*sides, resamples=RESAMPLES, seed=SEED)
        write_results(out["results"], {"terms": terms})
        names = tuple(corpus.codebook.label(s, lang) for s in SETS)
        figure = figures.keyness(terms, names=names, lang=lang)
        caption = {k: v.format(LANGUAGES[lang][i]) for i, (k, v) in enumerate(CAPTION.items())}
        figures.save(figure, terms, out["pdf"].with_suffix(""), caption)
