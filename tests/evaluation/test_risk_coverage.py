import numpy as np
import polars as pl
import pytest

from stance.codebook import Codebook
from stance.evaluation import risk_coverage
from stance.evaluation._risk import COVERAGES, RISK


def surest_first(n: int, wrong: np.ndarray, seed: int = 0) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Codings in an order at random of passages whose confidence falls, and their gold."""
    p = np.linspace(0.99, 0.51, n)
    nulls = pl.Series([None] * n, dtype=pl.String)
    order = np.random.default_rng(seed).permutation(n)
    gold = pl.DataFrame(
        {
            "passage": [f"p{i}" for i in range(n)],
            "document": [f"d{i}" for i in np.random.default_rng(seed).integers(0, n // 3, n)],
            "dam": np.where(wrong, None, "pro").tolist(),
            "railway": nulls,
        }
    )
    codings = gold.drop("document").with_columns(
        coder=pl.lit("model:x"), dam=pl.lit("contra"), p_dam=pl.Series(p), p_railway=pl.lit(0.0)
    )
    return codings[order], gold


def test_risk_by_hand(six: pl.DataFrame, valley_book: Codebook) -> None:
    """Confidence .54 .72 .60 .56 .855 .35; wrong are b1, missed, and b2, a railway invented."""
    coded = six.with_columns(
        dam=pl.Series(["contra", None, None, "pro", None, None]),
        p_dam=pl.Series([0.9, 0.2, 0.4, 0.8, 0.1, 0.3]),
        railway=pl.Series([None, None, None, "open", None, None]),
        p_railway=pl.Series([0.4, 0.1, 0.0, 0.7, 0.05, 0.5]),
    )
    shares = (1 / 3, 1 / 2, 4 / 6, 5 / 6, 1.0)
    table = risk_coverage(coded, six, valley_book, coverages=shares, resamples=50)
    assert table.schema == RISK
    assert table["coverage"].to_list() == list(shares)
    assert table["risk"].to_list() == pytest.approx([0, 1 / 3, 2 / 4, 2 / 5, 2 / 6])
    assert table["n"].to_list() == [2, 3, 4, 5, 6]


def test_at_full_coverage_the_risk_is_the_error_rate(valley_book: Codebook) -> None:
    wrong = np.random.default_rng(1).random(60) < 0.3
    table = risk_coverage(*surest_first(60, wrong), valley_book, resamples=50)
    assert tuple(table["coverage"]) == COVERAGES
    assert table.row(-1, named=True)["risk"] == pytest.approx(wrong.mean())


def test_no_risk_until_the_errors_begin(valley_book: Codebook) -> None:
    wrong = np.arange(40) >= 30
    table = risk_coverage(*surest_first(40, wrong), valley_book, resamples=50)
    assert table["n"].to_list() == [round(c * 40) for c in COVERAGES]
    expected = [max(0, n - 30) / n for n in table["n"]]
    assert table["risk"].to_list() == pytest.approx(expected)
    assert table.filter(pl.col("coverage") <= 0.75).select("low", "high").to_numpy().max() == 0
    assert table["risk"].is_sorted()


def test_intervals_hold_the_estimate_and_narrow_with_documents(valley_book: Codebook) -> None:
    widths = []
    for n in (40, 360):
        wrong = np.random.default_rng(2).random(n) < 0.3
        table = risk_coverage(*surest_first(n, wrong), valley_book, resamples=200)
        assert (table["low"] <= table["risk"]).all()
        assert (table["risk"] <= table["high"]).all()
        widths.append(table["high"][-1] - table["low"][-1])
    assert 0 < widths[1] < widths[0]


def test_a_passage_left_out_is_an_error(valley_book: Codebook) -> None:
    codings, gold = surest_first(12, np.arange(12) >= 9)
    with pytest.raises(ValueError, match="passage"):
        risk_coverage(codings.head(11), gold, valley_book, resamples=10)
