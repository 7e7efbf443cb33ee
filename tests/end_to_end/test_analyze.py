"""One article, as a user has it read."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import NamedTuple

import numpy as np
import polars as pl
import pytest

from stance.codebook import Codebook
from stance.corpus import (
    Corpus,
    clean_text,
    facet_indicators,
    frame_indicators,
    probability_columns,
    segment,
    stance_indices,
)
from stance.formats import read_article
from stance.models import ActorCoder, PassageCoder, Student, evidence, load_coder, save_coder
from stance.models._features import plain

FIXTURES = Path(__file__).parent.parent / "fixtures"
VALLEY = FIXTURES / "codebook.toml"
PAGES = FIXTURES / "pages"

ARTICLE = """# Ce que dit la capitale

Nul ne dictera à notre pays le choix de ses partenaires. Notre souveraineté n’est pas à vendre,
et aucune ingérence étrangère dans nos affaires intérieures ne sera tolérée\u202f; notre peuple décidera
seul de son destin, de ses alliances et de son territoire, **sans tutelle** ni conditions.

Au marché, les prix du poisson <frais> ont baissé de 3 % & ceux du riz [local] n’ont guère bougé
depuis la semaine dernière, selon les commerçants, qui attendent l’arrivée des premières mangues et
la fin des travaux de la gare routière, prévue pour le mois de mars au plus tard.

Lire aussi : notre reportage au port

La France pille encore nos ressources et nous impose sa monnaie\u202f; ce néocolonialisme insulte nos
peuples. Nous condamnons la France, qui maintient ses bases et son pacte colonial, et nous rejetons
la domination de l’ancienne puissance coloniale sur nos économies et sur nos écoles.
"""


class Done(NamedTuple):
    out: str
    records: list[dict[str, object]]
    page: str


def stance(*words: object, code: int = 0) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [Path(sys.executable).with_name("stance"), "analyze", *map(str, words)],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"NO_COLOR": "1", "PYTHONUTF8": "1"},
    )
    assert done.returncode == code, (words, done.stdout, done.stderr)
    return done


def known(codings: pl.DataFrame, book: Codebook) -> pl.DataFrame:
    """Codings as the probabilities of a teacher that is sure of them."""
    present = stance_indices(codings, book)
    layers = [
        present >= 0,
        *((present == s) for s in range(len(book.stances))),
        facet_indicators(codings, book) == 1,
        frame_indicators(codings, book) == 1,
    ]
    targets = len(book.targets)
    stances = np.stack(layers[1:-2], axis=2).reshape(-1, targets * len(book.stances))
    truth = np.hstack([layers[0], stances, *layers[-2:]])
    return pl.DataFrame(0.02 + 0.96 * truth, schema=probability_columns(book))


@pytest.fixture(scope="module")
def model(constructed: Corpus, book: Codebook, tmp_path_factory: pytest.TempPathFactory) -> Path:
    coded = constructed.gold.join(
        constructed.passages.select("passage", "text"), on="passage", maintain_order="left"
    )
    actors = ActorCoder(book).fit(constructed.passages, constructed.gold)
    student = Student(book, shared=2, penalty=3.0, actors=actors)
    student.fit(coded["text"].to_list(), known(coded, book))
    folder = tmp_path_factory.mktemp("analyze") / "student"
    save_coder(student, folder, "constructed")
    return folder


@pytest.fixture(scope="module")
def done(model: Path) -> Done:
    folder = model.parent
    (folder / "article.md").write_text(ARTICLE, "utf-8-sig")
    outputs = ("--json", folder / "out" / "a.jsonl", "--html", folder / "out" / "a.html")
    out = stance(folder / "article.md", "--model", model, *outputs).stdout
    lines = outputs[1].read_text("utf-8").splitlines()
    return Done(out, [json.loads(line) for line in lines], outputs[3].read_text("utf-8"))


CLEAN = clean_text(ARTICLE, markdown=True)


def test_passages_are_those_of_the_article(done: Done) -> None:
    spans = [span for span in segment(CLEAN) if span.kind == "passage"]
    assert len(spans) == 3
    assert [(r["start"], r["end"]) for r in done.records] == [(s.start, s.end) for s in spans]
    assert [r["id"] for r in done.records] == ["article.1", "article.2", "article.3"]
    assert [r["text"] for r in done.records] == [CLEAN[s.start : s.end] for s in spans]


def test_records_are_those_of_predict(done: Done, model: Path) -> None:
    texts = model.parent / "own.jsonl"
    own = [{"id": r["id"], "text": r["text"]} for r in done.records]
    texts.write_text("".join(json.dumps(r) + "\n" for r in own), "utf-8")
    out = model.parent / "predicted.jsonl"
    words = ["predict", texts, "--model", model, "--out", out]
    command = [Path(sys.executable).with_name("stance"), *map(str, words)]
    subprocess.run(command, check=True, capture_output=True)
    predicted = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    added = {"start", "end", "text", "evidence"}
    assert [{k: v for k, v in r.items() if k not in added} for r in done.records] == predicted
    assert done.records[0]["stance"]["sovereignty"] == "favor"
    assert done.records[1]["stance"] == {}
    assert "neocolonialism" in done.records[2]["stance"]
    assert "FRA" in done.records[2]["p"]["actor"]


def test_evidence_is_given_for_every_code_and_stands_in_the_article(
    done: Done, model: Path
) -> None:
    student = load_coder(model)
    for r in done.records:
        codes = {*r["stance"], *(f"{t}:{s}" for t, s in r["stance"].items()), *r["frames"]}
        codes |= {f"{t}/{f}" for t, facets in r["facets"].items() for f in facets}
        assert set(r["evidence"]) == codes
        for code, found in r["evidence"].items():
            own = evidence(student, r["text"], code).to_dicts()
            assert [t["term"] for t in found["terms"]] == [t["term"] for t in own]
            for term in found["terms"]:
                place = plain(CLEAN[term["start"] : term["end"]])
                assert [w for w in term["term"].split() if w not in place] == []
                assert r["start"] <= term["start"] < term["end"] <= r["end"]
            sentence = found["sentence"]
            assert r["start"] <= sentence["start"] < sentence["end"] <= r["end"]
    first = done.records[0]["evidence"]["sovereignty"]
    assert any(t["term"] in ("souverainete", "ingerence") for t in first["terms"])


def test_the_terminal_says_what_was_found(done: Done) -> None:
    lines = done.out.splitlines()
    judged = [a["actor"] for r in done.records for a in r["actors"]]
    assert lines[0].startswith("article.md: 3 passages; Sovereignty in ")
    assert "Nul ne dictera à notre pays le choix de ses partenaires. Notre …" in done.out
    assert "Favor 0." in done.out
    assert "souveraineté +" in done.out
    assert all(name in done.out for name in judged)
    assert ("frames: " in done.out) == any(r["frames"] for r in done.records)
    second = done.out[done.out.index("Au marché") : done.out.index("La France pille")]
    assert "words:" not in second


class Page(HTMLParser):
    """The elements of a page, whether they nest, and what is marked."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.underlined: list[str] = []
        self.said = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        assert not {name for name, _ in attrs if name.startswith("on") or name == "src"}
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "article" in self.open and "b" not in self.open and "span" not in self.open:
            self.said += data
        if "u" in self.open:
            self.underlined.append(data)


