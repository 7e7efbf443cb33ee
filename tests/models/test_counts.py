import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer

from stance.models import load_coder, model_folder
from stance.models._counts import count_letters, count_terms, plain_words
from stance.models._features import only_words, plain

WORDS = [
    *("La", "la", "paix", "Été", "ete", "œuvre", "l’État", "l'etat", "État", "a", "à", "y"),
    *("1960", "3", "U", "UN", "a_b", "_", "x1", "co-opération", "«Paix»", "ﬁn", "½", "Σ", "naïve"),
]
pieces = st.one_of(st.sampled_from(WORDS), st.text(max_size=4))
texts = st.lists(
    st.builds(
        "".join,
        st.lists(
            st.tuples(pieces, st.sampled_from([" ", "\n", ", ", "’", "."])).map("".join),
            max_size=12,
        ),
    ),
    min_size=1,
    max_size=4,
)


def same(vectorizer: CountVectorizer, given: list[str]) -> bool:
    count = count_letters if vectorizer.analyzer == "char_wb" else count_terms
    own = count(vectorizer, plain_words(given), len(given))
    expected = CountVectorizer.transform(vectorizer, given)
    return own.dtype == expected.dtype and np.array_equal(own.toarray(), expected.toarray())


@given(texts, texts)
@settings(deadline=None)
def test_counts_are_those_of_the_vectorizer(learned: list[str], read: list[str]) -> None:
    vectorizer = TfidfVectorizer(preprocessor=plain, ngram_range=(1, 2), dtype=np.float32)
    vectorizer.fit([*learned, "la paix"])
    assert same(vectorizer, learned)
    assert same(vectorizer, read)


@given(texts, texts)
@settings(deadline=None)
def test_letters_are_those_of_the_vectorizer(learned: list[str], read: list[str]) -> None:
    vectorizer = TfidfVectorizer(preprocessor=only_words, analyzer="char_wb", ngram_range=(2, 4))
    vectorizer.fit([*learned, "la paix"])
    assert same(vectorizer, learned)
    assert same(vectorizer, read)


@pytest.mark.parametrize("most", [1, 3, 7])
def test_pairs_whose_words_are_no_terms_are_counted(most: int) -> None:
    """The most frequent terms alone: a pair may be among them where its words are not."""
    vectorizer = CountVectorizer(preprocessor=plain, ngram_range=(1, 2))
    terms = ["la paix", "paix", "paix et", "et guerre", "guerre", "une guerre", "paix durable"]
    vectorizer.set_params(vocabulary=terms[:most]).fit([])
    assert same(vectorizer, ["La paix et guerre, une guerre; la paix.", "", "et paix", "durable"])


def test_pairs_do_not_reach_into_the_next_text() -> None:
    vectorizer = CountVectorizer(preprocessor=plain, ngram_range=(1, 2)).fit(["la paix"])
    assert same(vectorizer, ["la", "paix", "la a paix"])


def test_the_student_that_comes_with_the_project_reads_as_it_was_taught(constructed) -> None:
    student = load_coder(model_folder("student"))
    texts = constructed.passages["text"].to_list()
    assert same(student.terms_, texts)
    assert same(student.letters_, texts)
