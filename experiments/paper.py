"""The paper, set from the results; its tables and numbers for authors who write in LaTeX."""

import json
from pathlib import Path
from typing import Annotated

import polars as pl
import typst
from pytask import Product

from experiments.project import BUILD, FIGURES, RESULTS, ROOT, code_of, timed
from stance.report import latex_macros, latex_table, write_text

NAMES = (
    "corpus",
    "agreement",
    "masking",
    "quality",
    "calibration",
    "transfer",
    "shares",
    "stances",
    "frames",
    "real",
    "coders",
    "genres",
    "learning",
    "findings",
    "groups",
    "contrasts",
    "blame_neocolonialism",
)
DRAWN = (
    "quality",
    "calibration",
    "shares",
    "stances",
    "frames",
    "cooccurrence",
    "coders",
    "learning",
    "findings",
    "facets",
    "framing",
    "trend",
    "groups",
    "sides",
    "blame_sovereignty",
    "blame_neocolonialism",
)
SEARCHED = ROOT / "experiments" / "search" / "results"
DRAWN_BY_LANGUAGE = ("keyness_en", "keyness_fr")


def task_paper(
    text: list[Path] = [ROOT / "paper" / "main.typ", ROOT / "paper" / "references.bib"],
    lock: list[Path] = [
        ROOT / "requirements.lock",
        ROOT / "corpora" / "codebook.toml",
        ROOT / "corpora" / "reports" / "corpus.toml",
    ],
    results: list[Path] = [RESULTS / f"{name}.json" for name in NAMES],
    searched: list[Path] = [
        SEARCHED / f"{name}.json"
        for name in (
            "combinations",
            "student",
            "leaks",
            "benchmark_semeval2016",
            "benchmark_cic",
            "conformal",
            "semeval",
            "marks_cic",
            "french",
            "propositions",
        )
    ],
    read: Path = SEARCHED / "errors.csv",
    figures: list[Path] = [
        FIGURES / f"{name}.{kind}" for name in DRAWN + DRAWN_BY_LANGUAGE for kind in ("svg", "json")
    ],
    out: Annotated[Path, Product] = BUILD / "paper.pdf",
) -> None:
    with timed("paper"):
        pdf = typst.compile(text[0], root=ROOT, ignore_system_fonts=True, timestamp=0)
    out.write_bytes(pdf)


def task_latex(
    quality: Path = RESULTS / "quality.json",
    agreement: Path = RESULTS / "agreement.json",
    code: list[Path] = code_of(__file__),
    table: Annotated[Path, Product] = BUILD / "latex" / "tables.tex",
    macros: Annotated[Path, Product] = BUILD / "latex" / "numbers.tex",
) -> None:
    scores = pl.DataFrame(
        json.loads(quality.read_text("utf-8"))["scores"], infer_schema_length=None
    )
    headline = scores.filter(pl.col("code").str.starts_with("("))
    agreed = pl.DataFrame(
        json.loads(agreement.read_text("utf-8"))["agreement"], infer_schema_length=None
    )
    between = agreed.filter(
        pl.col("corpus") == "ungdc", pl.col("pair") == "coders", pl.col("part") == "all"
    )
    columns = ["layer", "code", "statistic", "estimate", "low", "high", "n"]
    parts = [
        latex_table(
            headline.select("coder", *columns), "Scores on constructed passages.", "scores"
        ),
        latex_table(
            between.select(columns), "Agreement of two blind readings of UN passages.", "agreement"
        ),
    ]
    write_text(table, "\n".join(parts))
    numbers = {
        f"{row['coder']} {row['layer']} {row['statistic']}": round(row["estimate"], 2)
        for row in headline.iter_rows(named=True)
    }
    write_text(macros, latex_macros(numbers))
