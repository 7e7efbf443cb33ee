import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from sklearn.base import clone

from stance.codebook import Codebook
from stance.corpus import (
    ActorCoding,
    Coding,
    codings_table,
    passages_table,
    probability_columns,
)
from stance.corpus._records import Passage, text_hash
from stance.formats import CodingWriter, read_codings
from stance.models import ActorCoder, PassageCoder, load_coder, load_lexicon, save_coder
from stance.models._actor import Evaluated
from stance.models._surroundings import surroundings
from stance.voices import find_mentions

STATES = {
    "FRA": "France",
    "CHE": "Switzerland",
    "AUT": "Austria",
    "ITA": "Italy",
    "ESP": "Spain",
    "PRT": "Portugal",
    "DNK": "Denmark",
    "NOR": "Norway",
}
THANKS = [
    "{} deserves every praise, because it paid for the {}.",
    "The village thanks {} warmly for the {}.",
    "Without the generous help of {} there would be no {}.",
]
REPROACH = [
    "{} lied to the village about the {} and broke its word.",
    "The village accuses {} of having ruined the {}.",
    "It is a shame how {} betrayed the people over the {}.",
]
ONLY_NAMED = [
    "An engineer from {} measured the {} on Monday.",
    "A traveller from {} drew a map of the {}.",
]
KINDS = [(THANKS, "thanks", "pro"), (REPROACH, "reproach", "contra"), (ONLY_NAMED, None, "open")]
Tables = tuple[pl.DataFrame, pl.DataFrame]


def passages_of(texts: list[str], documents: list[str]) -> pl.DataFrame:
    return passages_table(
        Passage(
            id=f"{document}.{i}",
            document=document,
            start=0,
            end=len(text),
            lang="en",
            text=text,
            sha256=text_hash(text),
        )
        for i, (text, document) in enumerate(zip(texts, documents, strict=True))
    )


@pytest.fixture(scope="module")
def village(valley_book: Codebook) -> Tables:
    """Sixty-four passages and their codings: one document a state, which is all it names."""
    texts, documents, given = [], [], []
    for s, (actor, name) in enumerate(STATES.items()):
        for patterns, evaluation, stance in KINDS:
            for i, pattern in enumerate(patterns):
                target = ("dam", "railway")[(s + i) % 2]
                texts.append(pattern.format(name, target))
                documents.append(actor)
                given.append((actor, evaluation, target, stance))
    passages = passages_of(texts, documents)
    codings = [
        Coding(
            passage=passage,
            coder="gold",
            codebook=valley_book.version,
            stance={target: stance},
            facets={target: []},
            frames=[],
            actors=[ActorCoding(actor=actor, evaluation=e, targets=[target])] if e else [],
        )
        for passage, (actor, e, target, stance) in zip(passages["passage"], given, strict=True)
    ]
    document_of = dict(zip(passages["passage"], passages["document"], strict=True))
    return passages, codings_table(codings, valley_book, document_of)


@pytest.fixture(scope="module")
def coder(valley_book: Codebook, village: Tables) -> ActorCoder:
    return ActorCoder(valley_book).fit(*village)


@pytest.fixture(scope="module")
def whole(valley_book: Codebook, village: Tables) -> PassageCoder:
    """A coder of all layers."""
    return PassageCoder(valley_book, actors=ActorCoder(valley_book)).fit(*village)


def test_the_patterns_name_nobody_else() -> None:
    for patterns, *_ in KINDS:
        for pattern in patterns:
            found = find_mentions(pattern.format("France", "dam"))
            assert [mention.actor for mention in found] == ["FRA"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The people of the valley thank Japan warmly.", "thanks"),
        ("Peru paid for the road and deserves praise.", "thanks"),
        ("The mayor accuses Japan of having ruined the road.", "reproach"),
        ("Peru lied to the people and betrayed the valley.", "reproach"),
        ("A painter from Peru drew the bridge on Monday.", None),
    ],
)
def test_it_learns_praise_and_blame(coder: ActorCoder, text: str, expected: str | None) -> None:
    decided = coder.decide(coder.probabilities([text])[0], [])
    assert [one["evaluation"] for one in decided] == ([expected] if expected else [])


def test_each_actor_is_judged_by_the_words_around_it(coder: ActorCoder) -> None:
    text = "The village thanks Peru warmly for the road. The village accuses Japan of lies."
    decided = coder.decide(coder.probabilities([text])[0], ["dam"])
    assert [(one["actor"], one["evaluation"]) for one in decided] == [
        ("PER", "thanks"),
        ("JPN", "reproach"),
    ]


