"""The General Debate as measured: sums by speech, the coded sample, and who the states are."""

from __future__ import annotations

import tomllib
from typing import NamedTuple

import polars as pl

from experiments.project import ROOT, coded
from stance.actors import memberships, states

UN, MODELS = ROOT / "corpora" / "ungdc", ROOT / "corpora" / "models"
FILES = [
    UN / "speeches.parquet",
    UN / "speeches.toml",
    UN / "ungdc.csv",
    MODELS / "student" / "codings.parquet",
    ROOT / "corpora" / "actors.toml",
]
WEST, EAST = "NATO and EU", "Eastern bloc, Russia"
OTHERS = {
    "Africa": "Africa",
    "Asia": "Asia",
    "America": "Latin America",
    "Caribbean": "Latin America",
}
ERAS = {"1946–1969": 1946, "1970–1991": 1970, "1992–2007": 1992, "2008–2024": 2008}


class Debate(NamedTuple):
    """Sums by speech, the student's codings of the sample, its gold; with year, decade, era, group."""

    sums: pl.DataFrame
    codings: pl.DataFrame
    gold: pl.DataFrame


def debate() -> Debate:
    """Read what was measured.

    Raises
    ------
    ValueError
        If the sums are not by the student whose codings of the sample are there.
    """
    codings = pl.read_parquet(MODELS / "student" / "codings.parquet")
    told = tomllib.loads((UN / "speeches.toml").read_text("utf-8"))["student"]
    if told != codings["coder"][0]:
        raise ValueError(
            f"found sums by {told}, codings by {codings['coder'][0]}; expected one model"
        )
    sums = about(pl.read_parquet(UN / "speeches.parquet"))
    gold = coded("ungdc").filter(pl.col("probability").is_not_null()).drop("year", "actor")
    known = sums.select("document", "year", "decade", "era", "group")
    return Debate(sums, codings, gold.join(known, on="document", maintain_order="left"))


def about(table: pl.DataFrame) -> pl.DataFrame:
    """A table by speech with ``actor, year, decade, era`` and the ``group`` of its state."""
    parts = pl.col("document").str.split("_")
    year = parts.list.get(2).cast(pl.Int32)
    actor = parts.list.get(0)
    table = table.with_columns(actor=actor, year=year)
    table = table.with_columns(
        decade=(pl.col("year") // 10 * 10).cast(pl.String) + "s",
        era=pl.col("year")
        .cut(list(ERAS.values())[1:], labels=list(ERAS), left_closed=True)
        .cast(pl.String),
    )
    return table.join(groups(table), on="document", how="left", maintain_order="left")


def groups(table: pl.DataFrame) -> pl.DataFrame:
    """One group a speech: alliances of its year before regions; others are left without one."""
    terms = table.select("document", "actor", "year").join(memberships(), on="actor")
    now = terms.filter(
        (pl.col("from") <= pl.col("year")) & (pl.col("until").fill_null(9999) >= pl.col("year"))
    )
    west = now.filter(pl.col("group").is_in(["NATO", "EU"]))["document"].unique().implode()
    pact = now.filter(pl.col("group") == "WARSAW_PACT")["document"].unique().implode()
    region = pl.col("region").str.extract("(Africa|Asia|America|Caribbean)")
    soviet = ["RUS", "SUN", "BLR", "UKR"]
    east = pl.col("document").is_in(pact) | (
        pl.col("actor").is_in(soviet)
        & ((pl.col("year") < 1992) | pl.col("actor").is_in(["RUS", "BLR"]))
    )
    named = (
        pl.when(pl.col("document").is_in(west) | (pl.col("actor") == "EU"))
        .then(pl.lit(WEST))
        .when(east)
        .then(pl.lit(EAST))
        .otherwise(region.replace_strict(OTHERS, default=None))
    )
    regions = states().select("actor", "region")
    return (
        table.select("document", "actor", "year")
        .join(regions, on="actor", how="left", maintain_order="left")
        .select("document", group=named)
    )
