"""The first page without a browser: state and words in plain Python, and whole runs in Streamlit's own test runner."""

from __future__ import annotations

import datetime
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from model.domain import FIRM_KINDS
from model.language.catalogue import catalogue
from model.library.share_link import encode_link
from model.municipality.municipality import DATA_VARIABLE, load_municipality, municipalities
from model.scenario.files import load_scenario, scenario_files
from model.scenario.levers import LEVER_BY_ID, LEVERS, bounds, default
from pages.components import sticky_axis
from pages.components.escape_markdown import escape_markdown
from pages.components.theme import DARK, LIGHT, goal_colour
from pages.session import scenario_store
from pages.session.history import MOST_STEPS, History, Step
from pages.session.rebalance_mix import rebalance_mix
from pages.session.session import MAIN_VIEW, Notice, Session, baseline_scenario
from pages.shell import startup
from pages.shell.notices import both_languages
from tests.folders import MAIN, ROOT
from tests.pages.cases import Hand, bar_of, fed, new_visit, press, the_visit

pytestmark = pytest.mark.usefixtures("engine")


# --- history --------------------------------------------------------------------------------------


def test_history_goes_back_and_forth_and_forgets_what_was_undone() -> None:
    states = [
        baseline_scenario("ballerup", "da").with_change("firm_places", 200.0 + 10 * i) for i in range(1, 4)
    ]
    history = History((Step(baseline_scenario("ballerup", "da"), "start"),))
    for state in states:
        history = history.append(state)
    assert history.current == states[-1]
    assert history.undo().current == states[1]
    assert history.undo().undo().undo().undo().current == baseline_scenario("ballerup", "da")
    assert history.undo().redo() == history
    assert history.redo() == history
    other = history.undo().append(states[0])
    assert not other.can_redo
    assert history.append(states[-1]) is history, "the same state again is no step"
    assert history.go_to(1).current == states[0]
    assert history.go_to(99) == history


def test_history_is_bounded_and_keeps_the_latest() -> None:
    base = baseline_scenario("ballerup", "da")
    history = History((Step(base, "start"),))
    for i in range(MOST_STEPS + 20):
        history = history.append(base.with_change("firm_places", float(i % 2 * 100 + i)))
    assert len(history.steps) == MOST_STEPS
    assert history.can_undo
    assert not history.can_redo


# --- gestures -------------------------------------------------------------------------------------


def test_a_drag_is_one_step_and_undo_restores(visit: Session) -> None:
    hand = Hand(visit)
    before = visit.scenario
    hand.move("firm_places", *range(210, 401, 10), end=False)
    assert visit.scenario.change_of("firm_places").to == 400
    assert len(visit.history.steps) == 1, "the step comes when the slider is let go"
    hand.send("firm_places", 400, "end")
    assert len(visit.history.steps) == 2
    visit.undo()
    assert visit.scenario == before
    visit.redo()
    assert visit.scenario.change_of("firm_places").to == 400


def test_each_message_counts_once_and_strangers_do_not(visit: Session) -> None:
    message = {"session": "here", "client": "a", "seq": 1, "id": "firm_places", "value": 300, "phase": "end"}
    visit.gesture(message)
    visit.undo()
    visit.gesture(message)
    assert not visit.scenario.changes
    visit.gesture({**message, "session": "another server", "seq": 2})
    visit.gesture(None)
    visit.gesture({})
    assert not visit.scenario.changes


def test_what_was_said_before_is_not_heard_again_after_what_came_another_way(visit: Session) -> None:
    older = {"session": "here", "client": "a", "seq": 7, "id": "firm_places", "value": 230, "phase": "move"}
    newer = {**older, "seq": 8, "value": 250, "phase": "end"}
    visit.gesture(older)
    visit.gesture(newer)
    visit.gesture(older)
    assert visit.live is None
    assert visit.scenario.change_of("firm_places").to == 250
    # Another panel counts from one again.
    visit.gesture({**older, "client": "b", "seq": 1, "value": 260})
    assert visit.scenario.change_of("firm_places").to == 260
    assert visit.answered == {"client": "b", "seq": 1}
    # And what has no number is nobody's.
    for seq in (None, "9", 9.5):
        visit.gesture({**older, "seq": seq})
    assert visit.scenario.change_of("firm_places").to == 260