def test_the_page_holds_the_article_and_needs_nothing_else(done: Done) -> None:
    page = Page()
    page.feed(done.page)
    assert page.open == []
    assert not page.tags & {"script", "link", "img", "iframe"}
    assert "url(" not in done.page
    assert "@import" not in done.page
    assert "prefers-color-scheme: dark" in done.page
    assert "".join(page.said.split()) == "".join(CLEAN.split())
    assert "souveraineté" in " ".join(page.underlined)
    assert "&lt;frais&gt; ont" in done.page
    assert done.page.count('class="passage t') == 2
    assert done.page.count("<tr>") >= 4
    assert ">Sovereignty 0." in done.page


def test_text_is_taken_as_it_is_and_nothing_is_written_unasked(model: Path) -> None:
    folder = model.parent / "plain"
    folder.mkdir()
    (folder / "two.txt").write_text(ARTICLE.split("\n\n")[1], "utf-8")
    out = stance(folder / "two.txt", "--model", model).stdout
    assert out.startswith("two.txt: 1 passage; ")
    assert "**sans" not in out
    assert [file.name for file in folder.iterdir()] == ["two.txt"]


def test_a_model_that_is_no_student_gives_codes_without_evidence(
    valley: Corpus, tmp_path: Path
) -> None:
    save_coder(PassageCoder(valley.codebook).fit(valley.passages, valley.gold), tmp_path / "m", "v")
    (tmp_path / "a.txt").write_text("\n".join(valley.passages["text"].to_list()[:3]), "utf-8")
    words = (tmp_path / "a.txt", "--model", tmp_path / "m", "--codebook", VALLEY)
    done = stance(*words, "--json", tmp_path / "a.json", "--html", tmp_path / "a.html")
    assert "no evidence" in done.stderr
    assert "Staudamm in 1" in done.stdout
    assert "words:" not in done.stdout
    record = json.loads((tmp_path / "a.json").read_text("utf-8"))
    assert record["evidence"] == {}
    Page().feed((tmp_path / "a.html").read_text("utf-8"))


