from collections.abc import Sequence
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from sklearn.base import clone
from sklearn.metrics import average_precision_score
from sklearn.svm import LinearSVC

from stance import InputError
from stance.codebook import Codebook
from stance.corpus import Corpus, Features, count_words
from stance.models import (
    LexiconCoder,
    PassageCoder,
    StoredVectors,
    StoredWords,
    Vectors,
    default_coder,
    load_coder,
    majority_coder,
    naive_bayes_coder,
    save_coder,
)
from stance.models._features import plain
from stance.models._head import Head, best_f1_threshold


@pytest.fixture(scope="module")
def coder(valley: Corpus) -> PassageCoder:
    return PassageCoder(valley.codebook).fit(valley.passages, valley.gold)


def test_codings_have_the_contracts_columns(coder: PassageCoder, valley: Corpus) -> None:
    codings = coder.code(valley.passages)
    assert codings["passage"].equals(valley.passages["passage"])
    assert codings["coder"].unique().to_list() == [coder.coder]
    assert {"p_dam", "p_dam_pro", "p_dam_valley", "p_cost"} <= set(codings.columns)
    p = codings.select("p_dam_pro", "p_dam_contra", "p_dam_open").to_numpy()
    assert np.allclose(p.sum(axis=1), 1)
    assert ((p >= 0) & (p <= 1)).all()


def test_it_learns_what_it_is_shown(coder: PassageCoder, valley: Corpus) -> None:
    codings = coder.code(valley.passages)
    for target in valley.codebook.target_codes:
        right = codings[target].is_not_null() == valley.gold[target].is_not_null()
        assert right.mean() > 0.9


def test_stance_depends_on_the_target(coder: PassageCoder) -> None:
    text = "Gegen den Staudamm im Tal, für die Bahn ins Dorf: Gleise bringen Arbeit."
    p = coder.probabilities([text]).stance[0]
    assert not np.allclose(p[0], p[1])


def test_the_same_data_and_seed_give_the_same_coder(coder: PassageCoder, valley: Corpus) -> None:
    again = clone(coder).fit(valley.passages, valley.gold)
    assert again.coder == coder.coder
    assert again.code(valley.passages).equals(coder.code(valley.passages))
    fewer = clone(coder).fit(valley.passages, valley.gold.head(29))
    assert fewer.coder != coder.coder


class _Lengths:
    """An encoder whose description has an address in it."""

    name = "lengths@0"

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        return np.array([[len(text), text.count(" ")] for text in texts], dtype=np.float32)


def test_the_name_of_a_coder_has_no_address_in_it(valley: Corpus, tmp_path: Path) -> None:
    names = set()
    kept = [_Lengths(), _Lengths()]
    for encoder in kept:
        views = {"vectors": Vectors(encoder, tmp_path / "store.sqlite")}
        coder = PassageCoder(valley.codebook, features=views)
        names.add(coder.fit(valley.passages, valley.gold).coder)
    assert repr(kept[0]) != repr(kept[1])
    assert len(names) == 1


def test_a_coder_survives_the_disk(coder: PassageCoder, valley: Corpus, tmp_path: Path) -> None:
    save_coder(coder, tmp_path / "model", "valley")
    back = load_coder(tmp_path / "model")
    assert back.code(valley.passages).equals(coder.code(valley.passages))
    save_coder(coder, tmp_path / "model", "valley")
    assert [p.name for p in tmp_path.iterdir()] == ["model"]


def test_a_folder_that_is_no_model_is_told(coder: PassageCoder, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="stance train"):
        load_coder(tmp_path)
    (tmp_path / "notes").mkdir()
    with pytest.raises(InputError, match="something else"):
        save_coder(coder, tmp_path / "notes", "valley")


def test_passages_without_text_are_told(valley: Corpus) -> None:
    bare = valley.passages.with_columns(text=pl.lit(None, dtype=pl.String))
    with pytest.raises(ValueError, match="without text"):
        PassageCoder(valley.codebook).fit(bare, valley.gold)


