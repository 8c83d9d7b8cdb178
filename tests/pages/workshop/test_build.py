"""Test the step in which tables build: what a device shows, what the facilitator types in, and what the room sees."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from model.language.catalogue import group_names_of_one_answer
from model.municipality.municipality_list import DATA_VARIABLE
from model.scenario.period import use_names_of
from model.workshop.answers import Draft
from model.workshop.meeting import Meeting
from model.workshop.meetings import join
from pages.components.cards import result_cards
from pages.components.lever_panel import lever_panel
from pages.session.jobs import Job
from pages.session.link import FACILITATOR
from pages.session.results import scenario_results
from pages.session.session import BAND_PART
from pages.views.workshop.build import _room
from pages.views.workshop.build_words import money
from tests.pages.cases import Hand, new_visit, the_visit
from tests.pages.workshop.cases import at_table, begun, opened

pytestmark = pytest.mark.usefixtures("engine")


@pytest.fixture
def led(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Meeting, str]:
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path))
    return begun()


def test_a_draft_survives_a_new_visit_and_shows_the_opened_sliders_alone(led: tuple[Meeting, str]) -> None:
    meeting, _ = led
    address = join(meeting, "Bord 1").address
    app = at_table(address).run()
    assert not app.exception
    Hand(the_visit(app)).move("firm_places", 200.0)
    app.run()
    again = at_table(address).run()
    assert not again.exception
    visit = the_visit(again)
    assert [(c.lever, c.to) for c in visit.scenario.changes] == [("firm_places", 200.0)]
    results = scenario_results(visit.scenario)
    panel = lever_panel(visit, results)
    items = [item["id"] for section in panel["sections"] for item in section["items"]]
    assert items == ["firm_places", "activation_rate:dagpenge"]
    assert (panel["themes"], panel["back"], panel["locked"]) == ([], None, False)
    board = result_cards(visit, results)
    assert (board["tries"], board["words"]["why"]) == ([], "")
    meeting.close(meeting.step)
    again.run()
    assert lever_panel(visit, results)["locked"]


def test_a_look_draws_the_page_again_for_a_band_and_not_for_another_table(
    led: tuple[Meeting, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    meeting, _ = led
    looks: list[tuple[Callable[[], object], object]] = []
    monkeypatch.setattr("pages.views.workshop.table.follow", lambda *look: looks.append(look))
    app = at_table(join(meeting, "Bord 1").address).run()
    assert not app.exception
    visit, other = the_visit(app), join(meeting, "Bord 2").table
    visit.leave()
    now, shown = looks[-1]
    visit.jobs[BAND_PART] = Job("another")
    assert now() != shown
    app.run()
    job = visit.jobs[BAND_PART] = Job("the table's")
    shown = looks[-1][0]()
    meeting.save_draft(meeting.step, other.id, Draft(), handed_in=True)
    assert looks[-1][0]() == shown
    job.sketch = "of the first draws"
    assert looks[-1][0]() != shown


def test_money_is_held_against_the_limit(led: tuple[Meeting, str]) -> None:
    meeting, _ = led
    base = meeting.base("Bord 1")
    visit = new_visit()
    nothing = money(visit, scenario_results(base), 10e6)
    assert (nothing["bar"]["at"], nothing["bar"]["most"], nothing["value"]) == (0.0, 0.8, "0 kr.")
    results = scenario_results(base.with_change("firm_places", 200))
    spent = money(visit, results, 10e6)
    assert spent["bar"]["at"] == pytest.approx(results.budget.total_difference / 12.5e6, abs=1e-4)
    assert spent["state"] == "within_main"
    assert spent["range"]
    assert money(visit, results, 1e6)["state"] == "over_main"
    assert money(visit, results, None)["bar"] is None


def test_the_facilitator_types_in_for_a_table(led: tuple[Meeting, str]) -> None:
    meeting, secret = led
    meeting.add_table("Bord 1")
    app = opened(**{FACILITATOR: secret}).run()
    assert not app.exception
    app.selectbox[0].set_value("t1").run()
    assert "uden ændringer 136" in field(app, "Pladser i virksomheder").label
    field(app, "Pladser i virksomheder").set_value("999999")
    press(app, "hand-in-").run()
    assert any("skal være mellem" in error.value for error in app.error)
    assert meeting.answer(meeting.step, "t1") is None
    assert field(app, "Pladser i virksomheder").value == "999999"
    field(app, "Pladser i virksomheder").set_value("200,0")
    field(app, "Dagpenge").set_value("25.5")
    field(app, "Hvorfor").set_value("Flere i job")
    press(app, "hand-in-").run()
    assert not app.exception
    answer = meeting.answer(meeting.step, "t1")
    assert answer is not None
    assert answer.draft is not None
    assert answer.handed_in
    assert [(c.lever, c.to, c.why) for c in answer.draft.changes] == [
        ("firm_places", 200.0, "Flere i job"),
        ("activation_rate", 25.5, ""),
    ]
    press(app, "save-").run()
    assert meeting.answer(meeting.step, "t1").handed_in is False  # type: ignore[union-attr]
    meeting.close(meeting.step)
    app.run()
    assert not [box for box in app.text_input if "Pladser" in box.label]
    assert any("136 → 200" in one.value for one in app.markdown)


def field(app: Any, start: str) -> Any:
    """Return the first field whose label begins so."""
    return next(box for box in app.text_input if box.label.startswith(start))


@pytest.fixture
def names(led: tuple[Meeting, str]) -> Iterator[None]:
    """Call target groups as the meeting does."""
    with group_names_of_one_answer():
        use_names_of(led[0].base())
        yield


def press(app: Any, start: str) -> Any:
    """Press the button whose key begins so."""
    return next(button for button in app.button if str(button.key).startswith(start)).click()


@pytest.mark.usefixtures("names")
def test_the_room_sees_how_far_tables_are_and_their_figures_only_when_shown(led: tuple[Meeting, str]) -> None:
    meeting, _ = led
    visit = new_visit()
    for name in ("Bord 1", "Bord 2", "Bord 3"):
        meeting.add_table(name)
    step = meeting.step
    changes = meeting.base().with_change("firm_places", 200).changes
    meeting.save_draft(step, "t1", Draft(changes=changes), handed_in=True)
    meeting.save_draft(step, "t2", Draft(changes=changes))

    def seen() -> list[str]:
        return [table["words"] for table in _room(visit, meeting, step)["tables"]]

    def facts() -> list[str]:
        return [" ".join(fact["words"].split()) for fact in _room(visit, meeting, step)["facts"]]

    assert seen() == ["afleveret", "i gang", "ikke begyndt"]
    assert "200" not in json.dumps(_room(visit, meeting, step))
    assert facts() == [
        "Pladser i virksomheder · Dagpenge: Aktiveringsgrad",
        "højst 10 mio. kr. dyrere end uden ændringer, alle år i alt",
    ]
    meeting.close(step)
    assert seen() == ["afleveret", "ikke afleveret", "intet forslag"]
    meeting.close(step, shown=True)
    assert [" ".join(words.split()) for words in seen()] == [
        "200 · 20 %",
        "udkast: 200 · 20 %",
        "intet forslag",
    ]
    assert (
        facts()[0]
        == "Pladser i virksomheder (uden ændringer 136) · Dagpenge: Aktiveringsgrad (uden ændringer 20 %)"
    )
