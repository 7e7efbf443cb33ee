"""What is wrong with an input, and where: one sentence that names the place and the remedy."""

from __future__ import annotations

import importlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any


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


def optional(module: str, extra: str, file: Path | str = "") -> Any:
    """A module of an extra of the package.

    Parameters
    ----------
    module, extra : str
    file : path
        The file that cannot be read without it, or empty.

    Raises
    ------
    InputError
        If the module is not installed.
    """
    try:
        return importlib.import_module(module)
    except ImportError as error:
        remedy = f'Install it: pip install "stance[{extra}]"'
        fault = Fault("", f"no module {module}", f"the extra {extra}", remedy, str(file))
        raise InputError(fault) from error