def test_a_page_that_is_left_says_all_it_still_has_to_say(visit: Session) -> None:
    earlier = [
        {"id": "firm_places", "value": 300, "phase": "end"},
        {"id": "activation_rate:dagpenge", "value": 30.0, "phase": "move"},
    ]
    last = {"id": "activation_rate:dagpenge", "value": 35.0, "phase": "end"}
    visit.gesture({"session": "here", "client": "a", "seq": 1, **earlier[0]})
    visit.gesture({"session": "here", "client": "a", "seq": 2, **last, "before": earlier})
    assert visit.value("firm_places") == 300
    assert visit.value("activation_rate", "dagpenge") == 35.0
    assert len(visit.history.steps) == 3, "what had come already is no step of its own"
    assert visit.live is None


@pytest.mark.parametrize(
    "broken",
    [
        {"id": "no_such_lever", "value": 1.0},
        {"id": "firm_places", "value": float("nan")},
        {"id": "firm_places", "value": 1e300},
        {"id": "firm_places", "value": "many"},
        {"id": "activation_rate:fleksjob", "value": 10.0},
        {"id": "firm_place_mix:nothing", "value": 10.0},
        {"id": "firm_places", "value": 300.0, "before": 7},
        {"id": "firm_places", "value": 300.0, "before": ["firm_places"]},
        {"id": "firm_places", "value": 300.0, "before": [{"id": "no_such_lever", "value": 1.0}]},
    ],
)
def test_nonsense_from_a_browser_moves_nothing_and_says_so(visit: Session, broken: dict[str, Any]) -> None:
    before, revision = visit.scenario, visit.revision
    visit.gesture({"session": "here", "client": "a", "seq": 1, "phase": "end", **broken})
    assert visit.scenario == before
    assert visit.notice is not None
    assert visit.revision > revision, "the sliders go back to where the server has them"


def test_back_at_the_baselines_value_a_lever_is_no_change(visit: Session) -> None:
    hand = Hand(visit)
    hand.move("activation_rate:dagpenge", 30.0)
    assert visit.scenario.changes
    base = default(LEVER_BY_ID["activation_rate"], visit.municipality, "dagpenge")
    hand.move("activation_rate:dagpenge", base)
    assert not visit.scenario.changes


def test_moving_a_lever_keeps_its_date_and_its_reason(visit: Session) -> None:
    file = load_scenario(ROOT / "scenarios" / "ballerup" / "dobbelt-virksomhedsindsats.yaml")
    visit.open(file)
    Hand(visit).move("firm_places", 350.0)
    before, after = file.change_of("firm_places"), visit.scenario.change_of("firm_places")
    assert after.to == 350
    assert (after.from_, after.phase_in_weeks, after.why) == (before.from_, before.phase_in_weeks, before.why)


def test_dates_hold_for_what_is_changed_and_what_will_be(visit: Session) -> None:
    hand = Hand(visit)
    hand.move("firm_places", 300.0)
    visit.retime(from_=datetime.date(2021, 6, 7))
    visit.retime(phase_in_weeks=13)
    hand.move("meetings:dagpenge", 3.0)
    assert {(c.from_, c.phase_in_weeks) for c in visit.scenario.changes} == {(datetime.date(2021, 6, 7), 13)}
    for _ in range(3):
        visit.undo()
    assert {(c.from_, c.phase_in_weeks) for c in visit.scenario.changes} == {(visit.scenario.start, 0)}


