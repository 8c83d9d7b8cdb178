"""The top of the page: what it says, and what its buttons, menus and choices do to the visit."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from typing import Any, Final

from model.files.problems import FileProblem
from model.language.catalogue import month_name, short_date
from model.municipality.municipality import municipalities
from model.parameters.files import assumption_sets
from model.scenario.economy import economy_paths
from model.scenario.levers import HORIZON
from pages.session.results import Answer, spoken
from pages.session.session import MAIN_VIEW, Notice, Visit, encode_checked, problem_text
from pages.views.explore import animate
from pages.views.explore.lever_panel import told

_OWN_ECONOMY: Final = "own"
_SHOWN_STEPS: Final = 12
# Offered lengths of a phase-in, in weeks; a scenario's own is added.
_PHASES: Final = (0, 4, 13, 26, 52, 104)
_MIXED: Final = "mixed"
_TOUR_STEPS: Final = 3


# --- what it says ---------------------------------------------------------------------------------


def bar(visit: Visit, found: Answer, heading: str, *, levers: bool = False) -> dict[str, Any]:
    """Everything that the bar shows, under the page's own heading; ``levers``: whether they stand on the page."""
    history = visit.history
    return {
        "language": visit.language,
        "present": visit.present,
        "session": visit.token,
        "heard": visit.answered,
        "turn": visit.turn,
        "query": visit.query,
        "heading": heading,
        "spoken": spoken(found, visit),
        "order": [
            "undo",
            "redo",
            "changes",
            "reset",
            "play",
            "save",
            "open",
            "download",
            "link",
            "present",
            "language",
        ],
        "buttons": [
            _button("undo", visit.text("undo"), disabled=not history.can_undo),
            _button("redo", visit.text("redo"), disabled=not history.can_redo),
            *([] if visit.present else _more_buttons(visit)),
            _button("present", visit.text("present.off" if visit.present else "present")),
            *([] if visit.present else [_button("language", visit.text("other_language"))]),
        ],
        "menus": [_changes(visit, found), *([] if visit.present else [_reset(visit)])],
        "play": animate.offered(visit, found) if levers else None,
        "tour": _tour(visit) if levers and not visit.present else None,
        "choices": _choices(visit),
        "about": assumption_sets()[visit.scenario.assumption_set].description.get(visit.language),
        "opened": _opened(visit),
        "words": {
            "tools": visit.text("tools"),
            "copy": visit.text("link"),
            "copied": visit.text("link.copied"),
            "failed": visit.text("link.failed"),
            "waits": visit.text("waits"),
            "lost": visit.text("lost"),
            "lostWords": visit.text("lost.words"),
            "goneWords": visit.text("lost.gone"),
        },
    }


def _button(identifier: str, label: str, *, disabled: bool = False, link: bool = False) -> dict[str, Any]:
    return {"id": identifier, "label": label, "disabled": disabled, "link": link}


def _more_buttons(visit: Visit) -> list[dict[str, Any]]:
    return [
        _button("save", visit.text("save")),
        _button("open", visit.text("open")),
        _button("download", visit.words("page_download.button")),
        _button("link", visit.text("link"), link=True),
    ]


def _tour(visit: Visit) -> dict[str, Any]:
    """The words of the guided tour; all else of it happens in the browser."""
    words = ("invite", "start", "no", "again", "skip", "back", "next", "end")
    steps = [
        {
            "count": visit.text("tour.count", n=n, of=_TOUR_STEPS),
            "title": visit.text(f"tour.{n}.title"),
            "text": visit.text(f"tour.{n}.text"),
        }
        for n in range(1, _TOUR_STEPS + 1)
    ]
    return {"steps": steps, "words": {word: visit.text(f"tour.{word}") for word in words}}


