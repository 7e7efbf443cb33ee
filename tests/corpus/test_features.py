from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stance import InputError
from stance.corpus import Features, count_words, join_features, read_features, write_features

TEXTS = ["The port and the bridge.", "A bridge, the BRIDGE!", "Le pont, the port", "port", "port"]


def features(texts: list[str]) -> Features:
    vocabulary, counts = count_words(pl.DataFrame({"text": texts}), shared=2)
    return Features(
        passages=tuple(f"p{i}" for i in range(len(texts))),
        vocabulary=tuple(vocabulary),
        counts=counts,
        vectors=np.linspace(0, 1, 3 * len(texts)).reshape(-1, 3).astype(np.float16),
        lexicon=np.arange(2 * len(texts), dtype=np.uint8).reshape(-1, 2),
        encoder="none@0",
    )


def test_counts_by_hand() -> None:
    found = features(TEXTS)
    assert found.vocabulary == ("bridge", "port", "the")
    assert found.counts.toarray().tolist() == [
        [1, 1, 2],
        [2, 0, 1],
        [0, 1, 1],
        [0, 1, 0],
        [0, 1, 0],
    ]


def test_features_are_read_back_and_written_alike(tmp_path: Path) -> None:
    found = features(TEXTS)
    for name in ("a", "b"):
        write_features(tmp_path / f"{name}.npz", found)
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()
    back = read_features(tmp_path / "a.npz")
    assert back.passages == found.passages
    assert back.vocabulary == found.vocabulary
    assert (back.counts != found.counts).nnz == 0
    step = np.abs(found.vectors).max(axis=1, keepdims=True) / 127
    assert (np.abs(back.vectors - found.vectors) <= step).all()
    assert (back.lexicon == found.lexicon).all()
    assert back.rows(["p3", "p0"]).tolist() == [3, 0]
    with pytest.raises(KeyError):
        back.rows(["none"])


@given(st.lists(st.lists(st.sampled_from(["a", "b", "c", "d"]), max_size=8), min_size=3), st.data())
def test_no_passage_can_be_read_from_its_counts(
    words: list[list[str]], data: st.DataObject
) -> None:
    """Any other order of the words has the same counts."""
    shuffled = [data.draw(st.permutations(w)) for w in words]
    ours, theirs = (
        count_words(pl.DataFrame({"text": [" ".join(w) for w in ws]}, schema={"text": pl.String}))
        for ws in (words, shuffled)
    )
    assert ours[0] == theirs[0]
    assert (ours[1] != theirs[1]).nnz == 0


def test_rare_words_are_not_kept() -> None:
    vocabulary, counts = count_words(pl.DataFrame({"text": [f"shared own{i}" for i in range(9)]}))
    assert vocabulary == ["shared"]
    assert counts.sum() == 9


@pytest.mark.parametrize("content", [b"", b"x"])
def test_a_broken_file_is_told(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "features.npz"
    file.write_bytes(content)
    with pytest.raises(InputError, match=r"features\.npz"):
        read_features(file)
    with pytest.raises(InputError, match="none"):
        read_features(tmp_path / "none.npz")


def test_features_of_two_corpora_are_joined_by_term() -> None:
    one, two = features(TEXTS), features(["the port", "the port", "une digue", "une digue"])
    joined = join_features([one, two])
    assert joined.vocabulary == ("bridge", "digue", "port", "the", "une")
    assert joined.counts.toarray()[[0, 5, 7]].tolist() == [
        [1, 0, 1, 2, 0],
        [0, 0, 1, 1, 0],
        [0, 1, 0, 0, 1],
    ]
    assert joined.vectors.shape == (9, 3)
    assert "9 passages" in repr(joined)