def test_reset_of_one_lever_and_of_all_can_be_undone(visit: Session) -> None:
    hand = Hand(visit)
    hand.move("firm_places", 300.0)
    hand.move("meetings:dagpenge", 3.0)
    full = visit.scenario
    visit.reset("firm_places")
    assert [c.lever for c in visit.scenario.changes] == ["meetings"]
    visit.undo()
    assert visit.scenario == full
    visit.reset()
    assert not visit.scenario.changes
    visit.undo()
    assert visit.scenario == full


def test_reset_to_what_was_saved(visit: Session) -> None:
    hand = Hand(visit)
    saved = load_scenario(ROOT / "scenarios" / "ballerup" / "dobbelt-virksomhedsindsats.yaml")
    visit.open(saved)
    hand.move("firm_places", 250.0)
    hand.move("meetings:dagpenge", 3.0)
    visit.reset("firm_places", "saved")
    assert visit.scenario.change_of("firm_places") == saved.change_of("firm_places")
    assert visit.scenario.change_of("meetings", "dagpenge") is not None
    visit.reset(to="saved")
    assert visit.scenario == saved


def test_another_municipality_keeps_the_changes_that_fit(visit: Session) -> None:
    Hand(visit).move("activation_rate:dagpenge", 30.0)
    visit.choose_municipality("broendby")
    assert visit.scenario.municipality == "broendby"
    assert visit.scenario.change_of("activation_rate", "dagpenge").to == 30
    visit.undo()
    assert visit.scenario.municipality == "ballerup"


# --- the mix of places ----------------------------------------------------------------------------

shares = some.lists(some.floats(0, 100, allow_nan=False), min_size=5, max_size=5).filter(lambda s: sum(s) > 1)


@given(shares, some.sampled_from(FIRM_KINDS), some.integers(0, 100))
def test_a_mix_stays_a_mix(raw: list[float], kind: str, share: int) -> None:
    total = sum(raw)
    mix = {k: v / total * 100 for k, v in zip(FIRM_KINDS, raw, strict=True)}
    new = rebalance_mix(mix, kind, float(share), 1)
    assert new[kind] == share
    assert math.isclose(sum(new.values()), 100, abs_tol=1e-6)
    assert all(value >= 0 for value in new.values())
    base = baseline_scenario("ballerup", "da")
    base.with_change("firm_place_mix", new)


# --- scales and looks -----------------------------------------------------------------------------


@given(some.lists(some.floats(-1e6, 1e9, allow_nan=False), min_size=1, max_size=60))
def test_an_axis_holds_what_it_shows(values: list[float]) -> None:
    low, high = sticky_axis.ends((np.array(values),))
    assert low <= min(values)
    assert high >= max(values)
    assert low < high


def test_an_axis_only_widens() -> None:
    known: dict[tuple[Any, ...], tuple[float, float]] = {}
    assert sticky_axis.widened(known, ("a",), (0.0, 10.0)) == (0.0, 10.0)
    assert sticky_axis.widened(known, ("a",), (2.0, 8.0)) == (0.0, 10.0)
    assert sticky_axis.widened(known, ("a",), (-1.0, 8.0)) == (-1.0, 10.0)
    assert sticky_axis.ends((np.full(9, np.nan),)) == (0.0, 1.0)


def test_counts_that_move_much_begin_at_zero() -> None:
    assert sticky_axis.ends((np.array([100.0, 200.0]),))[0] == 0
    assert sticky_axis.ends((np.array([100.0, 101.0]),))[0] > 0


@given(some.text())
def test_what_people_write_is_shown_as_it_stands(words: str) -> None:
    shown = escape_markdown(words)
    unescaped = []
    i = 0
    while i < len(shown):
        i += shown[i] == "\\"
        unescaped.append(shown[i])
        i += 1
    assert "".join(unescaped) == " ".join(words.split())
    assert "\n" not in shown


def test_plain_breaks_pictures_links_and_markup() -> None:
    for words in ("![x](http://example.org)", "[a](b)", "**b**", "<img>", ":red[x]", "$x$", "# x", "`x`"):
        escaped = escape_markdown(words)
        assert escaped.count("\\") >= 1
        assert not any(f"{pair}" in escaped for pair in ("](", "**", "<img>", ":red[", "$x$", "`x`"))


