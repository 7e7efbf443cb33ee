"""What do models say of passages whose documents they have not seen? Shared by what follows."""

from pathlib import Path
from typing import Annotated

from pytask import Product

from experiments.project import BUILD, DATA, SEED, code_of, timed
from stance.corpus import load_corpus
from stance.evaluation import cross_validate
from stance.models import LexiconCoder, PassageCoder, majority_coder, naive_bayes_coder

OUT_OF_FOLD = BUILD / "constructed" / "out_of_fold.parquet"


def task_out_of_fold(
    data: list[Path] = DATA,
    code: list[Path] = code_of(__file__),
    out: Annotated[Path, Product] = OUT_OF_FOLD,
) -> None:
    corpus = load_corpus("constructed")
    coders = [PassageCoder(), LexiconCoder(), naive_bayes_coder(), majority_coder()]
    with timed("out_of_fold"):
        codings = cross_validate(coders, corpus.passages, corpus.gold, repeats=2, seed=SEED)
    codings.write_parquet(out)
