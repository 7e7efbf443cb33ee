"""Every speech of the UN General Debate as the student reads it: sums of probabilities.

``UNGDC`` names the corpus as published, or a folder that ``stance corpus fetch ungdc --out`` wrote.
Passages are those of the sampling frame (``corpora/ungdc/design.toml``).
"""

from __future__ import annotations

import os
from pathlib import Path

import polars as pl
import tomli_w
from joblib import Parallel, delayed

from experiments.project import BUILD, ROOT
from stance.coding import read_design
from stance.formats import store_source
from stance.framing import document_sums
from stance.models import default_coder

UN = ROOT / "corpora" / "ungdc"
CHUNK = 400
"""Speeches that one task codes."""


def main() -> None:
    """Write ``speeches.parquet``, ``evaluations.parquet`` and what they were made with."""
    source = Path(os.environ["UNGDC"])
    if not (source / "passages.parquet").is_file():
        store_source("ungdc", source, BUILD / "ungdc")
        source = BUILD / "ungdc"
    where = read_design(UN / "design.toml").where
    frame = pl.scan_parquet(source / "passages.parquet").filter(pl.sql_expr(where))
    documents = frame.select(pl.col("document").unique()).collect()["document"].sort().to_list()
    chunks = [documents[i : i + CHUNK] for i in range(0, len(documents), CHUNK)]
    parts = Parallel(n_jobs=2)(delayed(part)(frame, chunk) for chunk in chunks)
    speeches, evaluations = (pl.concat(tables) for tables in zip(*parts, strict=True))
    for name, table in (("speeches", speeches), ("evaluations", evaluations)):
        table.write_parquet(UN / f"{name}.parquet", compression="zstd", compression_level=19)
    about = {
        "student": default_coder().coder,
        "documents": speeches.height,
        "passages": int(speeches["passages"].sum()),
    }
    (UN / "speeches.toml").write_text(tomli_w.dumps(about), "utf-8")
    print(about)


def part(frame: pl.LazyFrame, documents: list[str]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Sums and evaluations of some speeches."""
    own = frame.filter(pl.col("document").is_in(documents)).sort("document", "start").collect()
    codings = default_coder().code(own)
    sums = document_sums(codings).with_columns(pl.col(pl.Float32).round_sig_figs(4))
    given = codings.select("document", "actors").explode("actors").drop_nulls("actors")
    counted = (
        given.unnest("actors")
        .explode("targets")
        .group_by("document", "actor", "evaluation", target="targets")
        .len("passages")
        .sort("document", "actor", "evaluation", "target")
        .with_columns(pl.col("passages").cast(pl.Int16))
    )
    return sums, counted


if __name__ == "__main__":
    main()