def test_each_of_eight_goals_has_a_colour_of_its_own() -> None:
    assert len({goal_colour(n) for n in range(1, 9)}) == 8


# --- addresses ------------------------------------------------------------------------------------


def test_the_address_holds_scenario_and_language(visit: Session) -> None:
    assert visit.query == ""
    Hand(visit).move("firm_places", 400.0)
    visit.language = "en"
    other = new_visit()
    assert other.remembered({"session": "before", "query": visit.query})
    assert other.scenario == visit.scenario
    assert other.language == "en"
    assert not other.remembered({"session": "here", "query": "lang=da"}), "only from before this visit"
    Hand(other).move("firm_places", 300.0)
    assert not other.remembered({"session": "before", "query": visit.query}), "work is not overwritten"


def test_a_move_that_the_dead_server_had_not_kept_is_not_lost(visit: Session) -> None:
    Hand(visit).move("firm_places", 400.0)
    memory = {"session": "before", "query": visit.query, "move": {"id": "firm_places", "value": 430}}
    back = new_visit()
    assert back.remembered(memory)
    assert back.scenario.change_of("firm_places").to == 430
    assert back.live is None
    back.undo()
    assert back.scenario == visit.scenario
    assert not back.remembered(memory), "taken once"


def test_a_hand_that_moves_before_the_memory_has_come_loses_nothing(visit: Session) -> None:
    Hand(visit).move("activation_rate:dagpenge", 30.0)
    memory = {"session": "before", "query": visit.query}
    for end in (False, True):
        back = new_visit()
        Hand(back).move("firm_places", 300.0, 310.0, end=end)
        assert back.remembered(memory)
        assert back.scenario.change_of("firm_places").to == 310
        assert back.scenario.change_of("activation_rate", "dagpenge").to == 30
        assert (back.live is None) == end
    more = new_visit()
    Hand(more).move("firm_places", 300.0)
    more.reset("firm_places", "baseline")
    assert not more.remembered(memory), "work is not overwritten"


@pytest.mark.parametrize(
    "move",
    [
        "x",
        ["firm_places", 300],
        {"id": "nothing", "value": 1},
        {"id": "firm_places", "value": "many"},
        {"id": "firm_places", "value": math.nan},
        {"id": "firm_places", "value": math.inf},
        {"id": "firm_places", "value": -1e9},
        {"value": 3},
        None,
    ],
)
def test_a_move_that_makes_no_sense_leaves_the_rest_of_the_memory(visit: Session, move: Any) -> None:
    Hand(visit).move("firm_places", 400.0)
    back = new_visit()
    assert back.remembered({"session": "before", "query": visit.query, "move": move})
    assert back.scenario == visit.scenario


@pytest.mark.parametrize("link", ["1.", "1.x", "9.abc", "x" * 100_000, "1." + "A" * 500, "☃", "1.eJw="])
def test_a_broken_link_leaves_the_baseline_and_says_so(visit: Session, link: str) -> None:
    visit.restore({"s": link})
    assert not visit.scenario.changes
    assert visit.notice is not None


# --- what the components are fed with -------------------------------------------------------------


@pytest.mark.parametrize("language", ["da", "en"])
@pytest.mark.parametrize("municipality", [info.id for info in municipalities()])
def test_every_municipality_in_both_languages(municipality: str, language: str) -> None:
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
    from pages.views.explore.lever_panel import MAIN, THEMES, items_of

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


def test_only_the_figures_change_while_a_slider_moves(visit: Session) -> None:
    hand = Hand(visit)
    first = fed(visit)
    hand.move("firm_places", 300.0, end=False)
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


