"""Test the budget page in Streamlit's own test runner, and its figures against the model's."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from model.budget.amounts import BudgetRanges, total_amount
from model.budget.result import Figures
from model.documents.palette import LIGHT
from model.library.share_link import encode_link
from model.municipality.municipality_list import DATA_VARIABLE
from model.scenario.files import load_scenario
from model.scenario.scenario import Scenario
from pages.session.history import History, Step
from pages.session.session import Session, baseline_scenario
from tests.folders import MAIN, ROOT

pytestmark = pytest.mark.usefixtures("engine")
DOUBLE = ROOT / "scenarios" / "ballerup" / "dobbelt-virksomhedsindsats.yaml"


def account_of(scenario: Scenario, language: str = "da", *, constant: bool = False) -> Any:
    from pages.session.results import runs, scenario_results
    from pages.views.budget.view import BudgetView

    visit = Session(
        History((Step(scenario, "start"),)), token="here", language=language, constant_prices=constant
    )
    return BudgetView(visit, scenario_results(scenario), *runs(scenario))


def shown(cell: str) -> float:
    return float(cell.replace("\u2212", "-").replace(".", "").replace(",", "."))


def test_the_tables_show_the_models_figures() -> None:
    view = account_of(load_scenario(DOUBLE))
    net = view.result.net
    years = view.years()
    assert [row["År (mio. kr.)"] for row in years] == ["2021", "2022", "2023", "2024", "I alt"]
    for row, amount in zip(years, [*net.difference, net.difference.sum()], strict=True):
        assert shown(row["Netto, forskel"]) == pytest.approx(amount / 1e6, abs=0.0501)
        gross, refund = shown(row["Brutto, scenarie"]), shown(row["Refusion, scenarie"])
        assert shown(row["Netto, scenarie"]) == pytest.approx(gross - refund, abs=0.151)
    functions = view.functions()
    assert len(functions) == len(view.result.by_function) + 1
    assert shown(functions[-1]["I alt"]) == pytest.approx(view.result.total_difference / 1e6, abs=0.0501)
    *components, total = view.components()
    assert {row["Pris"] for row in components} == {"antaget", "fra en kilde"}
    assert shown(total["I alt"]) == pytest.approx(view.result.total_difference / 1e6, abs=0.0501)
    assert not view.parts_note()


def test_sums_have_their_ranges_and_no_more_digits_than_these_allow() -> None:
    scenario = load_scenario(DOUBLE)
    view = view_with_ranges(scenario, 15e6, 12.34e6, 9.0e6, 2.0e6, spread=9e6)
    for rows in (view.functions(), view.components()):
        total, ranges = rows[-2:]
        assert [total[name] for name in ("2021", "2022", "I alt")] == ["+15", "+12", "+38"]
        assert ranges["2022"] == "+4 til +20"
        assert ranges["I alt"] == "+6 til +71"
    assert [row["Netto, forskel"] for row in view.years()][:2] == ["+15", "+12"]
    labels = view.kinds(LIGHT)["table"].column("label").to_pylist()
    assert [label for label in labels if label] == ["+15", "+12", "+9", "+2"]
    assert "summen" in view.parts_note()


def test_constant_prices_are_less_than_the_years_own() -> None:
    now, constant = account_of(load_scenario(DOUBLE)), account_of(load_scenario(DOUBLE), constant=True)
    assert constant.difference[0] == now.difference[0]
    assert (np.abs(constant.difference[1:]) < np.abs(now.difference[1:])).all()
    assert "2021" in constant.price_note()


def test_nothing_moved_says_so() -> None:
    view = account_of(baseline_scenario("ballerup", "da"))
    assert view.headline() == "Udgiften er uændret over 4 år."
    assert "Ingen forskel" in view.assumed()


def view_with_ranges(scenario: Scenario, *differences: float, spread: float = 1e6, place: Any = None) -> Any:
    """Return the page's view of a scenario whose net differences per year lie within so much of these."""
    from pages.session.results import runs, scenario_results
    from pages.views.budget.view import BudgetView

    results = scenario_results(scenario)
    spreads = np.linspace(-spread, spread, 101)[:, None]
    budget = replace(
        results.budget,
        net=Figures(np.array(differences) + 1e6, np.full(len(differences), 1e6)),
    )
    fan = SimpleNamespace(ranges=BudgetRanges(np.array(differences) + spreads))
    amount = total_amount(budget, fan.ranges)
    known: Any = replace(
        results, budget=budget, fan=fan, explanation=replace(results.explanation, amount=amount)
    )
    visit = Session(History((Step(scenario, "start"),)), token="here")
    return BudgetView(visit, known, *runs(scenario), place)


