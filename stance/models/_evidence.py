"""Evidence: the words of a text that speak for a code of it, each with its exact part in the logit.

The student is linear in words and word pairs, so nothing has to be approximated: a term's tf-idf
value times its weight, times the slope of the calibration, is what it adds to the logit. What is
left is the code's intercept, the same for every text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import polars as pl

from stance._faults import Fault, InputError
from stance.codebook import Codebook
from stance.corpus._segment import sentence_ends
from stance.models._features import plain
from stance.models._student import Student

_EVIDENCE = {"term": pl.String, "start": pl.Int64, "end": pl.Int64, "contribution": pl.Float64}

Place = tuple[int, int]


class Sentence(NamedTuple):
    """A sentence of a text, from code point `start` to `end`, and what its terms contribute."""

    start: int
    end: int
    contribution: float


def evidence(student: Student, text: str, code: str, *, most: int | None = 8) -> pl.DataFrame:
    """What the words and word pairs of a text contribute to the student's logit of a code.

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
        ``term`` (as the student reads it, without accents), ``start``, ``end`` (code points of its
        first occurrence in `text`), ``contribution``, the largest in absolute value first. The
        words of a pair may have a word of one letter between them, which the student does not read.

    Raises
    ------
    InputError
        If the codebook has no such code.
    """
    places = _places(student.terms_, text)
    parts = _contributions(student, text, code, places)
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
    places = _places(student.terms_, text)
    starts = [0, *(at for at, _ in sentence_ends(text))]
    sums = [0.0] * len(starts)
    for term, part in _contributions(student, text, code, places).items():
        for start, _ in places[term]:
            sums[bisect_right(starts, start) - 1] += part / len(places[term])
    best = max(range(len(sums)), key=sums.__getitem__)
    start, after = starts[best], [*starts[1:], len(text)][best]
    return Sentence(start, start + len(text[start:after].rstrip()), sums[best])


def _contributions(
    student: Student, text: str, code: str, places: dict[str, list[Place]]
) -> dict[str, float]:
    """By term, in the order of the text: its part of the linear score, times the slope.

    A term's part is its tf-idf value times its weight, and its share of the lexicon's: the terms of
    a code of the lexicon that stand in the text have equal parts in what their number counts for.
    """
    column = _column(student.scheme, code)
    of_terms, of_lexicon = student.features([text])
    terms, members = of_terms.tocoo(), student.members_
    weights = student.weights_[:, column].astype(np.float64)
    part_of = dict(zip(terms.col.tolist(), (terms.data * weights[terms.col]).tolist(), strict=True))
    own = members[list(part_of)]
    times = np.array([len(places[name]) for name in _names(student, part_of)])
    counted = np.asarray(own.T @ times).ravel()
    worth = of_lexicon.toarray()[0] * weights[members.shape[0] :] / np.maximum(counted, 1)
    shares = (own @ worth) * times
    vocabulary = student.terms_.vocabulary_
    slope = student.scales_[column, 0]
    total = {
        index: slope * (part + share)
        for (index, part), share in zip(part_of.items(), shares.tolist(), strict=True)
    }
    return {term: total[vocabulary[term]] for term in places if term in vocabulary}


def _names(student: Student, indices: Iterable[int]) -> list[str]:
    names = student.terms_.get_feature_names_out()
    return [str(names[i]) for i in indices]


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


def _places(terms: Any, text: str) -> dict[str, list[Place]]:
    """Every word and run of words of a text that a vectorizer counts, with its places."""
    words = list(_words(text, terms.token_pattern))
    shortest, longest = terms.ngram_range
    places: dict[str, list[Place]] = {}
    for size in range(shortest, longest + 1):
        for at in range(len(words) - size + 1):
            run = words[at : at + size]
            term = " ".join(word for word, _, _ in run)
            places.setdefault(term, []).append((run[0][1], run[-1][2]))
    return places


def _words(text: str, pattern: str) -> list[tuple[str, int, int]]:
    """The words of a text as `plain` has them, and where they stand in the text itself."""
    bare, origin = _letters(text)
    return [
        # Accents that follow the last letter as code points of their own belong to the word.
        (
            found.group(),
            origin[found.start()],
            max(origin[found.end() - 1] + 1, origin[found.end()]),
        )
        for found in re.finditer(pattern, bare)
    ]


def _letters(text: str) -> tuple[str, list[int]]:
    """A text as `plain` has it, spaces not folded, and the place of every letter of it."""
    lower = text.lower()
    letters: list[str] = []
    origin: list[int] = []
    at = 0
    for place, char in enumerate(text):
        after = at + len(char.lower())
        letters.append(_plain_letter(lower[at:after]))
        origin += [place] * len(letters[-1])
        at = after
    return "".join(letters), [*origin, len(text)]


@lru_cache(maxsize=4096)
def _plain_letter(letter: str) -> str:
    """What `plain` makes of a letter within a text: nothing, one letter or several, or a space."""
    return plain(f"x{letter}x")[1:-1]
