"""Every speech of the UN General Debate as the student reads it: sums of probabilities.

``UNGDC`` names the corpus as published, or a folder that ``stance corpus fetch ungdc --out`` wrote.
Passages are those of the sampling frame (``corpora/ungdc/design.toml``). The tables are written under
``build/`` and held against those of the repository, which ``--renew`` replaces by them.
"""

from __future__ import annotations

import os
import shutil
import sys
import tomllib
from pathlib import Path
from typing import NamedTuple

import polars as pl
import tomli_w
from joblib import Parallel, delayed

from experiments.project import BUILD, ROOT
from stance.coding import read_design
from stance.formats import store_source
from stance.framing import document_sums
from stance.models import default_coder

UN, CODED = ROOT / "corpora" / "ungdc", BUILD / "population"
KEYS = {"speeches": ["document"], "evaluations": ["document", "actor", "evaluation", "target"]}
"""What names a row of each table."""

CHUNK = 400
"""Speeches that one task codes."""

DIGITS = 4
"""Significant digits of the sums; on another processor the last one may differ by one."""


class Comparison(NamedTuple):
    """Speeches of two tables, in how many of them they differ, and the largest difference."""

    speeches: int
    differ: int
    largest: float


def main() -> int:
    """Code every speech; 1 if the tables of the repository do not hold, unless they are renewed."""
    code(Path(os.environ["UNGDC"]), CODED)
    holds = [*(held(name, UN, CODED) for name in KEYS), same_origin(UN, CODED)]
    if "--renew" in sys.argv:
        for name in (*(f"{name}.parquet" for name in KEYS), "speeches.toml"):
            shutil.copy(CODED / name, UN)
        print(f"Renewed in {UN}; next: make snapshot")
        return 0
    if not all(holds):
        renew = f"UNGDC={os.environ['UNGDC']} python -m experiments.search.population --renew"
        print(f"If the change is meant: {renew}", file=sys.stderr)
    return int(not all(holds))


def held(name: str, kept: Path, new: Path) -> bool:
    """Say in a line whether a table of one folder is that of another."""
    one, other = (pl.read_parquet(folder / f"{name}.parquet") for folder in (kept, new))
    found = compare(one, other, KEYS[name])
    print(
        f"{name}.parquet {'differs' if found.differ else 'holds'}: {found.differ} of "
        f"{found.speeches} speeches differ, largest difference {found.largest:.4g} (allowed: one unit "
        f"of the {DIGITS}th significant digit of a sum; none in a count or a name)"
    )
    return not found.differ


def same_origin(kept: Path, new: Path) -> bool:
    """Say in a line whether the tables of two folders are by one model and of as many passages."""
    old, now = (tomllib.loads((d / "speeches.toml").read_text("utf-8")) for d in (kept, new))
    print(f"speeches.toml {'holds' if old == now else 'differs'}: {old}, now {now}")
    return old == now


def compare(kept: pl.DataFrame, new: pl.DataFrame, keys: list[str]) -> Comparison:
    """Hold two tables by speech against each other: names and counts exactly, sums to `DIGITS`.

    Raises
    ------
    ValueError
        If the tables have other columns.
    """
    if kept.schema != new.schema:
        odd = sorted(set(kept.schema.items()) ^ set(new.schema.items()), key=str)
        raise ValueError(f"found columns that differ: {odd}; expected the same in both tables")
    here = pl.lit(value=True).alias("_here")
    both = kept.with_columns(here).join(
        new.with_columns(here), on=keys, how="full", coalesce=True, suffix="_new"
    )
    gaps, apart = [], [pl.col("_here").is_null() | pl.col("_here_new").is_null()]
    for column in (c for c in kept.columns if c not in keys):
        a, b = (pl.col(c).cast(pl.Float64).fill_null(0) for c in (column, f"{column}_new"))
        unit = 10 ** (pl.max_horizontal(a, b).log10().floor() - (DIGITS - 1))
        gaps.append((a - b).abs())
        apart.append(gaps[-1] > (1.01 * unit if kept[column].dtype.is_float() else 0))
    rows = both.select("document", gap=pl.max_horizontal(gaps), apart=pl.any_horizontal(apart))
    differ = rows.filter("apart")["document"].n_unique()
    return Comparison(rows["document"].n_unique(), differ, float(rows["gap"].max() or 0))  # type: ignore[arg-type]


def code(source: Path, out: Path) -> None:
    """Write ``speeches.parquet``, ``evaluations.parquet`` and what they were made with."""
    out.mkdir(parents=True, exist_ok=True)
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
        table.write_parquet(out / f"{name}.parquet", compression="zstd", compression_level=19)
    about = {
        "student": default_coder().coder,
        "documents": speeches.height,
        "passages": int(speeches["passages"].sum()),
    }
    (out / "speeches.toml").write_text(tomli_w.dumps(about), "utf-8")


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
    sys.exit(main())
