import json
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stance.codebook import Codebook
from stance.corpus import P_ACTORS, Corpus, coding_dicts, coding_lines, codings_schema, dump_line
from stance.corpus._lines import _number, _text


def evaluated(expression: pl.Expr, values: list[Any], kind: Any) -> list[str | None]:
    return (
        pl.DataFrame({"x": pl.Series(values, dtype=kind)}).select(expression).to_series().to_list()
    )


@given(st.lists(st.floats(0, 1), max_size=20))
def test_numbers_have_six_digits(p: list[float]) -> None:
    written = evaluated(_number(pl.col("x")), p, pl.Float64)
    assert written == [json.dumps(round(json.loads(text), 6)) for text in written]
    assert [json.loads(text) for text in written] == pytest.approx(p, abs=5.1e-7)


def test_every_number_of_six_digits_is_written_as_python_writes_it() -> None:
    p = [n / 1e6 for n in (*range(2000), *range(2000, 1_000_001, 997), 1_000_000)]
    assert evaluated(_number(pl.col("x")), p, pl.Float64) == [json.dumps(value) for value in p]


@given(st.lists(st.none() | st.text(), max_size=5))
def test_texts_are_written_as_python_writes_them(texts: list[str | None]) -> None:
    expected = [None if text is None else json.dumps(text, ensure_ascii=False) for text in texts]
    assert evaluated(_text(pl.col("x")), texts, pl.String) == expected


def test_lines_are_those_of_the_records(valley: Corpus) -> None:
    for line in coding_lines(valley.codings, valley.codebook):
        assert f"{line}\n" == dump_line(json.loads(line))


def coded(book: Codebook, **values: Any) -> pl.DataFrame:
    """One coding, null in what is not given."""
    schema = codings_schema(book)
    schema |= {c: pl.Float64 for c in values if c.startswith("p_")} | {"p_actors": P_ACTORS}
    kept = [name for name in schema if not name.startswith("p_") or name in values]
    return pl.DataFrame([dict.fromkeys(kept) | values], schema={c: schema[c] for c in kept})


def test_a_record_by_hand(valley_book: Codebook) -> None:
    targets, frames = valley_book.target_codes, valley_book.frame_codes
    stances = {f"p_{t}_{s}": 1 / 3 for t in targets for s in valley_book.stance_codes}
    table = coded(
        valley_book,
        passage='a"1',
        coder="é",
        dam="pro",
        dam_facets=["valley"],
        railway_facets=[],
        **{frame: frame == "work" for frame in frames},
        actors=[{"actor": "FRA", "evaluation": "thanks", "targets": ["dam"]}],
        note="x\ny",
        p_dam=0.75,
        p_railway=0.1234567,
        **stances,
        **{f"p_{target}_{facet}": 0.00001 for target, facet in valley_book.facet_codes},
        **{f"p_{frame}": 1.0 if frame == "home" else None for frame in frames},
        p_actors=[{"actor": "FRA", "p": [{"code": "thanks", "p": 0.25}]}],
    )
    third = dict.fromkeys(valley_book.stance_codes, 0.333333)
    (record,) = coding_dicts(table, valley_book)
    assert record == {
        "passage": 'a"1',
        "coder": "é",
        "codebook": valley_book.version,
        "stance": {"dam": "pro"},
        "facets": {"dam": ["valley"]},
        "frames": ["work"],
        "actors": [{"actor": "FRA", "evaluation": "thanks", "targets": ["dam"]}],
        "note": "x\ny",
        "p": {
            "target": {"dam": 0.75, "railway": 0.123457},
            "stance": {"dam": third, "railway": third},
            "facet": {t: dict.fromkeys(valley_book.facets_of(t), 1e-05) for t in targets},
            "frame": dict.fromkeys(frames) | {"home": 1.0},
            "actor": {"FRA": {"thanks": 0.25}},
        },
    }
    keys = ["id", "coder", "codebook", "stance", "facets", "frames", "actors", "note", "p"]
    assert list(json.loads(coding_lines(table, valley_book, "id")[0])) == keys


def test_layers_that_were_not_coded_have_no_key(valley_book: Codebook) -> None:
    (record,) = coding_dicts(coded(valley_book, passage="a", coder="c", dam="pro"), valley_book)
    version = valley_book.version
    assert record == {"passage": "a", "coder": "c", "codebook": version, "stance": {"dam": "pro"}}
