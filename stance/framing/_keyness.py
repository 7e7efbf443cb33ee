"""Words that tell two sets of passages apart.

References
----------
Monroe, Colaresi and Quinn 2008, "Fightin' words", Political Analysis 16(4), section 3.5.1.
"""

from __future__ import annotations

import re

import numpy as np
import polars as pl
from sklearn.feature_extraction.text import CountVectorizer

from stance._resampling import Floats, bootstrap_weights, percentile_interval, resample

_WORD = r"(?u)\b[^\W\d_](?:[\w-]|’(?=\w))+\b"

_ELIDED = re.compile(r"(?<![\w’])(?:[cdjlmnst]|(?:jus|lors|puis|quoi)?qu)’(?=\w)")
"""A French word that has lost its vowel before the next one."""

_POSSESSIVE = re.compile(r"’s\b(?!’)")

KEYNESS = {
    "term": pl.String,
    "estimate": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "level": pl.Float64,
    "z": pl.Float64,
    "count": pl.Int64,
    "count_other": pl.Int64,
    "documents": pl.Int64,
    "n": pl.Int64,
    "method": pl.String,
}


def log_odds(counts: Floats, other: Floats, prior: Floats) -> tuple[Floats, Floats]:
    """Log-odds ratio of every term with an informative Dirichlet prior, and its variance.

    Parameters
    ----------
    counts, other : array, shape (..., terms)
        How often each term stands in either set.
    prior : array, shape (terms,)
        Pseudo-counts, all positive.

    Returns
    -------
    log-odds ratio, variance : arrays, shape (..., terms)
        Monroe et al. 2008, eqs. 16 and 20 (approximate variance).
    """
    total = prior.sum()

    def odds(y: Floats) -> Floats:
        n = y.sum(axis=-1, keepdims=True)
        return np.asarray((y + prior) / (n + total - y - prior))

    ratio = np.log(odds(counts)) - np.log(odds(other))
    return ratio, 1 / (counts + prior) + 1 / (other + prior)


def keyness(
    passages: pl.DataFrame,
    other: pl.DataFrame,
    *,
    prior_size: float = 500.0,
    fewest_documents: int = 4,
    widest: float = 0.4,
    level: float = 0.95,
    resamples: int = 2000,
    seed: int = 0,
) -> pl.DataFrame:
    """Words that stand more often in one set of passages than in another.

    Parameters
    ----------
    passages, other : DataFrame
        With ``document, text``; a passage may be in both.
    prior_size : float
        Pseudo-words of the prior, which is the distribution of terms in both sets together.
    fewest_documents : int
        Terms in fewer documents of the two sets are left out.
    widest : float
        Terms in more than this share of the documents, function words most of them, are left out
        (but stay in the counts that the odds are taken of).

    Returns
    -------
    DataFrame
        One row a term, most characteristic of `passages` first: the log-odds ratio with its
        interval over documents (words come in bursts: the model's own `z`, which takes them as
        independent, is given for the order), counts in either set, documents that hold the term,
        passages `n`.

    Raises
    ------
    ValueError
        If no term is in enough documents.
    """
    texts = [*passages["text"], *other["text"]]
    vectorizer = CountVectorizer(token_pattern=_WORD)
    try:
        counts = vectorizer.fit_transform(_apart(text) for text in texts)
    except ValueError as error:
        raise ValueError("found no word in the passages; expected text") from error
    cluster = pl.concat([passages["document"], other["document"]]).rank("dense").to_numpy() - 1
    side = np.r_[np.zeros(passages.height, int), np.ones(other.height, int)]
    clusters = int(cluster.max()) + 1
    members = np.zeros((2 * clusters, len(texts)))
    members[side * clusters + cluster.astype(int), np.arange(len(texts))] = 1
    by_document = np.asarray(members @ counts).reshape(2, clusters, -1)
    documents = (by_document.sum(axis=0) > 0).sum(axis=0)
    keep = (documents >= fewest_documents) & (documents <= widest * clusters)
    if not keep.any():
        raise ValueError(f"found no word in {fewest_documents} documents; expected some")
    rest = by_document[:, :, ~keep].sum(axis=2, keepdims=True)
    sums = np.concatenate([by_document[:, :, keep], rest], axis=2).transpose(1, 0, 2).astype(float)
    total = sums.sum(axis=0)
    prior = prior_size * total.sum(axis=0) / total.sum() + 1e-9
    ratio, variance = (part[:-1] for part in log_odds(total[0], total[1], prior))
    drawn = resample(sums, bootstrap_weights(clusters, resamples, seed))
    replicates = log_odds(drawn[:, 0], drawn[:, 1], prior)[0][:, :-1]
    interval = percentile_interval(ratio, replicates, level)
    return pl.DataFrame(
        {
            "term": vectorizer.get_feature_names_out()[keep],
            "estimate": ratio,
            "low": interval.low,
            "high": interval.high,
            "level": level,
            "z": ratio / np.sqrt(variance),
            "count": total[0, :-1].astype(np.int64),
            "count_other": total[1, :-1].astype(np.int64),
            "documents": documents[keep].astype(np.int64),
            "n": passages.height + other.height,
            "method": "log-odds, informative Dirichlet prior",
        },
        schema=KEYNESS,
    ).sort("z", "term", descending=[True, False])


def _apart(text: str) -> str:
    """The text in lower case without elided words (l’, qu’) and without the English possessive.

    Any other apostrophe belongs to its word: aujourd’hui, quelqu’un, don’t.
    """
    plain = text.lower().replace("'", "’")
    return _POSSESSIVE.sub("", _ELIDED.sub("", plain))
