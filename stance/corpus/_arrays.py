"""Tables of codings as arrays of integers, in the order of the codebook."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from stance.codebook import Codebook


def stance_indices(codings: pl.DataFrame, codebook: Codebook) -> NDArray[np.int64]:
    """The stances of a table of codings as positions in the codebook, -1 where absent."""
    numbers = {code: i for i, code in enumerate(codebook.stance_codes)}
    columns = [
        codings[target].replace_strict(numbers, default=-1, return_dtype=pl.Int64)
        for target in codebook.target_codes
    ]
    return np.stack([column.fill_null(-1).to_numpy() for column in columns], axis=1)


def frame_indicators(codings: pl.DataFrame, codebook: Codebook) -> NDArray[np.int64]:
    """The frames of a table of codings, 0 or 1: shape (n, frames)."""
    return codings.select(pl.col(codebook.frame_codes).fill_null(False)).to_numpy().astype(np.int64)


def facet_indicators(codings: pl.DataFrame, codebook: Codebook) -> NDArray[np.int64]:
    """The facets of a table of codings, 0 or 1: shape (n, facets)."""
    columns = [
        codings[f"{target}_facets"].list.contains(facet).fill_null(False).to_numpy()
        for target, facet in codebook.facet_codes
    ]
    return np.stack(columns, axis=1).astype(np.int64)
