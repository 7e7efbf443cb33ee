"""The results that the paper cites, committed beside it, and whether they still hold."""

from __future__ import annotations

import json
import math
import platform
import shutil
from importlib.metadata import version
from typing import Any

from experiments.cards import write_cards
from experiments.project import (
    BUILD,
    FIGURES,
    REAL,
    RESAMPLES,
    RESULTS,
    ROOT,
    SEED,
    WRITTEN,
    hash_of,
)
from stance.corpus import load_corpus

SNAPSHOT = ROOT / "paper" / "results"
PICTURE = "findings.png"
"""The figure that the README shows."""


def write() -> None:
    """Copy results, the README's picture and a manifest to ``paper/results``; write models' cards."""
    shutil.rmtree(SNAPSHOT, ignore_errors=True)
    shutil.copytree(RESULTS, SNAPSHOT)
    shutil.copy(FIGURES / PICTURE, SNAPSHOT)
    text = json.dumps(manifest(), indent=1) + "\n"
    (SNAPSHOT / "manifest.json").write_text(text, "utf-8")
    write_cards(SNAPSHOT)


def manifest() -> dict[str, Any]:
    """What the results were made from and with."""
    corpora = {name: load_corpus(name).hash for name in (*REAL, *WRITTEN)}
    cards = sorted((ROOT / "corpora" / "models").glob("*/card.json"))
    models = {card.parent.name: json.loads(card.read_text("utf-8"))["hash"] for card in cards}
    return {
        "corpora": corpora,
        "models": models,
        "codebook": hash_of([ROOT / "corpora" / "codebook.toml"]),
        "code": hash_of(sorted((ROOT / "stance").rglob("*.py"))),
        "lock": hash_of([ROOT / "requirements.lock"]),
        "seed": SEED,
        "resamples": RESAMPLES,
        "python": platform.python_version(),
        **{name: version(name) for name in ("stance", "numpy", "scikit-learn", "polars")},
    }


def differences() -> list[str]:
    """Where fresh results differ from the snapshot by more than another machine may."""
    found = []
    for file in sorted(RESULTS.glob("*.json")):
        kept = SNAPSHOT / file.name
        if not kept.exists():
            found.append(f"{file.name}: not in the snapshot")
            continue
        old, new = (json.loads(path.read_text("utf-8")) for path in (kept, file))
        found += [f"{file.name} {place}" for place in _apart(old, new, "")]
    return found


def _apart(old: Any, new: Any, place: str) -> list[str]:
    if isinstance(old, dict) and isinstance(new, dict) and old.keys() == new.keys():
        return [d for key in old for d in _apart(old[key], new[key], f"{place}.{key}")]
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        pairs = enumerate(zip(old, new, strict=True))
        return [d for i, (a, b) in pairs for d in _apart(a, b, f"{place}[{i}]")]
    if isinstance(old, float) and isinstance(new, float):
        return (
            [] if math.isclose(old, new, rel_tol=2e-6, abs_tol=1e-9) else [f"{place}: {old} {new}"]
        )
    return [] if old == new else [f"{place}: {old!r} {new!r}"]


def timings() -> dict[str, float]:
    """Seconds that the longer experiments took when they last ran."""
    file = BUILD / "timings.json"
    return json.loads(file.read_text("utf-8")) if file.exists() else {}
