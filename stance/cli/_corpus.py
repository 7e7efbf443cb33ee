"""``stance corpus``: list, validate, count and export corpora."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from stance.cli._common import CodebookOption, say, scheme, show

app = typer.Typer(help="Corpora: list, validate, stats, export.", no_args_is_help=True)
CorpusArgument = Annotated[str, typer.Argument(help="A corpus of the project, or a folder.")]


@app.command("list")
def list_() -> None:
    """The corpora that come with the project."""
    from stance.corpus import corpus_folder, list_corpora

    for name in list_corpora():
        sys.stdout.write(f"{name}\t{corpus_folder(name)}\n")


@app.command()
def validate(corpus: CorpusArgument = "constructed", codebook: CodebookOption = None) -> None:
    """Check every record of a corpus; print every fault."""
    from stance.corpus import load_corpus, validate_corpus

    faults = validate_corpus(corpus, scheme(codebook))
    for fault in faults:
        say(str(fault))
    if faults:
        raise typer.Exit(1)
    found = load_corpus(corpus, scheme(codebook))
    say(
        f"{found.name}: {found.documents.height} documents, {found.passages.height} passages, "
        f"{found.codings.height} codings, no fault"
    )


@app.command()
def stats(corpus: CorpusArgument = "constructed", codebook: CodebookOption = None) -> None:
    """How often each code stands in the gold codings, by language."""
    from stance.corpus import corpus_stats, load_corpus

    found = load_corpus(corpus, scheme(codebook))
    table = corpus_stats(found).pivot("lang", index="code", values="n")
    show(table, f"{found.name}: passages with each code, by language")


@app.command()
def export(
    out: Annotated[Path, typer.Option("--out", help="A .jsonl, .csv or .parquet file.")],
    corpus: CorpusArgument = "constructed",
    coder: Annotated[str, typer.Option(help="Whose codings.")] = "gold",
    codebook: CodebookOption = None,
) -> None:
    """Write the codings of one coder to a file."""
    from stance._faults import Fault, InputError
    from stance.corpus import load_corpus
    from stance.formats import CodingWriter

    found = load_corpus(corpus, scheme(codebook))
    try:
        codings = found.coded_by(coder)
    except KeyError as error:
        raise InputError(Fault("--coder", f'"{coder}"', str(error.args[0]))) from error
    with CodingWriter(out, found.codebook) as writer:
        writer.write(codings)
