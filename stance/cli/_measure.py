"""``stance measure``: from codings to numbers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from stance.cli._common import CodebookOption, SeedOption, emit, say, scheme

if TYPE_CHECKING:
    import polars as pl

    from stance.codebook import Codebook

app = typer.Typer(help="Measures: prevalence, keyness, cooccurrence.", no_args_is_help=True)

CodingsArgument = Annotated[Path, typer.Argument(help="Codings, as 'stance predict' writes them.")]
TextsOption = Annotated[Path | None, typer.Option(help="The passages that were coded.")]
MetadataOption = Annotated[
    Path | None, typer.Option(help="A table with a column id, passage or document, and more.")
]
OutOption = Annotated[Path | None, typer.Option("--out", help="The CSV file; else stdout.")]


def _codings(path: Path, book: Codebook, metadata: Path | None) -> pl.DataFrame:
    from stance._faults import Fault, InputError
    from stance.formats import read_codings, read_table

    codings = read_codings(path, book)
    if metadata is None:
        return codings
    table = read_table(metadata, say)
    key = next((c for c in ("id", "passage", "document") if c in table.columns), None)
    if key is None:
        found = "columns " + ", ".join(table.columns)
        raise InputError(Fault("", found, "a column id, passage or document", file=str(metadata)))
    if key == "id":
        known = set(table["id"]) & set(codings["passage"])
        key = "passage" if known else "document"
        table = table.rename({"id": key})
    table = table.unique(key, keep="first", maintain_order=True)
    own = [c for c in table.columns if c == key or c not in codings.columns]
    if key == "passage" and "document" in table.columns:
        codings, own = codings.drop("document"), [*own, "document"]
    joined = codings.join(table.select(own), on=key, how="left", maintain_order="left")
    missing = codings.join(table, on=key, how="anti").height
    if missing:
        found = f"no row for {missing} of {codings.height} passages"
        raise InputError(Fault(key, found, "a row for each", file=str(metadata)))
    return joined


@app.command()
def prevalence(
    codings: CodingsArgument,
    by: Annotated[
        str | None, typer.Option(help="Columns that make the groups, with commas.")
    ] = None,
    codes: Annotated[
        str | None, typer.Option(help="Codes with commas: target, target:stance, a&b, a|b.")
    ] = None,
    metadata: MetadataOption = None,
    gold: Annotated[Path | None, typer.Option(help="Gold codings of some of the passages.")] = None,
    gold_source: Annotated[str, typer.Option(help="Who made the gold: human or llm.")] = "",
    finite: Annotated[bool, typer.Option("--finite", help="The corpus is the population.")] = False,
    codebook: CodebookOption = None,
    seed: SeedOption = 0,
    out: OutOption = None,
) -> None:
    """Shares of passages with a code; with --gold corrected for the model's errors."""
    from stance.framing import prevalence as measure

    book = scheme(codebook)
    table = _codings(codings, book, metadata)
    result = measure(
        _grouped(table, by),
        by.split(",") if by else [],
        codes=codes.split(",") if codes else None,
        gold=None if gold is None else _gold(gold, book),
        codebook=book,
        population="finite" if finite else "superpopulation",
        seed=seed,
        source=gold_source,
    )
    if gold is None:
        say("No --gold given: the shares are raw counts, not corrected for the model's errors.")
    emit(result, out)


def _gold(path: Path, book: Codebook) -> pl.DataFrame:
    """The gold of a file: its coder gold, or its only coder."""
    import polars as pl

    from stance._faults import Fault, InputError
    from stance.corpus import GOLD
    from stance.formats import read_codings

    codings = read_codings(path, book)
    coders = codings["coder"].unique(maintain_order=True).to_list()
    if len(coders) == 1:
        return codings
    if GOLD not in coders:
        expected = f"one coder, or one called {GOLD}"
        raise InputError(Fault("coder", ", ".join(coders), expected, file=str(path)))
    return codings.filter(pl.col("coder") == GOLD)


def _grouped(table: pl.DataFrame, by: str | None) -> pl.DataFrame:
    from stance._faults import Fault, InputError

    for column in by.split(",") if by else []:
        if column not in table.columns:
            expected = "a column of --metadata"
            raise InputError(Fault("--by", f'"{column}"', expected, "Pass it with --metadata."))
    return table


@app.command()
def cooccurrence(
    codings: CodingsArgument,
    codes: Annotated[str | None, typer.Option(help="Codes with commas; else the frames.")] = None,
    metadata: MetadataOption = None,
    codebook: CodebookOption = None,
    seed: SeedOption = 0,
    out: OutOption = None,
) -> None:
    """Which codes go together in a passage."""
    from stance.framing import cooccurrence as measure

    book = scheme(codebook)
    chosen = codes.split(",") if codes else None
    emit(measure(_codings(codings, book, metadata), chosen, codebook=book, seed=seed), out)


@app.command()
def keyness(
    codings: CodingsArgument,
    code: Annotated[str, typer.Option(help="The code of one set: target, target:stance, frame.")],
    against: Annotated[str, typer.Option(help="The code of the other set.")],
    texts: TextsOption = None,
    metadata: MetadataOption = None,
    codebook: CodebookOption = None,
    seed: SeedOption = 0,
    out: OutOption = None,
) -> None:
    """Words that tell passages with one code from passages with another."""
    import polars as pl

    from stance._faults import Fault, InputError
    from stance.formats import read_texts
    from stance.framing import indicator
    from stance.framing import keyness as measure

    if texts is None:
        raise InputError(Fault("--texts", "nothing", "the file of passages that was coded"))
    book = scheme(codebook)
    table = _codings(codings, book, metadata)
    words = pl.concat(read_texts(texts, say=say)).select("passage", "text")
    joined = table.join(words, on="passage", maintain_order="left")
    sides = [joined.filter(indicator(joined, side, book) > 0) for side in (code, against)]
    for side, part in zip((code, against), sides, strict=True):
        if part.is_empty():
            raise InputError(Fault("", f"no passage with {side}", "some", file=str(codings)))
    try:
        result = measure(*sides, seed=seed)
    except ValueError as error:
        raise InputError(Fault("", str(error), "more passages", file=str(texts))) from error
    emit(result, out)
