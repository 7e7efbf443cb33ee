from __future__ import annotations

import unicodedata

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stance import InputError
from stance.codebook import Codebook
from stance.corpus import Corpus, probability_columns
from stance.models import PassageCoder, Student, evidence, evidence_sentence
from stance.models._evidence import _letters
from stance.models._features import plain

SCHEMA = {"term": pl.String, "start": pl.Int64, "end": pl.Int64, "contribution": pl.Float64}


@pytest.fixture(scope="module")
def student(valley: Corpus) -> Student:
    """Calibrated, so that slopes are not one."""
    teacher = PassageCoder(valley.codebook).fit(valley.passages, valley.gold)
    texts = valley.passages["text"].to_list()
    student = Student(valley.codebook, shared=1, penalty=0.1)
    student.fit(texts, teacher.code(valley.passages))
    return student.calibrate(valley.passages, valley.gold)


def codes(book: Codebook) -> list[str]:
    """Every code, in the order of `probability_columns`."""
    stances = [f"{t}:{s}" for t in book.target_codes for s in book.stance_codes]
    facets = [f"{t}/{f}" for t, f in book.facet_codes]
    return [*book.target_codes, *stances, *facets, *book.frame_codes]


def intercept(student: Student, code: str) -> float:
    k = codes(student.scheme).index(code)
    slope, constant = student.scales_[k]
    return float(slope * student.intercepts_[k] + constant)


def logits(student: Student, text: str) -> dict[str, float]:
    """From the student's own probabilities; a stance's is known up to a constant of its target."""
    p = student.probabilities([text])
    flat = np.concatenate([p.target[0], p.stance[0].ravel(), p.facet[0], p.frame[0]])
    return dict(zip(codes(student.scheme), np.log(flat / (1 - flat)), strict=True))


def total(student: Student, text: str, code: str) -> float:
    return float(evidence(student, text, code, most=None)["contribution"].sum())


def snippets(valley: Corpus) -> list[str]:
    texts = valley.passages["text"].to_list()
    return [*texts[::6], " ".join(texts[:3]), "Ein Wort zzz", ""]


def test_contributions_and_intercept_add_up_to_the_logit(student: Student, valley: Corpus) -> None:
    assert (student.scales_[:2, 0] != 1).all()
    for text in snippets(valley):
        expected = logits(student, text)
        for code in codes(valley.codebook):
            if ":" not in code:
                own = total(student, text, code) + intercept(student, code)
                assert own == pytest.approx(expected[code], abs=1e-4), code


def test_those_of_stances_give_the_stances_probabilities(student: Student, valley: Corpus) -> None:
    for text in snippets(valley):
        p = student.probabilities([text]).stance[0]
        for t, target in enumerate(valley.codebook.target_codes):
            own = [f"{target}:{stance}" for stance in valley.codebook.stance_codes]
            logit = np.array([total(student, text, c) + intercept(student, c) for c in own])
            odds = 1 / (1 + np.exp(-logit))
            assert odds / odds.sum() == pytest.approx(p[t], abs=1e-5)


def test_columns_order_and_number(student: Student, valley: Corpus) -> None:
    text = valley.passages["text"][1]
    everything = evidence(student, text, "dam", most=None)
    assert everything.schema == SCHEMA
    sizes = everything["contribution"].abs()
    assert sizes.is_sorted(descending=True)
    assert everything["term"].is_unique().all()
    assert evidence(student, text, "dam").equals(everything.head(8))
    assert evidence(student, text, "dam", most=2).height == 2
    assert evidence(student, text, "dam").height == 8
    for empty in ("", "zzz"):
        assert evidence(student, empty, "dam").schema == SCHEMA
        assert evidence(student, empty, "dam").is_empty()


def test_a_word_that_makes_the_code_comes_first(valley_book: Codebook) -> None:
    words = ["water here", "water there", "stone here", "stone there"] * 10
    taught = pl.DataFrame({c: [0.5] * 40 for c in probability_columns(valley_book)})
    taught = taught.with_columns(p_dam=pl.Series([0.9, 0.9, 0.1, 0.1] * 10))
    student = Student(valley_book, penalty=0.01).fit(words, taught)
    first = evidence(student, "Over there: WATER, wáter and no more.", "dam").row(0, named=True)
    assert (first["term"], first["start"], first["end"]) == ("water", 12, 17)
    assert first["contribution"] > 0
    away = evidence(student, "Stone.", "dam").row(0, named=True)
    assert (away["term"], away["start"], away["end"]) == ("stone", 0, 5)
    assert away["contribution"] < 0


