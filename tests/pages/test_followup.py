"""Test the page Follow-up: what it says, what is written, and how a decision comes there."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest

from model.followup.decided_files import Kept, keep, listing, save_told, told_of
from model.followup.told import Told
from model.municipality.municipality_list import DATA_VARIABLE
from model.municipality.vintages import BASELINE_VARIABLE
from pages.session.follow import follow, is_done_with, under_way
from pages.session.history import History, Step
from pages.session.session import Session, baseline_scenario
from tests.folders import MAIN, ROOT
from tests.model.followup.test_decided_files import decided
from tests.model.followup.test_predicted import with_wide
from tests.pages.cases import the_visit

pytestmark = pytest.mark.usefixtures("engine")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path))
    monkeypatch.setenv(BASELINE_VARIABLE, "2026")
    return tmp_path / "decided"


def opened() -> Any:
    """Return a visitor on the page."""
    from streamlit.testing.v1 import AppTest

    app = AppTest.from_file(str(MAIN), default_timeout=60)
    app.run()
    app.switch_page(str(ROOT / "pages" / "followup.py"))
    app.run()
    assert not app.exception
    return app


def said(app: Any) -> str:
    return "\n".join(
        str(e.value)
        for e in (*app.markdown, *app.caption, *app.header, *app.subheader, *app.info, *app.error)
    )


def kept(folder: Path) -> Kept:
    return keep(decided("Flere *pladser*"), folder=folder)


def test_nothing_is_followed_yet() -> None:
    app = opened()
    assert "Ingen beslutning følges endnu" in said(app)
    assert "go-library" in [button.key for button in app.button]


def test_it_says_what_is_expected_and_from_when_on(folder: Path) -> None:
    kept(folder)
    words = said(opened())
    assert "de første er dem for januar 2027" in words
    assert "Flere \\*pladser\\*" in words
    assert "november 2026" in words
    assert "Kontanthjælp i alt vises ikke" in words


def test_what_the_municipality_tells_is_kept_and_read_at_once(folder: Path) -> None:
    one = kept(folder)
    app = opened()
    app.text_input(key=f"own-{one.key}-dagpenge").set_value("700")
    app.button(key=f"FormSubmitter:own-{one.key}-Gem månedens tal").click().run()
    assert [(m.series, m.month, m.value) for m in told_of(one).months] == [("dagpenge", "2027-01", 700.0)]
    assert "over beregningernes bånd" in said(app)
    assert "Hvorfor blev det anderledes?" in said(app)
    app.text_input(key=f"delivered-{one.key}-0").set_value("180")
    app.button(key=f"FormSubmitter:delivered-{one.key}-Gem det leverede").click().run()
    assert told_of(one).value_of(("firm_places", None)) == 180.0
    assert len(told_of(one).months) == 1


def test_own_months_are_read_from_an_export(folder: Path) -> None:
    one = kept(folder)
    app = opened()
    lines = ["Område;Periode;Antal fuldtidspersoner", "Ballerup;2027M01;701", "Furesø;2027M02;99"]
    file = ("y01a02.csv", "\n".join(lines).encode(), "text/csv")
    app.file_uploader(key=f"own-file-{one.key}-0").set_value([file]).run()
    assert not app.exception
    assert [(m.series, m.month, m.value) for m in told_of(one).months] == [("dagpenge", "2027-01", 701.0)]
    assert "I januar 2027 blev det 701" in said(app)
    file = ("y01a02.csv", "\n".join(lines[:1] + lines[2:]).encode(), "text/csv")
    app.file_uploader(key=f"own-file-{one.key}-1").set_value([file]).run()
    assert not app.exception
    assert len(told_of(one).months) == 1
    app.file_uploader(key=f"own-file-{one.key}-2").set_value([("x.csv", b"nothing", "text/csv")]).run()
    assert not app.exception
    assert len(told_of(one).months) == 1


def test_what_cannot_have_been_delivered_is_refused(folder: Path) -> None:
    one = kept(folder)
    app = opened()
    app.text_input(key=f"delivered-{one.key}-0").set_value("-5")
    app.button(key=f"FormSubmitter:delivered-{one.key}-Gem det leverede").click().run()
    assert app.error
    assert told_of(one).delivered == ()


def test_a_broken_file_is_told_and_the_others_stand(folder: Path) -> None:
    kept(folder)
    (folder / "broken.yaml").write_text("decided: 1\nwhat: 2\n", encoding="utf-8")
    words = said(opened())
    assert "Flere" in words
    assert "Filer, der ikke kan læses" in words


def test_those_of_the_municipality_on_screen_come_first(folder: Path) -> None:
    kept(folder)
    other = decided().scenario.model_copy(update={"municipality": "vejle", "name": "Andetsteds"})
    keep(decided(scenario=other, decided_on=datetime.date(2026, 12, 24)), folder=folder)
    app = opened()
    (box,) = (box for box in app.selectbox if box.label == "Beslutning")
    assert box.options == ["Flere *pladser* (nov. 2026)", "Andetsteds (Vejle, dec. 2026)"]
    box.select_index(1).run()
    assert "Andetsteds" in said(app)


def test_a_decision_is_put_away_and_kept(folder: Path) -> None:
    one = kept(folder)
    app = opened()
    app.button(key=f"put-away-{one.key}").click().run()
    assert listing(folder=folder)[0] == ()
    assert "Ingen beslutning følges endnu" in said(app)


def test_the_room_sees_one_thing_at_a_time(folder: Path) -> None:
    made = with_wide()
    one = keep(made, folder=folder)
    save_told(one, Told().with_month("dagpenge", "2027-01", 700))
    app = opened()
    the_visit(app).present = True
    app.run()
    assert not app.exception
    assert "Det er som ventet" in said(app)
    rows = html(app)
    for figure in ("680", "665\N{EN DASH}685", "600\N{EN DASH}760", "700", "eget tal"):
        assert figure in rows
    assert "8 af 10 kommuner" in rows
    assert not app.expander  # nobody writes here
    choose(app, "why")
    assert "Resten" in html(app)
    assert "8 af 10 kommuner" not in html(app)
    assert "Tilfældigt" not in html(app)  # the others' figures of the month have not come
    choose(app, "decided")
    assert "Pladser i virksomheder" in said(app)
    assert "Jobcenteret · dagpenge · hvert kvartal" in said(app).replace("\\", "")
    choose(app, "course")
    assert "Bredt, gråt bånd" in said(app)


def html(app: Any) -> str:
    """Return what is drawn as rows."""
    return "\n".join(str(e.proto.body) for e in app.get("html"))


def choose(app: Any, view: str) -> None:
    """Choose what the room sees."""
    the_visit(app).widget_values["followup-view"] = view
    app.session_state["followup-view"] = view
    app.run()
    assert not app.exception


def test_following_writes_the_decision_by_itself(folder: Path) -> None:
    scenario = baseline_scenario("ballerup", "da").copy_with(name="Følges").with_change("firm_places", 200)
    session = Session(History((Step(scenario, "start"),)), token="here")
    assert follow(session, scenario, meeting="Mødet", decision="Ja")
    job = under_way(session)
    assert job is not None
    assert job.done.wait(300)
    assert job.error is None
    found, broken = listing(folder=folder)
    assert broken == ()
    assert [(one.decided.scenario.name, one.decided.meeting) for one in found] == [("Følges", "Mødet")]
    is_done_with(session)
    assert under_way(session) is None


def test_what_changes_nothing_is_not_followed(folder: Path) -> None:
    scenario = baseline_scenario("ballerup", "da")
    session = Session(History((Step(scenario, "start"),)), token="here")
    assert not follow(session, scenario)
    assert session.notice is not None
    assert "ændrer intet" in session.notice.words.da
    assert listing(folder=folder) == ((), ())
