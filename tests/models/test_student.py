import numpy as np
import polars as pl
import pytest

from stance.codebook import Codebook
from stance.corpus import Corpus, probability_columns
from stance.models import ActorCoder, PassageCoder
from stance.models._student import Student


@pytest.fixture(scope="module")
def taught(valley: Corpus) -> pl.DataFrame:
    """The codings of a teacher."""
    return PassageCoder(valley.codebook).fit(valley.passages, valley.gold).code(valley.passages)


@pytest.fixture
def student(valley: Corpus, taught: pl.DataFrame) -> Student:
    return Student(valley.codebook, shared=1, penalty=0.1).fit(texts(valley), taught)


def texts(corpus: Corpus) -> list[str]:
    return corpus.passages["text"].to_list()


def synthetic(book: Codebook, given: dict[str, list[float]]) -> pl.DataFrame:
    """A teacher's probabilities: some given, 0.5 for every other code."""
    n = len(next(iter(given.values())))
    return pl.DataFrame({c: given.get(c, [0.5] * n) for c in probability_columns(book)})


def test_it_imitates_its_teacher(student: Student, valley: Corpus, taught: pl.DataFrame) -> None:
    codings = student.code(valley.passages)
    columns = probability_columns(valley.codebook)
    apart = codings.select(columns).to_numpy() - taught.select(columns).to_numpy()
    assert np.abs(apart).mean() < 0.02
    for target in valley.codebook.target_codes:
        assert codings[target].eq_missing(taught[target]).mean() > 0.9


def test_it_learns_probabilities_and_not_decisions(valley_book: Codebook) -> None:
    """A teacher that is never sure of a target, and half as sure of it where a word is missing."""
    words = ["water here", "water there", "stone here", "stone there"] * 10
    p = [0.4, 0.4, 0.2, 0.2] * 10
    student = Student(valley_book, penalty=0.01).fit(words, synthetic(valley_book, {"p_dam": p}))
    assert student.probabilities(words[:4]).target[:, 0] == pytest.approx(p[:4], abs=0.02)
    assert student.probabilities(words[:4]).target[:, 1] == pytest.approx([0.5] * 4, abs=0.01)


def test_it_is_linear_in_words_it_has_not_seen_together(valley_book: Codebook) -> None:
    words = ["water", "stone", "wind", "sand"] * 10
    given = {"p_dam": [0.9, 0.1, 0.5, 0.5] * 10, "p_cost": [0.5, 0.5, 0.9, 0.1] * 10}
    student = Student(valley_book, penalty=0.01).fit(words, synthetic(valley_book, given))
    both = student.probabilities(["water wind"])
    assert both.target[0, 0] > 0.7
    assert both.frame[0, valley_book.frame_codes.index("cost")] > 0.7


def test_a_teacher_that_is_certain_is_not_chased(valley_book: Codebook) -> None:
    words = ["water", "stone"] * 10
    given = {"p_dam": [1.0, 0.0] * 10}
    p = Student(valley_book, penalty=0.01).fit(words, synthetic(valley_book, given))
    p = p.probabilities(["water", "stone"]).target[:, 0]
    assert np.isfinite(p).all()
    assert p == pytest.approx([1, 0], abs=0.02)


@pytest.mark.parametrize("text", ["Der Staudamm bringt Strom.", "La ferrovia", "zzz", ""])
def test_stances_sum_to_one(student: Student, valley: Corpus, text: str) -> None:
    before = student.probabilities([text]).stance
    assert before.shape == (1, 2, 3)
    assert np.allclose(before.sum(axis=2), 1)
    after = student.calibrate(valley.passages, valley.gold).probabilities([text]).stance
    assert np.allclose(after.sum(axis=2), 1)


def test_probabilities_are_probabilities(student: Student, valley: Corpus) -> None:
    p = student.calibrate(valley.passages, valley.gold).code(valley.passages)
    values = p.select(probability_columns(valley.codebook)).to_numpy()
    assert ((values >= 0) & (values <= 1)).all()


def test_columns_are_those_of_a_passage_coder(
    student: Student, valley: Corpus, taught: pl.DataFrame
) -> None:
    codings = student.code(valley.passages)
    assert codings.schema == taught.schema
    assert codings.select("passage", "document").equals(taught.select("passage", "document"))
    assert codings["coder"].unique().to_list() == [student.coder]
    assert student.coder == f"model:student@{student.hash_}"


def test_codings_follow_the_rules_of_the_codebook(student: Student, valley: Corpus) -> None:
    codings = student.code(valley.passages)
    assert codings.select(pl.sum_horizontal(valley.codebook.frame_codes)).max().item() <= 2
    for target in valley.codebook.target_codes:
        assert codings[target].is_not_null().equals(codings[f"p_{target}"] > 0.5)
        absent = codings.filter(pl.col(target).is_null())
        assert (absent[f"{target}_facets"].list.len() == 0).all()


def test_calibration_changes_scales_and_thresholds_only(student: Student, valley: Corpus) -> None:
    outputs = len(probability_columns(valley.codebook))
    assert np.array_equal(student.scales_, np.tile([1, 0], (outputs, 1)))
    assert np.array_equal(student.thresholds_, np.full(outputs, 0.5))
    name, terms = student.coder, dict(student.terms_.vocabulary_)
    weights, intercepts = student.weights_.copy(), student.intercepts_.copy()
    stance = student.probabilities(texts(valley)).stance
    assert student.calibrate(valley.passages, valley.gold) is student
    assert np.array_equal(student.weights_, weights)
    assert np.array_equal(student.intercepts_, intercepts)
    assert student.terms_.vocabulary_ == terms
    assert np.array_equal(student.probabilities(texts(valley)).stance, stance)
    columns = probability_columns(valley.codebook)
    changed = {columns[i] for i in np.flatnonzero((student.scales_ != [1, 0]).any(axis=1))}
    assert {"p_dam", "p_railway"} <= changed
    assert not {"p_home", "p_dam_pro", "p_railway_open"} & changed
    assert student.coder != name


