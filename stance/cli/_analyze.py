"""``stance analyze``: an article passage by passage, and the words that decisions rest on."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from html import escape
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from stance.cli._common import CodebookOption, say, scheme

if TYPE_CHECKING:
    from rich.text import Text

    from stance.codebook import Codebook
    from stance.corpus import Span
    from stance.models import Fitted

_FIRST_WORDS = 12


class _Passage(NamedTuple):
    """A passage, its coding, evidence by code; places are code points of the cleaned article."""

    number: int
    start: int
    end: int
    text: str
    coding: dict[str, Any]
    evidence: dict[str, dict[str, Any]]

    def terms(self, code: str) -> list[dict[str, Any]]:
        """The terms that a code rests on; none where the model is no student."""
        return self.evidence[code]["terms"] if code in self.evidence else []

    def word(self, place: dict[str, Any]) -> str:
        """A stretch of the passage on one line."""
        start, end = place["start"] - self.start, place["end"] - self.start
        return " ".join(self.text[start:end].split())


def analyze(
    article: Annotated[
        Path,
        typer.Argument(
            metavar="ARTICLE",
            help="A .txt or .md file, UTF-8, or a saved web page, .html (needs the extra html).",
        ),
    ],
    json: Annotated[
        Path | None, typer.Option(help="Write a JSON object a passage to this file.")
    ] = None,
    html: Annotated[
        Path | None, typer.Option(help="Write the article with what was found as a web page.")
    ] = None,
    model: Annotated[
        str | None,
        typer.Option(help="student (the default), full (slow, no evidence), or a model folder."),
    ] = None,
    codebook: CodebookOption = None,
) -> None:
    """Read one article: its passages, what each of them says, and by which words.

    Of a web page the running text is read: no menus, teasers, captions, tables or comments.

    A word's number is what it adds to the logit of the code or takes from it, exactly.
    """
    from stance._faults import Fault, InputError
    from stance.corpus import dump_line, segment
    from stance.formats import read_article

    text = read_article(article)
    spans = segment(text)
    if not any(span.kind == "passage" for span in spans):
        raise InputError(Fault("", "no passage", "running text", file=str(article)))
    from stance.models import Student, load_coder, model_folder
    from stance.report import write_text

    coder = load_coder(model_folder(Student.name if model is None else model))
    if codebook is not None and scheme(codebook).hash != coder.scheme.hash:
        found = f"a model of codebook {coder.scheme.name!r}"
        raise InputError(Fault("--model", found, f"one of {scheme(codebook).name!r}"))
    if not isinstance(coder, Student):
        say(f"no evidence: {coder.coder} is not a student, the words' parts are not known")
    passages = _coded(coder, text, spans, article.stem)
    summary = _summary(article.name, passages, coder)
    if json is not None:
        write_text(json, "".join(dump_line(_record(passage)) for passage in passages))
    if html is not None:
        write_text(html, _page(article.name, summary, text, spans, passages, coder.scheme))
    _show(summary, passages, coder.scheme)


def _coded(coder: Fitted, text: str, spans: Sequence[Span], name: str) -> list[_Passage]:
    """The passages of a text, coded in one batch."""
    import polars as pl

    from stance.corpus import coding_dicts

    own = [span for span in spans if span.kind == "passage"]
    table = pl.DataFrame(
        {
            "passage": [f"{name}.{number}" for number in range(1, len(own) + 1)],
            "document": [name] * len(own),
            "text": [text[span.start : span.end] for span in own],
        }
    )
    codings = coding_dicts(coder.code(table), coder.scheme)
    passages = []
    for number, (span, coding) in enumerate(zip(own, codings, strict=True), 1):
        found = _evidence(coder, text, span, coding)
        said = text[span.start : span.end]
        passages.append(_Passage(number, span.start, span.end, said, coding, found))
    return passages


def _evidence(
    coder: Fitted, text: str, span: Span, coding: dict[str, Any]
) -> dict[str, dict[str, Any]]:
    """For every code of a passage the sentence that speaks for it most, and its terms."""
    from stance.models import Student, evidence, evidence_sentence

    found: dict[str, dict[str, Any]] = {}
    if not isinstance(coder, Student):
        return found
    passage = text[span.start : span.end]
    for code in _given(coding):
        terms = evidence(coder, passage, code).to_dicts()
        for term in terms:
            term["start"] += span.start
            term["end"] += span.start
            term["contribution"] = round(term["contribution"], 6)
        sentence = evidence_sentence(coder, passage, code)
        place = {"start": span.start + sentence.start, "end": span.start + sentence.end}
        found[code] = {"sentence": place, "terms": terms}
    return found


def _given(coding: dict[str, Any]) -> Iterator[str]:
    """The codes of a coding."""
    for target, stance in coding["stance"].items():
        yield target
        yield f"{target}:{stance}"
        yield from (f"{target}/{facet}" for facet in coding["facets"][target])
    yield from coding["frames"]


def _record(passage: _Passage) -> dict[str, Any]:
    """A passage as a line of JSON."""
    coding = dict(passage.coding)
    place = {"start": passage.start, "end": passage.end, "text": passage.text}
    return {"id": coding.pop("passage"), **coding, **place, "evidence": passage.evidence}


def _summary(name: str, passages: Sequence[_Passage], coder: Fitted) -> str:
    found = [target for passage in passages for target in passage.coding["stance"]]
    book = coder.scheme
    counts = ", ".join(f"{book.label(t)} in {found.count(t)}" for t in book.target_codes)
    number = f"{len(passages)} passage{'s' if len(passages) > 1 else ''}"
    return f"{name}: {number}; {counts} ({coder.coder})"


class _Finding(NamedTuple):
    """What is said of a target of a passage, in the words of the codebook."""

    target: str
    name: str
    stance: str
    p: float
    p_stance: float
    facets: str
    words: list[tuple[str, float]]
    """Words as they stand in the passage, with contributions."""


def _findings(passage: _Passage, book: Codebook) -> Iterator[_Finding]:
    coding = passage.coding
    for target, stance in coding["stance"].items():
        yield _Finding(
            target,
            book.label(target),
            book.label(stance),
            coding["p"]["target"][target],
            coding["p"]["stance"][target][stance],
            ", ".join(book.label(facet) for facet in coding["facets"][target]),
            [(passage.word(term), term["contribution"]) for term in passage.terms(target)],
        )


def _frames(passage: _Passage, book: Codebook) -> str:
    p = passage.coding["p"]["frame"]
    return ", ".join(f"{book.label(frame)} {p[frame]:.2f}" for frame in passage.coding["frames"])


def _actors(passage: _Passage, book: Codebook) -> str:
    """Actors and how they are judged; states by name."""
    from stance.actors import states

    name = {
        actor: f"{names[0]} ({actor})"
        for actor, names in states().select("actor", "en").iter_rows()
    }
    return ", ".join(
        f"{name.get(one['actor'], one['actor'])}: {book.label(one['evaluation'])}"
        for one in passage.coding.get("actors") or ()
    )


def _signed(number: float) -> str:
    return f"{number:+.2f}".replace("-", "\N{MINUS SIGN}")


def _show(summary: str, passages: Sequence[_Passage], book: Codebook) -> None:
    """What was found, on the terminal."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(width=None if sys.stdout.isatty() else 140, highlight=False)
    console.print(Text(summary, style="bold"))
    view = Table.grid(padding=(0, 2, 0, 0))
    view.add_column(justify="right", style="bold")
    view.add_column()
    for passage in passages:
        first = passage.text.split()
        mark = " …" if len(first) > _FIRST_WORDS else ""
        said = " ".join(first[:_FIRST_WORDS]) + mark
        view.add_row()
        view.add_row(str(passage.number), Text(said, style="italic"))
        for line in _lines(passage, book):
            view.add_row("", line)
    console.print(view)


