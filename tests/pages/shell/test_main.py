"""Test whole runs of the app in Streamlit's own test runner."""

from __future__ import annotations

import threading
import tomllib
from pathlib import Path
from typing import Any

import pytest

from model.domain import MODEL_VERSION
from model.library.share_link import encode_link
from model.municipality.municipality_list import DATA_VARIABLE
from model.scenario.files import load_scenario
from pages.session.jobs import JobQueue
from pages.session.notices import Notice, both_languages
from pages.session.session import baseline_scenario
from pages.shell import startup
from tests.folders import MAIN, ROOT
from tests.pages.cases import Hand, the_visit

pytestmark = pytest.mark.usefixtures("engine")


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    from streamlit.testing.v1 import AppTest

    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path))
    return AppTest.from_file(str(MAIN), default_timeout=60)


def hand_on(app: Any) -> Hand:
    """Return a hand on a running app's sliders."""
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
    assert names == {"indsatskompas.toolbar", "indsatskompas.explore_view", "indsatskompas.channel"}


def test_the_version_stands_at_the_foot_but_not_on_the_rooms_screen(app: Any) -> None:
    def foot() -> list[str]:
        return [
            one.proto.body
            for one in app.get("html")
            if "ik-version" in one.proto.body and "<style" not in one.proto.body
        ]

    app.run()
    (words,) = foot()
    assert f"Indsatskompas {MODEL_VERSION}<" in words
    the_visit(app).present = True
    app.run()
    assert foot() == []


def test_a_run_that_is_broken_off_takes_no_page_from_the_next(
    app: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    import streamlit

    given: list[Any] = []
    navigation = streamlit.navigation

    def noted(pages: list[Any], **options: Any) -> Any:
        given.append(pages)
        return navigation(pages, **options)

    monkeypatch.setattr(streamlit, "navigation", noted)
    app.run()
    app.run()
    # Streamlit marks the page that it hands out: on one that two runs share, the first takes the mark from the second.
    first, second = ({id(page) for page in pages} for pages in given)
    assert not first & second


def test_the_chart_does_not_change_its_specification(app: Any) -> None:
    app.run()
    # The first move brings what it moves most into the chart; from then on only figures change.
    hand_on(app).move("firm_places", 300.0)
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
    assert the_visit(app).scenario == scenario.copy_with(results=None)
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
    visit.open(baseline_scenario("ballerup", "da").copy_with(name=nasty).with_change("firm_places", 300.0))
    visit.notice = Notice("error", both_languages("page.save.done", name=nasty))
    visit.dialog = "open"
    app.run()
    assert not app.exception
    for element in (*app.markdown, *app.caption, *app.error, *app.button):
        words = getattr(element, "label", None) or element.value
        assert nasty not in str(words)


def test_notice_stays_while_the_page_waits_and_goes_when_the_visitor_acts(app: Any) -> None:
    app.run()
    visit = the_visit(app)
    visit.notice = Notice("warning", both_languages("page.error", id="1"))
    app.run()
    assert len(app.warning) == 1
    for _ in range(2):
        visit.polled = True  # as the channel's callback finds a message with nothing new in it
        app.run()
        assert len(app.warning) == 1
    app.run()
    assert not app.warning
    assert visit.notice is None


def test_success_is_told_once(app: Any) -> None:
    app.run()
    visit = the_visit(app)
    visit.notice = Notice("success", both_languages("page.error", id="1"))
    app.run()
    assert len(app.toast) == 1
    visit.polled = True
    app.run()
    assert not app.toast


def test_errors_are_said_in_plain_words(
    app: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    app.run()

    def fail(*_: Any) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr("pages.session.results.scenario_results", fail)
    app.run()
    assert not app.exception
    assert len(app.error) >= 1
    assert "secret" not in app.error[0].value
    (logged,) = [
        record for record in caplog.records if record.exc_info and "secret detail" in str(record.exc_info[1])
    ]
    number = logged.getMessage().rpartition(" ")[2]
    assert f"loggen som fejl {number}." in app.error[0].value


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


def test_a_whole_run_leaves_what_the_page_does_not_ask_for(app: Any) -> None:
    app.run()
    visit, desk = the_visit(app), JobQueue("test", capacity=2)
    assert visit.connection is not None

    def work(cancel: threading.Event, progress: Any) -> bool:
        return cancel.wait(60)

    gone = visit.ask(desk, "of another page", "gone", work)
    stays = visit.ask(desk, "asked for with a button", "stays", work, stays=True)
    app.run()
    assert not app.exception
    assert gone.is_stopped
    assert not stays.is_stopped
    visit.leave()
    assert stays.is_stopped


def test_no_message_is_referred_to_that_a_browser_may_have_forgotten() -> None:
    # Streamlit's browser tells with a question which messages it keeps, and may forget one before the answer comes.
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert config["global"]["minCachedMessageSize"] > 1024**2 * 500
    assert config["server"]["enableWebsocketCompression"], "whole messages are sent again: they are packed"
