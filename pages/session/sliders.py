"""List the sliders, where they stand, and what of each never changes: words, bounds, step and baseline."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from model.domain import FIRM_KINDS, GROUPS
from model.language.catalogue import group_name, has_text, name, number, percent, text
from model.municipality.history import lever_history
from model.municipality.municipality import Municipality
from model.municipality.vintages import FIRST
from model.scenario.lever_basis import lever_basis
from model.scenario.levers import (
    LEVER_BY_ID,
    LEVERS,
    PANEL_THEMES,
    Lever,
    baseline_value,
    bounds,
    decimals_of,
)
from pages.session.session import MAIN_VIEW, Session


@dataclass(frozen=True)
class Section:
    """Sliders of one lever under one heading; ``groups`` None: all that the lever has."""

    lever: str
    groups: tuple[str, ...] | None = None


# Levers of the whole municipality need no heading of their own: their label says it.
ALONE: Final = frozenset(lever.id for lever in LEVERS if lever.scope == "municipality")


def _section(lever: Lever, chosen: bool | tuple[str, ...]) -> Section:
    """Return a lever's section with the chosen target groups; True: all that it has."""
    return Section(lever.id, None if isinstance(chosen, bool) else chosen)


def _theme_sections(theme: str) -> tuple[Section, ...]:
    levers = sorted(
        (lever for lever in LEVERS if lever.panel.theme == theme), key=lambda lever: lever.panel.order or 0
    )
    return tuple(Section(lever.id) for lever in levers)


def items_of(section: Section) -> tuple[str, ...]:
    """Return the ids of a section's sliders: the lever, or lever and target group or kind of place."""
    lever = LEVER_BY_ID[section.lever]
    if lever.scope == "group":
        chosen = section.groups or tuple(g for g in GROUPS if g in lever.groups)
        return tuple(f"{lever.id}:{group}" for group in chosen)
    if lever.scope == "mix":
        return tuple(f"{lever.id}:{kind}" for kind in FIRM_KINDS)
    return (lever.id,)


MAIN: Final = tuple(_section(lever, lever.panel.main) for lever in LEVERS if lever.panel.main)
THEMES: Final[Mapping[str, tuple[Section, ...]]] = {theme: _theme_sections(theme) for theme in PANEL_THEMES}
_BIG_SCREEN_ITEMS: Final = tuple(
    item
    for lever in LEVERS
    if lever.panel.big_screen
    for item in items_of(_section(lever, lever.panel.big_screen))
)


def present_items(session: Session) -> tuple[str, ...]:
    """Return the big screen's sliders: what moved by itself, what was changed, and what levers.yaml names."""
    changed = [item_of(c.lever, c.group) for c in session.scenario.changes if not isinstance(c.to, Mapping)]
    first = [] if session.last_animated is None else [session.last_animated]
    return tuple(dict.fromkeys([*first, *reversed(changed), *_BIG_SCREEN_ITEMS]))[: len(_BIG_SCREEN_ITEMS)]


def item_of(lever: str, group: str | None) -> str:
    """Return the id of a lever's slider."""
    return lever if group is None else f"{lever}:{group}"


def view_of(item: str) -> str:
    """Return the view that holds a slider: the main one, or a theme."""
    for view, sections in {MAIN_VIEW: MAIN, **THEMES}.items():
        if any(item in items_of(section) for section in sections):
            return view
    return MAIN_VIEW


def shows(session: Session, item: str) -> bool:
    """Return whether the panel shows a slider as it stands."""
    if session.opened_levers is not None:
        return item in session.opened_levers
    if session.view == MAIN_VIEW and session.present:
        return item in present_items(session)
    return any(item in items_of(section) for section in shown_sections(session))


def shown_sections(session: Session) -> tuple[Section, ...]:
    return MAIN if session.view == MAIN_VIEW else THEMES.get(session.view, MAIN)


# By municipality (its key), slider, language and place; the words of one slider take longer than its run.
_MOST_CACHED: Final = 4_000


