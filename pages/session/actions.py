"""Do what the toolbar's buttons, menus and choices ask for."""

from __future__ import annotations

import datetime
import time
from collections.abc import Callable, Mapping
from typing import Any, Final

from model.files.problems import FileProblem
from model.municipality.municipality_list import municipalities
from model.municipality.rules import RULES
from model.municipality.vintages import FIRST, vintage_names
from model.parameters.assumption_sets import assumption_sets
from model.scenario.economy import economy_paths
from model.scenario.levers import HORIZON
from model.scenario.period import on_figures, possible_starts, starting_at
from model.scenario.projection import NAMED_PROJECTIONS
from model.scenario.scenario import Scenario, possible_years
from model.scenario.tries import tried, tries
from pages.session import animation
from pages.session.notices import Notice, problem_text
from pages.session.session import MAIN_VIEW, Session, encode_checked


def perform(session: Session, action: Mapping[str, Any]) -> None:
    """Do what was pressed or chosen. What is not offered is left alone."""
    do = _ACTIONS.get(str(action.get("id")))
    if do is not None:
        do(session, action.get("value"))


def _present(session: Session, _: Any) -> None:
    session.present = not session.present
    session.view = MAIN_VIEW
    session.last_animated = None


def _language(session: Session, _: Any) -> None:
    session.language = "en" if session.language == "da" else "da"


def _dialog(name: str) -> Callable[[Session, Any], None]:
    def ask(session: Session, _: Any) -> None:
        session.dialog = name

    return ask


def _municipality(session: Session, value: Any) -> None:
    if any(info.id == value for info in municipalities()):
        session.ask_for_municipality(str(value))


def _assumptions(session: Session, value: Any) -> None:
    if value not in assumption_sets():
        return
    asked = session.history.current.copy_with(assumption_set=value)
    try:
        encode_checked(asked)
    except FileProblem as error:
        session.notice = Notice("warning", problem_text(error))
        return
    session.set_scenario(asked)


def _economy(session: Session, value: Any) -> None:
    if any(path.id == value for path in economy_paths()):
        session.set_scenario(session.history.current.copy_with(economy=value))


def _projection(session: Session, value: Any) -> None:
    scenario = session.history.current
    if value in NAMED_PROJECTIONS and scenario.baseline != FIRST:
        session.set_scenario(scenario.copy_with(projection=value))


def _years(session: Session, value: Any) -> None:
    scenario = session.history.current
    if str(value).isdecimal() and int(value) in possible_years(scenario):
        session.set_scenario(scenario.copy_with(years=int(value)))


def _baseline(session: Session, value: Any) -> None:
    if value in vintage_names() and value != session.history.current.baseline:
        _change_period(session, on_figures(session.history.current, str(value)))


def _start(session: Session, value: Any) -> None:
    scenario = session.history.current
    chosen = [start for start in possible_starts(scenario) if start.isoformat() == value]
    if chosen and chosen[0] != scenario.start:
        _change_period(session, starting_at(scenario, chosen[0]))


def _rules(session: Session, value: Any) -> None:
    if value in RULES and value != session.history.current.rules:
        _change_period(session, session.history.current.copy_with(rules=value))


def _change_period(session: Session, asked: Scenario) -> None:
    """Put a scenario on other figures, with another start or under other rules on screen, where it fits them."""
    try:
        encode_checked(asked)
    except FileProblem as error:
        session.notice = Notice("warning", problem_text(error))
        return
    session.from_ = None
    session.set_scenario(asked)


def _from(session: Session, value: Any) -> None:
    try:
        date = datetime.date.fromisoformat(str(value))
    except ValueError:
        return
    session.retime(from_=date)


def _phase_in(session: Session, value: Any) -> None:
    if str(value).isdecimal() and int(value) <= HORIZON.most_phase_in_weeks:
        session.retime(phase_in_weeks=int(value))


def _step(session: Session, value: Any) -> None:
    if isinstance(value, int):
        session.go_to(value)


def _try(session: Session, value: Any) -> None:
    if any(one.id == value for one in tries()):
        session.keep()
        session.set_scenario(tried(session.history.current, str(value)))


def _possible(session: Session, _: Any) -> None:
    """Begin to show possible courses, or stop."""
    session.possible_from = time.monotonic() if session.possible_from is None else None


_ACTIONS: Final[Mapping[str, Callable[[Session, Any], None]]] = {
    "undo": lambda session, _: session.undo(),
    "redo": lambda session, _: session.redo(),
    "step": _step,
    "replay": animation.replay,
    "play": animation.begin,
    "reset": lambda session, value: session.reset(to="saved" if value == "saved" else "baseline"),
    "save": _dialog("save"),
    "open": _dialog("open"),
    "download": _dialog("download"),
    "about": _dialog("about"),
    "present": _present,
    "language": _language,
    "municipality": _municipality,
    "assumptions": _assumptions,
    "economy": _economy,
    "projection": _projection,
    "baseline": _baseline,
    "start": _start,
    "rules": _rules,
    "years": _years,
    "from": _from,
    "phase_in": _phase_in,
    "try": _try,
    "possible": _possible,
}
