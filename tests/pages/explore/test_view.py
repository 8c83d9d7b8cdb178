"""Test what the explore page sends to the browser, in plain Python."""

from __future__ import annotations

import datetime
import json
import re
from pathlib import Path

import pytest

from model.language.catalogue import catalogue
from model.municipality.municipality import load_municipality
from model.municipality.municipality_list import municipalities
from model.scenario.files import load_scenario, scenario_files
from model.scenario.levers import LEVER_BY_ID, LEVERS, bounds
from model.scenario.period import on_figures
from model.scenario.scenario import Scenario
from pages.components.theme import DARK, LIGHT
from pages.session.session import MAIN_VIEW, Session
from tests.folders import ROOT
from tests.pages.cases import Hand, fed, new_visit

pytestmark = pytest.mark.usefixtures("engine")


@pytest.mark.parametrize(
    ("municipality", "language"),
    [
        *((info.id, "da") for info in municipalities()),
        *((name, "en") for name in ("ballerup", "broendby", "koebenhavn", "laesoe")),
    ],
)
def test_every_municipality_has_cards_and_a_chart(municipality: str, language: str) -> None:
    visit = new_visit(municipality, language)
    data = fed(visit)
    assert len(data["board"]["cards"]) == len(load_municipality(municipality).goals)
    assert data["board"]["headline"]
    assert data["table"].num_rows <= 105


@pytest.mark.parametrize("path", scenario_files(ROOT / "scenarios"), ids=lambda path: path.stem)
def test_every_shipped_scenario(path: Path) -> None:
    visit = new_visit()
    visit.open(load_scenario(path))
    for language in ("da", "en"):
        visit.language = language
        fed(visit)


@pytest.mark.parametrize("end", ["minimum", "maximum"])
def test_every_lever_at_its_ends(visit: Session, end: str) -> None:
    from pages.session.sliders import MAIN, THEMES, items_of

    hand = Hand(visit)
    items = {
        item for sections in (MAIN, *THEMES.values()) for section in sections for item in items_of(section)
    }
    assert {item.partition(":")[0] for item in items} == {lever.id for lever in LEVERS}
    for item in sorted(items):
        lever = LEVER_BY_ID[item.partition(":")[0]]
        if lever.scope != "mix":
            hand.move(item, bounds(lever, visit.municipality)[end == "maximum"])
    assert visit.notice is None
    for view in ("main", *THEMES):
        visit.view = view
        fed(visit)


def test_the_chart_tells_of_the_time_without_figures(visit: Session) -> None:
    visit.goal, visit.indicator = next(
        (goal.id, indicator.id)
        for goal in visit.municipality.goals
        for indicator in goal.indicators
        if indicator.metric == "dagpenge_rank"
    )
    visit.set_scenario(on_figures(visit.scenario, "2026"))
    start = visit.scenario.start.year
    data = fed(visit)
    words = [w for w in data["table"].column("calculated").to_pylist() if w is not None]
    assert words == [f"scenarie fra jan. {start}\nud fra tal fra jan. 2026"]
    said = f"Scenariet begynder jan. {start} og er regnet ud fra tal fra jan. 2026."
    assert data["chart"].count("Offentliggjorte tal går til jan. 2026.") == 1
    assert said in data["chart"]
    # A run that follows at once has no such time, and no figures of another year in front of it.
    visit.set_scenario(visit.scenario.copy_with(start=datetime.date(2026, 3, 2)))
    data = fed(visit)
    assert data["table"].column("now").null_count < data["table"].num_rows
    assert data["table"].column("calculated").null_count == data["table"].num_rows
    assert "ud fra tal fra" not in data["chart"]


def test_only_the_figures_change_while_a_slider_moves(visit: Session) -> None:
    hand = Hand(visit)
    # What a gesture moves first is in the chart from then on.
    hand.move("firm_places", 300.0, end=False)
    first = fed(visit)
    hand.move("firm_places", 250.0, end=False)
    second = fed(visit)
    assert first["spec"] is second["spec"]
    assert json.dumps(first["spec"], sort_keys=True) == json.dumps(second["spec"], sort_keys=True)
    assert first["chart"] == second["chart"], "a changed name would draw the chart anew"
    assert first["table"].schema == second["table"].schema
    assert first["table"] != second["table"]
    edges = [t.column("edge").to_pylist() for t in (first["table"], second["table"])]
    assert edges[0] == edges[1], "the axis stays"


def test_the_specification_holds_no_figures_and_is_quiet(visit: Session) -> None:
    spec = fed(visit)["spec"]
    text = json.dumps(spec)
    assert "datasets" not in spec
    assert '"values"' not in text
    assert spec["config"]["mark"]["aria"] is False
    assert "http" not in text.replace(spec["$schema"], "")


def test_the_administrations_proposal_is_said_at_each_goal_and_stands_in_the_charts_table(
    visit: Session,
) -> None:
    from pages.session.reference import reference_indicator, reference_results
    from pages.session.results import scenario_results, table_rows

    visit.reference = visit.scenario.with_change("firm_places", 400.0)
    cards = fed(visit)["board"]["cards"]
    other = reference_results(visit)
    assert other is not None
    for card, goal in zip(cards, other.goals, strict=True):
        if not goal.key.suppressed:
            value = goal.key.shown(goal.key.value_scenario, "da")
            assert f"Med forvaltningens forslag er det {value}. Vis i grafen." in card["spoken"]
    shown = next(goal for goal in other.goals if not goal.key.suppressed)
    own = scenario_results(visit.scenario).indicator(shown.id, shown.key.id)
    rows = table_rows(visit, own, 4, reference_indicator(visit, shown.id, shown.key.id))
    assert list(rows[-1]) == ["Ugen fra", "Uden ændringer", "Scenarie", "Forvaltningen"]
    assert "Forvaltningen" not in table_rows(visit, own, 4)[-1]


