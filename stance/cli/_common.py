"""What the commands share: options, and speaking to the terminal."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    import polars as pl
    from rich.progress import Progress

    from stance.codebook import Codebook

CodebookOption = Annotated[
    Path | None, typer.Option("--codebook", help="A codebook of your own, in TOML.")
]
SeedOption = Annotated[int, typer.Option("--seed", help="Seed of all random choices.")]
OutTable = Annotated[Path | None, typer.Option("--out", help="Write the table to this CSV file.")]


def scheme(path: Path | None) -> Codebook:
    """The codebook of an option."""
    from stance.codebook import load_codebook

    return load_codebook(path)


def say(text: str) -> None:
    """Tell the user something that is not the result."""
    print(text, file=sys.stderr)


def progress() -> Progress:
    """A progress bar on stderr, silent where that is no terminal."""
    from rich.console import Console
    from rich.progress import Progress

    return Progress(console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty())


def emit(table: pl.DataFrame, out: Path | None) -> None:
    """Write a result as CSV, to a file or to stdout."""
    from stance._paths import replacing
    from stance._results import flat, rounded

    result = rounded(flat(table))
    if out is None:
        sys.stdout.write(result.write_csv())
        return
    with replacing(out) as temporary:
        result.write_csv(temporary)


def show(table: pl.DataFrame, title: str) -> None:
    """A result on the terminal."""
    import polars as pl
    from rich.console import Console
    from rich.table import Table

    view = Table(title=title, title_justify="left", box=None, pad_edge=False)
    for name, kind in table.schema.items():
        view.add_column(name, justify="right" if kind.is_numeric() else "left")
    for row in table.with_columns(pl.col(pl.Float64).round(3)).iter_rows():
        view.add_row(*("" if value is None else str(value) for value in row))
    Console(width=None if sys.stdout.isatty() else 140).print(view)
