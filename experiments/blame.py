"""Who praises and blames whom, in passages on sovereignty and on neocolonialism, period by period?

From the coded sample alone, weighted by its design: no model has a part in it.
"""

from pathlib import Path
from typing import Annotated

import polars as pl
from pytask import Product

from experiments.project import RESAMPLES, SEED, code_of, real_data, results
from experiments.speeches import EAST, FILES, WEST, debate
from stance import figures
from stance.actors import states
from stance.framing import network, periods
from stance.report import write_results

FEWEST = 10
"""Passages of a group on a target below which none of its edges is drawn."""

TARGETS = ("sovereignty", "neocolonialism")
PERIODS = (1946, 1992, 2025)
"""First years of the two periods, and the year after them."""

CAPTION = {
    "en": "UN General Debate. Who praises (solid) and blames (dashed) whom in passages on {}: share "
    "of a group's passages on it with the evaluation, weighted by the sampling design; groups with at "
    "least ten such passages, edges whose 95 % interval over speeches leaves zero out. Coded by language models.",
    "fr": "Débat général de l’ONU. Qui loue (trait plein) et blâme (tirets) qui dans les passages sur "
    "{} : part des passages d’un groupe portant l’évaluation, pondérée selon le plan de sondage ; "
    "groupes d’au moins dix passages, arêtes dont l’intervalle à 95 % exclut zéro. Codé par des modèles de langue.",
}
LEFT_OUT = {
    "en": " Not drawn, for too few coded passages on it to have such an edge: {}.",
    "fr": " Non dessiné, faute d’assez de passages codés pour une telle arête : {}.",
}
NAMES = {
    "sovereignty": ("sovereignty", "la souveraineté"),
    "neocolonialism": ("neocolonialism", "le néocolonialisme"),
}


def nodes() -> dict[str, str]:
    """Actors to the node they are counted under: great powers and groups of states."""
    region = {
        "Africa": "Africa",
        "Asia": "Asia",
        "America": "Latin America",
        "Caribbean": "Latin America",
    }
    own = {
        actor: next((name for part, name in region.items() if part in place), "Europe")
        for actor, place in states().select("actor", "region").iter_rows()
    }
    named = {
        "USA": "USA",
        "RUS": EAST,
        "SUN": EAST,
        "ZAF": "South Africa",
        "ISR": "Israel",
        "PRT": "Portugal",
    }
    groups = dict.fromkeys(
        ("COLONIAL_POWERS", "GREAT_POWERS", "UNSC_PERMANENT"), "colonial and great powers"
    )
    others = {
        "UN": "UN",
        "UNSC": "UN",
        "WEST": WEST,
        "NATO": WEST,
        "AFRICA": "Africa",
        "AU": "Africa",
    }
    movements = {"LIBERATION_MOVEMENTS": "liberation movements"}
    return own | named | groups | others | movements


def task_blame(
    data: list[Path] = [*real_data("ungdc"), *FILES],
    code: list[Path] = code_of(__file__),
    first: Annotated[dict[str, Path], Product] = results("blame_sovereignty"),
    second: Annotated[dict[str, Path], Product] = results("blame_neocolonialism"),
) -> None:
    _, _, gold = debate()
    gold = gold.with_columns(period=periods(PERIODS))
    draws = {"resamples": RESAMPLES, "seed": SEED, "gold": "llm"}
    for target, out in zip(TARGETS, (first, second), strict=True):
        edges = network(gold, "group", "period", target=target, nodes=nodes(), **draws)
        top = (
            edges.group_by("actor")
            .agg(pl.col("n_gold").sum())
            .sort("n_gold", "actor", descending=[True, False])
        )
        kept = edges.filter(
            pl.col("n") >= FEWEST, pl.col("actor").is_in(top["actor"].head(7).implode())
        )
        figure = figures.network(kept, by="period")
        shown = [ax.get_title(loc="left") for ax in figure.axes]
        on_it = gold.drop_nulls(["group", target]).group_by("period").len("n").sort("period")
        left_out = on_it.filter(~pl.col("period").is_in(shown))
        write_results(out["results"], {"edges": edges, "left_out": left_out})
        caption = {lang: CAPTION[lang].format(NAMES[target][i]) for i, lang in enumerate(CAPTION)}
        if not left_out.is_empty():
            missing = ", ".join(f"{period} (n = {n})" for period, n in left_out.iter_rows())
            caption = {
                lang: text + LEFT_OUT[lang].format(missing) for lang, text in caption.items()
            }
        figures.save(figure, kept, out["pdf"].with_suffix(""), caption)
