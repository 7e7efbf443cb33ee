"""JSON Lines, read and written record by record, every fault with its file and line."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

from pydantic import BaseModel, ValidationError

from stance._faults import Fault, InputError
from stance._paths import replacing

R = TypeVar("R", bound=BaseModel)

LONGEST_LINE = 1_000_000
"""Bytes. A longer line is not a passage but a file that lost its line ends."""


def open_input(path: Path) -> BinaryIO:
    """Open a file for reading.

    Raises
    ------
    InputError
        If it is not there, is a directory, or may not be read.
    """
    if path.is_dir():
        raise InputError(Fault("", "a directory", "a file", file=str(path)))
    try:
        return path.open("rb")
    except OSError as error:
        found = (error.strerror or "an unreadable file").lower()
        raise InputError(Fault("", found, "a readable file", file=str(path))) from error


def read_lines(path: Path) -> Iterator[tuple[int, dict[str, Any] | Fault]]:
    """Every line of a JSON Lines file with its number: an object, or the fault in its place.

    A byte-order mark is skipped, and blank lines are.

    Raises
    ------
    InputError
        If the file cannot be read or holds no line at all.
    """
    empty = True
    with open_input(path) as stream:
        number = 0
        while line := stream.readline(LONGEST_LINE + 1):
            number += 1
            if len(line) > LONGEST_LINE:
                while not line.endswith(b"\n") and (line := stream.readline(LONGEST_LINE)):
                    pass
                empty = False
                yield number, _fault("a line of more than 1 MB", "one record a line", path, number)
                continue
            if number == 1:
                line = line.removeprefix(b"\xef\xbb\xbf")
            if not line.strip():
                continue
            empty = False
            yield number, _parse(line, path, number)
    if empty:
        raise InputError(
            Fault("", "an empty file", "JSON Lines, one record a line", file=str(path))
        )


def _fault(found: str, expected: str, path: Path, line: int) -> Fault:
    return Fault("", found, expected, file=str(path), line=line)


def _parse(line: bytes, path: Path, number: int) -> dict[str, Any] | Fault:
    try:
        value = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError as error:
        return _fault(
            f"byte 0x{line[error.start]:02x} at position {error.start}", "UTF-8", path, number
        )
    except json.JSONDecodeError as error:
        return _fault(f"malformed JSON ({error.msg}, column {error.colno})", "JSON", path, number)
    except RecursionError:
        return _fault("JSON nested too deeply", "a flat record", path, number)
    if not isinstance(value, dict):
        return _fault(f"a JSON {type(value).__name__}", "a JSON object", path, number)
    return value


def read_records(path: Path, model: type[R]) -> Iterator[tuple[int, R | Fault]]:
    """Every record of a file with its line, or the faults in its place, several a line if so."""
    for line, value in read_lines(path):
        if isinstance(value, Fault):
            yield line, value
            continue
        try:
            yield line, model.model_validate(value)
        except ValidationError as error:
            for one in error.errors():
                yield line, _from_pydantic(one, value).at(path, line)


def _from_pydantic(error: Any, value: dict[str, Any]) -> Fault:
    field = ".".join(str(part) for part in error["loc"])
    name = str(value.get("id") or value.get("passage") or "")
    where = " ".join(part for part in (name, field) if part)
    if error["type"] == "missing":
        return Fault(where, "no such field", f"the field {field}")
    if error["type"] == "extra_forbidden":
        return Fault(where, "an unknown field", "only the fields of the record format")
    message = error["msg"].removeprefix("Value error, ")
    found = repr(error["input"]) if field else "a record that contradicts itself"
    found = found if len(found) <= 60 else found[:57] + "..."
    return Fault(where, found, message[0].lower() + message[1:])


def write_records(path: Path, records: Iterable[BaseModel]) -> None:
    """Write records, one a line, keys in the order of their model, absent fields left out."""
    with replacing(path) as temporary, temporary.open("w", encoding="utf-8", newline="\n") as out:
        for record in records:
            out.write(dump_line(record.model_dump(exclude_none=True)))


def dump_line(value: dict[str, Any]) -> str:
    """One JSON object as a line."""
    return json.dumps(value, ensure_ascii=False, separators=(", ", ": ")) + "\n"
