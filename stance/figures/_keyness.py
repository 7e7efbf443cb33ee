"""The words that tell two sets of passages apart, ranked, with intervals."""

from __future__ import annotations

import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from stance.figures import _style as style


@style.styled
def keyness(
    terms: pl.DataFrame,
    *,
    names: tuple[str, str],
    top: int = 15,
    on: style.On = None,
    lang: str = "en",
) -> Figure:
    """The `top` most characteristic terms of either set; dots grow with the count.

    Parameters
    ----------
    terms : DataFrame
        From `stance.framing.keyness`.
    names : (str, str)
        What the two sets are called.
    """
    figure, axes = style.panels(on, 2, style.PAGE, 0.8 + 0.155 * top)
    ordered = terms.sort("z", "term", descending=[True, False])
    sides = (
        ordered.filter(pl.col("z") > 0).head(top),
        ordered.filter(pl.col("z") < 0).tail(top).reverse(),
    )
    counts = ("count", "count_other")
    for i, (ax, part, name) in enumerate(zip(axes, sides, names, strict=True)):
        _side(ax, part, style.SIDES[1 if i == 0 else -1], counts[i])
        ax.set_title(name)
        ax.set_xlabel(style.words("log-odds ratio", lang))
    return figure


def _side(ax: Axes, part: pl.DataFrame, color: str, count: str) -> None:
    style.frame_axes(ax)
    largest = max(*part[count], 1)
    for y, record in enumerate(part.iter_rows(named=True)):
        ax.plot([record["low"], record["high"]], [y, y], "-", color=color, lw=1, alpha=0.7)
        size = 3 + 4 * (record[count] / largest) ** 0.5
        ax.plot(record["estimate"], y, "o", color=color, ms=size, gid=record["term"])
    ax.axvline(0, color=style.INK, lw=0.6)
    labels = [f"{r['term']} ({r[count]})" for r in part.iter_rows(named=True)]
    ax.set_yticks(range(part.height), labels)
    ax.set_ylim(part.height - 0.4, -0.6)
