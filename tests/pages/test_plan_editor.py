"""Test that a course is written, changed, deleted and opened on the page of meetings."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qsl

import pytest
from streamlit.testing.v1 import AppTest

from model.municipality.municipality_list import DATA_VARIABLE
from model.workshop.course import KINDS, Course
from model.workshop.course_files import courses, load_course, save_course
from model.workshop.deleted_courses import deleted_courses
from model.workshop.meetings import facilitated
from pages.session.session import KEY, Session
from pages.views.workshop import plan_step
from pages.views.workshop.plan_draft import PlanDraft, course_or_faults, draft_of, new_draft, opened
from tests.folders import MAIN, ROOT

pytestmark = pytest.mark.usefixtures("engine")
FOLDER = ROOT / "workshops"
SHIPPED = sorted(FOLDER.glob("*.yaml"))
PAGE = str(ROOT / "pages" / "workshop.py")
Lobby = Callable[..., AppTest]


@pytest.fixture
def lobby(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Lobby:
    """Open the page of meetings with an empty folder of data."""
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path))

    def opening(**query: str) -> AppTest:
        page = AppTest.from_file(str(MAIN), default_timeout=120)
        for name, value in query.items():
            page.query_params[name] = value
        page.run()
        return run(page.switch_page(PAGE))

    return opening


def run(what: Any) -> AppTest:
    """Run the page, or what a widget was given."""
    page: AppTest = what.run()
    assert not page.exception
    return page


def press(page: AppTest, key: str) -> None:
    page.button(key=key).click()
    run(page)


def visit(page: AppTest) -> Session:
    session = page.session_state[KEY]
    assert isinstance(session, Session)
    return session


def draft_on(page: AppTest) -> PlanDraft:
    draft = opened(visit(page))
    assert draft is not None
    return draft


def errors(page: AppTest) -> str:
    return "\n".join(str(one.value) for one in page.error)


def own() -> list[Course]:
    return [one.course for one in courses()[0] if one.own]


def add(page: AppTest, kind: str) -> str:
    """Add a step, and return what its widgets' keys begin with."""
    page.selectbox(key="plan-new-kind").set_value(kind)
    press(page, "plan-add-do")
    return f"plan-{draft_on(page).steps[-1].uid}"


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
@pytest.mark.parametrize("language", ["da", "en"])
def test_a_course_goes_through_the_draft_unchanged(path: Path, language: str) -> None:
    course = load_course(path)
    again, faults = course_or_faults(draft_of(course, language))
    assert faults == ()
    assert again == course


def test_every_kind_can_be_begun_and_says_what_it_needs() -> None:
    draft = new_draft("ballerup")
    for kind in KINDS:
        draft.add(kind, kind)
    found = {(fault.step, fault.field) for fault in course_or_faults(draft)[1]}
    uid = {step.kind: step.uid for step in draft.steps}
    assert found == {
        (0, "title"),
        (uid["guess"], "scenario"),
        (uid["guess"], "goal"),
        (uid["build"], "levers"),
    }
    assert draft.steps[KINDS.index("decide")].values["previous"] == "byg"


def test_a_step_that_is_moved_before_its_build_step_is_told() -> None:
    draft = draft_of(load_course(FOLDER / "ballerup-30.yaml"), "da")
    show = next(step for step in draft.steps if step.kind == "show")
    draft.move(show, -1)
    (fault,) = course_or_faults(draft)[1]
    assert (fault.step, fault.field) == (show.uid, "previous")
    draft.move(show, 1)
    draft.remove(show)
    assert len(draft.steps) == 4
    draft.put_back()
    assert course_or_faults(draft)[0] == load_course(FOLDER / "ballerup-30.yaml")


def test_a_plan_is_written_from_nothing(lobby: Lobby) -> None:
    page = lobby()
    press(page, "plan-new")
    head = f"plan-{draft_on(page).uid}"
    run(page.selectbox(key=f"{head}-town").set_value("broendby"))
    key = add(page, "build")
    press(page, "plan-save")
    assert "Skriv en titel" in errors(page)
    assert "Vælg mindst én skyder" in errors(page)
    assert own() == []
    page.text_input(key=f"{head}-title").set_value("Vores aften")
    page.text_input(key=f"{key}-minutes").set_value("7,5")
    page.text_input(key=f"{key}-budget").set_value("2,5")
    page.multiselect(key=f"{key}-levers").set_value(["firm_places", "meetings:dagpenge"])
    run(page)
    assert errors(page) == ""
    add(page, "decide")
    press(page, "plan-save")
    (course,) = own()
    assert (course.title, course.municipality, course.minutes) == ("Vores aften", "broendby", 7.5)
    assert course.steps[0].levers == ("firm_places", "meetings:dagpenge")
    assert course.steps[0].budget_dkk == 2_500_000
    assert course.steps[1].previous == course.steps[0].id
    assert opened(visit(page)) is None
    assert page.button(key="begin-own/vores-aften.yaml")


