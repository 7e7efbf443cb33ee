"""Passages of one's own: JSON Lines, CSV, TSV or Parquet with the columns id and text.

Optional columns: ``lang``, ``document``. Files are streamed. CSV is read as spreadsheets write it;
what had to be guessed (encoding, delimiter) is said.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import count, islice
from pathlib import Path
from typing import Any

import polars as pl

from stance._faults import Fault, InputError
from stance.corpus import open_input, read_lines

ENDINGS = (".jsonl", ".csv", ".tsv", ".parquet")
_ID_COLUMNS = ("id", "passage")
_TEXTS = {"passage": pl.String, "document": pl.String, "lang": pl.String, "text": pl.String}
_LONGEST_FIELD = 1_000_000
_SLICE = 20_000

Say = Callable[[str], None]


def _quiet(_: str) -> None:
    """Say nothing."""


def read_texts(path: Path, batch: int = 2000, say: Say = _quiet) -> Iterator[pl.DataFrame]:
    """Passages in batches: tables with ``passage, document, lang, text``.

    Parameters
    ----------
    path : Path
        By its ending one of `ENDINGS`.
    batch : int
        Passages at a time.
    say : callable
        Told what was guessed.

    Raises
    ------
    InputError
        For a file that is not there, is empty, has another ending or lacks a column; for a
        passage without id or text, or an id that comes twice.
    """
    rows = _checked(_rows(path, say), path)
    empty = True
    while chunk := list(islice(rows, batch)):
        empty = False
        yield pl.DataFrame(chunk, schema=_TEXTS, orient="row")
    if empty:
        raise InputError(Fault("", "no passage", "at least one", file=str(path)))


def count_texts(path: Path) -> int | None:
    """How many lines a file has, for progress; None where it takes reading to know."""
    if path.suffix == ".parquet":
        return int(pl.scan_parquet(path).select(pl.len()).collect().item())
    if path.suffix == ".jsonl":
        with open_input(path) as stream:
            return sum(block.count(b"\n") for block in iter(lambda: stream.read(1 << 20), b""))
    return None


def read_table(path: Path, say: Say = _quiet) -> pl.DataFrame:
    """A whole table of metadata, every column as text: CSV or TSV, or Parquet as it is."""
    if path.suffix == ".parquet":
        with _parquet(path) as scan:
            return scan.collect()
    rows = list(_csv_rows(path, say))
    if not rows:
        raise InputError(Fault("", "no row", "at least one", file=str(path)))
    return pl.DataFrame([row for _, row in rows])


def _rows(path: Path, say: Say) -> Iterator[tuple[int, dict[str, Any]]]:
    if path.is_dir():
        raise InputError(Fault("", "a directory", "a file", file=str(path)))
    if path.suffix in (".csv", ".tsv"):
        yield from _csv_rows(path, say)
    elif path.suffix == ".jsonl":
        for line, value in read_lines(path):
            if isinstance(value, Fault):
                raise InputError(value)
            yield line, value
    elif path.suffix == ".parquet":
        yield from enumerate(_parquet_rows(path), 1)
    else:
        found = f"the ending {path.suffix!r}" if path.suffix else "no ending"
        raise InputError(Fault("", found, ", ".join(ENDINGS), file=str(path)))


@contextmanager
def _parquet(path: Path) -> Iterator[pl.LazyFrame]:
    open_input(path).close()
    try:
        yield pl.scan_parquet(path)
    except (pl.exceptions.PolarsError, OSError) as error:
        raise InputError(
            Fault("", str(error).splitlines()[0], "Parquet", file=str(path))
        ) from error


def _parquet_rows(path: Path) -> Iterator[dict[str, Any]]:
    """Row by row, of which a slice is held at a time."""
    with _parquet(path) as scan:
        for start in count(0, _SLICE):
            part = scan.slice(start, _SLICE).collect()
            if part.is_empty():
                return
            yield from part.iter_rows(named=True)


def _csv_rows(path: Path, say: Say) -> Iterator[tuple[int, dict[str, str]]]:
    encoding = _encoding(path, say)
    with open_input(path) as raw, io.TextIOWrapper(raw, encoding, newline="") as stream:
        header = stream.readline(_LONGEST_FIELD)
        delimiter = "\t" if path.suffix == ".tsv" else _delimiter(header, path, say)
        csv.field_size_limit(_LONGEST_FIELD)
        names = next(csv.reader([header], delimiter=delimiter), [])
        reader = csv.reader(stream, delimiter=delimiter)
        try:
            for values in reader:
                line = reader.line_num + 1
                if not any(values):
                    continue
                if len(values) != len(names):
                    found = f"{len(values)} fields"
                    raise InputError(Fault("", found, f"{len(names)}", file=str(path), line=line))
                yield line, dict(zip((n.strip() for n in names), values, strict=True))
        except csv.Error as error:
            fault = Fault("", str(error), "CSV", file=str(path), line=reader.line_num + 1)
            raise InputError(fault) from error


def _encoding(path: Path, say: Say) -> str:
    with open_input(path) as stream:
        content = stream.read(1 << 24)
    if not content.strip():
        raise InputError(Fault("", "an empty file", "a header line and rows", file=str(path)))
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start < len(content) - 4:
            say(f"{path}: not UTF-8, read as Windows-1252")
            return "cp1252"
    return "utf-8-sig"


def _delimiter(header: str, path: Path, say: Say) -> str:
    counts = {mark: header.count(mark) for mark in (",", ";", "\t")}
    best = max(counts, key=lambda mark: counts[mark])
    if best != "," and counts[best]:
        say(f"{path}: columns separated by {'tabs' if best == chr(9) else 'semicolons'}")
        return best
    return ","


def _checked(
    rows: Iterable[tuple[int, dict[str, Any]]], path: Path
) -> Iterator[tuple[str, str, str | None, str]]:
    seen: set[str] = set()
    for line, row in rows:
        name = next((column for column in _ID_COLUMNS if column in row), None)
        if name is None or "text" not in row:
            found = "columns " + ", ".join(map(str, row))
            raise InputError(Fault("", found, "columns id and text", file=str(path), line=line))
        key = "" if row[name] is None else str(row[name])
        if not key:
            raise InputError(Fault(name, "nothing", "an id", file=str(path), line=line))
        if key in seen:
            raise InputError(Fault(name, f'"{key}" again', "an id once", file=str(path), line=line))
        seen.add(key)
        text = row["text"]
        if not isinstance(text, str) or not text.strip():
            found = "an empty text" if isinstance(text, str) else repr(text)
            raise InputError(Fault(f"{key} text", found, "text", file=str(path), line=line))
        yield key, str(row.get("document") or key), row.get("lang") or None, text
