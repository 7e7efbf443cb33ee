"""How unlike must readers read two groups of speeches for the difference between them to vanish?

Every difference between groups of states, eras and decades, the difference in reading that would undo
it, and beside that how differently the two readers of the sample find what the other finds.
"""

from itertools import pairwise
from pathlib import Path
from typing import Annotated

import polars as pl
from pytask import Product

from experiments.project import RESAMPLES, SEED, code_of, real_data, results, timed
from experiments.speeches import FILES, WEST, debate
from stance.codebook import load_codebook
from stance.corpus import load_corpus
from stance.framing import contrasts, reader_contrasts
from stance.report import write_results


def task_contrasts(
    data: list[Path] = [*real_data("ungdc"), *FILES],
    code: list[Path] = code_of(__file__),
    out: Annotated[dict[str, Path], Product] = results("contrasts", figure=False),
) -> None:
    sums, codings, gold = debate()
    corpus, book = load_corpus("ungdc"), load_codebook()
    speech = sums.select("document", "actor", "group", "era", "decade")
    chance = gold.select("passage", "probability")
    a = corpus.coded_by("a").join(chance, on="passage").join(speech, on="document")
    codes = [*book.target_codes, *(f"{t}/{f}" for t, f in book.facet_codes)]
    draws = {"codes": codes, "cluster": "actor", "resamples": RESAMPLES, "seed": SEED}
    groups = speech["group"].drop_nulls().unique().sort()
    pairs = {"group": [("Africa", WEST), *((group, None) for group in groups)]}
    for by in ("era", "decade"):
        pairs[by] = [(late, early) for early, late in pairwise(speech[by].unique().sort())]
    tables: dict[str, list[pl.DataFrame]] = {"contrasts": [], "readers": []}
    with timed("contrasts"):
        for by, wanted in pairs.items():
            found = contrasts(sums, codings, gold, by, wanted, source="llm", **draws)
            agreed = reader_contrasts(a, corpus.coded_by("b"), by, wanted, **draws)
            for name, table in (("contrasts", found), ("readers", agreed)):
                own = table.rename({by: "group"}).select(pl.lit(by).alias("by"), "*")
                tables[name].append(own)
    write_results(out["results"], {name: pl.concat(parts) for name, parts in tables.items()})