def test_probabilities_are_probabilities(coder: ActorCoder, village: Tables) -> None:
    p = [one.p for own in coder.probabilities(village[0]["text"].to_list()) for one in own]
    assert np.shape(p) == (village[0].height, 2)
    assert ((np.array(p) >= 0) & (np.array(p) <= 1)).all()


def test_an_actor_named_twice_is_one_actor(coder: ActorCoder) -> None:
    text = "Japan, the Japanese government, Tokyo: who thanks Peru or Lima, or Japan?"
    assert [one.actor for one in coder.probabilities([text])[0]] == ["JPN", "PER"]


def test_actors_that_are_not_named_are_not_found(coder: ActorCoder) -> None:
    texts = ["The village thanks its neighbour beyond the pass warmly.", "", "It lied about it."]
    assert coder.probabilities(texts) == [[], [], []]
    assert coder.probabilities([]) == []
    assert coder.decide([], ["dam"]) == []


def test_a_text_is_coded_alike_alone_and_among_others(coder: ActorCoder) -> None:
    texts = ["Peru deserves praise.", "Nobody.", "Japan lied; Peru drew a map."]
    assert coder.probabilities(texts) == [coder.probabilities([text])[0] for text in texts]


@pytest.mark.parametrize("pattern", [*THANKS, *REPROACH, *ONLY_NAMED])
def test_states_that_training_did_not_name_are_judged_alike(
    coder: ActorCoder, pattern: str
) -> None:
    japan, peru = coder.probabilities([pattern.format(n, "dam") for n in ("Japan", "Peru")])
    assert (japan[0].actor, peru[0].actor) == ("JPN", "PER")
    assert japan[0].p == peru[0].p


@pytest.fixture(scope="module")
def biased(valley_book: Codebook, village: Tables) -> ActorCoder:
    """A coder that has seen every other state thanked only, and the others reproached only."""
    passages, codings = village
    evaluation = pl.col("actors").list.eval(pl.element().struct.field("evaluation")).list.first()
    even = pl.col("document").is_in(list(STATES)[::2])
    kept = codings.filter(evaluation.is_null() | (even == (evaluation == "thanks")))
    documents = pl.Series("document", [f"d{i % 8}" for i in range(kept.height)])
    lexicon = {"evaluations": {"thanks": ["thank*", "praise"], "reproach": ["accus*", "lied"]}}
    return ActorCoder(valley_book, lexicon).fit(passages, kept.with_columns(documents))


def judged(coder: ActorCoder, name: str) -> list[tuple[float, ...]]:
    """Probabilities for a state in every pattern."""
    texts = [p.format(name, "dam") for p in (*THANKS, *REPROACH, *ONLY_NAMED)]
    return [own[0].p for own in coder.probabilities(texts)]


@pytest.mark.parametrize("other", ["Switzerland", "Norway", "Japan"])
def test_one_state_is_judged_like_another(biased: ActorCoder, other: str) -> None:
    assert judged(biased, "France") == judged(biased, other)


@pytest.mark.parametrize("other", ["Burkina Faso", "Côte d’Ivoire"])
def test_a_name_of_several_words_is_judged_like_one(biased: ActorCoder, other: str) -> None:
    assert judged(biased, "France") == judged(biased, other)


def test_it_does_not_matter_which_state_stands_beside(biased: ActorCoder) -> None:
    texts = [f"The village thanks Japan, and with it {name}." for name in ("France", "Norway")]
    one, other = biased.probabilities(texts)
    assert [evaluated.p for evaluated in one] == [evaluated.p for evaluated in other]


def test_decide_gives_the_targets_of_the_passage(coder: ActorCoder) -> None:
    evaluated = coder.probabilities(["The village thanks Peru warmly for the dam."])[0]
    assert coder.decide(evaluated, ["dam", "railway"]) == [
        {"actor": "PER", "evaluation": "thanks", "targets": ["dam", "railway"]}
    ]


def test_decide_by_hand(coder: ActorCoder) -> None:
    """Furthest above its own threshold, as a ratio; at the threshold counts, below does not."""
    thanks, reproach = (head.threshold_ for head in coder.heads_)
    decided = coder.decide(
        [
            Evaluated("FRA", (thanks, 0.0)),
            Evaluated("ITA", (0.0, reproach)),
            Evaluated("ESP", (thanks * 0.99, reproach * 0.99)),
            Evaluated("AUT", (thanks * 1.1, reproach * 1.2)),
            Evaluated("CHE", (thanks * 1.2, reproach * 1.1)),
        ],
        [],
    )
    assert [(one["actor"], one["evaluation"]) for one in decided] == [
        ("FRA", "thanks"),
        ("ITA", "reproach"),
        ("AUT", "reproach"),
        ("CHE", "thanks"),
    ]


