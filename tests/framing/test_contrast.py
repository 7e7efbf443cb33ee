"""Contrasts between groups: their size, and how unlike the readings must be to undo them."""

import numpy as np
import polars as pl
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from stance.codebook import Codebook
from stance.framing import (
    FEWEST_GOLD,
    contrasts,
    corpus_prevalence,
    document_sums,
    reader_contrasts,
    tipping_point,
)

DRAWS = {"resamples": 200, "seed": 3}
WAYS = ["sensitivity", "sensitivity_low", "specificity", "specificity_low"]


def read_share(true: float, sensitivity: float, specificity: float) -> float:
    """Rogan and Gladen 1978: what is read where a share is true."""
    return sensitivity * true + (1 - specificity) * (1 - true)


def true_share(read: float, sensitivity: float, specificity: float) -> float:
    return (read + specificity - 1) / (sensitivity + specificity - 1)


# ------------------------------------------------------------------------------ tipping points


def test_tipping_points_by_hand() -> None:
    perfect = tipping_point(0.3, 0.1)
    assert perfect.sensitivity == pytest.approx(2 / 3), "0.3 * (1 - 2/3) = 0.1"
    assert perfect.specificity == pytest.approx(2 / 9), "0.1 + 2/9 * 0.9 = 0.3"
    less = tipping_point(0.3, 0.1, sensitivity=0.9)
    assert less.sensitivity == pytest.approx(0.6), "a third are there: 0.9 and 0.3 of them found"
    assert less.specificity == pytest.approx(0.2 / (1 - 0.1 / 0.9))
    both = tipping_point(0.3, 0.1, sensitivity=0.9, specificity=0.95)
    assert both.sensitivity == pytest.approx(0.2 / (0.25 / 0.85))
    assert both.specificity == pytest.approx(0.2 / (1 - 0.05 / 0.85))
    assert tipping_point(0.1, 0.3) == perfect, "which group is named first is nothing to it"
    assert tipping_point([0.2, 0.0], 0.2)[0].tolist() == [0, 1], "nothing found where all is there"
    assert tipping_point(0.0, 0.0) == (0, 0)


shares = st.floats(0.001, 0.999)
rates = st.floats(0.55, 1)


@given(shares, shares, rates, rates)
def test_the_difference_leaves_one_true_share(
    one: float, two: float, sensitivity: float, specificity: float
) -> None:
    larger, smaller = max(one, two), min(one, two)
    assume(larger > smaller)
    point = tipping_point(one, two, sensitivity=sensitivity, specificity=specificity)
    less = sensitivity - float(point.sensitivity)
    if not np.isnan(less):
        true = true_share(larger, sensitivity, specificity)
        assert read_share(true, less, specificity) == pytest.approx(smaller, abs=1e-9)
        assert -1e-9 <= less <= sensitivity
        assert 0 <= true <= 1
    less = specificity - float(point.specificity)
    if not np.isnan(less):
        true = true_share(smaller, sensitivity, specificity)
        assert read_share(true, sensitivity, less) == pytest.approx(larger, abs=1e-9)
        assert -1e-9 <= less <= specificity
        assert 0 <= true <= 1


@given(shares, st.floats(0.01, 0.99), rates, rates)
def test_a_difference_between_readings_alone_is_found_out(
    true: float, lost: float, sensitivity: float, specificity: float
) -> None:
    well = read_share(true, sensitivity, specificity)
    overlooked = read_share(true, sensitivity * (1 - lost), specificity)
    if sensitivity * (1 - lost) + specificity > 1:
        point = tipping_point(well, overlooked, sensitivity=sensitivity, specificity=specificity)
        assert point.sensitivity == pytest.approx(sensitivity * lost, abs=1e-9)
    invented = read_share(true, sensitivity, specificity * (1 - lost))
    if sensitivity + specificity * (1 - lost) > 1:
        point = tipping_point(well, invented, sensitivity=sensitivity, specificity=specificity)
        assert point.specificity == pytest.approx(specificity * lost, abs=1e-9)


