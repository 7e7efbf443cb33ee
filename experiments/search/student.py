"""The student: taught by the full model on passages that nobody has coded, and by gold.

``TEXTS/unlabelled.parquet`` holds these passages (``passage, document, lang, text``), speeches and
French and English press, none of a document of which a passage was sampled.
"""

from __future__ import annotations

import copy

import joblib
import numpy as np
import polars as pl

from experiments.project import SEED
from experiments.search.full import MODELS, keep
from experiments.search.pool import Quick
from experiments.search.texts import RESULTS, SCRATCH, coded, folder
from stance.actors import states
from stance.codebook import load_codebook
from stance.corpus import (
    facet_indicators,
    frame_indicators,
    probability_columns,
    stance_indices,
)
from stance.evaluation import scores
from stance.models import (
    Fitted,
    LexiconCoder,
    PassageCoder,
    Student,
    load_lexicon,
)
from stance.models._table import probability_series
from stance.report import write_results
from stance.voices import find_mentions, replace_mentions

CHUNK = 4000


def main() -> None:
    """Teach the student; write both models, their codings of sampled passages, and scores."""
    teacher: PassageCoder = joblib.load(SCRATCH / "full.joblib")
    passages, gold = coded()
    sampled = passages.filter(pl.col("probability").is_not_null())
    learn = ~passages["document"].is_in(sampled["document"].to_list())
    learn &= passages["split"] != "withheld"
    pool = pl.read_parquet(folder() / "unlabelled.parquet").filter(
        ~pl.col("document").is_in(sampled["document"].to_list())
        & ~pl.col("passage").is_in(passages["passage"].to_list())
    )
    own = passages.filter(learn)["text"].to_list()
    known = SCRATCH / "taught.parquet"
    if not known.exists():
        answers = probabilities(quick(teacher), pool["text"].to_list())
        pl.concat([answers, probabilities(teacher, own)]).write_parquet(known)
    taught = halfway(pl.read_parquet(known), gold.filter(learn))
    student = Student(lexicon=load_lexicon(load_codebook()), actors=teacher.actors_)
    student.fit(pool["text"].to_list() + own, taught)
    typical = learn & passages["typical"]
    student.calibrate(passages.filter(typical), gold.filter(typical))
    codings = student.code(sampled)
    keep(student, codings, f"{int(learn.sum())} coded passages")
    codings_of = (pl.read_parquet(MODELS / teacher.name / "codings.parquet"), codings)
    rows = [on_development(codings, passages, gold) for codings in codings_of]
    facts = {"unlabelled": pool.height, "languages": dict(pool["lang"].value_counts().iter_rows())}
    leaks = [leak(coder, passages, gold) for coder in (teacher, student)]
    write_results(RESULTS / "leaks.json", {"leaks": pl.concat(leaks)})
    dictionary = LexiconCoder().fit(sampled, gold).code(sampled)
    dictionary.drop("note", "status").write_parquet(RESULTS / "lexicon.parquet")
    marked(sampled).write_parquet(RESULTS / "marks.parquet")
    write_results(RESULTS / "student.json", {"development": pl.concat(rows)}, **facts)


def halfway(taught: pl.DataFrame, gold: pl.DataFrame) -> pl.DataFrame:
    """The teacher's answers; on coded passages, the last rows, halfway to gold on the logit scale.

    Soft targets and true labels together teach better than either (Hinton, Vinyals and Dean 2015,
    section 2). A stance or facet has a true label where its target is there.
    """
    book = load_codebook()
    stance = stance_indices(gold, book)
    there = stance >= 0
    known = [np.where(there, 1.0, 0.0)]
    for t in range(len(book.targets)):
        taken = stance[:, [t]] == np.arange(len(book.stances))
        known.append(np.where(there[:, [t]], taken, np.nan))
    of = [book.target_codes.index(target) for target, _ in book.facet_codes]
    known.append(np.where(there[:, of], facet_indicators(gold, book) == 1, np.nan))
    known.append(np.where(frame_indicators(gold, book) == 1, 1.0, 0.0))
    truth = np.hstack(known)
    p = taught.select(probability_columns(book)).to_numpy().astype(float)
    own = p[-gold.height :]
    bounded = np.clip(own, _LEAST, 1 - _LEAST)
    sure = np.where(truth == 1, 1 - _LEAST, _LEAST)
    odds = np.sqrt(bounded / (1 - bounded) * sure / (1 - sure))
    own[:] = np.where(np.isnan(truth), own, odds / (1 + odds))
    return pl.DataFrame(p, schema=probability_columns(book))


