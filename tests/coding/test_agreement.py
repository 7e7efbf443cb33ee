import krippendorff
import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stance.codebook import Codebook
from stance.coding import agreement, masi_distance, nominal_alpha, specific_agreement
from stance.corpus import Corpus


def matrix(pairs: list[tuple[int, int]], k: int) -> np.ndarray:
    counts = np.zeros((k, k))
    for a, b in pairs:
        counts[a, b] += 1
    return counts


def test_alpha_of_krippendorffs_binary_example() -> None:
    """Krippendorff 2011, "Computing Krippendorff's Alpha-Reliability", section A: alpha = 0.095."""
    meg = [0, 1, 0, 0, 0, 0, 0, 0, 1, 0]
    owen = [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]
    assert nominal_alpha(matrix(list(zip(meg, owen, strict=True)), 2)) == pytest.approx(
        0.095, abs=5e-4
    )


def test_alpha_of_krippendorffs_nominal_example() -> None:
    """The same, section B: five categories, twelve units, alpha = 0.692."""
    ben = ["a", "a", "b", "b", "d", "c", "c", "c", "e", "d", "d", "a"]
    gerry = ["b", "a", "b", "b", "b", "c", "c", "c", "e", "d", "d", "d"]
    pairs = [("abcde".index(x), "abcde".index(y)) for x, y in zip(ben, gerry, strict=True)]
    assert nominal_alpha(matrix(pairs, 5)) == pytest.approx(0.692, abs=5e-4)


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=3, max_size=40))
def test_alpha_is_that_of_the_krippendorff_package(pairs: list[tuple[int, int]]) -> None:
    ours = float(nominal_alpha(matrix(pairs, 4)))
    values = np.array(pairs).T
    if len(np.unique(values)) < 2:
        assert np.isnan(ours)
        return
    theirs = krippendorff.alpha(values, level_of_measurement="nominal")
    assert ours == pytest.approx(theirs, abs=1e-9)


def test_specific_agreement_by_hand() -> None:
    both, first, second, neither = 40, 10, 5, 45
    table = np.array([[neither, second], [first, both]], dtype=float)
    positive, negative = specific_agreement(table)
    assert positive == pytest.approx(80 / 95)
    assert negative == pytest.approx(90 / 105)


@pytest.mark.parametrize(
    ("a", "b", "distance"),
    [
        ([1, 1, 0], [1, 1, 0], 0),
        ([1, 1, 0], [1, 0, 0], 1 - 1 / 2 * 2 / 3),
        ([1, 1, 0], [1, 0, 1], 1 - 1 / 3 * 1 / 3),
        ([1, 0, 0], [0, 1, 1], 1),
        ([0, 0, 0], [0, 0, 0], 0),
        ([0, 0, 0], [1, 0, 0], 1),
    ],
)
def test_masi_of_passonneau(a: list[int], b: list[int], distance: float) -> None:
    """Passonneau 2006: same 1, subset 2/3, overlap 1/3, disjoint 0, times Jaccard."""
    assert masi_distance(np.array(a, bool), np.array(b, bool)) == pytest.approx(distance)


def test_a_coder_agrees_with_itself(valley: Corpus) -> None:
    table = agreement(valley.gold, valley.gold, valley.codebook, resamples=50)
    assert (table["estimate"].drop_nulls() == 1).all()


def test_agreement_counts_what_both_coded(valley: Corpus) -> None:
    a, b = valley.coded_by("a"), valley.coded_by("b")
    table = agreement(a, b.head(20), valley.codebook, resamples=200)
    row = table.filter(pl.col("layer") == "target", pl.col("code") == "dam").row(0, named=True)
    assert row["n"] == 20
    assert row["low"] <= row["estimate"] <= row["high"]


def test_masi_alpha_is_that_of_the_krippendorff_package(
    valley: Corpus, valley_book: Codebook
) -> None:
    a, b = valley.coded_by("a"), valley.coded_by("b")
    table = agreement(a, b, valley_book, resamples=20)
    ours = table.filter(pl.col("statistic") == "MASI alpha")["estimate"][0]
    sets = [side.select(valley_book.frame_codes).to_numpy() for side in (a, b)]
    kinds, number = np.unique(np.concatenate(sets), axis=0, return_inverse=True)
    values = number.reshape(2, -1)

    def metric(v1: np.ndarray, v2: np.ndarray, **_: object) -> np.ndarray:
        x, y = (kinds[v.astype(int)].astype(bool) for v in (v1, v2))
        return masi_distance(x, y)

    theirs = krippendorff.alpha(values, level_of_measurement=metric)
    assert ours == pytest.approx(theirs, abs=1e-9)


def test_coders_without_a_common_passage_are_an_error(valley: Corpus) -> None:
    with pytest.raises(ValueError, match="share no passage"):
        agreement(valley.gold.head(2), valley.gold.tail(2), valley.codebook)
