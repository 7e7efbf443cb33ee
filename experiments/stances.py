"""Which stances do the passages of each period take?"""

from pathlib import Path
from typing import Annotated

from pytask import Product

from experiments.project import DATA, RESAMPLES, SEED, code_of, results
from stance import figures
from stance.corpus import load_corpus
from stance.framing import default_codes, periods, prevalence
from stance.report import write_results

PERIODS = (1960, 1980, 2000, 2015, 2027)
CAPTION = {
    "en": "Constructed passages (written to quotas). Stance among passages with the target, by "
    "period, as coded in gold by language models. Lines: 95 % intervals over documents; numbers: "
    "passages with the target.",
    "fr": "Passages construits (écrits selon des quotas). Position parmi les passages traitant la "
    "cible, par période, selon le codage de référence fait par des modèles de langue. Traits : "
    "intervalles à 95 % sur les documents ; nombres : passages traitant la cible.",
}


def task_stances(
    data: list[Path] = DATA,
    code: list[Path] = code_of(__file__),
    out: Annotated[dict[str, Path], Product] = results("stances"),
) -> None:
    corpus = load_corpus("constructed")
    about = corpus.documents.select("document", period=periods(PERIODS))
    gold = corpus.gold.join(about, on="document", maintain_order="left")
    codes = [code for code in default_codes(corpus.codebook) if "|" in code]
    draws = {"resamples": RESAMPLES, "seed": SEED, "source": "llm"}
    shares = prevalence(gold, "period", codes=codes, gold=corpus.gold, **draws)
    write_results(out["results"], {"shares": shares})
    figures.save(figures.stance(shares), shares, out["pdf"].with_suffix(""), CAPTION)
