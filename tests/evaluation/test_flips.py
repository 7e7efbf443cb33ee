from statistics import NormalDist
from typing import Any

import polars as pl
import pytest

from stance.codebook import Codebook
from stance.evaluation import flips
from stance.evaluation._flips import FLIPS

AGAIN: list[dict[str, Any]] = [
    {"passage": "a1", "variant": "masked", "stance": {"dam": "contra"}, "frames": ["cost"]},
    {"passage": "a2", "variant": "masked", "stance": {"dam": "pro"}, "frames": []},
    {"passage": "b1", "variant": "masked", "stance": {"dam": "contra"}, "frames": ["home", "cost"]},
    {"passage": "b2", "variant": "swapped", "stance": {}, "frames": []},
    {"passage": "c1", "variant": "swapped", "stance": {"railway": "open"}, "frames": ["nature"]},
]


def wilson(changed: int, n: int, level: float) -> tuple[float, float]:
    """Wilson 1927: the shares whose normal test does not reject what was found."""
    z = NormalDist().inv_cdf((1 + level) / 2)
    p, by = changed / n, 1 + z**2 / n
    centre = (p + z**2 / (2 * n)) / by
    half = z / by * (p * (1 - p) / n + z**2 / (4 * n**2)) ** 0.5
    return centre - half, centre + half


def test_flips_by_hand(six: pl.DataFrame, valley_book: Codebook) -> None:
    table = flips(AGAIN, six, valley_book)
    assert table.schema == FLIPS
    found = {(row[0], row[1]): (row[2], row[3], row[7]) for row in table.iter_rows()}
    assert found == {
        ("masked", "dam"): (1, 3, 2),
        ("masked", "dam:stance"): (1, 2, 2),
        ("masked", "railway"): (0, 3, 0),
        ("masked", "cost"): (0, 3, 2),
        ("masked", "nature"): (1, 3, 1),
        ("masked", "work"): (0, 3, 0),
        ("masked", "home"): (1, 3, 0),
        ("swapped", "dam"): (1, 2, 1),
        ("swapped", "railway"): (1, 2, 0),
        ("swapped", "cost"): (0, 2, 0),
        ("swapped", "nature"): (0, 2, 1),
        ("swapped", "work"): (0, 2, 0),
        ("swapped", "home"): (0, 2, 0),
    }
    assert table["estimate"].to_list() == pytest.approx([c / n for c, n, _ in found.values()])


def test_groups_add_up(six: pl.DataFrame, valley_book: Codebook) -> None:
    table = flips(AGAIN, six, valley_book, by="document")
    assert table.columns == ["document", *FLIPS]
    counts = ["flips", "n", "gold"]
    added = table.group_by("variant", "code").agg(pl.col(counts).sum()).sort("variant", "code")
    assert added.equals(flips(AGAIN, six, valley_book).select("variant", "code", *counts))


@pytest.mark.parametrize("level", [0.9, 0.95])
def test_intervals_are_wilsons(six: pl.DataFrame, valley_book: Codebook, level: float) -> None:
    table = flips(AGAIN, six, valley_book, level=level)
    for row in table.iter_rows(named=True):
        low, high = wilson(row["flips"], row["n"], level)
        assert (row["low"], row["high"]) == pytest.approx((low, high), abs=1e-9)
        assert row["low"] <= row["estimate"] <= row["high"]


def test_the_same_coding_again_flips_nothing(six: pl.DataFrame, valley_book: Codebook) -> None:
    same = [
        {
            "passage": row["passage"],
            "variant": "as it was",
            "stance": {t: row[t] for t in valley_book.target_codes if row[t] is not None},
            "frames": [frame for frame in valley_book.frame_codes if row[frame]],
        }
        for row in six.iter_rows(named=True)
    ]
    table = flips(same, six, valley_book)
    assert table["flips"].sum() == 0
    assert dict(table["code", "gold"].rows())["dam"] == 3


def test_a_passage_without_gold_is_an_error(six: pl.DataFrame, valley_book: Codebook) -> None:
    with pytest.raises(ValueError, match="'c1'"):
        flips(AGAIN, six.head(4), valley_book)
