import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stance import InputError
from stance._paths import data_folder
from stance.actors import actor_codes, states
from stance.voices import (
    Names,
    bare_letters,
    bare_words,
    find_mentions,
    find_named,
    load_names,
    replace_mentions,
)

LISTED: dict[str, dict[str, list[str]]] = tomllib.loads(
    (data_folder() / "names.toml").read_text("utf-8")
)
STATES = [
    (name, actor)
    for actor, en, fr in states().select("actor", "en", "fr").iter_rows()
    for name in (*en, *fr)
]
ALL = STATES + [
    (name, actor) for actor, entry in LISTED.items() for names in entry.values() for name in names
]
FILLER = [
    "the road to",
    "; il pleut.\n",
    "½ Maß in İzmir ½",
    "« Œuvre »",
    "ﬁn, 𝒜",
    "…",
    "1960–61 (",
    "e\u0301t",
]


def actors(text: str, names: Names | None = None) -> list[str]:
    return [mention.actor for mention in find_mentions(text, names)]


def words(text: str, names: Names | None = None) -> list[str]:
    return [text[m.start : m.end] for m in find_mentions(text, names)]


def test_a_text_without_actors_names_nobody() -> None:
    assert find_mentions("") == []
    assert find_mentions("A bridge was opened; il a plu toute la nuit.") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("South Sudan", ["SSD"]),
        ("Sudan", ["SDN"]),
        ("Guinée équatoriale, Guinée-Bissau, Guinée", ["GNQ", "GNB", "GIN"]),
        ("Papouasie-Nouvelle-Guinée", ["PNG"]),
        ("Niger and Nigeria", ["NER", "NGA"]),
        ("the Dominican Republic", ["DOM"]),
        ("la République démocratique du Congo, la République du Congo", ["COD", "COG"]),
    ],
)
def test_the_longest_name_wins(text: str, expected: list[str]) -> None:
    assert actors(text) == expected


def test_a_name_that_breaks_off_does_not_hide_a_shorter_one() -> None:
    assert actors("South Sudan, South of Sudan") == ["SSD", "SDN"]
    assert actors("la République démocratique, le Togo") == ["TGO"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Un pays au nom de l’UN", ["UN"]),
        ("Au Mali, sommet de l’AU", ["MLI", "AU"]),
        ("The US told us", ["USA"]),
        ("Turkey ate a turkey", ["TUR"]),
        ("Polish the Polish silver", ["POL", "POL"]),
        ("polish the silver of France, not of france", ["FRA"]),
    ],
)
def test_capitals_count_where_the_list_has_them(text: str, expected: list[str]) -> None:
    assert actors(text) == expected


@pytest.mark.parametrize(
    "text",
    ["Côte d’Ivoire", "Côte d'Ivoire", "Cote d’Ivoire", "COTE D'IVOIRE", "CÔTE D’IVOIRE"],
)
def test_accents_apostrophes_and_case_within_words_do_not_matter(text: str) -> None:
    assert actors(f"La {text} répond.") == ["CIV"]
    assert words(f"La {text} répond.") == [text]


def test_a_seat_of_government_is_its_state() -> None:
    text = "Le Quai d’Orsay, le Quai d'Orsay et le Kremlin se taisent."
    assert actors(text) == ["FRA", "FRA", "RUS"]
    assert words(text)[0] == "Quai d’Orsay"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("une ministre française et des soldats français", ["FRA", "FRA"]),
        ("Les Français, l’armée malienne, des élus nigériens", ["FRA", "MLI", "NER"]),
        ("la Sénégalaise", ["SEN"]),
        ("les autorités burkinabè, burkinabé ou burkinabe", ["BFA", "BFA", "BFA"]),
    ],
)
def test_french_demonyms_need_no_capital(text: str, expected: list[str]) -> None:
    assert actors(text) == expected


def test_a_name_is_not_found_within_a_word() -> None:
    assert actors("Francemental, unfranced, Malinese, Chadwick") == []


def test_a_name_may_be_broken_over_lines() -> None:
    assert words("in South\nAfrica") == ["South\nAfrica"]