def test_a_code_of_fewer_than_ten_passages_is_not_calibrated(
    student: Student, valley: Corpus
) -> None:
    nine = valley.gold.filter(pl.col("dam").is_not_null()).head(9)
    rest = valley.gold.filter(pl.col("dam").is_null())
    student.calibrate(valley.passages, pl.concat([nine, rest]))
    assert student.scales_[0].tolist() == [1, 0]
    assert student.thresholds_[0] == 0.5


def test_calibration_twice_is_calibration_once(student: Student, valley: Corpus) -> None:
    student.calibrate(valley.passages, valley.gold)
    name, scales = student.coder, student.scales_.copy()
    student.calibrate(valley.passages, valley.gold)
    assert student.coder == name
    assert np.array_equal(student.scales_, scales)


def test_calibration_corrects_a_teacher_that_exaggerates(valley_book: Codebook) -> None:
    """Every second passage with the word has the target, where the teacher says nine of ten."""
    words = ["water", "stone"] * 60
    given = {"p_dam": [0.9, 0.01] * 60}
    student = Student(valley_book, penalty=0.01).fit(words, synthetic(valley_book, given))
    passages = pl.DataFrame({"passage": [f"p{i}" for i in range(120)], "text": words})
    gold = passages.select(
        "passage",
        dam=pl.Series(["pro", None, None, None] * 30),
        railway=pl.lit(None, pl.String),
        dam_facets=pl.lit([], pl.List(pl.String)),
        railway_facets=pl.lit([], pl.List(pl.String)),
        **dict.fromkeys(valley_book.frame_codes, pl.lit(value=False)),
    )
    assert student.probabilities(["water"]).target[0, 0] == pytest.approx(0.9, abs=0.02)
    student.calibrate(passages, gold)
    assert student.probabilities(["water"]).target[0, 0] == pytest.approx(0.5, abs=0.03)


def test_the_same_inputs_give_the_same_student(
    student: Student, valley: Corpus, taught: pl.DataFrame
) -> None:
    again = Student(valley.codebook, shared=1, penalty=0.1).fit(texts(valley), taught)
    assert again.coder == student.coder
    assert again.code(valley.passages).equals(student.code(valley.passages))
    for one in (again, student):
        one.calibrate(valley.passages, valley.gold)
    assert again.coder == student.coder
    assert again.code(valley.passages).equals(student.code(valley.passages))


def test_the_order_of_the_teachers_columns_does_not_matter(
    student: Student, valley: Corpus, taught: pl.DataFrame
) -> None:
    turned = taught.select(reversed(taught.columns))
    again = Student(valley.codebook, shared=1, penalty=0.1).fit(texts(valley), turned)
    assert again.coder == student.coder


def test_other_inputs_give_another_student(
    student: Student, valley: Corpus, taught: pl.DataFrame
) -> None:
    softer = taught.with_columns(p_dam=0.25 + pl.col("p_dam") / 2)
    other = Student(valley.codebook, shared=1, penalty=0.1).fit(texts(valley), softer)
    fewer = Student(valley.codebook, terms=50, shared=1, penalty=0.1).fit(texts(valley), taught)
    assert len({student.coder, other.coder, fewer.coder}) == 3
    assert len(fewer.terms_.vocabulary_) == 50
    rows = 50 + len(student.letters_.vocabulary_)
    assert fewer.weights_.shape == (rows, len(probability_columns(valley.codebook)))


def test_a_passage_is_coded_alike_alone_and_among_others(student: Student, valley: Corpus) -> None:
    whole = student.code(valley.passages)
    for i in (0, 7):
        alone = student.code(valley.passages[i : i + 1])
        columns = probability_columns(valley.codebook)
        assert np.allclose(alone.select(columns), whole[i : i + 1].select(columns), atol=1e-6)
        assert alone.drop(columns).equals(whole[i : i + 1].drop(columns))


@pytest.fixture(scope="module")
def actors(book: Codebook, constructed: Corpus) -> ActorCoder:
    return ActorCoder(book).fit(constructed.passages.head(150), constructed.gold.head(150))


def test_it_codes_actors_if_it_has_a_coder_of_them(
    actors: ActorCoder, book: Codebook, constructed: Corpus
) -> None:
    passages = constructed.passages.head(60)
    own = [f"p_{target}" for target in book.target_codes]
    given = {column: [0.9] * passages.height for column in own}
    student = Student(book, actors=actors).fit(passages["text"].to_list(), synthetic(book, given))
    codings = student.code(passages)
    found = actors.probabilities(passages["text"].to_list())
    assert codings["p_actors"].list.len().to_list() == [len(one) for one in found]
    expected = [actors.decide(one, book.target_codes) for one in found]
    assert codings["actors"].to_list() == expected


def test_the_students_name_tells_whether_it_codes_actors(
    actors: ActorCoder, valley: Corpus, student: Student, taught: pl.DataFrame
) -> None:
    other = Student(valley.codebook, shared=1, penalty=0.1, actors=actors)
    assert other.fit(texts(valley), taught).coder != student.coder