@pytest.mark.parametrize(
    "code",
    ["", "sea", "dam:", "dam:maybe", "cost:pro", "dam/station", "railway/", "dam&cost", "dam|cost"],
)
def test_a_code_that_is_none_is_told(student: Student, code: str) -> None:
    for ask in (evidence, evidence_sentence):
        with pytest.raises(
            InputError, match=r"expected one of dam, railway, cost.*stance codebook"
        ):
            ask(student, "Der Staudamm.", code)


LETTERS = st.text(st.sampled_from("aeàéèçœŒßİK\u0301\u0327 \u00a0\u202f\n’'«».,-1½"), max_size=60)


@given(text=LETTERS | st.text())
def test_letters_are_those_of_plain(text: str) -> None:
    letters, origin = _letters(text)
    assert " ".join(letters.split()) == plain(text)
    assert origin == sorted(origin)
    assert len(origin) == len(letters) + 1


JOINTS = st.sampled_from([" ", "\u202f", "\n", ", ", " – ", "’", " à ", ". ", " « ", "x" * 9, ""])
SPELLINGS = (str.upper, str.lower, str.title, lambda w: unicodedata.normalize("NFD", w))


@settings(max_examples=60)
@given(data=st.data())
def test_places_give_the_words_back(student: Student, valley: Corpus, data: st.DataObject) -> None:
    known = sorted({word for text in valley.passages["text"] for word in text.split()})
    picked = data.draw(st.lists(st.tuples(st.sampled_from(known), JOINTS), max_size=12))
    spelt = data.draw(st.lists(st.sampled_from(SPELLINGS), min_size=12, max_size=12))
    text = "".join(spell(word) + joint for spell, (word, joint) in zip(spelt, picked, strict=False))
    analyzed = student.terms_.build_analyzer()
    table = evidence(student, text, "dam", most=None)
    assert set(table["term"]) >= set(analyzed(text)) & set(student.terms_.vocabulary_)
    for term, start, end, _ in table.iter_rows():
        if len(term) == 1:
            assert plain(text[start:end]) == term
            continue
        there = analyzed(text[start:end])
        assert term == (there[0] if len(there) == 1 else " ".join(there[:2]))
        assert len(there) <= 3
        assert term not in analyzed(text[: start + 1])


def test_accents_ligatures_and_short_words_are_mapped_back(valley_book: Codebook) -> None:
    taught = pl.DataFrame({c: [0.5] * 10 for c in probability_columns(valley_book)})
    student = Student(valley_book, penalty=0.01).fit(["œuvre à créer été"] * 10, taught)
    for form in ("NFC", "NFD"):
        text = unicodedata.normalize(form, "L’ŒUVRE\u202f: à créer, l’été\u202f!")
        places = {
            term: text[start:end]
            for term, start, end, _ in evidence(student, text, "dam", most=None).iter_rows()
        }
        assert {term: unicodedata.normalize("NFC", place) for term, place in places.items()} == {
            "oeuvre": "ŒUVRE",
            "a": "à",
            "creer": "créer",
            "ete": "été",
            "oeuvre creer": "ŒUVRE\u202f: à créer",
            "creer ete": "créer, l’été",
        }


def test_the_sentence_that_says_it_is_found(student: Student, valley: Corpus) -> None:
    texts = valley.passages["text"].to_list()
    given = valley.gold["dam"].is_not_null().to_list()
    said = next(t for t, there in zip(texts, given, strict=True) if there and "." not in t[:-1])
    other = [t for t, there in zip(texts, given, strict=True) if not there][:2]
    for text in (f"{said} {other[0]} {other[1]}", f"{other[0]} {said} {other[1]}"):
        best = evidence_sentence(student, text, "dam")
        assert text[best.start : best.end] == said
        assert best.contribution > 0


def test_one_sentence_contributes_what_the_text_does(student: Student, valley: Corpus) -> None:
    for text in valley.passages["text"].to_list()[:3]:
        whole = evidence_sentence(student, text + "\n", "dam")
        assert (whole.start, whole.end) == (0, len(text))
        assert whole.contribution == pytest.approx(total(student, text, "dam"), abs=1e-9)
    assert evidence_sentence(student, "", "dam") == (0, 0, 0.0)


def test_sentences_share_what_a_text_contributes(student: Student) -> None:
    """The same sentence twice: each has half."""
    text = "Der Staudamm im Tal. Der Staudamm im Tal."
    best = evidence_sentence(student, text, "dam")
    straddling = evidence(student, text, "dam", most=None).filter(pl.col("term") == "tal der")
    shared = total(student, text, "dam") - float(straddling["contribution"].sum())
    assert best.contribution - max(straddling["contribution"].sum(), 0) == pytest.approx(shared / 2)
