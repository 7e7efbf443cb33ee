"""Do the tables of all speeches, coded anew, still say what the committed ones say?"""

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from experiments.search import population
from experiments.search.population import Comparison, compare, held

KEYS = ["document", "actor"]


def sums(*values: float, passages: int = 7) -> pl.DataFrame:
    names = [f"d{i}" for i in range(len(values))]
    return pl.DataFrame(
        {"document": names, "passages": passages, "dam": values},
        schema={"document": pl.String, "passages": pl.Int32, "dam": pl.Float32},
    )


def counts(*rows: tuple[str, str, int]) -> pl.DataFrame:
    schema = {"document": pl.String, "actor": pl.String, "passages": pl.Int16}
    return pl.DataFrame(rows, schema=schema, orient="row")


@pytest.mark.parametrize("value", [2.345, 0.0002345, 1234.0, 1.0, 0.0])
def test_a_unit_of_the_fourth_digit_is_allowed_and_two_are_not(value: float) -> None:
    assert compare(sums(value), sums(value), ["document"]) == Comparison(1, 0, 0)
    unit = 10.0 ** (len(f"{value:.0f}") - 4) if value >= 1 else 1e-7 if value else 0.0
    assert compare(sums(value), sums(value + unit), ["document"]).differ == 0
    found = compare(sums(value, 5), sums(value + 2 * unit + 1e-9, 5), ["document"])
    assert found[:2] == (2, 1)
    assert found.largest == pytest.approx(2 * unit + 1e-9, rel=1e-3)


def test_counts_are_compared_exactly() -> None:
    assert compare(sums(1, 2), sums(1, 2, passages=8), ["document"]) == Comparison(2, 2, 1)
    kept = counts(("d0", "UN", 1), ("d0", "EU", 2), ("d1", "UN", 1))
    assert compare(kept, kept.reverse(), KEYS) == Comparison(2, 0, 0)
    one_more = counts(("d0", "UN", 1), ("d0", "EU", 4), ("d1", "UN", 1))
    assert compare(kept, one_more, KEYS) == Comparison(2, 1, 2)


def test_a_row_that_is_missing_or_new_is_a_difference() -> None:
    kept = counts(("d0", "UN", 1), ("d0", "EU", 3), ("d1", "UN", 1))
    assert compare(kept, kept.head(1), KEYS) == Comparison(2, 2, 3)
    assert compare(kept.head(2), kept, KEYS) == Comparison(2, 1, 1)
    assert compare(sums(0), sums(0, 0), ["document"]) == Comparison(2, 1, 7)


def test_other_columns_are_told() -> None:
    with pytest.raises(ValueError, match="railway"):
        compare(sums(1), sums(1).rename({"dam": "railway"}), ["document"])


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """A repository's tables, and a coding that gives the same ones until a test changes them."""
    kept, new = tmp_path / "kept", tmp_path / "new"
    given = counts(("d0", "UN", 1)).with_columns(evaluation=pl.lit("blame"), target=pl.lit("dam"))
    for folder in (kept, new):
        folder.mkdir()
        sums(1, 2).write_parquet(folder / "speeches.parquet")
        given.write_parquet(folder / "evaluations.parquet")
        (folder / "speeches.toml").write_text('student = "model:x"\n', "utf-8")
    monkeypatch.setattr(population, "UN", kept)
    monkeypatch.setattr(population, "CODED", new)
    monkeypatch.setattr(population, "code", lambda source, out: None)
    monkeypatch.setenv("UNGDC", "un")
    return kept, new


def run(monkeypatch: pytest.MonkeyPatch, *options: str) -> Any:
    monkeypatch.setattr("sys.argv", ["population", *options])
    return population.main()


def test_what_holds_is_said_and_left_as_it_is(
    folders: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(":")[0] for line in lines] == [
        "speeches.parquet holds",
        "evaluations.parquet holds",
        "speeches.toml holds",
    ]


def test_a_difference_is_an_error_until_it_is_renewed(
    folders: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    kept, new = folders
    before = (kept / "speeches.parquet").read_bytes()
    sums(1, 2.5).write_parquet(new / "speeches.parquet")
    (new / "speeches.toml").write_text('student = "model:y"\n', "utf-8")
    assert run(monkeypatch) == 1
    told = capsys.readouterr()
    assert "speeches.parquet differs: 1 of 2 speeches differ, largest difference 0.5" in told.out
    assert "model:x" in told.out
    assert "model:y" in told.out
    assert "--renew" in told.err
    assert (kept / "speeches.parquet").read_bytes() == before
    assert run(monkeypatch, "--renew") == 0
    assert held("speeches", kept, new)
    assert run(monkeypatch) == 0
