"""``stance evaluate``: scores of a coder against gold."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from stance.cli._common import CodebookOption, OutTable, SeedOption, emit, progress, scheme, show


def evaluate(
    codings: Annotated[
        list[Path] | None,
        typer.Argument(help="Codings to score; none: the default model, cross-validated."),
    ] = None,
    corpus: Annotated[str, typer.Option(help="The corpus whose gold counts.")] = "constructed",
    repeats: Annotated[int, typer.Option(help="Repeats of the cross-validation.")] = 2,
    codebook: CodebookOption = None,
    seed: SeedOption = 0,
    out: OutTable = None,
) -> None:
    """Scores with intervals, baselines and the coders' ceiling.

    Without files the default model and the baselines are cross-validated on the corpus, documents
    kept whole.
    """
    import polars as pl

    from stance.corpus import load_corpus
    from stance.evaluation import ceiling, cross_validate, scores
    from stance.formats import read_codings
    from stance.models import LexiconCoder, PassageCoder, majority_coder, naive_bayes_coder

    found = load_corpus(corpus, scheme(codebook))
    book = found.codebook
    with progress() as bar:
        bar.add_task("Coding and scoring", total=None)
        if codings:
            document_of = dict(found.passages.select("passage", "document").iter_rows())
            tables = [read_codings(file, book, document_of) for file in codings]
        else:
            coders = [PassageCoder(book), naive_bayes_coder(book), majority_coder(book)]
            if codebook is None:
                coders.insert(1, LexiconCoder(book))
            coded = cross_validate(coders, found.passages, found.gold, repeats=repeats, seed=seed)
            tables = coded.partition_by("coder", maintain_order=True)
        result = pl.concat([scores(table, found.gold, book, seed=seed) for table in tables])
    if out is not None:
        emit(result, out)
        return
    headline = pl.col("code").str.starts_with("(")
    show(result.filter(headline).drop("level", "degenerate"), f"Scores on {found.name}")
    if {"a", "b"} <= set(found.codings["coder"]):
        a, b = found.coded_by("a"), found.coded_by("b")
        beside = pl.concat([ceiling(table, a, b, book, seed=seed) for table in tables])
        show(beside, "Mean alpha with the two coders beside the alpha between them")
