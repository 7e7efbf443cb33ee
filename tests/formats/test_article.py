"""Articles from files. The pages were written for these tests; data-own marks their articles."""

import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

from stance import InputError
from stance.corpus import segment
from stance.formats import read_article

PAGES = Path(__file__).parent.parent / "fixtures" / "pages"
FLEUVE = (PAGES / "fleuve.html").read_text("utf-8")


class Own(HTMLParser):
    """The text of a page's elements with the attribute data-own."""

    def __init__(self) -> None:
        super().__init__()
        self.tag = ""
        self.said: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if ("data-own", None) in attrs:
            self.tag = tag
            self.said.append("")
        elif tag == "br" and self.tag:
            self.said[-1] += "\n"

    def handle_endtag(self, tag: str) -> None:
        if tag == self.tag:
            self.tag = ""

    def handle_data(self, data: str) -> None:
        if self.tag:
            self.said[-1] += data


def own(page: str) -> str:
    parser = Own()
    parser.feed(page)
    return " ".join(" ".join(parser.said).split())


def passages(file: Path) -> str:
    text = read_article(file)
    said = [text[span.start : span.end] for span in segment(text) if span.kind == "passage"]
    return " ".join(" ".join(said).split())


def written(folder: Path, content: str | bytes, name: str = "page.html") -> Path:
    file = folder / name
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return file


@pytest.mark.parametrize("file", sorted(PAGES.glob("*.html")), ids=lambda file: file.stem)
def test_passages_of_a_page_are_its_article(file: Path) -> None:
    assert passages(file) == own(file.read_text("utf-8"))


def test_a_page_keeps_its_subheadings() -> None:
    assert "\nLes commerçants s’inquiètent\n" in read_article(PAGES / "fleuve.html")


def test_a_list_is_read_without_its_marks() -> None:
    text = read_article(PAGES / "sahel.html")
    assert "trois mesures :\nla révision du code minier avant la fin de l’année ;\nla " in text


def test_line_ends_of_the_source_are_spaces(tmp_path: Path) -> None:
    page = (PAGES / "sahel.html").read_text("utf-8")
    for lines in ("\n", "\r\n"):
        wrapped = page.replace(" ", lines).replace(f"<p{lines}", "<p ")
        assert read_article(written(tmp_path, wrapped)) == read_article(PAGES / "sahel.html")


def test_line_ends_of_preformatted_text_stay(tmp_path: Path) -> None:
    verse = "Nul ne dictera à notre pays le choix de ses partenaires et de ses alliances."
    page = f"<html><body><article><pre>{verse}\n{verse}</pre></article></body></html>"
    assert read_article(written(tmp_path, page)) == f"{verse}\n{verse}"


LATIN = FLEUVE.replace("’", "'").replace("\u202f", " ")
UNNAMED = FLEUVE.replace('<meta charset="utf-8">', "")
OLD = '<meta http-equiv="Content-Type" content="text/html; charset=ISO-8859-1">'
ENCODED = {
    "Latin-1": LATIN.replace("utf-8", "iso-8859-1").encode("latin-1"),
    "Latin-1, the old way": LATIN.replace('<meta charset="utf-8">', OLD).encode("latin-1"),
    "Windows-1252": FLEUVE.replace("utf-8", "windows-1252").encode("cp1252"),
    "Windows-1252 said to be Latin-1": FLEUVE.replace("utf-8", "iso-8859-1").encode("cp1252"),
    "Windows-1252 undeclared": UNNAMED.encode("cp1252"),
    "an unknown name": FLEUVE.replace("utf-8", "x-none").encode("cp1252"),
    "Latin-9": LATIN.replace("utf-8", "iso-8859-15").replace("cent francs", "1 €").encode("l9"),
    "XHTML": b'<?xml version="1.0" encoding="ISO-8859-15"?>\n'
    + UNNAMED.replace("’", "'").replace("cent francs", "1 €").encode("l9"),
    "UTF-8 said to be Latin-1": FLEUVE.replace("utf-8", "iso-8859-1").encode(),
    "UTF-8 with mark": FLEUVE.encode("utf-8-sig"),
    "UTF-16": FLEUVE.encode("utf-16"),
}


@pytest.mark.parametrize("name", ENCODED)
def test_a_page_is_decoded_as_it_was_written(tmp_path: Path, name: str) -> None:
    expected = own(LATIN if "Latin-" in name[:7] or name == "XHTML" else FLEUVE)
    if name in ("Latin-9", "XHTML"):
        expected = expected.replace("cent francs", "1 €")
    assert passages(written(tmp_path, ENCODED[name])) == expected


def test_a_byte_that_is_not_utf_8_spoils_no_more_than_itself(tmp_path: Path) -> None:
    page = FLEUVE.encode().replace("déjà cent".encode(), b"d\xe9j\xe0 cent")
    expected = own(FLEUVE).replace("déjà cent", "d\ufffdj\ufffd cent")
    assert passages(written(tmp_path, page)) == expected


NO_ARTICLE = {
    "nothing": (b"", "an empty file"),
    "spaces": (b" \r\n\t", "an empty file"),
    "a script": (b"<html><body><div id=root></div><script>f()</script></body></html>", "without"),
    "not a page": (b"%PDF-1.7\n\x00\x01\x02\xff\xfe", "without article"),
    "zeros": (bytes(100), "without article"),
    "a stump": (FLEUVE.encode()[:400], "without article"),
}


@pytest.mark.parametrize("name", NO_ARTICLE)
def test_a_page_without_article_is_told(tmp_path: Path, name: str) -> None:
    content, found = NO_ARTICLE[name]
    with pytest.raises(InputError, match=rf"page\.HTM: found .*{found}.*; expected .*running text"):
        read_article(written(tmp_path, content, "page.HTM"))


def test_a_page_that_stops_midway_gives_what_is_there(tmp_path: Path) -> None:
    cut = FLEUVE[: FLEUVE.index("Un député")]
    assert passages(written(tmp_path, cut)) == own(cut)


def test_without_the_extra_a_page_is_refused_and_text_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "trafilatura", None)
    with pytest.raises(InputError, match=r'page.html: .*pip install "stance\[html\]"'):
        read_article(written(tmp_path, FLEUVE))
    assert read_article(written(tmp_path, "Running text.", "a.txt")) == "Running text."
