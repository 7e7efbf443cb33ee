"""Copies of documents are damaged; passages must be found again or said to be lost."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

import polars as pl
import pytest

from stance.corpus import anchor, context, hydrate, segment, text_hash

SYLLABLES = [
    "ba",
    "ce",
    "di",
    "fo",
    "gu",
    "la",
    "me",
    "ni",
    "po",
    "ru",
    "sa",
    "te",
    "vi",
    "zo",
    "él",
    "où",
]


def sentence(draws: random.Random) -> str:
    words = ["".join(draws.choices(SYLLABLES, k=draws.randint(1, 4))) for _ in range(14)]
    return " ".join([words[0].capitalize(), *words[1:]]) + "."


def document(seed: int) -> str:
    draws = random.Random(seed)
    paragraphs = [" ".join(sentence(draws) for _ in range(4)) for _ in range(8)]
    paragraphs[3] = "“" + paragraphs[3] + "”"
    return "\n".join(paragraphs)


def every(text: str, step: int, change: Callable[[str], str], start: int = 3) -> str:
    words = text.split(" ")
    return " ".join(change(w) if i % step == start else w for i, w in enumerate(words))


EDITS: dict[str, Callable[[str], str]] = {
    "spaces doubled": lambda t: t.replace(" ", "  "),
    "lines joined": lambda t: t.replace("\n", " "),
    "blank lines": lambda t: t.replace("\n", "\n\n"),
    "windows line ends": lambda t: t.replace("\n", "\r\n"),
    "wrapped": lambda t: re.sub(r"((?:\S+ ){9})", r"\1\n", t),
    "straight quotes": lambda t: t.replace("“", '"').replace("”", '"'),
    "guillemets": lambda t: t.replace("“", "« ").replace("”", " »"),
    "no-break spaces": lambda t: t.replace(" ", "\u00a0"),
    "upper case": str.upper,
    "accents lost": lambda t: t.replace("é", "e").replace("ù", "u"),
    "a heading before": lambda t: "Statement by the delegation\n" + t,
    "a signature after": lambda t: t + "\nThank you, Mr. President.",
    "numbered paragraphs": lambda t: "\n".join(f"{i}. {p}" for i, p in enumerate(t.split("\n"), 1)),
    "first paragraph lost": lambda t: t.split("\n", 1)[1],
    "last paragraph lost": lambda t: t.rsplit("\n", 1)[0],
    "two paragraphs swapped": lambda t: "\n".join((p := t.split("\n"))[1::-1] + p[2:]),
    "full stops to semicolons": lambda t: t.replace(".", ";"),
    "a page number inside": lambda t: every(t, 200, lambda w: w + " 17"),
    "a word changed here and there": lambda t: every(t, 90, lambda w: w + "x"),
    "markdown": lambda t: "\n".join(f"**{p[:9]}**{p[9:]}" for p in t.split("\n")),
    "a word left out here and there": lambda t: every(t, 90, lambda w: ""),
    "a sentence added": lambda t: t.replace(". ", ". Added zu dem Ganzen. ", 1),
}


@pytest.mark.parametrize("name", EDITS)
def test_damaged_copies(name: str) -> None:
    found = total = 0
    for seed in range(12):
        original = document(seed)
        damaged = EDITS[name](original)
        for span in segment(original):
            if span.kind != "passage":
                continue
            passage = original[span.start : span.end]
            known = context(original, span.start, span.end)
            place = anchor(damaged, span.start, span.end, text_hash(passage), known)
            total += 1
            if place.status == "lost":
                continue
            found += 1
            ours, theirs = (
                set(re.findall(r"\w+", t.lower().replace("é", "e").replace("ù", "u")))
                for t in (passage, damaged[place.start : place.end])
            )
            overlap = len(ours & theirs) / len(ours | theirs)
            assert overlap > (0.85 if place.status == "edited" else 0.97), (name, place)
    gone = name in ("first paragraph lost", "last paragraph lost")
    inside = (
        name in ("a page number inside", "markdown", "a sentence added") or "here and there" in name
    )
    assert found >= (0.85 if gone else 0.6 if inside else 0.96) * total


def test_a_passage_that_stands_twice_is_lost_without_its_neighbours() -> None:
    part = sentence(random.Random(1))
    text = part + "\n" + part
    known = context("Other words. " + part + " And more.", 13, 13 + len(part))
    assert anchor("x " + text, 13, 13 + len(part), text_hash(part), known).status == "lost"


def test_a_replaced_passage_is_lost_or_edited_in_its_own_place() -> None:
    text = document(3)
    first, second = [s for s in segment(text) if s.kind == "passage"][1:3]
    known = context(text, first.start, first.end)
    passage = text[first.start : first.end]
    other = text[: first.start] + "Something short." + text[first.end :]
    assert anchor(other, first.start, first.end, text_hash(passage), known).status == "lost"
    assert second.start > first.end


def test_hydrating_reports_every_passage() -> None:
    text = document(5)
    spans = [s for s in segment(text) if s.kind == "passage"]
    rows = [
        {
            "passage": f"d.{i}",
            "document": "d" if i else "gone",
            "start": s.start,
            "end": s.end,
            "sha256": text_hash(text[s.start : s.end]),
            **context(text, s.start, s.end)._asdict(),
        }
        for i, s in enumerate(spans)
    ]
    copy = "A heading\n" + text.replace(text[spans[2].start : spans[2].end], "")
    table = hydrate(pl.DataFrame(rows), {"d": copy})
    assert table["status"].to_list() == ["missing", "moved", "lost"] + ["moved"] * (len(spans) - 3)
    assert table["text"][1] == text[spans[1].start : spans[1].end]
