"""``stance figure``: from numbers to print."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from stance.cli._common import CodebookOption, scheme

if TYPE_CHECKING:
    import polars as pl
    from matplotlib.figure import Figure

app = typer.Typer(help="Figures from result tables.", no_args_is_help=True)

TableArgument = Annotated[Path, typer.Argument(help="A table, as 'stance measure' writes it.")]
OutOption = Annotated[
    Path,
    typer.Option(
        "--out", help=".pdf, .svg or .png; without ending all three with data and caption."
    ),
]
LangOption = Annotated[str, typer.Option(help="Language of the words: en or fr.")]


def _table(path: Path, needed: tuple[str, ...]) -> pl.DataFrame:
    import polars as pl

    from stance._faults import Fault, InputError
    from stance.corpus import open_input

    open_input(path).close()
    try:
        table = pl.read_csv(path, infer_schema_length=None)
    except pl.exceptions.PolarsError as error:
        raise InputError(
            Fault("", str(error).splitlines()[0], "a CSV table", file=str(path))
        ) from error
    if missing := [column for column in needed if column not in table.columns]:
        found = "columns " + ", ".join(table.columns)
        raise InputError(Fault("", found, f"a column {missing[0]}", file=str(path)))
    numbers = [c for c in ("estimate", "low", "high") if c in table.columns]
    return table.cast(dict.fromkeys(numbers, pl.Float64))


def _save(figure: Figure, table: pl.DataFrame, out: Path, caption: dict[str, str]) -> None:
    from stance._faults import Fault, InputError
    from stance.figures import save, save_image

    if not out.suffix:
        save(figure, table, out, caption)
    elif out.suffix in (".pdf", ".svg", ".png"):
        save_image(figure, out)
    else:
        raise InputError(Fault("--out", repr(out.suffix), ".pdf, .svg, .png or no ending"))


def _caption(table: pl.DataFrame, en: str, fr: str) -> dict[str, str]:
    n = max(table["n"], default=0) if "n" in table.columns else 0
    signature = ""
    if "signature" in table.columns and table.height:
        signature = f" {table['signature'][-1]}."
    return {
        "en": f"{en} At most {n} passages a row.{signature}",
        "fr": f"{fr} Au plus {n} passages par ligne.{signature}",
    }


@app.command()
def prevalence(
    table: TableArgument, out: OutOption, lang: LangOption = "en", codebook: CodebookOption = None
) -> None:
    """Shares of each target by group, raw and corrected."""
    from stance import figures

    rows = _table(table, ("code", "estimate", "low", "high", "method"))
    figure = figures.prevalence(rows, codebook=scheme(codebook), lang=lang)
    _save(figure, rows, out, _caption(rows, "Shares of passages.", "Parts des passages."))


@app.command()
def stance(
    table: TableArgument, out: OutOption, lang: LangOption = "en", codebook: CodebookOption = None
) -> None:
    """Stance by target and group as diverging bars."""
    from stance import figures

    rows = _table(table, ("code", "estimate", "low", "high", "method"))
    figure = figures.stance(rows, codebook=scheme(codebook), lang=lang)
    _save(figure, rows, out, _caption(rows, "Stance by target.", "Position par cible."))


@app.command()
def frames(
    table: TableArgument, out: OutOption, lang: LangOption = "en", codebook: CodebookOption = None
) -> None:
    """Frames by target and stance as a heat map, from codes frame|target:stance."""
    from stance import figures

    rows = _table(table, ("code", "estimate", "n"))
    figure = figures.frames(rows, codebook=scheme(codebook), lang=lang)
    caption = _caption(rows, "Frames by target and stance.", "Cadres par cible et position.")
    _save(figure, rows, out, caption)


@app.command()
def keyness(
    table: TableArgument,
    out: OutOption,
    names: Annotated[str, typer.Option(help="Names of the two sets, with a comma between.")],
    lang: LangOption = "en",
) -> None:
    """Words that tell two sets of passages apart."""
    from stance import figures
    from stance._faults import Fault, InputError

    rows = _table(table, ("term", "estimate", "z"))
    first, comma, second = names.partition(",")
    if not comma:
        raise InputError(Fault("--names", repr(names), "two names with a comma between"))
    figure = figures.keyness(rows, names=(first.strip(), second.strip()), lang=lang)
    _save(figure, rows, out, _caption(rows, "Keyness.", "Mots caractéristiques."))


@app.command()
def cooccurrence(
    table: TableArgument, out: OutOption, lang: LangOption = "en", codebook: CodebookOption = None
) -> None:
    """Codes that go together."""
    from stance import figures

    rows = _table(table, ("first", "second", "estimate", "low", "high"))
    figure = figures.cooccurrence(rows, codebook=scheme(codebook), lang=lang)
    _save(figure, rows, out, _caption(rows, "Co-occurrence of codes.", "Cooccurrence des codes."))