def test_one_more_place_costs_what_it_costs_with_its_range() -> None:
    scenario = load_scenario(DOUBLE)

    def told(*of_year: float) -> Any:
        each = np.linspace(*of_year, 101)[:, None]
        return view_with_ranges(scenario, 5e6, place=BudgetRanges(np.repeat(each, 4, axis=1)))

    alone = view_with_ranges(scenario, 5e6)
    assert "(usikkerhed ikke regnet)" in alone.place_sentence()
    assert len(alone.place()) == 5
    both = told(-20_000.0, 60_000.0)
    assert "kan både spare og koste kommunen penge over 4 år" in both.place_sentence()
    assert "fra 60.000\u00a0kr. sparet til 220.000\u00a0kr. dyrere" in both.place_sentence()
    amount = both.place_sentence().split("hovedberegningen: ")[1].split(" dyrere")[0]
    assert both.place()[-2]["I alt"] == f"+{amount}", "one figure, one value"
    assert both.place()[-1]["I alt"] == "−64 til +224 tusind\u00a0kr."
    dearer = told(20_000.0, 21_000.0)
    assert "koster kommunen" in dearer.place_sentence()
    assert "fra 80.200\u00a0kr. dyrere til 83.800\u00a0kr. dyrere" in dearer.place_sentence()


def test_the_headline_turns_where_the_years_do() -> None:
    headline = view_with_ranges(load_scenario(DOUBLE), 5e6, 0.0, -9e6, -20e6).headline()
    assert (
        "Det koster 5,0\u00a0mio.\u00a0kr. mere i 2021 (fra 4,1 dyrere til 5,9 dyrere), men sparer"
        in headline
    )
    assert "antaget" in headline


def test_where_the_range_crosses_zero_nothing_is_saved_nor_paid_back() -> None:
    scenario = load_scenario(DOUBLE)
    headline = view_with_ranges(scenario, 5e6, 0.0, -3e6, -3e6).headline()
    assert headline.startswith("Det kan både spare og koste kommunen penge over 4 år")
    assert "tjent sig hjem" not in headline
    unknown = account_of(scenario).headline()
    assert "sparer" not in unknown
    assert "koster" not in unknown


@pytest.mark.parametrize(
    ("municipality", "language"),
    [("ballerup", "da"), ("ballerup", "en"), ("broendby", "da"), ("albertslund", "da"), ("roskilde", "en")],
)
def test_the_page_runs(
    municipality: str, language: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from streamlit.testing.v1 import AppTest

    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path))
    scenario = baseline_scenario(municipality, language)
    app = AppTest.from_file(str(MAIN), default_timeout=60)
    app.query_params["s"] = encode_link(scenario.with_change("firm_places", 1000.0, phase_in_weeks=0))
    app.query_params["lang"] = language
    app.run()
    app.switch_page(str(ROOT / "pages" / "budget.py")).run()
    assert not app.exception
    assert not app.error
    assert len(app.get("vega_lite_chart")) >= 3
    assert len(app.table) >= 5


def test_the_columns_have_their_whiskers_and_equal_is_told_as_equal() -> None:
    from pages.views.budget.first_screen import columns

    view = view_with_ranges(load_scenario(DOUBLE), 15e6, 0.0, -9e6, 2.0e6, spread=5e6)
    drawn = columns(view, LIGHT)["table"]
    assert drawn.column("kind").to_pylist() == ["costs", "either", "saves", "either"]
    assert drawn.column("label").to_pylist() == ["+15", "0", "−9", "+2"]
    for amount, low, high in zip(
        *(drawn.column(c).to_pylist() for c in ("amount", "low", "high")), strict=True
    ):
        assert low == pytest.approx(amount - 4.5, abs=0.01)
        assert high == pytest.approx(amount + 4.5, abs=0.01)
    assert drawn.column("bottom")[0].as_py() <= -13.5
    assert drawn.column("top")[0].as_py() >= 19.5
    equal = view_with_ranges(load_scenario(DOUBLE), 15e6, 0.0, -9e6, 2.0e6, spread=1e3)
    assert columns(equal, LIGHT)["table"].column("label").to_pylist()[1] == "lige"


def test_an_axis_of_nothing_has_ends_that_differ_and_whole_numbers() -> None:
    from model.documents.axis import TICK_FORMAT, ends_around_zero
    from pages.views.budget.first_screen import columns

    assert ends_around_zero([0.0, None, 0.0]) == (-1.0, 1.0)
    assert ends_around_zero([-9.0, 2.0])[0] <= -9.0
    assert ends_around_zero([3.0, 4.0])[0] == 0.0, "zero is on the axis"
    view = account_of(baseline_scenario("ballerup", "da"))
    # The browser's Vega writes six decimals where an axis has no step between its ticks, unless they are dropped.
    assert TICK_FORMAT.endswith("~f")
    drawn = columns(view, LIGHT)
    assert drawn["table"].column("bottom").to_pylist() != drawn["table"].column("top").to_pylist()
    assert drawn["table"].column("label").to_pylist() == ["lige"] * 4