def _changes(visit: Visit, found: Answer) -> dict[str, Any]:
    """What the visitor has done, in words; a click goes back there."""
    history = visit.history
    n = len({change.target for change in visit.scenario.changes})
    entries = []
    for i in range(max(0, len(history.steps) - _SHOWN_STEPS), len(history.steps)):
        here = i == history.at
        entries.append(
            {
                "id": "step",
                "value": i,
                "label": visit.text("changes.now", step=_step_words(visit, found, i))
                if here
                else _step_words(visit, found, i),
                "disabled": here,
                "current": here,
            }
        )
    if len(history.steps) == 1 and history.steps[0].kind == "start":
        entries = []
    if animate.last_move(visit, found) is not None:
        entries.append(
            {"id": "replay", "value": None, "label": visit.text("changes.replay"), "disabled": False}
        )
    return {
        "id": "changes",
        "label": visit.text("changes.count", n=n) if n else visit.text("changes"),
        "hint": visit.text("changes.hint") if entries else visit.text("changes.none"),
        "entries": entries,
    }


def _step_words(visit: Visit, found: Answer, i: int) -> str:
    step = visit.history.steps[i]
    if step.kind == "opened":
        return visit.text("told.opened", name=step.scenario.name)
    if i == 0:
        return visit.text("changes.start")
    words = told(visit.history.steps[i - 1].scenario, step.scenario, found, visit.language, visit.text)
    return visit.text("told.reset", what=words) if step.kind == "reset" else words


def _reset(visit: Visit) -> dict[str, Any]:
    """Ways back; each says where to."""
    entries = [
        {
            "id": "reset",
            "value": "baseline",
            "label": visit.text("reset.baseline"),
            "disabled": not visit.scenario.changes,
        }
    ]
    if visit.opened is not None:
        entries.append(
            {
                "id": "reset",
                "value": "saved",
                "label": visit.text("reset.saved", name=visit.opened.scenario.name),
                "disabled": visit.scenario == visit.opened.scenario,
            }
        )
    return {"id": "reset", "label": visit.text("reset"), "hint": "", "entries": entries}


def _choices(visit: Visit) -> list[dict[str, Any]]:
    """Municipality, assumptions, economy, and from when the changes hold."""
    scenario, language = visit.scenario, visit.language
    curated, others = visit.text("municipality.curated"), visit.text("municipality.others")
    towns = [
        {"value": info.id, "label": info.name, "group": curated if info.curated else others}
        for info in municipalities()
    ]
    sets = [{"value": key, "label": kept.name.get(language)} for key, kept in assumption_sets().items()]
    economies = [{"value": path.id, "label": path.label.get(language)} for path in economy_paths()]
    named = isinstance(scenario.economy, str)
    if not named:
        economies.append({"value": _OWN_ECONOMY, "label": visit.text("economy.own")})
    return [
        _choice(visit, "municipality", towns, scenario.municipality),
        _choice(visit, "assumptions", sets, scenario.assumption_set),
        _choice(visit, "economy", economies, str(scenario.economy) if named else _OWN_ECONOMY),
        *_when(visit),
    ]


def _choice(visit: Visit, identifier: str, options: list[dict[str, Any]], value: str) -> dict[str, Any]:
    return {"id": identifier, "label": visit.text(identifier), "options": options, "value": value}


def _when(visit: Visit) -> list[dict[str, Any]]:
    """From which month the changes hold, and over how long they are phased in."""
    scenario, language = visit.scenario, visit.language
    times = {(change.from_, change.phase_in_weeks) for change in scenario.changes}
    dates = {date for date, _ in times} or {visit.start_of_changes}
    phases = {phase for _, phase in times} or {visit.phase_in_weeks}
    months = {scenario.start, *dates}
    for year in range(scenario.start.year, scenario.end.year + 1):
        months |= {datetime.date(year, month, 1) for month in range(1, 13)}
    months = {m for m in months if scenario.start <= m < scenario.end}
    first_days = [
        {"value": m.isoformat(), "label": _month_words(m, language, scenario.start)} for m in sorted(months)
    ]
    lengths = [
        {"value": str(p), "label": visit.text("phase", n=p) if p else visit.text("phase.none")}
        for p in sorted({*_PHASES, *phases})
    ]
    mixed = {"value": _MIXED, "label": visit.text("when.mixed")}
    if len(dates) > 1:
        first_days.insert(0, mixed)
    if len(phases) > 1:
        lengths.insert(0, mixed)
    return [
        _choice(visit, "from", first_days, next(iter(dates)).isoformat() if len(dates) == 1 else _MIXED),
        _choice(visit, "phase_in", lengths, str(next(iter(phases))) if len(phases) == 1 else _MIXED),
    ]


