"""Features of passages: word and character n-grams that do not mind accents or apostrophes."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.pipeline import FeatureUnion

_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_WORD = re.compile(r"\w+")
_PLAIN = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "«": '"', "»": '"', "œ": "oe"})


def plain(text: str) -> str:
    """Lower case without accents, curly quotes or no-break spaces."""
    lower = text.lower()
    if not lower.isascii():
        lower = _NOT_ASCII.sub(lambda found: _plain_letter(found[0]), lower)
    return " ".join(lower.split())


@cache
def _plain_letter(letter: str) -> str:
    decomposed = unicodedata.normalize("NFKD", letter.translate(_PLAIN))
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def only_words(text: str) -> str:
    """A text made `plain` of which nothing is left but words."""
    return " ".join(_WORD.findall(plain(text)))


def ngrams(words: int = 40_000, characters: int = 30_000) -> FeatureUnion:
    """TF-IDF of word 1-2-grams and of character 2-5-grams within words, the most frequent ones.

    Parameters
    ----------
    words, characters : int
        The largest number of either; more read no better (`make search`).
    """
    of_words = TfidfVectorizer(
        preprocessor=plain, ngram_range=(1, 2), min_df=2, max_features=words, sublinear_tf=True
    )
    of_characters = TfidfVectorizer(
        preprocessor=plain,
        analyzer="char_wb",
        ngram_range=(2, 5),
        min_df=3,
        max_features=characters,
        sublinear_tf=True,
    )
    return FeatureUnion([("words", of_words), ("characters", of_characters)])


def word_counts() -> CountVectorizer:
    """Counts of words, for naive Bayes."""
    return CountVectorizer(preprocessor=plain, min_df=2)
