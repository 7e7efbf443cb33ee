"""Passages held without their text, found again in a copy of the document.

A coded passage of a real corpus ships as offsets and hashes. Where a user's copy is the same, the
offsets fit; where it differs (white space, quotation marks, line ends, another edition), the
passage is found by the hash of its words, or by those of its neighbours. What is not found is said
to be lost, never guessed.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from typing import Literal, NamedTuple

import polars as pl

from stance.corpus._records import text_hash

NEIGHBOURS = 6
"""Words before and after a passage that its context hashes cover."""

_TOLERANCE = 0.15
_WORD = re.compile(r"\w+")
_OPENING, _CLOSING = "\"“«‘'([", "\"”»’')].,;:!?…\u202f"

Status = Literal["exact", "moved", "edited", "lost"]


class Context(NamedTuple):
    """Hashes by which a passage is found again: of neighbouring words and of its own."""

    before: str
    after: str
    words: str
    n_words: int


class Anchor(NamedTuple):
    """Where a passage stands in a copy; -1 where it is lost."""

    start: int
    end: int
    status: Status


class _Words(NamedTuple):
    """The words of a text, plain, with their places."""

    words: list[str]
    starts: list[int]
    ends: list[int]


def _words(text: str) -> _Words:
    """Words in lower case without accents; hyphens and apostrophes part them."""
    found = list(_WORD.finditer(text))
    plain = [
        "".join(
            c
            for c in unicodedata.normalize("NFKD", m.group().lower())
            if not unicodedata.combining(c)
        )
        for m in found
    ]
    return _Words(plain, [m.start() for m in found], [m.end() for m in found])


def words_key(text: str) -> str:
    """Eight hexadecimal digits of the hash of a text's letters and digits.

    The same for texts that differ in white space, marks, case and accents only: ids made of it
    stay when the cleaning improves.
    """
    plain = text if text.isascii() else unicodedata.normalize("NFKD", text)
    letters = "".join(c for c in _WORD.findall(plain.lower()))
    return hashlib.sha256(letters.encode("utf-8")).hexdigest()[:8]


def _hash(words: list[str]) -> str:
    return hashlib.sha256(" ".join(words).encode("utf-8")).hexdigest()[:16]


def context(text: str, start: int, end: int) -> Context:
    """The context hashes of the passage from `start` to `end` of a cleaned document."""
    words, starts, ends = _words(text)
    first = sum(s < start for s in starts)
    last = sum(e <= end for e in ends)
    return Context(
        before=_hash(words[max(first - NEIGHBOURS, 0) : first]),
        after=_hash(words[last : last + NEIGHBOURS]),
        words=_hash(words[first:last]),
        n_words=last - first,
    )


def anchor(text: str, start: int, end: int, sha256: str, known: Context) -> Anchor:
    """Find a passage in a copy of its document.

    Parameters
    ----------
    text : str
        The copy, cleaned.
    start, end, sha256 : int, int, str
        Of the passage in the original.
    known : Context
        Its context in the original.

    Returns
    -------
    Anchor
        ``exact``: same offsets, same bytes. ``moved``: the same words elsewhere, or with other
        white space or marks. ``edited``: other words, between the same neighbours and about as
        many. ``lost``: none of these, or several places that nothing tells apart.
    """
    if text_hash(text[start:end]) == sha256:
        return Anchor(start, end, "exact")
    copy = _words(text)
    n = known.n_words
    same = [
        i for i in range(len(copy.words) - n + 1) if _hash(copy.words[i : i + n]) == known.words
    ]
    place = _choose(same, n, copy, known)
    if place is not None:
        return Anchor(*_stretch(text, copy, place, place + n), "moved")
    if same:
        return Anchor(-1, -1, "lost")
    return _between(text, copy, known)


def _choose(places: list[int], n: int, copy: _Words, known: Context) -> int | None:
    """The only place, or the only one with the right neighbours."""
    if len(places) == 1:
        return places[0]
    fitting = [
        i
        for i in places
        if known.before == _hash(copy.words[max(i - NEIGHBOURS, 0) : i])
        and known.after == _hash(copy.words[i + n : i + n + NEIGHBOURS])
    ]
    return fitting[0] if len(fitting) == 1 else None


def _between(text: str, copy: _Words, known: Context) -> Anchor:
    """The words between the neighbours, if these stand once and about as far apart as they did."""
    words, n = copy.words, known.n_words
    positions = range(len(words) + 1)
    firsts = [
        i for i in positions if i and _hash(words[max(i - NEIGHBOURS, 0) : i]) == known.before
    ]
    lasts = [
        i for i in positions if i < len(words) and _hash(words[i : i + NEIGHBOURS]) == known.after
    ]
    spans = [(i, j) for i in firsts for j in lasts if abs(j - i - n) <= _TOLERANCE * n]
    if len(spans) != 1:
        return Anchor(-1, -1, "lost")
    return Anchor(*_stretch(text, copy, *spans[0]), "edited")


def _stretch(text: str, copy: _Words, first: int, last: int) -> tuple[int, int]:
    """From the opening marks before the first word to the closing marks after the last."""
    start, end = copy.starts[first], copy.ends[last - 1]
    while start > 0 and text[start - 1] in _OPENING:
        start -= 1
    while end < len(text) and text[end] in _CLOSING:
        end += 1
    return start, end


def hydrate(passages: pl.DataFrame, documents: Mapping[str, str]) -> pl.DataFrame:
    """Give passages their text from a user's copy of the documents.

    Parameters
    ----------
    passages : DataFrame
        With ``document, start, end, sha256, before, after, words, n_words``.
    documents : mapping
        Cleaned texts by id.

    Returns
    -------
    DataFrame
        The passages with ``text``, ``start`` and ``end`` in the copy (null where lost) and a column
        ``status``: exact, moved, edited, lost, or missing where there is no such document.
    """
    rows: list[tuple[str | None, int | None, int | None, str]] = []
    for row in passages.iter_rows(named=True):
        text = documents.get(row["document"])
        if text is None:
            rows.append((None, None, None, "missing"))
            continue
        known = Context(row["before"], row["after"], row["words"], row["n_words"])
        found = anchor(text, row["start"], row["end"], row["sha256"], known)
        if found.status == "lost":
            rows.append((None, None, None, "lost"))
        else:
            rows.append((text[found.start : found.end], found.start, found.end, found.status))
    schema = {"text": pl.String, "start": pl.Int64, "end": pl.Int64, "status": pl.String}
    return passages.with_columns(pl.DataFrame(rows, schema=schema, orient="row"))
