"""Benchmarks: the official scorer's numbers, and the run from files to a table."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray
from sklearn.metrics import f1_score

from stance.evaluation import BENCHMARKS, benchmark, published, stance_cells, stance_scores
from stance.formats import STANCES, read_semeval2016
from stance.models import KernelStance, RidgeStance


def pairs(n: int = 60, seed: int = 0) -> tuple[pl.DataFrame, np.ndarray]:
    draws = np.random.default_rng(seed)
    gold = draws.integers(0, 3, n)
    table = pl.DataFrame(
        {"target": draws.choice(["x", "y"], n), "stance": [STANCES[g] for g in gold]}
    )
    table = table.with_columns(pl.col("stance").cast(pl.Enum(STANCES)))
    return table, np.where(draws.random(n) < 0.7, gold, draws.integers(0, 3, n))


def test_f_avg_is_that_of_scikit_learn_pooled_and_by_target() -> None:
    table, coded = pairs()
    gold = table["stance"].to_physical().to_numpy()
    rows = {row[0]: row for row in stance_scores(stance_cells(table, coded), 500, 0)}
    pooled = f1_score(gold, coded, labels=[0, 1], average="macro")
    assert rows["pooled F_avg"][1] == pytest.approx(100 * pooled)
    of = table["target"].to_numpy()
    each = [
        f1_score(gold[of == t], coded[of == t], labels=[0, 1], average="macro") for t in ("x", "y")
    ]
    assert rows["mean F_avg over targets"][1] == pytest.approx(100 * np.mean(each))
    for _, estimate, low, high, n, _ in rows.values():
        assert low < estimate < high
        assert n == 60


def test_one_target_has_no_mean_over_targets() -> None:
    table, coded = pairs()
    one = table.with_columns(target=pl.lit("x"))
    assert [row[0] for row in stance_scores(stance_cells(one, coded), 10, 0)] == ["pooled F_avg"]


def test_published_figures_carry_their_source() -> None:
    for name in BENCHMARKS:
        table = published(name)
        assert table.height
        assert table["source"].null_count() == 0
        assert table["estimate"].is_between(40, 100).all()


def test_a_benchmark_runs_from_its_files(tmp_path: Path) -> None:
    for part, n in (("train", 24), ("test", 9)):
        lines = [
            f"{i}\tWalking\t{('walks are lovely', 'walking is awful', 'it rained')[i % 3]} {i}"
            f"\t{STANCES[i % 3]}"
            for i in range(n)
        ]
        (tmp_path / f"WA.{part}.txt").write_text("\n".join(lines), "latin-1")
    table = benchmark("semeval2016", tmp_path, None, resamples=50)
    scores = dict(table.select("system", "estimate").iter_rows())
    assert scores["n-grams"] == pytest.approx(100)
    assert scores["majority class"] < 50
    assert table.equals(benchmark("semeval2016", tmp_path, None, resamples=50))


@pytest.mark.parametrize("learner", [KernelStance, RidgeStance])
def test_kernels_of_words_learn_two_classes_and_three(
    learner: type[KernelStance | RidgeStance],
) -> None:
    texts = ["good walk", "bad walk", "good road", "bad road", "the good", "the bad"] * 3
    for y in (np.array(["f", "a"] * 9), np.array([0, 1, 0, 1, 2, 1] * 3)):
        assert (learner().fit(texts, y).predict(texts) == y).mean() > 0.9


def test_votes_of_machines_are_shares() -> None:
    texts = ["good walk", "bad walk", "good road", "bad road"] * 3
    p = KernelStance().fit(texts, np.arange(12) % 2).predict_proba(texts)
    assert p.sum(axis=1) == pytest.approx(np.ones(12))


class Shifted:
    """Vectors with a class on one axis and a language, far away, on another."""

    name = "shifted@1"

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        side = [1.0 if "+" in text else -1.0 for text in texts]
        foreign = [3.0 if "~" in text else 0.0 for text in texts]
        noise = [len(text) / 20 for text in texts]
        return np.column_stack([side, foreign, noise]).astype(np.float32)


def test_a_classifier_moves_to_another_language(tmp_path: Path) -> None:
    texts = [f"walk walking {'+-'[i % 2]}{i}" for i in range(40)]
    others, new = [f"walk ~{'+-'[i % 2]}{i}" for i in range(60)], ["walk ~+100", "walk ~-101"]
    coder = RidgeStance(Shifted(), store=tmp_path / "v.sqlite").fit(texts, np.arange(40) % 2)
    moved = coder.adapt(others)
    assert moved.predict(new).tolist() == [0, 1]
    assert moved is not coder
    assert coder.shift_.tolist() == [0, 0]


@pytest.mark.data
def test_the_majority_class_scores_on_semeval_what_the_task_published(data: Path) -> None:
    table = read_semeval2016(data / "semeval2016")
    train, test = (table.filter(set=name) for name in ("train", "test"))
    most = {
        target: part["stance"].value_counts(sort=True)["stance"][0]
        for (target,), part in train.group_by("target")
    }
    coded = np.array([STANCES.index(most[target]) for target in test["target"]])
    cells = stance_cells(test, coded)
    pooled = stance_scores(cells, 10, 0)[0][1]
    assert (
        round(pooled, 1) == published("semeval2016").filter(system="majority class")["estimate"][0]
    )
