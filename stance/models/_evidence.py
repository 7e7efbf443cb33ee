"""Evidence: the words of a text that speak for a code of it, each with its exact part in the logit.

The student is linear in what it counts, so nothing has to be approximated: a feature's value times
its weight, times the slope of the calibration, is what it adds to the logit. What is left is the
code's intercept, the same for every text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import polars as pl

from stance._faults import Fault, InputError
from stance.codebook import Codebook
from stance.corpus import sentence_ends
from stance.models._counts import letters_of
from stance.models._features import plain
from stance.models._student import Student
from stance.models._terms import lexicon_patterns

_EVIDENCE = {"term": pl.String, "start": pl.Int64, "end": pl.Int64, "contribution": pl.Float64}

Place = tuple[int, int]
Word = tuple[str, int, int]


class Sentence(NamedTuple):
    """A sentence of a text, from code point `start` to `end`, and what its terms contribute."""

    start: int
    end: int
    contribution: float


def evidence(student: Student, text: str, code: str, *, most: int | None = 8) -> pl.DataFrame:
    """What the words, word pairs and terms of a text contribute to the student's logit of a code.

    All contributions and the code's intercept (``scales_[k, 0] * intercepts_[k] + scales_[k, 1]``)
    add up to the logit. A stance's logit is that before stances are brought to a sum of one.

    Parameters
    ----------
    student : Student
    text : str
    code : str
        ``target``, ``target:stance``, ``target/facet`` or ``frame``.
    most : int, optional
        The largest number of terms; None: all that the student knows.

    Returns
    -------
    DataFrame
        ``term`` (a word, a pair of words or a term of the lexicon, as the student reads it, without
        accents), ``start``, ``end`` (code points of its first occurrence in `text`),
        ``contribution``, the largest in absolute value first. The words of a pair may have a word
        of one letter between them, which the student does not read.

    Raises
    ------
    InputError
        If the codebook has no such code.
    """
    places, parts = _contributions(student, text, code)
    rows = [(term, *places[term][0], part) for term, part in parts.items()]
    table = pl.DataFrame(rows, schema=_EVIDENCE, orient="row").sort(
        pl.col("contribution").abs(), "start", "end", descending=[True, False, False]
    )
    return table if most is None else table.head(most)


def evidence_sentence(student: Student, text: str, code: str) -> Sentence:
    """The sentence whose terms contribute most to the student's logit of a code.

    A term that occurs several times contributes in equal parts where it occurs, a pair of words in
    the sentence where it begins: the sentences' contributions add up to those of the text.

    Raises
    ------
    InputError
        If the codebook has no such code.
    """
    places, parts = _contributions(student, text, code)
    starts = [0, *(at for at, _ in sentence_ends(text))]
    sums = [0.0] * len(starts)
    for term, part in parts.items():
        for start, _ in places[term]:
            sums[bisect_right(starts, start) - 1] += part / len(places[term])
    best = max(range(len(sums)), key=sums.__getitem__)
    start, after = starts[best], [*starts[1:], len(text)][best]
    return Sentence(start, start + len(text[start:after].rstrip()), sums[best])


def _contributions(
    student: Student, text: str, code: str
) -> tuple[dict[str, list[Place]], dict[str, float]]:
    """Places of the terms of a text, and by term its part of the linear score, times the slope.

    Three kinds of features have parts: words and word pairs their tf-idf value times its weight;
    runs of letters the same, shared by the words in which they stand; and counts of the lexicon's
    terms, shared by the terms found.
    """
    weights = student.weights_[:, _column(student.scheme, code)].astype(np.float64)
    of_terms, of_letters, of_lexicon = student.features([text])
    bare, origin = _letters(text)
    words = list(_words(bare, origin))
    places = _places(words)
    parts: defaultdict[str, float] = defaultdict(float)
    names = student.terms_.get_feature_names_out()
    for column, value in zip(of_terms.indices, of_terms.data, strict=True):
        parts[str(names[column])] += value * weights[column]
    first = len(names)
    runs_of = letters_of(student.letters_)
    worth = dict(zip(of_letters.indices, of_letters.data, strict=True))
    times = Counter(run for word, _, _ in words for run in runs_of(word))
    for word, _, _ in words:
        for run in runs_of(word):
            parts[word] += worth[run] * weights[first + run] / times[run]
    first += of_letters.shape[1]
    patterns = lexicon_patterns(student.counts_.lexicon)
    for row, pattern in enumerate(patterns):
        found = list(pattern.finditer(bare))
        for one in found:
            if one.group() not in places:
                places[one.group()] = [(origin[one.start()], _end(origin, one.end()))]
            parts[one.group()] += of_lexicon[0, row] * weights[first + row] / len(found)
    slope = student.scales_[_column(student.scheme, code), 0]
    return places, {term: slope * parts[term] for term in places if term in parts}


def _column(book: Codebook, code: str) -> int:
    """The output of a code; outputs are in the order of `probability_columns`."""
    codes = [
        *book.target_codes,
        *(f"{target}:{stance}" for target in book.target_codes for stance in book.stance_codes),
        *(f"{target}/{facet}" for target, facet in book.facet_codes),
        *book.frame_codes,
    ]
    if code in codes:
        return codes.index(code)
    known = ", ".join((*book.target_codes, *book.frame_codes))
    expected = f"one of {known}, or target:stance, target/facet"
    raise InputError(Fault("code", f'"{code}"', expected, "See 'stance codebook'."))


def _places(words: list[Word]) -> dict[str, list[Place]]:
    """Every word of a text, and every pair of words of two letters or more, with its places."""
    places: dict[str, list[Place]] = {}
    for word, start, end in words:
        places.setdefault(word, []).append((start, end))
    for one, other in pairwise(word for word in words if len(word[0]) > 1):
        places.setdefault(f"{one[0]} {other[0]}", []).append((one[1], other[2]))
    return places


def _words(bare: str, origin: list[int]) -> Iterator[Word]:
    """The words of a text that is read as `bare`, and where they stand in the text itself."""
    for found in re.finditer(r"\w+", bare):
        yield found.group(), origin[found.start()], _end(origin, found.end())


def _end(origin: list[int], end: int) -> int:
    """Where what is read up to `end` ends in the text; accents that follow belong to it."""
    return max(origin[end - 1] + 1, origin[end]) if end < len(origin) - 1 else origin[end]


def _letters(text: str) -> tuple[str, list[int]]:
    """A text as `plain` has it, and the place of every letter of it."""
    lower = text.lower()
    letters: list[str] = []
    origin: list[int] = []
    at = 0
    for place, char in enumerate(text):
        after = at + len(char.lower())
        letter = _plain_letter(lower[at:after])
        at = after
        if letter == " " and (not letters or letters[-1] == " "):
            continue
        letters.append(letter)
        origin += [place] * len(letter)
    return "".join(letters), [*origin, len(text)]


@lru_cache(maxsize=4096)
def _plain_letter(letter: str) -> str:
    """What `plain` makes of a letter within a text: nothing, one letter or several, or a space."""
    return plain(f"x{letter}x")[1:-1]
