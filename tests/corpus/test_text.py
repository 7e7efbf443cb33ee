import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stance.corpus import clean_text, decode, near_duplicates, segment

SENTENCE = (
    "The delegation of the river provinces asks that the bridge be opened again before winter. "
)


@given(st.text(alphabet=st.sampled_from(list("ab .!?«»“”\n’É1")), max_size=400))
def test_spans_tile_any_text(text: str) -> None:
    spans = segment(text)
    assert "".join(text[s.start : s.end] for s in spans) == text
    assert all(s.end > s.start for s in spans)
    assert all(a.end == b.start for a, b in zip(spans, spans[1:], strict=False))


def test_a_long_paragraph_is_cut_at_sentences() -> None:
    text = (SENTENCE * 30).strip()
    passages = [text[s.start : s.end] for s in segment(text) if s.kind == "passage"]
    assert all(40 <= len(p.split()) <= 150 for p in passages)
    assert all(p.endswith("winter.") and p.startswith("The delegation") for p in passages)


def test_a_cut_avoids_quotations_and_abbreviations() -> None:
    quote = "“" + SENTENCE * 4 + "Mr. Adou said so.” "
    text = SENTENCE * 5 + quote + SENTENCE * 5
    for span in segment(text):
        piece = text[span.start : span.end]
        assert piece.count("“") == piece.count("”")
        assert not piece.endswith("Mr.")


def test_headings_and_teasers_are_no_passages() -> None:
    text = "A new bridge\n" + SENTENCE * 5 + "\nÀ lire aussi : Le pont est fermé\n" + SENTENCE * 5
    kinds = [s.kind for s in segment(text) if s.kind != "space"]
    assert kinds == ["heading", "passage", "boilerplate", "passage"]


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("12.  We meet.\r\n\r\n13. We part.", "We meet.\nWe part."),
        ("\ufeffOne\u200b two\u00a0three.", "One two three."),
        ("« Oui »\u202f!", "« Oui »\u202f!"),
        ("the end of a page\n\ngoes on here.", "the end of a page goes on here."),
    ],
)
def test_cleaning(raw: str, clean: str) -> None:
    assert clean_text(raw) == clean


def test_wrapped_lines_are_joined() -> None:
    lines = ["We meet at a time of trial for the", "peoples of the valley, who have lost", "much. "]
    lines += [" The second paragraph is indented and", "goes on for two lines."]
    text = clean_text("\n".join(lines * 2))
    assert text.split("\n")[0].startswith(
        "We meet at a time of trial for the peoples of the valley"
    )
    assert "indented and goes on" in text


def test_markdown_marks_go() -> None:
    assert clean_text("## A **new** bridge\n> said", markdown=True) == "A new bridge said"


def test_bytes_that_are_not_utf8_are_windows() -> None:
    assert decode("État".encode("cp1252")) == "État"
    assert decode(b"\xef\xbb\xbfOui") == "Oui"


def test_near_duplicates_are_found_and_others_not() -> None:
    base = SENTENCE * 3 + "Nothing else is asked of the ministry in the present year."
    near = base.replace("winter", "autumn")
    far = " ".join(reversed(base.split()))
    table = pl.DataFrame({"passage": ["a", "b", "c"], "text": [base, near, far]})
    pairs = near_duplicates(table)
    assert pairs.select("passage", "other").rows() == [("a", "b")]
    assert 0.3 <= pairs["similarity"][0] < 1