def test_light_and_dark_have_their_own_specification(visit: Session) -> None:
    from pages.session.results import scenario_results
    from pages.views.explore.focus_chart import focus_chart

    found = scenario_results(visit.scenario, "da")
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
        absolute = scenario_results(visit.scenario, language).absolute
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


def test_an_answer_belongs_to_its_scenario(visit: Session) -> None:
    from pages.session.results import scenario_results

    Hand(visit).move("firm_places", 400.0)
    moved = scenario_results(visit.scenario, "da")
    assert moved.scenario.key == visit.scenario.key
    assert scenario_results(visit.scenario, "da").goals is moved.goals, "found again, not run again"
    visit.undo()
    assert scenario_results(visit.scenario, "da").scenario.key == visit.scenario.key
    assert scenario_results(visit.scenario, "da").goals is not moved.goals


def test_no_english_in_the_danish_texts() -> None:
    danish, english = catalogue("da"), catalogue("en")
    same = {
        k
        for k, v in danish.items()
        if k.startswith("page.") and english[k] == v and any(c.isalpha() for c in v)
    }
    neutral = {
        k for k in same if set(danish[k]) & set("{↺") and not danish[k].replace("{name}", "").strip("»«“” :")
    }
    assert same - neutral <= {
        "page.app",
        "page.levers.reset",
        "page.effect.change",
        "page.play.start",
        "page.play.stop",
        "page.focus.sentence_target",
    }


# --- files ----------------------------------------------------------------------------------------


def test_saved_files_lie_in_the_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path))
    assert scenario_store.own_folder() == tmp_path / "scenarios"
    monkeypatch.delenv(DATA_VARIABLE)
    assert scenario_store.own_folder() == ROOT / "scenarios" / "mine"


# --- the bar --------------------------------------------------------------------------------------


def entries(visit: Session, menu: str) -> list[dict[str, Any]]:
    return next(m["entries"] for m in bar_of(visit)["menus"] if m["id"] == menu)


def disabled(visit: Session) -> set[str]:
    return {b["id"] for b in bar_of(visit)["buttons"] if b["disabled"]}


def test_the_bars_buttons(visit: Session) -> None:
    assert disabled(visit) == {"undo", "redo"}
    Hand(visit).move("firm_places", 400.0)
    moved = visit.scenario
    assert disabled(visit) == {"redo"}
    press(visit, "undo")
    assert not visit.scenario.changes
    assert disabled(visit) == {"undo"}
    press(visit, "redo")
    assert visit.scenario == moved
    press(visit, "reset", "baseline")
    assert not visit.scenario.changes
    press(visit, "undo")
    assert visit.scenario == moved
    press(visit, "language")
    assert bar_of(visit)["heading"] == "What does the effort change?"
    press(visit, "present")
    assert visit.present
    assert {b["id"] for b in bar_of(visit)["buttons"]} == {"undo", "redo", "present"}
    press(visit, "save")
    assert visit.dialog == "save"


@pytest.mark.parametrize(
    "action",
    [
        None,
        {},
        {"id": "no such thing"},
        {"id": "municipality", "value": "atlantis"},
        {"id": "assumptions", "value": "wishful"},
        {"id": "economy", "value": {"inflow": []}},
        {"id": "from", "value": "mixed"},
        {"id": "from", "value": None},
        {"id": "phase_in", "value": "10000000000"},
        {"id": "phase_in", "value": "-4"},
        {"id": "step", "value": "x"},
        {"id": "step", "value": 10_000},
        {"id": "replay"},
    ],
)
def test_what_the_bar_does_not_offer_does_nothing(visit: Session, action: dict[str, Any] | None) -> None:
    from pages.session.results import scenario_results
    from pages.shell.toolbar import perform

    Hand(visit).move("firm_places", 400.0)
    before = visit.scenario
    perform(visit, scenario_results(before, "da"), action)
    assert visit.scenario == before


