"""The real codings keep to their plan: how many, how chosen, how often read."""

from __future__ import annotations

import json
import tomllib
from collections import Counter

import polars as pl
import pytest

from stance.corpus import SEGMENTATION, Corpus, corpus_folder, load_corpus

REAL = ("ungdc", "press", "programmes")


@pytest.fixture(scope="module")
def corpora() -> dict[str, Corpus]:
    return {name: load_corpus(name) for name in REAL}


def split(name: str, part: str) -> set[str]:
    splits = json.loads((corpus_folder(name) / "splits.json").read_text("utf-8"))
    return set(splits.get(part, ()))


def sampled(corpus: Corpus) -> pl.DataFrame:
    return corpus.passages.filter(pl.col("probability").is_not_null())


def test_enough_passages_of_every_kind(corpora: dict[str, Corpus]) -> None:
    assert corpora["ungdc"].gold.height >= 1500
    french = sum(c.passages.filter(pl.col("lang") == "fr").height for c in corpora.values())
    assert french >= 400
    assert corpora["press"].passages.filter(pl.col("lang") == "en").height >= 100
    un = corpora["ungdc"]
    late = un.documents.filter(pl.col("year") >= 2015)["document"].implode()
    assert sampled(un).filter(pl.col("document").is_in(late)).height >= 250


def test_the_rare_codes_are_there(corpora: dict[str, Corpus]) -> None:
    counts: Counter[str] = Counter()
    for corpus in corpora.values():
        for target in corpus.codebook.target_codes:
            stances = corpus.gold[target].drop_nulls()
            counts[target] += len(stances)
            counts.update(stances.to_list())
    for code, least in (
        ("sovereignty", 400),
        ("multipolarity", 150),
        ("neocolonialism", 250),
        ("against", 120),
        ("neutral", 150),
    ):
        assert counts[code] >= least, code


def test_one_sampled_passage_a_document(corpora: dict[str, Corpus]) -> None:
    for corpus in corpora.values():
        assert sampled(corpus)["document"].is_unique().all()
    waves = corpora["ungdc"].documents["wave"].value_counts()
    random = waves.filter(pl.col("wave").str.starts_with("random"))["count"].sum()
    assert random >= 600


def test_every_sampled_passage_was_read_twice(corpora: dict[str, Corpus]) -> None:
    for corpus in corpora.values():
        own = set(sampled(corpus)["passage"])
        for coder in ("a", "b"):
            assert own <= set(corpus.coded_by(coder)["passage"])
        gold = corpus.gold.filter(pl.col("passage").is_in(list(own)))
        assert gold["status"].unique().to_list() == ["adjudicated"]
        assert gold["note"].null_count() == 0


def test_splits_are_of_documents_and_large_enough(corpora: dict[str, Corpus]) -> None:
    for name, corpus in corpora.items():
        parts = [split(name, part) for part in ("train", "development", "test", "withheld")]
        assert sum(map(len, parts)) == len(set.union(*parts)) == corpus.documents.height
    tests = {
        n: sampled(c).filter(pl.col("document").is_in(list(split(n, "test"))))
        for n, c in corpora.items()
    }
    assert tests["ungdc"].height >= 400
    french = pl.concat(tests.values()).filter(pl.col("lang") == "fr")
    assert french.height >= 120
    development = sampled(corpora["ungdc"]).filter(
        pl.col("document").is_in(list(split("ungdc", "development")))
    )
    assert development.height >= 250


def test_no_real_passage_carries_its_text(corpora: dict[str, Corpus]) -> None:
    for corpus in (*corpora.values(), load_corpus("translated")):
        assert corpus.passages["text"].null_count() == corpus.passages.height


def test_what_was_written_for_training_was_read_twice() -> None:
    reports = load_corpus("reports")
    assert reports.passages.height >= 500
    assert reports.gold["status"].unique().to_list() == ["adjudicated"]
    assert reports.coded_by("a").height == reports.coded_by("b").height == reports.passages.height


def test_no_test_passage_is_told_in_training_in_another_language(
    corpora: dict[str, Corpus],
) -> None:
    own = set(sampled(corpora["ungdc"])["document"])
    assert not own & set(load_corpus("translated").passages["document"])


def test_the_frame_is_on_record_and_is_what_the_student_has_read() -> None:
    frames = {
        name: tomllib.loads((corpus_folder(name) / "frame.toml").read_text("utf-8"))
        for name in REAL
    }
    assert all(len(frame["sha256"]) == 64 for frame in frames.values())
    assert {frame["segmentation"] for frame in frames.values()} == {SEGMENTATION}
    read = tomllib.loads((corpus_folder("ungdc") / "speeches.toml").read_text("utf-8"))
    assert read["passages"] == frames["ungdc"]["passages"]
    assert read["documents"] == frames["ungdc"]["documents"]
