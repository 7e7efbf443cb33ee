"""Codes as text: ``target``, ``target:stance``, ``target/facet``, ``frame``; joined, given.

``a&b`` is a passage with both, ``a|b`` a passage with a among those with b.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from stance._faults import Fault, InputError
from stance._resampling import Floats
from stance.codebook import Codebook


def split_given(code: str) -> tuple[str, str | None]:
    """The code proper and the condition after ``|``, or None."""
    head, _, given = code.partition("|")
    return head, given or None


def _single(codings: pl.DataFrame, code: str, codebook: Codebook) -> pl.Expr:
    if code in codebook.frame_codes:
        return pl.col(code).fill_null(False)
    target, colon, stance = code.partition(":")
    if target in codebook.target_codes:
        if not colon:
            return pl.col(target).is_not_null()
        if stance in codebook.stance_codes:
            return (pl.col(target) == stance).fill_null(False)
    target, _, facet = code.partition("/")
    if (target, facet) in codebook.facet_codes:
        return pl.col(f"{target}_facets").list.contains(facet).fill_null(False)
    raise InputError(_unknown(code, codebook))


def _unknown(code: str, codebook: Codebook) -> Fault:
    known = ", ".join((*codebook.target_codes, *codebook.frame_codes))
    expected = f"one of {known}, or target:stance, target/facet, a&b, a|b"
    return Fault("code", f'"{code}"', expected, "See 'stance codebook'.")


def indicator(codings: pl.DataFrame, code: str, codebook: Codebook) -> Floats:
    """1 where a passage was given the code (``a&b`` allowed), 0 elsewhere: shape (n,)."""
    parts = [_single(codings, part, codebook) for part in code.split("&")]
    chosen = codings.select(pl.all_horizontal(parts).alias("chosen"))["chosen"]
    return np.asarray(chosen.to_numpy(), dtype=np.float64)


def prediction(codings: pl.DataFrame, code: str, codebook: Codebook) -> Floats:
    """The probability of a code by a model, or `indicator` where codings have none: shape (n,).

    Joined codes are multiplied as if independent: as the prediction of a corrected share this
    costs precision, not validity.
    """
    if f"p_{codebook.target_codes[0]}" not in codings.columns:
        return indicator(codings, code, codebook)
    value = np.ones(codings.height)
    factors: set[str] = set()
    for part in code.split("&"):
        indicator(codings.head(0), part, codebook)
        target = part.replace("/", ":").partition(":")[0]
        factors |= {f"p_{target}", "p_" + part.replace(":", "_").replace("/", "_")}
    for column in sorted(factors):
        value = value * codings[column].to_numpy()
    return value
