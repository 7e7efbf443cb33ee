"""Bags of sentences: rows keep their own sentences, the highest sentence is the passage's score."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from hypothesis import given
from hypothesis import strategies as st
from sklearn.svm import LinearSVC

from stance.corpus import sentences
from stance.models._bags import BagClassifier, Bags


def bags(sizes: list[int]) -> Bags:
    """A feature that numbers the sentences, and one that numbers the passages."""
    number = np.arange(sum(sizes), dtype=float)
    of = np.repeat(np.arange(len(sizes), dtype=float), sizes)
    passages = np.stack([np.arange(len(sizes)), np.ones(len(sizes))], axis=1)
    return Bags(
        sp.csr_matrix(passages), sp.csr_matrix(np.stack([number, of], axis=1)), np.array(sizes)
    )


@given(st.lists(st.integers(1, 4), min_size=1, max_size=8), st.data())
def test_rows_keep_their_sentences(sizes: list[int], data: st.DataObject) -> None:
    rows = np.array(data.draw(st.lists(st.integers(0, len(sizes) - 1), max_size=6)), dtype=int)
    if not len(rows):
        return
    part = bags(sizes)[rows]
    assert part.passages.toarray()[:, 0].tolist() == rows.tolist()
    assert (
        part.sentences.toarray()[:, 1].tolist() == np.repeat(rows, np.array(sizes)[rows]).tolist()
    )


def test_a_passage_has_its_own_score_and_that_of_its_highest_sentence() -> None:
    passages = sp.csr_matrix([[0.5, 0.5], [0.0, 1.0], [1.0, 0.0], [0.1, 0.9]])
    single = sp.csr_matrix([[1.0, 0.0], [0.0, 1.0], [0.0, 1.0], [1.0, 0.0], [0.2, 0.8], [0.0, 1.0]])
    given_ = Bags(passages, single, np.array([2, 1, 1, 2]))
    own = BagClassifier(LinearSVC(C=10, random_state=0)).fit(given_, np.array([1, 0, 1, 0]))
    found = own.decision_function(given_)
    alone = own.classifier_.decision_function(single)
    assert np.allclose(found[:, 0], own.classifier_.decision_function(passages))
    assert np.allclose(found[:, 1], [alone[:2].max(), alone[2], alone[3], alone[4:].max()])


def test_sentences_lose_no_letter_and_none_is_short() -> None:
    text = "The first sentence is long enough to stand alone. Never. The third one is long, too, and ends here."
    found = sentences(text)
    assert " ".join(found).split() == text.split()
    assert len(found) == 2
    assert sentences("Short.") == ["Short."]
    assert sentences("") == [""]


@given(st.text(alphabet="Ab .!\n«»", max_size=80))
def test_every_text_has_a_sentence(text: str) -> None:
    found = sentences(text)
    assert found
    assert "".join("".join(found).split()) == "".join(text.split())
