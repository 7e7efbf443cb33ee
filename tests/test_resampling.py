import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stance._resampling import (
    bootstrap,
    bootstrap_weights,
    confusion_sums,
    holm,
    percentile_interval,
    permutation_p,
    sum_by,
)


def mean(sums: np.ndarray) -> np.ndarray:
    return sums[..., 0] / sums[..., 1]


def documents(n: int, seed: int = 3) -> np.ndarray:
    values = np.random.default_rng(seed).normal(1, 2, n)
    return np.stack([values, np.ones(n)], axis=1)


def test_weights_draw_as_many_clusters_as_there_are() -> None:
    weights = bootstrap_weights(17, 50, seed=1)
    assert weights.shape == (50, 17)
    assert (weights.sum(axis=1) == 17).all()
    assert (bootstrap_weights(17, 50, seed=1) == weights).all()
    assert (bootstrap_weights(17, 50, seed=2) != weights).any()


def test_interval_of_a_mean_is_near_the_normal_one() -> None:
    sums = documents(400)
    interval = bootstrap(mean, sums, resamples=4000)
    error = sums[:, 0].std() / 20
    assert float(interval.low) == pytest.approx(sums[:, 0].mean() - 1.96 * error, abs=0.02)
    assert float(interval.high) == pytest.approx(sums[:, 0].mean() + 1.96 * error, abs=0.02)


def test_fewer_documents_widen_the_interval() -> None:
    wide, narrow = (bootstrap(mean, documents(n)) for n in (50, 500))
    assert wide.high - wide.low > 2 * (narrow.high - narrow.low)


def test_degenerate_resamples_are_counted_not_hidden() -> None:
    sums = np.array([[1.0, 1.0], [0.0, 0.0], [0.0, 0.0]])
    interval = bootstrap(mean, sums, resamples=2000)
    expected = 2000 * (2 / 3) ** 3
    assert int(interval.degenerate) == pytest.approx(expected, rel=0.1)
    assert float(interval.low) == float(interval.high) == 1


def test_no_usable_resample_gives_no_interval() -> None:
    interval = percentile_interval(np.array(1.0), np.full(10, np.nan))
    assert np.isnan(interval.low)


def test_permutation_finds_a_difference_and_no_difference() -> None:
    sums = documents(60)
    better = sums + np.array([1.5, 0])
    assert permutation_p(mean, better, sums) < 0.01
    assert permutation_p(mean, sums, sums) == 1


def test_holm_gives_the_textbook_values() -> None:
    """Holm 1979: p = 0.01, 0.04, 0.03, 0.005 with m = 4; computed by hand."""
    assert holm(np.array([0.01, 0.04, 0.03, 0.005])).tolist() == pytest.approx(
        [0.03, 0.06, 0.06, 0.02]
    )


@given(st.lists(st.floats(0, 1), min_size=1, max_size=8))
def test_holm_never_lowers_and_keeps_order(p: list[float]) -> None:
    values = np.array(p)
    adjusted = holm(values)
    assert (adjusted >= values - 1e-12).all()
    assert (adjusted <= 1).all()
    order = np.argsort(values, kind="stable")
    assert (np.diff(adjusted[order]) >= -1e-12).all()


def test_sums_by_cluster_and_confusion_by_hand() -> None:
    cluster = np.array([0, 1, 0])
    assert sum_by(cluster, np.array([[1.0], [2.0], [3.0]]), 2).tolist() == [[4], [2]]
    a, b = np.array([0, 1, -1]), np.array([1, 1, 0])
    sums = confusion_sums(a, b, 2, cluster, 2)
    assert sums[0].tolist() == [[0, 1], [0, 0]]
    assert sums[1].tolist() == [[0, 0], [0, 1]]
