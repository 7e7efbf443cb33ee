"""Public benchmarks of stance detection: our systems beside the figures others have published."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray
from sklearn.base import clone
from sklearn.dummy import DummyClassifier
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC

from stance._paths import data_folder
from stance._resampling import Floats, percentile_interval
from stance.evaluation._metrics import f_avg
from stance.formats import STANCES, read_cic, read_semeval2016, read_xstance
from stance.models import Encoder, KernelStance, RidgeStance
from stance.models._features import ngrams

Rows = NDArray[np.int64]

POLAR = (0, 1)
"""The stances that take a side: FAVOR and AGAINST."""

BENCHMARK = {
    "system": pl.String,
    "setting": pl.String,
    "statistic": pl.String,
    "estimate": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "n": pl.Int64,
    "source": pl.String,
}


class Benchmark(NamedTuple):
    """How a benchmark is read and run.

    Attributes
    ----------
    read : callable
        A folder to a table of pairs.
    learner : class
        Of our systems, a model for every target; None: words alone and one model for all targets,
        which reads the target before the text.
    settings : list of (str, str)
        Languages of training and of test.
    """

    read: Callable[[Path], pl.DataFrame]
    learner: type[KernelStance | RidgeStance] | None
    settings: Sequence[tuple[str, str]]


BENCHMARKS = {
    "semeval2016": Benchmark(read_semeval2016, KernelStance, [("en", "en")]),
    "cic": Benchmark(
        read_cic, RidgeStance, [("es", "es"), ("ca", "ca"), ("es", "ca"), ("ca", "es")]
    ),
    "xstance": Benchmark(read_xstance, None, [("fr", "fr"), ("de", "fr")]),
}


def published(name: str) -> pl.DataFrame:
    """Figures that others have published on a benchmark, in percent, with their sources."""
    file = data_folder() / "benchmarks.toml"
    rows = tomllib.loads(file.read_text("utf-8"))[name]["published"]
    return pl.DataFrame(rows).select(
        "system",
        pl.lit("published").alias("setting"),
        "statistic",
        pl.col("score").cast(pl.Float64).alias("estimate"),
        pl.lit(None, pl.Float64).alias("low"),
        pl.lit(None, pl.Float64).alias("high"),
        pl.lit(None, pl.Int64).alias("n"),
        "source",
    )


def benchmark(
    name: str,
    folder: Path,
    encoder: Encoder | None,
    *,
    resamples: int = 2000,
    seed: int = 0,
    store: Path | None = None,
    tick: Callable[[str], None] = lambda what: None,
) -> pl.DataFrame:
    """Our systems on a benchmark: trained on its training set, scored on its test set.

    Nothing is chosen on the test set. A learner that can (see `RidgeStance.adapt`) is also adapted
    to the other language, by training texts of the test's language without their stances.

    Parameters
    ----------
    name : str
        A key of `BENCHMARKS`.
    folder : path
        The published files.
    encoder : Encoder or None
        Of the system with vectors; None: words alone.
    tick : callable
        Called with what is done next.

    Returns
    -------
    DataFrame
        ``system, setting, statistic, estimate, low, high, n, source``, in percent, with 95 %
        intervals over texts: F_avg pooled over targets, and its mean over targets.

    Raises
    ------
    InputError
        If the files are not there or not of the format.
    """
    kind = BENCHMARKS[name]
    table = kind.read(folder)
    systems: dict[str, Any] = {"majority class": DummyClassifier(strategy="most_frequent")}
    if kind.learner is not None:
        systems["n-grams"] = kind.learner()
        if encoder is not None:
            systems["n-grams and vectors"] = kind.learner(encoder, store=store)
    else:
        systems["n-grams"] = make_pipeline(ngrams(), LinearSVC(C=0.5, random_state=seed))
    found = []
    for trained, system in product(dict.fromkeys(a for a, _ in kind.settings), systems):
        train = table.filter(set="train", lang=trained)
        tick(f"{system}, {trained}")
        models = {
            key: clone(systems[system]).fit(texts, _indices(train["stance"])[rows])
            for key, rows, texts in _parts(train, by_target=kind.learner is not None)
        }
        for tested in (b for a, b in kind.settings if a == trained):
            test = table.filter(set="test", lang=tested)
            found.append((trained, tested, system, test, _code(models, test, kind)))
            if tested != trained and isinstance(systems[system], RidgeStance):
                tick(f"{system}, {trained} → {tested}")
                others = _parts(
                    table.filter(set="train", lang=tested), by_target=kind.learner is not None
                )
                moved = {key: models[key].adapt(texts) for key, _, texts in others}
                label = f"{system}, adapted"
                found.append((trained, tested, label, test, _code(moved, test, kind)))
    rows = []
    for trained, tested, system, test, coded in sorted(found, key=_setting(kind)):
        setting = trained if trained == tested else f"{trained} → {tested}"
        cells = stance_cells(test, coded)
        rows += [(system, setting, *row) for row in stance_scores(cells, resamples, seed)]
    return pl.DataFrame(rows, schema=BENCHMARK, orient="row")


def _setting(kind: Benchmark) -> Callable[[tuple[Any, ...]], int]:
    return lambda run: list(kind.settings).index(run[:2])


def _parts(table: pl.DataFrame, *, by_target: bool) -> Iterator[tuple[str, Rows, list[str]]]:
    """Name, rows and texts of what one model learns or codes."""
    if not by_target:
        yield "", np.arange(table.height), list(table["target"] + " " + table["text"])
        return
    targets = table["target"].to_numpy()
    for target in dict.fromkeys(targets):
        rows = np.flatnonzero(targets == target)
        yield target, rows, table["text"].gather(rows).to_list()


def _code(models: Mapping[str, Any], test: pl.DataFrame, kind: Benchmark) -> NDArray[Any]:
    coded = np.full(test.height, -1)
    for key, rows, texts in _parts(test, by_target=kind.learner is not None):
        coded[rows] = models[key].predict(texts)
    return coded


def _indices(stance: pl.Series) -> NDArray[np.int64]:
    return stance.to_physical().to_numpy().astype(np.int64)


def stance_cells(test: pl.DataFrame, coded: NDArray[Any]) -> Floats:
    """Counts of texts by target, gold stance and coded stance: (targets, 3, 3).

    Parameters
    ----------
    test : DataFrame
        With ``target, stance``.
    coded : array of int
        Positions in `STANCES`, aligned with `test`.
    """
    target = test["target"].rank("dense").to_numpy().astype(np.int64) - 1
    cells = np.zeros((int(target.max()) + 1, len(STANCES), len(STANCES)))
    np.add.at(cells, (target, _indices(test["stance"]), np.asarray(coded, dtype=np.int64)), 1)
    return cells


def stance_scores(
    cells: Floats, resamples: int, seed: int
) -> list[tuple[str, float, float, float, int, None]]:
    """F_avg, pooled and as the mean over targets, in percent, with intervals over texts.

    Pooled F_avg is what the scorer of SemEval-2016 task 6 prints (Mohammad et al. 2016, section
    4.1): one confusion matrix over all targets. The two differ by about ten points there.
    """
    n = int(cells.sum())
    draws = np.random.default_rng(seed).multinomial(n, cells.ravel() / n, size=resamples)
    drawn = draws.reshape(resamples, *cells.shape).astype(np.float64)
    statistics: dict[str, Callable[[Floats], Floats]] = {
        "pooled F_avg": lambda c: f_avg(c.sum(axis=-3), POLAR),
        "mean F_avg over targets": lambda c: np.asarray(f_avg(c, POLAR).mean(axis=-1)),
    }
    if len(cells) == 1:
        del statistics["mean F_avg over targets"]
    rows = []
    for name, statistic in statistics.items():
        interval = percentile_interval(np.asarray(statistic(cells)), statistic(drawn))
        numbers = [100 * float(part) for part in interval[:3]]
        rows.append((name, numbers[0], numbers[1], numbers[2], n, None))
    return rows
