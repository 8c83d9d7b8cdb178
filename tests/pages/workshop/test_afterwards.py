"""Test what the facilitator takes along, in Streamlit's own test runner."""

from __future__ import annotations

import io
from functools import partial
from pathlib import Path
from typing import Any

import docx
import pytest

from model.documents import workshop_findings
from model.language.catalogue import text
from model.municipality.municipality_list import DATA_VARIABLE
from pages.session.link import FACILITATOR
from pages.views.workshop.afterwards import RECORD
from tests.folders import MAIN, ROOT
from tests.model.documents.cases import words_of
from tests.model.workshop.cases import FIELD_CODE, held

pytestmark = pytest.mark.usefixtures("engine")
PAGE = str(ROOT / "pages" / "workshop.py")
PATIENCE = 240.0


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    from streamlit.testing.v1 import AppTest

    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path))
    monkeypatch.setattr(workshop_findings, "work_out", partial(workshop_findings.work_out, count=0))
    return AppTest.from_file(str(MAIN), default_timeout=120)


def led(app: Any, secret: str) -> Any:
    app.query_params[FACILITATOR] = secret
    app.run()
    app.switch_page(PAGE).run()
    assert not app.exception
    return app


def keys(elements: Any) -> list[str]:
    return [element.key for element in elements]


def test_the_record_is_made_when_it_is_asked_for(app: Any, tmp_path: Path) -> None:
    _, secrets = held(tmp_path / "workshops")
    led(app, secrets[0])
    assert "after-unseen" in keys(app.checkbox)
    assert RECORD not in app.session_state["visit"].jobs
    app.button(key="make-record").click().run()
    job = app.session_state["visit"].jobs[RECORD]
    assert job.done.wait(PATIENCE)
    app.run()
    assert not app.exception
    words = words_of(docx.Document(io.BytesIO(job.result)))
    assert FIELD_CODE in words
    assert "0,25" not in words  # believed, and never shown
    app.checkbox(key="after-unseen").check().run()
    app.button(key="make-record").click().run()
    job = app.session_state["visit"].jobs[RECORD]
    assert job.done.wait(PATIENCE)
    assert "0,25" in words_of(docx.Document(io.BytesIO(job.result)))


def test_the_mail_is_shown_as_text(app: Any, tmp_path: Path) -> None:
    _, secrets = held(tmp_path / "workshops")
    led(app, secrets[0])
    assert not app.code
    app.toggle(key="show-mail").set_value(True).run()
    assert not app.exception
    assert FIELD_CODE in app.code[0].value
    assert text("workshop.mail.decided", "da") in app.code[0].value


def test_unseen_answers_are_not_offered_before_the_end(app: Any, tmp_path: Path) -> None:
    _, secrets = held(tmp_path / "workshops", until="tro", shown=())
    led(app, secrets[0])
    assert "after-unseen" not in keys(app.checkbox)
    app.toggle(key="show-mail").set_value(True).run()
    assert "Bord 2" not in app.code[0].value


def test_the_lobby_offers_the_sheets_of_each_course(app: Any) -> None:
    app.run()
    app.switch_page(PAGE).run()
    assert not app.exception
    assert "paper-tables-shipped/ballerup-30.yaml" in keys(app.number_input)
