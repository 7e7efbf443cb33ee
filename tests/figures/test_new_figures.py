"""Networks, trends and curves: what is drawn is what the tables hold."""

from itertools import combinations
from typing import Any

import numpy as np
import polars as pl
import pytest
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from stance import figures, framing
from stance.codebook import Codebook
from stance.figures import _style as style

EDGE = {"source": pl.String, "evaluation": pl.String, "actor": pl.String, "code": pl.String}
NUMBERS = {"estimate": pl.Float64, "low": pl.Float64, "high": pl.Float64}


def edges(*rows: tuple[Any, ...], by: str | None = "period") -> pl.DataFrame:
    """Rows of (period, source, evaluation, actor, estimate, low), the period only with `by`."""
    full = [
        (*r[:-2], f"{r[-4]}:{r[-3]}" if by is None else f"{r[2]}:{r[3]}", *r[-2:], 1.0)
        for r in rows
    ]
    return pl.DataFrame(full, schema=({by: pl.String} if by else {}) | EDGE | NUMBERS, orient="row")


@pytest.fixture
def two_periods() -> pl.DataFrame:
    return edges(
        ("early", "hill", "blame", "shore", 0.40, 0.30),
        ("early", "hill", "praise", "shore", 0.20, 0.10),
        ("early", "shore", "blame", "mayor", 0.10, 0.05),
        ("late", "hill", "praise", "hill", 0.30, 0.20),
        ("late", "shore", "blame", "hill", 0.05, 0.00),
        ("late", "shore", "praise", "mayor", 0.005, 0.001),
        ("late", "shore", "praise", "council", 0.004, 0.001),
        ("late", "shore", "blame", "mayor", None, None),
    )


def marked(ax: Axes) -> list[tuple[str, Artist]]:
    return [(a.get_gid(), a) for a in ax.get_children() if a.get_gid()]


def by_gid(ax: Axes) -> dict[str, Any]:
    found = marked(ax)
    assert len({gid for gid, _ in found}) == len(found), "a gid twice"
    return dict(found)


def arrows(ax: Axes) -> dict[str, Any]:
    return {g: a for g, a in by_gid(ax).items() if not g.startswith(("head ", "node "))}


def overlapping(figure: Figure) -> list[tuple[str, str]]:
    """Pairs of texts in a panel, its title and tick labels among them, that cover each other."""
    figure.draw_without_rendering()
    pairs = []
    for ax in figure.axes:
        ticks = [*ax.get_xticklabels(), *ax.get_yticklabels()] if ax.axison else []
        texts = [*ax.texts, ax.title, ax._left_title, *ticks]
        boxes = [(t.get_text(), t.get_window_extent()) for t in texts if t.get_text()]
        pairs += [(a, b) for (a, p), (b, q) in combinations(boxes, 2) if p.overlaps(q)]
    return pairs


def legend_texts(figure: Figure) -> list[str]:
    return [t.get_text() for legend in figure.legends for t in legend.texts]


# ------------------------------------------------------------------------------------- network


def test_each_sure_edge_is_drawn_once(two_periods: pl.DataFrame) -> None:
    figure = figures.network(two_periods)
    early, late = figure.axes
    assert [ax.get_title(loc="left") for ax in figure.axes] == ["early", "late"]
    assert set(arrows(early)) == {"hill blame:shore", "hill praise:shore", "shore blame:mayor"}
    assert set(arrows(late)) == {"hill praise:hill"}, "not: reaches 0, below 1 %, unknown"
    heads = {gid.removeprefix("head ") for gid in by_gid(early) if gid.startswith("head ")}
    assert heads == set(arrows(early))
    lower = figures.network(two_periods, least=0.001)
    assert set(arrows(lower.axes[1])) == {
        "hill praise:hill",
        "shore praise:mayor",
        "shore praise:council",
    }


