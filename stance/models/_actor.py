"""Actors praised or blamed: the actors a passage names, each judged by the words around its names.

Names themselves are not looked at, only the kind of actor: a state is a state, whichever it is, so
that a model learns what is said of actors and not whom the training passages happened to blame.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple, Self

import numpy as np
import polars as pl
from sklearn.base import BaseEstimator
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from stance.actors import states
from stance.codebook import Codebook, load_codebook
from stance.models._head import Head, positive
from stance.models._terms import Lexicon, term_pattern
from stance.voices import Mention, bare_letters, find_mentions

_WORD = re.compile(r"\w+")
_SENTENCE = re.compile(r"(?<=[.!?;:])\s+|\n")
_NAME = "@"
_WINDOW = 8
_NEAR = (1, 3, 6, 12)


Codes = Callable[[str], tuple[str, ...]]
"""From a word, or two, to the evaluations it is a term of."""


class Evaluated(NamedTuple):
    """An actor that a passage names, and the probability of every evaluation of it."""

    actor: str
    p: tuple[float, ...]


class ActorCoder(BaseEstimator):  # type: ignore[misc]
    """Praise and blame of the actors that a passage names.

    A logistic regression for every evaluation, over the words left and right of an actor's names,
    those of the sentences they stand in, and where the lexicon's terms of evaluation stand. An
    actor that is described but not named is not found.

    Parameters
    ----------
    codebook : Codebook, optional
        By default the project's.
    lexicon : mapping, optional
        Terms by layer and code; its layer of evaluations is used.
    seed : int

    Attributes
    ----------
    tokens_ : fitted TfidfVectorizer
    heads_ : list of Head, one an evaluation
    """

    def __init__(
        self, codebook: Codebook | None = None, lexicon: Lexicon | None = None, seed: int = 0
    ) -> None:
        self.codebook = codebook
        self.lexicon = lexicon
        self.seed = seed

    @property
    def scheme(self) -> Codebook:
        """The codebook in use."""
        return self.codebook or load_codebook()

    def fit(self, passages: pl.DataFrame, codings: pl.DataFrame) -> Self:
        """Learn from coded passages with ``text``; those whose actors were not coded are left out.

        Raises
        ------
        ValueError
            If no passage with coded actors is there.
        """
        coded = codings.filter(pl.col("actors").is_not_null()).join(
            passages.select("passage", "text"), on="passage", how="inner", maintain_order="left"
        )
        if coded.is_empty():
            raise ValueError("found no passage with coded actors; expected some")
        document = coded["document"].rank("dense").to_list()
        codes = self._codes()
        bags, groups, given = [], [], []
        for text, actors, group in zip(coded["text"], coded["actors"], document, strict=True):
            evaluation_of = {one["actor"]: one["evaluation"] for one in actors}
            for actor, bag in _bags(text, codes):
                bags.append(bag)
                groups.append(group)
                given.append(evaluation_of.get(actor))
        self.tokens_ = TfidfVectorizer(analyzer=tuple, min_df=3, sublinear_tf=True)
        X = self.tokens_.fit_transform(bags)
        y = np.array(given, dtype=object)
        order = np.asarray(groups, dtype=np.int64)
        self.heads_ = []
        for evaluation in self.scheme.evaluation_codes:
            classifier = LogisticRegression(C=1.0, class_weight="balanced", max_iter=500)
            self.heads_.append(Head([classifier], self.seed).fit([X], y == evaluation, order))
        return self

    def probabilities(self, texts: Sequence[str]) -> list[list[Evaluated]]:
        """For every text the actors it names, with calibrated probabilities of evaluations."""
        codes = self._codes()
        found = [list(_bags(text, codes)) for text in texts]
        bags = [bag for own in found for _, bag in own]
        if not bags:
            return [[] for _ in texts]
        rows = iter(positive(self.heads_, [self.tokens_.transform(bags)]).tolist())
        return [[Evaluated(actor, tuple(next(rows))) for actor, _ in own] for own in found]

    def decide(
        self, evaluated: Iterable[Evaluated], targets: Sequence[str]
    ) -> list[dict[str, object]]:
        """Codings of actors: the evaluation that is furthest above its threshold, if one is.

        An evaluation is given all targets of the passage: in the codings by hand four of five
        targets of a passage belong to an evaluation in it.
        """
        codes = self.scheme.evaluation_codes
        thresholds = np.array([head.threshold_ for head in self.heads_])
        return [
            {
                "actor": one.actor,
                "evaluation": codes[int((np.array(one.p) / thresholds).argmax())],
                "targets": list(targets),
            }
            for one in evaluated
            if (np.array(one.p) >= thresholds).any()
        ]

    def _codes(self) -> Codes:
        layer = (self.lexicon or {}).get("evaluations", {})
        return _lookup(tuple((code, tuple(terms)) for code, terms in layer.items() if terms))


@lru_cache(maxsize=8)
def _lookup(layer: tuple[tuple[str, tuple[str, ...]], ...]) -> Codes:
    """The evaluations whose terms a word or a pair of words is; most words come again."""
    patterns = {code: term_pattern(list(terms)) for code, terms in layer}

    @lru_cache(maxsize=200_000)
    def codes(words: str) -> tuple[str, ...]:
        return tuple(code for code, pattern in patterns.items() if pattern.fullmatch(words))

    return codes


def _bags(text: str, codes: Codes) -> Iterator[tuple[str, list[str]]]:
    """Each actor of a text with its tokens."""
    found = find_mentions(text)
    if not found:
        return
    mentions: dict[str, list[Mention]] = defaultdict(list)
    for mention in found:
        mentions[mention.actor].append(mention)
    passage = _Words(text, found, codes)
    for actor, own in mentions.items():
        bag = passage.around(own, _kind(actor))
        bag += [f"actors={min(len(mentions), 5)}", f"names={min(len(own), 4)}"]
        yield actor, bag


_STATES = frozenset(states()["actor"])


def _kind(actor: str) -> str:
    return "state" if actor in _STATES else actor


class _Words:
    """The words of a text, every name of an actor as one sign; sentences; terms of evaluation."""

    def __init__(self, text: str, mentions: list[Mention], codes: Codes) -> None:
        bare = bare_letters(text)
        end_of = {mention.start: mention.end for mention in mentions}
        self.words, self.starts = [], []
        covered = 0
        for found in _WORD.finditer(bare):
            if found.start() < covered:
                continue
            covered = end_of.get(found.start(), 0)
            self.words.append(_NAME if covered else found.group())
            self.starts.append(found.start())
        breaks = [m.end() for m in _SENTENCE.finditer(bare)]
        self.sentences = [bisect_left(self.starts, at) for at in (0, *breaks)]
        self.sentences.append(len(self.words))
        self.terms: dict[str, list[int]] = {}
        for at, word in enumerate(self.words):
            pair = f"{word} {self.words[at + 1]}" if at + 1 < len(self.words) else word
            for code in codes(word) or codes(pair):
                self.terms.setdefault(code, []).append(at)

    def around(self, mentions: list[Mention], kind: str) -> list[str]:
        """Tokens for an actor named at some places."""
        bag = [f"kind={kind}"]
        bag += [f"{code}:text" for code, places in self.terms.items() for _ in places[:4]]
        for start, _, _ in mentions:
            first = bisect_left(self.starts, start)
            after = first + 1
            sentence = bisect_left(self.sentences, first + 1) - 1
            low, high = self.sentences[sentence], self.sentences[sentence + 1]
            left = self.words[max(low, first - _WINDOW) : first]
            right = self.words[after : min(high, after + _WINDOW)]
            bag += [f"L={word}" for word in left] + [f"R={word}" for word in right]
            bag += [f"S={word}" for word in self.words[low:high]]
            if left:
                bag += [f"L1={left[-1]}", f"L2={'_'.join(left[-2:])}"]
            if right:
                bag += [f"R1={right[0]}", f"R2={'_'.join(right[:2])}"]
            for code, places in self.terms.items():
                bag += _place([p for p in places if low <= p < high], first, code, kind)
        return bag


def _place(places: list[int], first: int, code: str, kind: str) -> list[str]:
    """Tokens for the nearest term of an evaluation in the sentence."""
    if not places:
        return []
    distance = min((p - first for p in places), key=abs)
    side = "R" if distance > 0 else "L"
    near = next((n for n in _NEAR if abs(distance) <= n), 99)
    return [f"{code}:sentence", f"{code}:{side}", f"{code}:{side}{near}", f"{code}:{kind}"]
