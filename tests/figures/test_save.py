import json
from pathlib import Path

import matplotlib as mpl
import polars as pl
import pytest
from matplotlib.figure import Figure

from stance import figures
from stance.corpus import Corpus
from stance.framing import default_codes, prevalence


@pytest.fixture
def shares(valley: Corpus) -> pl.DataFrame:
    about = valley.documents.select("document", "paper")
    gold = valley.gold.join(about, on="document")
    return prevalence(gold, "paper", gold=valley.gold, codebook=valley.codebook, resamples=50)


def test_a_figure_is_saved_with_all_a_journal_needs(
    tmp_path: Path, shares: pl.DataFrame, valley: Corpus
) -> None:
    figure = figures.prevalence(shares, codebook=valley.codebook)
    caption = {"en": "Shares.", "fr": "Parts."}
    figures.save(figure, shares, tmp_path / "s", caption)
    assert sorted(p.suffix for p in tmp_path.iterdir()) == [".csv", ".json", ".pdf", ".png", ".svg"]
    told = json.loads((tmp_path / "s.json").read_text("utf-8"))
    assert told["fr"]["caption"] == "Parts."
    assert "valeurs" in told["fr"]["alt"]
    assert pl.read_csv(tmp_path / "s.csv").height == shares.height


def test_saving_twice_gives_the_same_bytes(
    tmp_path: Path, shares: pl.DataFrame, valley: Corpus
) -> None:
    for name in ("one", "two"):
        figure = figures.stance(shares, codebook=valley.codebook)
        figures.save(figure, shares, tmp_path / name / "s", {"en": "Shares."})
    for file in (tmp_path / "one").iterdir():
        assert file.read_bytes() == (tmp_path / "two" / file.name).read_bytes(), file.name


def test_drawing_leaves_the_users_settings(shares: pl.DataFrame, valley: Corpus) -> None:
    before = dict(mpl.rcParams)
    figures.prevalence(shares, codebook=valley.codebook)
    assert dict(mpl.rcParams) == before


def test_figures_draw_on_a_part_of_another(shares: pl.DataFrame, valley: Corpus) -> None:
    whole = Figure(layout="constrained")
    left, right = whole.subfigures(1, 2)
    assert figures.prevalence(shares, codebook=valley.codebook, on=left) is whole
    assert figures.stance(shares, codebook=valley.codebook, on=right) is whole
    with pytest.raises(ValueError, match="2 panels"):
        figures.prevalence(shares, codebook=valley.codebook, on=whole.add_subplot())


def test_without_gold_the_figure_says_uncorrected(valley: Corpus) -> None:
    raw = prevalence(valley.gold, codes=default_codes(valley.codebook), codebook=valley.codebook)
    figure = figures.stance(raw, codebook=valley.codebook)
    assert any("uncorrected" in ax.get_xlabel() for ax in figure.axes)


def test_empty_cells_are_said_not_drawn(valley: Corpus) -> None:
    few = valley.gold.head(5)
    shares = prevalence(few, gold=few, codebook=valley.codebook, resamples=20)
    figure = figures.prevalence(shares, codebook=valley.codebook)
    assert any(t.get_text() == "not estimable" for ax in figure.axes for t in ax.texts)