_facts: dict[tuple[str, str, str, bool], dict[str, Any]] = {}


def slider_facts(
    municipality: Municipality, item: str, language: str, *, alone: bool | None = None
) -> dict[str, Any]:
    """Return what of a slider never changes while the page is used: its words, bounds, step and baseline.

    ``alone``: whether it stands without the heading of its lever; by default as on the page.
    """
    if alone is None:
        alone = item in ALONE
    key = (municipality.key, item, language, alone)
    facts = _facts.get(key)
    if facts is None:
        if len(_facts) >= _MOST_CACHED:
            _facts.clear()
        facts = _facts[key] = _words_and_bounds(municipality, item, language, alone)
    return facts


def _words_and_bounds(municipality: Municipality, item: str, language: str, alone: bool) -> dict[str, Any]:
    lever_id, _, part = item.partition(":")
    lever = LEVER_BY_ID[lever_id]
    base = part_value(baseline_value(lever, municipality, part if lever.scope == "group" else None), part)
    low, high = bounds(lever, municipality)
    own = lever.label.text(language)
    if lever.scope == "group":
        # On its own, as on the big screen, the target group comes first: it tells levers of one kind apart when cut.
        label = f"{group_name(part, language, short=True)}: {own}" if alone else group_name(part, language)
    elif lever.scope == "mix":
        label = name("kind", part, language, short=True)
    else:
        label = own
    suffix = _suffix(lever, language)
    base_text = number(base, language, decimals_of(base)) + suffix
    named = group_name(part, language) if lever.scope == "group" else label
    full = named if named.startswith(own) else f"{own}, {named}"

    def said(key: str, **values: object) -> str:
        return text(f"page.{key}", language, **values)

    return {
        "id": item,
        "label": label,
        "name": full,
        "min": low,
        "max": high,
        "step": lever.step,
        "fine": 10.0**-lever.decimals,
        "base": base,
        "suffix": suffix,
        "suffixSpoken": " " + said(f"spoken_unit.{lever.unit}"),
        "baseSpoken": said("levers.base_spoken", value=base_text),
        **_dated_words(municipality, lever, part, language),
        "help": _help(municipality, lever, part, language),
        "askLabel": said("levers.ask", name=full),
        "pencilLabel": said("levers.pencil", name=full),
        "resetText": said("levers.reset", value=base_text),
        "resetLabel": said("levers.reset_label", name=full, value=base_text),
    }


def _dated_words(municipality: Municipality, lever: Lever, part: str, language: str) -> dict[str, str]:
    """Return of which years a lever's baseline is, in a word or two and in a sentence; empty where it is no figure."""
    basis = lever_basis(lever, municipality, part if lever.scope == "group" else None)
    if basis is None:
        return {"dated": "", "datedHint": ""}
    kind = "assumed" if basis.is_assumed else "known"
    return {
        "dated": text(f"page.levers.dated.{kind}", language, years=basis.years),
        "datedHint": text(f"page.levers.dated.{kind}.hint", language, years=basis.years),
    }


def _help(municipality: Municipality, lever: Lever, part: str, language: str) -> str:
    """Return what a lever is, and what was published of it where the starting figures are of those years."""
    help_text = lever.help.text(language)
    if municipality.vintage == FIRST:
        return help_text
    published = lever_history(municipality.id, lever.id, part if lever.scope == "group" else None)
    return help_text if published is None else f"{help_text} {published.text(language)}"


def _suffix(lever: Lever, language: str) -> str:
    """Return what stands behind the value: a per cent sign as the language writes it, a word, or nothing."""
    if lever.unit.startswith("percent"):
        return percent(0.0, language)[1:]
    key = f"page.unit.{lever.unit}"
    return "\N{NO-BREAK SPACE}" + text(key, language) if has_text(key, language) else ""


def part_value(value: Any, part: str) -> float:
    return float(value.get(part, 0.0)) if isinstance(value, Mapping) else float(value)
