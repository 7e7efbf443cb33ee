"""Actors: states, the regions they lie in and the groupings they belong to, year by year."""

from __future__ import annotations

import tomllib
from functools import cache
from typing import Any

import polars as pl

from stance._paths import data_folder


@cache
def _content() -> dict[str, Any]:
    return tomllib.loads((data_folder() / "actors.toml").read_text("utf-8"))


def states() -> pl.DataFrame:
    """The states, those that are no more included.

    Returns
    -------
    DataFrame
        ``actor`` (ISO 3166 alpha-3), ``en``, ``fr`` (lists of names, the usual one first),
        ``region`` (subregion of the UN M49 standard), ``until`` (last year, or null).
    """
    rows = [
        (code, entry["en"], entry["fr"], entry["region"], entry.get("until"))
        for code, entry in _content()["states"].items()
    ]
    schema: dict[str, Any] = {
        "actor": pl.String,
        "en": pl.List(pl.String),
        "fr": pl.List(pl.String),
        "region": pl.String,
        "until": pl.Int32,
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


def group_codes() -> tuple[str, ...]:
    """The codes of the groupings of states."""
    return tuple(_content()["groups"])


def actor_codes() -> frozenset[str]:
    """Every code of an actor: states, groupings and others."""
    content = _content()
    return frozenset({*content["states"], *content["groups"], *content["others"]})


def members(group: str, year: int) -> frozenset[str]:
    """The states that belong to a grouping in a year, those that join or leave in it included.

    Raises
    ------
    KeyError
        If there is no such grouping.
    """
    groups = _content()["groups"]
    if group not in groups:
        raise KeyError(f"no group {group!r}; the groups: {', '.join(groups)}")
    return frozenset(
        state
        for state, terms in groups[group]["members"].items()
        if any(term[0] <= year <= (term[1] if len(term) > 1 else year) for term in terms)
    )


def memberships() -> pl.DataFrame:
    """Every term of membership.

    Returns
    -------
    DataFrame
        ``group, actor, from, until`` (last year, or null where it goes on), for joins by year.
    """
    rows = [
        (code, state, term[0], term[1] if len(term) > 1 else None)
        for code, group in _content()["groups"].items()
        for state, terms in group["members"].items()
        for term in terms
    ]
    schema = {"group": pl.String, "actor": pl.String, "from": pl.Int32, "until": pl.Int32}
    return pl.DataFrame(rows, schema=schema, orient="row")