def test_a_name_ends_with_its_sentence() -> None:
    assert actors("They went South. Africa waited.") == ["AFRICA"]


def test_a_name_does_not_reach_into_the_next_text() -> None:
    several = ["They went South", "Africa waited", "United", "Nations"]
    assert [n.actor for n in find_named(bare_words(several), several)] == ["AFRICA"]


def test_every_actor_of_the_list_is_known() -> None:
    assert set(LISTED) <= actor_codes()


def test_every_state_is_found_by_its_names() -> None:
    found = {actor for name, actor in ALL if actors(name) == [actor]}
    assert set(states()["actor"]) <= found


def test_every_name_is_found_or_is_of_two_actors() -> None:
    """Told by spelling: left out where the same letters name another; the list's before a state's."""
    owners: dict[str, set[str]] = {}
    for entry_actor, entry in LISTED.items():
        for name in (name for names in entry.values() for name in names):
            owners.setdefault(bare_letters(name), set()).add(entry_actor)
    own = set(owners)
    for name, actor in STATES:
        if bare_letters(name) not in own:
            owners.setdefault(bare_letters(name), set()).add(actor)
    for name, _ in ALL:
        named = owners[bare_letters(name)]
        assert actors(name) == (sorted(named) if len(named) == 1 else []), name


def test_no_actor_loses_its_first_name() -> None:
    first = {actor: next(iter(entry.values()))[:1] for actor, entry in LISTED.items()}
    assert [name for actor, own in first.items() for name in own if actors(name) != [actor]] == []


listed = st.sampled_from([(name, actor) for name, actor in ALL if actors(name) == [actor]])
texts = st.lists(
    st.one_of(st.text(max_size=8), st.sampled_from([name for name, _ in ALL])), max_size=8
)
pieces = st.lists(st.tuples(st.sampled_from(FILLER), listed), max_size=6)


@given(pieces, st.sampled_from(FILLER))
def test_offsets_give_the_words_back(parts: list[tuple[str, tuple[str, str]]], end: str) -> None:
    text, places = "", []
    for filler, (name, actor) in parts:
        text += f"{filler} "
        places.append((len(text), name, actor))
        text += f"{name} "
    text += end
    mentions = find_mentions(text)
    assert [m.actor for m in mentions] == [actor for *_, actor in places]
    for mention, (start, name, _) in zip(mentions, places, strict=True):
        found = text[mention.start : mention.end]
        assert text.find(found, start) == mention.start
        assert found in name
        assert bare_letters(name).strip(" .()").startswith(bare_letters(found))


@given(texts)
def test_what_is_found_is_found_again_by_itself(parts: list[str]) -> None:
    text, last = " ".join(parts), 0
    for start, end, actor in find_mentions(text):
        assert last <= start < end <= len(text)
        last = end
        assert find_mentions(text[start:end]) == [(0, end - start, actor)]


@given(st.lists(texts.map(" ".join), max_size=4))
def test_many_texts_are_read_as_each_by_itself(several: list[str]) -> None:
    bare = bare_words(several)
    found = [(bare.rows[n.first], n.actor, n.size) for n in find_named(bare, several)]
    alone = [
        (row, m.actor, len(bare_words([text[m.start : m.end]]).each))
        for row, text in enumerate(several)
        for m in find_mentions(text)
    ]
    assert found == alone


@given(st.text())
def test_bare_letters_keep_the_number_of_code_points(text: str) -> None:
    assert len(bare_letters(text)) == len(text)


@given(st.text(), st.text())
def test_bare_letters_look_at_one_code_point_at_a_time(text: str, other: str) -> None:
    assert bare_letters(text + other) == bare_letters(text) + bare_letters(other)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Côte", "cote"),
        ("ÉTOUDI", "etoudi"),
        ("İzmir", "izmir"),
        ("d’Orsay", "d’orsay"),
        ("ß", "ß"),
    ],
)
def test_bare_letters_by_hand(text: str, expected: str) -> None:
    assert bare_letters(text) == expected


@pytest.mark.parametrize("text", ["ℂ", "№", "ᴺ", "𝐀"])
def test_bare_letters_are_lower_case(text: str) -> None:
    assert bare_letters(text) == bare_letters(text).lower()


