"""Draw the top of every page: title, buttons, menus, choices. What they do is in ``pages/session/actions.py``."""

from __future__ import annotations

import datetime
from typing import Any, Final

from model.language.catalogue import long_date, month_name, short_date, years_text
from model.municipality.municipality import municipality_label
from model.municipality.municipality_list import municipalities
from model.municipality.rules import FIRST_RULES, RULES
from model.municipality.vintages import FIRST, vintage, vintage_names
from model.parameters.assumption_sets import assumption_sets
from model.scenario.economy import economy_paths
from model.scenario.period import first_monday, possible_starts
from model.scenario.projection import NAMED_PROJECTIONS
from model.scenario.scenario import municipality_of, possible_years
from pages.components import mount
from pages.session.animation import animation_offer, last_move
from pages.session.link import link_day, link_note, made_on, whose
from pages.session.results import ScenarioResults, announcement, scenario_results
from pages.session.scenario_store import UNNAMED
from pages.session.session import DEFAULT_LANGUAGE, DEFAULT_MUNICIPALITY, Session, baseline_scenario
from pages.session.step_text import step_text
from pages.shell.premises import assumptions_in_words, figures_date, period_sentences, premises_line

_OWN_ECONOMY: Final = "own"
_OWN_PROJECTION: Final = "own"
_SHOWN_STEPS: Final = 12
# Offered lengths of a phase-in, in weeks; a scenario's own is added.
_PHASES: Final = (0, 4, 13, 26, 52, 104)
_MIXED: Final = "mixed"
_TOUR_STEPS: Final = 3


# --- what it says ---------------------------------------------------------------------------------


def draw_toolbar(session: Session, heading: str, *, levers: bool) -> None:
    """Draw the toolbar under the page's heading; ``levers``: whether they stand on the page.

    It shows the scenario as it was before a lever that is being moved. So nothing of it changes meanwhile, and what
    was packed for the browser serves again.
    """
    history = session.history
    depends_on = (
        *(history, session.opened, session.present, session.from_, session.phase_in_weeks, levers),
        *(municipality_of(history.current).key, municipalities(), session.asked_municipality),
        *(session.reference, link_day(session)),
    )
    name = f"{heading} {session.language}"
    known = session.toolbars.get(name)
    if known is None or not all(a is b or a == b for a, b in zip(known[0], depends_on, strict=True)):
        data = toolbar(session, session.text(heading), levers=levers)
        known = session.toolbars[name] = (depends_on, mount.pack(data))
    mount.toolbar(key="bar", data=known[1])


def toolbar(session: Session, heading: str, *, levers: bool = False) -> dict[str, Any]:
    """Return everything that the toolbar shows."""
    history = session.history
    results = scenario_results(history.current)
    present = session.present
    return {
        "language": session.language,
        "present": present,
        "brand": session.page_text("app"),
        "heading": heading,
        "onExplore": levers,
        "spoken": announcement(results, session),
        "order": ["undo", "redo", "changes", "save", "share", "play", "compare", "present"],
        "buttons": [
            _button("undo", session.page_text("undo"), disabled=not history.can_undo),
            _button("redo", session.page_text("redo"), disabled=not history.can_redo),
            *([] if present else [_button("save", session.page_text("save"))]),
            *([_button("compare", session.text("page_compare.name"))] if present and levers else []),
            _button("present", session.page_text("present.off" if present else "present")),
            *([] if present else [_button("language", session.page_text("other_language"))]),
        ],
        "menus": [_changes(session, results), *([] if present else [_share(session)])],
        "play": animation_offer(session) if levers else None,
        "tour": _tour(session) if levers and not present else None,
        "choices": _choices(session),
        # While the page asks, the municipality on screen is still the one that is chosen.
        "asked": session.asked_municipality,
        "dated": figures_date(history.current, session.language),
        "line": premises_line(session, results),
        "about": assumptions_in_words(session.history.current, session.language),
        "notes": [*period_sentences(session, results), *_beside(session)],
        "opened": _opened(session),
        "words": {
            "tools": session.page_text("tools"),
            "premises": session.page_text("premises"),
            "skip": session.page_text("skip.levers" if levers else "skip.page"),
            "copy": session.page_text("link"),
            "copied": session.page_text("link.copied"),
            "failed": session.page_text("link.failed"),
            "waits": session.page_text("waits"),
            "lost": session.page_text("lost"),
            "lostWords": session.page_text("lost.words"),
            "goneWords": session.page_text("lost.gone"),
        },
    }


def _button(identifier: str, label: str, *, disabled: bool = False) -> dict[str, Any]:
    return {"id": identifier, "label": label, "disabled": disabled}


