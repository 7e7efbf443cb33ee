"""How figures look: journal widths, colours that survive grey print, words in two languages."""

from __future__ import annotations

import functools
import io
import re
from collections.abc import Callable
from typing import Any, ParamSpec

import matplotlib as mpl
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure
from matplotlib.transforms import ScaledTranslation

from stance.codebook import Codebook

Canvas = Figure | SubFigure
On = Axes | Figure | SubFigure | None
P = ParamSpec("P")

COLUMN, PAGE = 3.5, 7.2
"""Widths of one and of two journal columns, in inches."""

INK, GHOST, RULE = "#222222", "#9a9a9a", "#d9d9d9"
SERIES = ("#12436d", "#c9601b", "#3f8f63", "#8a5a9e", "#7a7a7a", "#b8a03a", "#4fa3c7", "#5b3a29")
MARKERS = ("o", "s", "D", "^", "v", "P", "X", "h")
SIDES = {1: "#12436d", 0: "#c9c9c9", -1: "#d9792b"}
"""Colour of a stance by its polarity: dark, light and middle grey when printed without colour."""

RC: Any = {
    "font.family": "DejaVu Sans",
    "font.size": 7.5,
    "axes.titlesize": 8,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.labelsize": 7.5,
    "xtick.labelsize": 7,
    "ytick.labelsize": 7,
    "legend.fontsize": 7,
    "legend.frameon": False,
    "axes.edgecolor": INK,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "xtick.major.size": 2.5,
    "ytick.major.size": 2.5,
    "lines.linewidth": 1.1,
    "lines.markersize": 4,
    "text.color": INK,
    "axes.labelcolor": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "pdf.fonttype": 42,
    "svg.fonttype": "path",
    "svg.hashsalt": "stance",
    "savefig.dpi": 300,
}

METHODS = {
    "ppi": "corrected, 95 % interval",
    "weighted": "sample, design-weighted, 95 % interval",
    "count": "raw count (uncorrected)",
}
"""What the methods of a result are called."""

_WORDS = {
    "share of passages": "part des passages",
    "share among passages with the target": "part parmi les passages traitant la cible",
    "corrected, 95 % interval": "corrigée, intervalle à 95 %",
    "sample, design-weighted, 95 % interval": "échantillon pondéré, intervalle à 95 %",
    "raw count (uncorrected)": "compte brut (non corrigé)",
    "true share": "part réelle",
    "not estimable": "non estimable",
    "uncorrected": "non corrigé",
    "log-odds ratio": "log du rapport des cotes",
    "phi coefficient": "coefficient phi",
    "predicted probability": "probabilité prédite",
    "observed share": "part observée",
    "score": "score",
    "all": "tous",
    "Targets": "Cibles",
    "Stance given the target": "Position, la cible étant donnée",
    "Frames": "Cadres",
    "share": "part",
    "speaker": "locuteur",
    "only spoken of": "seulement évoqué",
    "of a speaker’s passages": "des passages d’un locuteur",
    "by decade, 95 % interval": "par décennie, intervalle à 95 %",
    "passages for training (log scale)": "passages d’apprentissage (échelle log.)",
    "ceiling: one coder against the other": "plafond\u202f: un codeur contre l’autre",
    "coverage: share of passages coded": "couverture\u202f: part des passages codés",
    "risk: share of errors": "risque\u202f: part d’erreurs",
    "UN": "ONU",
    "press": "presse",
    "programmes": "programmes",
    "French": "français",
}


def words(text: str, lang: str) -> str:
    """A phrase of a figure in a language; in English where it has no translation."""
    return _WORDS.get(text, text) if lang == "fr" else text


def group(value: object, lang: str) -> str:
    """The name of a group; none is all, and a decade (1950s) has its French form."""
    if value is None:
        return words("all", lang)
    return re.sub(r"^(\d{3}0)s$", r"années \1", str(value)) if lang == "fr" else str(value)


def styled(draw: Callable[P, Figure]) -> Callable[P, Figure]:
    """Draw under this module's settings and leave the caller's as they were."""

    @functools.wraps(draw)
    def inside(*args: P.args, **kwargs: P.kwargs) -> Figure:
        with mpl.rc_context(RC):
            return draw(*args, **kwargs)

    return inside


class ShownFigure(Figure):
    """A figure that a notebook shows without pyplot."""

    def _repr_png_(self) -> bytes:
        image = io.BytesIO()
        with mpl.rc_context(RC):
            self.savefig(image, format="png", dpi=150)
        return image.getvalue()


def panels(
    on: On,
    count: int,
    width: float,
    height: float,
    *,
    share_y: bool = False,
    across: int | None = None,
) -> tuple[Figure, list[Axes]]:
    """`count` panels, on what is given or on a new figure of this size in inches.

    They stand in one row, or in rows of `across`.

    Raises
    ------
    ValueError
        If `on` is an Axes and more than one panel is needed.
    """
    if isinstance(on, Axes):
        if count != 1:
            raise ValueError(f"found an Axes for {count} panels; expected a Figure or SubFigure")
        return _root(on.figure), [on]
    canvas: Canvas = (
        on if on is not None else ShownFigure(figsize=(width, height), layout="constrained")
    )
    columns = across or count
    grid = canvas.subplots(-(-count // columns), columns, squeeze=False, sharey=share_y)
    axes = list(grid.flat)
    for spare in axes[count:]:
        spare.remove()
    return _root(canvas), axes[:count]


def across(count: int) -> int:
    """How many of `count` panels stand beside each other on a page."""
    return 2 if count == 4 else min(count, 3)


def legend(on: On, axes: list[Axes], handles: list[Artist], columns: int) -> None:
    """A legend below everything that was drawn, and inside what it was drawn on."""
    if isinstance(on, Axes):
        below = ScaledTranslation(0, -28 / 72, _root(on.figure).dpi_scale_trans)
        on.legend(
            handles=handles,
            loc="upper center",
            bbox_to_anchor=(0.5, 0),
            bbox_transform=on.transAxes + below,
            ncols=columns,
        )
    else:
        canvas = axes[0].figure
        canvas.legend(handles=handles, loc="outside lower center", ncols=columns)


def _root(canvas: Any) -> Figure:
    figure = canvas.get_figure(root=True) if hasattr(canvas, "get_figure") else canvas
    assert isinstance(figure, Figure)
    return figure


def percent(value: float) -> str:
    """A share as a whole percentage."""
    return f"{100 * value:.0f}"


def share(value: float, lang: str) -> str:
    """A share in per cent with as few digits as it needs, as a language writes it."""
    return decimal(f"{100 * value:.3g}", lang) + ("\u202f%" if lang == "fr" else "%")


def decimal(text: str, lang: str) -> str:
    """A printed number with the decimal mark of a language."""
    return text.replace(".", ",") if lang == "fr" else text


def target_color(code: str, codebook: Codebook) -> str:
    """The colour of a target, by its place in the codebook."""
    return SERIES[codebook.target_codes.index(code) % len(SERIES)]


def frame_axes(ax: Axes, *, grid: str = "x") -> None:
    """Light grid behind the data, no ticks on the categorical side."""
    ax.grid(axis="x" if grid == "x" else "y", color=RULE, linewidth=0.5)
    ax.set_axisbelow(True)
    ax.tick_params(axis="y" if grid == "x" else "x", length=0)
