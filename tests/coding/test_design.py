from pathlib import Path

import polars as pl
import pytest

from stance import InputError
from stance.coding import Wave, draw, read_design, sample

DESIGN = """
seed = 4
where = "score > 0"
strata = ["substr(date, 1, 3)"]

[[wave]]
name = "random"
n = 5

[[wave]]
name = "enriched"
n = 4
formula = "0.1 + score"
floor = 0.2
allocation = "equal"
"""


@pytest.fixture
def frame() -> pl.DataFrame:
    rows = [(f"d{d}.{i}", f"d{d}", str(1950 + 3 * d), i) for d in range(12) for i in range(5)]
    return pl.DataFrame(rows, schema=["passage", "document", "date", "score"], orient="row")


def written(path: Path, text: str) -> Path:
    (path / "design.toml").write_text(text)
    return path / "design.toml"


def test_a_design_is_the_sample_it_describes(tmp_path: Path, frame: pl.DataFrame) -> None:
    drawn, record = draw(frame, read_design(written(tmp_path, DESIGN)))
    by_hand = sample(
        frame.filter(pl.col("score") > 0).with_columns(decade=pl.col("date").str.slice(0, 3)),
        [Wave("random", 5), Wave("enriched", 4, "0.1 + score", 0.2, "equal")],
        by=["decade"],
        seed=4,
    )
    assert drawn.equals(by_hand)
    assert record["frame"]["passages"] == 48
    assert record["frame"]["documents"] == 12
    assert record["wave"][1]["formula"] == "0.1 + score"


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("seed = 4", "", "seed"),
        ("n = 5", "n = 0", "wave.0.n"),
        ("floor = 0.2", "floor = 0.0", "wave.1.floor"),
        ("seed = 4", "seed = 4\nsped = 1", "sped"),
        ("seed = 4", "seed =", "Invalid value"),
    ],
)
def test_a_faulty_design_is_told(tmp_path: Path, old: str, new: str, found: str) -> None:
    with pytest.raises(InputError) as error:
        read_design(written(tmp_path, DESIGN.replace(old, new)))
    assert found in str(error.value)
    assert "design.toml" in str(error.value)


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [("n = 5", "n = 50", "12 documents left"), ("0.1 + score", "0.1 + scale", "scale")],
)
def test_a_design_the_frame_does_not_bear_is_told(
    tmp_path: Path, frame: pl.DataFrame, old: str, new: str, found: str
) -> None:
    with pytest.raises(InputError, match=found):
        draw(frame, read_design(written(tmp_path, DESIGN.replace(old, new))))
