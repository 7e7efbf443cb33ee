"""Fixtures: a second codebook with a small corpus of its own, and results to draw."""

from __future__ import annotations

import os
from pathlib import Path

import matplotlib as mpl
import polars as pl
import pytest

from stance.codebook import Codebook, load_codebook
from stance.corpus import Corpus, load_corpus

mpl.use("Agg")
FIXTURES = Path(__file__).parent / "fixtures"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--renew-golden", action="store_true", help="write golden results anew")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    missing = pytest.mark.skipif(
        "STANCE_DATA" not in os.environ, reason="the real corpora: set STANCE_DATA"
    )
    for item in items:
        if item.get_closest_marker("data"):
            item.add_marker(missing)


@pytest.fixture(autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the user's cache out of the tests, but share one among them."""
    monkeypatch.setenv("STANCE_CACHE", str(tmp_path_factory.getbasetemp() / "cache"))


@pytest.fixture(scope="session")
def book() -> Codebook:
    return load_codebook()


@pytest.fixture(scope="session")
def valley_book() -> Codebook:
    return load_codebook(FIXTURES / "codebook.toml")


@pytest.fixture(scope="session")
def valley(valley_book: Codebook) -> Corpus:
    return load_corpus(FIXTURES / "valley", valley_book)


@pytest.fixture(scope="session")
def constructed() -> Corpus:
    return load_corpus("constructed")


@pytest.fixture(scope="session")
def data() -> Path:
    return Path(os.environ["STANCE_DATA"])


@pytest.fixture
def six() -> pl.DataFrame:
    """Six passages in three documents with predictions of one target, for sums by hand."""
    return pl.DataFrame(
        {
            "passage": ["a1", "a2", "b1", "b2", "c1", "c2"],
            "document": ["a", "a", "b", "b", "c", "c"],
            "coder": "model:x",
            "dam": ["pro", None, "contra", "pro", None, None],
            "dam_facets": [["valley"], [], ["valley"], ["current"], [], []],
            "railway": pl.Series([None] * 6, dtype=pl.String),
            "railway_facets": [[], [], [], [], [], []],
            "cost": [True, False, True, False, False, False],
            "nature": [True, False, False, False, True, False],
            "work": [False] * 6,
            "home": [False] * 6,
        },
        schema_overrides={
            "railway_facets": pl.List(pl.String),
            "dam_facets": pl.List(pl.String),
        },
    )
