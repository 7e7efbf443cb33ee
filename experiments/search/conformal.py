"""Does conformal prediction add to plain abstention?

Split-conformal sets (Vovk et al. 2005; by code and by class, Vovk 2012) over {absent, present} for
every target and frame: the nonconformity of a class is one minus its probability. A set with one
code decides; with both or none it does not. Calibrated on one part of the documents, assessed on
the other, many times over. Plain abstention leaves out the same number of passages, those whose
decision has the lowest probability (as `risk_coverage` does).

Only passages of the development split: the test split is not read.
"""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from experiments.project import REAL, ROOT, SEED, coded
from experiments.search.texts import RESULTS
from stance.codebook import load_codebook
from stance.evaluation import document_folds
from stance.report import write_results

MODELS = ("full", "student")
MISS = (0.05, 0.1, 0.2)
"""How often a set may miss the true class."""
REPEATS = 20
"""Of five folds by document."""
FEWEST = 30
"""Passages with a code below which it is not calibrated."""

Floats, Bools = NDArray[np.float64], NDArray[np.bool_]


def main() -> None:
    """Write ``results/conformal.json``."""
    gold = passages()
    rows = []
    for name in MODELS:
        file = ROOT / "corpora" / "models" / name / "codings.parquet"
        codings = gold.select("passage").join(
            pl.read_parquet(file), on="passage", maintain_order="left"
        )
        for layer, code in codes():
            present = (gold[code] if layer == "frame" else gold[code].is_not_null()).to_numpy()
            said = codings[code] if layer == "frame" else codings[code].is_not_null()
            if present.sum() < FEWEST:
                continue
            p = codings[f"p_{code}"].to_numpy().astype(np.float64)
            for miss in MISS:
                cells = assess(p, said.to_numpy(), present, gold["document"].to_list(), miss)
                rows.append({"coder": name, "layer": layer, "code": code, "miss": miss} | cells)
    table = pl.DataFrame(rows)
    write_results(RESULTS / "conformal.json", {"codes": table, "summary": summary(table)})


def passages() -> pl.DataFrame:
    """Gold of the sampled passages of the development split."""
    return coded(*REAL).filter(
        pl.col("split") == "development", pl.col("probability").is_not_null()
    )


def codes() -> list[tuple[str, str]]:
    """Layers and codes that are decided apart from one another."""
    book = load_codebook()
    targets = [("target", code) for code in book.target_codes]
    return targets + [("frame", code) for code in book.frame_codes]


def p_values(scores: Floats, calibration: Floats) -> Floats:
    """Share of calibration scores at least as large, the new one counted among them."""
    above = calibration.size - np.searchsorted(np.sort(calibration), scores, side="left")
    return (above + 1) / (calibration.size + 1)


def assess(
    p: Floats, said: Bools, present: Bools, documents: list[str], miss: float
) -> dict[str, float]:
    """Coverage, sizes of sets and errors beside plain abstention, means over the repeats."""
    sure = np.where(said, p, 1 - p)
    counts = []
    for repeat in range(REPEATS):
        for calibrate, test in document_folds(documents, seed=SEED + repeat):
            has, new = present[calibrate], present[test]
            may = p_values(1 - p[test], 1 - p[calibrate][has]) > miss
            may_not = p_values(p[test], p[calibrate][~has]) > miss
            single = may ^ may_not
            rank = (-sure[test]).argsort(kind="stable").argsort(kind="stable")
            kept = rank < single.sum()
            wrong, plainly = single & (may != new), kept & (said[test] != new)
            counts.append(
                [
                    (may & new).sum(), new.sum(), (may_not & ~new).sum(), (~new).sum(),
                    (may & may_not).sum(), (~may & ~may_not).sum(), test.size, single.sum(),
                    wrong.sum(), plainly.sum(), (wrong & new).sum(), (single & new).sum(),
                    (plainly & new).sum(), (kept & new).sum(), (wrong & may).sum(),
                    (single & may).sum(), (plainly & said[test]).sum(), (kept & said[test]).sum(),
                ]
            )  # fmt: skip
    c = np.sum(counts, axis=0)
    return {
        "n": int(present.size),
        "n_gold": int(present.sum()),
        "covered, present": c[0] / c[1],
        "covered, absent": c[2] / c[3],
        "both": c[4] / c[6],
        "none": c[5] / c[6],
        "decided": c[7] / c[6],
        "error": c[8] / c[7],
        "error, plain": c[9] / c[7],
        "missed": c[10] / max(c[11], 1),
        "missed, plain": c[12] / max(c[13], 1),
        "invented": c[14] / max(c[15], 1),
        "invented, plain": c[16] / max(c[17], 1),
    }


def summary(table: pl.DataFrame) -> pl.DataFrame:
    """Means over codes, and for how many codes a set errs less than plain abstention does."""
    means = pl.col(pl.Float64).exclude("miss").mean()
    better = (pl.col("error") < pl.col("error, plain")).sum().alias("better")
    return table.group_by("coder", "layer", "miss", maintain_order=True).agg(
        means, pl.len().alias("codes"), better
    )


if __name__ == "__main__":
    main()
