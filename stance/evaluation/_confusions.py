"""How many codes were right, missed and invented: counts, where scores hide them."""

from __future__ import annotations

import polars as pl

from stance.codebook import Codebook
from stance.corpus import stance_indices

CONFUSIONS = {
    "coder": pl.String,
    "code": pl.String,
    "right": pl.Int64,
    "missed": pl.Int64,
    "invented": pl.Int64,
    "stance_right": pl.Int64,
    "n": pl.Int64,
}


def confusions(codings: pl.DataFrame, gold: pl.DataFrame, codebook: Codebook) -> pl.DataFrame:
    """Targets that a coder found, missed and invented.

    Parameters
    ----------
    codings : DataFrame
        One coder's codings of every passage of `gold`.
    gold : DataFrame

    Returns
    -------
    DataFrame
        ``coder, code, right, missed, invented, stance_right, n``: passages with the target in both,
        only in the gold, only in the codings; those of `right` that have the gold's stance; and all
        passages.

    Raises
    ------
    ValueError
        If a passage of `gold` is not coded.
    """
    order = gold.select("passage")
    coded = order.join(codings, on="passage", how="inner", maintain_order="left")
    if coded.height != gold.height:
        missing = order.join(codings, on="passage", how="anti")["passage"][0]
        raise ValueError(f"found no coding of passage {missing!r}; expected one of every passage")
    ours, theirs = stance_indices(coded, codebook), stance_indices(gold, codebook)
    rows = []
    for t, target in enumerate(codebook.target_codes):
        found, there = ours[:, t] >= 0, theirs[:, t] >= 0
        right = found & there
        rows.append(
            (
                coded["coder"][0] if coded.height else None,
                target,
                int(right.sum()),
                int((there & ~found).sum()),
                int((found & ~there).sum()),
                int((right & (ours[:, t] == theirs[:, t])).sum()),
                gold.height,
            )
        )
    return pl.DataFrame(rows, schema=CONFUSIONS, orient="row")
