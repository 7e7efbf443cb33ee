"""Codings in files: JSON Lines (a corpus's, a model's, a language model's), CSV, Parquet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TextIO

import polars as pl
from pydantic import ValidationError

from stance._faults import Fault, InputError
from stance._paths import replacing
from stance.codebook import Codebook
from stance.corpus import (
    Coding,
    coding_lines,
    codings_schema,
    codings_table,
    probability_columns,
    read_lines,
)

_LIST_MARK = ";"


def read_codings(
    path: Path, codebook: Codebook, document_of: Mapping[str, str] | None = None
) -> pl.DataFrame:
    """A table of codings from a file; the passage's field may be called ``id`` or ``passage``.

    Raises
    ------
    InputError
        With every fault of the file.
    """
    if path.suffix == ".parquet":
        return _conforming(pl.read_parquet(path), path, codebook)
    if path.suffix == ".csv":
        return _conforming(_from_csv(path, codebook), path, codebook)
    faults: list[Fault] = []
    codings: list[Coding] = []
    seen: dict[tuple[str, str], int] = {}
    for line, value in read_lines(path):
        for item in _coding(value, path, line, codebook):
            if isinstance(item, Fault):
                faults.append(item)
                continue
            key = (item.passage, item.coder)
            if key in seen:
                again = Fault("", f"{key[0]} by {key[1]} again", "one line a passage and coder")
                faults.append(again.at(path, line))
            seen[key] = line
            codings.append(item)
    if faults:
        raise InputError(faults)
    return codings_table(codings, codebook, document_of)


def _coding(
    value: dict[str, Any] | Fault, path: Path, line: int, codebook: Codebook
) -> Iterator[Coding | Fault]:
    if isinstance(value, Fault):
        yield value
        return
    record = dict(value)
    if "passage" not in record and "id" in record:
        record["passage"] = str(record.pop("id"))
    for key in ("document", "lang", "text"):
        record.pop(key, None)
    try:
        coding = Coding.model_validate(record)
    except ValidationError as error:
        for one in error.errors():
            field = ".".join(map(str, one["loc"]))
            found = "no such field" if one["type"] == "missing" else repr(one["input"])[:60]
            yield Fault(field, found, one["msg"][0].lower() + one["msg"][1:]).at(path, line)
        return
    faults = [fault.at(path, line) for fault in codebook.check(record)]
    if faults:
        yield from faults
    else:
        yield coding


def _from_csv(path: Path, codebook: Codebook) -> pl.DataFrame:
    try:
        table = pl.read_csv(path, infer_schema=False)
    except (pl.exceptions.PolarsError, OSError) as error:
        raise InputError(Fault("", str(error).splitlines()[0], "CSV", file=str(path))) from error
    lists = [
        f"{target}_facets"
        for target in codebook.target_codes
        if f"{target}_facets" in table.columns
    ]
    numbers = [c for c in probability_columns(codebook) if c in table.columns]
    booleans = [c for c in codebook.frame_codes if c in table.columns]
    return table.with_columns(
        pl.col(lists)
        .fill_null("")
        .str.split(_LIST_MARK)
        .list.eval(pl.element().filter(pl.element() != "")),
        pl.col(booleans).str.to_lowercase() == "true",
        pl.col(numbers).cast(pl.Float64),
    )


def _conforming(table: pl.DataFrame, path: Path, codebook: Codebook) -> pl.DataFrame:
    if "passage" not in table.columns and "id" in table.columns:
        table = table.rename({"id": "passage"})
    needed = ["passage", "coder", *codebook.target_codes]
    if missing := [column for column in needed if column not in table.columns]:
        found = f"no column {missing[0]}"
        raise InputError(Fault("", found, "codings under this codebook", file=str(path)))
    if "document" not in table.columns:
        table = table.with_columns(document=pl.col("passage"))
    for target in codebook.target_codes:
        unknown = table.filter(~pl.col(target).is_in(list(codebook.stance_codes)))
        if unknown.height:
            found = f'"{unknown[target][0]}" ({unknown["passage"][0]})'
            expected = ", ".join(codebook.stance_codes)
            raise InputError(Fault(target, found, expected, "See 'stance codebook'.", str(path)))
    schema = codings_schema(codebook)
    absent = {c: pl.lit(None, dtype=kind) for c, kind in schema.items() if c not in table.columns}
    return table.with_columns(**absent).cast({"passage": pl.String, "document": pl.String})


def coding_text(codings: pl.DataFrame, codebook: Codebook) -> str:
    """A table of codings as `CodingWriter` writes it to JSON Lines."""
    return "".join(f"{line}\n" for line in coding_lines(codings, codebook, "id"))


class CodingWriter:
    """Writes codings batch by batch as the contract of ``stance predict`` has them.

    A context manager over a temporary file that takes its place when the block ends well. By the
    ending of `path`: JSON Lines, CSV (lists joined by ``;``) or Parquet.
    """

    def __init__(self, path: Path, codebook: Codebook) -> None:
        if path.suffix not in (".jsonl", ".csv", ".parquet"):
            raise InputError(
                Fault("", repr(path.suffix), ".jsonl, .csv or .parquet", file=str(path))
            )
        self.path, self.codebook = path, codebook
        self._replacing = replacing(path)
        self._parts: list[pl.DataFrame] = []
        self._stream: TextIO | None = None

    def __enter__(self) -> CodingWriter:
        """Open the temporary file."""
        self._temporary = self._replacing.__enter__()
        if self.path.suffix != ".parquet":
            self._stream = self._temporary.open("w", encoding="utf-8", newline="\n")
        return self

    def write(self, codings: pl.DataFrame) -> None:
        """Add a batch."""
        if self._stream is None:
            self._parts.append(codings)
        elif self.path.suffix == ".csv":
            first = self._stream.tell() == 0
            self._stream.write(_flat(codings).write_csv(include_header=first))
        else:
            self.write_text(coding_text(codings, self.codebook))

    def write_text(self, text: str) -> None:
        """Add a batch to JSON Lines that is text already; see `coding_text`."""
        assert self._stream is not None, "Parquet takes tables"
        self._stream.write(text)

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        """Close; put the file in its place, or leave what was there."""
        if self._stream is not None:
            self._stream.close()
        elif kind is None:
            pl.concat(self._parts).write_parquet(self._temporary)
        self._replacing.__exit__(kind, error, trace)


def _flat(codings: pl.DataFrame) -> pl.DataFrame:
    lists = [c for c, kind in codings.schema.items() if kind == pl.List(pl.String)]
    return codings.drop("actors", "p_actors", strict=False).with_columns(
        pl.col(lists).list.join(_LIST_MARK), pl.col(pl.Float64).round(6)
    )