def _month_words(date: datetime.date, language: str, start: datetime.date) -> str:
    if date.day == 1 or date == start:
        return f"{month_name(date.month, language)} {date.year}"
    return (
        f"{date.day}. {short_date(date, language)}"
        if language == "da"
        else f"{date.day} {short_date(date, language)}"
    )


def _opened(visit: Visit) -> str:
    """The name of what is open, and whether it has been changed since."""
    if visit.opened is None:
        return visit.text("unsaved") if visit.scenario.changes else ""
    same = visit.scenario == visit.opened.scenario
    return visit.text("open_name" if same else "open_name.changed", name=visit.opened.scenario.name)


# --- what it does ---------------------------------------------------------------------------------


def act(visit: Visit, found: Answer | None, action: Mapping[str, Any] | None) -> None:
    """Does what was pressed or chosen. What is not offered is left alone."""
    if not action:
        return
    do = _ACTIONS.get(str(action.get("id")))
    if do is not None:
        do(visit, found, action.get("value"))


def _present(visit: Visit, *_: Any) -> None:
    visit.present = not visit.present
    visit.view = MAIN_VIEW
    visit.played = None


def _language(visit: Visit, *_: Any) -> None:
    visit.language = "en" if visit.language == "da" else "da"


def _dialog(name: str) -> Callable[..., None]:
    def ask(visit: Visit, *_: Any) -> None:
        visit.dialog = name

    return ask


def _municipality(visit: Visit, _: Answer | None, value: Any) -> None:
    if any(info.id == value for info in municipalities()):
        visit.choose_municipality(str(value))


def _assumptions(visit: Visit, _: Answer | None, value: Any) -> None:
    if value not in assumption_sets():
        return
    asked = visit.history.now.replaced(assumption_set=value)
    try:
        encode_checked(asked)
    except FileProblem as error:
        visit.notice = Notice("warning", problem_text(error))
        return
    visit.become(asked)


def _economy(visit: Visit, _: Answer | None, value: Any) -> None:
    if any(path.id == value for path in economy_paths()):
        visit.become(visit.history.now.replaced(economy=value))


def _from(visit: Visit, _: Answer | None, value: Any) -> None:
    try:
        date = datetime.date.fromisoformat(str(value))
    except ValueError:
        return
    visit.retime(from_=date)


def _phase_in(visit: Visit, _: Answer | None, value: Any) -> None:
    if str(value).isdecimal() and int(value) <= HORIZON.most_phase_in_weeks:
        visit.retime(phase_in_weeks=int(value))


def _step(visit: Visit, _: Answer | None, value: Any) -> None:
    if isinstance(value, int):
        visit.go_to(value)


_ACTIONS: Final[Mapping[str, Callable[[Visit, Answer | None, Any], None]]] = {
    "undo": lambda visit, *_: visit.undo(),
    "redo": lambda visit, *_: visit.redo(),
    "step": _step,
    "replay": animate.again,
    "play": animate.begin,
    "reset": lambda visit, _, value: visit.reset(to="saved" if value == "saved" else "baseline"),
    "save": _dialog("save"),
    "open": _dialog("open"),
    "download": _dialog("download"),
    "present": _present,
    "language": _language,
    "municipality": _municipality,
    "assumptions": _assumptions,
    "economy": _economy,
    "from": _from,
    "phase_in": _phase_in,
}
