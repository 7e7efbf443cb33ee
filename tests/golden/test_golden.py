"""Results and figures as they were: content, not pixels. ``make golden`` writes them anew."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from matplotlib.collections import PathCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from stance import figures
from stance.coding import agreement
from stance.corpus import Corpus
from stance.evaluation import calibration, scores
from stance.framing import cooccurrence, keyness, prevalence
from stance.models import PassageCoder

HERE = Path(__file__).parent


def content(figure: Figure) -> dict[str, Any]:
    """Texts, tick labels and the data and colours of every artist with a gid."""
    panels = []
    for ax in figure.axes:
        marks = {}
        for artist in ax.get_children():
            gid = artist.get_gid()
            if gid is None:
                continue
            if isinstance(artist, Line2D):
                points = [[float(f"{v:.4g}") for v in row] for row in artist.get_xydata()]
                marks[gid] = [artist.get_color(), points]
            elif isinstance(artist, Rectangle):
                box = (artist.get_x(), artist.get_y(), artist.get_width(), artist.get_height())
                marks[gid] = [[float(f"{v:.4g}") for v in box]]
            elif isinstance(artist, PathCollection):
                marks[gid] = [artist.get_offsets().tolist()]
        panels.append(
            {
                "title": ax.get_title(loc="left"),
                "x": ax.get_xlabel(),
                "y": [label.get_text() for label in ax.get_yticklabels()],
                "texts": [text.get_text() for text in ax.texts],
                "marks": marks,
            }
        )
    return {"panels": panels, "legend": [t.get_text() for box in figure.legends for t in box.texts]}


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, Any], None]:
    def compare(name: str, found: Any) -> None:
        text = json.dumps(found, ensure_ascii=False, indent=1, default=str) + "\n"
        file = HERE / f"{name}.json"
        if request.config.getoption("--renew-golden"):
            file.write_text(text, "utf-8")
        assert text == file.read_text("utf-8"), f"{file} differs; if meant: make golden"

    return compare


@pytest.fixture(scope="module")
def coded(valley: Corpus) -> pl.DataFrame:
    coder = PassageCoder(valley.codebook).fit(valley.passages.head(20), valley.gold.head(20))
    about = valley.documents.select("document", "paper")
    return coder.code(valley.passages).join(about, on="document", maintain_order="left")


def rows(table: pl.DataFrame) -> list[dict[str, Any]]:
    return table.with_columns(pl.col(pl.Float64).round_sig_figs(5)).to_dicts()


def test_prevalence(golden: Callable[..., None], valley: Corpus, coded: pl.DataFrame) -> None:
    book = valley.codebook
    shares = prevalence(coded, "paper", gold=valley.gold, codebook=book, resamples=200)
    golden("prevalence", rows(shares.drop("signature")))
    golden("figure_prevalence", content(figures.prevalence(shares, codebook=book)))
    golden("figure_stance", content(figures.stance(shares, codebook=book, lang="it")))


def test_frames(golden: Callable[..., None], valley: Corpus) -> None:
    book = valley.codebook
    codes = [
        f"{f}|{t}:{s}"
        for f in book.frame_codes
        for t in book.target_codes
        for s in book.stance_codes
    ]
    shares = prevalence(valley.gold, codes=codes, codebook=book)
    golden("figure_frames", content(figures.frames(shares, codebook=book)))
    pairs = cooccurrence(valley.gold, codebook=book, resamples=200)
    golden("cooccurrence", rows(pairs))
    golden("figure_cooccurrence", content(figures.cooccurrence(pairs, codebook=book)))


def test_keyness(golden: Callable[..., None], valley: Corpus) -> None:
    text = valley.passages.filter(pl.col("lang") == "de")
    dam = valley.gold.filter(pl.col("dam").is_not_null())["passage"]
    inside = pl.col("passage").is_in(dam.implode())
    terms = keyness(text.filter(inside), text.filter(~inside), fewest_documents=2, resamples=200)
    golden("keyness", rows(terms))
    golden("figure_keyness", content(figures.keyness(terms, names=("dam", "other"), top=5)))


def test_evaluation(golden: Callable[..., None], valley: Corpus, coded: pl.DataFrame) -> None:
    book = valley.codebook
    table = scores(coded, valley.gold, book, resamples=200).with_columns(coder=pl.lit("model:x"))
    golden("scores", rows(table))
    golden("figure_quality", content(figures.quality(table)))
    bins = calibration(coded, valley.gold, book, bins=4, resamples=200)
    golden("figure_calibration", content(figures.calibration(bins, codebook=book)))


def test_agreement(golden: Callable[..., None], valley: Corpus) -> None:
    table = agreement(valley.coded_by("a"), valley.coded_by("b"), valley.codebook, resamples=200)
    golden("agreement", rows(table))
