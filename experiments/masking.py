"""Do the coders read words or names? Passages coded again with actors masked, or swapped.

Beside them stand passages that were coded again as they are: what changes there is the coders' own
unsteadiness. A flip is a code that the new reading adds or drops against the gold.
"""

import json
from pathlib import Path
from typing import Annotated

import polars as pl
from pytask import Product

from experiments.project import ROOT, code_of, real_data, results
from stance.actors import memberships
from stance.corpus import load_corpus
from stance.evaluation import flips
from stance.report import write_results

RECODINGS = ROOT / "corpora" / "recodings.jsonl"


def task_masking(
    data: list[Path] = [RECODINGS, *real_data("ungdc", "press")],
    code: list[Path] = code_of(__file__),
    out: Annotated[dict[str, Path], Product] = results("masking", figure=False),
) -> None:
    corpora = [load_corpus(name) for name in ("ungdc", "press")]
    gold = pl.concat([corpus.gold for corpus in corpora])
    about = pl.concat([c.documents.select("document", "actor", "year") for c in corpora])
    alliance = memberships().filter(pl.col("group").is_in(["NATO", "EU"]))
    west = about.join(alliance, on="actor").filter(
        (pl.col("from") <= pl.col("year")) & (pl.col("until").fill_null(9999) >= pl.col("year"))
    )
    bloc = pl.when(pl.col("document").is_in(west["document"].implode())).then(pl.lit("NATO or EU"))
    gold = gold.with_columns(bloc=bloc.otherwise(pl.lit("others")))
    again = [json.loads(line) for line in RECODINGS.read_text("utf-8").splitlines()]
    book = corpora[0].codebook
    tables = {"flips": flips(again, gold, book), "blocs": flips(again, gold, book, by="bloc")}
    write_results(out["results"], tables)