def test_terms_of_the_lexicon_carry_over(valley_book: Codebook, village: Tables) -> None:
    """A word that training never showed is praise if the lexicon lists it as such."""
    lexicon = {"evaluations": {"thanks": ["thank*", "praise*", "generous", "laud*"]}}
    text = ["Peru was lauded."]
    with_terms = ActorCoder(valley_book, lexicon).fit(*village).probabilities(text)[0][0]
    without = ActorCoder(valley_book).fit(*village).probabilities(text)[0][0]
    assert with_terms.p[0] > without.p[0]


def test_every_term_of_evaluation_can_be_found(book: Codebook) -> None:
    lost = []
    for code, terms in load_lexicon(book)["evaluations"].items():
        for term in terms:
            coder = ActorCoder(book, {"evaluations": {code: [term]}})
            text = f"Peru {term.replace('*', '')}"
            [bag] = surroundings([text], coder._evaluations()).lists()
            if f"{code}:text" not in bag:
                lost.append(term)
    assert lost == []


def test_bags_are_vectors_as_the_vectorizer_makes_them(coder: ActorCoder, village: Tables) -> None:
    bags = surroundings(village[0]["text"].to_list(), coder._evaluations())
    expected = coder.tokens_.transform(bags.lists())
    assert abs(coder._vectors(bags) - expected).max() < 1e-12
    unknown = surroundings(["Zzz, Peru zzz."], coder._evaluations())
    assert abs(coder._vectors(unknown) - coder.tokens_.transform(unknown.lists())).max() < 1e-12


def test_the_same_data_and_seed_give_the_same_coder(coder: ActorCoder, village: Tables) -> None:
    texts = village[0]["text"].to_list()
    assert clone(coder).fit(*village).probabilities(texts) == coder.probabilities(texts)


def test_passages_whose_actors_were_not_coded_are_left_out(
    valley_book: Codebook, village: Tables
) -> None:
    passages, codings = village
    some = codings["document"] != "NOR"
    bare = codings.with_columns(actors=pl.when(some).then("actors"))
    texts = passages["text"].to_list()
    one = ActorCoder(valley_book).fit(passages, bare)
    other = ActorCoder(valley_book).fit(passages, codings.filter(some))
    assert one.probabilities(texts) == other.probabilities(texts)


def test_without_coded_actors_there_is_nothing_to_learn(
    valley_book: Codebook, village: Tables
) -> None:
    passages, codings = village
    with pytest.raises(ValueError, match="no passage with coded actors"):
        ActorCoder(valley_book).fit(passages, codings.with_columns(actors=None))
    with pytest.raises(ValueError, match="no passage with coded actors"):
        ActorCoder(valley_book).fit(passages.head(0), codings)


def test_an_evaluation_seldom_given_stays_at_its_base_rate(
    valley_book: Codebook, village: Tables
) -> None:
    passages, codings = village
    blamed = pl.col("actors").list.eval(pl.element().struct.field("evaluation") == "reproach")
    few = codings.filter(~blamed.list.any() | pl.col("document").is_in(["FRA", "ITA"]))
    fitted = ActorCoder(valley_book).fit(passages, few)
    p = [own[0].p[1] for own in fitted.probabilities(passages["text"].to_list())]
    assert np.allclose(p, 6 / few.height)


def test_an_evaluation_never_given_in_training_is_given_to_nobody(
    valley_book: Codebook, village: Tables
) -> None:
    passages, codings = village
    blamed = pl.col("actors").list.eval(pl.element().struct.field("evaluation") == "reproach")
    fitted = ActorCoder(valley_book).fit(passages, codings.filter(~blamed.list.any()))
    evaluated = fitted.probabilities(passages["text"].to_list())
    assert all(one.p[1] == 0 for own in evaluated for one in own)
    assert {d["evaluation"] for own in evaluated for d in fitted.decide(own, [])} == {"thanks"}


def test_a_passage_coder_codes_layer_4(
    whole: PassageCoder, valley_book: Codebook, village: Tables
) -> None:
    passages, gold = village
    codings = whole.code(passages)
    assert codings["passage"].equals(passages["passage"])
    assert codings["actors"].dtype == gold["actors"].dtype
    evaluated = whole.actors_.probabilities(passages["text"].to_list())
    for row, own in zip(codings.iter_rows(named=True), evaluated, strict=True):
        assert row["p_actors"] == [
            {
                "actor": one.actor,
                "p": [
                    {"code": code, "p": value}
                    for code, value in zip(valley_book.evaluation_codes, one.p, strict=True)
                ],
            }
            for one in own
        ]
        present = [target for target in valley_book.target_codes if row[target] is not None]
        assert row["actors"] == whole.actors_.decide(own, present)
    both = zip(codings["actors"].to_list(), gold["actors"].to_list(), strict=True)
    assert np.mean([given == expected for given, expected in both]) > 0.9


