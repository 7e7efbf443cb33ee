"""Speed as a ratio to a named peer on the same data in one run: ``make bench``."""

from __future__ import annotations

import time
from collections.abc import Callable

import krippendorff
import numpy as np
import polars as pl
from sklearn.metrics import f1_score

from stance._resampling import bootstrap, bootstrap_weights, confusion_sums
from stance.codebook import load_codebook
from stance.coding import nominal_alpha
from stance.corpus import codings_schema
from stance.evaluation import scores


def seconds(call: Callable[[], object]) -> float:
    """The shortest of three runs."""
    times = []
    for _ in range(3):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return min(times)


def random_codings(n: int, seed: int) -> pl.DataFrame:
    """Codings of n passages in n / 5 documents, codes drawn at random."""
    book, draws = load_codebook(), np.random.default_rng(seed)
    columns: dict[str, object] = {
        "passage": [f"p{i}" for i in range(n)],
        "document": [f"d{i // 5}" for i in range(n)],
        "coder": ["random"] * n,
    }
    for target in book.target_codes:
        stances = np.array([*book.stance_codes, None], dtype=object)[draws.integers(0, 4, n)]
        columns[target] = stances.tolist()
        facets = book.facets_of(target)
        columns[f"{target}_facets"] = [[facets[0]] if s else [] for s in stances]
    for frame in book.frame_codes:
        columns[frame] = draws.random(n) < 0.2
    return pl.DataFrame(
        columns, schema_overrides={k: v for k, v in codings_schema(book).items() if k in columns}
    )


def main() -> None:
    """Print each ratio."""
    draws = np.random.default_rng(0)
    a, b = draws.integers(0, 4, (2, 1000))
    cluster = np.arange(1000) // 5
    weights = bootstrap_weights(200, 2000, seed=0)

    def ours() -> None:
        bootstrap(nominal_alpha, confusion_sums(a, b, 4, cluster, 200), weights=weights)

    def theirs() -> None:
        for row in weights[:100].astype(int):
            take = np.repeat(np.arange(1000).reshape(200, 5), row, axis=0).ravel()
            krippendorff.alpha(np.stack([a[take], b[take]]), level_of_measurement="nominal")

    one, other = seconds(ours), seconds(theirs) * 20
    print(
        f"2,000 alphas: {one:.3f} s, krippendorff in a loop {other:.1f} s, ratio {other / one:.0f}"
    )

    gold, coded, book = random_codings(1000, 1), random_codings(1000, 2), load_codebook()
    measured = scores(coded, gold, book, resamples=2000)
    one = seconds(lambda: scores(coded, gold, book, resamples=2000))

    def loop() -> None:
        for row in weights[:20].astype(int):
            take = np.repeat(np.arange(1000).reshape(200, 5), row, axis=0).ravel()
            f1_score(a[take] > 1, b[take] > 1)

    other = seconds(loop) * 100 * measured.height
    print(
        f"2,000 resamples of {measured.height} scores of 1,000 passages: {one:.2f} s, "
        f"scikit-learn's f1_score in a loop {other:.0f} s, ratio {other / one:.0f}"
    )


if __name__ == "__main__":
    main()