def test_a_period_without_a_sure_edge_has_no_panel(two_periods: pl.DataFrame) -> None:
    unsure = two_periods.filter((pl.col("period") == "early") | (pl.col("actor") != "hill"))
    (ax,) = figures.network(unsure).axes
    assert ax.get_title(loc="left") == "early"
    nothing = two_periods.filter(pl.col("estimate").is_null())
    assert len(figures.network(nothing).axes) == 1


def test_widths_grow_with_the_estimate(two_periods: pl.DataFrame) -> None:
    drawn = arrows(figures.network(two_periods).axes[0])
    width = {gid: drawn[gid].get_linewidth() for gid in drawn}
    step = (width["hill blame:shore"] - width["hill praise:shore"]) / 0.20
    assert (width["hill praise:shore"] - width["shore blame:mayor"]) / 0.10 == pytest.approx(step)
    assert width["hill blame:shore"] <= 4.5


def test_praise_and_blame_differ_in_colour_and_line(two_periods: pl.DataFrame) -> None:
    drawn = arrows(figures.network(two_periods).axes[0])
    praise, blame = drawn["hill praise:shore"], drawn["hill blame:shore"]
    assert to_hex(praise.get_edgecolor()) == style.SIDES[1]
    assert to_hex(blame.get_edgecolor()) == style.SIDES[-1]
    assert praise.get_linestyle() != blame.get_linestyle()


def test_arrows_point_at_the_actor(two_periods: pl.DataFrame) -> None:
    figure = figures.network(two_periods)
    figure.draw_without_rendering()
    ax = figure.axes[0]
    places = {g.removeprefix("node "): a for g, a in by_gid(ax).items() if g.startswith("node ")}
    places = {node: line.get_xydata()[0] for node, line in places.items()}
    for gid in arrows(ax):
        speaker, actor = gid.split()[0], gid.split(":")[1]
        corners = by_gid(ax)[f"head {gid}"].get_path().vertices[3:6]  # after the curve it ends
        assert np.linalg.norm(corners - places[actor], axis=1).min() < 0.15
        assert np.linalg.norm(corners - places[speaker], axis=1).min() > 0.8


def test_nodes_keep_their_places_sources_first(two_periods: pl.DataFrame) -> None:
    figure = figures.network(two_periods, least=0.001)
    places = [
        {g: a.get_xydata()[0].tolist() for g, a in marked(ax) if g.startswith("node ")}
        for ax in figure.axes
    ]
    assert places[0] == places[1]
    assert list(places[0]) == ["node hill", "node shore", "node mayor", "node council"]
    assert np.hypot(*np.array(list(places[0].values())).T) == pytest.approx(1)
    order = ["mayor", "shore", "council", "hill", "nobody"]
    chosen = figures.network(two_periods, least=0.001, nodes=order).axes[0]
    assert [g for g, _ in marked(chosen) if g.startswith("node ")] == [f"node {n}" for n in order]


def test_no_two_edges_of_a_pair_cover_each_other() -> None:
    pairs = [("hill", "shore"), ("shore", "hill")]
    table = edges(
        *(("all", s, e, a, 0.2, 0.1) for s, a in pairs for e in ("praise", "blame")),
        ("all", "hill", "blame", "mayor", 0.2, 0.1),
    )
    figure = figures.network(table)
    figure.draw_without_rendering()
    drawn = {g: a for g, a in arrows(figure.axes[0]).items() if "mayor" not in g}
    middles = [a.get_path().interpolated(2).vertices.mean(axis=0) for a in drawn.values()]
    assert len(middles) == 4
    assert min(np.linalg.norm(p - q) for p, q in combinations(middles, 2)) > 0.03


def test_a_network_speaks_french_and_calls_nodes_by_name(two_periods: pl.DataFrame) -> None:
    figure = figures.network(two_periods, lang="fr", names={"hill": "La Colline"})
    assert "La Colline" in [t.get_text() for t in figure.axes[0].texts]
    found = legend_texts(figure)
    assert {"Éloge", "Blâme", "locuteur", "seulement évoqué"} <= set(found)
    assert "20\u202f% des passages d’un locuteur" in found


