import numpy as np
import polars as pl
import pytest

from stance.codebook import Codebook
from stance.framing import cooccurrence


def test_phi_is_the_correlation(six: pl.DataFrame, valley_book: Codebook) -> None:
    table = cooccurrence(six, codebook=valley_book)
    row = table.filter(pl.col("code") == "cost&nature").row(0, named=True)
    expected = np.corrcoef(six["cost"], six["nature"])[0, 1]
    assert row["estimate"] == pytest.approx(expected)
    assert row["both"] == 1
    assert row["expected"] == pytest.approx(2 * 2 / 6)


def test_a_code_never_given_has_no_phi(six: pl.DataFrame, valley_book: Codebook) -> None:
    table = cooccurrence(six, codebook=valley_book)
    assert table.filter(pl.col("second") == "work")["estimate"].to_list() == [None, None]


def test_any_codes_may_be_paired(six: pl.DataFrame, valley_book: Codebook) -> None:
    table = cooccurrence(six, ["dam:pro", "cost", "dam/valley"], codebook=valley_book)
    assert table["code"].to_list() == ["dam:pro&cost", "dam:pro&dam/valley", "cost&dam/valley"]
    assert table["estimate"][2] == pytest.approx(1)
