"""Is a model as good a coder of real passages as another coder?

The full model and the student as they are shipped, by their codings of the sampled passages (none
of whose documents they learned from), a dictionary, and one coder against the other. Test split.
"""

from pathlib import Path
from typing import Annotated

import polars as pl
from pytask import Product

from experiments.project import REAL, RESAMPLES, ROOT, SEED, code_of, coded, real_data, results
from stance import figures
from stance.actors import states
from stance.codebook import load_codebook
from stance.corpus import load_corpus
from stance.evaluation import actor_scores, ceiling, differences, risk_coverage, scores
from stance.report import write_results

MODELS = ROOT / "corpora" / "models"
SEARCH = ROOT / "experiments" / "search" / "results"
CODED = {
    "full": MODELS / "full" / "codings.parquet",
    "student": MODELS / "student" / "codings.parquet",
    "lexicon": SEARCH / "lexicon.parquet",
}
TESTS = {"UN": pl.col("corpus") == "ungdc", "French": pl.col("lang") == "fr"}
SLICES = {
    "quotation": pl.col("quotation"),
    "concession": pl.col("concession"),
    "negation": pl.col("negation"),
    "several targets": pl.col("several"),
    "at most 80 words": pl.col("words") <= 80,
    "over 120 words": pl.col("words") > 120,
    **{f"{d}s": pl.col("year") // 10 * 10 == d for d in range(1950, 2030, 10)},
    **{
        part: pl.col("region").str.contains(part)
        for part in ("Africa", "Asia", "Europe", "America")
    },
}
FEWEST = 40
"""Passages of a slice below which it is not scored."""

CAPTION = {
    "en": "Test passages of the UN General Debate. Share of passages with a wrong target among those "
    "a model is surest of, by the share that it codes. Bands: 95 % intervals over speeches. Gold "
    "coded by language models.",
    "fr": "Passages de test du Débat général de l’ONU. Part des passages dont une cible est fausse "
    "parmi ceux dont un modèle est le plus sûr, selon la part qu’il code. Bandes : intervalles à "
    "95 % sur les discours. Codage de référence fait par des modèles de langue.",
}


def task_coders(
    data: list[Path] = [*real_data(*REAL), *CODED.values(), SEARCH / "marks.parquet"],
    code: list[Path] = code_of(__file__),
    out: Annotated[dict[str, Path], Product] = results("coders"),
) -> None:
    book, draws = load_codebook(), {"resamples": RESAMPLES, "seed": SEED}
    marks = pl.read_parquet(SEARCH / "marks.parquet")
    several = pl.sum_horizontal(pl.col(t).is_not_null() for t in book.target_codes) > 1
    regions = states().select("actor", "region")
    gold = coded(*REAL).join(marks, on="passage", how="left", maintain_order="left")
    gold = gold.join(regions, on="actor", how="left", maintain_order="left")
    gold = gold.with_columns(several=several)
    gold = gold.filter((pl.col("split") == "test") & pl.col("probability").is_not_null())
    models = {name: pl.read_parquet(file) for name, file in CODED.items()}
    a, b = (pl.concat([load_corpus(name).coded_by(coder) for name in REAL]) for coder in ("a", "b"))
    tables: dict[str, list[pl.DataFrame]] = {k: [] for k in ("scores", "ceiling", "slices")}
    for test, among in TESTS.items():
        truth, place = gold.filter(among), pl.lit(test).alias("test")
        second = a.with_columns(coder=pl.lit("coder against coder"))
        for codings in (*models.values(), second):
            against = b if codings is second else truth
            own = truth.select("passage").join(against, on="passage", maintain_order="left")
            given = own.select("passage").join(codings, on="passage", maintain_order="left")
            tables["scores"].append(scores(given, own, book, **draws).select(place, "*"))
            if given["actors"].null_count() == 0:
                tables["scores"].append(actor_scores(given, own, book, **draws).select(place, "*"))
        pair = [table.join(truth.select("passage"), on="passage", how="semi") for table in (a, b)]
        tables["ceiling"] += [
            ceiling(codings, *pair, book, **draws).select(place, "*") for codings in models.values()
        ]
        for name, where in SLICES.items():
            part = truth.filter(where)
            if part.height < FEWEST:
                continue
            scored = scores(models["student"], part, book, resamples=500, seed=SEED)
            own = scored.filter(pl.col("code").str.starts_with("("))
            tables["slices"].append(own.select(place, pl.lit(name).alias("slice"), "*"))
    un = gold.filter(TESTS["UN"])
    apart = differences(models["student"], models["full"], un, book, **draws)
    risks = pl.concat([risk_coverage(models[m], un, book, **draws) for m in ("full", "student")])
    found = {name: pl.concat(parts) for name, parts in tables.items()}
    write_results(out["results"], found | {"differences": apart, "risk": risks})
    shown = risks.with_columns(pl.col("coder").str.replace("@.*", ""))
    figures.save(figures.risk_coverage(shown), shown, out["pdf"].with_suffix(""), CAPTION)
