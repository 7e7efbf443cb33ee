"""The passage coder: targets with their facets, stance given the target, frames, decided together.

A model is a coder: what it returns is a table of codings, with probabilities beside them.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from typing import Any, Self, TypeAlias

import numpy as np
import polars as pl
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, clone
from sklearn.dummy import DummyClassifier
from sklearn.naive_bayes import MultinomialNB
from sklearn.svm import LinearSVC

from stance.codebook import Codebook, Decision, Probabilities, load_codebook
from stance.corpus import (
    codings_schema,
    facet_indicators,
    frame_indicators,
    sentences,
    stance_indices,
)
from stance.models._actor import ActorCoder
from stance.models._bags import BagClassifier, Bags
from stance.models._features import ngrams, word_counts
from stance.models._head import Head, positive
from stance.models._table import decided_table, with_actors

Matrix: TypeAlias = Any  # csr_matrix, or ndarray where features are dense


class PassageCoder(BaseEstimator):  # type: ignore[misc]
    """Codes passages under a codebook, having learned from coded ones.

    One head a target, one a facet given its target, one for stance given the target, one a
    frame. The stance head sees a passage once for every target in it: shared features and the
    same features again in the target's own block, so that one passage can be for one target and
    against another.

    Parameters
    ----------
    codebook : Codebook, optional
        By default the project's.
    name : str
        What the coder is called; codings carry ``model:<name>@<hash>``.
    features : mapping of str to scikit-learn transformer, optional
        Views of a passage by name, each from inputs to a matrix; by default word and character
        n-grams alone.
    classifier : scikit-learn classifier, optional
        Of every head and view; by default a linear support vector machine.
    seed : int
    reads : str
        The column of passages that `features` takes: ``text``, or ``passage`` for features that
        are looked up by id.
    actors : ActorCoder, optional
        Of layer 4; by default that layer is not coded, and ``actors`` is null.
    by_sentence : str, optional
        The view in which targets are also looked for sentence by sentence; see `BagClassifier`.

    Attributes
    ----------
    hash_ : str
        Four hexadecimal digits over the training data, codebook and parameters.
    features_, target_heads_, stance_head_, facet_heads_, frame_heads_, actors_ : fitted parts

    Examples
    --------
    >>> import stance
    >>> corpus = stance.load_corpus("constructed")
    >>> coder = stance.PassageCoder().fit(corpus.passages, corpus.gold)
    >>> codings = coder.code(corpus.passages.head(3))
    >>> codings["coder"].n_unique(), codings.height
    (1, 3)
    """

    def __init__(
        self,
        codebook: Codebook | None = None,
        name: str = "base",
        features: Any = None,
        classifier: Any = None,
        seed: int = 0,
        reads: str = "text",
        actors: ActorCoder | None = None,
        by_sentence: str | None = None,
    ) -> None:
        self.codebook = codebook
        self.name = name
        self.features = features
        self.classifier = classifier
        self.seed = seed
        self.reads = reads
        self.actors = actors
        self.by_sentence = by_sentence

    @property
    def scheme(self) -> Codebook:
        """The codebook in use."""
        return self.codebook or load_codebook()

    @property
    def coder(self) -> str:
        """The name under which codings are returned."""
        return f"model:{self.name}@{self.hash_}"

    def fit(self, passages: pl.DataFrame, codings: pl.DataFrame) -> Self:
        """Learn from coded passages.

        Parameters
        ----------
        passages : DataFrame
            With ``passage, document, text``; with a Boolean column ``typical``, probabilities are
            calibrated on the passages where it is true. Constructed passages, written to quotas,
            are not typical of what a model will meet.
        codings : DataFrame
            One coding of each passage to learn from.

        Raises
        ------
        ValueError
            If a passage has no text, or no passage is coded.
        """
        typical = pl.col("typical") if "typical" in passages.columns else pl.lit(value=True)
        coded = self._joined(passages.with_columns(_typical=typical), codings)
        self.hash_ = self._training_hash(coded)
        views = {"ngrams": ngrams()} if self.features is None else dict(self.features)
        self.features_ = {name: clone(view) for name, view in views.items()}
        inputs = coded["_input"].to_list()
        X = [_matrix(view.fit_transform(inputs)) for view in self.features_.values()]
        like, groups = coded["_typical"].to_numpy(), _documents(coded)
        heads = []
        for views_, y, rows in self._questions(coded, X):
            classifiers = [self._classifier() for _ in views_]
            for i, view in enumerate(views_):
                if isinstance(view, Bags):
                    classifiers[i] = BagClassifier(classifiers[i])
            heads.append(Head(classifiers, self.seed).fit(views_, y, groups[rows], like[rows]))
        targets, facets = len(self.scheme.targets), len(self.scheme.facet_codes)
        self.target_heads_, self.facet_heads_ = heads[:targets], heads[targets : targets + facets]
        self.frame_heads_, self.stance_head_ = heads[targets + facets : -1], heads[-1]
        self.actors_ = None if self.actors is None else clone(self.actors).fit(passages, codings)
        return self

    def calibrate(self, passages: pl.DataFrame, codings: pl.DataFrame) -> Self:
        """Weigh the views, calibrate and find thresholds anew, on passages that `fit` has not seen.

        Parameters
        ----------
        passages : DataFrame
            With ``passage, text``, of documents from which nothing was learned.
        codings : DataFrame
            One coding of each passage.

        Raises
        ------
        ValueError
            If a passage has no text, or no passage is coded.
        """
        coded = self._joined(passages, codings)
        X = [_matrix(view.transform(coded["_input"].to_list())) for view in self.features_.values()]
        groups = _documents(coded)
        heads = [*self.target_heads_, *self.facet_heads_, *self.frame_heads_, self.stance_head_]
        for head, (views, y, rows) in zip(heads, self._questions(coded, X), strict=True):
            head.calibrate(views, y, groups[rows])
        known = f"{self.hash_}{self._training_hash(coded)}"
        self.hash_ = hashlib.sha256(known.encode()).hexdigest()[:4]
        return self

    def _joined(self, passages: pl.DataFrame, codings: pl.DataFrame) -> pl.DataFrame:
        """Codings with what their passages are read by, as ``_input``."""
        own = passages.drop("document", strict=False).with_columns(_input=pl.col(self.reads))
        own = own.select("passage", pl.col("^_.*$"))
        coded = codings.join(own, on="passage", how="inner", maintain_order="left")
        if coded.is_empty() or coded["_input"].null_count():
            raise ValueError(
                f"found {coded.height} coded passages, {coded['_input'].null_count()} of them "
                f"without {self.reads}; expected one for every coded passage"
            )
        return coded

    def _questions(
        self, coded: pl.DataFrame, X: list[Matrix]
    ) -> Iterator[tuple[list[Matrix | Bags], NDArray[Any], NDArray[np.int64]]]:
        """What every head is asked, in order: views, classes and rows of the coded passages.

        First the targets, then their facets, frames, and stance.
        """
        stance = stance_indices(coded, self.scheme)
        everything = np.arange(coded.height)
        read = self._with_sentences(X, coded["_input"].to_list())
        for column in stance.T:
            yield read, column >= 0, everything
        facets = facet_indicators(coded, self.scheme)
        for column, (target, _) in zip(facets.T, self.scheme.facet_codes, strict=True):
            own = np.flatnonzero(stance[:, self.scheme.target_codes.index(target)] >= 0)
            yield [x[own] for x in X], column[own] == 1, own
        for column in frame_indicators(coded, self.scheme).T:
            yield list(X), column == 1, everything
        row, target_of = np.nonzero(stance >= 0)
        yield [self._pairs(x[row], target_of) for x in X], stance[row, target_of], row

    def _classifier(self) -> Any:
        if self.classifier is not None:
            return self.classifier
        return LinearSVC(C=0.5, class_weight="balanced", tol=1e-2, random_state=self.seed)

    def _with_sentences(self, X: list[Matrix], inputs: list[str]) -> list[Matrix | Bags]:
        """The views, one of them as bags of sentences if targets are looked for in these."""
        read: list[Matrix | Bags] = list(X)
        if self.by_sentence is not None:
            own = [sentences(text) for text in inputs]
            view = self.features_[self.by_sentence]
            place = list(self.features_).index(self.by_sentence)
            flat = _matrix(view.transform([one for text in own for one in text]))
            read[place] = Bags(X[place], flat, np.array([len(text) for text in own]))
        return read

    def _pairs(self, X: Matrix, target_of: NDArray[np.int64]) -> Matrix:
        """Features of passage-target pairs: shared ones and a block a target."""
        targets = range(len(self.scheme.targets))
        if isinstance(X, np.ndarray):
            return np.hstack([X, *(X * (target_of == t)[:, None] for t in targets)])
        blocks = [sp.diags((target_of == t).astype(float)) @ X for t in targets]
        return sp.hstack([X, *blocks], format="csr")

    def probabilities(self, texts: list[str]) -> Probabilities:
        """Calibrated probabilities of every code for n texts."""
        X = [_matrix(view.transform(texts)) for view in self.features_.values()]
        n, targets = len(texts), len(self.scheme.targets)
        stance = np.zeros((n, targets, len(self.scheme.stances)))
        for t in range(targets):
            p = self.stance_head_.predict_proba([self._pairs(x, np.full(n, t)) for x in X])
            stance[:, t, self.stance_head_.classes_] = p
        return Probabilities(
            target=positive(self.target_heads_, self._with_sentences(X, texts)),
            stance=stance,
            facet=positive(self.facet_heads_, X),
            frame=positive(self.frame_heads_, X),
        )

    def decide(self, probabilities: Probabilities) -> Decision:
        """Codes under the codebook's rules.

        Targets, facets and frames are given at the threshold of best F1 of their heads, stances by
        the weights of best macro-F1, out of fold on typical passages.
        """
        weights = np.ones(len(self.scheme.stances))
        weights[self.stance_head_.classes_] = self.stance_head_.weights_
        return self.scheme.decide(
            probabilities,
            target_thresholds=[head.threshold_ for head in self.target_heads_],
            stance_weights=weights.tolist(),
            facet_thresholds=[head.threshold_ for head in self.facet_heads_],
            frame_thresholds=[head.threshold_ for head in self.frame_heads_],
        )

    def code(self, passages: pl.DataFrame) -> pl.DataFrame:
        """Code passages.

        Parameters
        ----------
        passages : DataFrame
            With ``passage, text`` and, where there is one, ``document``.

        Returns
        -------
        DataFrame
            One row a passage, in order: codings with probabilities.
        """
        p = self.probabilities(passages[self.reads].to_list())
        table = decided_table(passages, self.coder, p, self.decide(p), self.scheme)
        return table if self.actors_ is None else with_actors(table, passages, self.actors_)

    def _training_hash(self, coded: pl.DataFrame) -> str:
        digest = hashlib.sha256(self.scheme.hash.encode())
        described = repr(self.get_params(deep=False) | {"codebook": None})
        digest.update(re.sub(r" at 0x[0-9a-f]+", "", described).encode())  # addresses change
        columns = [c for c in codings_schema(self.scheme) if c in coded.columns]
        left_out = {"status", "note"} | (set() if self.actors is not None else {"actors"})
        if self.actors is not None:
            digest.update(json.dumps(self.actors.lexicon).encode())
        kept = coded.select("_input", *(c for c in columns if c not in left_out))
        for row in kept.iter_rows():
            digest.update(json.dumps(row).encode())
        return digest.hexdigest()[:4]


def _documents(coded: pl.DataFrame) -> NDArray[np.int64]:
    """Numbers of the passages' documents."""
    return np.asarray(coded["document"].rank("dense").to_numpy().astype(np.int64))


def _matrix(X: Any) -> Matrix:
    return X if isinstance(X, np.ndarray) else sp.csr_matrix(X)


def naive_bayes_coder(codebook: Codebook | None = None, seed: int = 0) -> PassageCoder:
    """The baseline of word counts and multinomial naive Bayes."""
    return PassageCoder(codebook, "naive-bayes", {"counts": word_counts()}, MultinomialNB(), seed)


def majority_coder(codebook: Codebook | None = None, seed: int = 0) -> PassageCoder:
    """The baseline that gives every passage the most frequent value of every code."""
    views = {"counts": word_counts()}
    return PassageCoder(codebook, "majority", views, DummyClassifier(strategy="prior"), seed)
