import math

import numpy as np
import polars as pl
import pytest

from stance import InputError
from stance.codebook import Codebook
from stance.framing import (
    default_codes,
    prediction,
    prevalence,
    recovery,
    two_phase_share,
    weighted,
)

SHARE = ["code", "estimate", "low", "high", "level", "n", "n_gold", "method", "signature"]


def simulated(
    n: int, coded: int, *, error: float = 0.2, share: float = 0.4, seed: int = 1
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Codings with probabilities by a model that errs, and gold for the first documents."""
    draws = np.random.default_rng(seed)
    truth = draws.random(n) < share
    p = np.clip(np.where(truth, 1 - error, error) + draws.normal(0, 0.1, n), 0, 1)
    documents = [f"d{i // 4}" for i in range(n)]
    passages = [f"p{i}" for i in range(n)]
    nulls = pl.Series([None] * n, dtype=pl.String)
    common = {"passage": passages, "document": documents, "railway": nulls}
    gold = pl.DataFrame({**common, "dam": np.where(truth, "pro", None).tolist()})
    chosen = np.where(p >= 0.5, "pro", None).tolist()
    model = pl.DataFrame({**common, "dam": chosen, "p_dam": p, "p_dam_pro": np.ones(n)})
    return model, gold.head(coded)


def one(table: pl.DataFrame, code: str, method: str = "ppi") -> dict[str, float]:
    return table.filter(pl.col("code") == code, pl.col("method") == method).row(0, named=True)


def test_the_schema_is_kept_by_groups_and_without(six: pl.DataFrame, valley_book: Codebook) -> None:
    alone = prevalence(six, codebook=valley_book)
    assert alone.columns == SHARE
    grouped = prevalence(six, "document", codebook=valley_book)
    assert grouped.columns == ["document", *SHARE]
    assert grouped.schema["estimate"] == pl.Float64
    assert set(grouped["document"]) == {"a", "b", "c"}


def test_raw_shares_by_hand(six: pl.DataFrame, valley_book: Codebook) -> None:
    codes = ["dam", "dam:pro|dam", "cost&nature", "dam/valley", "railway", "dam:contra|railway"]
    table = prevalence(six, codes=codes, codebook=valley_book)
    assert table["estimate"].to_list() == [0.5, 2 / 3, 1 / 6, 1 / 3, 0, None]
    assert table["n"].to_list() == [6, 3, 6, 6, 6, 0]


def test_perfect_codings_need_no_correction(valley_book: Codebook) -> None:
    _, gold = simulated(400, 400)
    table = prevalence(gold, codes=["dam"], gold=gold.head(200), codebook=valley_book)
    assert one(table, "dam")["estimate"] == pytest.approx(one(table, "dam", "count")["estimate"])


def test_all_coded_and_finite_leaves_no_doubt(valley_book: Codebook) -> None:
    model, gold = simulated(400, 400)
    table = prevalence(model, codes=["dam"], gold=gold, codebook=valley_book, population="finite")
    row = one(table, "dam")
    assert row["estimate"] == pytest.approx(gold["dam"].is_not_null().mean())
    assert row["low"] == pytest.approx(row["high"])


def test_useless_predictions_fall_back_on_the_gold(valley_book: Codebook) -> None:
    model, gold = simulated(2000, 400)
    noise = np.random.default_rng(5).random(2000)
    table = prevalence(
        model.with_columns(p_dam=noise), codes=["dam"], gold=gold, codebook=valley_book
    )
    alone = gold["dam"].is_not_null().mean()
    assert one(table, "dam")["estimate"] == pytest.approx(alone, abs=0.005)


def test_correction_is_closer_than_the_count_and_tighter_than_gold_alone(
    valley_book: Codebook,
) -> None:
    model, gold = simulated(4000, 400, error=0.35, share=0.2)
    table = prevalence(model, codes=["dam"], gold=gold, codebook=valley_book)
    row, raw = one(table, "dam"), one(table, "dam", "count")
    assert row["low"] < 0.2 < row["high"]
    assert abs(row["estimate"] - 0.2) < abs(raw["estimate"] - 0.2)
    alone = prevalence(gold, codes=["dam"], gold=gold, codebook=valley_book)
    assert row["high"] - row["low"] < one(alone, "dam")["high"] - one(alone, "dam")["low"]


def test_halving_the_documents_widens_the_interval(valley_book: Codebook) -> None:
    widths = []
    for n in (2000, 1000):
        model, gold = simulated(n, n // 4)
        row = one(prevalence(model, codes=["dam"], gold=gold, codebook=valley_book), "dam")
        widths.append(row["high"] - row["low"])
    assert widths[1] > 1.2 * widths[0]


def test_estimate_is_the_published_formula() -> None:
    """Angelopoulos et al. 2023, eq. 1 with l = 1: mean(f) + mean(y - f); and PPI++ eq. 4."""
    draws = np.random.default_rng(2)
    f_all, f, y = draws.random(500), draws.random(80), draws.integers(0, 2, 80).astype(float)

    def sums(f: np.ndarray, y: np.ndarray) -> np.ndarray:
        one = np.ones_like(f)
        columns = [one, f, one, one, y, one, f, one, f * f, f, one, y * f, y, f, one]
        return np.stack(columns, axis=-1).sum(axis=0)

    slope = np.cov(y, f, bias=True)[0, 1] / f.var()
    tuned = float(np.clip(slope, 0, 1))
    expected = tuned * f_all.mean() + (y - tuned * f).mean()
    population = sums(f_all, np.zeros(500))
    assert float(two_phase_share(population, sums(f, y))) == pytest.approx(expected)


def test_inclusion_probabilities_undo_oversampling(valley_book: Codebook) -> None:
    model, gold = simulated(6000, 6000, share=0.3)
    draws = np.random.default_rng(4)
    chance = np.where(gold["dam"].is_not_null(), 0.4, 0.1)
    taken = draws.random(6000) < chance
    sample = gold.with_columns(probability=pl.Series(chance)).filter(pl.Series(taken))
    row = one(prevalence(model, codes=["dam"], gold=sample, codebook=valley_book), "dam")
    assert row["low"] < gold["dam"].is_not_null().mean() < row["high"]
    plain = sample.drop("probability")
    biased = prevalence(gold.drop("probability", strict=False), codes=["dam"], codebook=valley_book)
    assert plain["dam"].is_not_null().mean() > 2 * biased["estimate"][0] - 0.1


def test_passages_sought_out_are_not_used(valley_book: Codebook) -> None:
    model, gold = simulated(400, 200)
    sought = gold.with_columns(probability=pl.lit(None, dtype=pl.Float64))
    with pytest.raises(ValueError, match="no gold passage"):
        prevalence(model, codes=["dam"], gold=sought, codebook=valley_book)


def test_too_little_gold_is_not_estimable(valley_book: Codebook) -> None:
    model, gold = simulated(400, 12)
    row = one(prevalence(model, codes=["dam"], gold=gold, codebook=valley_book), "dam")
    assert row["estimate"] is None
    assert row["n_gold"] == 12


def test_conditional_shares_add_up_to_one(valley_book: Codebook) -> None:
    model, gold = simulated(800, 400)
    model = model.with_columns(p_dam_pro=0.7, p_dam_contra=0.2, p_dam_open=0.1)
    codes = [f"dam:{s}|dam" for s in valley_book.stance_codes]
    table = prevalence(model, codes=codes, gold=gold, codebook=valley_book)
    shares = table.filter(pl.col("method") == "ppi")["estimate"]
    assert shares.sum() == pytest.approx(1, abs=0.02)


def test_intervals_hold_the_truth_as_often_as_they_say(valley_book: Codebook) -> None:
    hits = 0
    for seed in range(200):
        model, gold = simulated(600, 200, error=0.3, seed=seed)
        table = prevalence(
            model, codes=["dam"], gold=gold, codebook=valley_book, resamples=300, seed=seed
        )
        row = one(table, "dam")
        hits += row["low"] <= 0.4 <= row["high"]
    assert 0.90 <= hits / 200 <= 0.99


def test_recovery_reports_bias_and_coverage(valley_book: Codebook) -> None:
    model, gold = simulated(400, 400, error=0.35, share=0.2)
    table = recovery(model, gold, codes=["dam"], codebook=valley_book, trials=40, resamples=100)
    rows = {row["method"]: row for row in table.iter_rows(named=True)}
    assert set(rows) == {"count", "gold", "ppi"}
    assert abs(rows["ppi"]["bias"]) < abs(rows["count"]["bias"])
    assert rows["ppi"]["rmse"] < rows["gold"]["rmse"]
    assert rows["ppi"]["coverage"] > 0.85


def test_unknown_codes_and_columns_are_told(six: pl.DataFrame, valley_book: Codebook) -> None:
    with pytest.raises(InputError, match="bridge"):
        prevalence(six, codes=["bridge"], codebook=valley_book)
    with pytest.raises(ValueError, match="'year'"):
        prevalence(six, "year", codebook=valley_book)


def test_default_codes_are_targets_and_their_stances(valley_book: Codebook) -> None:
    assert default_codes(valley_book)[:3] == ["dam", "railway", "dam:pro|dam"]


def test_predictions_multiply(valley_book: Codebook) -> None:
    model, _ = simulated(8, 8)
    model = model.with_columns(p_dam_pro=0.5)
    assert np.allclose(prediction(model, "dam:pro", valley_book), model["p_dam"] * 0.5)
    assert not math.isnan(prediction(model, "dam", valley_book).sum())


def test_weighted_shares_by_hand(valley_book: Codebook) -> None:
    """30 passages drawn with certainty, 10 with a tenth of a chance: they stand for 100 each."""
    n = 40
    gold = pl.DataFrame(
        {
            "passage": [f"p{i}" for i in range(n)],
            "document": [f"d{i}" for i in range(n)],
            "dam": ["pro"] * 15 + [None] * 15 + ["contra"] * 5 + [None] * 5,
            "railway": pl.Series([None] * n, dtype=pl.String),
            "probability": [1.0] * 30 + [0.1] * 10,
        }
    )
    table = weighted(gold, codes=["dam", "dam:pro|dam", "railway"], codebook=valley_book)
    assert table["method"].unique().to_list() == ["weighted"]
    assert table["estimate"][0] == pytest.approx((15 + 50) / (30 + 100))
    assert table["estimate"][1] == pytest.approx(15 / 65)
    assert table["estimate"][2] is None or table["estimate"][2] == 0
    assert table["low"][0] < table["estimate"][0] < table["high"][0]
    assert table["signature"][0].startswith("weighted|")
    sought = pl.DataFrame(
        {
            "passage": ["x"],
            "document": ["y"],
            "dam": ["pro"],
            "railway": [None],
            "probability": [None],
        },
        schema=gold.schema,
    )
    assert weighted(pl.concat([gold, sought]), codes=["dam"], codebook=valley_book).equals(
        table.head(1)
    )
    with pytest.raises(ValueError, match="inclusion probability"):
        weighted(gold.drop("probability"), codebook=valley_book)