def test_names_are_replaced() -> None:
    text = "La Chine et le Ghana saluent la Chine."
    assert replace_mentions(text, {"CHN": "X"}) == "La X et le Ghana saluent la X."
    assert replace_mentions(text, {"CHN": "X"}, "Y") == "La X et le Y saluent la X."
    assert replace_mentions(text, {}) == text
    assert replace_mentions("nobody", {}, "Y") == "nobody"


@given(texts)
def test_nothing_but_names_is_replaced(parts: list[str]) -> None:
    text = " ".join(parts)
    kept, last = [], 0
    for start, end, _ in find_mentions(text):
        kept += [text[last:start]]
        last = end
    assert replace_mentions(text, {}, "\0") == "\0".join([*kept, text[last:]])


OWN = """
[MOON]
names_en = ["Moon Republic", "Old Harbour", "MR", "Selenia"]
demonyms_fr = ["lunaire"]
[MARS]
seats_en = ["Old Harbour", "Old Harbour Palace"]
names_de = []
"""


@pytest.fixture
def own(tmp_path: Path) -> Names:
    file = tmp_path / "names.toml"
    file.write_text(OWN, "utf-8")
    return load_names(file)


def test_names_of_ones_own(own: Names) -> None:
    text = "The Moon Republic (MR), a lunaire state; Mr Selenia, not selenia."
    assert words(text, own) == ["Moon Republic", "MR", "lunaire", "Selenia"]
    assert set(actors(text, own)) == {"MOON"}
    assert actors(text) == []


def test_a_name_of_two_actors_is_left_out(own: Names) -> None:
    assert actors("Old Harbour fell.", own) == []
    assert actors("Old Harbour Palace fell.", own) == ["MARS"]


def test_states_are_named_beside_names_of_ones_own(own: Names) -> None:
    assert actors("Ghana recognised the Moon Republic.", own) == ["GHA", "MOON"]
    assert "Accra" in words("Accra")
    assert words("Accra", own) == []


def test_a_name_of_the_list_is_no_longer_the_states(tmp_path: Path) -> None:
    file = tmp_path / "names.toml"
    file.write_text('[GEORGIA_US]\nnames_en = ["Georgia"]\n', "utf-8")
    assert actors("Georgia") == ["GEO"]
    assert actors("Georgia, Géorgie", load_names(file)) == ["GEORGIA_US", "GEO"]


def test_letters_alone_decide_whether_names_are_the_same(tmp_path: Path) -> None:
    file = tmp_path / "names.toml"
    file.write_text('[A]\nnames_en = ["Saint-Élie"]\n[B]\nnames_fr = ["saint elie"]\n', "utf-8")
    assert actors("Saint-Élie", load_names(file)) == []


@pytest.mark.parametrize("field", ["nicknames_en", "names", "en", "name_en"])
def test_a_wrong_field_is_told(tmp_path: Path, field: str) -> None:
    file = tmp_path / "names.toml"
    file.write_text(f'[MOON]\n{field} = ["Selenia"]\n', "utf-8")
    with pytest.raises(InputError, match=rf"names\.toml MOON\.{field}: .*demonyms_en"):
        load_names(file)


def test_a_file_that_is_no_toml_is_told(tmp_path: Path) -> None:
    (tmp_path / "names.toml").write_text("[MOON\n", "utf-8")
    for file in (tmp_path / "names.toml", tmp_path / "none.toml"):
        with pytest.raises(InputError, match="names in TOML"):
            load_names(file)


@pytest.mark.parametrize(
    "content",
    [
        '[MOON]\nnames_en = "Selenia"',
        "[MOON]\nnames_en = [3]",
        '[MOON]\nnames_en = [""]',
        'MOON = ["Selenia"]',
    ],
    ids=["text", "number", "empty", "no table"],
)
def test_names_that_are_no_list_of_words_are_told(tmp_path: Path, content: str) -> None:
    file = tmp_path / "names.toml"
    file.write_text(content, "utf-8")
    with pytest.raises(InputError, match="MOON"):
        load_names(file)
