"""``stance agree``: how well two coders agree, a model being a coder too."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from stance.cli._common import CodebookOption, OutTable, SeedOption, emit, scheme, show

if TYPE_CHECKING:
    import polars as pl

    from stance.codebook import Codebook


def agree(
    corpus: Annotated[str, typer.Argument(help="A corpus, or a file of codings.")] = "constructed",
    codings: Annotated[list[Path] | None, typer.Argument(help="More files of codings.")] = None,
    coders: Annotated[str, typer.Option(help="The two coders, with a comma between.")] = "a,b",
    by_language: Annotated[bool, typer.Option("--by-language", help="Also by language.")] = False,
    codebook: CodebookOption = None,
    seed: SeedOption = 0,
    out: OutTable = None,
) -> None:
    """Agreement per layer, with intervals over documents.

    With one coder in every file and --coders not given, the first two coders found are compared.
    """
    import polars as pl

    from stance.coding import agreement

    book = scheme(codebook)
    table, languages = _codings(corpus, codings or [], book)
    first, second = _pair(table, coders)
    a, b = (table.filter(pl.col("coder") == coder) for coder in (first, second))
    parts = [agreement(a, b, book, seed=seed).insert_column(0, pl.lit("all").alias("lang"))]
    if by_language and languages is not None:
        for lang in sorted(languages["lang"].unique()):
            own = languages.filter(pl.col("lang") == lang).select("passage")
            x, y = (side.join(own, on="passage", how="semi") for side in (a, b))
            part = agreement(x, y, book, seed=seed)
            parts.append(part.insert_column(0, pl.lit(lang).alias("lang")))
    result = pl.concat(parts)
    if out is None:
        show(result.drop("degenerate"), f"Agreement of {first} and {second}")
    else:
        emit(result, out)


def _codings(
    corpus: str, files: list[Path], book: Codebook
) -> tuple[pl.DataFrame, pl.DataFrame | None]:
    import polars as pl

    from stance.corpus import load_corpus
    from stance.formats import read_codings

    languages, document_of, parts = None, {}, []
    if Path(corpus).is_file():
        files = [Path(corpus), *files]
    else:
        found = load_corpus(corpus, book)
        languages = found.passages.select("passage", "lang")
        document_of = dict(found.passages.select("passage", "document").iter_rows())
        parts.append(found.codings)
    parts += [read_codings(file, book, document_of) for file in files]
    return pl.concat(parts, how="diagonal"), languages


def _pair(table: pl.DataFrame, coders: str) -> tuple[str, str]:
    from stance._faults import Fault, InputError

    found = table["coder"].unique(maintain_order=True).to_list()
    chosen = [part.strip() for part in coders.split(",")]
    if len(chosen) != 2:
        raise InputError(Fault("--coders", repr(coders), "two names with a comma between"))
    if coders == "a,b" and not set(chosen) <= set(found) and len(found) == 2:
        return found[0], found[1]
    if missing := [name for name in chosen if name not in found]:
        raise InputError(Fault("--coders", f'"{missing[0]}"', "one of " + ", ".join(found)))
    return chosen[0], chosen[1]
