"""Compute what the live sliders show: the sections on screen with their values, effects and ways back."""

from __future__ import annotations

from typing import Any, Final

from model.disclosure import LIMIT, is_small
from model.language.catalogue import number, short_date
from model.scenario.levers import LEVER_BY_ID, Lever, decimals_of
from model.scenario.scenario import Scenario
from pages.components.third import third_of_lever
from pages.session.reference import reference_results
from pages.session.results import ScenarioResults
from pages.session.session import MAIN_VIEW, Session, value_in
from pages.session.sliders import (
    ALONE,
    MAIN,
    THEMES,
    Section,
    item_of,
    items_of,
    part_value,
    present_items,
    shown_sections,
    slider_facts,
)

_LOCALES: Final = {"da": "da-DK", "en": "en-GB"}


def lever_panel(session: Session, results: ScenarioResults) -> dict[str, Any]:
    """Return everything that the live sliders show."""
    other = reference_results(session)
    third = None if other is None else other.scenario
    shown: list[dict[str, Any]] = []
    if session.opened_levers is not None:
        items = [_item(session, results, item, third, alone=True) for item in session.opened_levers]
        shown = [{"id": "opened", "title": "", "note": "", "items": items}]
    elif session.present and session.view == MAIN_VIEW:
        items = [_item(session, results, item, third, alone=True) for item in present_items(session)]
        shown = [{"id": "present", "title": "", "note": "", "items": items}]
    else:
        shown = [_section(session, results, section, third) for section in shown_sections(session)]
    replay = session.animation
    return {
        # Only of moves: the end of a gesture changes nothing on screen, and then nothing is drawn again.
        "acknowledged": session.last_move,
        "language": session.language,
        "locale": _LOCALES[session.language],
        "present": session.present,
        "view": session.view,
        "back": None if session.view == MAIN_VIEW else session.page_text("levers.back"),
        "sections": shown,
        "themes": [_theme(session, theme, third) for theme in THEMES]
        if session.view == MAIN_VIEW and not session.present and session.opened_levers is None
        else [],
        "locked": session.drafted is not None and session.drafted.locked,
        "reasons": session.opened_levers is not None,
        "words": {
            "more": session.page_text("levers.more"),
            "stop": session.page_text("play.stop"),
            "stopLabel": session.page_text("play.stop_label", name="{name}"),
            "reason": session.page_text("levers.reason"),
            "reasonLabel": session.page_text("levers.reason_label", name="{name}"),
        },
        "replay": None
        if replay is None
        else {
            "token": replay.token,
            "id": replay.item,
            "from": replay.start,
            "to": replay.end,
            "seconds": replay.seconds,
        },
    }


def _theme(session: Session, theme: str, third: Scenario | None) -> dict[str, str]:
    """Return the way to more sliders, with how many of them are moved, the administration's proposal's too."""
    held = {item for section in THEMES[theme] for item in items_of(section)}
    held -= {item for section in MAIN for item in items_of(section)}
    levers = {item.partition(":")[0] for item in held}

    def moved(scenario: Scenario) -> int:
        """Return how many of the sliders a scenario moves."""
        targets = {change.target for change in scenario.changes}
        return sum(item_of(*t) in held or (t[0] in levers and t[1] is None) for t in targets)

    mine, theirs = moved(session.scenario), 0 if third is None else moved(third)
    return {
        "id": theme,
        "label": session.page_text(f"theme.{theme}"),
        "changed": session.page_text("levers.changed", n=mine) if mine else "",
        "third": str(theirs) if theirs else "",
        "thirdSpoken": session.page_text("third.levers", n=theirs) if theirs else "",
    }


def _section(
    session: Session, results: ScenarioResults, section: Section, third: Scenario | None
) -> dict[str, Any]:
    lever = LEVER_BY_ID[section.lever]
    alone = lever.id in ALONE
    return {
        "id": lever.id,
        "title": "" if alone else lever.label.text(session.language),
        "note": "",
        "items": [_item(session, results, item, third, alone=alone) for item in items_of(section)],
    }


