"""Test the pages compare, seek, uncertainty and why in Streamlit's own test runner."""

from __future__ import annotations

import datetime
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from model.library.share_link import encode_link
from model.municipality.municipality import Municipality, load_municipality
from model.municipality.municipality_list import DATA_VARIABLE
from model.scenario.files import load_scenario
from model.scenario.scenario import Scenario
from model.uncertainty.tornado import Swing, TornadoOptions, tornado
from pages.session.history import History, Step
from pages.session.session import Session, baseline_scenario
from tests.folders import MAIN, ROOT
from tests.model.uncertainty.cases import FAMILIES

pytestmark = pytest.mark.usefixtures("engine")
DOUBLE = ROOT / "scenarios" / "ballerup" / "dobbelt-virksomhedsindsats.yaml"
PATIENCE = 240.0


@pytest.fixture(autouse=True)
def few_families(monkeypatch: pytest.MonkeyPatch) -> None:
    """Turn four families of numbers; all of them are turned in the tests of the model and of suppression."""

    def of_few(
        municipality: Municipality, scenario: Scenario, indicator: str, options: TornadoOptions, **more: Any
    ) -> tuple[Swing, ...]:
        return tornado(municipality, scenario, indicator, replace(options, families=FAMILIES), **more)

    monkeypatch.setattr("pages.views.uncertainty.sections.tornado", of_few)


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    from streamlit.testing.v1 import AppTest

    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path))
    return AppTest.from_file(str(MAIN), default_timeout=120)


def opened(app: Any, scenario: Scenario, page: str, language: str = "da") -> Any:
    app.query_params["s"] = encode_link(scenario)
    app.query_params["lang"] = language
    app.run()
    app.switch_page(str(ROOT / "pages" / f"{page}.py")).run()
    return settled(app)


def settled(app: Any) -> Any:
    """Wait for the work beside the page and draw what came of it, until nothing is under way."""
    for _ in range(12):
        jobs = app.session_state["visit"].jobs
        for job in jobs.values():
            assert job.done.wait(PATIENCE)
            assert not job.is_failed, job.error
        app.run()
        assert not app.exception
        assert not app.error, [e.value for e in app.error]
        if all(job.done.is_set() for job in app.session_state["visit"].jobs.values()):
            return app
    raise AssertionError("the page did not come to rest")


def texts(app: Any) -> str:
    kinds = ("markdown", "caption", "header", "subheader")
    return "\n".join(str(element.value) for kind in kinds for element in app.get(kind))


def test_uncertainty_shows_bands_chances_and_what_matters(app: Any) -> None:
    # With all the guidance closed that places replace, nobody knows whether it saves or costs.
    opened(app, load_scenario(DOUBLE).with_change("guidance_closed", 100), "uncertainty")
    assert len(app.get("vega_lite_chart")) == 3
    words = texts(app)
    assert "beregninger" in words
    assert "kan både spare og koste kommunen penge" in words
    assert "billigere end uden ændringer i" in words


def test_uncertainty_of_what_is_hidden_is_hidden(app: Any) -> None:
    from model.goals.evaluate import evaluate_goals
    from model.simulation.simulate import baseline

    run = baseline(load_municipality("laesoe"))
    suppressed = [(goal.id, i) for goal in evaluate_goals(run, run) for i in goal.indicators if i.suppressed]
    assert suppressed
    scenario = baseline_scenario("laesoe", "da").with_change("firm_places", 6.0)
    opened(app, scenario, "uncertainty")
    assert len(app.get("vega_lite_chart")) >= 2
    visit = app.session_state["visit"]
    visit.goal, visit.indicator = suppressed[0][0], suppressed[0][1].id
    settled(app.run())
    assert not app.get("vega_lite_chart")
    assert "Antal under 5 vises ikke" in " ".join(str(info.value) for info in app.info)
    rows = " ".join(str(table.value) for table in app.table)
    assert all(i.title.text("da") not in rows for _, i in suppressed)


def test_an_own_assumption_is_stored_with_its_reason_and_removed(app: Any) -> None:
    opened(app, load_scenario(DOUBLE), "uncertainty")
    app.selectbox(key="assume-which").set_value("displacement").run()
    app.text_input(key="assume-displacement").set_value("0,5")
    app.text_input(key="assume-why").set_value("Udvalget tror det")
    next(b for b in app.button if b.label == "Brug tallet").click().run()
    settled(app)
    visit: Session = app.session_state["visit"]
    assert [(a.parameter, a.value, a.why) for a in visit.scenario.assumptions] == [
        ("displacement", 0.5, "Udvalget tror det")
    ]
    app.button(key="assume-remove-0").click().run()
    assert not app.session_state["visit"].scenario.assumptions


