"""Raw text from files as paragraphs of clean text."""

from __future__ import annotations

import re
import unicodedata

CLEANING = 1
"""Version of the cleaning; offsets are only valid for the version they were made with."""

_INVISIBLE = re.compile("[\u200b\u200c\u200d\u2060\ufeff\u00ad]")
_SPACES = re.compile(r"[ \t\u00a0\u2000-\u200a\u3000]+")
_MARKDOWN = re.compile(r"^\s{0,3}(?:#{1,6}\s+|>\s+|[-*+]\s+(?=\w))|\*\*|__(?=\w)|(?<=\w)__", re.M)
_NUMBER = re.compile(r"^\s*\d{1,3}\.\s+(?=\S)")
_ENDS = re.compile(r"[.!?…:;][\"”’»)\]]*\s*$")
_TERMINAL = re.compile(r"[.!?…][\"”’»)\]]*\s*$")
_WRAPPED = 90
"""Characters: a file whose lines seldom are longer has its paragraphs wrapped."""


def decode(raw: bytes) -> str:
    """Bytes as text: UTF-8 with or without byte-order mark, else Windows-1252."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")


def clean_text(raw: str, *, markdown: bool = False) -> str:
    """Text in normal form C, one paragraph a line.

    Line ends are unified, invisible characters dropped, runs of spaces folded (narrow no-break
    spaces stay), numbers of paragraphs taken off, and wrapped lines joined: a line goes on in the
    next unless a blank line, an indented line after the end of a sentence, or a short last line
    comes between. With `markdown` headings', lists' and bold marks are dropped.
    """
    text = unicodedata.normalize("NFC", raw.replace("\r\n", "\n").replace("\r", "\n"))
    text = _INVISIBLE.sub("", text)
    if markdown:
        text = _MARKDOWN.sub("", text)
    lines = [_SPACES.sub(" ", line) for line in text.split("\n")]
    paragraphs = _unwrapped(lines) if _is_wrapped(lines) else lines
    cleaned = (_NUMBER.sub("", paragraph).strip() for paragraph in paragraphs)
    return "\n".join(_whole([paragraph for paragraph in cleaned if paragraph]))


def _whole(paragraphs: list[str]) -> list[str]:
    """Paragraphs that a page broke in mid-sentence put together again."""
    whole: list[str] = []
    for paragraph in paragraphs:
        if whole and paragraph[0].islower() and not _ENDS.search(whole[-1]):
            whole[-1] += " " + paragraph
        else:
            whole.append(paragraph)
    return whole


def _is_wrapped(lines: list[str]) -> bool:
    lengths = sorted(len(line) for line in lines if line.strip())
    return len(lengths) > 5 and lengths[int(0.95 * len(lengths))] <= _WRAPPED


def _unwrapped(lines: list[str]) -> list[str]:
    width = max(len(line) for line in lines)
    paragraphs: list[str] = []
    open_ = False
    for line in lines:
        if not line.strip():
            open_ = open_ and not _ENDS.search(paragraphs[-1])
            continue
        indented = line.startswith(" ") and open_ and bool(_TERMINAL.search(paragraphs[-1]))
        if open_ and not indented:
            joint = "" if re.search(r"\w-$", paragraphs[-1]) else " "
            paragraphs[-1] += joint + line.strip()
        else:
            paragraphs.append(line.strip())
        short = len(line) < 0.7 * width
        open_ = not (short and _TERMINAL.search(line))
    return paragraphs
