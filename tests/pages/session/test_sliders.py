"""Test where the sliders stand: every lever in a section, each view as levers.yaml says."""

from __future__ import annotations

import pytest

from model.domain import GROUPS
from model.language.catalogue import has_text
from model.municipality.municipality import municipality_on
from model.municipality.vintages import vintage
from model.scenario.levers import LEVERS, PANEL_THEMES
from pages.session.session import MAIN_VIEW, Session
from pages.session.sliders import MAIN, THEMES, Section, items_of, present_items, slider_facts, view_of


def test_every_slider_of_every_lever_stands_in_one_view() -> None:
    places = [item for sections in THEMES.values() for section in sections for item in items_of(section)]
    main = [item for section in MAIN for item in items_of(section)]
    assert len(places) == len(set(places))
    assert len(main) == len(set(main))
    every = {item for lever in LEVERS for item in items_of(Section(lever.id))}
    assert {*places, *main} == every
    for item in every:
        assert view_of(item) == (MAIN_VIEW if item in main else next(t for t in THEMES if item in _of(t)))


def _of(theme: str) -> set[str]:
    return {item for section in THEMES[theme] for item in items_of(section)}


def test_the_main_view_has_the_sliders_that_the_plans_speak_of() -> None:
    assert [item for section in MAIN for item in items_of(section)] == [
        "firm_places",
        *(f"activation_rate:{group}" for group in GROUPS[:3]),
        "meetings:dagpenge",
    ]


def test_levers_stand_in_a_theme_by_their_order_not_that_of_the_file() -> None:
    assert [section.lever for section in THEMES["timing"]] == [
        "offer_deadline_week",
        "first_offer_week",
        "newcomer_priority",
    ]


@pytest.mark.parametrize("language", ["da", "en"])
def test_every_theme_has_a_name(language: str) -> None:
    assert tuple(THEMES) == PANEL_THEMES
    for theme in THEMES:
        assert has_text(f"page.theme.{theme}", language)


def test_the_big_screen_begins_with_three_sliders(visit: Session) -> None:
    assert present_items(visit) == (
        "firm_places",
        "activation_rate:kontanthjaelp_aktivitetsparat",
        "meetings:dagpenge",
    )


def test_a_slider_says_of_which_years_its_baseline_is() -> None:
    town = municipality_on(vintage("2026"), "ballerup")
    assumed, known, neither = (
        slider_facts(town, item, "da")
        for item in ("activation_rate:dagpenge", "offer_deadline_week:dagpenge", "firm_priority:dagpenge")
    )
    assert (assumed["dated"], known["dated"], neither["dated"]) == ("antaget 2020", "tal fra 2015", "")
    assert assumed["datedHint"] == "Tallet uden ændringer er antaget for 2020."
    assert neither["datedHint"] == ""
