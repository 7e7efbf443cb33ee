"""The command line: one module a command."""

from __future__ import annotations

import sys

import typer

from stance._faults import InputError
from stance.cli import (
    _agree,
    _analyze,
    _benchmark,
    _codebook,
    _corpus,
    _evaluate,
    _figure,
    _measure,
    _model,
    _predict,
    _train,
)

app = typer.Typer(
    help="Discourse and stance analysis: from passages to the printed figure.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(_corpus.app, name="corpus")
app.command("codebook")(_codebook.codebook)
app.command("agree")(_agree.agree)
app.command("train")(_train.train)
app.command("model")(_model.model)
app.command("predict")(_predict.predict)
app.command("analyze")(_analyze.analyze)
app.command("evaluate")(_evaluate.evaluate)
app.command("benchmark")(_benchmark.benchmark)
app.add_typer(_measure.app, name="measure")
app.add_typer(_figure.app, name="figure")

__all__ = ["app", "main"]

_SHOWN = 20


def main() -> None:
    """Run a command. Exit code 0: done; 1: the input is at fault; 2: wrong usage."""
    try:
        app()
    except InputError as error:
        for fault in error.faults[:_SHOWN]:
            print(fault, file=sys.stderr)
        if len(error.faults) > _SHOWN:
            print(f"... and {len(error.faults) - _SHOWN} more faults", file=sys.stderr)
        sys.exit(1)
    except OSError as error:
        print(f"{error.filename or ''}: {error.strerror or error}", file=sys.stderr)
        sys.exit(1)
