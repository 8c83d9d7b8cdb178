"""Test the targets that the user types in on the page Data: read, kept with the scenario, undone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from model.municipality.municipality_list import DATA_VARIABLE
from model.scenario.files import load_scenario
from model.scenario.own_assumptions import own_assumptions, own_targets
from pages.session.history import History, Step
from pages.session.session import baseline_scenario, decode_link, encode_link
from tests.folders import ROOT
from tests.pages.cases import the_visit
from tests.pages.data_page import settled, started, words

pytestmark = pytest.mark.usefixtures("engine")
SAVING = "national_level.budgetpersoner.saved_per_year"
ODENSE = ROOT / "scenarios" / "odense" / "2027-en-fjerdedel-mindre.yaml"


@pytest.fixture(autouse=True)
def data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the visitor an empty folder of own figures."""
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path))


def opened(language: str = "da") -> Any:
    """Return a visitor with Odense's example, its target taken out, on the part with the targets."""
    scenario = load_scenario(ODENSE).without_assumption(SAVING)
    return started("targets", language=language, history=History((Step(scenario, "start"),)))


def field(app: Any, parameter: str = SAVING, kind: str = "target") -> Any:
    """Return the field of a target, whatever stands in it."""
    town = the_visit(app).history.current.municipality
    (found,) = (one for one in app.text_input if (one.key or "").startswith(f"{kind}-{town}-{parameter}-"))
    return found


def typed(app: Any) -> dict[str, tuple[float, str]]:
    return {a.parameter: (a.value, a.why) for a in the_visit(app).history.current.assumptions}


@pytest.mark.parametrize(
    ("language", "text"), [("da", "42,5"), ("da", "42.5"), ("en", "42.5"), ("en", "42,5")]
)
def test_comma_and_point_are_read_and_undone(language: str, text: str) -> None:
    app = opened(language)
    assert not typed(app)
    field(app).set_value(text)
    settled(app)
    assert typed(app) == {SAVING: (42.5, "")}
    assert field(app).value == ("42,5" if language == "da" else "42.5")
    the_visit(app).undo()
    settled(app)
    assert not typed(app)
    assert field(app).value == ""
    the_visit(app).redo()
    settled(app)
    assert field(app).value == ("42,5" if language == "da" else "42.5")


def test_the_status_and_the_reason_follow_and_an_empty_field_takes_it_away() -> None:
    app = opened()
    assert "Uden ændringer: 0,0 mio. kr. I scenariet: 42,8 mio. kr. Status: Bedre" in words(app)
    assert "mio. kr.." not in words(app)
    field(app).set_value("40")
    settled(app)
    assert "I scenariet: 42,8 mio. kr. Status: Nået" in words(app)
    field(app, kind="target-why").set_value("Budget 2027")
    settled(app)
    assert typed(app) == {SAVING: (40.0, "Budget 2027")}
    # It goes with the scenario wherever that goes.
    scenario = the_visit(app).history.current
    assert decode_link(encode_link(scenario)).assumptions == scenario.assumptions
    field(app).set_value("")
    settled(app)
    assert not typed(app)


def test_a_reason_waits_for_its_number() -> None:
    app = opened()
    field(app, kind="target-why").set_value("Byrådet, oktober")
    settled(app)
    assert not typed(app)
    field(app).set_value("12")
    settled(app)
    assert typed(app) == {SAVING: (12.0, "Byrådet, oktober")}


@pytest.mark.parametrize("text", ["-3", "mange"])
def test_what_is_no_number_stays_in_its_field(text: str) -> None:
    app = opened()
    field(app).set_value(text)
    settled(app)
    assert len(app.error) == 1
    assert field(app).value == text
    assert not typed(app)


def test_looking_changes_nothing_and_national_levels_have_their_field() -> None:
    level = "national_level.unge.young_on_support"
    scenario = baseline_scenario("ballerup", "da").with_assumption(level, 1.23456789)
    app = started("targets", history=History((Step(scenario, "start"),)))
    assert typed(app) == {level: (1.23456789, "")}
    assert not the_visit(app).history.can_undo
    assert field(app, level).label.replace("\\", "").startswith("Landsniveau: ")
    field(app, level).set_value("2,5")
    settled(app)
    assert typed(app) == {level: (2.5, "")}


def test_a_target_is_no_changed_assumption_and_documents_tell_its_reason() -> None:
    scenario = load_scenario(ODENSE)
    assert own_assumptions(scenario) == ()
    (target,) = own_targets(scenario)
    assert (target.parameter, target.value) == (SAVING, 90.0)
    assert target.sentence().text("da").startswith("Kommunens eget tal at nå, Sparet om året")
    level = scenario.with_assumption("national_level.unge.young_on_support", 4.0)
    assert own_targets(level) == (target,)
    app = started("targets", history=History((Step(scenario, "start"),)))
    app.switch_page(str(ROOT / "pages" / "uncertainty.py"))
    settled(app)
    assert "Kommunens eget tal at nå, Sparet om året" in words(app)
    assert SAVING not in words(app)


def test_the_committee_item_shows_what_has_a_target_of_its_own(tmp_path: Path) -> None:
    import docx

    from model.cli.main import main

    file = tmp_path / "sag.docx"
    assert main(["report", str(ODENSE), "--to", str(file), "--draws", "8"]) == 0
    document = docx.Document(str(file))
    cells = [[cell.text for cell in row.cells] for table in document.tables for row in table.rows]
    (row,) = (one for one in cells if "Sparet om året" in one[0])
    assert row[1] == "0,0 mio. kr."
    assert "mindst 90 mio. kr." in row
    said = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert "Tal at nå, som kommunen selv sætter" in said
    assert "Odense regner med næsten 90 mio. kr." in said
