"""Which codes go together in a passage more often than chance would have it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import polars as pl

from stance._resampling import Floats, bootstrap, sum_by
from stance.codebook import Codebook, load_codebook
from stance.framing._codes import indicator

COOCCURRENCE = {
    "code": pl.String,
    "first": pl.String,
    "second": pl.String,
    "estimate": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "level": pl.Float64,
    "n": pl.Int64,
    "both": pl.Int64,
    "expected": pl.Float64,
    "method": pl.String,
}


def cooccurrence(
    codings: pl.DataFrame,
    codes: Sequence[str] | None = None,
    *,
    codebook: Codebook | None = None,
    level: float = 0.95,
    resamples: int = 2000,
    seed: int = 0,
) -> pl.DataFrame:
    """Co-occurrence of every two codes in a passage.

    Parameters
    ----------
    codes : sequence of str, optional
        By default the frames.

    Returns
    -------
    DataFrame
        One row a pair: `estimate` is the phi coefficient in [-1, 1] (Pearson's correlation of
        the two indicators; null where a code is never or always given) with its interval over
        documents, `both` the passages with both codes, `expected` how many chance would give.
    """
    scheme = codebook or load_codebook()
    chosen = list(codes) if codes is not None else list(scheme.frame_codes)
    present = np.stack([indicator(codings, code, scheme) for code in chosen], axis=1)
    cluster = codings["document"].rank("dense").to_numpy().astype(np.int64) - 1
    pairs = list(combinations(range(len(chosen)), 2))
    a, b = (np.array([pair[i] for pair in pairs]) for i in (0, 1))
    columns = np.hstack([np.ones((codings.height, 1)), present, present[:, a] * present[:, b]])
    sums = sum_by(cluster, columns, int(cluster.max()) + 1)

    def phi(s: Floats) -> Floats:
        share = s[..., 1:] / s[..., :1]
        p, q = share[..., a], share[..., b]
        spread = np.sqrt(p * (1 - p) * q * (1 - q))
        return np.asarray((share[..., len(chosen) :] - p * q) / spread)

    interval = bootstrap(phi, sums, resamples=resamples, seed=seed, level=level)
    total = sums.sum(axis=0)
    expected = total[1 + a] * total[1 + b] / codings.height
    table = pl.DataFrame(
        {
            "code": [f"{chosen[i]}&{chosen[j]}" for i, j in pairs],
            "first": [chosen[i] for i, _ in pairs],
            "second": [chosen[j] for _, j in pairs],
            "estimate": interval.estimate,
            "low": interval.low,
            "high": interval.high,
            "level": level,
            "n": codings.height,
            "both": total[1 + len(chosen) :].astype(np.int64),
            "expected": expected,
            "method": "phi",
        },
        schema=COOCCURRENCE,
    )
    return table.with_columns(pl.col("estimate", "low", "high").fill_nan(None))
