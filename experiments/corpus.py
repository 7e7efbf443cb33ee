"""Is the constructed corpus sound, and what is in it?

Every record is checked; near-duplicates are looked for; and a bag of actor names alone is asked to
predict stance, which it must not be able to.
"""

from pathlib import Path
from typing import Annotated

from pytask import Product

from experiments.project import DATA, SEED, code_of, results
from stance.corpus import corpus_stats, load_corpus, near_duplicates, validate_corpus
from stance.evaluation import name_leak
from stance.report import write_results


def task_corpus(
    data: list[Path] = DATA,
    code: list[Path] = code_of(__file__),
    out: Annotated[dict[str, Path], Product] = results("corpus", figure=False),
) -> None:
    if faults := validate_corpus("constructed"):
        raise ValueError("\n".join(map(str, faults)))
    corpus = load_corpus("constructed")
    tables = {
        "codes": corpus_stats(corpus).pivot("lang", index="code", values="n"),
        "genres": corpus.documents.group_by("genre").len("documents").sort("genre"),
        "near_duplicates": near_duplicates(corpus.passages),
        "name_leak": name_leak(
            corpus.passages, corpus.documents, corpus.gold, corpus.codebook, seed=SEED
        ),
    }
    numbers = {
        "documents": corpus.documents.height,
        "passages": corpus.passages.height,
        "first_year": corpus.documents["year"].min(),
        "last_year": corpus.documents["year"].max(),
        "words": sum(len(text.split()) for text in corpus.passages["text"]),
        "hash": corpus.hash,
    }
    write_results(out["results"], tables, **numbers)
