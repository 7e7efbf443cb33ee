import numpy as np
import polars as pl
import pytest
from sklearn.metrics import brier_score_loss, f1_score

from stance.codebook import Codebook
from stance.corpus import Corpus
from stance.evaluation import (
    MARGIN,
    calibration,
    ceiling,
    class_f1,
    confusions,
    cross_validate,
    differences,
    document_folds,
    f1,
    f_avg,
    name_leak,
    scores,
    transfer,
    unpaired_differences,
)
from stance.models import PassageCoder, majority_coder


def pick(table: pl.DataFrame, layer: str, code: str, statistic: str) -> dict[str, float]:
    rows = table.filter(
        pl.col("layer") == layer, pl.col("code") == code, pl.col("statistic") == statistic
    )
    return rows.row(0, named=True)


def test_f1_is_scikit_learns() -> None:
    draws = np.random.default_rng(0)
    gold, coded = draws.integers(0, 3, 90), draws.integers(0, 3, 90)
    matrix = np.zeros((3, 3))
    np.add.at(matrix, (gold, coded), 1)
    assert class_f1(matrix) == pytest.approx(f1_score(gold, coded, average=None))
    two = matrix[:2, :2]
    hits = 2 * two[1, 1] / (2 * two[1, 1] + two[0, 1] + two[1, 0])
    assert float(f1(two)) == pytest.approx(hits)


def test_f_avg_leaves_out_the_stance_without_a_side() -> None:
    """Mohammad et al. 2016, section 4: the mean of F1(favor) and F1(against)."""
    matrix = np.array([[8.0, 1, 1], [2, 5, 3], [0, 4, 6]])
    favor, against = 16 / (16 + 2 + 2), 10 / (10 + 5 + 5)
    assert float(f_avg(matrix, (0, 1))) == pytest.approx((favor + against) / 2)


def test_gold_against_itself_is_perfect(valley: Corpus) -> None:
    table = scores(valley.gold, valley.gold, valley.codebook, resamples=50)
    ones = table.filter(~pl.col("code").is_in(["open"]))["estimate"].drop_nulls()
    assert (ones == 1).all()


def test_scores_are_those_of_scikit_learn(valley: Corpus) -> None:
    b, gold = valley.coded_by("b"), valley.gold
    table = scores(b, gold, valley.codebook, resamples=100)
    truth, coded = gold["dam"].is_not_null(), b["dam"].is_not_null()
    row = pick(table, "target", "dam", "F1")
    assert row["estimate"] == pytest.approx(f1_score(truth, coded))
    assert row["low"] <= row["estimate"] <= row["high"]
    assert (row["n"], row["n_gold"]) == (30, int(truth.sum()))


def test_brier_score_is_scikit_learns(valley: Corpus) -> None:
    coder = PassageCoder(valley.codebook).fit(valley.passages, valley.gold)
    codings = coder.code(valley.passages)
    table = scores(codings, valley.gold, valley.codebook, resamples=20)
    expected = brier_score_loss(valley.gold["dam"].is_not_null(), codings["p_dam"])
    assert pick(table, "target", "dam", "Brier score")["estimate"] == pytest.approx(expected)


def test_confusions_by_hand(six: pl.DataFrame, valley_book: Codebook) -> None:
    gold = six.with_columns(dam=pl.Series(["pro", "pro", None, "contra", None, None]))
    row = confusions(six, gold, valley_book).row(0, named=True)
    assert row == {
        "coder": "model:x",
        "code": "dam",
        "right": 2,
        "missed": 1,
        "invented": 1,
        "stance_right": 1,
        "n": 6,
    }
    with pytest.raises(ValueError, match="c2"):
        confusions(six.head(5), gold, valley_book)


def test_repeats_are_averaged(valley: Corpus) -> None:
    b = valley.coded_by("b")
    runs = pl.concat([b.with_columns(repeat=pl.lit(i)) for i in (0, 1)])
    one, two = (scores(t, valley.gold, valley.codebook, resamples=30) for t in (b, runs))
    assert one.equals(two)


def test_a_passage_left_out_is_an_error(valley: Corpus) -> None:
    with pytest.raises(ValueError, match="29 of 30"):
        scores(valley.gold.head(29), valley.gold, valley.codebook)


def test_folds_keep_documents_whole_and_use_every_passage() -> None:
    documents = [f"d{i // 3}" for i in range(60)]
    folds = document_folds(documents, 5, seed=1)
    tested = np.concatenate([test for _, test in folds])
    assert sorted(tested) == list(range(60))
    for train, test in folds:
        assert not {documents[i] for i in train} & {documents[i] for i in test}


def test_cross_validation_codes_every_passage_in_every_repeat(valley: Corpus) -> None:
    coders = [PassageCoder(valley.codebook), majority_coder(valley.codebook)]
    table = cross_validate(coders, valley.passages, valley.gold, folds=3, repeats=2, jobs=1)
    assert table.height == 2 * 2 * 30
    assert set(table["coder"]) == {"model:base", "model:majority"}
    assert table.select("coder", "repeat", "passage").is_unique().all()


def test_a_coder_is_not_inferior_to_itself_and_a_constant_is(valley: Corpus) -> None:
    a, b = valley.coded_by("a"), valley.coded_by("b")
    table = ceiling(a.with_columns(coder=pl.lit("model:a")), a, b, valley.codebook, resamples=300)
    assert table["not_inferior"].all()
    assert (table["model"] > table["coders"]).all()
    nothing = majority_coder(valley.codebook).fit(valley.passages, valley.gold)
    worse = ceiling(nothing.code(valley.passages), a, b, valley.codebook, resamples=300)
    assert not worse["not_inferior"].any()
    assert (worse["low"] < -MARGIN).all()


