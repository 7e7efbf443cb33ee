"""One article: plain text or Markdown in UTF-8, or a saved web page, as cleaned text.

Of a web page trafilatura (the extra html) finds the running text. Menus, teasers of other articles,
captions, share buttons, readers' comments and tables are left out; where it is in doubt, so is the
text. Bold, links and pictures are lost.
"""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from stance._faults import Fault, InputError, optional
from stance.corpus import clean_text, decode, open_input

_PAGES = (".html", ".htm")
_ENDINGS = (".txt", ".md", *_PAGES)

_CHARSET = re.compile(
    rb"<(?:meta\b[^>]*?\bcharset|\?xml\b[^>]*?\bencoding)\s*=\s*[\"']?\s*([\w.:-]+)", re.I
)
_HEAD = 1024
"""Bytes of a page in which its encoding is declared, by the HTML standard."""

_PREFORMATTED = re.compile(r"(<pre\b.*?</pre\s*>)", re.I | re.S)
_LINE_ENDS = re.compile(r"[\r\n]+")
_LIST_MARK = re.compile(r"^ *- ", re.M)


def read_article(path: Path) -> str:
    """The cleaned text of an article, a paragraph or heading a line.

    Parameters
    ----------
    path : Path
        By its ending plain text, Markdown or a web page. A page is UTF-8, or what its byte-order
        mark or its head declares, or else Windows-1252.

    Raises
    ------
    InputError
        If the file cannot be read, has another ending, or is text and not UTF-8; for a web page
        without running text, and where the extra is not installed.
    """
    ending = path.suffix.lower()
    if ending not in _ENDINGS and not path.is_dir():
        found = f"the ending {path.suffix!r}" if path.suffix else "no ending"
        raise InputError(Fault("", found, " or ".join(_ENDINGS), file=str(path)))
    with open_input(path) as stream:
        content = stream.read()
    if ending in _PAGES:
        return clean_text(_running_text(content, path))
    try:
        raw = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        found = f"byte 0x{content[error.start]:02x} at position {error.start}"
        raise InputError(Fault("", found, "UTF-8", file=str(path))) from error
    return clean_text(raw, markdown=ending == ".md")


def _running_text(content: bytes, path: Path) -> str:
    """What a web page has to say, by trafilatura."""
    if not content.strip():
        raise InputError(Fault("", "an empty file", "a web page with running text", file=str(path)))
    trafilatura = optional("trafilatura", "html", path)
    text = trafilatura.extract(
        _on_one_line(_decoded(content)),
        favor_precision=True,
        include_comments=False,
        include_tables=False,
    )
    if not text:
        remedy = "If the page shows an article, copy its text to a .txt file."
        fault = Fault("", "a page without article", "running text", remedy, str(path))
        raise InputError(fault)
    return _LIST_MARK.sub("", text)


def _decoded(content: bytes) -> str:
    """Bytes as text; trafilatura would guess, and takes Latin-1 at its word.

    What is UTF-8 is so whatever it declares. Latin-1 and ASCII mean Windows-1252, as in browsers:
    the quotation marks and apostrophes of such pages are not in Latin-1.
    """
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    declared = _CHARSET.search(content[:_HEAD])
    name = declared[1].decode("ascii", errors="replace") if declared else ""
    try:
        if codecs.lookup(name).name not in ("iso8859-1", "ascii"):
            return content.decode(name, errors="replace")
    except (LookupError, UnicodeError):  # no such encoding
        pass
    return decode(content)


def _on_one_line(page: str) -> str:
    """A page without the line ends of its source; trafilatura breaks some paragraphs at them."""
    parts = _PREFORMATTED.split(page)
    parts[::2] = [_LINE_ENDS.sub(" ", part) for part in parts[::2]]
    return "".join(parts)
