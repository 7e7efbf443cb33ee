"""Coders beside named peers on the same passages, from file to file: ``make bench``.

With TEXTS, a folder of hydrated corpora (see `experiments.search.texts`), peers learn from the
passages that the project's models learn from, all code real passages, and targets are scored on the
development split, which none has seen. Without, passages are constructed and nothing is scored.
The peers are a plain scikit-learn pipeline and, where it is installed, fastText with the settings
of its tutorial for several labels (https://fasttext.cc/docs/en/supervised-tutorial.html). They are
asked for the targets alone. Times are those of whole runs, start included.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import joblib
import numpy as np
import polars as pl
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import make_pipeline

from experiments.search.texts import coded, folder
from stance.codebook import load_codebook
from stance.corpus import load_corpus
from stance.models._features import plain

TARGETS = load_codebook().target_codes
MANY, FEW, BATCH = 50_000, 300, 4000
PREDICT = [sys.executable, "-c", "from stance.cli import main; main()", "predict"]
OWN = {
    "stance predict, two processes": PREDICT,
    "stance predict, one process": [*PREDICT, "--workers", "1"],
    "stance predict, full model": [*PREDICT, "--model", "full", "--workers", "1"],
}
COST = str(Path(__file__).with_name("cost.py"))
PEER = [sys.executable, "-m", "tests.benchmarks.coders"]
Codes = Callable[[list[str]], list[list[str]]]


class Data(NamedTuple):
    """Coded passages to learn from, uncoded ones, coded ones to be scored on."""

    learned: pl.DataFrame
    many: pl.DataFrame
    scored: pl.DataFrame


class Cost(NamedTuple):
    """What a run took; see `tests/benchmarks/cost.py`."""

    seconds: float
    cpu: float
    memory: float


def data() -> Data:
    """Passages with ``id, text``, coded ones with ``codes``, a list of targets."""
    if "TEXTS" not in os.environ:
        corpus = load_corpus("constructed")
        learned = with_codes(corpus.passages, corpus.gold)
        many = pl.concat([learned] * (MANY // learned.height + 1)).head(MANY)
        return Data(learned, many.drop("id").with_row_index("id"), learned.head(0))
    passages, gold = coded()
    passages = with_codes(passages, gold)
    sampled = passages.filter(pl.col("probability").is_not_null())
    unseen = ~pl.col("document").is_in(sampled["document"].to_list())
    many = pl.read_parquet(folder() / "unlabelled.parquet").rename({"passage": "id"})
    return Data(
        passages.filter(unseen & (pl.col("split") != "withheld")),
        many.head(MANY),
        sampled.filter(pl.col("split") == "development"),
    )


def with_codes(passages: pl.DataFrame, gold: pl.DataFrame) -> pl.DataFrame:
    """Passages with the targets that they have by gold."""
    present = [pl.when(pl.col(t).is_not_null()).then(pl.lit(t)) for t in TARGETS]
    codes = gold.select("passage", codes=pl.concat_list(present).list.drop_nulls())
    return passages.join(codes, on="passage", maintain_order="left").rename({"passage": "id"})


def teach(learned: pl.DataFrame, scratch: Path) -> dict[str, list[str]]:
    """Fit the peers; the command of each."""
    texts, codes = learned["text"].to_list(), learned["codes"].to_list()
    y = np.array([[target in own for target in TARGETS] for own in codes])
    pipeline = make_pipeline(
        TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True),
        OneVsRestClassifier(LogisticRegression(class_weight="balanced", max_iter=1000)),
    )
    joblib.dump(pipeline.fit(texts, y), scratch / "pipeline")
    commands = {"scikit-learn pipeline": [*PEER, "pipeline", str(scratch / "pipeline")]}
    if find_spec("fasttext"):
        import fasttext

        lines = [
            " ".join([*(f"__label__{code}" for code in own or ["none"]), words(text)])
            for text, own in zip(texts, codes, strict=True)
        ]
        (scratch / "lines").write_text("\n".join(lines), "utf-8")
        settings = {"lr": 0.5, "epoch": 25, "wordNgrams": 2, "bucket": 200_000, "dim": 50}
        model = fasttext.train_supervised(str(scratch / "lines"), loss="ova", verbose=0, **settings)
        model.save_model(str(scratch / "fasttext"))
        commands["fastText"] = [*PEER, "fasttext", str(scratch / "fasttext")]
    return commands


def words(text: str) -> str:
    """A text as fastText reads it: words alone, plain."""
    return " ".join(re.findall(r"\w+", plain(text)))


def peer(kind: str, model: str) -> Codes:
    """A fitted peer, from texts to the targets of each."""
    if kind == "pipeline":
        pipeline = joblib.load(model)
        targets = np.array(TARGETS, dtype=object)
        return lambda texts: [targets[row].tolist() for row in pipeline.predict_proba(texts) >= 0.5]
    import fasttext

    classifier = fasttext.load_model(model)

    def codes(texts: list[str]) -> list[list[str]]:
        labels, _ = classifier.predict([words(text) for text in texts], k=-1, threshold=0.5)
        return [[label.removeprefix("__label__") for label in own] for own in labels]

    return codes


def code(codes: Codes, source: Path, out: Path) -> None:
    """Code a file, batch by batch."""
    with source.open(encoding="utf-8") as lines, out.open("w", encoding="utf-8") as written:
        while batch := [json.loads(line) for line in islice(lines, BATCH)]:
            for one, own in zip(batch, codes([one["text"] for one in batch]), strict=True):
                written.write(json.dumps({"id": one["id"], "stance": own}) + "\n")


def run(command: list[str], passages: pl.DataFrame, scratch: Path) -> tuple[Cost, list[set[str]]]:
    """Code passages from file to file: what it took, and the targets of each."""
    source, out = scratch / "in.jsonl", scratch / "out.jsonl"
    passages.select("id", "text").write_ndjson(source)
    measured = [sys.executable, COST, *command, str(source), "--out", str(out)]
    empty = os.environ | {"STANCE_CACHE": str(scratch)}  # no vector is looked up
    done = subprocess.run(measured, env=empty, capture_output=True, check=True)
    given = [set(json.loads(line)["stance"]) for line in out.read_text("utf-8").splitlines()]
    return Cost(**json.loads(done.stdout)), given


def macro_f1(scored: pl.DataFrame, given: list[set[str]]) -> float:
    """The mean over targets of F1."""
    gold = scored["codes"].to_list()
    return float(
        np.mean([f1_score([t in g for g in gold], [t in g for g in given]) for t in TARGETS])
    )


def main() -> None:
    """Print a row a coder, the pipeline first."""
    found = data()
    head = ("coder", "passages", "a second", "ratio", "CPU ms", "macro-F1", "MB")
    print(("{:30}" + "{:>10}" * 6).format(*head))
    with tempfile.TemporaryDirectory() as folder:
        scratch, first = Path(folder), None
        for name, command in (teach(found.learned, scratch) | OWN).items():
            passages = found.many.head(FEW if "full" in command else MANY)
            n = passages.height
            cost, _ = run(command, passages, scratch)
            speed = n / cost.seconds
            first = first or speed
            f1 = "-"
            if found.scored.height:
                f1 = f"{macro_f1(found.scored, run(command, found.scored, scratch)[1]):.2f}"
            print(
                f"{name:30}{n:10,}{speed:10,.0f}{speed / first:10.2f}"
                f"{1000 * cost.cpu / n:10.2f}{f1:>10}{cost.memory:10.0f}"
            )


if __name__ == "__main__":
    if len(sys.argv) > 1:
        kind, model, source, _, out = sys.argv[1:]
        code(peer(kind, model), Path(source), Path(out))
    else:
        main()