def test_labels_of_a_full_network_stay_apart() -> None:
    nodes = [
        f"Region of the {word}" for word in ("North", "South", "East", "West", "Centre", "Sea")
    ]
    nodes += [f"Great Power {i}" for i in range(6)]
    table = edges(
        *(
            (period, source, "blame", actor, 0.1, 0.05)
            for period in ("1946–1969", "1970–1991", "1992–2022")
            for source in nodes[:6]
            for actor in nodes[::5] + nodes[6:]
        )
    )
    for lang in ("en", "fr"):
        figure = figures.network(table, lang=lang)
        assert overlapping(figure) == []
        for box in (
            t.get_window_extent() for ax in figure.axes for t in (*ax.texts, ax._left_title)
        ):
            assert figure.bbox.contains(box.x0, box.y0), "cut off"
            assert figure.bbox.contains(box.x1, box.y1), "cut off"
    with pytest.raises(ValueError, match="13 nodes; expected at most 12"):
        figures.network(table, nodes=[*nodes, "one more"])


def test_a_network_draws_on_a_part_of_another(two_periods: pl.DataFrame) -> None:
    whole = Figure(layout="constrained")
    left, right = whole.subfigures(1, 2)
    assert figures.network(two_periods, on=left) is whole
    assert [t.get_text() for t in left.legends[0].texts][:1] == ["Praise"]
    ax = right.add_subplot()
    late = two_periods.filter(pl.col("period") == "late").drop("period")
    assert figures.network(late, on=ax) is whole
    assert set(arrows(ax)) == {"hill praise:hill"}
    with pytest.raises(ValueError, match="2 panels"):
        figures.network(two_periods, on=ax)


def test_what_a_network_cannot_draw_is_named(two_periods: pl.DataFrame) -> None:
    with pytest.raises(ValueError, match="evaluation 'praise'; expected one of"):
        figures.network(two_periods, codebook=_without_praise())
    with pytest.raises(ValueError, match=r"groups \['period', 'source'\]"):
        figures.network(two_periods, by="year")
    with pytest.raises(ValueError, match="edge of 'shore'"):
        figures.network(two_periods, nodes=["hill", "mayor"])
    empty = figures.network(two_periods.drop("period").head(0))
    assert by_gid(empty.axes[0]) == {}


def _without_praise() -> Codebook:
    from stance.codebook import load_codebook

    book = load_codebook()
    kept = [e for e in book.evaluations if e.code != "praise"]
    return Codebook.model_validate(
        book.model_dump() | {"evaluations": [e.model_dump() for e in kept]}
    )


def test_the_table_of_the_measure_is_drawn_as_it_is() -> None:
    blame = [{"actor": "RUS", "evaluation": "blame", "targets": ["sovereignty"]}]
    codings = pl.DataFrame(
        {
            "passage": ["a", "b", "c", "d"],
            "document": ["1", "2", "3", "4"],
            "period": ["early", "early", "late", "late"],
            "group": ["west", "west", "east", "west"],
            "actors": [blame, blame, blame, blame],
        }
    )
    table = framing.network(codings, "group", "period", resamples=20)
    early, late = figures.network(table).axes
    assert set(arrows(early)) == {"west blame:RUS"}
    assert set(arrows(late)) == {"west blame:RUS", "east blame:RUS"}


# --------------------------------------------------------------------------------------- trend


YEARLY = {"year": pl.Int32, "code": pl.String} | NUMBERS | {"method": pl.String}


@pytest.fixture
def yearly() -> pl.DataFrame:
    rows = [
        (1972, "sovereignty", 0.4, 0.3, 0.5, "ppi"),
        (1960, "sovereignty", 0.1, 0.05, 0.2, "ppi"),
        (1961, "sovereignty", None, None, None, "ppi"),
        (1960, "sovereignty", 0.3, None, None, "count"),
        (1972, "sovereignty", 0.6, None, None, "count"),
        (1960, "multipolarity", 0.01, 0.00, 0.02, "ppi"),
        (1972, "multipolarity", 0.02, 0.01, 0.03, "ppi"),
    ]
    return pl.DataFrame(rows, schema=YEARLY, orient="row")


