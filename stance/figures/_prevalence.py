"""Shares of codes by group: the corrected share with its interval, the raw one as a ghost."""

from __future__ import annotations

from typing import Any

import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from stance.codebook import Codebook, load_codebook
from stance.figures import _style as style


def group_column(table: pl.DataFrame) -> str | None:
    """The first column of a result that makes its groups, or None."""
    first = table.columns[0]
    return None if first == "code" else first


@style.styled
def prevalence(
    shares: pl.DataFrame,
    *,
    codebook: Codebook | None = None,
    on: style.On = None,
    lang: str = "en",
) -> Figure:
    """A panel a code, a row a group.

    Parameters
    ----------
    shares : DataFrame
        From `stance.framing.prevalence`, grouped by one column or none; rows of method ``truth``
        are drawn as a stroke. Conditional codes are left out.
    on : Figure or SubFigure, optional
    lang : {"en", "fr"}
    """
    scheme = codebook or load_codebook()
    by = group_column(shares)
    table = shares.filter(~pl.col("code").str.contains("|", literal=True))
    codes = table["code"].unique(maintain_order=True).to_list()
    groups = table[by].unique(maintain_order=True).to_list() if by else [None]
    height = 0.75 + 0.22 * len(groups)
    figure, axes = style.panels(on, len(codes), style.PAGE, height, share_y=True)
    for ax, code in zip(axes, codes, strict=True):
        part = table.filter(pl.col("code") == code)
        rows = [part.filter(pl.col(by).eq_missing(g)) if by else part for g in groups]
        _panel(ax, rows, code, lang, style.SERIES[codes.index(code) % len(style.SERIES)])
        ax.set_title(scheme.label(code, lang))
        ax.set_xlabel(style.words("share of passages", lang))
    axes[0].set_yticks(range(len(groups)), [style.group(g, lang) for g in groups])
    axes[0].set_ylim(len(groups) - 0.4, -0.6)
    _legend(figure, axes[0], shares, lang)
    return figure


def _panel(ax: Axes, rows: list[pl.DataFrame], code: str, lang: str, color: str) -> None:
    style.frame_axes(ax)
    largest = 0.0
    for y, row in enumerate(rows):
        for record in row.iter_rows(named=True):
            value, method = record["estimate"], record["method"]
            if value is None:
                if method in ("ppi", "weighted"):
                    ax.text(
                        0.98,
                        y,
                        style.words("not estimable", lang),
                        transform=ax.get_yaxis_transform(),
                        ha="right",
                        va="center",
                        fontsize=6,
                        color=style.GHOST,
                        bbox={"fc": "white", "ec": "none", "pad": 0.8},
                        zorder=6,
                    )
                continue
            largest = max(largest, value, record["high"] or 0)
            _mark(ax, y, record, color, f"{method} {code}")
    ax.set_xlim(0, min(1.02, max(largest * 1.12, 0.05)))
    ax.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    ax.locator_params(axis="x", nbins=4)


def _mark(ax: Axes, y: int, record: dict[str, Any], color: str, gid: str) -> None:
    value = record["estimate"]
    if record["method"] == "count":
        ax.plot(value, y, "D", mfc="white", mec=style.GHOST, ms=3.6, mew=0.8, gid=gid, zorder=2)
    elif record["method"] == "truth":
        ax.plot(
            [value, value], [y - 0.32, y + 0.32], "-", color=style.INK, lw=1.4, gid=gid, zorder=3
        )
    else:
        low, high = record["low"], record["high"]
        ax.plot([low, high], [y, y], "-", color=color, lw=1.5, zorder=4, gid=f"interval {gid}")
        ax.plot(value, y, "o", color=color, ms=4.2, zorder=5, gid=gid)


def _legend(figure: Figure, ax: Axes, shares: pl.DataFrame, lang: str) -> None:
    methods = set(shares["method"])
    entries = []
    for method in sorted(methods & {"ppi", "weighted"}):
        label = style.words(style.METHODS[method], lang)
        entries += ax.plot([], [], "o-", color=style.INK, ms=4.2, lw=1.5, label=label)
    if "count" in methods:
        label = style.words(style.METHODS["count"], lang)
        entries += ax.plot([], [], "D", mfc="white", mec=style.GHOST, ms=3.6, label=label)
    if "truth" in methods:
        label = style.words("true share", lang)
        entries += ax.plot([], [], "|", color=style.INK, ms=8, mew=1.4, label=label)
    figure.legend(handles=entries, loc="outside lower center", ncols=3)
