"""Passages that say nearly the same."""

from __future__ import annotations

import re

import polars as pl
from datasketch import MinHash, MinHashLSH

_WORD = re.compile(r"\w+")


def shingles(text: str, width: int = 5) -> set[str]:
    """The runs of `width` words of a text, in lower case."""
    words = _WORD.findall(text.lower())
    return {" ".join(words[i : i + width]) for i in range(max(len(words) - width + 1, 1))}


def near_duplicates(
    passages: pl.DataFrame, *, threshold: float = 0.3, permutations: int = 128, seed: int = 1
) -> pl.DataFrame:
    """Pairs of passages whose word 5-grams overlap.

    Candidates come from MinHash signatures (Broder 1997) in buckets tuned to half the threshold;
    each is then compared exactly.

    Parameters
    ----------
    passages : DataFrame
        With ``passage, text``.
    threshold : float
        Least Jaccard similarity, in [0, 1].

    Returns
    -------
    DataFrame
        ``passage, other, similarity``, most similar first.
    """
    index = MinHashLSH(threshold=threshold / 2, num_perm=permutations)
    sets: dict[str, set[str]] = {}
    rows = []
    for key, text in passages.select("passage", "text").iter_rows():
        own = shingles(text)
        signature = MinHash(num_perm=permutations, seed=seed)
        signature.update_batch([shingle.encode() for shingle in sorted(own)])
        for other in sorted(index.query(signature)):
            similarity = len(own & sets[other]) / len(own | sets[other])
            if similarity >= threshold:
                rows.append((other, key, similarity))
        index.insert(key, signature)
        sets[key] = own
    schema = {"passage": pl.String, "other": pl.String, "similarity": pl.Float64}
    return pl.DataFrame(rows, schema=schema, orient="row").sort("similarity", descending=True)