def test_majority_gives_nobody_a_rare_code(valley: Corpus) -> None:
    coder = majority_coder(valley.codebook).fit(valley.passages, valley.gold)
    codings = coder.code(valley.passages)
    assert codings["railway"].null_count() == codings.height
    assert codings["p_railway"].n_unique() == 1


def test_naive_bayes_codes(valley: Corpus) -> None:
    coder = naive_bayes_coder(valley.codebook).fit(valley.passages, valley.gold)
    assert coder.code(valley.passages)["coder"][0].startswith("model:naive-bayes@")


def test_the_lexicon_finds_its_terms_only(valley: Corpus, tmp_path: Path) -> None:
    file = tmp_path / "lexicon.toml"
    file.write_text(
        '[targets.dam]\nde = ["Staudamm*"]\nit = ["diga"]\n'
        '[facets."dam/current"]\nde = ["Strom"]\n'
        '[stances.contra]\nde = ["lehnen * ab", "darf nicht"]\n[frames.cost]\nde = ["Preis"]\n',
        "utf-8",
    )
    coder = LexiconCoder(valley.codebook, file).fit(valley.passages, valley.gold)
    table = coder.code(valley.passages)
    assert table["railway"].null_count() == table.height
    assert table["dam"][:3].to_list() == ["pro", "contra", "pro"]
    assert table["cost"][:3].to_list() == [True, False, False]
    assert table["dam_facets"][0].to_list() == ["current"]


def test_a_lexicon_of_other_codes_is_told(valley_book: Codebook, tmp_path: Path) -> None:
    file = tmp_path / "lexicon.toml"
    file.write_text('[targets.bridge]\nde = ["Brücke"]\n', "utf-8")
    with pytest.raises(InputError, match=r"targets\.bridge"):
        LexiconCoder(valley_book, file).fit(pl.DataFrame(), pl.DataFrame())


def test_the_projects_lexicon_is_of_the_codebook(constructed: Corpus) -> None:
    coder = LexiconCoder().fit(constructed.passages, constructed.gold)
    table = coder.code(constructed.passages)
    assert all(table[t].null_count() < table.height for t in constructed.codebook.target_codes)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("L’ÉTAT  d'Oé", "l'etat d'oe"), ("« Cœur »", '" coeur "'), ("“a”", '"a"')],
)
def test_plain_text(text: str, expected: str) -> None:
    assert plain(text) == expected


def test_head_probabilities_mean_what_they_say() -> None:
    draws = np.random.default_rng(0)
    X = draws.normal(size=(9000, 3))
    y = draws.random(9000) < 1 / (1 + np.exp(-2 * X[:, 0]))
    head = Head([LinearSVC()], seed=0).fit([X[:1000]], y[:1000], np.arange(1000))
    p = head.predict_proba([X[1000:]])[:, 1]
    low, high = p < 0.3, p > 0.7
    assert y[1000:][low].mean() == pytest.approx(p[low].mean(), abs=0.03)
    assert y[1000:][high].mean() == pytest.approx(p[high].mean(), abs=0.03)


def test_a_class_in_few_documents_gives_its_base_rate() -> None:
    y = np.array([True] * 4 + [False] * 16)
    head = Head([LinearSVC()]).fit([np.eye(20)], y, np.arange(20))
    assert np.allclose(head.predict_proba([np.eye(20)])[:, 1], 0.2)
    assert not head.predict([np.eye(20)]).any()


def test_threshold_of_best_f1_by_hand() -> None:
    y = np.array([False, False, True, True, False])
    p = np.array([0.1, 0.2, 0.6, 0.8, 0.4])
    assert best_f1_threshold(y, p) == pytest.approx(0.5)


def test_the_default_coder_is_cached(constructed: Corpus) -> None:
    first = default_coder()
    assert default_coder().coder == first.coder
    assert first.code(constructed.passages.head(5)).height == 5


