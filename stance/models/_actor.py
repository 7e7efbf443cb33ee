"""Actors praised or blamed: the actors a passage names, each judged by the words around its names.

Names themselves are not looked at, only the kind of actor: a state is a state, whichever it is, so
that a model learns what is said of actors and not whom the training passages happened to blame.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property, lru_cache
from typing import NamedTuple, Self

import numpy as np
import polars as pl
from sklearn.base import BaseEstimator
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from stance.actors import states
from stance.codebook import Codebook, load_codebook
from stance.models._head import Head
from stance.models._terms import Lexicon, term_pattern
from stance.voices import Mention, bare_letters, find_mentions

_WORD = re.compile(r"\w+")
_SENTENCE = re.compile(r"(?<=[.!?;:])\s+|\n")
_WINDOW = 8
_NEAR = (1, 3, 6, 12)


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
        bags, groups, given = [], [], []
        for text, actors, group in zip(coded["text"], coded["actors"], document, strict=True):
            evaluation_of = {one["actor"]: one["evaluation"] for one in actors}
            for actor, bag in self._bags(text):
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
        found = [list(self._bags(text)) for text in texts]
        bags = [bag for own in found for _, bag in own]
        if not bags:
            return [[] for _ in texts]
        X = self.tokens_.transform(bags)
        p = np.stack([head.predict_proba([X])[:, -1] for head in self.heads_], axis=1)
        rows = iter(p.tolist())
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

    def _bags(self, text: str) -> Iterator[tuple[str, list[str]]]:
        """Each actor of a text with its tokens."""
        mentions: dict[str, list[Mention]] = defaultdict(list)
        for mention in find_mentions(text):
            mentions[mention.actor].append(mention)
        if not mentions:
            return
        passage = _Words(text, self._codes)
        for actor, own in mentions.items():
            bag = passage.around(own, _kind(actor))
            bag += [f"actors={min(len(mentions), 5)}", f"names={min(len(own), 4)}"]
            yield actor, bag

    @cached_property
    def _codes(self) -> Callable[[str], tuple[str, ...]]:
        """The evaluations whose terms a word or a pair of words is; most words come again."""
        layer = (self.lexicon or {}).get("evaluations", {})
        patterns = {code: term_pattern(terms) for code, terms in layer.items() if terms}

        @lru_cache(maxsize=200_000)
        def codes(words: str) -> tuple[str, ...]:
            return tuple(code for code, p in patterns.items() if p.fullmatch(words))

        return codes


_STATES = frozenset(states()["actor"])


def _kind(actor: str) -> str:
    return "state" if actor in _STATES else actor


class _Words:
    """The words of a text, its sentences, and where terms of evaluation stand."""

    def __init__(self, text: str, codes: Callable[[str], tuple[str, ...]]) -> None:
        bare = bare_letters(text)
        found = list(_WORD.finditer(bare))
        self.words = [m.group() for m in found]
        self.starts = [m.start() for m in found]
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
        for start, end, _ in mentions:
            first, after = bisect_left(self.starts, start), bisect_left(self.starts, end)
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
