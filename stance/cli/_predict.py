"""``stance predict``: code passages of one's own."""

from __future__ import annotations

from functools import lru_cache
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from stance.cli._common import CodebookOption, progress, say, scheme

if TYPE_CHECKING:
    import polars as pl
    from rich.progress import Progress

    from stance.models import Fitted

_BATCH = 4000
_SLOW_BATCH = 500
"""Passages at a time: of the student, of a slower model."""

_FEW = 4
"""Batches for which no process is started."""


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
    workers: Annotated[int, typer.Option(help="Processes for files of many passages.")] = 2,
    codebook: CodebookOption = None,
) -> None:
    """Code the passages of a file, one result a passage, in input order.

    The default model, the student, knows words alone and is fast; --model full reads some fifteen
    passages a second and needs the extra "dense". Of a folder every file is coded; files whose
    result is there already are passed over.
    """
    from stance._faults import Fault, InputError
    from stance.models import Student, load_coder, model_folder

    if not source.exists():
        raise InputError(
            Fault("", "no such file or directory", "a file or a folder", file=str(source))
        )
    folder = model_folder(Student.name if model is None else model)
    with progress() as bar:
        coder = load_coder(folder)
        if codebook is not None and scheme(codebook).hash != coder.scheme.hash:
            found = f"a model of codebook {coder.scheme.name!r}"
            raise InputError(Fault("--model", found, f"one of {scheme(codebook).name!r}"))
        for file, target in _jobs(source, out):
            _predict_file(coder, folder, file, target, workers, bar)


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


def _predict_file(
    coder: Fitted, folder: Path, file: Path, target: Path, workers: int, bar: Progress
) -> None:
    from joblib import Parallel, delayed

    from stance.formats import CodingWriter, count_texts, read_texts
    from stance.models import Student

    task = bar.add_task(file.name, total=count_texts(file))
    size = _BATCH if isinstance(coder, Student) else _SLOW_BATCH
    later = read_texts(file, batch=size, say=say)
    first = list(islice(later, _FEW + 1))
    batches = chain(first, later)
    as_text = target.suffix == ".jsonl"
    if workers > 1 and len(first) > _FEW:
        parallel = Parallel(n_jobs=workers, return_as="generator", pre_dispatch=2 * workers)
        coded = parallel(delayed(_code_in_process)(folder, batch, as_text) for batch in batches)
    else:
        coded = (_code(coder, batch, as_text) for batch in batches)
    n = 0
    with CodingWriter(target, coder.scheme) as writer:
        for height, codings in coded:
            if isinstance(codings, str):
                writer.write_text(codings)
            else:
                writer.write(codings)
            n += height
            bar.update(task, completed=n)
    say(f"{n} passages coded by {coder.coder}: {target}")


def _code(coder: Fitted, passages: pl.DataFrame, as_text: bool) -> tuple[int, pl.DataFrame | str]:
    """Code a batch; lines of JSON are made where it is coded, so that processes share that work."""
    from stance.formats import coding_text

    codings = coder.code(passages)
    return codings.height, coding_text(codings, coder.scheme) if as_text else codings


def _code_in_process(
    folder: Path, passages: pl.DataFrame, as_text: bool
) -> tuple[int, pl.DataFrame | str]:
    """Code a batch in a process of its own, which reads the model once."""
    return _code(_loaded(folder), passages, as_text)


@lru_cache(maxsize=1)
def _loaded(folder: Path) -> Fitted:
    from stance.models import load_coder

    return load_coder(folder)
