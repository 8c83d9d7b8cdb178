"""Which levers stand where, and what the live sliders need to know of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from model.disclosure import LIMIT, is_small
from model.domain import FIRM_KINDS, GROUPS
from model.language.catalogue import group_name, has_text, name, number, percent, text
from model.municipality.municipality import Municipality
from model.scenario.levers import LEVER_BY_ID, Lever, bounds, decimals_of, default, value_text
from model.scenario.scenario import Scenario
from pages.session.results import ScenarioResults
from pages.session.session import MAIN_VIEW, Session, value_in

# The groups that the municipalities' plans speak of first, and those whose meetings they discuss.
MAIN_GROUPS: Final = (
    "dagpenge",
    "kontanthjaelp_jobparat",
    "kontanthjaelp_aktivitetsparat",
    "uddannelseshjaelp_uddannelsesparat",
    "uddannelseshjaelp_aktivitetsparat",
)
MEETING_GROUPS: Final = ("dagpenge", "kontanthjaelp_jobparat")
PRESENT_ITEMS: Final = ("firm_places", "activation_rate:kontanthjaelp_aktivitetsparat", "meetings:dagpenge")


@dataclass(frozen=True)
class Section:
    """Sliders of one lever under one heading; ``groups`` None: all that the lever has."""

    lever: str
    groups: tuple[str, ...] | None = None


MAIN: Final = (
    Section("firm_places"),
    Section("activation_rate", MAIN_GROUPS),
    Section("meetings", MEETING_GROUPS),
)
THEMES: Final[Mapping[str, tuple[Section, ...]]] = {
    "activation": (Section("activation_rate"),),
    "meetings": (Section("meetings"), Section("early_package")),
    "timing": (Section("offer_deadline_week"), Section("first_offer_week"), Section("newcomer_priority")),
    "places": (Section("firm_place_mix"), Section("firm_priority")),
    "support": (Section("mentor_share"), Section("education_share"), Section("caseworker_changes")),
    "sick": (Section("partial_return"), Section("fleksjob_openings")),
    "origin": (Section("equal_effort"),),
}

_LOCALES: Final = {"da": "da-DK", "en": "en-GB"}
# Levers of the whole municipality need no heading of their own: their label says it.
_ALONE: Final = frozenset(lever.id for lever in LEVER_BY_ID.values() if lever.scope == "municipality")


def items_of(section: Section) -> tuple[str, ...]:
    """Ids of a section's sliders: the lever, or lever and target group or kind of place."""
    lever = LEVER_BY_ID[section.lever]
    if lever.scope == "group":
        chosen = section.groups or tuple(g for g in GROUPS if g in lever.groups)
        return tuple(f"{lever.id}:{group}" for group in chosen)
    if lever.scope == "mix":
        return tuple(f"{lever.id}:{kind}" for kind in FIRM_KINDS)
    return (lever.id,)


