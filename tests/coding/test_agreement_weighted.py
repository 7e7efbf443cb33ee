"""Agreement on a population: passages weighted by their inclusion probabilities; and on actors."""

import numpy as np
import polars as pl
import pytest

from stance.codebook import Codebook
from stance.coding import agreement
from stance.corpus import Corpus, codings_schema

PROBABILITY = [0.5, 0.25, 1.0, 0.5, 0.25, 0.5]
"""Weights 2, 4, 1, 2, 4, 2: divided by their mean 0.8, 1.6, 0.4, 0.8, 1.6, 0.8."""

Evaluations = dict[str, str]


def coded(six: pl.DataFrame, book: Codebook, **columns: object) -> pl.DataFrame:
    """The six passages with other codes of the dam; frames and actors are as given, or none."""
    schema = codings_schema(book)
    table = six.with_columns(
        *(pl.lit(None, schema[name]).alias(name) for name in schema if name not in six.columns)
    )
    return table.with_columns(
        **{name: pl.Series(values, dtype=schema[name]) for name, values in columns.items()}
    )


@pytest.fixture
def pair(six: pl.DataFrame, valley_book: Codebook) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Presence of the dam: both in a1 and b2, the first only in b1, the second only in a2."""
    a = coded(six, valley_book)
    return a, coded(six, valley_book, dam=["pro", "pro", None, "contra", None, None])


def value(table: pl.DataFrame, layer: str, code: str, statistic: str) -> float:
    own = (pl.col("layer") == layer) & (pl.col("code") == code)
    return table.filter(own, statistic=statistic)["estimate"].item()


@pytest.mark.parametrize("probability", [1.0, 0.5, 0.3, 0.007])
def test_equal_probabilities_change_nothing(valley: Corpus, probability: float) -> None:
    a, b = valley.coded_by("a"), valley.coded_by("b")
    plain = agreement(a, b, valley.codebook, resamples=50)
    weighted = agreement(
        a.with_columns(probability=pl.lit(probability)), b, valley.codebook, resamples=50
    )
    names = ["layer", "code", "statistic", "n", "degenerate"]
    assert weighted.select(names).equals(plain.select(names))
    for column in ("estimate", "low", "high"):
        assert np.allclose(weighted[column], plain[column], equal_nan=True, atol=1e-12)


def test_six_passages_by_hand(
    pair: tuple[pl.DataFrame, pl.DataFrame], valley_book: Codebook
) -> None:
    """Weighted: both 1.6, the first only 0.4, the second only 1.6, neither 2.4."""
    a, b = pair
    table = agreement(
        a.with_columns(probability=pl.Series(PROBABILITY)), b, valley_book, resamples=20
    )
    assert value(table, "target", "dam", "positive agreement") == pytest.approx(3.2 / 5.2)
    assert value(table, "target", "dam", "negative agreement") == pytest.approx(4.8 / 6.8)
    alpha = 1 - 11 * 4.0 / (12**2 - 5.2**2 - 6.8**2)
    assert value(table, "target", "dam", "alpha") == pytest.approx(alpha)
    # Four values: pro-pro 0.8, absent-pro 1.6, contra-absent 0.4, pro-contra 0.8, absent 2.4.
    four = 1 - 11 * 5.6 / (12**2 - 6.8**2 - 4.0**2 - 1.2**2)
    assert value(table, "target and stance", "dam", "alpha") == pytest.approx(four)


def test_the_same_six_without_probabilities(
    pair: tuple[pl.DataFrame, pl.DataFrame], valley_book: Codebook
) -> None:
    table = agreement(*pair, valley_book, resamples=20)
    assert value(table, "target", "dam", "positive agreement") == pytest.approx(4 / 6)
    assert value(table, "target", "dam", "negative agreement") == pytest.approx(4 / 6)
    assert value(table, "target", "dam", "alpha") == pytest.approx(1 - 11 * 4 / (144 - 72))


@pytest.mark.parametrize("layer", ["target", "target and stance", "frame"])
def test_n_is_the_number_of_passages(
    pair: tuple[pl.DataFrame, pl.DataFrame], valley_book: Codebook, layer: str
) -> None:
    a = pair[0].with_columns(probability=pl.Series(PROBABILITY))
    table = agreement(a, pair[1], valley_book, resamples=20)
    assert table.filter(pl.col("layer") == layer)["n"].unique().to_list() == [6]


def test_n_of_stance_is_the_number_of_passages_too(
    pair: tuple[pl.DataFrame, pl.DataFrame], valley_book: Codebook
) -> None:
    a = pair[0].with_columns(probability=pl.Series(PROBABILITY))
    table = agreement(a, pair[1], valley_book, resamples=20).filter(pl.col("layer") == "stance")
    assert dict(table.select("code", "n").iter_rows()) == {"dam": 2, "railway": 0}


def test_a_passage_drawn_half_as_often_counts_twice(
    pair: tuple[pl.DataFrame, pl.DataFrame], valley_book: Codebook
) -> None:
    a, b = pair
    twice = pl.col("passage").is_in(["a2", "b2"])
    weighted = agreement(
        a.with_columns(probability=pl.when(twice).then(0.5).otherwise(1.0)), b, valley_book
    )
    copies = [pl.concat([t, t.filter(twice).with_columns(pl.col("passage") + "'")]) for t in pair]
    doubled = agreement(*copies, valley_book)
    for statistic in ("positive agreement", "negative agreement"):
        one, other = (
            t.filter(layer="target", code="dam", statistic=statistic) for t in (weighted, doubled)
        )
        for column in ("estimate", "low", "high"):
            assert one[column].item() == pytest.approx(other[column].item())


def test_the_scale_of_probabilities_does_not_matter(
    pair: tuple[pl.DataFrame, pl.DataFrame], valley_book: Codebook
) -> None:
    one, other = (
        agreement(
            pair[0].with_columns(probability=pl.Series(PROBABILITY) * scale),
            pair[1],
            valley_book,
            resamples=20,
        )
        for scale in (1, 0.01)
    )
    columns = ["estimate", "low", "high"]
    assert np.allclose(one.select(columns), other.select(columns), equal_nan=True)


def test_what_the_coders_differ_on_counts_by_its_weight(
    pair: tuple[pl.DataFrame, pl.DataFrame], valley_book: Codebook
) -> None:
    """b1 and a2 are where they differ: agreement is better where these were sought by design."""
    a, b = pair
    differ = pl.col("passage").is_in(["b1", "a2"])
    often, seldom = (
        agreement(
            a.with_columns(probability=pl.when(differ).then(p).otherwise(0.5)),
            b,
            valley_book,
            resamples=20,
        )
        for p in (1.0, 0.1)
    )
    plain = agreement(a, b, valley_book, resamples=20)
    row = ("target", "dam", "alpha")
    assert value(seldom, *row) < value(plain, *row) < value(often, *row)


def test_a_sought_passage_is_left_out(
    pair: tuple[pl.DataFrame, pl.DataFrame], valley_book: Codebook
) -> None:
    a, b = pair
    sought = pl.col("passage") == "b1"
    a = a.with_columns(probability=pl.Series(PROBABILITY))
    with_null = a.with_columns(probability=pl.when(~sought).then("probability"))
    table = agreement(with_null, b, valley_book, resamples=50)
    assert table.equals(agreement(a.filter(~sought), b, valley_book, resamples=50))
    assert value(table, "target", "dam", "positive agreement") == pytest.approx(2 * 4 / (2 * 4 + 4))
    assert table.filter(layer="target", code="dam")["n"].unique().to_list() == [5]


def test_passages_that_were_all_sought_are_told(
    pair: tuple[pl.DataFrame, pl.DataFrame], valley_book: Codebook
) -> None:
    a = pair[0].with_columns(probability=pl.lit(None, pl.Float64))
    with pytest.raises(ValueError, match="share no passage"):
        agreement(a, pair[1], valley_book)


def test_the_order_of_rows_does_not_matter(
    pair: tuple[pl.DataFrame, pl.DataFrame], valley_book: Codebook
) -> None:
    a, b = pair
    a = a.with_columns(probability=pl.Series(PROBABILITY))
    table = agreement(a, b, valley_book, resamples=50)
    assert table.equals(agreement(a.reverse(), b.sort("dam"), valley_book, resamples=50))


def test_masi_alpha_is_weighted(six: pl.DataFrame, valley_book: Codebook) -> None:
    """The coders give different frames to b1 (weight 0.4) and c1 (1.6), the same to the others."""
    a = coded(six, valley_book)
    b = coded(
        six,
        valley_book,
        cost=[True, False, False, False, False, False],
        nature=[True, False, True, False, False, False],
        work=[False, False, False, False, True, False],
    )
    weighted = a.with_columns(probability=pl.Series(PROBABILITY))
    ours = value(agreement(weighted, b, valley_book, resamples=20), "frame", "(set)", "MASI alpha")
    # Values: cost+nature 1.6, cost 0.4, nature 1.6 + 0.4, work 1.6, none 6.4; of 12.
    observed = 2 * (0.4 + 1.6)
    apart = 1 - 1 / 2 * 2 / 3
    histogram = np.array([1.6, 0.4, 2.0, 1.6, 6.4])
    distance = 1 - np.eye(5)
    distance[0, 1] = distance[1, 0] = distance[0, 2] = distance[2, 0] = apart
    expected = histogram @ distance @ histogram / (12 * 11)
    assert ours == pytest.approx(1 - observed / 12 / expected)


def named(six: pl.DataFrame, book: Codebook, given: list[Evaluations | None]) -> pl.DataFrame:
    return coded(
        six,
        book,
        actors=[
            None
            if one is None
            else [{"actor": a, "evaluation": e, "targets": []} for a, e in one.items()]
            for one in given
        ],
    )


FIRST: list[Evaluations | None] = [
    {"FRA": "thanks", "MLI": "reproach"},
    {"FRA": "thanks"},
    {"GHA": "thanks"},
    {},
    {"CHN": "reproach"},
    {},
]
SECOND: list[Evaluations | None] = [
    {"FRA": "thanks", "MLI": "reproach"},
    {"FRA": "reproach"},
    {"GHA": "thanks", "TGO": "thanks"},
    {},
    {},
    {},
]


def actor_rows(table: pl.DataFrame) -> dict[str, tuple[float | None, int]]:
    rows = table.filter(pl.col("layer") == "actor")
    assert rows["statistic"].unique().to_list() == ["positive agreement"]
    return {code: (estimate, n) for code, estimate, n in rows["code", "estimate", "n"].iter_rows()}


def test_agreement_on_actors_by_hand(six: pl.DataFrame, valley_book: Codebook) -> None:
    """Thanks: 2 pairs by both, of 3 and 3. Reproach: 1 by both, of 2 and 2."""
    a, b = (named(six, valley_book, given) for given in (FIRST, SECOND))
    table = agreement(a, b, valley_book, resamples=20)
    assert actor_rows(table) == {
        "thanks": (pytest.approx(4 / 6), 3),
        "reproach": (pytest.approx(2 / 4), 3),
    }


def test_weighted_agreement_on_actors_by_hand(six: pl.DataFrame, valley_book: Codebook) -> None:
    """Thanks: both 2 + 1, in all 2 * 2 + 4 + 3 * 1. Reproach: both 2, in all 2 * 2 + 4 + 4."""
    a, b = (named(six, valley_book, given) for given in (FIRST, SECOND))
    a = a.with_columns(probability=pl.Series(PROBABILITY))
    table = agreement(a, b, valley_book, resamples=20)
    assert actor_rows(table) == {
        "thanks": (pytest.approx(2 * 3 / 11), 3),
        "reproach": (pytest.approx(2 * 2 / 12), 3),
    }


def test_which_of_two_is_the_first_coder_does_not_matter(
    six: pl.DataFrame, valley_book: Codebook
) -> None:
    a, b = (named(six, valley_book, given) for given in (FIRST, SECOND))
    one, other = (agreement(*pair, valley_book, resamples=20) for pair in ((a, b), (b, a)))
    assert actor_rows(one) == actor_rows(other)


def test_an_evaluation_that_nobody_gives_has_no_agreement(
    six: pl.DataFrame, valley_book: Codebook
) -> None:
    table = named(six, valley_book, [{"FRA": "thanks"}, *[{}] * 5])
    rows = actor_rows(agreement(table, table, valley_book, resamples=20))
    assert rows == {"thanks": (1.0, 1), "reproach": (None, 0)}


def test_without_the_layer_of_both_there_is_no_row_of_actors(
    six: pl.DataFrame, valley_book: Codebook
) -> None:
    a = named(six, valley_book, FIRST)
    for given in ([None] * 6, [None, *SECOND[1:]]):
        table = agreement(a, named(six, valley_book, given), valley_book, resamples=20)
        assert "actor" not in table["layer"].to_list()


def test_tables_without_a_column_of_actors_agree(six: pl.DataFrame, valley_book: Codebook) -> None:
    table = agreement(six, six, valley_book, resamples=20)
    assert value(table, "target", "dam", "alpha") == 1
