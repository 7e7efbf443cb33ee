"""``stance predict``: code passages of one's own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from stance.cli._common import CodebookOption, progress, say, scheme

if TYPE_CHECKING:
    from rich.progress import Progress

    from stance.models import Fitted


def predict(
    source: Annotated[
        Path,
        typer.Argument(
            metavar="INPUT",
            help="A .jsonl, .csv, .tsv or .parquet file with id and text, or a folder.",
        ),
    ],
    out: Annotated[
        Path, typer.Option("--out", help="A .jsonl, .csv or .parquet file; for a folder a folder.")
    ],
    model: Annotated[
        str | None,
        typer.Option(help="student (the default, fast), full (slow), or a model folder."),
    ] = None,
    codebook: CodebookOption = None,
) -> None:
    """Code the passages of a file, one result a passage, in input order.

    The default model, the student, knows words alone and is fast; --model full reads some fifteen
    passages a second and needs the extra "dense". Of a folder every file is coded; files whose
    result is there already are passed over.
    """
    from stance._faults import Fault, InputError
    from stance.models import default_coder, load_coder, model_folder

    if not source.exists():
        raise InputError(
            Fault("", "no such file or directory", "a file or a folder", file=str(source))
        )
    with progress() as bar:
        if model is None:
            waiting = bar.add_task("Making the default model ready", total=None)
            coder = default_coder()
            bar.remove_task(waiting)
        else:
            coder = load_coder(model_folder(model))
        if codebook is not None and scheme(codebook).hash != coder.scheme.hash:
            found = f"a model of codebook {coder.scheme.name!r}"
            raise InputError(Fault("--model", found, f"one of {scheme(codebook).name!r}"))
        for file, target in _jobs(source, out):
            _predict_file(coder, file, target, bar)


def _jobs(source: Path, out: Path) -> list[tuple[Path, Path]]:
    from stance._faults import Fault, InputError

    if not source.is_dir():
        return [(source, out)]
    if out.suffix:
        raise InputError(Fault("--out", f'"{out}"', "a folder, as INPUT is one"))
    files = sorted(
        file for file in source.iterdir() if file.suffix in (".jsonl", ".csv", ".tsv", ".parquet")
    )
    if not files:
        raise InputError(
            Fault("", "no file of passages", ".jsonl, .csv, .tsv, .parquet", file=str(source))
        )
    jobs = [(file, out / f"{file.stem}.jsonl") for file in files]
    return [(file, target) for file, target in jobs if not target.exists()]


def _predict_file(coder: Fitted, file: Path, target: Path, bar: Progress) -> None:
    from stance.formats import CodingWriter, count_texts, read_texts

    task = bar.add_task(file.name, total=count_texts(file))
    n = 0
    with CodingWriter(target, coder.scheme) as writer:
        for passages in read_texts(file, batch=1000, say=say):
            writer.write(coder.code(passages))
            n += passages.height
            bar.update(task, completed=n)
    say(f"{n} passages coded by {coder.coder}: {target}")
