"""Test on every page that an address in what people write is no link, and a tag no element."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from model.catalogue.files import own_folder
from model.municipality.municipality_list import DATA_VARIABLE
from model.scenario.scenario import Scenario
from pages.session import scenario_store
from pages.session.session import baseline_scenario
from pages.shell.page import LIBRARY, PAGES
from tests.folders import MAIN, ROOT
from tests.pages.cases import the_visit
from tests.pages.links import drawn_as_html, drawn_as_markdown, links_in

pytestmark = pytest.mark.usefixtures("engine")
ADDRESS = "http://evil.example/x www.evil.example x.y@evil.example <img/src=evil>"
CARD = f"""measure: 1
title: '{ADDRESS}'
reason: '{ADDRESS}'
source: '{ADDRESS}'
changes: [{{lever: firm_places, more: 10}}]
"""


def scenario() -> Scenario:
    """Return a scenario in which every text is an address."""
    found = baseline_scenario("ballerup", "da").with_change("firm_places", 300.0)
    changes = tuple(change.model_copy(update={"why": ADDRESS}) for change in found.changes)
    texts = {"name": ADDRESS, "description": ADDRESS, "author": ADDRESS}
    return found.copy_with(changes=changes, **texts)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep what has addresses in it in a folder of its own."""
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path))
    scenario_store.library().save(scenario())
    (tmp_path / "scenarios" / "www.evil.example x.y@evil.example.yaml").write_text(
        f"'{ADDRESS}': [\n", encoding="utf-8"
    )
    own_folder().mkdir(parents=True)
    (own_folder() / "kort.yaml").write_text(CARD, encoding="utf-8")
    return tmp_path


def test_no_page_makes_a_link_of_what_people_write(folder: Path) -> None:
    from streamlit.testing.v1 import AppTest

    app: Any = AppTest.from_file(str(MAIN), default_timeout=120)
    app.run()
    the_visit(app).open(scenario())
    seen = html = 0
    for place in PAGES:
        app.switch_page(str(ROOT / place.file))
        # The dialogs are the same on every page.
        for dialog in ("about", "open", "save", None) if place is LIBRARY else (None,):
            the_visit(app).dialog = dialog
            app.run()
            assert not app.exception, place
            drawn = list(drawn_as_markdown(app))
            seen += sum("evil" in words for words in drawn)
            for words in drawn:
                assert not [found for found in links_in(words) if "evil" in found], (place, words)
            for words in drawn_as_html(app):
                html += "evil.example" in words
                assert "<img/src" not in words, place
    assert seen >= 10, "what people write is looked at"
    assert html, "and so is HTML"