@pytest.mark.parametrize(
    ("page", "first", "last", "others"),
    [
        (
            "fleuve.html",
            "Nul ne dictera au pays",
            "y seront entendus.",
            "traceurs Partager Photo aussi Aigles bateliers Moussa lettre réservés publié-le Script",
        ),
        (
            "plateau.html",
            "West African leaders have",
            'with our stomachs."',
            "cookies Share Hawa closed-doors sorghum Population Goalkeeper weekly Copyright",
        ),
    ],
)
def test_of_a_web_page_the_article_is_read(
    model: Path, tmp_path: Path, page: str, first: str, last: str, others: str
) -> None:
    outputs = ("--json", tmp_path / "a.jsonl", "--html", tmp_path / "a.html")
    done = stance(PAGES / page, "--model", model, *outputs)
    assert done.stderr == ""
    assert done.stdout.startswith(f"{page}: ")
    records = [json.loads(line) for line in outputs[1].read_text("utf-8").splitlines()]
    assert records[0]["text"].startswith(first)
    assert records[-1]["text"].endswith(last)
    assert records[0]["id"] == f"{Path(page).stem}.1"
    said = " ".join(record["text"] for record in records)
    assert [word for word in others.split() if word.replace("-", " ") in said] == []
    view = Page()
    view.feed(outputs[3].read_text("utf-8"))
    assert first in view.said
    text = (tmp_path / page).with_suffix(".txt")
    text.write_text(read_article(PAGES / page), "utf-8")
    as_text = stance(text, "--model", model, "--json", tmp_path / "b.jsonl")
    assert as_text.stdout == done.stdout.replace(page, text.name)
    assert (tmp_path / "b.jsonl").read_bytes() == outputs[1].read_bytes()


def test_a_web_page_without_the_extra_is_refused(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "trafilatura.py").write_text("raise ImportError", "utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=os.pathsep)
    words = (PAGES / "fleuve.html", "--model", model, "--json", tmp_path / "a.jsonl")
    done = stance(*words, code=1)
    assert "fleuve.html: found no module trafilatura; expected the extra html." in done.stderr
    assert 'pip install "stance[html]"' in done.stderr
    assert not (tmp_path / "a.jsonl").exists()


BAD = [
    ("none.md", None, "no such file"),
    ("article.pdf", b"%PDF", ".txt or .md or .html"),
    ("article", b"Text.", "no ending"),
    ("latin.txt", "La souveraineté.".encode("cp1252"), "UTF-8"),
    ("empty.txt", b"", "running text"),
    ("heading.md", b"# A heading\n", "running text"),
    ("folder.md", b"/", "a directory"),
    ("none.html", None, "no such file"),
    ("folder.html", b"/", "a directory"),
    ("empty.html", b"", "an empty file"),
    ("menu.html", b"<html><body><nav><a href='/'>Home</a></nav></body></html>", "running text"),
    ("broken.htm", b"\xff\x00<html><bo", "running text"),
    ("title.html", b"<html><body><article><h1>A heading</h1></article></body>", "running text"),
    ("other.txt", b"Running text, and a codebook that is not the model's.", "--model"),
]


@pytest.mark.parametrize(("name", "content", "found"), BAD, ids=[name for name, *_ in BAD])
def test_bad_input_is_one_clear_line_and_writes_nothing(
    model: Path, tmp_path: Path, name: str, content: bytes | None, found: str
) -> None:
    if content == b"/":
        (tmp_path / name).mkdir()
    elif content is not None:
        (tmp_path / name).write_bytes(content)
    before = sorted(tmp_path.iterdir())
    outputs = ("--json", tmp_path / "o.jsonl", "--html", tmp_path / "o.html")
    book = ("--codebook", VALLEY) if name == "other.txt" else ()
    done = stance(tmp_path / name, "--model", model, *book, *outputs, code=1)
    assert found in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert sorted(tmp_path.iterdir()) == before