def lever_panel(session: Session, results: ScenarioResults) -> dict[str, Any]:
    """Everything that the live sliders show."""
    shown = [_section(session, results, section) for section in _sections(session)]
    if session.present and session.view == MAIN_VIEW:
        items = [_item(session, results, item, alone=True) for item in _present(session)]
        shown = [{"id": "present", "title": "", "note": "", "items": items}]
    replay = session.animation
    return {
        "session": session.token,
        "ack": session.answered,
        "revision": session.revision,
        "language": session.language,
        "locale": _LOCALES[session.language],
        "present": session.present,
        "view": session.view,
        "back": None if session.view == MAIN_VIEW else session.page_text("levers.back"),
        "sections": shown,
        "themes": [_theme(session, theme) for theme in THEMES] if session.view == MAIN_VIEW else [],
        "words": {
            "more": session.page_text("levers.more"),
            "stop": session.page_text("play.stop"),
            "stopLabel": session.page_text("play.stop_label", name="{name}"),
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


def _present(session: Session) -> tuple[str, ...]:
    """On the big screen: what moved by itself, what has been changed, and the levers of the moment; three at most."""
    changed = [item_of(c.lever, c.group) for c in session.scenario.changes if not isinstance(c.to, Mapping)]
    first = [] if session.last_animated is None else [session.last_animated]
    return tuple(dict.fromkeys([*first, *reversed(changed), *PRESENT_ITEMS]))[: len(PRESENT_ITEMS)]


def item_of(lever: str, group: str | None) -> str:
    """Id of a lever's slider."""
    return lever if group is None else f"{lever}:{group}"


def view_of(item: str) -> str:
    """The view that holds a slider: the main one, or a theme."""
    for view, sections in {MAIN_VIEW: MAIN, **THEMES}.items():
        if any(item in items_of(section) for section in sections):
            return view
    return MAIN_VIEW


def shows(session: Session, item: str) -> bool:
    """Whether the panel shows a slider as it stands."""
    if session.view == MAIN_VIEW and session.present:
        return item in _present(session)
    return any(item in items_of(section) for section in _sections(session))


def _sections(session: Session) -> tuple[Section, ...]:
    return MAIN if session.view == MAIN_VIEW else THEMES.get(session.view, MAIN)


def _theme(session: Session, theme: str) -> dict[str, str]:
    held = {item for section in THEMES[theme] for item in items_of(section)}
    held -= {item for section in MAIN for item in items_of(section)}
    levers = {item.partition(":")[0] for item in held}
    count = sum(
        1
        for target in {c.target for c in session.scenario.changes}
        if item_of(*target) in held or (target[0] in levers and target[1] is None)
    )
    return {
        "id": theme,
        "label": session.page_text(f"theme.{theme}"),
        "changed": session.page_text("levers.changed", n=count) if count else "",
    }


def _section(session: Session, results: ScenarioResults, section: Section) -> dict[str, Any]:
    lever = LEVER_BY_ID[section.lever]
    alone = lever.id in _ALONE
    return {
        "id": lever.id,
        "title": "" if alone else session.page_text(f"section.{lever.id}"),
        "note": "",
        "items": [_item(session, results, item, alone=alone) for item in items_of(section)],
    }


def _item(session: Session, results: ScenarioResults, item: str, *, alone: bool) -> dict[str, Any]:
    """One slider: what never changes while the page is used, and what the scenario makes of it."""
    lever_id, _, part = item.partition(":")
    lever = LEVER_BY_ID[lever_id]
    words = _fixed(results.municipality, item, session.language, alone)
    saved = None
    if session.opened is not None and session.opened.scenario.municipality == results.scenario.municipality:
        saved = _value(session.opened.scenario, results, lever, part)
    if saved == words["base"]:
        saved = None
    return {
        **words,
        "value": _value(results.scenario, results, lever, part),
        "effect": _effect(session, results, lever, part if lever.scope == "group" else None),
        "saved": saved,
        **_saved_words(session, str(words["name"]), saved, str(words["suffix"])),
    }


# By municipality (its key), slider, language and place; the words of one slider take longer than its run.
_MOST_FIXED: Final = 4_000
_known: dict[tuple[str, str, str, bool], dict[str, Any]] = {}


def fixed(municipality: Municipality, item: str, language: str) -> dict[str, Any]:
    """What of a slider never changes while the page is used: its words, bounds, step and baseline."""
    return _fixed(municipality, item, language, item in _ALONE)


def _fixed(municipality: Municipality, item: str, language: str, alone: bool) -> dict[str, Any]:
    key = (municipality.key, item, language, alone)
    found = _known.get(key)
    if found is None:
        if len(_known) >= _MOST_FIXED:
            _known.clear()
        found = _known[key] = _words_and_bounds(municipality, item, language, alone)
    return found


def _words_and_bounds(municipality: Municipality, item: str, language: str, alone: bool) -> dict[str, Any]:
    lever_id, _, part = item.partition(":")
    lever = LEVER_BY_ID[lever_id]
    base = _plain(default(lever, municipality, part if lever.scope == "group" else None), part)
    low, high = bounds(lever, municipality)
    own = lever.label.get(language)
    if lever.scope == "group":
        label = group_name(part, language) if not alone else f"{own}, {group_name(part, language)}"
    elif lever.scope == "mix":
        label = name("kind", part, language, short=True)
    else:
        label = own
    suffix = _suffix(lever, language)
    base_text = number(base, language, decimals_of(base)) + suffix
    full = label if label.startswith(own) else f"{own}, {label}"

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
        "help": lever.help.get(language),
        "askLabel": said("levers.ask", name=full),
        "resetText": said("levers.reset", value=base_text),
        "resetLabel": said("levers.reset_label", name=full, value=base_text),
    }


def _saved_words(session: Session, name_: str, saved: float | None, suffix: str) -> dict[str, str]:
    """The way back to what was saved, as the button's text and its name."""
    if saved is None or session.opened is None:
        return {"savedText": "", "savedLabel": ""}
    shown = number(saved, session.language, decimals_of(saved)) + suffix
    return {
        "savedText": session.page_text("levers.saved", value=shown),
        "savedLabel": session.page_text(
            "levers.saved_label", name=name_, scenario=session.opened.scenario.name
        ),
    }


def _suffix(lever: Lever, language: str) -> str:
    """What stands behind the value: a per cent sign as the language writes it, or a word, or nothing."""
    if lever.unit.startswith("percent"):
        return percent(0.0, language)[1:]
    key = f"page.unit.{lever.unit}"
    return "\N{NO-BREAK SPACE}" + text(key, language) if has_text(key, language) else ""


def _value(scenario: Scenario, results: ScenarioResults, lever: Lever, part: str) -> float:
    group = part if lever.scope == "group" else None
    return _plain(value_in(scenario, results.municipality, lever.id, group), part)


def _plain(value: Any, part: str) -> float:
    return float(value.get(part, 0.0)) if isinstance(value, Mapping) else float(value)


def _effect(session: Session, results: ScenarioResults, lever: Lever, group: str | None) -> str:
    """The absolute number beside a setting, and its difference from the baseline: "96 i tilbud, +31".

    Small counts of persons are not told, nor what they could be worked out from.
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
    if few:
        return said
    change = number(after - before, language, signed=True)
    return said if change in ("0", "−0") else session.page_text("effect.change", effect=said, change=change)


def step_text(before: Scenario, after: Scenario, results: ScenarioResults, language: str, texts: Any) -> str:
    """What a step changed, in words: the lever and its values, or how many levers."""
    parts = []
    if before.municipality != after.municipality:
        return str(texts("told.municipality", name=after.municipality))
    targets = dict.fromkeys(c.target for c in (*before.changes, *after.changes))
    for lever_id, group in targets:
        lever = LEVER_BY_ID[lever_id]
        old = value_in(before, results.municipality, lever_id, group)
        new = value_in(after, results.municipality, lever_id, group)
        if old != new:
            label = lever.label.get(language)
            if group:
                label += f", {group_name(group, language)}"
            was = "" if isinstance(old, Mapping) else number(old, language, decimals_of(old, new)) + " → "
            parts.append(f"{label}: {was}{value_text(lever, new, language, beside=old)}")
    if len(parts) > 2:
        return str(texts("told.many", n=len(parts)))
    if parts:
        return "; ".join(parts)
    if before.assumption_set != after.assumption_set or before.assumptions != after.assumptions:
        return str(texts("told.assumptions"))
    if before.economy != after.economy:
        return str(texts("told.economy"))
    if before.changes != after.changes:
        return str(texts("told.timing"))
    return str(texts("told.words"))