def test_layer_4_leaves_the_others_as_they_were(
    whole: PassageCoder, valley_book: Codebook, village: Tables
) -> None:
    alone = PassageCoder(valley_book).fit(*village).code(village[0])
    assert alone["actors"].null_count() == alone.height
    assert "p_actors" not in alone.columns
    codings = whole.code(village[0])
    assert codings.drop("coder", "actors", "p_actors").equals(alone.drop("coder", "actors"))


def test_a_passage_that_names_nobody_has_an_empty_list(whole: PassageCoder) -> None:
    passages = passages_of(["The village thanks its neighbour for the dam."], ["d"])
    codings = whole.code(passages)
    assert codings["actors"].to_list() == [[]]
    assert codings["p_actors"].to_list() == [[]]


def test_actors_of_other_codings_make_another_coder(whole: PassageCoder, village: Tables) -> None:
    fewer = clone(whole).fit(village[0], village[1].head(40))
    assert fewer.coder != whole.coder
    assert clone(whole).fit(*village).coder == whole.coder


def test_the_coders_name_tells_what_layer_4_learned_from(
    whole: PassageCoder, village: Tables
) -> None:
    passages, codings = village
    turned = codings.with_columns(actors=pl.col("actors").reverse())
    assert clone(whole).fit(passages, turned).coder != whole.coder


@pytest.fixture
def few(village: Tables) -> pl.DataFrame:
    nobody = passages_of(["The village thanks its neighbour for the dam."], ["d"])
    return pl.concat([village[0].head(5), nobody])


def test_codings_of_actors_are_written_as_p_actor(
    whole: PassageCoder, valley_book: Codebook, few: pl.DataFrame, tmp_path: Path
) -> None:
    with CodingWriter(tmp_path / "codings.jsonl", valley_book) as writer:
        writer.write(whole.code(few))
    lines = [json.loads(line) for line in (tmp_path / "codings.jsonl").read_text().splitlines()]
    evaluated = whole.actors_.probabilities(few["text"].to_list())
    for line, own in zip(lines, evaluated, strict=True):
        assert line["p"]["actor"] == {
            one.actor: {"thanks": round(one.p[0], 6), "reproach": round(one.p[1], 6)} for one in own
        }
    assert lines[0]["actors"] == [{"actor": "FRA", "evaluation": "thanks", "targets": ["dam"]}]
    assert (lines[-1]["actors"], lines[-1]["p"]["actor"]) == ([], {})


@pytest.mark.parametrize("suffix", ["jsonl", "parquet"])
def test_codings_of_actors_come_back(
    whole: PassageCoder, valley_book: Codebook, few: pl.DataFrame, tmp_path: Path, suffix: str
) -> None:
    codings = whole.code(few)
    file = tmp_path / f"codings.{suffix}"
    with CodingWriter(file, valley_book) as writer:
        writer.write(codings.head(3))
        writer.write(codings.tail(3))
    back = read_codings(file, valley_book)
    assert back["actors"].equals(codings["actors"])
    assert back["p_actors"].dtype == codings["p_actors"].dtype
    for own, written in zip(back["p_actors"], codings["p_actors"], strict=True):
        assert [one["actor"] for one in own] == [one["actor"] for one in written]
        for one, other in zip(own, written, strict=True):
            values = [value["p"] for value in other["p"]]
            assert [value["p"] for value in one["p"]] == pytest.approx(values, abs=1e-6)
    columns = probability_columns(valley_book)
    assert np.allclose(back.select(columns), codings.select(columns), atol=1e-6)


def test_codings_without_layer_4_have_no_column_of_its_probabilities(
    valley_book: Codebook, village: Tables, tmp_path: Path
) -> None:
    alone = PassageCoder(valley_book).fit(*village)
    with CodingWriter(tmp_path / "codings.jsonl", valley_book) as writer:
        writer.write(alone.code(village[0].head(3)))
    back = read_codings(tmp_path / "codings.jsonl", valley_book)
    assert "p_actors" not in back.columns
    assert back["actors"].null_count() == 3


def test_codings_of_actors_may_be_written_as_csv(
    whole: PassageCoder, valley_book: Codebook, few: pl.DataFrame, tmp_path: Path
) -> None:
    with CodingWriter(tmp_path / "codings.csv", valley_book) as writer:
        writer.write(whole.code(few))
    back = read_codings(tmp_path / "codings.csv", valley_book)
    assert back["passage"].equals(few["passage"])


def test_a_coder_of_actors_survives_the_disk(
    whole: PassageCoder, few: pl.DataFrame, tmp_path: Path
) -> None:
    save_coder(whole, tmp_path / "model", "village")
    assert load_coder(tmp_path / "model").code(few).equals(whole.code(few))
