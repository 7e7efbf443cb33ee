"""What a model says as a table of codings: decisions, with probabilities beside them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from stance.codebook import Codebook, Decision, Probabilities
from stance.corpus import ACTORS, P_ACTORS, codings_schema
from stance.models._actor import ActorCoder


def decided_table(
    passages: pl.DataFrame, coder: str, p: Probabilities, decision: Decision, codebook: Codebook
) -> pl.DataFrame:
    """Decisions and probabilities as a table of codings, one row a passage, in order."""
    document = passages["document" if "document" in passages.columns else "passage"]
    columns: dict[str, Any] = {
        "passage": passages["passage"],
        "document": document,
        "coder": [coder] * passages.height,
    }
    start = 0
    for t, target in enumerate(codebook.target_codes):
        columns[target] = _codes(codebook.stance_codes, decision.stance[:, t])
        facets = codebook.facets_of(target)
        columns[f"{target}_facets"] = _chosen(
            decision.facet[:, start : start + len(facets)], facets
        )
        start += len(facets)
    for f, frame in enumerate(codebook.frame_codes):
        columns[frame] = decision.frame[:, f]
    columns |= {"actors": None, "status": None, "note": None}
    table = pl.DataFrame(columns, schema_overrides=codings_schema(codebook))
    return table.with_columns(probability_series(p, codebook))


def _chosen(given: NDArray[np.bool_], codes: Sequence[str]) -> pl.Series:
    """A list of the codes that are given, a row a passage; few lists differ."""
    lists, row = np.unique(given, axis=0, return_inverse=True)
    chosen = [[code for code, is_ in zip(codes, one, strict=True) if is_] for one in lists]
    return pl.Series(chosen, dtype=pl.List(pl.String)).gather(row)


def probability_series(p: Probabilities, codebook: Codebook) -> list[pl.Series]:
    """Probabilities as columns ``p_<target>``, ``p_<target>_<stance>`` and so on."""
    series = [pl.Series(f"p_{t}", p.target[:, i]) for i, t in enumerate(codebook.target_codes)]
    for i, target in enumerate(codebook.target_codes):
        series += [
            pl.Series(f"p_{target}_{code}", p.stance[:, i, j])
            for j, code in enumerate(codebook.stance_codes)
        ]
    facets = enumerate(codebook.facet_codes)
    series += [pl.Series(f"p_{t}_{f}", p.facet[:, i]) for i, (t, f) in facets]
    series += [pl.Series(f"p_{f}", p.frame[:, i]) for i, f in enumerate(codebook.frame_codes)]
    return series


def with_actors(table: pl.DataFrame, passages: pl.DataFrame, coder: ActorCoder) -> pl.DataFrame:
    """A table of codings with layer 4: ``actors``, and their probabilities as ``p_actors``."""
    rows, actors, p = coder.evaluate(passages["text"].to_list())
    codes = coder.scheme.evaluation_codes
    present = [pl.when(pl.col(t).is_not_null()).then(pl.lit(t)) for t in coder.scheme.target_codes]
    targets = table.select(pl.concat_list(present).list.drop_nulls()).to_series()
    named = pl.DataFrame(
        {
            "row": rows,
            "actor": pl.Series(actors, dtype=pl.String),
            "evaluation": _codes(codes, coder.choose(p)),
            "targets": targets.gather(rows),
            "p": _lists(p, codes),
        }
    )
    own = named.group_by("row", maintain_order=True).agg(
        actors=pl.struct("actor", "evaluation", "targets").filter(
            pl.col("evaluation").is_not_null()
        ),
        p_actors=pl.struct("actor", "p"),
    )
    every = pl.DataFrame({"row": np.arange(table.height)})
    lists = every.join(own, on="row", how="left", maintain_order="left").select(
        pl.col(name).cast(kind).fill_null(pl.lit([], dtype=kind))
        for name, kind in (("actors", ACTORS), ("p_actors", P_ACTORS))
    )
    return table.with_columns(lists)


def _codes(codes: Sequence[str], chosen: NDArray[np.int64]) -> pl.Series:
    """Codes by their places; null where the place is -1."""
    return pl.Series([*codes, None], dtype=pl.String).gather(chosen % (len(codes) + 1))


def _lists(p: NDArray[np.float64], codes: Sequence[str]) -> pl.Series:
    """Probabilities (n, codes) as a list of codes with theirs, a row each."""
    n = len(p)
    flat = pl.DataFrame(
        {
            "row": np.arange(n).repeat(len(codes)),
            "code": pl.Series(codes, dtype=pl.String).gather(np.tile(np.arange(len(codes)), n)),
            "p": p.ravel(),
        }
    )
    lists = flat.group_by("row", maintain_order=True).agg(pl.struct("code", "p").alias("lists"))
    return lists["lists"]