def test_what_is_no_number_is_told_at_its_field(lobby: Lobby) -> None:
    page = lobby()
    press(page, "plan-copy-shipped/ballerup-30.yaml")
    step = draft_on(page).steps[2]
    press(page, f"plan-{step.uid}-open")
    run(page.text_input(key=f"plan-{step.uid}-minutes").set_value("ni"))
    press(page, "plan-save")
    assert own() == []
    assert page.error
    assert page.text_input(key=f"plan-{step.uid}-minutes").value == "ni"


def test_a_draft_waits_for_who_leaves_the_page(lobby: Lobby) -> None:
    page = lobby()
    press(page, "plan-copy-shipped/ballerup-30.yaml")
    step = draft_on(page).steps[0]
    press(page, f"plan-{step.uid}-open")
    run(page.text_input(key=f"plan-{step.uid}-title").set_value("Velkommen til"))
    run(page.switch_page(str(ROOT / "pages" / "method.py")))
    run(page.switch_page(PAGE))
    assert page.text_input(key=f"plan-{step.uid}-title").value == "Velkommen til"
    press(page, "plan-back")
    uid = next(iter(visit(page).widget_values["plan-drafts"])).uid
    press(page, f"plan-go-on-{uid}")
    assert draft_on(page).steps[0].values["title"] == "Velkommen til"
    press(page, "plan-drop")
    assert visit(page).widget_values["plan-drafts"] == []


def test_a_plan_survives_a_reload_and_a_meeting_is_begun_with_it(lobby: Lobby, tmp_path: Path) -> None:
    page = lobby()
    press(page, "plan-copy-shipped/ballerup-30.yaml")
    assert not visit(page).plan, "nothing was typed yet"
    run(page.text_input(key=f"plan-{draft_on(page).uid}-title").set_value("Vores aften"))
    first = draft_on(page).steps[0]
    press(page, f"plan-{first.uid}-open")
    run(page.text_area(key=f"plan-{first.uid}-note").set_value("Vent på\nformanden"))
    written = draft_on(page).plain()
    address = dict(parse_qsl(visit(page).query))
    assert all(address["plan"] not in path.name for path in (tmp_path / "workshops").rglob("*"))

    again = lobby(**address)
    assert draft_on(again).plain() == written
    key = f"plan-{draft_on(again).steps[0].uid}"
    assert again.text_area(key=f"{key}-note").value == "Vent på\nformanden"
    run(again.text_input(key=f"{key}-minutes").set_value("7"))
    # The window before takes up what was typed in this one; a visit without the secret sees nothing of it.
    assert draft_on(run(page)).steps[0].values["minutes"] == "7"
    assert opened(visit(lobby())) is None
    press(again, "plan-save")
    assert not list((tmp_path / "workshops" / "plan-drafts").iterdir())
    assert not visit(again).plan
    press(again, "begin-own/vores-aften.yaml")
    meeting = facilitated(visit(again).facilitator)
    assert meeting is not None
    assert (meeting.course.title, meeting.step.note, meeting.step.minutes) == (
        "Vores aften",
        "Vent på\nformanden",
        7,
    )
    assert opened(visit(run(page))) is None


def test_a_draft_in_which_nothing_was_typed_leaves_no_trace(lobby: Lobby) -> None:
    page = lobby()
    press(page, "plan-copy-shipped/ballerup-30.yaml")
    press(page, "plan-back")
    assert visit(page).widget_values["plan-drafts"] == []


def test_an_own_plan_is_changed_in_place_deleted_and_brought_back(lobby: Lobby) -> None:
    page = lobby()
    stored = save_course(load_course(FOLDER / "ballerup-30.yaml").model_copy(update={"title": "Vores"}))
    run(page)
    press(page, f"plan-edit-{stored.key}")
    run(page.text_input(key=f"plan-{draft_on(page).uid}-title").set_value("Vores anden"))
    press(page, "plan-save")
    assert [one.title for one in own()] == ["Vores anden"]
    press(page, "plan-delete-own/vores-anden.yaml")
    assert own() == []
    assert [one.title for one in deleted_courses()] == ["Vores anden"]
    press(page, "plan-undo-do")
    assert [one.title for one in own()] == ["Vores anden"]
    assert deleted_courses() == ()