def _lines(passage: _Passage, book: Codebook) -> Iterator[Text]:
    from rich.text import Text

    for one in _findings(passage, book):
        yield Text.assemble(
            (f"{one.name} {one.p:.2f}", "bold"),
            f" · {one.stance} {one.p_stance:.2f}",
            f" · {one.facets}" if one.facets else "",
        )
        if one.words:
            said = ", ".join(f"{word} {_signed(part)}" for word, part in one.words)
            yield Text(f"  words: {said}", style="dim")
    for title, said in (("frames", _frames(passage, book)), ("actors", _actors(passage, book))):
        if said:
            yield Text(f"{title}: {said}")


_STYLE = """
:root { color-scheme: light dark; --paper: #fff; --ink: #222; --quiet: #666; --rule: #d5d5d5;
  --c0: #12436d; --c1: #b04f12; --c2: #2d7a50; --c3: #7b4a90; }
@media (prefers-color-scheme: dark) { :root { --paper: #17191c; --ink: #e4e4e2; --quiet: #a3a3a0;
  --rule: #44474c; --c0: #86b9e8; --c1: #f0a36b; --c2: #83cfa3; --c3: #cda6de; } }
body { font: 17px/1.6 Georgia, "Times New Roman", serif; color: var(--ink);
  background: var(--paper); max-width: 46rem; margin: 2.5rem auto; padding: 0 1.2rem; }
h1 { font-size: 1.6rem; line-height: 1.2; overflow-wrap: anywhere; }
h2 { font-size: 1.2rem; margin: 2rem 0 0.6rem; }
p { margin: 0 0 0.8rem; }
.summary, aside, .number { color: var(--quiet); }
aside, .codes, .number, table { font-family: system-ui, sans-serif; }
aside { margin: 0 0 0.8rem; font-size: 0.85rem; }
.passage { border-left: 4px solid var(--rule); padding-left: 0.9rem; margin: 0 0 1.1rem; }
.number { font-size: 0.75rem; margin-right: 0.5rem; }
.codes { font-size: 0.8rem; margin: 0 0 0.2rem; }
.codes b { border: 1px solid; border-radius: 3px; padding: 0.05rem 0.4rem; margin-right: 0.4rem;
  font-weight: 600; display: inline-block; }
.t0 { --own: var(--c0); --line: solid; } .t1 { --own: var(--c1); --line: dashed; }
.t2 { --own: var(--c2); --line: double; } .t3 { --own: var(--c3); --line: dotted; }
.passage.t0, .passage.t1, .passage.t2, .passage.t3 { border-color: var(--own); }
b.t0, b.t1, b.t2, b.t3 { color: var(--own); }
u { text-decoration: underline 2px var(--own); text-decoration-style: var(--line);
  text-underline-offset: 3px; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-size: 0.82rem; line-height: 1.4; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: 0.35rem 0.7rem 0.35rem 0;
  border-bottom: 1px solid var(--rule); }
a { color: inherit; }
q { font-style: italic; }
@media print { body { max-width: none; font-size: 10.5pt; } .passage { break-inside: avoid; } }
"""
_COLUMNS = ("Passage", "Target", "Stance", "Facets", "Frames", "Actors", "Evidence")


