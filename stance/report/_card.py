"""A model's card as Markdown: what it is for, what it learned from, how well it reads.

The sections are those of Mitchell et al. 2019, "Model cards for model reporting" (FAT*, figure 1).
All numbers come from ``card.json`` and, for models that come with the project, from
``results.json`` beside it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from stance._faults import Fault, InputError

Row = dict[str, Any]

_KINDS = {
    "PassageCoder": "Linear support vector machines on word and character n-grams; in the full "
    "model also counts of the lexicon's terms, and dense vectors of an encoder that was tuned to "
    "the codebook, under a Gaussian kernel. Their scores are stacked into calibrated "
    "probabilities. One decision a target, one a facet, one a frame, and one on stance for every "
    "target that is found.",
    "Student": "Linear functions of words, word pairs and counts of the lexicon's terms, fitted to "
    "the probabilities of the full model on passages that nobody has coded (Hinton, Vinyals and "
    "Dean 2015), then calibrated on coded ones.",
}
_OTHER = "coder against coder"
_LAYERS = {"target": "targets", "facet": "facets", "frame": "frames", "actor": "actors"}
_NO_RESULTS = (
    "None came with this model. Score its codings with `stance evaluate`, on passages of documents "
    "that it did not learn from, before you use it."
)


def model_card(folder: Path) -> str:
    """The card of a model.

    Parameters
    ----------
    folder : path
        As `stance.models.save_coder` writes it.

    Returns
    -------
    str
        Markdown.

    Raises
    ------
    InputError
        If the folder holds no model.

    References
    ----------
    Mitchell et al. 2019, "Model cards for model reporting", FAT*.
    """
    file = folder / "card.json"
    try:
        card: Row = json.loads(file.read_text("utf-8"))
        results = _results(folder, f"model:{card['name']}@{card['hash']}")
        size = sum(path.stat().st_size for path in folder.glob("*.skops"))
        parts = [
            f"# Model card: {card['name']}",
            _details(card, size, results),
            "## Intended use",
            _use(card["codebook"]),
            "## Factors",
            _FACTORS,
            "## Metrics",
            _METRICS,
            "## Evaluation data",
            _evaluation(results) if results else _NO_RESULTS,
            "## Training data",
            _training(results) if results else f"Trained on {card['trained_on']}.",
            "## Quantitative analyses",
            _analyses(results) if results else _NO_RESULTS,
            "## Ethical considerations",
            _ETHICS,
            "## Caveats and recommendations",
            _items([*(_measured_limits(results) if results else ()), *_LIMITS]),
        ]
    except (OSError, KeyError, ValueError, TypeError) as error:
        expected = "a model folder as 'stance train --out' writes it"
        raise InputError(
            Fault("", str(error).splitlines()[0], expected, file=str(folder))
        ) from error
    return "\n\n".join(parts) + "\n"


def _results(folder: Path, coder: str) -> Row:
    """What was measured of this very model, or nothing."""
    file = folder / "results.json"
    found: Row = json.loads(file.read_text("utf-8")) if file.is_file() else {}
    return found if found.get("model") == coder else {}


def _details(card: Row, size: int, results: Row) -> str:
    book, kind = card["codebook"], card["kind"]
    versions = f"stance {card['stance']}, saved by scikit-learn {card['scikit-learn']}"
    languages = ", ".join(book["languages"])
    speed = [
        f"Speed: {row['passages a second']:.0f} passages a second on one core (on "
        f"{row['passages']} constructed passages)."
        for row in results.get("speed", [])
    ]
    lines = [
        f"Coder: `model:{card['name']}@{card['hash']}`, a `{kind}` of {versions}.",
        _KINDS[kind],
        f"Codebook: {book['name']}, version {book['version']}; languages {languages}.",
        f"Size: {size / 1e6:.1f} MB.",
        *speed,
        "Licence: MIT, as the package; of what it learned from see below.",
    ]
    return _items(lines)


def _use(book: Row) -> str:
    targets = ", ".join(_name(target) for target in book["targets"])
    return (
        f"To code passages of public speech and press by the codebook ({targets}; the stance on "
        "each; frames). Made for research on many texts, where shares are corrected by a coded "
        "sample (`stance measure prevalence --gold`).\n\n"
        "Not meant for judging a person or an outlet by single passages, for texts on other "
        "subjects, other languages or social media, or for counts without correction."
    )


_FACTORS = (
    "Language, kind of text, decade, and how plainly an idea is put. The model sees the passage "
    "alone: no speaker, state, outlet or date."
)
_METRICS = (
    "F1 of every code, macro-F1 (mean over codes; one that gold lacks counts as 0) and micro-F1; "
    "for stance, given that the target was rightly found, F_avg, the mean F1 of the two stances "
    "that take a side. Intervals: 95 %, bootstrap over documents. The coders' ceiling is the same "
    "score of one coder against another."
)
_ETHICS = (
    "The labels were made by language models: what is learned is their reading, with the blind "
    "spots that they share. Speech on these subjects is lopsided, and a model that has seen few "
    "dissenting passages will miss dissent. States are named in nearly every passage; whether "
    "names alone change a decision is in the leak audit, where there is one."
)
_LIMITS = (
    "Irony, ideas put in other words and neutral reports are read badly.",
    "An actor that is described and not named is not found.",
    "Code a random sample of your own passages and let it correct the shares.",
)


def _evaluation(results: Row) -> str:
    tests = {row["test"]: row["n"] for row in results["scores"]}
    return (
        "Passages drawn under designs frozen before the draw, in part at random, in part with a "
        "preference for written terms, at most one a document; read twice by language models, "
        "blind, and adjudicated:\n\n"
        + _items(f"{test}: {n} passages of the test split" for test, n in tests.items())
    )


def _training(results: Row) -> str:
    learned = results["learned"]
    rows = [
        (row["corpus"], row["lang"], str(row["passages"]), str(row["read once"]), row["licence"])
        for row in learned
    ]
    made = {row["corpus"]: row["made"].removesuffix(" See datasheet.md.") for row in learned}
    apart = (
        "Nothing was learned from any document of which a passage was sampled "
        f"({results['sampled']} passages), in whatever split, nor from near-twins of these. So "
        "sampled passages can score the model and correct its shares."
    )
    if "unlabelled" in results:
        apart += (
            " Its teacher's parts are weighed and calibrated on "
            f"{results['calibrated']} of them, of the development split, which it does not see."
        )
    else:
        apart += (
            " How its parts are weighed, calibrated and decided on was found on "
            f"{results['calibrated']} of them, of the development split; the codings of these that "
            "come with it are out of fold, by document."
        )
    parts = [
        f"Coded passages: {sum(row['passages'] for row in learned)}.",
        _table(("Corpus", "Language", "Passages", "Read once", "Licence"), rows),
        "Who made the labels:",
        _items(f"{corpus}: {who}" for corpus, who in made.items()),
        apart,
    ]
    if "unlabelled" in results:
        by = ", ".join(f"{n} {lang}" for lang, n in sorted(results["languages"].items()))
        parts.append(
            "Also taught by the full model's probabilities on "
            f"{results['unlabelled']} passages that nobody has coded ({by})."
        )
    return "\n\n".join(parts)


def _analyses(results: Row) -> str:
    parts = []
    for test in dict.fromkeys(row["test"] for row in results["scores"]):
        rows = [row for row in results["scores"] if row["test"] == test]
        other = {_key(row): row for row in rows if row["coder"] == _OTHER}
        cells = [
            (*_key(row), str(row["n_gold"]), _interval(row), _interval(other.get(_key(row), {})))
            for row in rows
            if row["coder"] != _OTHER
        ]
        head = ("Layer", "Code", "Score", "In gold", "Model", "Coder against coder")
        parts += [f"**{test}** (n = {rows[0]['n']})", _table(head, cells)]
    beside = [
        (row["test"], row["layer"], _number(row["model"]), _number(row["coders"]))
        for row in results["ceiling"]
    ]
    audit = [
        (row["variant"], row["code"], f"{row['flips']} of {row['n']}", *map(_number, _pair(row)))
        for row in results["leaks"]
    ]
    return "\n\n".join(
        [
            *parts,
            "**Beside the coders** (mean alpha with the two coders; alpha between them)",
            _table(("Test", "Layer", "Model", "Coders"), beside),
            "**Leak audit** (test passages that name a state)",
            _table(("Names of states", "Code", "Decisions changed", "F1", "F1 altered"), audit),
        ]
    )


def _measured_limits(results: Row) -> list[str]:
    lines = [results["note"]] if results["note"] else []
    for row in results["scores"]:
        if row["coder"] == _OTHER:
            continue
        kind = (row["layer"], row["statistic"])
        if kind == ("target", "micro-F1"):
            lines.append(f"{row['test']}: targets are found with a micro-F1 of {_interval(row)}.")
        if kind == ("stance", "recall") and row["n_gold"]:
            where = f"{row['test']}, stance {row['code']} ({row['n_gold']} in gold)"
            lines.append(f"{where}: where the target is found, recall is {_interval(row)}.")
    return lines


def _pair(row: Row) -> tuple[float, float]:
    return row["F1"], row["F1 altered"]


def _key(row: Row) -> tuple[str, str, str]:
    layer: str = row["layer"]
    return _LAYERS.get(layer, layer), row["code"], row["statistic"]


def _name(code: Row) -> str:
    names: dict[str, str] = code["name"]
    return names.get("en") or next(iter(names.values()))


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def _interval(row: Row) -> str:
    if row.get("estimate") is None:
        return "–"
    return f"{row['estimate']:.2f} [{_number(row['low'])}, {_number(row['high'])}]"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _items(lines: Iterable[str]) -> str:
    return "\n".join("- " + line for line in lines)