def _share(session: Session) -> dict[str, Any]:
    """Return the ways by which a scenario comes and goes: save (on a phone, whose bar is short), open, take, link."""
    labels = {
        "save": session.page_text("save"),
        "about": session.text("page_about.title"),
        "open": session.page_text("open"),
        "download": session.text("page_download.button"),
        "link": session.page_text("link"),
    }
    entries = [{"id": way, "value": None, "label": label, "disabled": False} for way, label in labels.items()]
    note = link_note(session, baseline_scenario(DEFAULT_MUNICIPALITY, DEFAULT_LANGUAGE), DEFAULT_LANGUAGE)
    return {"id": "share", "label": session.page_text("share"), "hint": note, "entries": entries}


def _tour(session: Session) -> dict[str, Any]:
    """Return the words of the guided tour; all else of it happens in the browser."""
    words = ("invite", "start", "no", "again", "skip", "back", "next", "end")
    steps = [
        {
            "count": session.page_text("tour.count", n=n, of=_TOUR_STEPS),
            "title": session.page_text(f"tour.{n}.title"),
            "text": session.page_text(f"tour.{n}.text"),
        }
        for n in range(1, _TOUR_STEPS + 1)
    ]
    return {"steps": steps, "words": {word: session.page_text(f"tour.{word}") for word in words}}


def _changes(session: Session, results: ScenarioResults) -> dict[str, Any]:
    """Describe what the visitor has done; a click goes back there."""
    history = session.history
    n = len({change.target for change in session.history.current.changes})
    entries = []
    for i in range(max(0, len(history.steps) - _SHOWN_STEPS), len(history.steps)):
        is_current = i == history.at
        entries.append(
            {
                "id": "step",
                "value": i,
                "label": session.page_text("changes.now", step=_step_words(session, results, i))
                if is_current
                else _step_words(session, results, i),
                "disabled": is_current,
                "current": is_current,
            }
        )
    if len(history.steps) == 1 and history.steps[0].kind == "start":
        entries = []
    if last_move(session) is not None:
        entries.append(
            {"id": "replay", "value": None, "label": session.page_text("changes.replay"), "disabled": False}
        )
    return {
        "id": "changes",
        "label": session.page_text("changes.count", n=n) if n else session.page_text("changes"),
        "hint": session.page_text("changes.hint") if entries else session.page_text("changes.none"),
        "entries": [*entries, *([] if session.present else _resets(session))],
    }


def _step_words(session: Session, results: ScenarioResults, i: int) -> str:
    step = session.history.steps[i]
    if step.kind == "opened":
        return session.page_text("step.opened", name=step.scenario.name)
    if i == 0:
        return session.page_text("changes.start")
    words = step_text(
        session.history.steps[i - 1].scenario, step.scenario, results, session.language, session.page_text
    )
    return session.page_text("step.reset", what=words) if step.kind == "reset" else words


def _resets(session: Session) -> list[dict[str, Any]]:
    """Return the ways back, each with where it leads; a line parts them from the steps."""
    entries = [
        {
            "id": "reset",
            "value": "baseline",
            "label": session.page_text("reset.baseline"),
            "disabled": not session.history.current.changes,
            "apart": True,
        }
    ]
    if session.opened is not None:
        entries.append(
            {
                "id": "reset",
                "value": "saved",
                "label": session.page_text("reset.saved", name=session.opened.scenario.name),
                "disabled": session.history.current == session.opened.scenario,
                "apart": False,
            }
        )
    return entries


def _choices(session: Session) -> list[dict[str, Any]]:
    """Return the choices: municipality, assumptions, economy, years ahead, and from when the changes hold."""
    scenario, language = session.history.current, session.language
    curated, others = session.page_text("municipality.curated"), session.page_text("municipality.others")
    towns = [
        {
            "value": info.id,
            # Figures that somebody has imported serve everyone on this server, so everyone sees that they do.
            "label": municipality_label(info, language),
            "group": curated if info.curated else others,
        }
        for info in municipalities()
    ]
    sets = [{"value": key, "label": kept.name.text(language)} for key, kept in assumption_sets().items()]
    economies = [{"value": path.id, "label": path.label.text(language)} for path in economy_paths()]
    named = isinstance(scenario.economy, str)
    if not named:
        economies.append({"value": _OWN_ECONOMY, "label": session.page_text("economy.own")})
    years = [
        {"value": str(n), "label": session.page_text("years.ahead", years=years_text(n, language))}
        for n in possible_years(scenario)
    ]
    return [
        _choice(session, "municipality", towns, scenario.municipality),
        *_period(session),
        _choice(session, "assumptions", sets, scenario.assumption_set),
        _choice(session, "economy", economies, str(scenario.economy) if named else _OWN_ECONOMY),
        *_projection(session),
        _choice(session, "years", years, str(scenario.years)),
        *_when(session),
    ]


