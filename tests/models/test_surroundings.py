"""Bags, made for many texts at once, against the same told name by name."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stance.actors import states
from stance.models._surroundings import Evaluations, look_up, surroundings
from stance.voices import bare_letters, find_mentions

TERMS = look_up(
    (
        ("praise", ("thank*", "well done", "of great hel*", "@ deserves")),
        ("blame", ("lied", "thank*", "broke word", "war crime*")),
    )
)
STATES = set(states()["actor"])


def word_by_word(text: str) -> tuple[list[str], list[int], list[tuple[int, str]]]:
    """Words, names as one sign; the sentence of each; names as place and actor."""
    bare, mentions = bare_letters(text), {m.start: m for m in find_mentions(text)}
    words, sentences, names, end = [], [], [], 0
    for found in re.finditer(r"\w+", bare):
        if found.start() < end:
            continue
        mention = mentions.get(found.start())
        if mention is not None:
            names.append((len(words), mention.actor))
            end = mention.end
        words.append("@" if mention else found.group())
        before = re.finditer(r"(?<=[.!?;:])\s+|\n", bare[: found.start()])
        sentences.append(sum(1 for _ in before))
    return words, sentences, names


def told(text: str, terms: Evaluations) -> Iterator[tuple[str, Counter[str]]]:
    """The actors of a text, each with its bag."""
    words, sentences, names = word_by_word(text)
    places = defaultdict(list)
    for at, word in enumerate(words):
        for code in terms.of(word) or terms.of(" ".join(words[at : at + 2])):
            places[code].append(at)
    named = list(dict.fromkeys(actor for _, actor in names))
    for actor in named:
        kind = "state" if actor in STATES else actor
        own = [at for at, other in names if other == actor]
        bag = [f"kind={kind}", f"actors={min(len(named), 5)}", f"names={min(len(own), 4)}"]
        bag += [f"{code}:text" for code, found in places.items() for _ in found[:4]]
        for at in own:
            low = sentences.index(sentences[at])
            high = low + sentences.count(sentences[at])
            left, right = words[low:at], words[at + 1 : high]
            bag += [f"S={word}" for word in words[low:high]]
            bag += [f"L={word}" for word in left[-8:]] + [f"R={word}" for word in right[:8]]
            if left:
                bag += [f"L1={left[-1]}", "L2=" + "_".join(left[-2:])]
            if right:
                bag += [f"R1={right[0]}", "R2=" + "_".join(right[:2])]
            for code, found in places.items():
                near = sorted((abs(p - at), p > at) for p in found if low <= p < high)
                if near:
                    distance, after = near[0]
                    side = "R" if after else "L"
                    within = next((n for n in (1, 3, 6, 12) if distance <= n), 99)
                    bag += [f"{code}:sentence", f"{code}:{side}", f"{code}:{side}{within}"]
                    bag.append(f"{code}:{kind}")
        yield actor, Counter(bag)


def same(texts: list[str]) -> bool:
    bags = surroundings(texts, TERMS)
    found = list(zip(bags.rows.tolist(), bags.actors, map(Counter, bags.lists()), strict=True))
    return found == [(row, *one) for row, text in enumerate(texts) for one in told(text, TERMS)]


@pytest.mark.parametrize(
    "texts",
    [
        [],
        [""],
        ["Nobody."],
        ["France"],
        ["Thank Peru, thank Peru; France lied. St. Lucia broke word! Well done."],
        [
            "",
            "The United",
            "Nations of Peru.\nPeru, Peru, Peru, Peru of great help",
            "South",
            "Africa",
        ],
        [
            "Peru deserves, France deserves",
            "Côte d’Ivoire: war crimes… ½ œuvre « Mali » l’UN a_b Mali",
        ],
        ["thanks " * 6 + "Peru" + " and" * 14 + " thanks; Peru" + " and" * 20 + " lied Peru lied"],
        ["Peru.\n\nFrance!?; Mali.Togo : Benin"],
    ],
)
def test_bags_by_name(texts: list[str]) -> None:
    assert same(texts)


pieces = st.sampled_from(
    [
        *("Peru", "France", "the United Nations", "Côte d’Ivoire", "St. Lucia", "South", "Africa"),
        *("Mali", "malienne", "UN", "un", "US", "the", "of", "et", "œuvre", "a_b", "½", "État"),
        *("thanks", "well", "done", "lied", "war", "crimes", "broke", "word", "deserves", "great"),
        *(".", "!", ";", ":", "\n", "…", ",", "’", "\u00a0", "help"),
    ]
)
sentences = st.lists(st.tuples(pieces, st.sampled_from([" ", " ", ""])).map("".join), max_size=30)


@given(st.lists(st.one_of(sentences.map("".join), st.text(max_size=10)), max_size=4))
@settings(deadline=None)
def test_bags_of_any_texts(texts: list[str]) -> None:
    assert same(texts)


def test_bags_of_real_texts(constructed) -> None:
    assert same(constructed.passages["text"].to_list()[:100])
