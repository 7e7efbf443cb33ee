import polars as pl
import pytest

from stance.codebook import Codebook
from stance.framing import network


def evaluated(actor: str, evaluation: str, *targets: str) -> dict[str, object]:
    return {"actor": actor, "evaluation": evaluation, "targets": list(targets)}


@pytest.fixture
def codings() -> pl.DataFrame:
    """Four passages of two speakers: probabilities 1, 1/2, 1/4, and one that was sought."""
    return pl.DataFrame(
        {
            "passage": ["p1", "p2", "p3", "p4"],
            "document": ["d1", "d2", "d3", "d4"],
            "dam": ["pro", "pro", None, "pro"],
            "speaker": ["hill", "hill", "hill", "shore"],
            "actors": [
                [evaluated("mayor", "blame", "dam"), evaluated("council", "blame", "dam")],
                [evaluated("mayor", "praise", "dam")],
                [evaluated("mayor", "blame")],
                [evaluated("mayor", "blame", "dam")],
            ],
            "probability": [1.0, 0.5, 0.25, None],
        }
    )


def shares(table: pl.DataFrame) -> dict[str, float]:
    return dict(table.select("code", "estimate").iter_rows())


def test_edges_are_weighted_shares_of_the_speakers_passages(
    codings: pl.DataFrame, valley_book: Codebook
) -> None:
    table = network(codings, "speaker", codebook=valley_book, gold="llm")
    assert set(table["speaker"]) == {"hill"}, "a sought passage has no weight"
    assert shares(table) == pytest.approx(
        {"blame:council": 1 / 7, "blame:mayor": 5 / 7, "praise:mayor": 2 / 7}
    )
    assert dict(table.select("code", "n_gold").iter_rows())["blame:mayor"] == 2
    assert (table["low"] <= table["estimate"]).all()
    assert (table["estimate"] <= table["high"]).all()
    assert table["signature"][0].startswith("weighted|gold:llm|")


def test_a_target_takes_its_passages_and_its_evaluations(
    codings: pl.DataFrame, valley_book: Codebook
) -> None:
    table = network(codings, "speaker", target="dam", codebook=valley_book)
    assert shares(table) == pytest.approx(
        {"blame:council": 1 / 3, "blame:mayor": 1 / 3, "praise:mayor": 2 / 3}
    )


def test_actors_under_one_node_count_once_a_passage(
    codings: pl.DataFrame, valley_book: Codebook
) -> None:
    nodes = {"mayor": "town", "council": "town"}
    table = network(codings, "speaker", nodes=nodes, codebook=valley_book)
    assert shares(table) == pytest.approx({"blame:town": 5 / 7, "praise:town": 2 / 7})
    assert network(codings, "speaker", nodes={}, codebook=valley_book).is_empty()


def test_what_is_missing_is_named(codings: pl.DataFrame, valley_book: Codebook) -> None:
    with pytest.raises(ValueError, match="no column 'year'"):
        network(codings, "speaker", "year", codebook=valley_book)
    with pytest.raises(ValueError, match="target 'moon'"):
        network(codings, "speaker", target="moon", codebook=valley_book)
    with pytest.raises(ValueError, match="layer 4"):
        network(codings.with_columns(actors=None), "speaker", codebook=valley_book)