def test_a_coder_that_reads_stored_features_needs_no_text(valley: Corpus) -> None:
    vocabulary, counts = count_words(valley.passages, shared=2)
    draws = np.random.default_rng(0).normal(size=(valley.passages.height, 8))
    stored = Features(
        passages=tuple(valley.passages["passage"]),
        vocabulary=tuple(vocabulary),
        counts=counts,
        vectors=draws.astype(np.float16),
        lexicon=np.zeros((valley.passages.height, 2), dtype=np.uint8),
        encoder="none@0",
    )
    bare = valley.passages.drop("text")
    words, vectors = StoredWords(stored), StoredVectors(stored)
    for views in ({"words": words, "vectors": vectors}, {"words": words}):
        coder = PassageCoder(valley.codebook, features=views, reads="passage")
        codings = coder.fit(bare, valley.gold).code(bare)
        assert list(coder.features_) == list(views)
        found = codings["dam"].is_not_null() == valley.gold["dam"].is_not_null()
        assert found.mean() > 0.8
    with pytest.raises(KeyError):
        coder.code(bare.with_columns(passage=pl.lit("none")))


def test_a_coder_that_looks_sentence_by_sentence_comes_back_whole(
    valley: Corpus, tmp_path: Path
) -> None:
    plain = PassageCoder(valley.codebook).fit(valley.passages, valley.gold)
    coder = PassageCoder(valley.codebook, by_sentence="ngrams").fit(valley.passages, valley.gold)
    codings = coder.code(valley.passages)
    assert not codings.drop("coder").equals(plain.code(valley.passages).drop("coder"))
    save_coder(coder, tmp_path / "model", "valley")
    assert load_coder(tmp_path / "model").code(valley.passages).equals(codings)


def test_a_view_that_knew_the_answers_loses_its_weight_elsewhere() -> None:
    rng = np.random.default_rng(0)
    y = rng.random(400) < 0.4
    told = np.r_[y[:200] * 2.0 - 1, rng.normal(size=200)]  # where it learned, it knew the answer
    honest = y * 1.5 + rng.normal(size=400)
    views, documents = [told[:, None], honest[:, None]], np.arange(400)
    learn, apart = np.arange(200), np.arange(200, 300)
    new = [view[300:] for view in views]
    head = Head([LinearSVC(random_state=0)] * 2).fit([v[learn] for v in views], y[learn], learn)
    before = head.predict_proba(new)[:, 1]
    head.calibrate([v[apart] for v in views], y[apart], documents[apart])
    after = head.predict_proba(new)[:, 1]
    assert average_precision_score(y[300:], after) > average_precision_score(y[300:], before) + 0.1
    shown = head.predict_proba([v[apart] for v in views])[:, 1]
    assert shown.mean() == pytest.approx(y[apart].mean(), abs=0.005)


def test_calibration_on_too_few_documents_changes_nothing() -> None:
    rng = np.random.default_rng(0)
    X, y, documents = rng.normal(size=(100, 3)), np.arange(100) % 2 == 0, np.arange(100)
    head = Head([LinearSVC(random_state=0)]).fit([X], y, documents)
    before = head.predict_proba([X])
    head.calibrate([X], y, np.zeros(100, dtype=np.int64))
    assert np.array_equal(head.predict_proba([X]), before)


def test_a_coder_is_calibrated_on_other_documents(constructed: Corpus) -> None:
    passages = constructed.passages
    last = passages["document"].unique(maintain_order=True).tail(60)
    apart = pl.col("document").is_in(last.implode())
    coder = PassageCoder().fit(passages.filter(~apart), constructed.gold)
    was, named = [h.threshold_ for h in coder.target_heads_], coder.coder
    coder.calibrate(passages.filter(apart), constructed.gold)
    assert [h.threshold_ for h in coder.target_heads_] != was
    assert coder.coder != named
    with pytest.raises(ValueError, match="found 0 coded passages"):
        coder.calibrate(passages.head(0), constructed.gold)
