"""Features of passages: word and character n-grams that do not mind accents or apostrophes."""

from __future__ import annotations

import unicodedata

from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.pipeline import FeatureUnion

_PLAIN = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "«": '"', "»": '"', "œ": "oe"})


def plain(text: str) -> str:
    """Lower case without accents, curly quotes or no-break spaces."""
    decomposed = unicodedata.normalize("NFKD", text.lower().translate(_PLAIN))
    bare = "".join(char for char in decomposed if not unicodedata.combining(char))
    return " ".join(bare.split())


def ngrams() -> FeatureUnion:
    """TF-IDF of word 1-2-grams and of character 2-5-grams within words."""
    words = TfidfVectorizer(preprocessor=plain, ngram_range=(1, 2), min_df=2, sublinear_tf=True)
    characters = TfidfVectorizer(
        preprocessor=plain, analyzer="char_wb", ngram_range=(2, 5), min_df=3, sublinear_tf=True
    )
    return FeatureUnion([("words", words), ("characters", characters)])


def word_counts() -> CountVectorizer:
    """Counts of words, for naive Bayes."""
    return CountVectorizer(preprocessor=plain, min_df=2)
