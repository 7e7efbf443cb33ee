import numpy as np
import polars as pl
import pytest

from stance.framing import keyness, log_odds


def passages(texts: list[str], prefix: str) -> pl.DataFrame:
    return pl.DataFrame({"document": [f"{prefix}{i}" for i in range(len(texts))], "text": texts})


def test_log_odds_by_hand() -> None:
    """Monroe, Colaresi and Quinn 2008, eqs. 16 and 20, with prior 1 for each of two terms."""
    ratio, variance = log_odds(np.array([8.0, 2.0]), np.array([3.0, 7.0]), np.ones(2))
    expected = np.log(9 / 3) - np.log(4 / 8)
    assert ratio[0] == pytest.approx(expected)
    assert ratio[1] == pytest.approx(-expected)
    assert variance[0] == pytest.approx(1 / 9 + 1 / 4)


def test_the_sides_are_mirror_images() -> None:
    a = passages(["dam valley water"] * 5 + ["dam cost"] * 3, "a")
    b = passages(["rail station water"] * 6, "b")
    one, other = keyness(a, b, widest=1), keyness(b, a, widest=1)
    left = dict(one.select("term", "estimate").rows())
    right = dict(other.select("term", "estimate").rows())
    assert left.keys() == right.keys()
    assert all(left[term] == pytest.approx(-right[term]) for term in left)
    assert one["term"][0] == "dam"
    assert other["term"][0] in {"rail", "station"}


def test_a_word_in_every_text_tells_nothing() -> None:
    a, b = passages(["water dam"] * 6, "a"), passages(["water rail"] * 6, "b")
    row = keyness(a, b, widest=1).filter(pl.col("term") == "water").row(0, named=True)
    assert abs(row["z"]) < 0.5
    assert row["low"] <= 0 <= row["high"]


def test_bursts_widen_the_interval() -> None:
    spread = passages(["dam valley"] * 20, "a")
    burst = passages(["dam " * 20] + ["valley"] * 20, "a")
    other = passages(["rail valley"] * 20, "b")

    def width(side: pl.DataFrame) -> float:
        row = keyness(side, other, fewest_documents=1, widest=1).filter(pl.col("term") == "dam")
        return float((row["high"] - row["low"])[0])

    assert width(burst) > 2 * width(spread)


def test_french_elisions_are_apart() -> None:
    terms = keyness(
        passages(["l’État d'Afrique"] * 4, "a"), passages(["le port"] * 4, "b"), widest=1
    )["term"]
    assert {"état", "afrique"} <= set(terms)
    assert not {"l", "d"} & set(terms)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Aujourd'hui, d’aujourd’hui à demain", {"aujourd’hui", "demain"}),
        ("quelqu’un de la presqu'île, lorsqu'ils", {"quelqu’un", "de", "la", "presqu’île", "ils"}),
        ("L’Afrique d'abord ; qu’elle l'ait", {"afrique", "abord", "elle", "ait"}),
        ("Africa's peoples' will, don't", {"africa", "peoples", "will", "don’t"}),
        ("‘dam’ 'rail' l'", {"dam", "rail"}),
    ],
)
def test_an_apostrophe_within_a_word_does_not_split_it(text: str, words: set[str]) -> None:
    table = keyness(passages([text] * 4, "a"), passages(["port"] * 4, "b"), widest=1)
    assert set(table["term"]) - {"port"} == words


def test_too_few_documents_are_told() -> None:
    with pytest.raises(ValueError, match="no word in 4 documents"):
        keyness(passages(["dam"], "a"), passages(["rail"], "b"))


def test_function_words_are_left_out_but_counted() -> None:
    a, b = passages(["the dam"] * 3 + ["the lake"] * 3, "a"), passages(["the rail"] * 6, "b")
    narrow, wide = keyness(a, b, fewest_documents=2), keyness(a, b, fewest_documents=2, widest=1)
    assert "the" not in set(narrow["term"])
    assert "the" in set(wide["term"])
    dam = [float(t.filter(pl.col("term") == "dam")["estimate"][0]) for t in (narrow, wide)]
    assert dam[0] == pytest.approx(dam[1])
