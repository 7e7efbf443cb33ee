"""Who praises and blames whom: a signed network of speakers and the actors they evaluate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.metadata import version
from typing import Any

import numpy as np
import polars as pl

from stance._resampling import Floats, bootstrap, sum_by
from stance.codebook import Codebook, load_codebook

NETWORK = {
    "evaluation": pl.String,
    "actor": pl.String,
    "code": pl.String,
    "estimate": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "level": pl.Float64,
    "n": pl.Int64,
    "n_gold": pl.Int64,
    "method": pl.String,
    "signature": pl.String,
}


def network(
    codings: pl.DataFrame,
    source: str,
    by: str | Sequence[str] = (),
    *,
    target: str | None = None,
    nodes: Mapping[str, str] | None = None,
    codebook: Codebook | None = None,
    level: float = 0.95,
    resamples: int = 2000,
    seed: int = 0,
    gold: str = "",
) -> pl.DataFrame:
    """Shares of a speaker's passages that praise or blame an actor.

    Parameters
    ----------
    codings : DataFrame
        Codings with ``actors`` and the columns `source` and `by`; with a column ``probability``
        (inclusion probability; null: sought out, not used) they are weighted by its inverse.
    source : str
        The column that says who speaks: a state, a group of states, an outlet. Null: left out.
    by : str or sequence of str
        Further groups, such as a period.
    target : str, optional
        Only passages on this target, and only evaluations that belong to it.
    nodes : mapping, optional
        Actors to the node of the network they are counted under; actors that it lacks are left
        out. By default every actor is a node.
    level, resamples, seed
        Of the bootstrap over documents.
    gold : str
        Who made the codings (``llm``, ``human``), for the signature.

    Returns
    -------
    DataFrame
        ``<by…>, <source>, evaluation, actor, code, estimate, low, high, level, n, n_gold, method,
        signature``: an edge a row, those that were met; `estimate` is the design-weighted share of
        the source's passages in [0, 1] (Hájek 1971), `n` the passages, `n_gold` those with the
        edge; `code` is ``evaluation:actor``.

    Raises
    ------
    ValueError
        If a column is missing, layer 4 was not coded, or `target` is not of the codebook.
    """
    scheme = codebook or load_codebook()
    groups = [*([by] if isinstance(by, str) else by), source]
    if missing := [column for column in groups if column not in codings.columns]:
        raise ValueError(f"found no column {missing[0]!r} in the codings; expected it")
    if target is not None and target not in scheme.target_codes:
        raise ValueError(f"found target {target!r}; expected one of {scheme.target_codes}")
    if codings["actors"].null_count():
        raise ValueError("found passages whose actors were not coded; expected codings of layer 4")
    table = codings.drop_nulls(groups)
    if target is not None:
        table = table.filter(pl.col(target).is_not_null())
    if "probability" in table.columns:
        table = table.drop_nulls("probability").with_columns(_weight=1 / pl.col("probability"))
    else:
        table = table.with_columns(_weight=pl.lit(1.0))
    edges = _edges(table, target, nodes)
    draws = f"boot:{resamples}|seed:{seed}|v{version('stance')}"
    about = f"weighted|gold:{gold or 'unstated'}|codebook:{scheme.version}|unit:passage"
    signature = f"{about}|superpopulation|{draws}"
    rows: list[tuple[Any, ...]] = []
    for key, part in table.sort(groups).group_by(groups, maintain_order=True):
        own = edges.join(part.select("passage"), on="passage", how="semi")
        pairs = own.select("evaluation", "actor").unique().sort("evaluation", "actor")
        if pairs.is_empty():
            continue
        sums, counted = _sums(part, own, pairs)
        interval = bootstrap(
            lambda s: s[..., 1:] / s[..., :1], sums, resamples=resamples, seed=seed, level=level
        )
        for i, (evaluation, actor) in enumerate(pairs.iter_rows()):
            numbers = [float(part[i]) for part in interval[:3]]
            code = f"{evaluation}:{actor}"
            row = (*key, evaluation, actor, code, *numbers, level, part.height, int(counted[i]))
            rows.append((*row, "weighted", signature))
    schema = {column: codings.schema[column] for column in groups} | NETWORK
    return pl.DataFrame(rows, schema=schema, orient="row")


def _edges(
    table: pl.DataFrame, target: str | None, nodes: Mapping[str, str] | None
) -> pl.DataFrame:
    """One row a passage, evaluation and node."""
    found = table.select("passage", "actors").explode("actors").drop_nulls("actors")
    found = found.unnest("actors")
    if target is not None:
        found = found.filter(pl.col("targets").list.contains(target))
    if nodes is not None:
        node = pl.col("actor").replace_strict(dict(nodes), default=None, return_dtype=pl.String)
        found = found.with_columns(actor=node).drop_nulls("actor")
    return found.select("passage", "evaluation", "actor").unique()


def _sums(part: pl.DataFrame, edges: pl.DataFrame, pairs: pl.DataFrame) -> tuple[Floats, Floats]:
    """Weighted sums over documents: passages, then each edge; and passages with each edge."""
    numbered = edges.join(pairs.with_row_index("_edge"), on=["evaluation", "actor"])
    at = numbered.join(part.select("passage").with_row_index("_row"), on="passage")
    present = np.zeros((part.height, pairs.height))
    present[at["_row"].to_numpy(), at["_edge"].to_numpy()] = 1
    cluster = part["document"].rank("dense").to_numpy().astype(np.int64) - 1
    columns = np.hstack([np.ones((part.height, 1)), present]) * part["_weight"].to_numpy()[:, None]
    return sum_by(cluster, columns, int(cluster.max()) + 1), present.sum(axis=0)