def test_seek_finds_places_within_a_budget(app: Any) -> None:
    opened(app, baseline_scenario("ballerup", "da"), "seek")
    visit: Session = app.session_state["visit"]
    from pages.session.questions import Question

    goal = next(g for g in visit.municipality.goals if any(i.id == "participation" for i in g.indicators))
    visit.question = Question(f"{goal.id}.participation", 20.0, 2024, ("firm_places",), 15.0)
    app.run()
    app.button(key="seek-start").click().run()
    settled(app)
    assert "Målet kan nås" in texts(app)
    app.button(key="go-seek-use").click().run()
    change = app.session_state["visit"].scenario.change_of("firm_places")
    assert change is not None
    assert 380 <= change.to <= 420


def test_seek_asks_whether_a_lever_without_a_price_costs_nothing(app: Any) -> None:
    opened(app, baseline_scenario("ballerup", "da"), "seek")
    from pages.session.questions import Question

    asked = Question("ikke_vestlig_baggrund.offer_use", 0.95, 2024, ("equal_effort",), 100.0)
    app.session_state["visit"].question = asked
    app.run()
    app.button(key="seek-start").click().run()
    settled(app)
    (warning,) = app.warning
    assert "Der er ingen pris på: Lige indsats uanset baggrund" in warning.value.replace("\\", "")
    app.checkbox(key="seek-costless").check().run()
    app.button(key="seek-start").click().run()
    settled(app)
    assert not app.warning
    given = "Det er oplyst, at det ikke koster noget at ændre: Lige indsats uanset baggrund."
    assert given in texts(app).replace("\\", "")


def test_the_last_years_wish_lies_within_the_run() -> None:
    from pages.session.questions import Question

    scenario = baseline_scenario("ballerup", "da")
    assert Question("x", 1.0, 2024).wish(scenario.end).by == scenario.end - datetime.timedelta(days=1)
    assert Question("x", 1.0, 2022).wish(scenario.end).by == datetime.date(2022, 12, 31)


def test_why_adds_up_on_screen(app: Any) -> None:
    scenario = load_scenario(DOUBLE)
    opened(app, scenario, "why")
    settled(app)
    rows = next(t.value for t in app.table if "Skyder" in t.value.columns[0] and len(t.value.columns) > 3)
    if "9 af 10 beregninger" in rows.iloc[-1, 0]:  # once the draws are run
        rows = rows.iloc[:-1]
    assert len(rows) == len(scenario.changes) + 1

    def number(cell: str) -> float:
        return float(
            str(cell).replace("\\", "").replace("\u2212", "-").replace(".", "").replace(",", ".").split()[0]
        )

    part = next(c for c in rows.columns if "Deltagelse" in c)
    *levers, total = (number(cell) for cell in rows[part])
    assert sum(levers) == pytest.approx(total, abs=0.11)
    assert "Hvad hver skyder lægger til" in texts(app)


def test_the_first_page_leads_to_why(app: Any) -> None:
    app.run()
    assert app.button(key="go-why").label == "Hvorfor flytter det sig?"


def test_why_without_changes_says_what_to_do(app: Any) -> None:
    app.run()
    app.switch_page(str(ROOT / "pages" / "why.py")).run()
    assert "Flyt en skyder på siden Udforsk først" in texts(app)


def test_a_visit_without_changes_gets_every_page(app: Any) -> None:
    visit = Session(History((Step(baseline_scenario("roskilde", "da"), "start"),)), token="x")
    for page in ("compare", "uncertainty", "seek"):
        opened(app, visit.scenario, page)


def test_points_of_an_answer_are_a_list() -> None:
    from pages.views.seek.answer import as_markdown

    assert as_markdown(["Først.", "Det går ud over:", "- Et", "- To", "Til sidst."]) == (
        "Først\\.\n\n\nDet går ud over\\:\n\n- Et\n- To\n\nTil sidst\\."
    )


def written(scenario: Scenario, author: str) -> Scenario:
    """Return a scenario with a text of its author wherever one can stand."""
    return scenario.copy_with(
        name=f"{author} name",
        author=f"{author} author",
        description=f"{author} description",
        changes=tuple(c.model_copy(update={"why": f"{author} why"}) for c in scenario.changes),
        workshop={"question": f"{author} asked", "decision": f"{author} decided"},
    )


