"""The plan the constructed corpus was written to: what a user may rely on."""

import re
from collections import Counter

import polars as pl
import pytest

from stance.corpus import Corpus, corpus_stats, near_duplicates

NONE = "(none)"


@pytest.fixture(scope="module")
def counts(constructed: Corpus) -> dict[str, dict[str, int]]:
    """Codes of the gold coding by language."""
    table: dict[str, dict[str, int]] = {}
    for code, lang, n in corpus_stats(constructed).iter_rows():
        table.setdefault(code, {})[lang] = n
    return table


def test_half_french_half_english(constructed: Corpus) -> None:
    languages = Counter(constructed.passages["lang"])
    assert constructed.passages.height >= 640
    assert constructed.documents.height >= 120
    assert set(languages) == {"en", "fr"}
    assert abs(languages["en"] - languages["fr"]) <= 0.05 * constructed.passages.height


def test_every_cell_of_target_stance_and_language_is_filled(
    constructed: Corpus, counts: dict[str, dict[str, int]]
) -> None:
    thin = {
        (target, stance, lang): counts[f"{target}:{stance}"][lang]
        for target in constructed.codebook.target_codes
        for stance in constructed.codebook.stance_codes
        for lang in ("en", "fr")
        if counts[f"{target}:{stance}"][lang] < 20
    }
    assert not thin


def test_a_quarter_has_no_target_in_either_language(
    constructed: Corpus, counts: dict[str, dict[str, int]]
) -> None:
    for lang in ("en", "fr"):
        passages = constructed.passages.filter(pl.col("lang") == lang).height
        assert counts[NONE][lang] >= 0.25 * passages


def test_every_frame_and_facet_is_there(
    constructed: Corpus, counts: dict[str, dict[str, int]]
) -> None:
    book = constructed.codebook
    assert not {f: counts[f] for f in book.frame_codes if sum(counts[f].values()) < 50}
    for target in book.target_codes:
        for facet in book.facets_of(target):
            assert sum(counts[f"{target}/{facet}"].values()) >= 20, facet


def test_no_two_passages_say_nearly_the_same(constructed: Corpus) -> None:
    assert near_duplicates(constructed.passages).is_empty()


def test_twelve_genres_in_both_languages_over_seven_decades(constructed: Corpus) -> None:
    documents = constructed.documents
    assert documents.group_by("lang").agg(pl.col("genre").n_unique())["genre"].to_list() == [12, 12]
    decades = documents["date"].cast(pl.String).str.slice(0, 3).unique().to_list()
    assert set(decades) >= {"196", "197", "198", "199", "200", "201", "202"}


def test_print_has_its_own_marks(constructed: Corpus) -> None:
    for key, lang, text in constructed.passages.select("passage", "lang", "text").iter_rows():
        assert not re.search(r"""['"]""", text), key
        if lang == "fr":
            assert not re.search(r"«(?!\u202f)|(?<!\u202f)»|(?<!\u202f)[;?!]", text), key