def test_the_chance_of_saving_is_counted_over_the_draws() -> None:
    from pages.views.budget.first_screen import Chance

    # 101 draws of four years, evenly from 10 saved to 10 dearer a year.
    view = view_with_ranges(load_scenario(DOUBLE), 0.0, 0.0, 0.0, 0.0, spread=10e6)
    chance = Chance(view, view.ranges)
    assert chance.sentence(5.0) == "I 25 af 100 beregninger spares mindst 5 mio. kr. om året.".replace(
        "25", str(round(100 * 26 / 101))
    )
    assert chance.sentence(-5.0).startswith(f"I {round(100 * 76 / 101)} af 100 beregninger koster det højst")
    assert "bliver det ikke dyrere" in chance.sentence(0.0)
    assert chance.sentence(11.0).startswith("I ingen af 101 beregninger")
    assert chance.sentence(-11.0).startswith("I alle 101 beregninger")
    assert 0.0 in chance.options
    assert chance.options[0] <= -9.8
    assert chance.options[-1] >= 9.8
    enough = chance.dots(5.0, LIGHT)["table"].column("enough").to_pylist()
    assert enough.count("yes") == 5, "a quarter of twenty dots"
    assert chance.option_label(2.5) == "spar 2,5"


def test_the_purses_have_their_ranges_and_say_what_is_not_known() -> None:
    from model.language.catalogue import text
    from model.uncertainty.part_draws import PartDraws
    from pages.views.budget.behind import purse_chart

    view = account_of(load_scenario(DOUBLE))
    spread = np.linspace(-2e6, 2e6, 101)[:, None, None]
    middle = np.stack([view.result.net.difference, view.result.refund.difference, np.zeros(4)])
    draws = PartDraws(np.zeros((101, 5, 4)), middle + spread, np.zeros((101, 13)), {})
    chart = purse_chart(view, draws, LIGHT)
    assert chart["table"].column("start").to_pylist() == [0.0] * 3
    ends = chart["table"].column("end").to_pylist()
    assert ends[0] == pytest.approx(view.result.total_difference / 1e6)
    assert ends[1] == pytest.approx(view.result.refund.difference.sum() / 1e6)
    for row in chart["rows"]:
        assert " til " in row["9 af 10 beregninger"]
    note = text("page_budget.purse.note", "da")
    assert "servicerammen" in note
    assert "kilde" in note


def test_the_municipality_and_the_state_pay_what_is_paid() -> None:
    from model.budget.views import purses

    result = account_of(load_scenario(DOUBLE)).result
    told = purses(result)
    np.testing.assert_allclose(told["municipality"] + told["state"], result.gross.difference)
    benefits = sum(c.gross.difference for k, c in result.by_component.items() if k.startswith("benefit."))
    np.testing.assert_allclose(told["citizens"], benefits)


def test_the_tornado_of_the_money_is_widest_first() -> None:
    from pages.views.budget.behind import tornado_chart

    def swing(name: str, low: float, high: float) -> Any:
        family = SimpleNamespace(title=lambda _: name)
        return SimpleNamespace(
            family=family,
            low_difference=low,
            high_difference=high,
            central_difference=1e6,
            width_difference=abs(high - low),
        )

    view = account_of(load_scenario(DOUBLE))
    chart = tornado_chart(view, [swing("Priser", 9e6, -5e6), swing("Konjunktur", 0.0, 3e4)], LIGHT)
    assert chart is not None
    assert chart["table"].column("name").to_pylist() == ["Priser"], "what moves nothing is not drawn"
    assert chart["table"].column("label").to_pylist() == ["−5 til +9"]
    assert tornado_chart(view, [swing("Konjunktur", 0.0, 3e4)], LIGHT) is None


def test_the_administrations_proposal_stands_beside_the_columns() -> None:
    from pages.session.results import scenario_results
    from pages.views.budget.first_screen import columns

    plain = baseline_scenario("ballerup", "da")
    view = account_of(plain.with_change("firm_places", 300.0))
    assert columns(view, LIGHT)["table"].column("reference").null_count == 4
    other = plain.with_change("firm_places", 400.0).copy_with(name="Et andet forslag")
    view.session.reference = other
    shown_ = columns(view, LIGHT)
    wanted = scenario_results(other).budget.net.difference / 1e6
    assert shown_["table"].column("reference").to_pylist() == pytest.approx(list(wanted))
    assert other.name in shown_["sentence"]
    assert all(any(other.name in head for head in row) for row in shown_["rows"])
    assert "(usikkerhed ikke regnet)" in shown_["sentence"], "nothing is sure until its range is known"
    assert view.kinds(LIGHT)["table"].column("beside").drop_null().to_pylist() == pytest.approx(list(wanted))