def ask_for_places(app: Any, scenario: Scenario) -> Session:
    """Ask on the page What would it take for a goal that private firms' places reach."""
    from pages.session.questions import Question

    opened(app, scenario, "seek")
    visit: Session = app.session_state["visit"]
    goal = next(g for g in visit.municipality.goals if any(i.id == "participation" for i in g.indicators))
    visit.question = Question(f"{goal.id}.participation", 20.0, 2024, ("firm_places",), None)
    app.run()
    app.button(key="seek-start").click().run()
    settled(app)
    return visit


def test_a_search_that_is_kept_gives_the_next_visitor_none_of_the_first_ones_texts(app: Any) -> None:
    from streamlit.testing.v1 import AppTest

    from pages.session import jobs

    plain = (
        baseline_scenario("ballerup", "da")
        .with_change("firm_places", 210.0)
        .with_change("activation_rate", 26.0, "dagpenge")
    )
    ask_for_places(app, written(plain, "ALICE"))
    kept = set(jobs.STUDIES._kept)
    other = AppTest.from_file(str(MAIN), default_timeout=120)
    bob = ask_for_places(other, written(plain, "BOB"))
    assert set(jobs.STUDIES._kept) == kept, "the same question is answered by the search that is kept"
    other.button(key="go-seek-use").click().run()
    used = other.session_state["visit"].scenario
    assert used is bob.scenario
    assert used.change_of("firm_places").to > 210
    texts_of = used.model_dump_json()
    assert "ALICE" not in texts_of
    assert used.author == "BOB author"
    assert used.workshop is not None
    assert used.workshop.decision == "BOB decided"
    assert [change.why for change in used.changes] == ["BOB why", "BOB why"]


def test_no_answer_that_is_kept_for_all_holds_a_visitors_texts(app: Any) -> None:
    from pages.session import jobs, results

    scenario = written(load_scenario(DOUBLE), "CAROL")
    for page in ("uncertainty", "compare"):
        opened(app, scenario, page)
    app.switch_page(str(ROOT / "pages" / "why.py")).run()
    settled(app)
    ask_for_places(app, scenario)
    asked = {job.key[0] for job in jobs.STUDIES._kept.values()}
    assert asked >= {
        "fan",
        "tornado",
        "why",
        "why-parts",
        "why-mechanisms",
        "compare-sure",
        "compare-sets",
        "seek",
    }
    answers = [job.result for queue in (jobs.STUDIES, jobs.BANDS) for job in queue._kept.values()]
    for answer in (*answers, *results._runs._entries.values()):
        assert "CAROL" not in "\n".join(strings_in(answer)), type(answer)


def strings_in(root: Any) -> list[str]:
    """Return every text that can be reached from an answer by fields, items and what a phrase is made of."""
    seen: set[int] = set()
    strings: list[str] = []
    waiting = [root]
    while waiting:
        at = waiting.pop()
        if isinstance(at, str):
            strings.append(at)
        elif id(at) not in seen:
            seen.add(id(at))
            if isinstance(at, dict):
                waiting += [*at.keys(), *at.values()]
            elif isinstance(at, list | tuple | set | frozenset):
                waiting += at
            elif type(at).__module__.startswith("model."):
                waiting += vars(at).values() if hasattr(at, "__dict__") else ()
                waiting += [getattr(at, name, None) for name in getattr(type(at), "__slots__", ())]
    return strings


def test_numbers_are_read_with_a_comma_and_with_a_point(app: Any) -> None:
    opened(app, baseline_scenario("ballerup", "da"), "seek")
    for text, value in (("2,5", 2.5), ("3.5", 3.5), ("", None)):
        app.text_input(key="seek-budget").set_value(text).run()
        question = app.session_state["visit"].question
        assert question is not None
        assert question.million_a_year == value
        assert not app.error


def test_a_number_that_cannot_be_read_is_told_and_searches_for_nothing(app: Any) -> None:
    opened(app, baseline_scenario("ballerup", "da"), "seek")
    app.text_input(key="seek-budget").set_value("5").run()
    app.text_input(key="seek-budget").set_value("fem").run()
    assert any("fem" in str(error.value) for error in app.error)
    app.button(key="seek-start").click().run()
    assert any("fem" in str(error.value) for error in app.error)
    assert "seek" not in app.session_state["visit"].jobs, "nothing is searched for"
    app.text_input(key="seek-budget").set_value("1.000").run()
    assert any("to måder" in str(error.value) for error in app.error)
    app.text_input(key="seek-budget").set_value("1000").run()
    assert not app.error
    assert app.session_state["visit"].question.million_a_year == 1000
