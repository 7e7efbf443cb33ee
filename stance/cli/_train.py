"""``stance train``: a coder from coded passages."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from stance.cli._common import CodebookOption, SeedOption, progress, say, scheme


def train(
    out: Annotated[Path, typer.Option("--out", help="The folder of the model.")],
    corpus: Annotated[
        str, typer.Option(help="A corpus of the project, or a folder.")
    ] = "constructed",
    codebook: CodebookOption = None,
    seed: SeedOption = 0,
) -> None:
    """Train a coder on the gold codings of a corpus."""
    from stance.corpus import load_corpus
    from stance.models import save_coder, train_on

    found = load_corpus(corpus, scheme(codebook))
    with progress() as bar:
        bar.add_task(f"Training on {found.gold.height} passages", total=None)
        coder = train_on(found, seed)
        save_coder(coder, out, f"{found.name}@{found.hash}")
    say(f"{coder.coder}, trained on {found.gold.height} passages of {found.name}: {out}")