def test_where_no_difference_would_do_there_is_none() -> None:
    beyond = tipping_point(0.9, 0.1, sensitivity=0.8)
    assert np.isnan(beyond.sensitivity), "no reading finds more than is there"
    assert not np.isnan(beyond.specificity)
    invented = tipping_point(0.3, 0.05, specificity=0.9)
    assert np.isnan(invented.sensitivity), "fewer than even a reading of nothing would invent"
    assert np.isnan(invented.specificity)


def test_what_cannot_be_a_share_or_a_rate_is_told() -> None:
    with pytest.raises(ValueError, match=r"share of 1\.2; expected shares from 0 to 1"):
        tipping_point(0.1, [0.2, 1.2])
    with pytest.raises(ValueError, match="share of nan"):
        tipping_point(np.nan, 0.2)
    with pytest.raises(ValueError, match="sensitivity of 0"):
        tipping_point(0.1, 0.2, sensitivity=0)
    with pytest.raises(ValueError, match="better than chance"):
        tipping_point(0.1, 0.2, sensitivity=0.5, specificity=0.5)


# ----------------------------------------------------------------------------------- contrasts


def debate(
    book: Codebook, hill: float, shore: float, n: int = 4000, seed: int = 1
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Sums, a model's codings and gold of speeches by two groups with these shares of the dam.

    Four passages a document, eight documents a speaker; a few are of no group.
    """
    draws = np.random.default_rng(seed)
    of = np.array(["hill", "shore", "sea", None], dtype=object)[np.arange(n) // 4 % 4]
    share = np.select([of == "hill", of == "shore"], [hill, shore], 0.2)
    there = draws.random(n) < share
    named = {
        "passage": [f"p{i:05}" for i in range(n)],
        "document": [f"d{i // 4:04}" for i in range(n)],
        "coder": "model:x",
    }
    model: dict[str, object] = dict(named)
    gold: dict[str, object] = dict(named)
    for target in book.target_codes:
        present = there if target == "dam" else np.zeros(n, bool)
        gold[target] = pl.Series(np.where(present, "pro", None).tolist(), dtype=pl.String)
        gold[f"{target}_facets"] = pl.Series([[]] * n, dtype=pl.List(pl.String))
        model[f"p_{target}"] = np.clip(np.where(present, 0.6, 0.2) + draws.normal(0, 0.1, n), 0, 1)
        for part in (*book.stance_codes, *book.facets_of(target)):
            model[f"p_{target}_{part}"] = np.full(n, 0.5)
    for frame in book.frame_codes:
        gold[frame], model[f"p_{frame}"] = [False] * n, np.full(n, 0.1)
    about = pl.DataFrame({"document": named["document"], "group": of.tolist()}).unique(
        "document", maintain_order=True
    )
    number = pl.col("document").str.tail(4).cast(pl.Int32)
    about = about.with_columns(speaker=pl.format("{}{}", "group", number // 32))
    whole = pl.DataFrame(gold)
    codings = whole.with_columns(pl.Series(k, v) for k, v in model.items() if k not in named)
    sums = document_sums(codings, book).join(about, on="document", maintain_order="left")
    read = whole.with_columns(probability=pl.lit(0.5)).filter(pl.Series(draws.random(n) < 0.5))
    return sums, codings, read


def test_a_contrast_is_the_difference_of_the_shares(valley_book: Codebook) -> None:
    sums, model, gold = debate(valley_book, 0.4, 0.1)
    pairs = [("hill", "shore"), ("shore", "hill"), ("hill", None)]
    options = {"codes": ["dam"], "codebook": valley_book, **DRAWS}
    table = contrasts(sums, model, gold, "group", pairs, source="llm", **options)
    assert table.columns[:3] == ["group", "other", "code"]
    assert table.select("group", "other").rows() == pairs
    by_group = corpus_prevalence(sums, model, gold, "group", **options)
    share = dict(by_group.filter(pl.col("method") == "ppi").select("group", "estimate").iter_rows())
    first, second, third = table.iter_rows(named=True)
    assert first["share"] == pytest.approx(share["hill"])
    assert first["share_other"] == pytest.approx(share["shore"])
    assert first["estimate"] == pytest.approx(share["hill"] - share["shore"])
    assert first["low"] < 0.3 < first["high"]
    for one, other in (("estimate", "estimate"), ("low", "high"), ("high", "low")):
        assert second[one] == pytest.approx(-first[other])
    assert [second[way] for way in WAYS] == pytest.approx([first[way] for way in WAYS])
    assert third["share_other"] == pytest.approx(0.15, abs=0.03), "those of no group are left out"
    assert third["n"] == 3000
    assert (
        third["n_gold"] + third["n_gold_other"]
        == gold.join(sums.drop_nulls("group"), on="document", how="semi").height
    )
    assert first["signature"].startswith("ppi|gold:llm|")
    assert "|cluster:document|" in first["signature"]


def test_reading_as_unlike_as_that_makes_the_contrast_vanish(valley_book: Codebook) -> None:
    """Overlook, or invent, passages in one group as the table says, and compare once more."""
    sums, model, gold = debate(valley_book, 0.4, 0.15, n=24000)
    options = {"codes": ["dam"], "codebook": valley_book, **DRAWS}

    def found(read: pl.DataFrame) -> dict[str, float]:
        return contrasts(sums, model, read, "group", [("hill", "shore")], **options).row(
            0, named=True
        )

    before = found(gold)
    assert before["low"] > 0.15
    group = gold.join(sums.select("document", "group"), on="document", maintain_order="left")
    chance = pl.Series(np.random.default_rng(4).random(gold.height))
    dam, here = pl.col("dam"), group["group"]
    overlooked = gold.with_columns(
        dam=pl.when((here == "hill") & (chance < before["sensitivity"])).then(None).otherwise(dam)
    )
    invented = gold.with_columns(
        dam=pl.when((here == "shore") & (chance < before["specificity"]))
        .then(pl.lit("pro"))
        .otherwise(dam)
    )
    for read in (overlooked, invented):
        after = found(read)
        assert after["low"] < 0 < after["high"]
        assert abs(after["estimate"]) < 0.02
        assert after["sensitivity_low"] == after["specificity_low"] == 0
    half = gold.with_columns(
        dam=pl.when((here == "hill") & (chance < 0.8 * before["sensitivity_low"]))
        .then(None)
        .otherwise(dam)
    )
    assert found(half)["low"] > 0, "less than the end of the interval needs"


def test_the_lower_end_is_below_the_tipping_point(valley_book: Codebook) -> None:
    sums, model, gold = debate(valley_book, 0.4, 0.1)
    options = {"codes": ["dam"], "codebook": valley_book, **DRAWS}
    row = contrasts(sums, model, gold, "group", [("hill", "shore")], **options).row(0, named=True)
    assert 0 < row["sensitivity_low"] < row["sensitivity"] <= 1
    assert 0 < row["specificity_low"] < row["specificity"] <= 1
    nothing = debate(valley_book, 0.2, 0.2)
    row = contrasts(*nothing, "group", [("hill", "shore")], **options).row(0, named=True)
    assert row["low"] < 0 < row["high"]
    assert row["sensitivity_low"] == row["specificity_low"] == 0


def test_speakers_may_be_drawn_instead_of_documents(valley_book: Codebook) -> None:
    """Were all speeches of a speaker the same, the interval would have to be that much wider."""
    sums, model, gold = debate(valley_book, 0.4, 0.1, n=1600)
    alike = pl.concat(
        [t.with_columns(pl.col("document") + f"-{i}") for i in range(4) for t in (sums,)]
    )
    twins = [
        pl.concat([t.with_columns(pl.col("document", "passage") + f"-{i}") for i in range(4)])
        for t in (model, gold)
    ]
    options = {"codes": ["dam"], "codebook": valley_book, **DRAWS}
    pair = [("hill", "shore")]

    def width(cluster: str) -> float:
        table = contrasts(alike, *twins, "group", pair, cluster=cluster, **options)
        return float((table["high"] - table["low"])[0])

    alone = contrasts(sums, model, gold, "group", pair, **options)
    assert width("document") == pytest.approx(0.5 * (alone["high"] - alone["low"])[0], rel=0.25)
    assert width("speaker") > 1.5 * width("document")


def test_too_little_gold_on_a_side_gives_nulls(valley_book: Codebook) -> None:
    sums, model, gold = debate(valley_book, 0.4, 0.1)
    shore = sums.filter(pl.col("group") == "shore")["document"].implode()
    few = gold.filter(pl.col("document").is_in(shore)).head(FEWEST_GOLD - 1)
    gold = pl.concat([gold.filter(~pl.col("document").is_in(shore)), few])
    table = contrasts(
        sums,
        model,
        gold,
        "group",
        [("hill", "shore")],
        codes=["dam"],
        codebook=valley_book,
        **DRAWS,
    )
    row = table.row(0, named=True)
    assert row["n_gold_other"] == FEWEST_GOLD - 1
    assert [row[name] for name in ("estimate", "low", "share", *WAYS)] == [None] * 7


def test_what_cannot_be_contrasted_is_told(valley_book: Codebook) -> None:
    tables = debate(valley_book, 0.4, 0.1, n=400)
    options = {"codebook": valley_book, **DRAWS}
    with pytest.raises(ValueError, match="without a condition"):
        contrasts(*tables, "group", [("hill", "shore")], codes=["dam:pro|dam"], **options)
    with pytest.raises(ValueError, match="group 'moon'"):
        contrasts(*tables, "group", [("hill", "moon")], codes=["dam"], **options)


# ------------------------------------------------------------------------------------- readers


def readings(group: str, cells: str, weight: float = 1.0) -> pl.DataFrame:
    """Passages that both readers (b), the first (1), the second (2) or none (0) gave the dam."""
    return pl.DataFrame(
        {
            "passage": [f"{group}{i}" for i in range(len(cells))],
            "document": [f"{group}{i}" for i in range(len(cells))],
            "group": group,
            "one": ["pro" if c in "b1" else None for c in cells],
            "two": ["pro" if c in "b2" else None for c in cells],
            "probability": 1 / weight,
        },
        schema_overrides={"one": pl.String, "two": pl.String},
    )


def test_how_readers_agree_by_hand(valley_book: Codebook) -> None:
    table = pl.concat([readings("hill", "bbb1200000"), readings("shore", "bb110000")])
    sought = table.head(5).with_columns(
        passage="sought" + pl.col("passage"), probability=pl.lit(None, dtype=pl.Float64)
    )
    both = pl.concat([table, sought])
    a, b = (both.drop("one", "two").with_columns(dam=both[side]) for side in ("one", "two"))
    pairs = [("hill", "shore"), ("shore", None)]
    found = reader_contrasts(
        a, b.drop("probability"), "group", pairs, codes=["dam"], codebook=valley_book, **DRAWS
    )
    assert found.select("group", "other", "rate").rows() == [
        (*pair, rate) for pair in pairs for rate in ("sensitivity", "specificity")
    ]
    sensitivity, specificity, turned, _ = found.iter_rows(named=True)
    assert sensitivity["share"] == pytest.approx(3 / 4)
    assert sensitivity["share_other"] == pytest.approx((2 / 2 + 2 / 4) / 2)
    assert sensitivity["estimate"] == pytest.approx(0)
    assert sensitivity["low"] < 0 < sensitivity["high"]
    assert specificity["share"] == pytest.approx(5 / 6)
    assert specificity["share_other"] == pytest.approx((4 / 4 + 4 / 6) / 2)
    counts = ["agreed", "disagreed", "agreed_other", "disagreed_other"]
    assert [sensitivity[c] for c in counts] == [3, 2, 2, 2]
    assert [specificity[c] for c in counts] == [5, 2, 4, 2]
    assert [turned[c] for c in counts] == [2, 2, 3, 2]


def test_readers_are_weighted_by_the_design(valley_book: Codebook) -> None:
    heavy = pl.concat([readings("hill", "b", weight=3.0), readings("shore", "b0")])
    one = readings("hill", "11").with_columns(pl.col("passage", "document") + "x")
    table = pl.concat([heavy, one])
    a, b = (table.drop("one", "two").with_columns(dam=table[side]) for side in ("one", "two"))
    row = reader_contrasts(
        a, b, "group", [("hill", "shore")], codes=["dam"], codebook=valley_book, **DRAWS
    ).row(0, named=True)
    assert row["share"] == pytest.approx((3 / 3 + 3 / 5) / 2)
    assert (row["agreed"], row["disagreed"]) == (1, 2)
    with pytest.raises(ValueError, match="no passage that both"):
        reader_contrasts(
            a, b.head(0), "group", [("hill", None)], codes=["dam"], codebook=valley_book
        )
