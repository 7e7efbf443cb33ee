"""Which passages to code: a written design, a frame and a seed; inclusion probabilities kept.

Every wave draws documents that no earlier wave has drawn, and one passage of each. Documents: by
simple random sampling within strata, or each by its own chance in proportion to its heaviest
passage (Poisson sampling), for ideas so rare that most documents lack them. The passage: all with
the same chance (random), or in proportion to a written formula that is never below a floor
(enriched). So every passage of the frame has a known probability of being coded over all waves, and
shares can be estimated without bias from all of them together (Horvitz and Thompson 1952; Särndal,
Swensson and Wretman 1992, ch. 3).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray


@dataclass(frozen=True)
class Wave:
    """One wave of sampling.

    Attributes
    ----------
    name : str
    n : int
        Passages to draw, one a document; with allocation "weight", how many are expected.
    formula : str or None
        An SQL expression over the columns of the frame (``0.2 + p_one``), the passage's weight
        within its document; None for equal chances.
    floor : float
        Least weight, above 0, so that no passage is out of reach.
    allocation : {"proportional", "equal", "weight"}
        How `n` is spread: over the strata by their documents, or over them alike (as far as a
        stratum has documents left); or over all documents by their heaviest passage, each drawn by
        its own chance. Waves by weight come last: what they leave is no random part of a stratum.
    """

    name: str
    n: int
    formula: str | None = None
    floor: float = 0.05
    allocation: Literal["proportional", "equal", "weight"] = "proportional"


def sample(
    frame: pl.DataFrame, waves: Sequence[Wave], *, by: Sequence[str] = (), seed: int = 0
) -> pl.DataFrame:
    """Draw passages to code.

    Parameters
    ----------
    frame : DataFrame
        Every passage of the population: ``passage, document``, the columns of `by` (constant
        within a document) and those of the formulas.
    waves : sequence of Wave
    by : sequence of str
        Columns that make the strata.
    seed : int

    Returns
    -------
    DataFrame
        ``passage, document, wave, probability``, wave by wave in the order drawn; `probability` is
        the inclusion probability over all waves.

    Raises
    ------
    ValueError
        If a wave asks for more documents than are left, a formula gives no number, a floor is not
        above 0, or a wave by weight is followed by one that is not.
    """
    by_weight = [wave.allocation == "weight" for wave in waves]
    if by_weight != sorted(by_weight):
        raise ValueError("found a wave by weight before one by strata; expected it last")
    table = _prepared(frame, by)
    draws = np.random.default_rng(seed)
    left: dict[int, NDArray[np.int64]] = {
        stratum: np.unique(part["_document"].to_numpy())
        for (stratum,), part in table.group_by("_stratum")
    }
    rows_of = _rows_by_document(table)
    probability = np.zeros(table.height)
    unread = np.ones(table.height)  # chance that no wave so far has drawn the passage's document
    picked: list[pl.DataFrame] = []
    sizes = {stratum: len(documents) for stratum, documents in left.items()}
    for wave in waves:
        weight = _weights(table, wave)
        within = weight / _document_sums(table, weight)
        if wave.allocation == "weight":
            chance = _document_chances(table, wave, weight, unread)
            chosen = _poisson(table, chance, left, draws)
        else:
            allocated = _allocation(sizes, left, wave)
            chosen = ((s, draws.permutation(left[s])[:n]) for s, n in allocated.items())
            shares = {s: n / sizes[s] for s, n in allocated.items()}
            share = table["_stratum"].replace_strict(shares).to_numpy()
            chance = np.divide(share, unread, out=np.zeros(table.height), where=unread > 0)
        rows: list[int] = []
        for stratum, documents in chosen:
            left[stratum] = np.setdiff1d(left[stratum], documents)
            for document in documents:
                own = rows_of[int(document)]
                rows.append(int(draws.choice(own, p=within[own])))
        probability += unread * chance * within
        unread *= 1 - chance
        picked.append(table[rows].select("passage", "document", "_row", wave=pl.lit(wave.name)))
    drawn = pl.concat(picked)
    kept = pl.Series("probability", probability[drawn["_row"].to_numpy()])
    return drawn.drop("_row").with_columns(kept)


def frame_hash(frame: pl.DataFrame) -> str:
    """SHA-256 over the frame's passages, by which a drawn sample names its frame."""
    return hashlib.sha256("\n".join(frame["passage"]).encode("utf-8")).hexdigest()


