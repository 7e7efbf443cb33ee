"""Who praises and who blames whom: a signed network on a circle, a panel a period."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from itertools import zip_longest
from typing import Any, NamedTuple

import numpy as np
import polars as pl
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import FancyArrowPatch
from matplotlib.transforms import Affine2D, ScaledTranslation, Transform

from stance.codebook import Codebook, load_codebook
from stance.figures import _style as style

LABEL = 6.5
"""Size of a node's name, in points."""

MOST = 12
"""Nodes that a circle holds legibly."""

THIN, THICK = 0.6, 3.6
"""Width of an edge at nothing, and what the largest edge adds to it, in points."""

LINES = {1: ("-", "-."), -1: ((0, (3, 1)), (0, (1, 1)))}
"""Line styles by polarity, for the first and the second evaluation of that polarity."""

SMALL = 45.0
"""The least radius of a circle that is legible, in points."""

LOOP = np.radians(20)
"""How far a loop stands from its node's direction, praise to one side, blame to the other."""

NEAR, FAR = 6.0, 18.0
"""How far labels stand from a node, and from one with a loop, in points."""


_Point = tuple[float, float]


class _Look(NamedTuple):
    """What an evaluation looks like: its place among the evaluations, colour and line."""

    place: int
    polarity: int
    color: str
    line: Any


class _Label(NamedTuple):
    """A node's name, where its middle lies from the node, and half its size, in points."""

    text: str
    side: str
    right: float
    up: float
    wide: float
    high: float


class _Circle(NamedTuple):
    """The nodes, the direction in which each lies, what it is called, and those that speak."""

    nodes: list[str]
    angle: dict[str, float]
    label: dict[str, _Label]
    speaks: set[str]