@pytest.fixture
def decades() -> pl.DataFrame:
    rows = [
        ("1960s", "sovereignty", 0.2, 0.1, 0.35),
        ("1970s", "sovereignty", 0.5, 0.4, 0.7),
        ("1970s", "multipolarity", None, None, None),
    ]
    schema = {"decade": pl.String, "code": pl.String} | NUMBERS
    return pl.DataFrame(rows, schema=schema, orient="row")


def test_a_trend_is_the_table(yearly: pl.DataFrame, decades: pl.DataFrame) -> None:
    figure = figures.trend(yearly, decades)
    assert [ax.get_title(loc="left") for ax in figure.axes] == ["Sovereignty", "Multipolarity"]
    one = by_gid(figure.axes[0])
    line = one["ppi sovereignty"].get_xydata()
    assert line[:, 0].tolist() == [1960, 1961, 1972]
    assert line[:, 1] == pytest.approx([0.1, np.nan, 0.4], nan_ok=True), "a gap, no bridge"
    assert one["count sovereignty"].get_ydata().tolist() == [0.3, 0.6]
    corners = np.concatenate([p.vertices for p in one["band ppi sovereignty"].get_paths()])
    assert set(corners[:, 1]) == {0.05, 0.2, 0.3, 0.5}
    assert one["1960s sovereignty"].get_xydata().tolist() == [[1964.5, 0.2]]
    assert one["interval 1970s sovereignty"].get_xydata().tolist() == [[1974.5, 0.4], [1974.5, 0.7]]
    assert figure.axes[0].get_ylim()[1] > 0.7
    two = by_gid(figure.axes[1])
    assert "no 1970s multipolarity" in two
    assert "1970s multipolarity" not in two
    assert "not estimable" in legend_texts(figure)


def test_a_trend_speaks_french(yearly: pl.DataFrame, decades: pl.DataFrame) -> None:
    figure = figures.trend(yearly, decades, lang="fr")
    figure.draw_without_rendering()
    first = figure.axes[0]
    assert first.get_title(loc="left") == "Souveraineté"
    assert first.get_ylabel() == "part des passages"
    assert "20\u202f%" in [t.get_text() for t in first.get_yticklabels()]
    found = legend_texts(figure)
    assert "par décennie, intervalle à 95 %" in found
    assert "compte brut (non corrigé)" in found
    assert overlapping(figure) == []


def test_a_trend_of_conditional_codes_says_so(yearly: pl.DataFrame) -> None:
    code = pl.Series(["sovereignty:favor|sovereignty", "security|sovereignty"])
    table = yearly.head(2).with_columns(code=code)
    figure = figures.trend(table)
    titles = [ax.get_title(loc="left") for ax in figure.axes]
    assert titles == ["Sovereignty: Favor", "Security and defence | Sovereignty"]
    said = figure.axes[0].get_ylabel().replace("\n", " ")
    assert said == "share among passages with the target"
    assert legend_texts(figure) == ["corrected, 95 % interval"]


def test_a_trend_draws_on_a_part_of_another(yearly: pl.DataFrame, decades: pl.DataFrame) -> None:
    whole = Figure(layout="constrained")
    left, right = whole.subfigures(1, 2)
    assert figures.trend(yearly, decades, on=left) is whole
    ax = right.add_subplot()
    one = pl.col("code") == "sovereignty"
    assert figures.trend(yearly.filter(one), decades.filter(one), on=ax) is whole
    assert "1960s sovereignty" in by_gid(ax)
    with pytest.raises(ValueError, match="2 panels"):
        figures.trend(yearly, on=ax)
    with pytest.raises(ValueError, match="found decade 'sixties'"):
        figures.trend(yearly, decades.with_columns(decade=pl.lit("sixties")))


# -------------------------------------------------------------------------------------- curves


