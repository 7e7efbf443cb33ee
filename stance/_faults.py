"""What is wrong with an input, and where: one sentence that names the place and the remedy."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path


@dataclass(frozen=True)
class Fault:
    """One fault of an input.

    Attributes
    ----------
    field : str
        The field at fault (``stance.sovereignty``), or empty for the whole line or file.
    found, expected : str
        What is there, and what should be.
    remedy : str
        What to do about it, or empty.
    file : str
        The file, or empty where the input is not a file.
    line : int or None
        The line in that file, from 1.
    """

    field: str
    found: str
    expected: str
    remedy: str = ""
    file: str = ""
    line: int | None = None

    def at(self, file: Path | str, line: int | None = None) -> Fault:
        """The same fault with its place."""
        return replace(self, file=str(file), line=line)

    def __str__(self) -> str:
        place = self.file + (f":{self.line}" if self.line is not None else "")
        where = " ".join(part for part in (place, self.field) if part)
        text = f"{where}: found {self.found}; expected {self.expected}."
        return f"{text} {self.remedy}".rstrip()


class InputError(ValueError):
    """An input that cannot be used; its message lists the faults, one a line."""

    def __init__(self, faults: Fault | Iterable[Fault]) -> None:
        self.faults = (faults,) if isinstance(faults, Fault) else tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))
