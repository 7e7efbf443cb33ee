"""Results of an experiment as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

import polars as pl

from stance._paths import replacing
from stance._results import flat, rounded


def write_results(path: Path, tables: Mapping[str, pl.DataFrame], **numbers: Any) -> None:
    """Write tables (lists of records) and numbers as one JSON object.

    Numbers are rounded to 6 significant digits, so that another processor writes the same bytes;
    keys stand in the order given, ``made_with`` last.
    """
    content: dict[str, Any] = {
        name: float(f"{value:.6g}") if isinstance(value, float) else value
        for name, value in numbers.items()
    }
    content |= {name: rounded(flat(table)).to_dicts() for name, table in tables.items()}
    content["made_with"] = {"stance": version("stance")}
    write_text(path, json.dumps(content, ensure_ascii=False, indent=1) + "\n")


def write_text(path: Path, text: str) -> None:
    """Write a text file, whole or not at all."""
    with replacing(path) as temporary:
        temporary.write_text(text, "utf-8", newline="\n")
