import polars as pl
import pytest

from stance.codebook import Codebook
from stance.evaluation import actor_scores
from stance.evaluation._metrics import SCORES

Actors = list[tuple[str, str]]
GOLD: list[Actors | None] = [
    [("X", "thanks"), ("Y", "reproach")],
    [],
    [("X", "reproach")],
    [("Z", "thanks")],
    None,
    [("Y", "reproach")],
]
FOUND: list[Actors | None] = [
    [("X", "thanks"), ("Y", "thanks")],
    [("Z", "reproach")],
    [("X", "reproach")],
    None,
    [("W", "reproach")],
    [("Y", "reproach"), ("Y", "reproach")],
]


def table_of(six: pl.DataFrame, actors: list[Actors | None]) -> pl.DataFrame:
    values = [
        None if own is None else [{"actor": a, "evaluation": e} for a, e in own] for own in actors
    ]
    kind = pl.List(pl.Struct({"actor": pl.String, "evaluation": pl.String}))
    return six.with_columns(actors=pl.Series(values, dtype=kind))


def estimates(table: pl.DataFrame) -> dict[tuple[str, str], float | None]:
    return {(row[2], row[3]): row[4] for row in table.iter_rows()}


def test_actor_scores_by_hand(six: pl.DataFrame, valley_book: Codebook) -> None:
    """Thanks: right 1, invented 1, missed 1; reproach: right 2, invented 2, missed 1."""
    coded = table_of(six, FOUND).sample(fraction=1, shuffle=True, seed=1)
    table = actor_scores(coded, table_of(six, GOLD), valley_book, resamples=50)
    assert table.schema == SCORES
    assert estimates(table) == pytest.approx(
        {
            ("thanks", "F1"): 1 / 2,
            ("thanks", "precision"): 1 / 2,
            ("thanks", "recall"): 1 / 2,
            ("reproach", "F1"): 4 / 7,
            ("reproach", "precision"): 2 / 4,
            ("reproach", "recall"): 2 / 3,
            ("(mean)", "macro-F1"): (1 / 2 + 4 / 7) / 2,
        }
    )
    pairs = dict(
        table.filter(pl.col("statistic").is_in(["F1", "macro-F1"]))["code", "n_gold"].rows()
    )
    assert pairs == {"thanks": 2, "reproach": 3, "(mean)": 5}
    assert table["n"].to_list() == [6] * 7
    assert table["coder"].unique().to_list() == ["model:x"]
    assert (table["low"] <= table["estimate"]).all()
    assert (table["estimate"] <= table["high"]).all()


def test_a_perfect_coder_has_ones(six: pl.DataFrame, valley_book: Codebook) -> None:
    gold = table_of(six, GOLD)
    table = actor_scores(gold, gold, valley_book, resamples=50)
    for column in ("estimate", "low", "high"):
        assert table[column].to_list() == [1.0] * 7


@pytest.mark.parametrize("nothing", [None, []])
def test_a_coder_without_actors_recalls_none(
    six: pl.DataFrame, valley_book: Codebook, nothing: Actors | None
) -> None:
    coded = table_of(six, [nothing] * 6)
    found = estimates(actor_scores(coded, table_of(six, GOLD), valley_book, resamples=50))
    for code in valley_book.evaluation_codes:
        assert (found[code, "recall"], found[code, "F1"], found[code, "precision"]) == (0, 0, None)
    assert found["(mean)", "macro-F1"] == 0


def test_the_wrong_evaluation_is_missed_and_invented(
    six: pl.DataFrame, valley_book: Codebook
) -> None:
    swap = {"thanks": "reproach", "reproach": "thanks"}
    turned = [own and [(actor, swap[e]) for actor, e in own] for own in GOLD]
    table = actor_scores(table_of(six, turned), table_of(six, GOLD), valley_book, resamples=50)
    assert (table["estimate"] == 0).all()
    assert table["estimate"].null_count() == 0


def test_a_passage_left_out_is_an_error(six: pl.DataFrame, valley_book: Codebook) -> None:
    gold = table_of(six, GOLD)
    with pytest.raises(ValueError, match="5 codings of 6"):
        actor_scores(gold.head(5), gold, valley_book)