def _page(
    name: str,
    summary: str,
    text: str,
    spans: Sequence[Span],
    passages: Sequence[_Passage],
    book: Codebook,
) -> str:
    """The article as one web page that needs no other file and runs nothing."""
    passage_at = {passage.start: passage for passage in passages}
    parts: list[str] = []
    for span in spans:
        said = escape(text[span.start : span.end])
        if span.kind == "passage":
            parts.append(_block(passage_at[span.start], book))
        elif span.kind != "space":
            parts.append(f"<h2>{said}</h2>" if span.kind == "heading" else f"<aside>{said}</aside>")
    body = "\n".join(parts)
    head = "".join(f'<th scope="col">{title}</th>' for title in _COLUMNS)
    rows = "\n".join(row for passage in passages for row in _rows(passage, book))
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(name)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        f'<h1>{escape(name)}</h1>\n<p class="summary">{escape(summary)}</p>\n'
        f'<article lang="">\n{body}\n</article>\n<h2>Passages</h2>\n'
        f'<div class="wide"><table>\n<thead><tr>{head}</tr></thead>\n'
        f"<tbody>\n{rows}\n</tbody>\n</table></div>\n"
        '<p class="summary">Underlined: words, word pairs and terms that speak for a target of '
        "their passage, where they first stand. Their numbers are what they add to its logit.</p>\n"
        "</body>\n</html>\n"
    )


def _block(passage: _Passage, book: Codebook) -> str:
    """A passage, its targets named before it, its evidence underlined."""
    codes, colours, marks = "", [], []
    for one in _findings(passage, book):
        colours.append(_colour(one.target, book))
        said = escape(f"{one.name} {one.p:.2f} · {one.stance} {one.p_stance:.2f}")
        codes += f'<b class="{colours[-1]}">{said}</b>'
        marks += [
            (term["start"] - passage.start, term["end"] - passage.start, one.target, part)
            for term in passage.terms(one.target)
            if (part := term["contribution"]) > 0
        ]
    classes = " ".join(["passage", *colours[:1]])
    marks.sort(key=lambda mark: -mark[3])
    return (
        f'<div class="{classes}" id="p{passage.number}"><p class="codes">'
        f'<span class="number">{passage.number}</span>{codes}</p>\n'
        f"<p>{_underlined(passage.text, marks, book)}</p></div>"
    )


def _underlined(text: str, marks: Sequence[tuple[int, int, str, float]], book: Codebook) -> str:
    """A text in HTML, with marks that may overlap, the first seen; a line end ends a paragraph."""
    breaks = {at for at, char in enumerate(text) if char == "\n"}
    cuts = {0, len(text), *breaks, *(at + 1 for at in breaks)}
    cuts |= {at for mark in marks for at in mark[:2]}
    out = ""
    for start, end in pairwise(sorted(cuts)):
        own = [mark for mark in marks if mark[0] <= start and end <= mark[1]]
        said = "</p>\n<p>" if start in breaks else escape(text[start:end])
        if own and start not in breaks:
            title = "; ".join(
                f"{book.label(target)}: {' '.join(text[a:b].split())} {_signed(part)}"
                for a, b, target, part in own
            )
            said = f'<u class="{_colour(own[0][2], book)}" title="{escape(title)}">{said}</u>'
        out += said
    return out


def _colour(target: str, book: Codebook) -> str:
    return f"t{book.target_codes.index(target) % 4}"


def _rows(passage: _Passage, book: Codebook) -> Iterator[str]:
    """The rows of a passage in the table: one a target, or one alone."""
    number = f'<a href="#p{passage.number}">{passage.number}</a>'
    rest = [escape(_frames(passage, book)), escape(_actors(passage, book))]
    findings = list(_findings(passage, book))
    for one in findings:
        words = escape(", ".join(f"{word} {_signed(part)}" for word, part in one.words))
        if one.words:
            said = passage.word(passage.evidence[one.target]["sentence"])
            words += f"<br><q>{escape(said)}</q>"
        target, stance = f"{one.name} {one.p:.2f}", f"{one.stance} {one.p_stance:.2f}"
        yield _row([number, escape(target), escape(stance), escape(one.facets), *rest, words])
        rest = ["", ""]
    if not findings:
        yield _row([number, "", "", "", *rest, ""])


def _row(cells: Sequence[str]) -> str:
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"
