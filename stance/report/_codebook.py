"""The codebook for readers: plain text, a coders' handbook, instructions for a language model."""

from __future__ import annotations

import html
from collections.abc import Iterator

from stance.codebook import Code, Codebook, Target

_WORDS = {
    "fr": {
        "Targets": "Cibles",
        "Stances": "Positions",
        "Frames": "Cadres",
        "Actors": "Acteurs",
        "Boundary rules": "Règles de bornage",
        "Procedure": "Démarche",
        "Proposition": "Proposition",
        "Count": "Compte",
        "Do not count": "Ne compte pas",
        "Facets": "Facettes",
        "positive": "oui",
        "negative": "non",
        "borderline": "limite",
        "Version": "Version",
        "Contents": "Sommaire",
    }
}


def _say(word: str, lang: str) -> str:
    return _WORDS.get(lang, {}).get(word, word)


def _in(text: dict[str, str], lang: str) -> str:
    return text.get(lang, "") or next(iter(text.values()), "")


def _layers(book: Codebook) -> Iterator[tuple[str, tuple[Code, ...]]]:
    yield "Targets", book.targets
    yield "Stances", book.stances
    yield "Frames", book.frames
    yield "Actors", book.evaluations


def codebook_text(book: Codebook, lang: str | None = None) -> str:
    """The whole codebook as plain text, in one of its languages."""
    lang = lang or book.languages[0]
    lines = [
        _in(book.title, lang),
        f"{_say('Version', lang)} {book.version}",
        "",
        _in(book.unit, lang),
    ]
    for title, codes in _layers(book):
        lines += ["", _say(title, lang).upper()]
        for code in codes:
            lines += ["", *_code_lines(code, lang, "")]
            for facet in getattr(code, "facets", ()):
                lines += _code_lines(facet, lang, "    ")
    if book.rules:
        lines += ["", _say("Boundary rules", lang).upper()]
        for number, rule in enumerate(book.rules, 1):
            lines.append(f"{number:2}. {_in(rule.name, lang)}: {_in(rule.text, lang)}")
    if book.procedure:
        lines += ["", _say("Procedure", lang).upper()]
        lines += [f"{n:2}. {_in(step, lang)}" for n, step in enumerate(book.procedure, 1)]
    return "\n".join(lines) + "\n"


def _code_lines(code: Code, lang: str, indent: str) -> list[str]:
    lines = [
        f"{indent}{code.code} ({_in(code.name, lang)})",
        f"{indent}  {_in(code.definition, lang)}",
    ]
    if isinstance(code, Target):
        lines.append(f"{indent}  {_say('Proposition', lang)}: {_in(code.proposition, lang)}")
    for title, text in (("Count", code.include), ("Do not count", code.exclude)):
        if text:
            lines.append(f"{indent}  {_say(title, lang)}: {_in(text, lang)}")
    for example in code.examples:
        kind = _say(example.kind, lang)
        lines.append(f"{indent}  [{kind}] {_in(example.text, lang)} ({_in(example.why, lang)})")
    return lines


_STYLE = """
:root { --ink: #222; --rule: #d5d5d5; --accent: #12436d; --warm: #c9601b; }
body { font: 16px/1.55 Georgia, "Times New Roman", serif; color: var(--ink);
  max-width: 46rem; margin: 2.5rem auto; padding: 0 1.2rem; }
h1 { font-size: 1.9rem; line-height: 1.2; }
h2 { margin-top: 3rem; border-bottom: 2px solid var(--accent); }
h3 { margin-top: 2rem; }
h4 { margin: 1.3rem 0 0.2rem; }
code { font: 0.85em ui-monospace, Menlo, monospace; color: var(--accent); }
.proposition { border-left: 3px solid var(--accent); padding-left: 0.9rem; font-style: italic; }
.facet { margin-left: 1.4rem; }
dl { display: grid; grid-template-columns: 7.5rem 1fr; gap: 0.25rem 0.9rem; }
dt { font-weight: bold; }
dd { margin: 0; }
ul.examples { list-style: none; padding: 0; }
ul.examples li { margin: 0.45rem 0; padding-left: 5.2rem; position: relative; }
.kind { position: absolute; left: 0; font: bold 0.72rem sans-serif; padding: 0.12rem 0.4rem;
  border: 1px solid var(--rule); border-radius: 3px; }
.positive { color: var(--accent); }
.negative { color: var(--warm); }
.why { color: #666; font-size: 0.9em; }
nav a { margin-right: 0.9rem; }
@media print { body { max-width: none; font-size: 10.5pt; } h3, h4, li { break-inside: avoid; } }
"""