def test_choices_are_one_step_each_and_can_be_undone(visit: Session) -> None:
    Hand(visit).move("firm_places", 300.0)
    start = visit.scenario
    press(visit, "assumptions", "cautious")
    press(visit, "economy", "second_wave")
    press(visit, "from", "2022-01-01")
    press(visit, "phase_in", "26")
    press(visit, "municipality", "albertslund")
    scenario = visit.scenario
    assert (scenario.assumption_set, scenario.economy, scenario.municipality) == (
        "cautious", "second_wave", "albertslund",
    )  # fmt: skip
    change = scenario.changes[0]
    assert (change.from_, change.phase_in_weeks) == (datetime.date(2022, 1, 1), 26)
    for choice in bar_of(visit)["choices"]:
        assert choice["value"] in {option["value"] for option in choice["options"]}
    for _ in range(5):
        press(visit, "undo")
    assert visit.scenario == start


def test_the_list_of_changes_goes_back_to_any_of_them(visit: Session) -> None:
    assert entries(visit, "changes") == []
    hand = Hand(visit)
    for places in (300.0, 350.0, 400.0):
        hand.move("firm_places", places)
    steps = [e for e in entries(visit, "changes") if e["id"] == "step"]
    assert len(steps) == 4
    assert "200 → 300" in steps[1]["label"]
    assert steps[-1]["current"]
    press(visit, "step", 1)
    assert visit.scenario.change_of("firm_places").to == 300
    assert visit.history.can_redo


def test_the_last_move_can_be_played_again(visit: Session) -> None:
    assert not [e for e in entries(visit, "changes") if e["id"] == "replay"]
    Hand(visit).move("partial_return", 30.0)
    assert [e for e in entries(visit, "changes") if e["id"] == "replay"]
    press(visit, "replay")
    assert visit.animation is not None
    assert (visit.animation.item, visit.animation.end) == ("partial_return", 30.0)
    assert visit.view == "sick", "the panel turns to the lever"
    move = fed(visit)["panel"]["replay"]
    assert move["to"] == 30
    Hand(visit).send("partial_return", 20.0, "move", client="b", played=move["token"])
    assert fed(visit)["panel"]["replay"] is None, "once"


def test_a_file_of_different_dates_says_so(visit: Session) -> None:
    scenario = baseline_scenario("ballerup", "da").with_change("firm_places", 300.0)
    visit.open(scenario.with_change("firm_places", 400.0, from_=datetime.date(2022, 3, 7), phase_in_weeks=10))
    values = {c["id"]: c["value"] for c in bar_of(visit)["choices"]}
    assert (values["from"], values["phase_in"]) == ("mixed", "mixed")
    press(visit, "from", "2022-01-01")
    assert len({c.from_ for c in visit.scenario.changes}) == 2, "what is told year by year is left alone"


# --- whole runs -----------------------------------------------------------------------------------


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    from streamlit.testing.v1 import AppTest

    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path))
    return AppTest.from_file(str(MAIN), default_timeout=60)


def hand_on(app: Any) -> Hand:
    """A hand on a running app's sliders."""
    visit = the_visit(app)
    visit.token = "here"
    return Hand(visit)


def chart_of(app: Any) -> Any:
    found = app.get("vega_lite_chart") or app.get("arrow_vega_lite_chart")
    assert len(found) == 1
    return found[0].proto


def test_the_page_runs(app: Any) -> None:
    app.run()
    assert not app.exception
    assert not app.error
    assert chart_of(app).alt
    names = {c.proto.component_name for c in app.get("bidi_component")}
    assert names == {"indsatskompas.toolbar", "indsatskompas.explore_view"}


def test_the_chart_does_not_change_its_specification(app: Any) -> None:
    app.run()
    before = chart_of(app)
    hand_on(app).move("firm_places", 400.0)
    app.run()
    after = chart_of(app)
    assert (before.spec, before.alt, before.id) == (after.spec, after.alt, after.id)
    assert before.data.data != after.data.data


