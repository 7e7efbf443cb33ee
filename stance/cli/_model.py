"""``stance model``: the card of a model."""

from __future__ import annotations

import sys
from typing import Annotated

import typer


def model(
    name: Annotated[str, typer.Argument(help="student, full, or a model folder.")] = "student",
) -> None:
    """Print a model's card as Markdown: what it learned from, how well it reads, its limits."""
    from stance.models import model_folder
    from stance.report import model_card

    sys.stdout.write(model_card(model_folder(name)))
