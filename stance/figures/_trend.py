"""Shares by year with the estimates of whole decades."""

from __future__ import annotations

import re
import textwrap
from typing import Any

import numpy as np
import polars as pl
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, MaxNLocator

from stance.codebook import Codebook, load_codebook
from stance.figures import _style as style


@style.styled
def trend(
    shares: pl.DataFrame,
    decades: pl.DataFrame | None = None,
    *,
    codebook: Codebook | None = None,
    on: style.On = None,
    lang: str = "en",
) -> Figure:
    """A panel a code, a line over years with its band, and points with intervals for decades.

    A year without an estimate leaves a gap in the line. The raw count is a thin grey line.

    Parameters
    ----------
    shares : DataFrame
        ``year`` (integer), ``code, estimate, low, high, method``, as from
        `stance.framing.prevalence` by year.
    decades : DataFrame, optional
        ``decade`` ("1960s"), ``code, estimate, low, high``: their own estimates. They
        stand at the middle of their ten years (1964.5).
    on : Axes, Figure or SubFigure, optional
        An Axes only for one code.
    lang : {"en", "fr"}

    Raises
    ------
    ValueError
        If a decade is not written as four digits and an s.
    """
    scheme = codebook or load_codebook()
    points = shares.head(0) if decades is None else decades
    codes = pl.concat([shares["code"], points["code"]]).unique(maintain_order=True).to_list()
    methods = shares["method"].unique(maintain_order=True).to_list()
    across = style.across(len(codes))
    height = 0.45 + 1.65 * -(-len(codes) // across)
    width = style.PAGE if len(codes) > 1 else style.COLUMN
    figure, axes = style.panels(on, len(codes), width, height, across=across)
    for i, (ax, code) in enumerate(zip(axes, codes, strict=True)):
        color = style.SERIES[i % len(style.SERIES)]
        style.frame_axes(ax, grid="y")
        ax.spines[["top", "right"]].set_visible(False)
        for method in methods:
            part = shares.filter(pl.col("code") == code, pl.col("method") == method)
            _line(ax, part.sort("year"), f"{method} {code}", color, raw=method == "count")
        for record in points.filter(pl.col("code") == code).iter_rows(named=True):
            _decade(ax, record, f"{record['decade']} {code}")
        ax.set_ylim(0, 1.08 * _top(shares, points, code))
        ax.set_title(_title(code, scheme, lang))
        ax.xaxis.set_major_locator(MaxNLocator(nbins=5, integer=True))
        ax.yaxis.set_major_locator(MaxNLocator(nbins=4))
        ax.yaxis.set_major_formatter(FuncFormatter(lambda v, _: style.share(v, lang)))
        ax.tick_params(axis="x", length=2.5)
    for ax in axes[::across]:
        ax.set_ylabel(textwrap.fill(style.words(_quantity(codes, scheme), lang), 26))
    handles = _legend(methods, points, lang)
    columns = 1 if len(codes) == 1 else 2 if len(handles) > 3 else 3
    style.legend(on, axes, handles, columns)
    return figure


def _line(ax: Axes, part: pl.DataFrame, gid: str, color: str, *, raw: bool) -> None:
    years, (value, low, high) = part["year"].to_numpy(), _numbers(part)
    if raw:
        ax.plot(years, value, "--", color=style.GHOST, lw=0.8, zorder=2, gid=gid)
        return
    ax.fill_between(years, low, high, color=color, alpha=0.25, lw=0, zorder=1, gid=f"band {gid}")
    ax.plot(years, value, "-", color=color, zorder=3, gid=gid)


def _numbers(part: pl.DataFrame) -> list[np.ndarray[tuple[int], np.dtype[np.float64]]]:
    return [part[c].cast(pl.Float64).to_numpy() for c in ("estimate", "low", "high")]


def _decade(ax: Axes, record: dict[str, Any], gid: str) -> None:
    place = _middle(record["decade"])
    if record["estimate"] is None:
        ax.plot(place, 0, "x", color=style.INK, clip_on=False, zorder=6, gid=f"no {gid}")
        return
    ends = [record["low"], record["high"]]
    ax.plot([place, place], ends, "-", color=style.INK, lw=1, zorder=4, gid=f"interval {gid}")
    ax.plot(place, record["estimate"], "s", mfc="white", mec=style.INK, zorder=5, gid=gid)


def _middle(decade: str) -> float:
    if not re.fullmatch(r"\d{4}s", decade):
        raise ValueError(f"found decade {decade!r}; expected one such as '1960s'")
    return int(decade[:4]) + 4.5


def _top(shares: pl.DataFrame, points: pl.DataFrame, code: str) -> float:
    """The largest number of a panel."""
    numbers = [
        number
        for table in (shares, points)
        for column in ("estimate", "high")
        for number in table.filter(pl.col("code") == code)[column].drop_nulls()
    ]
    return max(numbers, default=1) or 1


def _title(code: str, scheme: Codebook, lang: str) -> str:
    """The name of a code, a facet without its target, a condition after a stroke."""
    head, _, given = code.partition("|")
    names = [head] if not given or head.startswith(f"{given}:") else [head, given]
    return " | ".join(scheme.label(re.sub(r"\w+/", "", name), lang) for name in names)


def _quantity(codes: list[str], scheme: Codebook) -> str:
    given = {code.partition("|")[2] for code in codes}
    if given == {""}:
        return "share of passages"
    return "share among passages with the target" if given <= {*scheme.target_codes} else "share"


def _legend(methods: list[str], points: pl.DataFrame, lang: str) -> list[Artist]:
    handles: list[Artist] = []
    for method in methods:
        raw = method == "count"
        look: Any = {"color": style.GHOST, "ls": "--", "lw": 0.8} if raw else {"color": style.INK}
        handles.append(
            Line2D([], [], label=style.words(style.METHODS.get(method, method), lang), **look)
        )
    if not points.is_empty():
        label = style.words("by decade, 95 % interval", lang)
        handles.append(Line2D([], [], marker="s", mfc="white", color=style.INK, label=label))
    if points["estimate"].null_count():
        label = style.words("not estimable", lang)
        handles.append(Line2D([], [], ls="none", marker="x", color=style.INK, label=label))
    return handles
