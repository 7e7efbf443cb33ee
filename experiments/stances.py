"""Which stances do the genres of the constructed corpus take?"""

from pathlib import Path
from typing import Annotated

from pytask import Product

from experiments.project import DATA, RESAMPLES, SEED, code_of, results
from stance import figures
from stance.corpus import load_corpus
from stance.framing import default_codes, prevalence
from stance.report import write_results

CAPTION = {
    "en": "Constructed passages (written to quotas). Stance among passages with the target, by "
    "genre, as coded in gold by language models. Lines: 95 % intervals over documents; numbers: "
    "passages with the target.",
    "fr": "Passages construits (écrits selon des quotas). Position parmi les passages traitant la "
    "cible, par genre, selon le codage de référence fait par des modèles de langue. Traits : "
    "intervalles à 95 % sur les documents ; nombres : passages traitant la cible.",
}


def task_stances(
    data: list[Path] = DATA,
    code: list[Path] = code_of(__file__),
    out: Annotated[dict[str, Path], Product] = results("stances"),
) -> None:
    corpus = load_corpus("constructed")
    about = corpus.documents.select("document", "genre")
    gold = corpus.gold.join(about, on="document", maintain_order="left")
    codes = [code for code in default_codes(corpus.codebook) if "|" in code]
    draws = {"resamples": RESAMPLES, "seed": SEED, "source": "llm"}
    shares = prevalence(gold, "genre", codes=codes, gold=corpus.gold, **draws)
    write_results(out["results"], {"shares": shares})
    figures.save(figures.stance(shares), shares, out["pdf"].with_suffix(""), CAPTION)
