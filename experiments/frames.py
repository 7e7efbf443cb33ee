"""By which considerations is each target argued, for and against? Which frames go together?"""

from pathlib import Path
from typing import Annotated

from pytask import Product

from experiments.project import DATA, RESAMPLES, SEED, code_of, results
from stance import figures
from stance.corpus import load_corpus
from stance.framing import cooccurrence, prevalence
from stance.report import write_results

HEAT = {
    "en": "Constructed passages. Per cent of the passages with a target and stance that are argued "
    "in each frame, gold coded by language models.",
    "fr": "Passages construits. Pour cent des passages d’une cible et d’une position argumentés "
    "dans chaque cadre, codage de référence fait par des modèles de langue.",
}
TOGETHER = {
    "en": "Constructed passages. Phi coefficient of every two frames over all passages; bold where "
    "the 95 % interval over documents leaves zero out.",
    "fr": "Passages construits. Coefficient phi de chaque paire de cadres sur tous les passages ; "
    "en gras là où l’intervalle à 95 % sur les documents exclut zéro.",
}


def task_frames(
    data: list[Path] = DATA,
    code: list[Path] = code_of(__file__),
    heat: Annotated[dict[str, Path], Product] = results("frames"),
    together: Annotated[dict[str, Path], Product] = results("cooccurrence"),
) -> None:
    corpus = load_corpus("constructed")
    book, draws = corpus.codebook, {"resamples": RESAMPLES, "seed": SEED}
    cells = [f"{t}:{s}" for t in book.target_codes for s in book.stance_codes]
    codes = [f"{frame}|{cell}" for frame in book.frame_codes for cell in cells]
    shares = prevalence(corpus.gold, codes=codes, **draws)
    pairs = cooccurrence(corpus.gold, **draws)
    write_results(heat["results"], {"shares": shares})
    write_results(together["results"], {"pairs": pairs})
    figures.save(figures.frames(shares), shares, heat["pdf"].with_suffix(""), HEAT)
    figures.save(figures.cooccurrence(pairs), pairs, together["pdf"].with_suffix(""), TOGETHER)
