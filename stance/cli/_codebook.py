"""``stance codebook``: the coding scheme on the terminal, as a handbook or as instructions."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from stance.cli._common import CodebookOption, scheme


def codebook(
    codebook: CodebookOption = None,
    lang: Annotated[str | None, typer.Option(help="Language of the codebook's texts.")] = None,
    prompt: Annotated[
        bool, typer.Option("--prompt", help="Instructions for a language model.")
    ] = False,
    html: Annotated[
        Path | None, typer.Option(help="Write the coders' handbook as a web page.")
    ] = None,
) -> None:
    """Print the codebook."""
    from stance._paths import replacing
    from stance.report import codebook_prompt, codebook_text, handbook

    book = scheme(codebook)
    if html is not None:
        with replacing(html) as temporary:
            temporary.write_text(handbook(book, lang), "utf-8")
        return
    sys.stdout.write(codebook_prompt(book, lang) if prompt else codebook_text(book, lang))
