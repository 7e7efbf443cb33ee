import polars as pl
import pytest

from stance.codebook import Codebook
from stance.report import codebook_prompt, codebook_text, handbook, latex_macros, latex_table


def test_the_text_holds_every_code(book: Codebook) -> None:
    for lang in book.languages:
        text = codebook_text(book, lang)
        codes = [*book.target_codes, *book.stance_codes, *book.frame_codes, *book.evaluation_codes]
        assert all(code in text for code in codes)
        assert all(rule.text[lang] in text for rule in book.rules)


def test_the_handbook_holds_every_example_escaped(book: Codebook) -> None:
    page = handbook(book)
    assert page.count("<li>") >= len(book.rules) * len(book.languages)
    assert "http" not in page
    for target in book.targets:
        for example in target.examples:
            assert example.text["fr"].replace("&", "&amp;") in page


def test_the_prompt_is_of_any_codebook(valley_book: Codebook) -> None:
    prompt = codebook_prompt(valley_book, "de")
    assert "dam: valley, current" in prompt
    assert "at most 2" in prompt


def test_latex_is_escaped_and_aligned() -> None:
    table = pl.DataFrame({"code": ["a_b & c"], "estimate": [-0.5], "n": [3]})
    text = latex_table(table, "100 %", "t")
    assert r"a\_b \& c & $-$0.50 & 3 \\" in text
    assert r"\begin{tabular}{lrr}" in text
    assert r"\caption{100 \%}" in text


def test_macros_have_letters_only() -> None:
    text = latex_macros({"model:base F1": 0.51234567, "n_2": 3})
    assert r"\newcommand{\stanceModelBaseFOne}{0.512346}" in text
    assert r"\newcommand{\stanceNTwo}{3}" in text
    with pytest.raises(ValueError, match="differ in letters"):
        latex_macros({"a b": 1, "a_b": 2})