def test_light_and_dark_have_their_own_specification(visit: Session) -> None:
    from pages.components.focus_chart import focus_chart
    from pages.session.results import scenario_results

    found = scenario_results(visit.scenario)
    light, dark = (json.dumps(focus_chart(visit, found, palette)[1]) for palette in (LIGHT, DARK))
    assert LIGHT.accent in light
    assert DARK.accent in dark
    assert LIGHT.accent not in dark


def test_the_figures_on_the_cards_are_the_models(visit: Session) -> None:
    Hand(visit).move("firm_places", 400.0)
    data = fed(visit)
    found = data["found"]
    for card, goal in zip(data["board"]["cards"], found.goals, strict=True):
        assert card["scenario"] in goal.key.shown(goal.key.value_scenario, "da")
        assert goal.key.shown(goal.key.value_baseline, "da") in card["spoken"]
    total = sum(found.budget.net.difference)
    assert "orvaltningens" not in json.dumps(data["board"], ensure_ascii=False)
    assert data["board"]["budget"]["years"][-1]["value"][1].startswith("−" if total < 0 else "+")
    assert len(data["board"]["budget"]["years"]) == 5


def test_the_absolute_number_stands_beside_the_percentage(visit: Session) -> None:
    hand = Hand(visit)
    hand.move("activation_rate:kontanthjaelp_aktivitetsparat", 45.0)
    items = [item for section in fed(visit)["panel"]["sections"] for item in section["items"]]
    item = next(i for i in items if i["id"] == "activation_rate:kontanthjaelp_aktivitetsparat")
    persons = int(item["effect"].split()[0])
    caseload = load_municipality("ballerup").engine.stock[2].sum()
    assert persons == pytest.approx(0.45 * caseload, rel=0.05)
    assert "+" in item["effect"]


@pytest.mark.parametrize("language", ["da", "en"])
def test_no_small_count_stands_beside_a_slider(language: str) -> None:
    from pages.session.results import scenario_results

    visit = new_visit("laesoe", language)
    few = 0
    for view in (MAIN_VIEW, *(theme["id"] for theme in fed(visit)["panel"]["themes"])):
        visit.view = view
        absolute = scenario_results(visit.scenario).absolute
        for section in fed(visit)["panel"]["sections"]:
            for item in section["items"]:
                lever, _, group = item["id"].partition(":")
                numbers = absolute.of(lever, group or None)
                if numbers is None or lever == "meetings":
                    continue
                small = any(1e-9 < abs(value) < 5 for value in numbers)
                assert item["effect"].startswith(("under 5", "fewer than 5")) == small, item["effect"]
                few += small
    assert few > 3


def test_a_goals_template_is_called_one() -> None:
    visit = new_visit("aarhus")
    assert fed(visit)["found"].municipality.goals_are_template


@pytest.mark.parametrize(
    ("name", "baseline", "said"),
    [
        ("aarhus", "2020", "Ballerups fem mål som skabelon"),
        ("aarhus", "2026", "Indsatskompas' eget sæt af mål fra 2026. Det er ikke kommunens."),
        ("broendby", "2026", "Brøndby Kommunes egne, fra dokumenter fra 2018-2019"),
        ("broendby", "2020", None),
    ],
)
def test_whose_goals_are_shown_is_said(name: str, baseline: str, said: str | None) -> None:
    from pages.session.results import scenario_results
    from pages.shell.premises import period_sentences

    visit = new_visit(name)
    plain = Scenario(name="mål", municipality=name)
    plan = plain if baseline == "2020" else on_figures(plain, baseline)
    found = " ".join(period_sentences(visit, scenario_results(plan)))
    assert "mål" not in found.lower() if said is None else said in found


def test_an_answer_belongs_to_its_scenario(visit: Session) -> None:
    from pages.session.results import scenario_results

    Hand(visit).move("firm_places", 400.0)
    moved = scenario_results(visit.scenario)
    assert moved.scenario.key == visit.scenario.key
    assert scenario_results(visit.scenario).goals is moved.goals, "found again, not run again"
    visit.undo()
    assert scenario_results(visit.scenario).scenario.key == visit.scenario.key
    assert scenario_results(visit.scenario).goals is not moved.goals


def test_no_english_in_the_danish_texts() -> None:
    danish, english = catalogue("da"), catalogue("en")
    same = {
        k
        for k, v in danish.items()
        if k.startswith("page.") and english[k] == v and any(c.isalpha() for c in v)
    }
    neutral = {k for k in same if not any(c.isalpha() for c in re.sub(r"\{\w+\}", "", danish[k]))}
    assert same - neutral <= {
        "page.app",
        "page.levers.reset",
        "page.effect.change",
        "page.play.start",
        "page.play.stop",
        "page.focus.sentence_target",
    }


def test_the_end_of_a_gesture_sends_the_sliders_nothing_new(visit: Session) -> None:
    hand = Hand(visit)
    hand.move("firm_places", 400.0, end=False)
    before = fed(visit)["panel"]
    assert before["acknowledged"] == {"session": "here", "client": hand.client, "seq": 1}
    hand.send("end", id="firm_places", value=400.0)
    assert fed(visit)["panel"] == before
