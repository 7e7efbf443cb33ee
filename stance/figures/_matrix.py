"""Numbers in cells: frames by target and stance, and codes that go together."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from stance.codebook import Codebook, load_codebook
from stance.figures import _style as style


def _cell_text(
    ax: Axes, x: float, y: float, text: str, shade: float, *, bold: bool = False
) -> None:
    color = "white" if shade > 0.55 else style.INK
    weight = "bold" if bold else "normal"
    ax.text(x, y, text, ha="center", va="center", fontsize=6.3, color=color, weight=weight)


@style.styled
def frames(
    shares: pl.DataFrame,
    *,
    codebook: Codebook | None = None,
    on: style.On = None,
    lang: str = "en",
) -> Figure:
    """Heat map of frames (rows) by target and stance (columns), in per cent of the column.

    Parameters
    ----------
    shares : DataFrame
        From `stance.framing.prevalence` with codes ``frame|target:stance``, ungrouped; one method.
    """
    scheme = codebook or load_codebook()
    values = {r["code"]: r for r in shares.iter_rows(named=True)}
    columns = [(t, s) for t in scheme.target_codes for s in scheme.stance_codes]
    rows = scheme.frame_codes
    figure, (ax,) = style.panels(on, 1, style.PAGE, 0.9 + 0.25 * len(rows))
    top = max((r["estimate"] or 0 for r in values.values()), default=1) or 1
    tint = colormaps["Blues"]
    gap = {t: 0.25 * i for i, t in enumerate(scheme.target_codes)}
    places = [i + gap[t] for i, (t, _) in enumerate(columns)]
    for x, (target, stance) in zip(places, columns, strict=True):
        for y, frame in enumerate(rows):
            record = values.get(f"{frame}|{target}:{stance}")
            share = None if record is None else record["estimate"]
            shade = 0.0 if share is None else share / top
            face = "white" if share is None else tint(0.05 + 0.9 * shade)
            gid = f"{frame}|{target}:{stance}"
            ax.add_patch(_square(x, y, face, gid))
            _cell_text(ax, x, y, "–" if share is None else style.percent(share), shade)
    _matrix_axes(ax, places, [scheme.label(s, lang) for _, s in columns], rows, scheme, lang)
    k = len(scheme.stance_codes)
    for i, target in enumerate(scheme.target_codes):
        middle = float(np.mean(places[i * k : (i + 1) * k]))
        ax.text(middle, -0.75, scheme.label(target, lang), ha="center", va="bottom", weight="bold")
    for x, (target, stance) in zip(places, columns, strict=True):
        n = max((r["n"] for c, r in values.items() if c.endswith(f"|{target}:{stance}")), default=0)
        ax.text(x, len(rows) - 0.3, f"n = {n}", ha="center", va="top", fontsize=6, color=style.INK)
    ax.tick_params(axis="x", pad=11)
    ax.set_ylim(len(rows) - 0.3, -0.6)
    return figure


def _square(x: float, y: float, face: Any, gid: str) -> Rectangle:
    return Rectangle((x - 0.5, y - 0.5), 1, 1, fc=face, ec="white", lw=0.8, gid=gid)


def _matrix_axes(
    ax: Axes,
    places: list[float],
    names: list[str],
    rows: tuple[str, ...],
    scheme: Codebook,
    lang: str,
) -> None:
    ax.set_xlim(places[0] - 0.55, places[-1] + 0.55)
    ax.set_xticks(places, names)
    ax.set_yticks(range(len(rows)), [scheme.label(row, lang) for row in rows])
    ax.tick_params(length=0)
    for side in ax.spines.values():
        side.set_visible(False)


@style.styled
def cooccurrence(
    pairs: pl.DataFrame,
    *,
    codebook: Codebook | None = None,
    on: style.On = None,
    lang: str = "en",
) -> Figure:
    """Lower triangle of phi coefficients; bold where the interval leaves zero out.

    Parameters
    ----------
    pairs : DataFrame
        From `stance.framing.cooccurrence`.
    """
    scheme = codebook or load_codebook()
    codes = pl.concat([pairs["first"], pairs["second"]]).unique(maintain_order=True).to_list()
    figure, (ax,) = style.panels(on, 1, style.PAGE * 0.72, 1.0 + 0.27 * len(codes))
    top = float(pairs["estimate"].abs().max() or 1)  # type: ignore[arg-type]
    tint, scale = colormaps["PuOr_r"], Normalize(-top, top)
    for record in pairs.iter_rows(named=True):
        x, y = codes.index(record["first"]), codes.index(record["second"])
        value = record["estimate"]
        if value is None:
            _cell_text(ax, x, y, "–", 0)
            continue
        ax.add_patch(_square(x, y, tint(0.1 + 0.8 * scale(value)), record["code"]))
        sure = record["low"] > 0 or record["high"] < 0
        _cell_text(ax, x, y, f"{value:+.2f}".replace("-", "−"), abs(value) / top, bold=sure)
    ax.set_xlim(-0.5, len(codes) - 1.5)
    ax.set_ylim(len(codes) - 0.5, 0.5)
    ax.set_xticks(
        range(len(codes) - 1), [scheme.label(c, lang) for c in codes[:-1]], rotation=35, ha="right"
    )
    ax.set_yticks(range(1, len(codes)), [scheme.label(c, lang) for c in codes[1:]])
    ax.tick_params(length=0)
    ax.set_title(style.words("phi coefficient", lang), weight="normal", loc="right")
    for side in ax.spines.values():
        side.set_visible(False)
    return figure