def test_two_windows_do_not_overwrite_each_other(lobby: Lobby) -> None:
    page = lobby()
    course = load_course(FOLDER / "ballerup-30.yaml").model_copy(update={"title": "Vores"})
    stored = save_course(course)
    run(page)
    press(page, f"plan-edit-{stored.key}")
    save_course(course.model_copy(update={"description": "Af en anden"}), replaces=stored.key)
    run(page.text_area(key=f"plan-{draft_on(page).uid}-description").set_value("Af mig"))
    press(page, "plan-save")
    assert "andet vindue" in errors(page)
    assert [one.description for one in own()] == ["Af en anden"]
    assert draft_on(page).head["description"] == "Af mig"


def test_a_title_that_is_taken_overwrites_nothing(lobby: Lobby) -> None:
    page = lobby()
    save_course(load_course(FOLDER / "broendby-60.yaml").model_copy(update={"title": "Vores"}))
    press(page, "plan-copy-shipped/ballerup-30.yaml")
    run(page.text_input(key=f"plan-{draft_on(page).uid}-title").set_value("Vores"))
    press(page, "plan-save")
    assert "allerede en mødeplan" in errors(page)
    assert [one.municipality for one in own()] == ["broendby"]


def test_a_file_is_opened_and_a_broken_one_told_with_its_line(lobby: Lobby) -> None:
    page = lobby()
    text = (FOLDER / "ballerup-90.yaml").read_text(encoding="utf-8")
    broken = text.replace("budget.bound_share", "budget.bound_shore")
    page.file_uploader[0].upload("min.yaml", broken.encode(), "application/yaml")
    run(page)
    line = next(n for n, one in enumerate(broken.splitlines(), start=1) if "bound_shore" in one)
    assert any(f"linje {line}" in one.value and "Mente du" in one.value for one in page.text)
    assert opened(visit(page)) is None
    page.file_uploader[0].upload("min.yaml", text.encode(), "application/yaml")
    run(page)
    assert draft_on(page).head["title"] == "Ballerup: 90 minutter om indsatsen fra 2027"
    press(page, "plan-back")
    assert opened(visit(page)) is None
    assert len(visit(page).widget_values["plan-drafts"]) == 1


def test_what_the_model_suggests_is_taken_with_one_press(
    lobby: Lobby, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, str]] = []

    def named(municipality: Any, scenario: Any, figure: str, **_: Any) -> tuple[Any, ...]:
        asked.append((scenario.name, figure))
        return (SimpleNamespace(parameter="displacement"), SimpleNamespace(parameter="budget.bound_share"))

    monkeypatch.setattr(plan_step, "named_assumptions", named)
    page = lobby()
    press(page, "plan-copy-shipped/ballerup-90.yaml")
    step = next(one for one in draft_on(page).steps if one.kind == "beliefs")
    press(page, f"plan-{step.uid}-open")
    assert asked == []
    run(page.selectbox(key="plan-suggest-figure").set_value("serviceoplevelse.offer_within_13_weeks"))
    press(page, "plan-suggest-do")
    assert visit(page).jobs["plan-suggest"].done.wait(60)
    run(page)
    press(page, "plan-suggest-use")
    assert asked == [("2027: flere pladser i virksomheder", "serviceoplevelse.offer_within_13_weeks")]
    assert page.multiselect(key=f"plan-{step.uid}-assumptions").value == [
        "displacement",
        "budget.bound_share",
    ]
    press(page, "plan-save")
    (beliefs,) = [one for one in own()[0].steps if one.kind == "beliefs"]
    assert beliefs.assumptions == ("displacement", "budget.bound_share")


def test_what_is_typed_is_kept_when_another_step_is_opened_with_the_same_press(lobby: Lobby) -> None:
    page = lobby()
    press(page, "plan-copy-shipped/ballerup-30.yaml")
    first, second = draft_on(page).steps[:2]
    press(page, f"plan-{first.uid}-open")
    # The browser sends the field that is left together with the press.
    page.text_input(key=f"plan-{first.uid}-title").set_value("Nyt navn")
    press(page, f"plan-{second.uid}-open")
    assert draft_on(page).steps[0].values["title"] == "Nyt navn"


def test_another_municipality_asks_for_its_own_scenarios_and_goals_and_the_first_ones_come_back(
    lobby: Lobby,
) -> None:
    page = lobby()
    press(page, "plan-copy-shipped/ballerup-30.yaml")
    draft = draft_on(page)
    before = draft.plain()
    guess = next(step for step in draft.steps if step.kind == "guess")
    run(page.selectbox(key=f"plan-{draft.uid}-town").set_value("broendby"))
    press(page, "plan-save")
    assert own() == []
    assert draft.open_step == guess.uid
    assert "Vælg et scenarie" in errors(page)
    assert "Vælg et mål" in errors(page)
    assert not page.selectbox(key=f"plan-{guess.uid}-scenario").value
    run(page.selectbox(key=f"plan-{draft.uid}-town").set_value("ballerup"))
    assert draft.plain() == before
    assert errors(page) == ""