def test_differences_find_the_better_coder(valley: Corpus) -> None:
    b, gold = valley.coded_by("b"), valley.gold
    nobody = majority_coder(valley.codebook).fit(valley.passages, gold).code(valley.passages)
    table = differences(b, nobody, gold, valley.codebook, resamples=300)
    row = pick(table, "target", "(mean)", "macro-F1")
    assert row["low"] > 0
    assert row["p"] < 0.05
    assert (table["p_holm"] >= table["p"]).all()


def test_codes_with_too_few_gold_passages_have_counts_and_no_score(valley: Corpus) -> None:
    b, gold = valley.coded_by("b"), valley.gold
    dam, railway = (gold[target].count() for target in valley.codebook.target_codes)
    assert railway < dam
    every = scores(b, gold, valley.codebook, resamples=50)
    table = scores(b, gold, valley.codebook, resamples=50, fewest=railway + 1)
    assert pick(table, "target", "dam", "F1") == pick(every, "target", "dam", "F1")
    few = pick(table, "target", "railway", "F1")
    assert (few["estimate"], few["low"], few["n_gold"]) == (None, None, railway)
    assert pick(table, "target", "(mean)", "macro-F1")["estimate"] is None
    assert pick(table, "target", "(mean)", "micro-F1")["estimate"] is not None


def test_unpaired_differences_are_differences_of_scores(valley: Corpus) -> None:
    b, book = valley.coded_by("b"), valley.codebook
    about = valley.gold.join(valley.passages.select("passage", "lang"), on="passage")
    one, other = (valley.gold.filter(about["lang"] == lang) for lang in ("de", "it"))
    draws = {"resamples": 400, "seed": 1}
    table = unpaired_differences(b, one, other, book, **draws)
    first, second = (scores(b, part, book, **draws) for part in (one, other))
    for place in (("target", "(mean)", "macro-F1"), ("frame", "(mean)", "micro-F1")):
        row, a, c = (pick(t, *place) for t in (table, first, second))
        assert (row["score"], row["score_other"]) == (a["estimate"], c["estimate"])
        assert row["estimate"] == pytest.approx(a["estimate"] - c["estimate"])
        assert row["low"] <= row["estimate"] <= row["high"]
        width = np.hypot(a["high"] - a["low"], c["high"] - c["low"])
        assert row["high"] - row["low"] == pytest.approx(width, rel=0.35), "variances add up"
        assert (row["n"], row["n_other"]) == (one.height, other.height)
    turned = unpaired_differences(b, other, one, book, **draws)
    both = (pick(t, "target", "(mean)", "micro-F1")["estimate"] for t in (table, turned))
    assert sum(both) == pytest.approx(0)
    few = unpaired_differences(b, one, other, book, fewest=10**6, **draws)
    assert few["estimate"].null_count() == few["score"].null_count() == few.height
    with pytest.raises(ValueError, match="in both samples"):
        unpaired_differences(b, one, one, book)


def test_calibration_bins_hold_all_passages(valley: Corpus) -> None:
    coder = PassageCoder(valley.codebook).fit(valley.passages, valley.gold)
    table = calibration(coder.code(valley.passages), valley.gold, valley.codebook, bins=5)
    assert table.group_by("code").agg(pl.col("n").sum())["n"].to_list() == [30, 30]
    assert table["probability"].is_between(0, 1).all()
    dam = table.filter(pl.col("code") == "dam")
    assert dam["probability"].is_sorted()
    shares = (dam["estimate"] * dam["n"]).sum()
    assert shares == pytest.approx(valley.gold["dam"].is_not_null().sum())


def test_transfer_keeps_documents_apart(valley: Corpus) -> None:
    german = pl.col("lang") == "de"
    coder = PassageCoder(valley.codebook)
    codings, gold = transfer(coder, valley.passages, valley.gold, german, ~german)
    assert codings["passage"].equals(gold["passage"])
    assert gold.height == 15
    with pytest.raises(ValueError, match="on both sides"):
        transfer(coder, valley.passages, valley.gold, german, pl.lit(value=True))


def leaky(book: Codebook, n: int, *, leak: bool) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    draws = np.random.default_rng(1)
    side = draws.integers(0, 2, n)
    named = side if leak else draws.integers(0, 2, n)
    names = ["Arvalia", "Benoria"]
    texts = [f"The matter of the water was raised by {names[i]} today." for i in named]
    passages = pl.DataFrame({"passage": [f"p{i}" for i in range(n)], "text": texts})
    documents = pl.DataFrame({"document": [f"d{i}" for i in range(n)], "actor": ["X"] * n})
    stances = [book.stance_codes[i] for i in side]
    gold = pl.DataFrame(
        {
            "passage": passages["passage"],
            "document": documents["document"],
            "dam": stances,
            "railway": stances,
        }
    )
    return passages, documents, gold


def test_names_that_give_the_stance_away_are_found(valley_book: Codebook) -> None:
    table = name_leak(*leaky(valley_book, 80, leak=True), valley_book)
    assert (table["difference"] > 0.4).all()
    table = name_leak(*leaky(valley_book, 80, leak=False), valley_book)
    assert (table["difference"] < 0.1).all()


def test_names_do_not_give_the_stance_away_in_the_constructed_corpus(constructed: Corpus) -> None:
    table = name_leak(
        constructed.passages, constructed.documents, constructed.gold, constructed.codebook
    )
    assert table.filter(pl.col("target") == "(pooled)")["difference"][0] <= 0.10
