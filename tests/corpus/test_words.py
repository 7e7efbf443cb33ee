import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stance.corpus import read_words
from stance.models._features import plain
from stance.voices import bare_letters, bare_words

LETTERS = st.sampled_from([*"aZ_9’'-. \n\t.;éÉœŒßıİΣς½ﬁ²ª№…«»–", "\u00a0", "\u0301", "한", "𝒜"])
texts = st.lists(st.one_of(st.text(), st.text(LETTERS)), max_size=5)


@given(texts)
def test_words_are_those_of_the_pattern(given: list[str]) -> None:
    words = read_words(given)
    found = [re.findall(r"\w+", text) for text in given]
    assert words.each == [word for own in found for word in own]
    assert words.rows.tolist() == [row for row, own in enumerate(found) for _ in own]
    assert [words.distinct[i] for i in words.ids] == words.each
    assert len(set(words.distinct)) == len(words.distinct)


@given(texts)
def test_places_are_those_of_the_pattern(given: list[str]) -> None:
    words = bare_words(given)
    assert words.text == bare_letters("\n".join(given))
    found = list(re.finditer(r"\w+", words.text))
    assert words.each == [one.group() for one in found]
    assert words.starts.tolist() == [one.start() for one in found]
    assert words.ends.tolist() == [one.end() for one in found]


@pytest.mark.parametrize("given", [[], [""], ["", "\n", "."], ["\0"]])
def test_texts_without_words(given: list[str]) -> None:
    words = read_words(given)
    assert words.each == words.distinct == words.ids.tolist() == words.rows.tolist() == []


@given(st.one_of(st.text(), st.text(LETTERS)))
def test_plain_letters_by_the_standard(text: str) -> None:
    """The whole text decomposed at once, and marks dropped."""
    marks = {"’": "'", "‘": "'", "“": '"', "”": '"', "«": '"', "»": '"', "œ": "oe"}
    decomposed = unicodedata.normalize("NFKD", text.lower().translate(str.maketrans(marks)))
    bare = "".join(char for char in decomposed if not unicodedata.combining(char))
    assert plain(text) == " ".join(bare.split())