@pytest.mark.parametrize("dialog", ["save", "open", "table"])
@pytest.mark.parametrize("language", ["da", "en"])
def test_dialogs_open(app: Any, dialog: str, language: str) -> None:
    app.run()
    the_visit(app).language = language
    the_visit(app).dialog = dialog
    app.run()
    assert not app.exception
    assert not app.error


def test_a_link_is_opened_and_a_broken_one_is_told(app: Any) -> None:
    scenario = load_scenario(ROOT / "scenarios" / "ballerup" / "dobbelt-virksomhedsindsats.yaml")
    app.query_params["s"] = encode_link(scenario)
    app.query_params["lang"] = "en"
    app.run()
    assert the_visit(app).scenario == scenario.replaced(results=None)
    assert the_visit(app).language == "en"

    from streamlit.testing.v1 import AppTest

    broken = AppTest.from_file(str(MAIN), default_timeout=60)
    broken.query_params["s"] = "1.nothing"
    broken.run()
    assert not broken.exception
    assert len(broken.warning) == 1
    assert not the_visit(broken).scenario.changes


def test_names_from_people_do_not_become_markdown(app: Any) -> None:
    app.run()
    nasty = "![x](http://example.org/x.png) **fed**"
    visit = the_visit(app)
    visit.open(baseline_scenario("ballerup", "da").replaced(name=nasty).with_change("firm_places", 300.0))
    visit.notice = Notice("error", both_languages("page.save.done", name=nasty))
    visit.dialog = "open"
    app.run()
    assert not app.exception
    for element in (*app.markdown, *app.caption, *app.error, *app.button):
        words = getattr(element, "label", None) or element.value
        assert nasty not in str(words)


def test_errors_are_said_in_plain_words(app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    app.run()

    def fail(*_: Any) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr("pages.session.results.answer", fail)
    app.run()
    assert not app.exception
    assert len(app.error) >= 1
    assert "secret" not in app.error[0].value
    assert "loggen" in app.error[0].value


def test_while_the_model_loads_the_page_says_so(app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(startup, "wait", lambda _: False)
    monkeypatch.setattr(startup, "is_ready", lambda: False)
    app.run()
    assert not app.exception
    assert app.header[0].value == "Regnemaskinen gøres klar"
    monkeypatch.setattr(startup, "has_failed", lambda: True)
    app.run()
    assert "kunne ikke startes" in app.error[0].value


def test_settings_that_keep_the_page_fast_and_at_home() -> None:
    import tomllib

    settings = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert settings["browser"]["gatherUsageStats"] is False
    assert settings["runner"]["postScriptGC"] is False
    assert settings["client"]["showErrorDetails"] == "none"
    assert settings["client"]["showErrorLinks"] is False
    for face in settings["theme"]["fontFaces"]:
        assert (ROOT / "pages" / "shell" / "static" / Path(face["url"]).name).exists()
    assert (ROOT / "pages" / "shell" / "static" / "IBM-Plex-Sans-OFL.txt").exists()
    from streamlit import config

    # A hidden option: if Streamlit stops knowing it, every slider move becomes some 70 ms slower.
    assert config.get_option("runner.postScriptGC") is False


# --- figures as files -----------------------------------------------------------------------------


def test_a_csv_keeps_numbers_and_disarms_formulas() -> None:
    from pages.components.chart_with_table import as_csv

    rows = [
        {"Navn": "=1+1", "Tal": "−1.234,5"},
        {"Navn": "-2+3+cmd|' /C calc'!A0", "Tal": "+1,2 mio. kr."},
        {"Navn": "@SUM(A1)", "Tal": "12"},
    ]
    lines = as_csv(rows, "da").decode("utf-8-sig").split("\r\n")
    assert lines[0] == "Navn;Tal"
    assert lines[1] == "'=1+1;-1.234,5"
    assert lines[2] == "'-2+3+cmd|' /C calc'!A0;+1,2 mio. kr."
    assert lines[3] == "'@SUM(A1);12"
    assert as_csv(rows, "en").decode("utf-8-sig").startswith("Navn,Tal")