def handbook(book: Codebook, lang: str | None = None) -> str:
    """The coders' handbook as one web page without outside files; in every language by default."""
    languages = [lang] if lang else list(book.languages)
    parts = [_handbook_part(book, one) for one in languages]
    links = (
        "".join(f'<a href="#{one}">{one}</a>' for one in languages) if len(languages) > 1 else ""
    )
    title = html.escape(_in(book.title, languages[0]))
    return (
        f'<!DOCTYPE html>\n<html lang="{languages[0]}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<nav>{links}</nav>\n"
        + "\n".join(parts)
        + "\n</body>\n</html>\n"
    )


def _handbook_part(book: Codebook, lang: str) -> str:
    out = [f'<section id="{lang}" lang="{lang}">', _tag("h1", _in(book.title, lang))]
    out.append(_tag("p", f"{_say('Version', lang)} {book.version}"))
    out.append(_tag("p", _in(book.unit, lang)))
    for title, codes in _layers(book):
        out.append(_tag("h2", _say(title, lang)))
        for code in codes:
            out += _code_html(code, lang, "h3", "code")
            for facet in getattr(code, "facets", ()):
                out += _code_html(facet, lang, "h4", "facet")
    for title, texts in (
        ("Boundary rules", [f"{_in(r.name, lang)}. {_in(r.text, lang)}" for r in book.rules]),
        ("Procedure", [_in(step, lang) for step in book.procedure]),
    ):
        if texts:
            items = "".join(_tag("li", text) for text in texts)
            out += [_tag("h2", _say(title, lang)), f"<ol>{items}</ol>"]
    return "\n".join([*out, "</section>"])


def _tag(name: str, text: str) -> str:
    return f"<{name}>{html.escape(text, quote=False)}</{name}>"


def _code_html(code: Code, lang: str, heading: str, kind: str) -> Iterator[str]:
    name = html.escape(_in(code.name, lang), quote=False)
    yield f'<div class="{kind}"><{heading}>{name} <code>{code.code}</code></{heading}>'
    if isinstance(code, Target):
        yield f'<p class="proposition">{html.escape(_in(code.proposition, lang), quote=False)}</p>'
    yield _tag("p", _in(code.definition, lang))
    rows = [("Count", code.include), ("Do not count", code.exclude)]
    told = [_tag("dt", _say(k, lang)) + _tag("dd", _in(text, lang)) for k, text in rows if text]
    if told:
        yield f"<dl>{''.join(told)}</dl>"
    if code.examples:
        items = (
            f'<li><span class="kind {e.kind}">{_say(e.kind, lang)}</span>'
            f"{html.escape(_in(e.text, lang), quote=False)} "
            f'<span class="why">{html.escape(_in(e.why, lang), quote=False)}</span></li>'
            for e in code.examples
        )
        yield f'<ul class="examples">{"".join(items)}</ul>'
    yield "</div>"


def codebook_prompt(book: Codebook, lang: str | None = None) -> str:
    """The codebook as instructions for a language-model coder.

    Its answers, one JSON object a passage, are read like any other file of codings.
    """
    facets = {t.code: [facet.code for facet in t.facets] for t in book.targets}
    stances, frames = ", ".join(book.stance_codes), ", ".join(book.frame_codes)
    lists = "\n".join(f"  {target}: {', '.join(names)}" for target, names in facets.items())
    return (
        "You are a coder. Read each passage alone and code it under the codebook below. Judge by "
        "reading; do not use word lists, and do not infer from who speaks.\n\n"
        "Answer with one JSON object a passage and line, nothing else:\n"
        '{"passage": "<id>", "coder": "<your name>", "codebook": '
        f"{book.version}, "
        '"stance": {"<target>": "<stance>"}, "facets": {"<target>": ["<facet>"]}, '
        '"frames": ["<frame>"], "actors": [{"actor": "<code>", "evaluation": '
        f'"<{"|".join(book.evaluation_codes)}>", "targets": ["<target>"]}}]}}\n\n'
        f"Targets and their facets (an absent target is an absent key):\n{lists}\n"
        f"Stances: {stances}\nFrames, at most {book.frames_at_most}: {frames}\n\n"
        "CODEBOOK\n\n" + codebook_text(book, lang)
    )