_LEAST = 1 / (1 + np.exp(4))
"""As sure as the student's logits go."""


def leak(coder: Fitted, passages: pl.DataFrame, gold: pl.DataFrame) -> pl.DataFrame:
    """What a model codes otherwise on test passages when names are masked, or swapped."""
    test = passages.filter(pl.col("probability").is_not_null() & (pl.col("split") == "test"))
    masked = dict.fromkeys(states()["actor"], "that country")
    swapped = {a: _NAME[b] for pair in SWAPPED for a, b in (pair, pair[::-1])}
    named = [bool({m.actor for m in find_mentions(text)} & set(masked)) for text in test["text"]]
    test = test.filter(pl.Series(named))
    plain = coder.code(test)
    truth = test.select("passage").join(gold, on="passage", maintain_order="left")
    rows = []
    for variant, new in (("masked", masked), ("swapped", swapped)):
        text = [replace_mentions(text, new) for text in test["text"]]
        again = coder.code(test.with_columns(text=pl.Series(text)))
        for code in load_codebook().target_codes:
            was, now = (table[code].is_not_null() for table in (plain, again))
            there = truth[code].is_not_null()
            f1 = [2 * (x & there).sum() / max(x.sum() + there.sum(), 1) for x in (was, now)]
            rows.append((coder.coder, variant, code, int((was != now).sum()), test.height, *f1))
    names = ["coder", "variant", "code", "flips", "n", "F1", "F1 altered"]
    return pl.DataFrame(rows, schema=names, orient="row")


SWAPPED = (
    ("USA", "RUS"),
    ("GBR", "IRN"),
    ("FRA", "CHN"),
    ("ISR", "SYR"),
    ("DEU", "CUB"),
    ("SUN", "CAN"),
)
_NAME = {code: names[0] for code, names in states().select("actor", "en").iter_rows()}


def marked(passages: pl.DataFrame) -> pl.DataFrame:
    """What is on the face of passages: quotation, concession, negation, number of words."""
    text = pl.col("text")
    return passages.select(
        "passage",
        quotation=text.str.contains('[“”«»"]'),
        concession=text.str.contains(r"(?i)\b(but|however|although|mais|pourtant|cependant)\b"),
        negation=text.str.contains(r"(?i)\b(not|no|never|cannot|ne|non|jamais|aucune?)\b|n[’']"),
        words=text.str.split(" ").list.len(),
    )


def quick(teacher: PassageCoder) -> PassageCoder:
    """The teacher with vectors as `experiments.search.pool` makes them."""
    found = copy.deepcopy(teacher)
    vectors = found.features_["vectors"].named_steps["vectors"]
    vectors.encoder = Quick(vectors.encoder)
    return found


def probabilities(teacher: PassageCoder, texts: list[str]) -> pl.DataFrame:
    """The teacher's probabilities of some texts."""
    parts = (teacher.probabilities(texts[i : i + CHUNK]) for i in range(0, len(texts), CHUNK))
    tables = [pl.DataFrame(probability_series(p, teacher.scheme)) for p in parts]
    return pl.concat(tables).cast(pl.Float32)


def on_development(
    codings: pl.DataFrame, passages: pl.DataFrame, gold: pl.DataFrame
) -> pl.DataFrame:
    """Scores on the sampled passages of the development split."""
    own = passages.filter(pl.col("probability").is_not_null() & (pl.col("split") == "development"))
    truth = own.select("passage").join(gold, on="passage", maintain_order="left")
    return scores(codings, truth, load_codebook(), resamples=500, seed=SEED)


if __name__ == "__main__":
    main()
