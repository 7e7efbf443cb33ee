"""How good a coder a model is: scores beside baselines and coders, and calibration."""

from __future__ import annotations

import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from stance.codebook import Codebook, load_codebook
from stance.figures import _style as style

HEADLINES = (
    ("target", "(mean)", "macro-F1", "Targets"),
    ("stance", "(pooled)", "F_avg", "Stance given the target"),
    ("frame", "(mean)", "macro-F1", "Frames"),
)


@style.styled
def quality(scores: pl.DataFrame, *, on: style.On = None, lang: str = "en") -> Figure:
    """Headline scores of several coders, a panel a layer, a row a coder in the order given.

    Parameters
    ----------
    scores : DataFrame
        Tables of `stance.evaluation.scores`, one under the other.
    """
    coders = scores["coder"].unique(maintain_order=True).to_list()
    figure, axes = style.panels(
        on, len(HEADLINES), style.PAGE, 0.7 + 0.24 * len(coders), share_y=True
    )
    for ax, (layer, code, statistic, title) in zip(axes, HEADLINES, strict=True):
        style.frame_axes(ax)
        rows = scores.filter(
            pl.col("layer") == layer, pl.col("code") == code, pl.col("statistic") == statistic
        )
        for record in rows.iter_rows(named=True):
            y = coders.index(record["coder"])
            model = record["coder"].startswith("model:")
            color = style.SERIES[0] if model else style.SERIES[1]
            if record["low"] is not None:
                ends = [record["low"], record["high"]]
                ax.plot(ends, [y, y], "-", color=color, lw=1.5)
            shape = "o" if model else "s"
            ax.plot(record["estimate"], y, shape, color=color, gid=f"{record['coder']} {layer}")
        ax.set_xlim(-0.03, 1.03)
        ax.set_title(style.words(title, lang))
        ax.set_xlabel(statistic)
    axes[0].set_yticks(range(len(coders)), [c.removeprefix("model:") for c in coders])
    axes[0].set_ylim(len(coders) - 0.4, -0.6)
    return figure


@style.styled
def calibration(
    bins: pl.DataFrame,
    *,
    codebook: Codebook | None = None,
    on: style.On = None,
    lang: str = "en",
) -> Figure:
    """Observed share against predicted probability, a panel a target, with intervals.

    Parameters
    ----------
    bins : DataFrame
        From `stance.evaluation.calibration`.
    """
    scheme = codebook or load_codebook()
    codes = bins["code"].unique(maintain_order=True).to_list()
    figure, axes = style.panels(on, len(codes), style.PAGE, 2.5, share_y=True)
    for ax, code in zip(axes, codes, strict=True):
        _reliability(ax, bins.filter(pl.col("code") == code), style.target_color(code, scheme))
        ax.set_title(scheme.label(code, lang))
        ax.set_xlabel(style.words("predicted probability", lang))
    axes[0].set_ylabel(style.words("observed share", lang))
    return figure


def _reliability(ax: Axes, part: pl.DataFrame, color: str) -> None:
    ax.plot([0, 1], [0, 1], "--", color=style.GHOST, lw=0.8)
    ax.plot(part["probability"], part["estimate"], "-", color=color, lw=0.8)
    for record in part.iter_rows(named=True):
        x = record["probability"]
        ax.plot([x, x], [record["low"], record["high"]], "-", color=color, lw=1.2)
        ax.plot(x, record["estimate"], "o", color=color, gid=f"bin {record['bin']}")
    ax.set_xlim(-0.03, 1.03)
    ax.set_ylim(-0.03, 1.03)
    ax.set_aspect("equal")
