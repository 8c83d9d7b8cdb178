"""Test how many windows the server takes at once, who comes in all the same, and when a place is free again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from model.municipality.municipality_list import DATA_VARIABLE
from pages.session import admission
from pages.session.admission import DEFAULT_MOST, VISITORS_VARIABLE, Admission, most_visitors
from tests.folders import MAIN


class House:
    """An admission for two, with a clock and those who have left."""

    def __init__(self) -> None:
        self.now = 0.0
        self.gone: set[str | None] = set()
        self.door = Admission(2, lambda connection: connection not in self.gone, lambda: self.now)

    def full(self) -> Admission:
        """Let two in."""
        assert self.door.admits("anna")
        assert self.door.admits("bo")
        return self.door


def test_whoever_comes_when_it_is_full_waits_and_whoever_is_in_stays() -> None:
    door = House().full()
    assert not door.admits("carl")
    assert door.admits("anna")
    assert not door.admits("carl"), "a look takes no place"


def test_a_meeting_and_what_is_no_browser_come_in_all_the_same() -> None:
    door = House().full()
    assert door.admits("table", always=True)
    assert door.admits(None)
    assert not door.admits("carl")


def test_a_place_is_kept_for_a_while_for_one_whose_connection_is_gone() -> None:
    house = House()
    door = house.full()
    house.gone.add("anna")
    house.now = 14.0
    assert not door.admits("carl")
    assert door.admits("anna"), "the network is back"
    house.now = 29.5
    assert door.admits("carl")
    assert not door.admits("anna"), "its place is taken"


def test_whoever_stays_connected_without_doing_anything_stays_in() -> None:
    house = House()
    door = house.full()
    house.now = 3600.0
    assert not door.admits("carl")
    house.gone.add("bo")
    assert not door.admits("carl"), "bo has left just now"
    house.now += 16.0
    assert door.admits("carl")


@pytest.mark.parametrize(
    ("given", "most"), [("", DEFAULT_MOST), ("12", 12), ("0", DEFAULT_MOST), ("many", DEFAULT_MOST)]
)
def test_how_many_is_a_setting(given: str, most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VISITORS_VARIABLE, given)
    assert most_visitors() == most


@pytest.mark.usefixtures("engine")
def test_the_page_says_that_it_is_full_and_opens_when_there_is_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from streamlit.testing.v1 import AppTest

    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path))
    house = House()
    monkeypatch.setattr(admission.ADMISSION, "admits", lambda *_, **__: house.now > 0)
    app: Any = AppTest.from_file(str(MAIN), default_timeout=60)
    app.run()
    assert not app.exception
    assert [title.value for title in app.title] == ["Der er mange på lige nu"]
    assert not app.get("arrow_vega_lite_chart")
    assert app.session_state["visit"].poll == (4000, 4000)
    house.now = 1.0
    app.run()
    assert not app.exception
    assert not app.title or app.title[0].value != "Der er mange på lige nu"
