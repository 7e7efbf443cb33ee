import numpy as np
import polars as pl
import pytest

from stance.coding import Wave, frame_hash, sample


def frame(documents: int = 30) -> pl.DataFrame:
    """Documents of 1 to 4 passages in two strata; the score grows with the passage."""
    rows = [
        {
            "passage": f"d{d:02}.{i}",
            "document": f"d{d:02}",
            "period": "old" if d < 20 else "new",
            "score": i,
        }
        for d in range(documents)
        for i in range(d % 4 + 1)
    ]
    return pl.DataFrame(rows)


WAVES = [
    Wave("random", 6),
    Wave("enriched", 8, formula="score * 2.0", floor=0.5, allocation="equal"),
]


def test_a_document_gives_one_passage_over_all_waves() -> None:
    drawn = sample(frame(), WAVES, by=["period"], seed=1)
    assert drawn.columns == ["passage", "document", "wave", "probability"]
    assert drawn["document"].is_unique().all()
    assert drawn["wave"].value_counts().sort("wave").rows() == [("enriched", 8), ("random", 6)]


def test_the_draw_depends_on_the_seed_not_on_the_order_of_the_frame() -> None:
    one = sample(frame(), WAVES, by=["period"], seed=1)
    assert one.equals(sample(frame().reverse(), WAVES, by=["period"], seed=1))
    assert not one.equals(sample(frame(), WAVES, by=["period"], seed=2))


def test_strata_are_kept() -> None:
    drawn = sample(frame(), WAVES, by=["period"], seed=3).join(frame(), on="passage")
    count = dict(
        drawn.group_by("wave", "period").len().select(pl.concat_str("wave", "period"), "len").rows()
    )
    assert count == {"randomold": 4, "randomnew": 2, "enrichedold": 4, "enrichednew": 4}


@pytest.mark.parametrize(
    "waves",
    [
        [Wave("random", 3), Wave("enriched", 4, formula="score", floor=0.2)],
        [Wave("random", 3), Wave("rare", 4, formula="score", floor=0.2, allocation="weight")],
        [
            Wave("rare", 2, formula="score", floor=0.2, allocation="weight"),
            Wave("rarer", 2, formula="score * score", floor=0.2, allocation="weight"),
        ],
    ],
)
def test_inclusion_probabilities_are_those_of_a_simulation(waves: list[Wave]) -> None:
    table = frame(12)
    counts = dict.fromkeys(table["passage"], 0)
    stated: dict[str, float] = {}
    runs = 3000
    for seed in range(runs):
        for passage, probability in (
            sample(table, waves, seed=seed).select("passage", "probability").iter_rows()
        ):
            counts[passage] += 1
            stated[passage] = probability
    assert set(stated) == set(counts)
    for passage, p in stated.items():
        error = 4.5 * np.sqrt(p * (1 - p) / runs)
        assert counts[passage] / runs == pytest.approx(p, abs=error), passage
    assert sum(stated.values()) == pytest.approx(sum(wave.n for wave in waves))


def test_a_wave_by_weight_leaves_earlier_draws_as_they_are() -> None:
    rare = Wave("rare", 5, formula="score", floor=0.1, allocation="weight")
    before = sample(frame(), WAVES, by=["period"], seed=5)
    after = sample(frame(), [*WAVES, rare], by=["period"], seed=5)
    kept = after.filter(pl.col("wave") != "rare")
    assert kept.drop("probability").equals(before.drop("probability"))
    assert (kept["probability"] >= before["probability"]).all()
    with pytest.raises(ValueError, match="expected it last"):
        sample(frame(), [rare, *WAVES], by=["period"])
    with pytest.raises(ValueError, match="lower n"):
        sample(frame(), [Wave("rare", 25, formula="score * score", allocation="weight")])


def test_weighted_by_its_inverse_the_sample_counts_the_frame() -> None:
    table = frame()
    estimates = [
        (1 / sample(table, WAVES, by=["period"], seed=seed)["probability"]).sum()
        for seed in range(400)
    ]
    error = np.std(estimates) / 20
    assert np.mean(estimates) == pytest.approx(table.height, abs=4 * error)


@pytest.mark.parametrize(
    ("wave", "message"),
    [
        (Wave("x", 31), "31"),
        (Wave("x", 2, formula="score / 0"), "no number"),
        (Wave("x", 2, formula="score", floor=0), "above 0"),
    ],
)
def test_impossible_designs_are_told(wave: Wave, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        sample(frame(), [wave])


def test_a_frame_is_named_by_its_passages() -> None:
    assert frame_hash(frame()) == frame_hash(frame().drop("score"))
    assert frame_hash(frame()) != frame_hash(frame().reverse())


def test_a_frozen_design_draws_the_same_in_every_release() -> None:
    rare = Wave("rare", 3, formula="score", floor=0.1, allocation="weight")
    drawn = sample(frame(), [*WAVES, rare], by=["period"], seed=1)
    assert " ".join(drawn["passage"]) == (
        "d28.0 d24.0 d00.0 d17.1 d09.0 d07.1 d21.1 d23.1 d27.3 d22.2 d19.3 d01.1 d14.1 d16.0 d10.0"
    )
