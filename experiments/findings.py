"""How have states argued about the three ideas in the General Debate since 1946?

The student reads every passage; the sample that was read corrects it. By decade (targets
and their facets), year by year, by group of states, and in which frames.
"""

from pathlib import Path
from typing import Annotated

import polars as pl
from pytask import Product

from experiments.project import RESAMPLES, SEED, code_of, real_data, results, timed
from experiments.speeches import FILES, debate
from stance import figures
from stance.codebook import load_codebook
from stance.framing import FEWEST_GOLD, corpus_prevalence, default_codes, weighted, yearly
from stance.report import write_results

SOURCE = {
    "en": "UN General Debate, 1946–2024. {} A model's reading of all passages, corrected by a coded "
    "sample of {} speeches (one passage each); 95 % intervals over speeches. Gold coded by language "
    "models.",
    "fr": "Débat général de l’ONU, 1946–2024. {} Lecture de tous les passages par un modèle, corrigée "
    "par un échantillon codé de {} discours (un passage chacun) ; intervalles à 95 % sur les "
    "discours. Codage de référence fait par des modèles de langue.",
}
WHAT = {
    "findings": (
        "Share of passages on each target by decade.",
        "Part des passages par cible et décennie.",
    ),
    "facets": (
        "Share of passages on each facet by decade; one scale for the panels of a target.",
        "Part des passages par facette et décennie ; même échelle pour une même cible.",
    ),
    "framing": (
        "Frames in which each target is argued: share of the passages on it; one scale for the panels of a target.",
        "Cadres de chaque cible : part des passages qui la traitent ; même échelle pour une même cible.",
    ),
    "trend": (
        "Year by year (line, resting on the model within a decade) and by decade (points).",
        "Année par année (ligne, selon le modèle au sein d’une décennie) et par décennie (points).",
    ),
    "groups": ("Share of passages on each target by group of states.", "Part par groupe d’États."),
    "sides": (
        "Stance on each target by group of states.",
        "Position sur chaque cible par groupe d’États.",
    ),
}


THIN = {
    "en": f" Not estimable: fewer than {FEWEST_GOLD} coded passages on the target.",
    "fr": f" Non estimable : moins de {FEWEST_GOLD} passages codés sur la cible.",
}
ERAS = {
    "en": " By era, since {} of {} cells by decade are not estimable.",
    "fr": " Par époque, car {} cellules par décennie sur {} ne sont pas estimables.",
}
MOST = 1 / 3
"""Share of cells without an estimate above which frames are drawn by era, not by decade."""


def task_findings(
    data: list[Path] = [*real_data("ungdc"), *FILES],
    code: list[Path] = code_of(__file__),
    findings: Annotated[dict[str, Path], Product] = results("findings"),
    facets: Annotated[dict[str, Path], Product] = results("facets"),
    framing: Annotated[dict[str, Path], Product] = results("framing"),
    trend: Annotated[dict[str, Path], Product] = results("trend"),
    groups: Annotated[dict[str, Path], Product] = results("groups"),
    sides: Annotated[dict[str, Path], Product] = results("sides"),
) -> None:
    sums, codings, gold = debate()
    book = load_codebook()
    draws = {"resamples": RESAMPLES, "seed": SEED, "source": "llm"}
    targets = list(book.target_codes)
    sides_of = [f"{t}/{f}" for t, f in book.facet_codes]
    last = [f"{targets[-1]}/{facet}" for facet in book.facets_of(targets[-1])]
    framed = [f"{frame}|{target}" for target in targets for frame in book.frame_codes]
    stated = sums.drop_nulls("group")

    def shares(by: str | tuple[()], codes: list[str], of: pl.DataFrame = sums) -> pl.DataFrame:
        own = gold.filter(pl.col("document").is_in(of["document"].to_list()))
        return corpus_prevalence(of, codings, own, by, codes=codes, **draws)

    with timed("findings"):
        decades = shares("decade", [*targets, *sides_of])
        curve = yearly(sums, codings, gold, codes=[*targets, *last], seed=SEED, source="llm")
        by_group = shares("group", [*default_codes(book)], stated)
        frames = {by: shares(by, framed) for by in ("decade", "era")}
        tables = {
            "decades": decades,
            "sample": weighted(gold, "decade", codes=targets, **draws),
            "whole": shares((), [*default_codes(book), *sides_of, *book.frame_codes]),
            "frames": frames["era"],
            "frames by decade": frames["decade"],
            "groups by era": shares(("group", "era"), targets, stated),
        }
    write_results(findings["results"], tables)
    corrected = pl.col("method") == "ppi"
    single, split = (decades.filter(pl.col("code").is_in(c)) for c in (targets, sides_of))
    points = decades.filter(corrected, pl.col("code").is_in([*targets, *last]))
    cells = frames["decade"].filter(corrected)["estimate"]
    thin = cells.null_count() > MOST * len(cells)
    argued = frames["era" if thin else "decade"].filter(corrected)
    drawn = (
        (findings, single, figures.prevalence(single)),
        (facets, split, figures.multiples(split)),
        (framing, argued, figures.multiples(argued)),
        (trend, curve, figures.trend(curve, points)),
        (groups, by_group, figures.prevalence(by_group)),
        (sides, by_group, figures.stance(by_group.filter(corrected))),
    )
    for out, table, figure in drawn:
        name = out["results"].stem
        what = dict(zip(SOURCE, WHAT[name], strict=True))
        if name == "framing":
            eras = ERAS if thin else dict.fromkeys(SOURCE, "")
            about = (cells.null_count(), len(cells))
            what = {lang: what[lang] + eras[lang].format(*about) + THIN[lang] for lang in what}
        caption = {lang: SOURCE[lang].format(what[lang], gold.height) for lang in SOURCE}
        if name != "findings":
            write_results(out["results"], {"shares": table})
        figures.save(figure, table, out["pdf"].with_suffix(""), caption)