@pytest.fixture
def learned() -> pl.DataFrame:
    rows = [
        (n, test, code, score, score - 0.05, score + 0.05, 0.9)
        for code in ("macro-F1", "sovereignty")
        for test, top in (("UN", 0.80), ("press", 0.79), ("programmes", 0.795))
        for n, score in ((8900, top), (250, top - 0.4), (1000, top - 0.2))
    ]
    schema = (
        {"n": pl.Int64, "test": pl.String, "code": pl.String} | NUMBERS | {"ceiling": pl.Float64}
    )
    return pl.DataFrame(rows, schema=schema, orient="row")


def test_a_learning_curve_is_the_table(learned: pl.DataFrame) -> None:
    figure = figures.learning(learned)
    first = figure.axes[0]
    assert [ax.get_title(loc="left") for ax in figure.axes] == ["macro-F1", "Sovereignty"]
    assert first.get_xscale() == "log"
    found = by_gid(first)
    line = found["UN macro-F1"].get_xydata()
    assert line[:, 0].tolist() == [250, 1000, 8900]
    assert line[:, 1] == pytest.approx([0.4, 0.6, 0.8])
    corners = np.concatenate([p.vertices for p in found["band UN macro-F1"].get_paths()])
    assert corners[:, 1].max() == pytest.approx(0.85)
    assert found["ceiling UN macro-F1"].get_ydata().tolist() == [0.9] * 3
    assert [t.get_text() for t in first.texts] == ["press", "programmes", "UN"]
    figure.draw_without_rendering()
    assert [t.get_text() for t in first.get_xticklabels()] == ["250", "1000", "8900"]
    assert overlapping(figure) == [], "three ends within a hundredth"


def test_a_learning_curve_speaks_french_and_needs_no_ceiling(learned: pl.DataFrame) -> None:
    with_ceiling = figures.learning(learned, lang="fr")
    assert legend_texts(with_ceiling) == ["plafond\u202f: un codeur contre l’autre"]
    table = learned.filter(pl.col("code") == "macro-F1").drop("ceiling")
    ax = Figure(layout="constrained").add_subplot()
    figure = figures.learning(table, lang="fr", on=ax)
    figure.draw_without_rendering()
    assert not figure.legends
    assert {t.get_text() for t in ax.texts} == {"ONU", "presse", "programmes"}
    assert ax.get_xlabel() == "passages d’apprentissage (échelle log.)"
    assert any("," in t.get_text() for t in ax.get_yticklabels())
    with pytest.raises(ValueError, match="2 panels"):
        figures.learning(learned, on=ax)


def test_ticks_without_room_are_left_out(learned: pl.DataFrame) -> None:
    dense = pl.concat(
        [learned.head(1).with_columns(n=pl.lit(n, pl.Int64)) for n in range(100, 9000, 100)]
    )
    figure = figures.learning(dense)
    figure.draw_without_rendering()
    kept = [t.get_text() for t in figure.axes[0].get_xticklabels()]
    assert kept[-1] == "8900"
    assert 2 < len(kept) < 9
    assert overlapping(figure) == []


@pytest.fixture
def risks() -> pl.DataFrame:
    rows = [
        (coder, share, risk * share, risk * share / 2, risk * share * 2)
        for coder, risk in (("model:full", 0.20), ("model:base", 0.21), ("second coder", 0.205))
        for share in (1.0, 0.5)
    ]
    schema = ["coder", "coverage", "risk", "low", "high"]
    return pl.DataFrame(rows, schema=schema, orient="row")


def test_risk_and_coverage_are_the_table(risks: pl.DataFrame) -> None:
    figure = figures.risk_coverage(risks)
    (ax,) = figure.axes
    found = by_gid(ax)
    assert found["model:full"].get_xydata().tolist() == [[0.5, 0.1], [1.0, 0.2]]
    corners = np.concatenate([p.vertices for p in found["band model:base"].get_paths()])
    assert corners[:, 1].max() == pytest.approx(0.42)
    lines = {found[coder].get_linestyle() for coder in risks["coder"].unique()}
    assert len(lines) == 3, "told apart without colour"
    assert [t.get_text() for t in ax.texts] == ["full", "second coder", "base"]
    assert overlapping(figure) == []


