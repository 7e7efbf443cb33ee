"""Documents cut into passages: at paragraphs, and long ones at sentences outside quotations."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

SEGMENTATION = 1
"""Version of the cutting."""

SHORTEST, AIM, LONGEST = 40, 110, 150
"""Words of a passage."""

Kind = Literal["passage", "heading", "boilerplate", "space"]

_ABBREVIATION = re.compile(
    r"(?:\b(?:M|MM|Mr|Mrs|Ms|Dr|Pr|Me|Mme|St|Ste|No|Nos|n|art|Art|vol|p|pp|cf|etc|ibid|"
    r"Gen|Col|Lt|Sgt|Prof|Hon|Rev|Sr|Jr|vs|av|apr|op|cit|approx)|\b[A-Z]|\b[A-Z]\.[A-Z])\.$"
)
_BOUNDARY = re.compile(r"(?<=[.!?…])[\"”’»)\]\u202f]*\s+(?=[\"“«‘(\[]?\s?[A-ZÀ-Þ0-9“«])")
_TERMINAL = re.compile(r"[.!?…:;,][\"”’»)\]\u202f ]*$")
_TEASER = re.compile(
    r"^(?:à lire aussi|a lire aussi|lire aussi|à écouter|a écouter|écouter|regarder|à regarder|"
    r"a ne (?:surtout )?pas (?:surtout )?(?:manquer|rater)|vous pourriez aussi|"
    r"sur le même (?:sujet|thème)|"
    r"read more|more on this|you may also|listen|watch|related|follow us|suivez|partager|share|"
    r"image source|getty images|crédit photo|copyright)\b",
    re.I,
)


class Span(NamedTuple):
    """A stretch of a document; spans tile it, joined they give it back."""

    start: int
    end: int
    kind: Kind


def segment(text: str) -> list[Span]:
    """Cut a cleaned document (one paragraph a line) into spans that tile it.

    Passages have `SHORTEST` to `LONGEST` words where paragraphs allow it: short paragraphs join the
    next one, long ones are cut at the ends of sentences, outside quotation marks if it can be.
    Lines of few words without an end mark are headings, calls to read or watch something else
    boilerplate; the line ends between are spaces.

    Returns
    -------
    list of Span
        In order, without gap or overlap, from 0 to ``len(text)``.
    """
    pieces = list(_pieces(text))
    spans: list[Span] = []
    position = 0
    for piece in pieces:
        if piece.start > position:
            spans.append(Span(position, piece.start, "space"))
        spans.append(piece)
        position = piece.end
    if position < len(text):
        spans.append(Span(position, len(text), "space"))
    return spans


def _pieces(text: str) -> Iterator[Span]:
    start = end = -1
    for line in re.finditer(r"[^\n]+", text):
        kind = _kind(line.group())
        if kind != "passage":
            if start >= 0:
                yield Span(start, end, "passage")
                start = -1
            yield Span(line.start(), line.end(), kind)
            continue
        joined = text[start : line.end()] if start >= 0 else line.group()
        if start >= 0 and len(joined.split()) > LONGEST:
            yield Span(start, end, "passage")
            start = -1
        if start < 0:
            start = line.start()
        end = line.end()
        if len(text[start:end].split()) >= SHORTEST:
            yield from _cut(text, start, end)
            start = -1
    if start >= 0:
        yield Span(start, end, "passage")


def _kind(line: str) -> Kind:
    if _TEASER.match(line.strip()) and len(line.split()) <= LONGEST:
        return "boilerplate"
    if len(line.split()) <= 12 and not _TERMINAL.search(line.strip()):
        return "heading"
    return "passage"


def sentence_ends(text: str) -> list[tuple[int, bool]]:
    """Where a sentence ends and another begins, and whether that is inside a quotation."""
    ends = []
    for match in _BOUNDARY.finditer(text):
        before = text[: match.end()].rstrip()
        if _ABBREVIATION.search(before[-12:]):
            continue
        opened = before.count("«") + before.count("“") - before.count("»") - before.count("”")
        ends.append((match.end(), opened > 0))
    return ends


def sentences(text: str, least: int = 40) -> list[str]:
    """The sentences of a text in order; one of fewer than `least` letters goes with the next."""
    edges = [0, *(end for end, _ in sentence_ends(text)), len(text)]
    found: list[str] = []
    start = 0
    for end in edges[1:]:
        if end - start >= least or (end == len(text) and not found):
            found.append(text[start:end].strip())
            start = end
    if start < len(text):
        found[-1] = f"{found[-1]} {text[start:].strip()}"
    return found


def _cut(text: str, start: int, end: int) -> Iterator[Span]:
    """A stretch as passages of about even length, cut where sentences end."""
    words = len(text[start:end].split())
    if words <= LONGEST:
        yield Span(start, end, "passage")
        return
    parts = max(2, round(words / AIM))
    places = [(start + at, quoted) for at, quoted in sentence_ends(text[start:end])]
    size = (end - start) / parts
    begin = start
    for k in range(1, parts):
        ideal = start + k * size
        near = [p for p in places if p[0] - begin > 0.45 * size and end - p[0] > 0.35 * size]
        if not near:
            break
        at = min(near, key=lambda p: abs(p[0] - ideal) + (0.5 * size if p[1] else 0))[0]
        stop = begin + len(text[begin:at].rstrip())
        yield Span(begin, stop, "passage")
        if at > stop:
            yield Span(stop, at, "space")
        begin = at
    yield Span(begin, end, "passage")