def _prepared(frame: pl.DataFrame, by: Sequence[str]) -> pl.DataFrame:
    """The frame in a fixed order, with numbered documents and strata."""
    stratum = pl.struct(by).rank("dense").cast(pl.Int64) if by else pl.lit(0, dtype=pl.Int64)
    return (
        frame.sort("document", "passage")
        .with_columns(_stratum=stratum, _document=pl.col("document").rank("dense").cast(pl.Int64))
        .with_row_index("_row")
    )


def _rows_by_document(table: pl.DataFrame) -> dict[int, NDArray[np.int64]]:
    grouped = table.group_by("_document", maintain_order=True).agg("_row")
    return {key: np.asarray(rows, dtype=np.int64) for key, rows in grouped.iter_rows()}


def _weights(table: pl.DataFrame, wave: Wave) -> NDArray[np.float64]:
    if wave.floor <= 0:
        raise ValueError(f"wave {wave.name!r}: found floor {wave.floor}; expected above 0")
    if wave.formula is None:
        return np.ones(table.height)
    value = table.select(pl.sql_expr(wave.formula).cast(pl.Float64).alias("weight"))["weight"]
    if value.null_count() or not value.is_finite().all():
        raise ValueError(f"wave {wave.name!r}: found no number in {wave.formula!r}; expected one")
    return np.asarray(np.maximum(value.to_numpy(), wave.floor), dtype=np.float64)


def _document_sums(table: pl.DataFrame, weight: NDArray[np.float64]) -> NDArray[np.float64]:
    summed = pl.Series("w", weight).to_frame().with_columns(table["_document"])
    return np.asarray(summed.select(pl.col("w").sum().over("_document"))["w"].to_numpy())


def _document_chances(
    table: pl.DataFrame, wave: Wave, weight: NDArray[np.float64], unread: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Chance of each passage's document, if still unread, in proportion to its heaviest passage."""
    sized = table.select("_document", weight=weight, unread=unread).group_by("_document")
    documents = sized.agg(pl.col("weight").max(), pl.col("unread").first()).sort("_document")
    size = documents["weight"].to_numpy()
    chance = size * (wave.n / (size @ documents["unread"].to_numpy()))
    if chance.max() > 1:
        raise ValueError(
            f"wave {wave.name!r}: found a document with chance {chance.max():.2f}; "
            "expected at most 1: lower n or the weights"
        )
    rank = table["_document"].to_numpy() - 1
    return np.asarray(chance[rank], dtype=np.float64)


def _poisson(
    table: pl.DataFrame,
    chance: NDArray[np.float64],
    left: dict[int, NDArray[np.int64]],
    draws: np.random.Generator,
) -> Iterator[tuple[int, NDArray[np.int64]]]:
    """Documents drawn in each stratum, of those left, each by its own chance."""
    document = table["_document"].to_numpy()
    _, first = np.unique(document, return_index=True)
    of_document = chance[first]
    for stratum in sorted(left):
        documents = left[stratum]
        yield stratum, documents[draws.random(len(documents)) < of_document[documents - 1]]


def _allocation(
    sizes: dict[int, int], left: dict[int, NDArray[np.int64]], wave: Wave
) -> dict[int, int]:
    """Documents to draw from each stratum, `wave.n` in all (largest remainders)."""
    room = {stratum: len(left[stratum]) for stratum in sorted(sizes)}
    if wave.n > sum(room.values()):
        found = sum(room.values())
        raise ValueError(f"wave {wave.name!r}: found {found} documents left; expected {wave.n}")
    share = {s: sizes[s] if wave.allocation == "proportional" else 1 for s in room}
    taken = dict.fromkeys(room, 0)
    while (missing := wave.n - sum(taken.values())) > 0:
        open_ = [s for s in room if taken[s] < room[s]]
        total = sum(share[s] for s in open_)
        ideal = {s: missing * share[s] / total for s in open_}
        for s in open_:
            taken[s] += min(int(ideal[s]), room[s] - taken[s])
        rest = wave.n - sum(taken.values())
        if rest < len(open_):
            by_remainder = sorted(open_, key=lambda s: (int(ideal[s]) - ideal[s], s))
            for s in by_remainder[:rest]:
                taken[s] += taken[s] < room[s]
    return taken
