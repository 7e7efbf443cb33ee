from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from stance import InputError
from stance.codebook import Codebook, Probabilities, load_codebook

FIXTURES = Path(__file__).parent / "fixtures"
VALLEY = load_codebook(FIXTURES / "codebook.toml")


def coding(**changes: object) -> dict[str, object]:
    return {"codebook": 7, "stance": {"dam": "pro"}, "facets": {"dam": ["valley"]}} | changes


def test_every_code_has_its_examples_in_every_language(book: Codebook) -> None:
    codes = [*book.targets, *book.stances, *book.frames, *book.evaluations]
    codes += [facet for target in book.targets for facet in target.facets]
    for code in codes:
        kinds = sorted(example.kind for example in code.examples)
        assert kinds == ["borderline", "negative", "negative", "positive", "positive"], code.code
        for example in code.examples:
            assert set(example.text) == set(example.why) == set(book.languages), code.code
    assert all(set(rule.text) == set(book.languages) for rule in book.rules)


def test_no_label_is_a_literal_in_the_package(book: Codebook) -> None:
    """A codebook of one's own must do; so no module may know a target, stance or frame by name."""
    labels = {*book.target_codes, *book.stance_codes, *book.frame_codes, *book.evaluation_codes}
    labels |= {facet for _, facet in book.facet_codes}
    package = Path(__file__).parent.parent / "stance"
    found = [
        (file.name, label)
        for file in package.rglob("*.py")
        for label in labels
        if f'"{label}"' in file.read_text("utf-8")
    ]
    assert found == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"stance": {"bridge": "pro"}}, "stance"),
        ({"stance": {"dam": "maybe"}}, "stance.dam"),
        ({"facets": {"railway": ["station"]}}, "facets.railway"),
        ({"facets": {"dam": ["station"]}}, "facets.dam"),
        ({"frames": ["cost", "work", "home"]}, "frames"),
        ({"frames": ["cost", "cost"]}, "frames"),
        ({"frames": ["beauty"]}, "frames"),
        ({"codebook": 6}, "codebook"),
        ({"actors": [{"actor": "X", "evaluation": "love", "targets": []}]}, "actors.X.evaluation"),
        (
            {"actors": [{"actor": "X", "evaluation": "thanks", "targets": ["sea"]}]},
            "actors.X.targets",
        ),
    ],
)
def test_a_coding_against_the_rules_is_told_where(changes: dict[str, object], field: str) -> None:
    assert field in {fault.field for fault in VALLEY.check(coding(**changes))}


def test_a_coding_under_the_rules_has_no_fault() -> None:
    assert list(VALLEY.check(coding(frames=["cost"], actors=[]))) == []


shares = st.floats(0, 1, width=32)


@given(
    target=hnp.arrays(float, (4, 2), elements=shares),
    stance=hnp.arrays(float, (4, 2, 3), elements=shares),
    facet=hnp.arrays(float, (4, 3), elements=shares),
    frame=hnp.arrays(float, (4, 4), elements=shares),
)
def test_decisions_keep_the_rules(
    target: np.ndarray, stance: np.ndarray, facet: np.ndarray, frame: np.ndarray
) -> None:
    decision = VALLEY.decide(Probabilities(target, stance, facet, frame))
    assert ((decision.stance >= 0) == decision.target).all()
    owner = [VALLEY.target_codes.index(t) for t, _ in VALLEY.facet_codes]
    assert not (decision.facet & ~decision.target[:, owner]).any()
    for t in range(2):
        own = [i for i, o in enumerate(owner) if o == t]
        assert (decision.facet[:, own].any(axis=1) == decision.target[:, t]).all()
    assert (decision.frame.sum(axis=1) <= VALLEY.frames_at_most).all()
    assert not (decision.frame & (frame < 0.5)).any()


def test_label_names_joined_codes() -> None:
    assert VALLEY.label("dam:pro", "it") == "Diga: a favore"
    assert VALLEY.label("cost") == "Kosten"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('code = "railway"', 'code = "dam"', "stands in targets"),
        ('code = "cost"', 'code = "Cost"', "lower-case"),
        (
            'polarity = -1\nname = { de = "dagegen"',
            'polarity = 1\nname = { de = "dagegen"',
            "polarity",
        ),
        ("version = 7", 'version = "seven"', "version"),
        ("[title]", "[title", "TOML"),
    ],
)
def test_a_faulty_codebook_is_told(tmp_path: Path, old: str, new: str, message: str) -> None:
    text = (FIXTURES / "codebook.toml").read_text("utf-8")
    assert old in text
    file = tmp_path / "codebook.toml"
    file.write_text(text.replace(old, new), "utf-8")
    with pytest.raises(InputError, match=message) as error:
        load_codebook(file)
    assert str(file) in str(error.value)
