"""Stance as diverging bars: those against to the left, those in favour to the right."""

from __future__ import annotations

import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter

from stance.codebook import Codebook, load_codebook
from stance.figures import _style as style
from stance.figures._prevalence import group_column


@style.styled
def stance(
    shares: pl.DataFrame,
    *,
    codebook: Codebook | None = None,
    on: style.On = None,
    lang: str = "en",
) -> Figure:
    """A panel a target, a row a group, bars that add up to all passages with the target.

    Stances without a side lie around zero, those against to the left of them, those in favour to
    the right; the whiskers are the intervals of these two shares, drawn from the bars' outer ends.

    Parameters
    ----------
    shares : DataFrame
        From `stance.framing.prevalence` with codes ``target:stance|target``; corrected rows are
        drawn where there are some, else raw ones, and the axis says so.
    """
    scheme = codebook or load_codebook()
    by = group_column(shares)
    table = shares.filter(pl.col("code").str.contains(":", literal=True))
    corrected = "ppi" in set(table["method"])
    table = table.filter(pl.col("method") == ("ppi" if corrected else "count"))
    groups = table[by].unique(maintain_order=True).to_list() if by else [None]
    targets = [t for t in scheme.target_codes if table["code"].str.ends_with(f"|{t}").any()]
    height = 0.85 + 0.24 * len(groups)
    figure, axes = style.panels(on, len(targets), style.PAGE, height, share_y=True)
    for ax, target in zip(axes, targets, strict=True):
        style.frame_axes(ax)
        for y, group in enumerate(groups):
            row = table.filter(pl.col(by).eq_missing(group)) if by else table
            values = {r["code"]: r for r in row.iter_rows(named=True)}
            _bar(ax, y, target, values, scheme, lang)
        ax.axvline(0, color=style.INK, lw=0.6)
        ax.set_xlim(-1.02, 1.3)
        ax.set_xticks([-1, -0.5, 0, 0.5, 1])
        ax.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{abs(100 * x):.0f}%"))
        ax.set_title(scheme.label(target, lang))
    note = "" if corrected else f" ({style.words('uncorrected', lang)})"
    axes[len(axes) // 2].set_xlabel(
        style.words("share among passages with the target", lang) + note
    )
    axes[0].set_yticks(range(len(groups)), [style.group(g, lang) for g in groups])
    axes[0].set_ylim(len(groups) - 0.4, -0.6)
    order = sorted(scheme.stances, key=lambda s: s.polarity)
    handles = [Patch(fc=style.SIDES[s.polarity], label=scheme.label(s.code, lang)) for s in order]
    figure.legend(handles=handles, loc="outside lower center", ncols=len(handles))
    return figure


def _bar(
    ax: Axes, y: int, target: str, values: dict[str, dict[str, float]], scheme: Codebook, lang: str
) -> None:
    records = [(s, values.get(f"{target}:{s.code}|{target}")) for s in scheme.stances]
    shares: dict[int, float] = {s.polarity: 0.0 for s in scheme.stances}
    known = [r for _, r in records if r is not None and r["estimate"] is not None]
    if not known:
        ax.text(
            0.03, y, style.words("not estimable", lang), va="center", fontsize=6, color=style.GHOST
        )
        return
    for s, record in records:
        if record is not None and record["estimate"] is not None:
            shares[s.polarity] += record["estimate"]
    middle = shares.get(0, 0.0)
    starts = {0: -middle / 2, 1: middle / 2, -1: -middle / 2 - shares[-1]}
    for polarity, start in starts.items():
        ax.barh(
            y,
            shares.get(polarity, 0.0),
            left=start,
            height=0.62,
            color=style.SIDES[polarity],
            gid=f"{target} {polarity}",
        )
    for s, record in records:
        if s.polarity and record is not None and record["low"] is not None:
            sign = s.polarity
            ends = [sign * (middle / 2 + record[side]) for side in ("low", "high")]
            ax.plot(ends, [y, y], color=style.INK, lw=0.8, gid=f"interval {target} {s.code}")
    ax.text(1.28, y, f"{known[0]['n_gold'] or known[0]['n']}", ha="right", va="center", fontsize=6)
