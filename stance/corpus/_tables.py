"""Records as polars tables: documents, passages and codings, wide as in a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl

from stance.codebook import Codebook
from stance.corpus._lines import coding_dicts
from stance.corpus._records import Coding, Document, Passage

ACTORS = pl.List(
    pl.Struct({"actor": pl.String, "evaluation": pl.String, "targets": pl.List(pl.String)})
)
P_ACTORS = pl.List(
    pl.Struct({"actor": pl.String, "p": pl.List(pl.Struct({"code": pl.String, "p": pl.Float64}))})
)
"""Probabilities of every evaluation of every actor that a passage names."""

PASSAGES = {
    "passage": pl.String,
    "document": pl.String,
    "start": pl.Int64,
    "end": pl.Int64,
    "lang": pl.String,
    "text": pl.String,
    "sha256": pl.String,
    "before": pl.String,
    "after": pl.String,
    "words": pl.String,
    "n_words": pl.Int64,
    "probability": pl.Float64,
}
_DOCUMENTS = {
    "document": pl.String,
    "lang": pl.String,
    "date": pl.String,
    "year": pl.Int32,
    "source": pl.String,
    "url": pl.String,
    "title": pl.String,
    "author": pl.String,
    "speaker": pl.String,
    "actor": pl.String,
    "original_language": pl.String,
}


def documents_table(documents: Iterable[Document]) -> pl.DataFrame:
    """One row a document; the keys of `meta` become columns after the common ones."""
    rows = [
        {
            "document": d.id,
            "year": int(d.date[:4]),
            **d.model_dump(exclude={"id", "meta"}),
            **d.meta,
        }
        for d in documents
    ]
    meta = sorted({key for row in rows for key in row} - set(_DOCUMENTS))
    return pl.DataFrame(rows, schema=_DOCUMENTS | dict.fromkeys(meta, pl.String))


def passages_table(passages: Iterable[Passage]) -> pl.DataFrame:
    """One row a passage."""
    rows = [{"passage": p.id, **p.model_dump(exclude={"id"})} for p in passages]
    return pl.DataFrame(rows, schema=PASSAGES)


def codings_schema(codebook: Codebook) -> dict[str, Any]:
    """Columns and types of a table of codings under a codebook.

    ``passage, document, coder``, then a column a target (a stance, or null where the target is
    absent) with its ``<target>_facets``, a Boolean column a frame, ``actors``, ``status`` and
    ``note``.
    """
    targets: dict[str, Any] = {}
    for target in codebook.target_codes:
        targets |= {target: pl.String, f"{target}_facets": pl.List(pl.String)}
    return {
        "passage": pl.String,
        "document": pl.String,
        "coder": pl.String,
        **targets,
        **dict.fromkeys(codebook.frame_codes, pl.Boolean),
        "actors": ACTORS,
        "status": pl.String,
        "note": pl.String,
    }


def codings_table(
    codings: Iterable[Coding], codebook: Codebook, document_of: Mapping[str, str] | None = None
) -> pl.DataFrame:
    """One row a passage and coder.

    Parameters
    ----------
    codings : iterable of Coding
    codebook : Codebook
    document_of : mapping, optional
        The document of each passage; a passage that it lacks stands as a document of its own.

    Returns
    -------
    DataFrame
        As in `codings_schema`; a layer that was not coded is null throughout. Codings with
        probabilities have, after these, ``p_<target>``, ``p_<target>_<stance>``,
        ``p_<target>_<facet>`` and ``p_<frame>``; where actors have any, ``p_actors``.
    """
    rows = [_row(coding, codebook, document_of or {}) for coding in codings]
    schema = codings_schema(codebook)
    if any("p" in row for row in rows):
        schema |= dict.fromkeys(probability_columns(codebook), pl.Float64)
        if any("p_actors" in row.get("p", {}) for row in rows):
            schema["p_actors"] = P_ACTORS
        rows = [row | row.pop("p", {}) for row in rows]
    return pl.DataFrame(rows, schema=schema, orient="row")


def probability_columns(codebook: Codebook) -> list[str]:
    """The names of the probability columns, in order."""
    stances = [f"p_{t}_{s}" for t in codebook.target_codes for s in codebook.stance_codes]
    return [
        *(f"p_{target}" for target in codebook.target_codes),
        *stances,
        *(f"p_{target}_{facet}" for target, facet in codebook.facet_codes),
        *(f"p_{frame}" for frame in codebook.frame_codes),
    ]


def _row(coding: Coding, codebook: Codebook, document_of: Mapping[str, str]) -> dict[str, Any]:
    row: dict[str, Any] = {
        "passage": coding.passage,
        "document": document_of.get(coding.passage, coding.passage),
        "coder": coding.coder,
        "actors": None if coding.actors is None else [a.model_dump() for a in coding.actors],
        "status": coding.status,
        "note": coding.note,
    }
    for target in codebook.target_codes:
        row[target] = coding.stance.get(target)
        chosen = None if coding.facets is None else coding.facets.get(target, [])
        row[f"{target}_facets"] = chosen
    for frame in codebook.frame_codes:
        row[frame] = None if coding.frames is None else frame in coding.frames
    if coding.p is not None:
        row["p"] = _probabilities(coding.p, codebook)
    return row


def _probabilities(p: Mapping[str, Any], codebook: Codebook) -> dict[str, Any]:
    values: dict[str, Any] = {
        f"p_{target}": p["target"][target] for target in codebook.target_codes
    }
    for layer in ("stance", "facet"):
        for target, row in p[layer].items():
            values |= {f"p_{target}_{code}": value for code, value in row.items()}
    if "actor" in p:
        values["p_actors"] = [
            {"actor": actor, "p": [{"code": code, "p": value} for code, value in row.items()]}
            for actor, row in p["actor"].items()
        ]
    return values | {f"p_{frame}": p["frame"][frame] for frame in codebook.frame_codes}


def coding_records(table: pl.DataFrame, codebook: Codebook) -> list[Coding]:
    """The codings of a table as records, in row order: the way back of `codings_table`."""
    return [Coding.model_validate(record) for record in coding_dicts(table, codebook)]
