"""Small multiples: many shares over a few periods, a panel each."""

from __future__ import annotations

import re
import textwrap
from itertools import product
from typing import Any

import polars as pl
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, MaxNLocator

from stance.codebook import Codebook, load_codebook
from stance.figures import _style as style
from stance.figures._prevalence import group_column

ACROSS = 5
"""Panels of codes without a condition that stand beside each other."""

TITLE = 6.5
"""Size of a panel's title, in points."""

DENSE = 6
"""Groups beyond which only every second one is named."""


@style.styled
def multiples(
    shares: pl.DataFrame,
    *,
    codebook: Codebook | None = None,
    on: style.On = None,
    lang: str = "en",
) -> Figure:
    """A panel a code, its groups from left to right: points with intervals, crosses for unknown.

    Codes with a condition (``frame|target``) make a table of panels, a row a condition. All panels
    of a target have one scale. The raw share is a small open mark.

    Parameters
    ----------
    shares : DataFrame
        From `stance.framing.prevalence` or `corpus_prevalence`, grouped by one column whose groups
        have an order, such as decades.
    on : Figure or SubFigure, optional
    lang : {"en", "fr"}

    Raises
    ------
    ValueError
        If the table has no groups, or if some codes have a condition and not every code stands
        under every condition.
    """
    scheme = codebook or load_codebook()
    by = group_column(shares)
    if by is None:
        raise ValueError("found shares without groups; expected a column of groups")
    codes, across = _order(shares["code"].unique(maintain_order=True).to_list())
    groups = shares[by].unique(maintain_order=True).to_list()
    table = "|" in codes[0]
    height = 0.8 + (0.95 if table else 1.5) * -(-len(codes) // across)
    figure, axes = style.panels(on, len(codes), style.PAGE, height, across=across)
    for i, (ax, code) in enumerate(zip(axes, codes, strict=True)):
        owner = _owner(code)
        own = shares.filter(pl.col("code").map_elements(_owner, pl.String) == owner)
        color = style.target_color(owner, scheme) if owner in scheme.target_codes else style.INK
        style.frame_axes(ax, grid="y")
        for record in own.filter(pl.col("code") == code).iter_rows(named=True):
            _mark(ax, groups.index(record[by]), record, color)
        _scale(ax, own, lang)
        if i % across and _owner(codes[i - 1]) == owner:
            ax.tick_params(axis="y", labelleft=False)
        if not table or i < across:
            ax.set_title(_title(code, scheme, lang, 14 if table else 20), fontsize=TITLE)
        if table and not i % across:
            ax.set_ylabel(scheme.label(code.partition("|")[2], lang), fontsize=TITLE)
        _name_groups(ax, groups, None if table and i + across < len(codes) else lang)
    style.legend(on, axes, _legend(shares, lang), 3)
    return figure


def _order(codes: list[str]) -> tuple[list[str], int]:
    """The codes as they are drawn, condition by condition, and how many beside each other."""
    parts = [code.partition("|") for code in codes]
    if not any(stroke for _, stroke, _ in parts):
        return codes, min(ACROSS, len(codes))
    heads, given = (list(dict.fromkeys(part[i] for part in parts)) for i in (0, 2))
    ordered = [f"{head}|{condition}" for condition, head in product(given, heads)]
    if set(ordered) != set(codes):
        raise ValueError(f"found {len(codes)} codes; expected {len(heads)} under each of {given}")
    return ordered, len(heads)


def _owner(code: str) -> str:
    """The target that a code hangs on: its condition, that of a facet or stance, or itself."""
    head, _, given = code.partition("|")
    return re.split("[:/&]", given or head)[0]


def _title(code: str, scheme: Codebook, lang: str, width: int) -> str:
    label = scheme.label(code.partition("|")[0], lang)
    whose, colon, facet = label.partition(": ")
    lines = [whose + colon.strip(), *textwrap.wrap(facet, width)]
    return "\n".join(lines if facet else textwrap.wrap(label, width))


def _mark(ax: Axes, x: int, record: dict[str, Any], color: str) -> None:
    value, gid = record["estimate"], f"{record['method']} {record['code']} {x}"
    if record["method"] == "count":
        if value is not None:
            look: Any = {"mfc": "white", "mec": style.GHOST, "ms": 2.6, "mew": 0.7}
            ax.plot(x, value, "D", zorder=2, gid=gid, **look)
    elif value is None:
        low = ax.get_xaxis_transform()
        ax.plot(x, 0.05, "x", color=style.INK, ms=2.6, mew=0.7, transform=low, zorder=5, gid=gid)
    else:
        ends = [record["low"], record["high"]]
        ax.plot([x, x], ends, "-", color=color, lw=1.1, zorder=3, gid=f"interval {gid}")
        ax.plot(x, value, "o", color=color, ms=3, clip_on=False, zorder=4, gid=gid)


def _scale(ax: Axes, own: pl.DataFrame, lang: str) -> None:
    numbers = [number for column in ("estimate", "high") for number in own[column].drop_nulls()]
    ax.set_ylim(0, min(1.02, 1.08 * (max(numbers, default=1) or 1)))
    ax.yaxis.set_major_locator(MaxNLocator(nbins=3))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda v, _: style.share(v, lang)))
    ax.tick_params(axis="y", labelsize=6)


def _name_groups(ax: Axes, groups: list[object], lang: str | None) -> None:
    """Ticks for all groups, and without a language no names."""
    step = 2 if len(groups) > DENSE else 1
    names = [style.group(group, lang) if lang else "" for group in groups[::step]]
    ax.set_xlim(-0.6, len(groups) - 0.4)
    ax.set_xticks(range(0, len(groups), step), names, rotation=90, fontsize=6)
    ax.tick_params(axis="x", length=2)


def _legend(shares: pl.DataFrame, lang: str) -> list[Artist]:
    methods = set(shares["method"])
    handles: list[Artist] = []

    def add(text: str, **look: Any) -> None:
        handles.append(Line2D([], [], label=style.words(text, lang), **look))

    for method, text in style.METHODS.items():
        if method in methods and method == "count":
            add(text, ls="none", marker="D", mfc="white", mec=style.GHOST, ms=3.2)
        elif method in methods:
            add(text, marker="o", color=style.INK, ms=3.4)
    if shares.filter(pl.col("method") != "count")["estimate"].null_count():
        add("not estimable", ls="none", marker="x", color=style.INK, ms=4)
    return handles