@style.styled
def network(
    edges: pl.DataFrame,
    *,
    by: str | None = None,
    least: float = 0.01,
    nodes: Sequence[str] | None = None,
    names: Mapping[str, str] | None = None,
    codebook: Codebook | None = None,
    on: style.On = None,
    lang: str = "en",
) -> Figure:
    """A panel a group that has an edge, the same nodes at the same places, an arrow an edge.

    An arrow runs from who speaks to whom is evaluated; its colour and line tell the evaluation, its
    width the share of the speaker's passages. Edges whose interval reaches 0 are left out.

    Parameters
    ----------
    edges : DataFrame
        From `stance.framing.network`, grouped by one column or none: ``<by>, <source>, evaluation,
        actor, code, estimate, low, high, …``.
    by : str, optional
        The column that makes the panels; by default the one before the source, if there is one.
    least : float
        Edges with a smaller share are left out.
    nodes : sequence of str, optional
        The nodes in their order, clockwise from the top, the same for several figures; by default
        the sources and then the actors that are not sources, as they come in the table.
    names : mapping, optional
        What nodes are called; a node that it lacks by its code.
    on : Axes, Figure or SubFigure, optional
        An Axes only for one panel.
    lang : {"en", "fr"}

    Raises
    ------
    ValueError
        If the groups are not one column and the source, an evaluation is not of the codebook, an
        edge leads to none of `nodes`, or there are more than twelve nodes.
    """
    scheme = codebook or load_codebook()
    by, source = _groups(edges, by)
    looks = _looks(scheme)
    if unknown := set(edges["evaluation"]) - set(looks):
        raise ValueError(f"found evaluation {min(unknown)!r}; expected one of {list(looks)}")
    drawn = edges.filter(pl.col("low") > 0, pl.col("estimate") >= least)
    circle = _circle(edges, drawn, source, nodes, names or {})
    groups = drawn[by].unique(maintain_order=True).to_list() if by else []
    count = max(len(groups), 1)
    width = _inches(on, style.PAGE if count > 1 else style.COLUMN)
    across = style.across(count)
    if _radius(circle, width / across) < SMALL:
        across = min(across, 2)
    radius = _radius(circle, width / across)
    right, top, bottom = _reach(circle, radius)
    row = (radius * (top + bottom) + 28) / 72
    figure, axes = style.panels(on, count, width, -(-count // across) * row + 0.5, across=across)
    largest = max(drawn["estimate"], default=least)
    for ax, group in zip(axes, groups or [None], strict=True):
        part = drawn if group is None else drawn.filter(pl.col(by or "") == group)
        ax.set(xlim=(-right, right), ylim=(-bottom, top))
        ax.set_aspect("equal", anchor="N")
        ax.set_axis_off()
        _nodes(ax, circle)
        ordered = part.sort("estimate", descending=True, maintain_order=True)
        for record in ordered.iter_rows(named=True):
            _edge(ax, record, source, circle, looks, largest)
        if group is not None:
            ax.set_title(str(group))
    parts = [part for part in _legend(scheme, looks, circle, largest, lang) if part]
    columns = list(zip_longest(*parts, fillvalue=Line2D([], [], ls="none", label=" ")))
    if count > 1:
        columns = list(zip(*columns, strict=True))
    style.legend(on, axes, [handle for column in columns for handle in column], len(columns))
    return figure


def _groups(edges: pl.DataFrame, by: str | None) -> tuple[str | None, str]:
    """The column of the panels and that of the source, from those that stand before the edge's."""
    columns = edges.columns[: edges.columns.index("evaluation")]
    if by is None and len(columns) == 2:
        by = columns[0]
    rest = [column for column in columns if column != by]
    if len(rest) != 1 or (by is not None and by not in columns):
        raise ValueError(f"found groups {columns}; expected the source and at most one more column")
    return by, rest[0]


def _looks(scheme: Codebook) -> dict[str, _Look]:
    looks: dict[str, _Look] = {}
    for place, evaluation in enumerate(scheme.evaluations):
        side = evaluation.polarity
        earlier = sum(look.polarity == side for look in looks.values())
        line = LINES[side][min(earlier, 1)]
        looks[evaluation.code] = _Look(place, side, style.SIDES[side], line)
    return looks


def _circle(
    edges: pl.DataFrame,
    drawn: pl.DataFrame,
    source: str,
    nodes: Sequence[str] | None,
    names: Mapping[str, str],
) -> _Circle:
    speaks = edges[source].unique(maintain_order=True).to_list()
    spoken = drawn["actor"].unique()
    if nodes is None:
        actors = edges.filter(pl.col("actor").is_in(spoken.implode()))["actor"]
        nodes = list(dict.fromkeys([*speaks, *actors]))
    if missing := [node for node in [*speaks, *spoken.sort()] if node not in nodes]:
        raise ValueError(f"found an edge of {missing[0]!r}; expected only nodes of {list(nodes)}")
    if len(nodes) > MOST:
        raise ValueError(
            f"found {len(nodes)} nodes; expected at most {MOST}. Count actors under fewer nodes "
            "(stance.framing.network(nodes=…)) or raise least."
        )
    step = 2 * np.pi / max(len(nodes), 1)
    angle = {node: np.pi / 2 - step * (i + 0.5) for i, node in enumerate(nodes)}
    loops = set(drawn.filter(pl.col(source) == pl.col("actor"))["actor"])
    label = {
        node: _label(names.get(node, node), angle[node], FAR if node in loops else NEAR)
        for node in nodes
    }
    return _Circle(list(nodes), angle, label, set(speaks))


def _at(angle: float, radius: float = 1) -> _Point:
    return radius * float(np.cos(angle)), radius * float(np.sin(angle))


def _label(name: str, angle: float, away: float) -> _Label:
    lines = textwrap.wrap(name, 13, break_long_words=False)
    x, y = _at(angle)
    wide, high = 0.31 * LABEL * max(map(len, lines), default=0), 0.57 * LABEL * len(lines)
    side = "center" if abs(x) < 0.1 else "left" if x > 0 else "right"
    right = away * x + {"center": 0, "left": wide, "right": -wide}[side]
    return _Label("\n".join(lines), side, right, away * y + high * y * abs(y), wide, high)


def _inches(on: style.On, otherwise: float) -> float:
    """How wide that is on which panels are drawn."""
    if on is None:
        return otherwise
    return float(on.bbox.width / (on.figure.dpi if isinstance(on, Axes) else on.dpi))


def _radius(circle: _Circle, width: float) -> float:
    """The radius in points that labels leave to a circle in a panel so many inches wide."""
    half = 36 * width - 5
    rooms = [
        (half - abs(label.right) - label.wide) / abs(np.cos(circle.angle[node]))
        for node, label in circle.label.items()
        if label.side != "center"
    ]
    return max(min(rooms, default=half), 20.0)


def _reach(circle: _Circle, radius: float) -> tuple[float, float, float]:
    """How far labels reach to a side, upwards and downwards, in radii."""
    right, top, bottom = [1.05], [1.05], [1.05]
    for node, label in circle.label.items():
        x, y = _at(circle.angle[node])
        right.append(abs(x + label.right / radius) + label.wide / radius)
        top.append(y + (label.up + label.high) / radius)
        bottom.append(-y - (label.up - label.high) / radius)
    return max(right), max(top), max(bottom)


def _nodes(ax: Axes, circle: _Circle) -> None:
    for node, angle in circle.angle.items():
        face = style.INK if node in circle.speaks else "white"
        look: dict[str, Any] = {"mfc": face, "mec": style.INK, "ms": 5, "mew": 0.9, "zorder": 6}
        ax.plot(*_at(angle), "o", clip_on=False, gid=f"node {node}", **look)
        label = circle.label[node]
        inwards = {"center": 0, "left": -label.wide, "right": label.wide}[label.side]
        ax.annotate(
            label.text,
            _at(angle),
            xytext=(label.right + inwards, label.up),
            textcoords="offset points",
            ha=label.side,
            va="center",
            multialignment=label.side,
            fontsize=LABEL,
            linespacing=0.95,
            annotation_clip=False,
        )


def _width(share: float, largest: float) -> float:
    return THIN + THICK * share / largest


def _edge(
    ax: Axes,
    record: Mapping[str, Any],
    source: str,
    circle: _Circle,
    looks: Mapping[str, _Look],
    largest: float,
) -> None:
    look = looks[record["evaluation"]]
    width = _width(record["estimate"], largest)
    speaker, actor = record[source], record["actor"]
    if speaker == actor:
        start, end, place = _loop(ax, circle.angle[actor], look)
        bend, gap = 3.0, 0.0
    else:
        start, end = (_at(circle.angle[node]) for node in (speaker, actor))
        place, bend, gap = ax.transData, _bend(speaker, actor, circle, look), 5.0
    long, broad = 3.5 + 1.3 * width, 1.6 + 0.75 * width
    gid = f"{speaker} {record['code']}"
    common: dict[str, Any] = {
        "posA": start,
        "posB": end,
        "transform": place,
        "connectionstyle": f"arc3,rad={bend:.3f}",
        "color": look.color,
        "mutation_scale": 1,
        "shrinkA": gap,
    }
    shaft = FancyArrowPatch(
        arrowstyle="-", lw=width, ls=look.line, capstyle="butt", shrinkB=gap + 0.8 * long, **common
    )
    head = FancyArrowPatch(
        arrowstyle=f"-|>,head_length={long:.2f},head_width={broad:.2f}",
        lw=0,
        shrinkB=gap,
        **common,
    )
    for part, name in ((shaft, gid), (head, f"head {gid}")):
        part.set_gid(name)
        part.set_zorder(3)
        part.set_clip_on(False)
        ax.add_patch(part)


def _loop(ax: Axes, angle: float, look: _Look) -> tuple[_Point, _Point, Transform]:
    """Where a loop begins and ends, in points from its node, and the transform of such points."""
    direction = angle - LOOP * look.polarity
    (x, y), (across_x, across_y) = _at(direction, 4), _at(direction + np.pi / 2, 3)
    node = ScaledTranslation(*_at(angle), ax.transData)  # type: ignore[arg-type]
    points = Affine2D().scale(1 / 72) + ax.figure.dpi_scale_trans + node
    return (x - across_x, y - across_y), (x + across_x, y + across_y), points


def _bend(speaker: str, actor: str, circle: _Circle, look: _Look) -> float:
    """How far an edge bends towards the middle of the circle.

    The four edges that two nodes may have, there and back, of praise and of blame, bend by as many
    amounts, so that none covers another and none passes behind a third node.
    """
    back = circle.nodes.index(speaker) > circle.nodes.index(actor)
    amount = 0.06 + 0.1 * (2 * look.place + back)
    (x, y), (to_x, to_y) = (_at(circle.angle[node]) for node in (speaker, actor))
    right = (to_y - y) * -(x + to_x) - (to_x - x) * -(y + to_y)
    return amount if right > -1e-9 else -amount


def _legend(
    scheme: Codebook, looks: Mapping[str, _Look], circle: _Circle, largest: float, lang: str
) -> list[list[Artist]]:
    """Evaluations, the two kinds of node if there are two, and the scale of the widths."""
    lines: list[Artist] = [
        Line2D([], [], color=look.color, ls=look.line, lw=2, label=scheme.label(code, lang))
        for code, look in looks.items()
    ]
    dots: list[Artist] = []
    if circle.speaks != set(circle.nodes):
        for face, word in ((style.INK, "speaker"), ("white", "only spoken of")):
            dot: Any = {"ls": "none", "marker": "o", "mfc": face, "mec": style.INK, "ms": 5}
            dots.append(Line2D([], [], label=style.words(word, lang), **dot))
    steps = [k * 10.0**power for power in range(-4, 1) for k in (1, 2, 5)]
    below = [step for step in steps if step <= 1.001 * largest]
    shares = [below[-3], below[-1]] if len(below) > 2 else [largest]
    names = [style.share(share, lang) for share in shares]
    names[-1] = f"{names[-1]} {style.words('of a speaker’s passages', lang)}"
    widths: list[Artist] = [
        Line2D([], [], color=style.INK, lw=_width(share, largest), label=name)
        for share, name in zip(shares, names, strict=True)
    ]
    return [lines, dots, widths]
