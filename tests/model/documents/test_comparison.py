"""Test a comparison of scenarios: verdict, pictures, workbook and page of paper, with up to eight of them."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from typing import Any

import pypdf
import pytest

from model.budget.budget import budget
from model.documents.comparison import Compared, Side
from model.documents.comparison_book import comparison_book
from model.documents.comparison_charts import (
    DOTS,
    amount_axis,
    goals_chart,
    money_chart,
    often_chart,
    twentieths,
)
from model.documents.comparison_sheet import comparison_sheet
from model.documents.palette import DARK, LIGHT
from model.documents.pictures import Picture, on_paper
from model.goals.evaluate import evaluate_goals
from model.goals.results import suppress
from model.scenario.scenario import Scenario, municipality_of
from model.simulation.simulate import baseline, simulate
from model.uncertainty.comparison import over_draws
from model.uncertainty.draws import draws_for
from model.uncertainty.end_values import BUDGET
from tests.model.documents.cases import MADE_ON, needs_office, sheets
from tests.model.documents.test_workbook import formulas, poisoned

PLACES = (100, 120, 160, 180, 200, 250, 300)


def side(name: str, scenario: Scenario) -> Side:
    before = baseline(municipality_of(scenario), scenario)
    after = simulate(municipality_of(scenario), scenario) if scenario.changes else before
    return Side(name, scenario, suppress(evaluate_goals(after, before)), budget(after, before))


def compared_over_draws(sides: tuple[Side, ...], language: str = "da") -> Compared:
    without = Compared(sides, language)
    keys = {
        goal.key: goal.first.direction
        for goal in without.goals()
        if goal.first.direction != "watch" and not goal.suppressed
    }
    draws = draws_for(municipality_of(sides[0].scenario), count=6, seed=3)
    return Compared(sides, language, over_draws(draws, [s.scenario for s in sides], keys))


@pytest.fixture(scope="module")
def eight() -> Compared:
    """Seven sizes of one proposal and none of it."""
    plain = Scenario(name="x", municipality="ballerup")
    sides = [side("Uden ændringer", plain)]
    sides += [side(f"Forslag <{n}>", plain.with_change("firm_places", float(n))) for n in PLACES]
    return compared_over_draws(tuple(sides))


@pytest.fixture(scope="module")
def two(eight: Compared) -> Compared:
    """Two of them."""
    return compared_over_draws((eight.sides[0], eight.sides[-1]))


def with_first(compared: Compared, **first: tuple[float, ...]) -> Compared:
    """The comparison with other shares of who is best, by goal number or for the money."""
    assert compared.shares is not None
    numbers = {f"goal{goal.goal.number}": goal.key for goal in compared.goals()} | {"money": BUDGET}
    shares = dict(compared.shares)
    for name, won in first.items():
        pairs = {(a, b): won[a] for a in range(len(won)) for b in range(len(won)) if a != b}
        shares[numbers[name]] = replace(shares[numbers[name]], first=won, better=pairs, draws=100)
    return Compared(compared.sides, compared.language, shares)


ALL_EQUAL = {f"goal{n}": (0.0, 0.0) for n in range(1, 6)}


def test_who_is_first_adds_up_with_equal_and_fits_the_pairs(two: Compared) -> None:
    assert two.shares is not None
    for found in two.shares.values():
        assert sum(found.first) + found.equal == pytest.approx(1.0)
        assert found.first == (found.better[0, 1], found.better[1, 0])


def test_the_verdict_names_who_is_cheapest_with_its_count_and_who_is_best(two: Compared) -> None:
    found = with_first(two, **{**ALL_EQUAL, "goal3": (0.0, 0.95)}, money=(0.93, 0.0)).verdict
    assert len(found) == 2
    assert "»Uden ændringer« er billigst i 93 af 100 beregninger" in found[0]
    assert "»Forslag <300>« er bedst på mål 3" in found[0]
    assert found[1] == "Lige på mål 1, 2, 4 og 5."


def test_the_verdict_calls_nobody_cheapest_where_the_draws_disagree(two: Compared) -> None:
    found = " ".join(with_first(two, **ALL_EQUAL, money=(0.73, 0.2)).verdict)
    assert "er billigst i" not in found
    assert "ikke afgjort, hvad der er billigst (»Uden ændringer« i 73 af 100 beregninger)" in found


def test_the_verdict_says_equal_where_all_is_equal(two: Compared) -> None:
    found = with_first(two, **ALL_EQUAL, money=(0.0, 0.05)).verdict
    assert found == ("Forslagene er lige på alle mål og på udgiften.",)


def test_nobody_is_cheapest_where_a_lever_has_no_price(two: Compared) -> None:
    unpriced = replace(two.sides[1].budget, unpriced=("fleksjob_openings",))
    sides = (two.sides[0], replace(two.sides[1], budget=unpriced))
    found = with_first(Compared(sides, "da", two.shares), **ALL_EQUAL, money=(1.0, 0.0))
    words = " ".join(found.verdict)
    assert "er billigst i" not in words
    assert "pris" in words


def test_a_verdict_has_at_most_two_sentences(eight: Compared) -> None:
    assert 1 <= len(eight.verdict) <= 2
    assert Compared(eight.sides, "da").verdict == (), "nothing is known before the draws are run"


def test_every_goal_has_a_mark_of_each_of_eight_within_its_own_scale(eight: Compared) -> None:
    table, _ = goals_chart(eight, LIGHT)
    rows = table.to_pylist()
    dots = [row for row in rows if row["kind"] == "dot"]
    assert len(dots) == len(PLACES) * len(eight.goals()), "without changes is a line, not a mark"
    assert len({row["y"] for row in dots}) == len(dots), "no mark covers another"
    assert len([row for row in rows if row["kind"] == "now"]) == len(eight.goals())
    assert len([row for row in rows if row["kind"] == "target"]) == sum(
        goal.first.target is not None for goal in eight.goals()
    )
    whiskers = [row for row in rows if row["kind"] == "whisker"]
    assert len(whiskers) == len(dots)
    assert all(0.0 <= row[x] <= 1.0 for row in whiskers for x in ("x", "x2"))
    assert all(row["x"] <= row["x2"] for row in whiskers)


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_the_pictures_are_drawn_with_eight(eight: Compared, palette: Any) -> None:
    for table, spec in (
        goals_chart(eight, palette, legend=True),
        money_chart(eight, palette, 300.0, legend=True),
        often_chart(eight, palette, legend=True),
    ):
        drawn = Picture("n", "s", on_paper(spec, table)).svg
        assert drawn.count("<path") > len(PLACES)


def test_no_axis_repeats_a_zero_where_nothing_is_changed(eight: Compared) -> None:
    plain = eight.sides[0]
    table, spec = money_chart(Compared((plain, plain), "da"), LIGHT, 300.0)
    said = re.findall(r">([^<>]*\d[^<>]*)</text>", Picture("n", "s", on_paper(spec, table)).svg)
    ticks = [words for words in said if not re.fullmatch(r"20\d\d", words)]
    assert len(ticks) == len(set(ticks)) > 2
    assert all(re.fullmatch(r"[−-]?\d(,\d)?", words) for words in ticks), ticks
    assert amount_axis([0.0], [1e-9]) == (-1.0, 1.0)
    assert amount_axis([-40.0], [5.0])[0] < -40.0


def test_twenty_dots_are_twenty(eight: Compared) -> None:
    assert twentieths([0.9, 0.06, 0.04]) == [18, 1, 1]
    assert twentieths([1 / 3, 1 / 3, 1 / 3]) == [7, 7, 6]
    assert twentieths([0.0, 1.0]) == [0, DOTS]
    bars = [row for row in often_chart(eight, LIGHT)[0].to_pylist() if row["kind"] == "bar"]
    assert sum(row["x2"] - row["x"] for row in bars) == pytest.approx(len(eight.told))


def test_what_is_too_small_is_in_no_picture_and_no_file() -> None:
    from model.language.catalogue import text
    from tests.model.disclosure_everywhere.cases import YOUNG, plan

    found = compared_over_draws((side("A", plan("laesoe")), side("B", plan("laesoe", meetings=4.0))))
    hidden = next(goal for goal in found.goals() if goal.key == YOUNG)
    rows = goals_chart(found, LIGHT)[0].to_pylist()
    tops = [row["y"] for row in rows if row["kind"] == "title"]
    top = tops[[goal.key for goal in found.goals()].index(YOUNG)]
    later = [y for y in tops if y > top]
    inside = [row for row in rows if row["y"] >= top and (not later or row["y"] < min(later))]
    assert {row["kind"] for row in inside} == {"title", "note"}
    title = hidden.title("da")
    book = sheets(comparison_book(found), values=True)["Mål"]
    row = next(cells for cells in book.iter_rows(values_only=True) if cells[0] == title)
    assert set(row[3:]) <= {None, text("disclosure.not_shown", "da")}


@needs_office
def test_the_workbooks_formulas_give_the_apps_figures(eight: Compared, office: Any) -> None:
    made = comparison_book(eight, made_on=MADE_ON)
    live = formulas(made)
    years = len(eight.years)
    assert len([1 for name, _ in live if name == "Udgift"]) == len(eight.sides) * (years + 1)
    assert len([1 for name, _ in live if name == "Skydere"]) == len(eight.sides)
    kept = sheets(made, values=True)
    again = sheets(office(poisoned(made), "xlsx", "xlsx"), values=True)
    for name, cell in live:
        assert again[name][cell].value == pytest.approx(kept[name][cell].value, rel=1e-9, abs=1e-6), (
            name,
            cell,
        )
    totals = [row[4] for row in kept["Udgift"].iter_rows(values_only=True) if row[1] == "I alt"]
    assert totals == pytest.approx([amount.central for amount in eight.totals])
    heads = [cell.value for cell in kept["Mål"][1]]
    assert all(one.name in heads for one in eight.sides)
    assert eight.verdict[0] in [row[1] for row in kept["Læs først"].iter_rows(values_only=True)]


def test_the_page_of_paper_is_one_tagged_page(eight: Compared) -> None:
    reader = pypdf.PdfReader(io.BytesIO(comparison_sheet(eight, made_on=MADE_ON)))
    assert len(reader.pages) == 1
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"].value is True
    words = " ".join(reader.pages[0].extract_text().split())
    for one in eight.sides:
        assert one.name in words
    for sentence in eight.verdict:
        assert sentence[:40] in words
    assert eight.shares is not None
    assert len(eight.shares[BUDGET].years) == len(eight.sides)