def third_of(*differences: float, spread: float, constant: bool = False) -> Any:
    """Return the page's view beside a proposal whose net differences per year lie within so much of these."""
    from pages.session.results import runs, scenario_results
    from pages.views.budget.third import ThirdBudget
    from pages.views.budget.view import BudgetView

    plain = baseline_scenario("ballerup", "da")
    scenario = plain.with_change("firm_places", 300.0)
    visit = Session(History((Step(scenario, "start"),)), token="here", constant_prices=constant)
    visit.reference = plain.with_change("firm_places", 400.0).copy_with(name="Et andet forslag")
    results = scenario_results(visit.reference)
    budget = replace(results.budget, net=Figures(np.array(differences) + 1e6, np.full(len(differences), 1e6)))
    ranges = BudgetRanges(np.array(differences) + np.linspace(-spread, spread, 101)[:, None])
    view: Any = BudgetView(visit, scenario_results(scenario), *runs(scenario), None, ranges)
    third = ThirdBudget(view, replace(results, budget=budget), ranges)
    view.__class__ = type("Beside", (BudgetView,), {"third": third})
    return view


def test_the_proposals_amounts_have_their_ranges_in_chart_table_and_sentence() -> None:
    from pages.views.budget.first_screen import columns

    view = third_of(15e6, 12e6, 9e6, 2e6, spread=5e6)
    chart = columns(view, LIGHT)
    drawn = chart["table"]
    places = zip(*(drawn.column(f"reference{end}").to_pylist() for end in ("", "_low", "_high")), strict=True)
    for (middle, low, high), wanted in zip(places, (15.0, 12.0, 9.0, 2.0), strict=True):
        assert (middle, low, high) == pytest.approx((wanted, wanted - 4.5, wanted + 4.5), abs=0.01)
    assert drawn.column("top")[0].as_py() >= 19.5, "its range is on the axis"
    name = "Et andet forslag (forvaltningens forslag)"
    assert [row[name] for row in chart["rows"]] == ["+15", "+12", "+9", "+2", "+38"]
    assert chart["rows"][-1][f"{name}, 9 af 10 beregninger"] == "+20 til +56"
    for said in (chart["sentence"], view.kinds(LIGHT)["sentence"]):
        assert f"Romben er {name}: det koster kommunen 38\u00a0mio.\u00a0kr. over 4 år" in said
        assert "fra 20 dyrere til 56 dyrere" in said
    for rows in (view.functions(), view.components()):
        assert [row["I alt"] for row in rows[-2:]] == ["+38", "+20 til +56"]
    kinds = view.kinds(LIGHT)
    assert [row[name] for row in kinds["rows"]] == ["+15", "+12", "+9", "+2", "+38"]


def test_the_words_for_the_proposal_are_those_that_its_range_allows() -> None:
    either = third_of(5e6, 0.0, -3e6, -3e6, spread=4e6)
    assert "kan både spare og koste kommunen penge over 4 år" in either.third.sentence()
    equal = third_of(0.0, 0.0, 0.0, 0.0, spread=1e3)
    assert "uændret" in equal.third.sentence()
    assert equal.third.cells(equal.third.total)[equal.third.name] == "lige"
    now, constant = (third_of(5e6, 5e6, 5e6, 5e6, spread=1e6, constant=way) for way in (False, True))
    assert constant.third.total.central < now.third.total.central
    assert constant.third.total.range.high < now.third.total.range.high


def test_the_proposals_ranges_are_those_of_its_own_draws() -> None:
    from model.scenario.scenario import municipality_of
    from model.uncertainty.draws import draws_for
    from model.uncertainty.fan import fan
    from pages.session.held_draws import HeldDraws
    from pages.session.reference import reference_ranges, reference_results
    from pages.session.session import BAND_PART, DRAWS_PART

    plain = baseline_scenario("ballerup", "da")
    scenario = plain.with_change("firm_places", 300.0)
    visit = Session(History((Step(scenario, "start"),)), token="here")
    assert reference_ranges(visit) is None, "none is chosen"
    visit.reference = plain.with_change("firm_places", 400.0)
    assert reference_ranges(visit) is None, "the scenario's own come first"
    made = draws_for(municipality_of(scenario), count=4)
    for part in (DRAWS_PART, BAND_PART):
        visit.jobs[part] = SimpleNamespace(is_ready=True, result=HeldDraws(made.municipality, 4))  # type: ignore[assignment]
    first = reference_ranges(visit)
    visit.jobs["reference"].done.wait(60)
    ranges = reference_ranges(visit)
    results = reference_results(visit)
    assert results is not None
    assert ranges is not None
    assert first is None or first is ranges
    wanted = fan(results.municipality, results.scenario, made).ranges
    assert wanted is not None
    np.testing.assert_allclose(ranges.differences, wanted.differences)
