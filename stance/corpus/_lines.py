"""Codings as lines of JSON: what a record holds, key by key, and in which order.

Lines are built column by column. They are those that ``json.dumps`` would write of the records one
by one, which takes many times as long.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

import polars as pl

from stance.codebook import Codebook

_DIGITS = 6


def coding_lines(table: pl.DataFrame, codebook: Codebook, key: str = "passage") -> pl.Series:
    """The codings of a table as lines of JSON, in row order, unchecked.

    A layer that was not coded has no key; probabilities have six digits.

    Parameters
    ----------
    table : DataFrame
        As in `codings_schema`, with or without probabilities.
    codebook : Codebook
    key : str
        What the field of the passage is called.
    """
    record: dict[str, Any] = {
        key: _text(pl.col("passage")),
        "coder": _text(pl.col("coder")),
        "codebook": pl.lit(str(codebook.version)),
        **_layers(codebook),
    }
    if "actors" in table.columns:
        record["actors"] = _list(pl.col("actors"), _actor())
    record |= {name: _text(pl.col(name)) for name in ("status", "note") if name in table.columns}
    if f"p_{codebook.target_codes[0]}" in table.columns:
        record["p"] = _probabilities(codebook)
        if "p_actors" in table.columns:
            record["p"]["actor"] = _of_actors()
    return table.select(_object(record)).to_series()


def coding_dicts(table: pl.DataFrame, codebook: Codebook) -> Iterator[dict[str, Any]]:
    """The codings of a table as plain records, in row order, unchecked; see `coding_lines`."""
    return map(json.loads, coding_lines(table, codebook))


def _layers(codebook: Codebook) -> dict[str, Any]:
    targets, frames = codebook.target_codes, codebook.frame_codes
    facets = {
        t: pl.when(pl.col(t).is_not_null()).then(
            _list(pl.col(f"{t}_facets"), _text(pl.element())).fill_null("null")
        )
        for t in targets
    }
    given = [pl.when(pl.col(code)).then(pl.lit(f'"{code}"')) for code in frames]
    facets_coded = pl.col(f"{targets[0]}_facets").is_not_null()
    frames_coded = pl.col(frames[0]).is_not_null()
    return {
        "stance": {t: _text(pl.col(t)) for t in targets},
        "facets": pl.when(facets_coded).then(_object(facets)),
        "frames": pl.when(frames_coded).then(_between("[]", _joined(given))),
    }


def _probabilities(codebook: Codebook) -> dict[str, Any]:
    targets = codebook.target_codes
    return {
        "target": {t: _number(pl.col(f"p_{t}")) for t in targets},
        "stance": {
            t: {s: _number(pl.col(f"p_{t}_{s}")) for s in codebook.stance_codes} for t in targets
        },
        "facet": {
            t: {f: _number(pl.col(f"p_{t}_{f}")) for f in codebook.facets_of(t)} for t in targets
        },
        "frame": {frame: _number(pl.col(f"p_{frame}")) for frame in codebook.frame_codes},
    }


def _actor() -> pl.Expr:
    field = pl.element().struct.field
    return _object(
        {
            "actor": _text(field("actor")),
            "evaluation": _text(field("evaluation")),
            "targets": _list(field("targets"), _text(pl.element())),
        }
    )


def _of_actors() -> pl.Expr:
    """Probabilities of evaluations, an object by actor."""
    field = pl.element().struct.field
    of_code = _entry(_text(field("code")), _number(field("p")))
    of_actor = _entry(_text(field("actor")), _list(field("p"), of_code, "{}"))
    return _list(pl.col("p_actors"), of_actor, "{}")


def _object(fields: Mapping[str, Any]) -> pl.Expr:
    """An object, of expressions that give JSON or of objects in turn; nulls are left out."""
    entries = [
        _entry(pl.lit(f'"{key}"'), value if isinstance(value, pl.Expr) else _object(value))
        for key, value in fields.items()
    ]
    return _between("{}", _joined(entries))


def _entry(key: pl.Expr, value: pl.Expr) -> pl.Expr:
    return pl.concat_str(key, pl.lit(": "), value)


def _joined(values: Sequence[pl.Expr]) -> pl.Expr:
    """Those of some values that are not null, with commas between."""
    if not values:
        return pl.lit("")
    return pl.concat_str(values, separator=", ", ignore_nulls=True)


def _list(values: pl.Expr, value: pl.Expr, brackets: str = "[]") -> pl.Expr:
    """A column of lists, given what becomes of an element."""
    return _between(brackets, values.list.eval(value).list.join(", "))


def _between(brackets: str, value: pl.Expr) -> pl.Expr:
    return pl.concat_str(pl.lit(brackets[0]), value, pl.lit(brackets[1]))


def _text(value: pl.Expr) -> pl.Expr:
    """Text as JSON; null stays null."""
    wrapped = pl.struct(x=value).struct.json_encode()
    quoted = wrapped.str.strip_prefix('{"x":').str.strip_suffix("}")
    return pl.when(value.is_not_null()).then(quoted)


def _number(value: pl.Expr) -> pl.Expr:
    """A probability as JSON."""
    digits = value.round(_DIGITS).cast(pl.String)
    return digits.replace(_small_numbers()).fill_null("null")


@cache
def _small_numbers() -> dict[str, str]:
    """Numbers below 0.0001, which polars writes otherwise than Python does, as Python does."""
    small = [n / 10**_DIGITS for n in range(1, 100)]
    return dict(zip(pl.Series(small).cast(pl.String), map(repr, small), strict=True))
