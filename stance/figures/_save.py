"""A figure on disk: PDF, SVG, PNG, its data, its caption and what it shows in words."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import matplotlib as mpl
import polars as pl
from matplotlib.figure import Figure

from stance._paths import replacing
from stance._results import flat, rounded
from stance.figures._style import RC

_METADATA: dict[str, dict[str, str | None]] = {
    "pdf": {"CreationDate": None, "Creator": "stance", "Producer": None},
    "svg": {"Date": None, "Creator": "stance"},
    "png": {"Software": None},
}


def save(figure: Figure, table: pl.DataFrame, stem: Path | str, caption: Mapping[str, str]) -> None:
    """Write a figure with everything a journal or a screen reader needs.

    Parameters
    ----------
    figure : Figure
    table : DataFrame
        What the figure draws.
    stem : path
        ``<stem>.pdf``, ``.svg``, ``.png``, ``.csv`` and ``.json`` (caption and alternative text by
        language) are written; the same bytes on every run.
    caption : mapping
        By language.
    """
    base = Path(stem)
    for kind in _METADATA:
        save_image(figure, base.with_name(f"{base.name}.{kind}"))
    with replacing(base.with_name(f"{base.name}.csv")) as temporary:
        rounded(flat(table)).write_csv(temporary)
    text = {
        lang: {"caption": words, "alt": alt_text(table, words, lang)}
        for lang, words in caption.items()
    }
    with replacing(base.with_name(f"{base.name}.json")) as temporary:
        temporary.write_text(json.dumps(text, ensure_ascii=False, indent=1) + "\n", "utf-8")


def save_image(figure: Figure, path: Path) -> None:
    """Write a figure alone, as PDF, SVG or PNG by the ending of `path`."""
    kind = path.suffix.removeprefix(".")
    with mpl.rc_context(RC), replacing(path) as temporary:
        figure.savefig(temporary, format=kind, metadata=_METADATA[kind])


def alt_text(table: pl.DataFrame, caption: str, lang: str = "en") -> str:
    """The caption with the range of the values, for readers who cannot see the figure."""
    if "estimate" not in table.columns or table["estimate"].null_count() == table.height:
        return caption
    known = table.drop_nulls("estimate").sort("estimate")
    names = [c for c, kind in known.schema.items() if kind == pl.String][:3]
    names = [c for c in names if c not in ("method", "signature")]

    def of(row: int) -> str:
        place = ", ".join(str(known[c][row]) for c in names)
        return f"{known['estimate'][row]:.2f} ({place})"

    lowest, highest = of(0), of(-1)
    if lang == "fr":
        return f"{caption} {known.height} valeurs, de {lowest} à {highest}."
    return f"{caption} {known.height} values, from {lowest} to {highest}."
