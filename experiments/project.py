"""What every experiment declares: where things lie, what code it rests on, what it writes."""

from __future__ import annotations

import ast
import hashlib
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

import grimp
import polars as pl

from stance.corpus import Corpus, Features, join_features, load_corpus, read_features

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build"
RESULTS, FIGURES = BUILD / "results", BUILD / "figures"
CONSTRUCTED = ROOT / "corpora" / "constructed"

SEED = 0
RESAMPLES = 2000

DATA = [
    ROOT / "requirements.lock",
    ROOT / "corpora" / "codebook.toml",
    ROOT / "corpora" / "lexicon.toml",
    *(
        CONSTRUCTED / name
        for name in ("corpus.toml", "documents.jsonl", "passages.jsonl", "codings.jsonl")
    ),
]
"""Inputs of every experiment on the constructed corpus."""


REAL = ("ungdc", "press", "programmes")
WRITTEN = ("constructed", "translated", "reports")
"""Corpora of real passages, and of passages that were written or translated to learn from."""


def real_data(*corpora: str) -> list[Path]:
    """Inputs of an experiment on corpora that are held without their text."""
    names = ("corpus.toml", "documents.jsonl", "passages.jsonl", "codings.jsonl")
    files = [ROOT / "corpora" / c / n for c in corpora for n in (*names, "features.npz")]
    splits = [ROOT / "corpora" / c / "splits.json" for c in corpora if c in REAL]
    return [ROOT / "requirements.lock", ROOT / "corpora" / "codebook.toml", *files, *splits]


def coded(*corpora: str) -> pl.DataFrame:
    """Gold of several corpora, with what is known of passage and document.

    Adds ``corpus, lang, probability, year, actor, genre, split`` (train, development, test or, for
    passages that were written or translated, written) and ``typical``.
    """
    tables = []
    for name in corpora:
        corpus = load_corpus(name)
        about = corpus.documents.select("document", "year", "actor", "genre")
        split = pl.lit("train" if name in REAL else "written")
        for part in ("development", "test", "withheld") if name in REAL else ():
            own = pl.col("document").is_in(split_of(name, part))
            split = pl.when(own).then(pl.lit(part)).otherwise(split)
        table = corpus.gold.join(
            corpus.passages.select("passage", "lang", "probability"),
            on="passage",
            maintain_order="left",
        ).join(about, on="document", maintain_order="left")
        known = {"corpus": pl.lit(name), "typical": pl.lit(value=name in REAL)}
        tables.append(table.with_columns(split.alias("split"), **known))
    return pl.concat(tables)


def stored(*corpora: str) -> Features:
    """Derived features of several corpora as one."""
    return join_features(
        [read_features(ROOT / "corpora" / name / "features.npz") for name in corpora]
    )


def split_of(corpus: str, name: str) -> list[str]:
    """The documents of a split: train, development, test, or withheld (near-twins of sampled ones)."""
    splits = json.loads((ROOT / "corpora" / corpus / "splits.json").read_text("utf-8"))
    return list(splits.get(name, []))


@lru_cache
def _imports() -> grimp.ImportGraph:
    return grimp.build_graph("stance", cache_dir=None, exclude_type_checking_imports=True)


def code_of(script: str) -> list[Path]:
    """The files of the package on which a script rests: its import closure.

    pytask looks at a task's own file only; without these an edit in the package, or in what the
    experiments share, would leave old numbers standing.
    """
    graph = _imports()
    modules, shared, unread = {"stance"}, {Path(__file__)}, [Path(script)]
    while unread:
        for node in ast.walk(ast.parse(unread.pop().read_text("utf-8"))):
            module = (node.module or "") if isinstance(node, ast.ImportFrom) else ""
            if module.partition(".")[0] == "stance":
                names = {module, *(f"{module}.{alias.name}" for alias in node.names)}
                modules |= names & graph.modules
            elif module.startswith("experiments.") and _file(module) not in shared:
                shared.add(_file(module))
                unread.append(_file(module))
    closure = modules.union(*(graph.find_upstream_modules(module) for module in modules))
    return sorted(shared.union(_file(module) for module in closure))


def _file(module: str) -> Path:
    path = ROOT.joinpath(*module.split("."))
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


def results(name: str, *, figure: bool = True) -> dict[str, Path]:
    """The products of an experiment: its results and, unless it draws none, its figure."""
    products = {"results": RESULTS / f"{name}.json"}
    if figure:
        kinds = ("pdf", "svg", "png", "csv", "json")
        products |= {kind: FIGURES / f"{name}.{kind}" for kind in kinds}
    return products


def blind_pair(corpus: Corpus) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The codings of both blind coders, on the passages that both have read."""
    a, b = corpus.coded_by("a"), corpus.coded_by("b")
    both = pl.col("passage").is_in(a.join(b, on="passage")["passage"].implode())
    return a.filter(both), b.filter(both)


@contextmanager
def timed(name: str) -> Iterator[None]:
    """Record how long an experiment took, apart from its results."""
    start = time.monotonic()
    yield
    file = BUILD / "timings.json"
    timings = json.loads(file.read_text("utf-8")) if file.exists() else {}
    timings[name] = round(time.monotonic() - start, 1)
    file.write_text(json.dumps(timings, indent=1, sort_keys=True) + "\n", "utf-8")


def hash_of(paths: list[Path]) -> str:
    """SHA-256 over files' contents, shortened to 12 hexadecimal digits."""
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
