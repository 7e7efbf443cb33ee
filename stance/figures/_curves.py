"""Curves of quality: with more passages to learn from, and with fewer passages to decide."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, NullLocator
from numpy.typing import NDArray

from stance.codebook import Codebook, load_codebook
from stance.figures import _style as style

LABEL = 6.5
"""Size of a direct label, in points."""

LINES = ("-", "--", "-.", ":")


@style.styled
def learning(
    table: pl.DataFrame,
    *,
    codebook: Codebook | None = None,
    on: style.On = None,
    lang: str = "en",
) -> Figure:
    """A score against the number of passages learned from, a line with its band a test set.

    Parameters
    ----------
    table : DataFrame
        ``n`` (passages, over zero), ``test`` (name of the test set), ``code`` (a target, or
        ``macro-F1``), ``estimate, low, high`` and, if there is one, ``ceiling`` (the score of one
        coder against the other; null where unknown), drawn as a dotted line. A panel a code.
    on : Axes, Figure or SubFigure, optional
        An Axes only for one code.
    lang : {"en", "fr"}
    """
    scheme = codebook or load_codebook()
    codes = table["code"].unique(maintain_order=True).to_list()
    tests = table["test"].unique(maintain_order=True).to_list()
    across = style.across(len(codes))
    width = style.PAGE if len(codes) > 1 else style.COLUMN
    height = 0.4 + 2.1 * -(-len(codes) // across)
    figure, axes = style.panels(on, len(codes), width, height, across=across)
    for ax, code in zip(axes, codes, strict=True):
        part = table.filter(pl.col("code") == code)
        ax.set_xscale("log")
        names, ends = [], []
        for test in tests:
            own = part.filter(pl.col("test") == test).sort("n")
            if own.is_empty():
                continue
            gid = f"{test} {code}"
            ends.append(_curve(ax, own, "n", "estimate", gid, tests.index(test)))
            names.append((tests.index(test), style.words(test, lang)))
            if "ceiling" in own.columns:
                ceiling = own["ceiling"].cast(pl.Float64).to_numpy()
                color = _color(tests.index(test))
                ax.plot(own["n"], ceiling, ":", color=color, lw=0.9, gid=f"ceiling {gid}")
        ax.set_title(scheme.label(code, lang) if code in scheme.target_codes else code)
        ax.set_xlabel(style.words("passages for training (log scale)", lang))
        ax.yaxis.set_major_locator(MaxNLocator(nbins=5))
        ax.yaxis.set_major_formatter(FuncFormatter(lambda v, _: style.decimal(f"{v:.2g}", lang)))
        _plain_ticks(ax, part["n"].unique().sort().to_list())
        _end_labels(ax, names, ends)
    for ax in axes[::across]:
        ax.set_ylabel("F1")
    if "ceiling" in table.columns:
        label = style.words("ceiling: one coder against the other", lang)
        style.legend(on, axes, [Line2D([], [], ls=":", color=style.INK, lw=0.9, label=label)], 1)
    return figure


@style.styled
def risk_coverage(table: pl.DataFrame, *, on: style.On = None, lang: str = "en") -> Figure:
    """Share of errors against the share of passages that a coder is sure enough to code.

    Parameters
    ----------
    table : DataFrame
        ``coder, coverage`` and ``risk, low, high``, all in [0, 1]; a line with its band a coder.
    on : Axes, Figure or SubFigure, optional
    lang : {"en", "fr"}
    """
    coders = table["coder"].unique(maintain_order=True).to_list()
    figure, (ax,) = style.panels(on, 1, style.COLUMN, 2.4)
    ends = []
    for place, coder in enumerate(coders):
        own = table.filter(pl.col("coder") == coder).sort("coverage")
        ends.append(_curve(ax, own, "coverage", "risk", coder, place, plain=True))
    ax.set_xlim(0, 1.01)
    ax.set_ylim(bottom=0)
    ax.set_xlabel(style.words("coverage: share of passages coded", lang))
    ax.set_ylabel(style.words("risk: share of errors", lang))
    ax.yaxis.set_major_locator(MaxNLocator(nbins=5))
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_formatter(FuncFormatter(lambda v, _: style.share(v, lang)))
    names = [style.words(coder.removeprefix("model:"), lang) for coder in coders]
    _end_labels(ax, list(enumerate(names)), ends)
    return figure


def _color(place: int) -> str:
    return style.SERIES[place % len(style.SERIES)]


def _curve(
    ax: Axes, part: pl.DataFrame, x: str, y: str, gid: str, place: int, *, plain: bool = False
) -> tuple[float, float]:
    """A line with its band; with markers or, if plain, dashes; returns where it ends."""
    style.frame_axes(ax, grid="y")
    ax.spines[["top", "right"]].set_visible(False)
    ax.tick_params(axis="x", length=2.5)
    along = part[x].cast(pl.Float64).to_numpy()
    value, low, high = (part[c].cast(pl.Float64).to_numpy() for c in (y, "low", "high"))
    color = _color(place)
    look: Any = {"marker": style.MARKERS[place % len(style.MARKERS)], "ls": "-"}
    if plain:
        look = {"ls": LINES[place % len(LINES)]}
    ax.fill_between(along, low, high, color=color, alpha=0.18, lw=0, zorder=2, gid=f"band {gid}")
    ax.plot(along, value, color=color, zorder=3, gid=gid, **look)
    known = np.flatnonzero(~np.isnan(value))
    last = known[-1] if known.size else -1
    return float(along[last]), float(np.nan_to_num(value[last]))


def _plain_ticks(ax: Axes, numbers: list[int]) -> None:
    """Whole numbers of the table as ticks, the largest first, those without room left out."""
    scale = np.log(numbers[-1] / numbers[0]) or 1.0
    gap = scale * 6 * len(str(numbers[-1])) / (0.7 * _points(ax)[0])
    kept = [numbers[-1]]
    for number in reversed(numbers[:-1]):
        if np.log(kept[-1] / number) > gap:
            kept.append(number)
    ax.xaxis.set_major_locator(FixedLocator(kept[::-1]))
    ax.xaxis.set_minor_locator(NullLocator())
    ax.xaxis.set_major_formatter(FuncFormatter(lambda v, _: f"{v:.0f}"))


def _points(ax: Axes) -> NDArray[np.float64]:
    """Width and height of a panel in points, before the layout is settled."""
    return np.array([ax.bbox.width, ax.bbox.height]) * 72 / ax.figure.dpi


def _end_labels(ax: Axes, names: list[tuple[int, str]], ends: list[tuple[float, float]]) -> None:
    """Names beside the ends of their lines, moved apart where they would cover each other."""
    low, high = ax.get_ylim()
    unit = (high - low) / (0.85 * _points(ax)[1])
    order = sorted(range(len(ends)), key=lambda i: ends[i][1])
    heights = _apart([ends[i][1] for i in order], 1.25 * LABEL * unit, low, high)
    for i, height in zip(order, heights, strict=True):
        (x, y), (place, name) = ends[i], names[i]
        ax.annotate(
            name,
            (x, y),
            xytext=(6, (height - y) / unit),
            textcoords="offset points",
            va="center",
            fontsize=LABEL,
            color=_color(place),
            annotation_clip=False,
        )


def _apart(heights: list[float], gap: float, low: float, high: float) -> list[float]:
    """Ascending heights, at least `gap` apart, as near to where they were as may be."""
    groups = [([height], height) for height in heights]
    i = 0
    while i < len(groups) - 1:
        (lower, below), (upper, above) = groups[i], groups[i + 1]
        room = gap * (len(lower) + len(upper)) / 2
        if above - below >= room:
            i += 1
            continue
        joined = lower + upper
        middle = (below * len(lower) + above * len(upper)) / len(joined)
        half = gap * (len(joined) - 1) / 2
        groups[i : i + 2] = [(joined, min(max(middle, low + half), high - half))]
        i = max(i - 1, 0)
    return [
        middle + gap * (k - (len(members) - 1) / 2)
        for members, middle in groups
        for k in range(len(members))
    ]