def _item(
    session: Session, results: ScenarioResults, item: str, third: Scenario | None, *, alone: bool
) -> dict[str, Any]:
    """Return one slider: what never changes while the page is used, and what the scenario makes of it.

    ``third`` is the administration's proposal, None for none.
    """
    lever_id, _, part = item.partition(":")
    lever = LEVER_BY_ID[lever_id]
    words = slider_facts(results.municipality, item, session.language, alone=alone)
    saved = None
    if session.opened is not None and session.opened.scenario.municipality == results.scenario.municipality:
        saved = _value(session.opened.scenario, results, lever, part)
    if saved == words["base"]:
        saved = None
    value = _value(results.scenario, results, lever, part)
    group = part if lever.scope == "group" else None
    return {
        **words,
        **third_of_lever(session, None if third is None else _value(third, results, lever, part), words),
        "value": value,
        "effect": _effect(session, results, lever, group, moved=value != words["base"]),
        "saved": saved,
        **_path_words(session, results.scenario, lever, part if lever.scope == "group" else None),
        **_saved_words(session, str(words["name"]), saved, str(words["suffix"])),
    }


def _path_words(session: Session, scenario: Scenario, lever: Lever, group: str | None) -> dict[str, str]:
    """Return why a lever is moved, and how many steps it has: its slider moves the last of them."""
    changes = [change for change in scenario.changes if change.target == (lever.id, group)]
    if not changes:
        return {"why": "", "steps": "", "stepsHint": ""}
    words = {"why": next((change.why for change in reversed(changes) if change.why), "")}
    if len(changes) == 1:
        return {**words, "steps": "", "stepsHint": ""}
    date = short_date(changes[-1].from_, session.language)
    return {
        **words,
        "steps": session.page_text("levers.steps", n=len(changes)),
        "stepsHint": session.page_text("levers.steps_hint", n=len(changes), date=date),
    }


def _saved_words(session: Session, name_: str, saved: float | None, suffix: str) -> dict[str, str]:
    """Return the way back to what was saved, as the button's text and its name."""
    if saved is None or session.opened is None:
        return {"savedText": "", "savedLabel": ""}
    shown = number(saved, session.language, decimals_of(saved)) + suffix
    return {
        "savedText": session.page_text("levers.saved", value=shown),
        "savedLabel": session.page_text(
            "levers.saved_label", name=name_, scenario=session.opened.scenario.name
        ),
    }


def _value(scenario: Scenario, results: ScenarioResults, lever: Lever, part: str) -> float:
    group = part if lever.scope == "group" else None
    return part_value(value_in(scenario, results.municipality, lever.id, group), part)


def _effect(
    session: Session, results: ScenarioResults, lever: Lever, group: str | None, *, moved: bool
) -> str:
    """Return the absolute number beside a setting, and its difference from the baseline: "96 i tilbud, +31".

    The difference stands only at a lever that is ``moved``: what others do to it is none of its own. Small counts of
    persons are not told, nor what they could be worked out from.
    """
    language = session.language
    numbers = results.absolute.of(lever.id, group)
    if numbers is None:
        return ""
    after, before = numbers
    few = lever.id != "meetings" and (is_small(after) or is_small(before))
    n = session.page_text("effect.few", limit=number(LIMIT, language)) if few else number(after, language)
    if lever.id == "firm_places":
        unfilled = number(results.absolute.whole["firm_places_unfilled"][0], language)
        return n if few else session.page_text("effect.firm_places", n=n, unfilled=unfilled)
    said = session.page_text(f"effect.{lever.id}", n=n)
    if few or not moved:
        return said
    change = number(after - before, language, signed=True)
    return said if change in ("0", "−0") else session.page_text("effect.change", effect=said, change=change)
