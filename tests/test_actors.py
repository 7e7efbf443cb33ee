import tomllib

import polars as pl
import pytest

from stance._paths import data_folder
from stance.actors import actor_codes, group_codes, members, memberships, states
from stance.corpus import Corpus


def test_every_state_has_names_and_a_region() -> None:
    table = states()
    assert table.height >= 197
    assert table["actor"].is_unique().all()
    assert table.select(pl.all_horizontal(pl.col("en", "fr").list.len() > 0)).to_series().all()
    assert table["region"].n_unique() == 22


@pytest.mark.parametrize(
    ("group", "year", "count"),
    [
        ("UN", 1945, 51),
        ("UN", 1960, 99),
        ("UN", 1961, 104),
        ("UN", 1975, 144),
        ("UN", 2024, 193),
        ("EU", 1985, 10),
        ("EU", 2013, 28),
        ("EU", 2021, 27),
        ("NATO", 1990, 16),
        ("NATO", 2024, 32),
        ("ECOWAS", 1999, 16),
        ("ECOWAS", 2010, 15),
        ("ECOWAS", 2026, 12),
        ("AES", 2024, 3),
        ("AES", 2022, 0),
        ("BRICS", 2010, 4),
        ("BRICS", 2023, 5),
        ("AU", 2024, 54),
        ("ASEAN", 2000, 10),
        ("ARAB_LEAGUE", 2024, 22),
        ("G7", 2000, 7),
        ("SCO", 2024, 10),
        ("UNSC_PERMANENT", 2000, 5),
        ("WARSAW_PACT", 1975, 7),
    ],
)
def test_groupings_have_as_many_members_as_is_known(group: str, year: int, count: int) -> None:
    assert len(members(group, year)) == count


def test_a_member_that_left_and_came_back() -> None:
    assert "MAR" in members("AU", 1970)
    assert "MAR" not in members("AU", 2000)
    assert "MAR" in members("AU", 2020)


def test_members_are_states_and_terms_have_an_order() -> None:
    table = memberships()
    assert set(table["actor"]) <= set(states()["actor"])
    assert table.filter(pl.col("until") < pl.col("from")).is_empty()
    assert set(table["group"]) == set(group_codes())


def test_every_grouping_has_a_source() -> None:
    content = tomllib.loads((data_folder() / "actors.toml").read_text("utf-8"))
    assert all(group["source"] for group in content["groups"].values())


def test_an_unknown_group_is_told() -> None:
    with pytest.raises(KeyError, match="NATO"):
        members("none", 2000)


def test_actors_of_the_codings_are_known(constructed: Corpus) -> None:
    lists = constructed.gold["actors"].to_list()
    coded = {entry["actor"] for actors in lists for entry in actors or ()}
    assert coded - actor_codes() == set()
