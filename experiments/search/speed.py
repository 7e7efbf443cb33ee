"""How fast the models that ship code text: time of one core, on the constructed passages.

The full model's vectors are computed, not looked up. The time is the processor's, so that it does
not count what else the machine was doing.
"""

from __future__ import annotations

import os
import tempfile
import time

import polars as pl

from experiments.search.texts import RESULTS
from stance.corpus import load_corpus
from stance.models import load_coder, model_folder
from stance.report import write_results

MODELS = ("full", "student")


def main() -> None:
    """Write ``results/speed.json``."""
    corpus = load_corpus("constructed")
    passages, rows = corpus.passages, []
    for name in MODELS:
        coder = load_coder(model_folder(name))
        with tempfile.TemporaryDirectory() as empty:
            os.environ["STANCE_CACHE"] = empty
            coder.code(passages.head(5))
            start = time.process_time()
            coder.code(passages.tail(-5))
            seconds = time.process_time() - start
        n = passages.height - 5
        rows.append((coder.coder, n, float(f"{n / seconds:.2g}"), float(f"{seconds / n:.2g}")))
    schema = ["coder", "passages", "passages a second", "seconds a passage"]
    write_results(RESULTS / "speed.json", {"speed": pl.DataFrame(rows, schema, orient="row")})


if __name__ == "__main__":
    main()