def _projection(session: Session) -> list[dict[str, Any]]:
    """Return what happens with no changes; figures of 2020 have no months to follow."""
    projection = session.history.current.projection
    if session.history.current.baseline == FIRST:
        return []
    options = [
        {"value": name, "label": session.text(f"diff.named_projection.{name}")} for name in NAMED_PROJECTIONS
    ]
    named = isinstance(projection, str)
    if not named:
        options.append({"value": _OWN_PROJECTION, "label": session.page_text("projection.own")})
    return [_choice(session, "projection", options, str(projection) if named else _OWN_PROJECTION)]


def _period(session: Session) -> list[dict[str, Any]]:
    """Return which figures the scenario stands on, the budget year it starts with, and which rules hold."""
    scenario, language = session.history.current, session.language
    figures = [{"value": name, "label": vintage(name).short.text(language)} for name in vintage_names()]
    starts = [
        {"value": start.isoformat(), "label": _start_words(session, start)}
        for start in possible_starts(scenario)
    ]
    # Those of 2021 for what was made under them, and for the figures of that time.
    first = scenario.baseline == FIRST or scenario.rules == FIRST_RULES
    rules = [
        {"value": name, "label": session.page_text(f"rules.{name}")}
        for name in RULES
        if first or name != FIRST_RULES
    ]
    return [
        _choice(session, "baseline", figures[::-1], scenario.baseline),
        _choice(session, "start", starts, scenario.start.isoformat()),
        _choice(session, "rules", rules, scenario.rules),
    ]


def _start_words(session: Session, start: datetime.date) -> str:
    """Return a start in words: a budget year where it is the first Monday of one."""
    if start == first_monday(start.year):
        return session.page_text("start.year", year=start.year)
    return session.page_text("start.other", date=long_date(start, session.language))


def _choice(session: Session, identifier: str, options: list[dict[str, Any]], value: str) -> dict[str, Any]:
    return {"id": identifier, "label": session.page_text(identifier), "options": options, "value": value}


def _when(session: Session) -> list[dict[str, Any]]:
    """Return from which month the changes hold, and over how long they are phased in."""
    scenario, language = session.history.current, session.language
    times = {(change.from_, change.phase_in_weeks) for change in scenario.changes}
    dates = {date for date, _ in times} or {session.start_of_changes}
    phases = {phase for _, phase in times} or {session.phase_in_weeks}
    months = {scenario.start, *dates}
    for year in range(scenario.start.year, scenario.end.year + 1):
        months |= {datetime.date(year, month, 1) for month in range(1, 13)}
    months = {m for m in months if scenario.start <= m < scenario.end}
    first_days = [
        {"value": m.isoformat(), "label": _month_words(m, language, scenario.start)} for m in sorted(months)
    ]
    lengths = [
        {"value": str(p), "label": session.page_text("phase", n=p) if p else session.page_text("phase.none")}
        for p in sorted({*_PHASES, *phases})
    ]
    mixed = {"value": _MIXED, "label": session.page_text("when.mixed")}
    if len(dates) > 1:
        first_days.insert(0, mixed)
    if len(phases) > 1:
        lengths.insert(0, mixed)
    return [
        _choice(session, "from", first_days, next(iter(dates)).isoformat() if len(dates) == 1 else _MIXED),
        _choice(session, "phase_in", lengths, str(next(iter(phases))) if len(phases) == 1 else _MIXED),
    ]


def _month_words(date: datetime.date, language: str, start: datetime.date) -> str:
    if date.day == 1 or date == start:
        return f"{month_name(date.month, language)} {date.year}"
    return (
        f"{date.day}. {short_date(date, language)}"
        if language == "da"
        else f"{date.day} {short_date(date, language)}"
    )


def _opened(session: Session) -> str:
    """Return the name of what is open, and whether it has been changed since."""
    scenario = session.history.current
    if session.opened is not None:
        key = "open_name" if scenario == session.opened.scenario else "open_name.changed"
        said = session.page_text(key, name=session.opened.scenario.name)
    elif scenario.name not in UNNAMED:
        # From a link: whose work it is stands at the top for whoever opens it.
        said = session.page_text("unsaved.name", name=scenario.name)
    else:
        said = session.page_text("unsaved") if scenario.changes else ""
    if scenario.author:
        said = session.text("page_about.line", name=said, author=scenario.author)
    made = made_on(session)
    return session.page_text("link.made.line", name=said, made=made) if said and made else said


def _beside(session: Session) -> list[str]:
    """Return when the link was made that brought it, what the scenario is held against, and whose that is."""
    reference = session.reference
    told = [made_on(session), "" if reference is None else whose(reference).text(session.language)]
    return [words for words in told if words]


# --- what it does ---------------------------------------------------------------------------------
