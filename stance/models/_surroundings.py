"""What stands around the names of actors: a bag of tokens for every actor of every text.

Texts are read many at a time: words are numbers, and windows, sentences and distances are found for
all names at once. Tokens are strings, such as "L=word" for a word left of a name; those that a
model learns from and those that it is asked about are made here alike.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain, count
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from stance.actors import states
from stance.corpus import Words
from stance.models._features import plain
from stance.models._terms import term_pattern
from stance.voices import Named, bare_words, find_named

Integers = NDArray[np.int64]
Strings = NDArray[np.object_]
Tokens = tuple[Integers, Strings]
"""Actors by number, and a token of each."""

Numbered = tuple[Integers, Integers]
"""Actors by number, and the number of a token of each."""

_SENTENCE = re.compile(r"[.!?;:]\s+|\n")
_NAME = "@"
_WINDOW = 8
_NEAR = (1, 3, 6, 12)
_BEYOND = 99
_SLOTS = ("L=", "R=", "S=")
"""Tokens of any word: left of a name, right of it, in its sentence."""
_STATES = frozenset(states()["actor"])


class Evaluations(NamedTuple):
    """Terms of evaluations, ready to be looked up.

    Attributes
    ----------
    codes : tuple of str
        The evaluations that have terms.
    of : function
        From a word, or two, to the evaluations it is a term of.
    first : frozenset
        First words of terms of several.
    """

    codes: tuple[str, ...]
    of: Callable[[str], tuple[str, ...]]
    first: frozenset[str]


@lru_cache(maxsize=8)
def look_up(layer: tuple[tuple[str, tuple[str, ...]], ...]) -> Evaluations:
    """Pairs of an evaluation and its terms, ready to be looked up; most words come again."""
    patterns = {code: term_pattern(list(terms)) for code, terms in layer}

    @lru_cache(maxsize=200_000)
    def of(words: str) -> tuple[str, ...]:
        return tuple(code for code, pattern in patterns.items() if pattern.fullmatch(words))

    terms = [plain(term).split() for _, terms in layer for term in terms]
    return Evaluations(tuple(patterns), of, frozenset(term[0] for term in terms if len(term) > 1))


class Bags(NamedTuple):
    """The actors that some texts name, in order, and the tokens around their names.

    Attributes
    ----------
    rows : array
        The text of every actor.
    actors : list of str
    distinct : list of str
        Every token once, and some that do not occur.
    owners, tokens : array
        The actor of every token, by number, and its place in `distinct`.
    """

    rows: Integers
    actors: list[str]
    distinct: list[str]
    owners: Integers
    tokens: Integers

    def lists(self) -> list[list[str]]:
        """The tokens of every actor, as vectorizers read them."""
        order = np.argsort(self.owners, kind="stable")
        ends = np.cumsum(np.bincount(self.owners, minlength=len(self.actors)))
        tokens = _strings(self.distinct)[self.tokens[order]]
        return [own.tolist() for own in np.split(tokens, ends)[:-1]]


class _Names(NamedTuple):
    """Names of actors among the words of the texts that name any, every name as one sign.

    Attributes
    ----------
    words : array of str
        Distinct words, and last the sign.
    ids, rows : array
        Every word, and its text.
    places, owners : array
        Of every name: where it stands, and the actor by number.
    low, high : array
        The first word of its sentence and the first after it.
    """

    words: Strings
    ids: Integers
    rows: Integers
    places: Integers
    owners: Integers
    low: Integers
    high: Integers


def surroundings(texts: Sequence[str], evaluations: Evaluations) -> Bags:
    """The actors that texts name, in order, and the tokens around their names."""
    words = bare_words(texts)
    named = list(find_named(words, texts))
    if not named:
        none = np.empty(0, dtype=np.int64)
        return Bags(none, [], [], none, none)
    first = np.array([name.first for name in named])
    number_of: dict[tuple[int, str], int] = {}
    keys = zip(words.rows[first].tolist(), (name.actor for name in named), strict=True)
    owners = np.array([number_of.setdefault(key, len(number_of)) for key in keys])
    names = _names(words, named, first, owners)
    rows, actors = np.array([row for row, _ in number_of]), [actor for _, actor in number_of]
    kinds = _strings("state" if actor in _STATES else actor for actor in actors)
    terms = _terms(names, evaluations)
    others = chain(
        _of_actors(names, rows, kinds, terms),
        _of_neighbours(names),
        *(_of_terms(names, code, places, kinds) for code, places in terms.items()),
    )
    return Bags(rows, actors, *_numbered(_of_words(names), others, names.words))


def _numbered(
    of_words: Iterable[Numbered], others: Iterable[Tokens], words: Strings
) -> tuple[list[str], Integers, Integers]:
    """All distinct tokens; of every token the actor and the number, which others are given here."""
    distinct = [slot + word for slot in _SLOTS for word in words]
    number_of: defaultdict[str, int] = defaultdict(count(len(distinct)).__next__)
    parts = list(of_words)
    for owners, tokens in others:
        numbers = map(number_of.__getitem__, tokens.tolist())
        parts.append((owners, np.fromiter(numbers, dtype=np.int64, count=len(tokens))))
    owners, numbered = (np.concatenate(part) for part in zip(*parts, strict=True))
    return [*distinct, *number_of], owners, numbered


def _strings(values: Iterable[str]) -> Strings:
    return np.array(list(values), dtype=object)


def _names(words: Words, named: list[Named], first: Integers, owners: Integers) -> _Names:
    naming = np.zeros(int(words.rows[-1]) + 1, dtype=bool)
    naming[words.rows[first]] = True
    kept = naming[words.rows]
    for name in named:
        kept[name.first + 1 : name.first + name.size] = False
    ids = words.ids.copy()
    ids[first] = len(words.distinct)
    places = np.cumsum(kept)[first] - 1
    breaks = np.array([found.end() for found in _SENTENCE.finditer(words.text)], dtype=np.int64)
    sentence = np.searchsorted(breaks, words.starts[kept], side="right")
    bounds = np.flatnonzero(np.diff(sentence, prepend=-1, append=-1))
    own = np.searchsorted(bounds, places, side="right")
    return _Names(
        words=_strings([*words.distinct, _NAME]),
        ids=ids[kept],
        rows=words.rows[kept],
        places=places,
        owners=owners,
        low=bounds[own - 1],
        high=bounds[own],
    )


def _terms(names: _Names, evaluations: Evaluations) -> dict[str, Integers]:
    """Where terms of evaluations stand: words, and pairs whose first word is no term itself."""
    ids, words = names.ids, names.words.tolist()
    of_word = [evaluations.of(word) for word in words]
    opens = np.array([word in evaluations.first for word in words])
    opens &= ~np.array([bool(codes) for codes in of_word])
    pairs = np.flatnonzero(opens[ids[:-1]] & (names.rows[:-1] == names.rows[1:]))
    of_pair = [
        evaluations.of(f"{words[one]} {words[other]}")
        for one, other in zip(ids[pairs].tolist(), ids[pairs + 1].tolist(), strict=True)
    ]
    places = {}
    for code in evaluations.codes:
        alone = np.array([code in codes for codes in of_word])
        paired = np.array([code in codes for codes in of_pair], dtype=bool)
        places[code] = np.union1d(np.flatnonzero(alone[ids]), pairs[paired])
    return places


def _of_actors(
    names: _Names, rows: Integers, kinds: Strings, terms: dict[str, Integers]
) -> Iterator[Tokens]:
    """What kind an actor is, how often it is named and beside how many; terms in the text."""
    actors = np.arange(len(rows))
    beside = np.minimum(np.bincount(rows)[rows], 5)
    often = np.minimum(np.bincount(names.owners), 4)
    yield actors, "kind=" + kinds
    yield actors, _strings(f"actors={n}" for n in beside.tolist())
    yield actors, _strings(f"names={n}" for n in often.tolist())
    for code, places in terms.items():
        counts = np.bincount(names.rows[places], minlength=rows[-1] + 1)[rows]
        owners = actors.repeat(np.minimum(counts, 4))
        yield owners, _strings([f"{code}:text"]).repeat(len(owners))


def _of_words(names: _Names) -> Iterator[Numbered]:
    """Words on either side of every name, in its sentence, and every word of the sentence."""
    left, right, whole = np.arange(len(_SLOTS)) * len(names.words)
    steps = np.arange(1, _WINDOW + 1)
    for slot, step, room in zip((left, right), (-1, 1), _rooms(names), strict=True):
        places = (names.places[:, None] + step * steps)[steps <= room[:, None]]
        yield names.owners.repeat(np.minimum(room, _WINDOW)), names.ids[places] + slot
    lengths = names.high - names.low
    within = np.arange(lengths.sum()) - (np.cumsum(lengths) - lengths).repeat(lengths)
    places = names.low.repeat(lengths) + within
    yield names.owners.repeat(lengths), names.ids[places] + whole


def _rooms(names: _Names) -> tuple[Integers, Integers]:
    """How many words of its sentence stand left of a name, and right of it."""
    return names.places - names.low, names.high - names.places - 1


def _of_neighbours(names: _Names) -> Iterator[Tokens]:
    """The next word on either side of every name; the next two, in their order."""
    for side, step, room in zip("LR", (-1, 1), _rooms(names), strict=True):
        some = room > 0
        owners, places, two = names.owners[some], names.places[some] + step, room[some] > 1
        near = names.words[names.ids[places]]
        yield owners, f"{side}1=" + near
        yield owners[~two], f"{side}2=" + near[~two]
        near, far = near[two], names.words[names.ids[places[two] + step]]
        yield owners[two], f"{side}2=" + (far + "_" + near if side == "L" else near + "_" + far)


def _of_terms(names: _Names, code: str, places: Integers, kinds: Strings) -> Iterator[Tokens]:
    """The nearest term of an evaluation in the sentence of every name; left, if two are."""
    never = len(names.ids) + 1
    bounded = np.concatenate([[-never], places, [2 * never]])
    after = np.searchsorted(places, names.places)
    left = names.places - bounded[after]
    right = bounded[after + 1] - names.places
    left[left > names.places - names.low] = never
    right[right >= names.high - names.places] = never
    distance = np.minimum(left, right)
    some = distance < never
    owners, distance = names.owners[some], distance[some]
    side = np.where((right < left)[some] & (distance > 0), f"{code}:R", f"{code}:L").astype(object)
    near = _strings([*map(str, _NEAR), str(_BEYOND)])[np.searchsorted(_NEAR, distance)]
    yield owners, _strings([f"{code}:sentence"]).repeat(len(owners))
    yield owners, side
    yield owners, side + near
    yield owners, f"{code}:" + kinds[owners]
