"""Model cards: every number from what ships, nothing of a model that was not measured."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from stance._faults import InputError
from stance._paths import data_folder
from stance.report import model_card

MODELS = data_folder() / "models"
SECTIONS = (  # Mitchell et al. 2019, figure 1; "Model details" stand under the title
    "Intended use",
    "Factors",
    "Metrics",
    "Evaluation data",
    "Training data",
    "Quantitative analyses",
    "Ethical considerations",
    "Caveats and recommendations",
)


@pytest.mark.parametrize("name", ["full", "student"])
def test_a_card_has_the_sections_of_the_paper_and_the_numbers_that_ship(name: str) -> None:
    text = model_card(MODELS / name)
    assert tuple(line[3:] for line in text.splitlines() if line.startswith("## ")) == SECTIONS
    results = json.loads((MODELS / name / "results.json").read_text("utf-8"))
    assert f"{sum(row['passages'] for row in results['learned'])}." in text
    assert results["note"] in text
    for row in results["scores"]:
        if row["estimate"] is not None:
            assert f"{row['estimate']:.2f} [" in text
    for row in results["leaks"]:
        assert f"| {row['variant']} | {row['code']} | {row['flips']} of {row['n']} |" in text
    assert "language model" in text
    assert ("that nobody has coded (" in text) == (name == "student")
    assert f"on {results['calibrated']} of them, of the development split" in text
    assert ("out of fold" in text) == (name == "full")


@pytest.mark.parametrize("name", ["full", "student"])
def test_results_are_of_the_model_that_ships(name: str) -> None:
    card, results = (
        json.loads((MODELS / name / file).read_text("utf-8"))
        for file in ("card.json", "results.json")
    )
    assert results["model"] == f"model:{card['name']}@{card['hash']}"
    assert card["trained_on"].startswith(f"{sum(r['passages'] for r in results['learned'])} ")


def test_numbers_of_another_model_are_not_shown(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(MODELS / "student", folder)
    card = json.loads((folder / "card.json").read_text("utf-8"))
    (folder / "card.json").write_text(json.dumps(card | {"hash": "0000"}), "utf-8")
    text = model_card(folder)
    assert "stance evaluate" in text
    assert "F_avg |" not in text
    assert card["trained_on"] in text


def test_a_folder_without_a_model_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="model folder"):
        model_card(tmp_path)