def test_risk_and_coverage_speak_french_on_a_part_of_another(risks: pl.DataFrame) -> None:
    whole = Figure(layout="constrained")
    left, right = whole.subfigures(1, 2)
    assert figures.risk_coverage(risks, on=left, lang="fr") is whole
    ax = right.add_subplot()
    assert figures.risk_coverage(risks, on=ax, lang="fr") is whole
    assert ax.get_ylabel() == "risque\u202f: part d’erreurs"
    assert left.axes[0].get_xlabel() == "couverture\u202f: part des passages codés"


# ----------------------------------------------------------------------------------- multiples


def by_decade(*codes: str, method: str = "ppi", lacking: str = "") -> pl.DataFrame:
    """A share of 0.1, 0.2, ... a code and decade, with 0.05 to either side; some null."""
    rows = [
        (f"{decade}s", code, *((None,) * 3 if code == lacking else (s, s - 0.05, s + 0.05)), method)
        for i, code in enumerate(codes)
        for decade, s in ((1960, 0.1 * (i % 3 + 1)), (1970, 0.2))
    ]
    schema = {"decade": pl.String, "code": pl.String} | NUMBERS | {"method": pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row")


def titles(figure: Figure) -> list[str]:
    return [ax.get_title(loc="left") for ax in figure.axes]


def test_multiples_are_the_table() -> None:
    codes = ["sovereignty/territory", "sovereignty/autonomy", "neocolonialism/domination"]
    raw = by_decade(*codes, method="count")
    figure = figures.multiples(pl.concat([by_decade(*codes, lacking=codes[2]), raw]))
    first, second, third = figure.axes
    assert titles(figure) == [
        "Sovereignty:\nTerritory",
        "Sovereignty:\nAutonomy of choice",
        "Neocolonialism:\nDomination",
    ]
    found = by_gid(second)
    assert found[f"ppi {codes[1]} 0"].get_xydata().tolist() == [[0, 0.2]]
    ends = found[f"interval ppi {codes[1]} 0"].get_xydata()
    assert ends.ravel() == pytest.approx([0, 0.15, 0, 0.25])
    assert found[f"count {codes[1]} 1"].get_marker() == "D"
    assert by_gid(third)[f"ppi {codes[2]} 0"].get_marker() == "x"
    assert first.get_ylim() == second.get_ylim() != third.get_ylim()
    assert [t.get_text() for t in first.get_xticklabels()] == ["1960s", "1970s"]
    assert legend_texts(figure)[-1] == "not estimable"
    assert overlapping(figure) == []


def test_conditions_make_rows_of_multiples(book: Codebook) -> None:
    codes = [f"{frame}|{target}" for frame in book.frame_codes for target in book.target_codes]
    for lang in ("en", "fr"):
        figure = figures.multiples(by_decade(*codes), lang=lang)
        across = len(book.frame_codes)
        rows = [ax.get_ylabel() for ax in figure.axes[::across]]
        assert rows == [book.label(target, lang) for target in book.target_codes]
        assert all(titles(figure)[:across])
        assert not any(titles(figure)[across:])
        last = figure.axes[-1]
        assert [t.get_text() for t in last.get_xticklabels()] == [
            "1960s" if lang == "en" else "années 1960",
            "1970s" if lang == "en" else "années 1970",
        ]
        assert overlapping(figure) == []
        heads = [ax._left_title.get_window_extent() for ax in figure.axes[:across]]
        assert not any(a.overlaps(b) for a, b in combinations(heads, 2))


def test_multiples_need_groups_and_a_whole_table() -> None:
    with pytest.raises(ValueError, match="without groups"):
        figures.multiples(by_decade("sovereignty").drop("decade"))
    with pytest.raises(ValueError, match="3 codes; expected 2 under each"):
        figures.multiples(
            by_decade("security|sovereignty", "legality|sovereignty", "security|multipolarity")
        )
    whole = Figure(layout="constrained")
    assert figures.multiples(by_decade("sovereignty"), on=whole.subfigures(1, 2)[0]) is whole
