"""Weights of classes: by a value worked out by hand, and never worse than no weights."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import f1_score

from stance.models._head import best_f1_weights, macro_f1


def test_a_rare_class_that_is_always_second_is_found() -> None:
    y = np.array([0, 0, 0, 1])
    p = np.array([[0.9, 0.1], [0.8, 0.2], [0.9, 0.1], [0.6, 0.4]])
    weights = best_f1_weights(y, p)
    assert weights[0] == 1
    assert 1.5 < weights[1] < 4
    assert macro_f1(y, (p * weights).argmax(axis=1), 2) == 1


@given(st.lists(st.tuples(*[st.floats(0.01, 1)] * 3, st.integers(0, 2)), min_size=3, max_size=30))
def test_weights_never_lose(rows: list[tuple[float, float, float, int]]) -> None:
    p, y = np.array([r[:3] for r in rows]), np.array([r[3] for r in rows])
    weights = best_f1_weights(y, p)
    found = macro_f1(y, (p * weights).argmax(axis=1), 3)
    assert found >= macro_f1(y, p.argmax(axis=1), 3)
    expected = f1_score(
        y, (p * weights).argmax(axis=1), labels=[0, 1, 2], average="macro", zero_division=0
    )
    assert found == pytest.approx(expected)
