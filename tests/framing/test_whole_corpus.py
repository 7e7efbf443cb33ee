from typing import NamedTuple

import numpy as np
import polars as pl
import pytest

from stance.codebook import Codebook
from stance.framing import (
    cells,
    corpus_prevalence,
    default_codes,
    document_sums,
    prediction,
    prevalence,
    yearly,
)
from stance.framing._codes import split_given
from stance.framing._prevalence import FEWEST_GOLD
from stance.framing._whole_corpus import cell

CODES = ["dam", "dam:pro", "dam/valley", "cost", "cost&dam", "dam:contra&cost"]
CONDITIONAL = ["dam:pro|dam", "cost|dam", "dam|cost", "cost|dam:pro", "dam/valley|dam"]
DRAWS = {"resamples": 50, "seed": 3}


class Small(NamedTuple):
    """One corpus twice: passage by passage, and as sums by document; with what was read of it."""

    model: pl.DataFrame
    truth: pl.DataFrame
    gold: pl.DataFrame
    years: pl.DataFrame

    def sums(self, codings: pl.DataFrame, book: Codebook) -> pl.DataFrame:
        return document_sums(codings, book).join(
            self.years, on="document", maintain_order="left", how="left"
        )


@pytest.fixture(scope="module")
def small(valley_book: Codebook) -> Small:
    """400 passages in 100 documents of ten years; passages with the dam were drawn more often.

    The model decides on nothing, so that only its probabilities can count.
    """
    draws, n = np.random.default_rng(7), 400
    named = {
        "passage": [f"p{i:03}" for i in range(n)],
        "document": [f"d{i // 4:03}" for i in range(n)],
    }
    truth: dict[str, object] = dict(named)
    model: dict[str, object] = dict(named)

    def noisy(true: np.ndarray) -> np.ndarray:
        return np.clip(np.where(true, 0.7, 0.25) + draws.normal(0, 0.15, n), 0.01, 0.99)

    for target in valley_book.target_codes:
        there = draws.random(n) < 0.5
        stance = draws.choice(valley_book.stance_codes, n)
        truth[target] = [str(s) if t else None for t, s in zip(there, stance, strict=True)]
        model[target] = pl.Series([None] * n, dtype=pl.String)
        model[f"{target}_facets"] = pl.Series([[]] * n, dtype=pl.List(pl.String))
        model[f"p_{target}"] = noisy(there)
        for code in valley_book.stance_codes:
            model[f"p_{target}_{code}"] = noisy(stance == code) / 2
        facets: list[list[str]] = [[] for _ in range(n)]
        for facet in valley_book.facets_of(target):
            named_too = there & (draws.random(n) < 0.6)
            model[f"p_{target}_{facet}"] = noisy(named_too)
            for row in named_too.nonzero()[0]:
                facets[row].append(facet)
        truth[f"{target}_facets"] = facets
    for frame in valley_book.frame_codes:
        truth[frame] = draws.random(n) < 0.4
        model[frame] = [False] * n
        model[f"p_{frame}"] = noisy(np.asarray(truth[frame]))
    table = pl.DataFrame(truth)
    chance = np.where(table["dam"].is_not_null(), 0.8, 0.4)
    gold = table.with_columns(probability=pl.Series(chance))
    years = pl.DataFrame(
        {
            "document": [f"d{i:03}" for i in range(100)],
            "year": [1995 + i // 10 for i in range(100)],
        }
    ).with_columns(decade=pl.col("year") // 10 * 10)
    sampled = gold.filter(pl.Series(draws.random(n) < chance))
    return Small(pl.DataFrame(model), table, sampled, years)


@pytest.mark.parametrize("by", [[], ["decade"]])
def test_sums_by_document_give_what_the_passages_give(
    small: Small, valley_book: Codebook, by: list[str]
) -> None:
    codes, book = CODES + CONDITIONAL, valley_book
    sums = small.sums(small.model, book)
    table = corpus_prevalence(
        sums, small.model, small.gold, by, codes=codes, codebook=book, **DRAWS
    )
    passages = small.model.join(small.years, on="document", maintain_order="left")
    expected = prevalence(passages, by, codes=codes, gold=small.gold, codebook=book, **DRAWS)
    assert table.schema == expected.schema
    one, other = (t.filter(pl.col("method") == "ppi") for t in (table, expected))
    assert one["estimate"].null_count() == 0
    same = [*by, "code", "level", "n", "n_gold", "method"]
    assert one.select(same).equals(other.select(same))
    for column in ("estimate", "low", "high"):
        assert one[column].to_list() == pytest.approx(other[column].to_list(), abs=1e-6)
    parts = [passages] if not by else passages.sort("decade").partition_by("decade")
    raw = [mean_probability(part, code, book) for part in parts for code in codes]
    count = table.filter(pl.col("method") == "count")
    assert count["estimate"].to_list() == pytest.approx(raw, abs=1e-6)
    assert count.select("low", "high").null_count().row(0) == (count.height, count.height)


def mean_probability(part: pl.DataFrame, code: str, book: Codebook) -> float:
    head, given = split_given(code)
    if given is None:
        return float(prediction(part, head, book).mean())
    both, of = prediction(part, f"{head}&{given}", book), prediction(part, given, book)
    return float(both.sum() / of.sum())


def test_a_perfect_model_needs_no_correction(small: Small, valley_book: Codebook) -> None:
    sums = small.sums(small.truth, valley_book)
    table = corpus_prevalence(
        sums, small.truth, small.gold, codes=CODES + CONDITIONAL, codebook=valley_book, **DRAWS
    )
    count, ppi = (table.filter(pl.col("method") == m)["estimate"] for m in ("count", "ppi"))
    assert ppi.to_list() == pytest.approx(count.to_list(), abs=1e-6)
    assert count[0] == pytest.approx(small.truth["dam"].is_not_null().mean())


def test_correction_undoes_a_model_that_says_half_as_much(
    small: Small, valley_book: Codebook
) -> None:
    """With every passage read the estimate is the true share, whatever the model."""
    read = small.truth.with_columns(probability=pl.lit(1.0))
    halved = small.model.with_columns(pl.col("p_dam", "p_cost") / 2)
    sums = small.sums(halved, valley_book)
    table = corpus_prevalence(
        sums, halved, read, codes=["dam", "cost|dam"], codebook=valley_book, **DRAWS
    )
    dam = pl.col("dam").is_not_null()
    true = [small.truth.select(dam.mean()).item(), small.truth.filter(dam)["cost"].mean()]
    found = table.filter(pl.col("method") == "ppi")["estimate"].to_list()
    assert found == pytest.approx(true, abs=1e-6)
    assert abs(table["estimate"][0] - true[0]) > 0.1


def test_too_little_gold_gives_nulls(small: Small, valley_book: Codebook) -> None:
    sums = small.sums(small.model, valley_book)

    def rows(gold: pl.DataFrame, by: list[str], code: str) -> pl.DataFrame:
        return corpus_prevalence(
            sums, small.model, gold, by, codes=[code], codebook=valley_book, **DRAWS
        )

    few = rows(small.gold.head(FEWEST_GOLD - 1), [], "dam")
    numbers = ["estimate", "low", "high", "n_gold"]
    assert few.filter(pl.col("method") == "ppi").select(numbers).row(0) == (None, None, None, 19)
    assert few.filter(pl.col("method") == "count")["estimate"][0] is not None
    enough = rows(small.gold.head(FEWEST_GOLD), [], "dam").filter(pl.col("method") == "ppi")
    assert enough["estimate"][0] is not None
    given = rows(small.gold.head(FEWEST_GOLD), [], "cost|dam").filter(pl.col("method") == "ppi")
    assert given["n_gold"][0] < FEWEST_GOLD
    assert given["estimate"][0] is None
    early = rows(small.gold.filter(pl.col("document") < "d050"), ["decade"], "dam")
    late = early.filter(pl.col("decade") == 2000, pl.col("method") == "ppi")
    assert late.select(numbers).row(0) == (None, None, None, 0)


def test_what_is_missing_is_told(small: Small, valley_book: Codebook) -> None:
    sums = small.sums(small.model, valley_book)
    passage, document = small.gold.select("passage", "document").row(5)
    uncoded = small.model.filter(pl.col("passage") != passage)
    unknown = sums.filter(pl.col("document") != document)
    for measure in (corpus_prevalence, yearly):
        options = {"codes": ["dam"], "codebook": valley_book, **DRAWS}
        with pytest.raises(ValueError, match=passage):
            measure(sums, uncoded, small.gold, **options)
        with pytest.raises(ValueError, match=document):
            measure(unknown, small.model, small.gold, **options)


def test_passages_sought_out_are_not_used(small: Small, valley_book: Codebook) -> None:
    sums = small.sums(small.model, valley_book)
    sought = small.gold.head(3).with_columns(
        passage=pl.lit("elsewhere"), probability=pl.lit(None, dtype=pl.Float64)
    )
    one, other = (
        corpus_prevalence(sums, small.model, gold, codes=CODES, codebook=valley_book, **DRAWS)
        for gold in (small.gold, pl.concat([small.gold, sought]))
    )
    assert one.equals(other)


def test_the_curve_is_right_in_each_era_as_a_whole(small: Small, valley_book: Codebook) -> None:
    sums = small.sums(small.model, valley_book)
    options = {"codes": CODES, "codebook": valley_book, **DRAWS}
    curve = yearly(sums, small.model, small.gold, **options)
    assert curve.height == 10 * len(CODES)
    assert curve["n"].to_list() == [40] * curve.height
    assert curve["estimate"].is_between(0, 1, closed="none").all()
    assert (curve["low"] <= curve["high"]).all()
    eras = curve.group_by(pl.col("year") // 10 * 10, "code").agg(
        mean=(pl.col("estimate") * pl.col("n")).sum() / pl.col("n").sum()
    )
    shares = corpus_prevalence(sums, small.model, small.gold, "decade", **options)
    both = shares.filter(pl.col("method") == "ppi").join(
        eras, left_on=["decade", "code"], right_on=["year", "code"]
    )
    assert both.height == 2 * len(CODES)
    assert both["mean"].to_list() == pytest.approx(both["estimate"].to_list(), abs=1e-6)


def test_a_model_that_knows_nothing_leaves_a_flat_curve(
    small: Small, valley_book: Codebook
) -> None:
    blind = small.model.with_columns(p_dam=pl.lit(0.3))
    sums = small.sums(blind, valley_book)
    curve = yearly(sums, blind, small.gold, codes=["dam"], codebook=valley_book, **DRAWS)
    gold = small.gold.join(small.years, on="document").with_columns(w=1 / pl.col("probability"))
    for decade in (1990, 2000):
        own = gold.filter(pl.col("decade") == decade)
        mean = (own["w"] * own["dam"].is_not_null()).sum() / own["w"].sum()
        flat = curve.filter(pl.col("year") // 10 * 10 == decade)["estimate"].to_list()
        assert flat == pytest.approx([mean] * 5)


def test_the_curve_counts_the_passages_read_in_its_era(small: Small, valley_book: Codebook) -> None:
    sums = small.sums(small.model, valley_book)
    curve = yearly(sums, small.model, small.gold, codes=["dam"], codebook=valley_book, **DRAWS)
    decade = small.gold.join(small.years, on="document")["decade"]
    for row in curve.iter_rows(named=True):
        assert row["n_gold"] == (decade == row["year"] // 10 * 10).sum()


def test_an_era_without_gold_is_empty(small: Small, valley_book: Codebook) -> None:
    sums = small.sums(small.model, valley_book)
    early = small.gold.filter(pl.col("document") < "d050")
    curve = yearly(sums, small.model, early, codes=["dam"], codebook=valley_book, **DRAWS)
    late = curve.filter(pl.col("year") >= 2000).select("estimate", "low", "high")
    assert late.null_count().row(0) == (5, 5, 5)


def test_cells_are_named_once_whatever_the_order_of_parts(
    book: Codebook, valley_book: Codebook
) -> None:
    for scheme in (book, valley_book):
        names = cells(scheme)
        targets, stances = len(scheme.target_codes), len(scheme.stance_codes)
        kinds = targets * (1 + stances)
        frames = len(scheme.frame_codes)
        assert len(names) == kinds + len(scheme.facet_codes) + frames + frames * kinds
        assert len(set(names)) == len(names)
        assert [cell(name) for name in names] == names
        assert [cell("&".join(reversed(name.split("&")))) for name in names] == names
        for code in default_codes(scheme):
            head, given = split_given(code)
            assert cell(head if given is None else f"{head}&{given}") in names
        for target, facet in scheme.facet_codes:
            assert cell(f"{target}&{target}/{facet}") == f"{target}/{facet}"


def test_a_cell_has_the_probability_of_its_code(small: Small, valley_book: Codebook) -> None:
    for code in ("dam:pro&dam", "dam&cost&dam:pro", "dam/valley&dam", "nature&railway"):
        one, other = (prediction(small.model, c, valley_book) for c in (code, cell(code)))
        assert np.allclose(one, other)
        assert cell(code) in cells(valley_book)


def test_document_sums_add_up_passages(small: Small, valley_book: Codebook) -> None:
    mixed = small.model.sample(fraction=1, shuffle=True, seed=1)
    table = document_sums(mixed, valley_book)
    assert table.columns == ["document", "passages", *cells(valley_book)]
    assert table["document"].equals(mixed["document"].unique(maintain_order=True))
    assert table["passages"].to_list() == [4] * 100
    first = mixed.filter(pl.col("document") == table["document"][0])
    assert table["dam"][0] == pytest.approx(first["p_dam"].sum())
    by_hand = (first["p_dam"] * first["p_dam_pro"] * first["p_cost"]).sum()
    assert table["cost&dam:pro"][0] == pytest.approx(by_hand)
    for code in cells(valley_book):
        total = prediction(small.model, code, valley_book).sum()
        assert table[code].cast(pl.Float64).sum() == pytest.approx(total, rel=1e-6)
