"""Say what can be chosen in a course of a municipality: scenarios, goals, levers, cards and assumptions, with names."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Final

from model.catalogue.files import Catalogue, own_folder
from model.files.problems import FileProblem
from model.language.catalogue import number
from model.municipality.goal_specs import load_goals
from model.municipality.municipality import Municipality
from model.municipality.vintages import opening_vintage
from model.parameters.sourced_value import Parameter
from model.scenario.diff import lever_name
from model.scenario.files import load_scenario
from model.scenario.levers import LEVERS, decimals_of
from model.scenario.scenario import Scenario, municipality_of
from model.uncertainty.end_values import BUDGET
from model.workshop.course_files import SCENARIOS
from pages.session.session import Session

_MOST_KEPT: Final = 512


def scenarios_of(municipality: str, figures: str) -> dict[str, Scenario]:
    """Return the scenarios of a municipality that a step can name, those on the course's figures first."""
    found: dict[str, Scenario] = {}
    for path in sorted(SCENARIOS.rglob("*.yaml")):
        name = path.relative_to(SCENARIOS)
        if any(part.startswith(".") for part in name.parts):
            continue
        try:
            stat = path.stat()
            scenario = _scenario_at(path, stat.st_mtime_ns, stat.st_size)
        except OSError:
            continue
        if scenario is not None and scenario.municipality == municipality:
            found[name.as_posix()] = scenario
    first = figures or opening_vintage()
    return dict(sorted(found.items(), key=lambda item: (item[1].baseline != first, item[1].name)))


@lru_cache(maxsize=_MOST_KEPT)
def _scenario_at(path: Path, changed_at: int, size: int) -> Scenario | None:
    """Return the scenario in a file, read once for each state of it; None where it holds none."""
    try:
        return load_scenario(path)
    except FileProblem:
        return None


def goals_of(session: Session, municipality: str, figures: str) -> dict[str, str]:
    """Return the goals of a municipality with their titles."""
    goals = load_goals(municipality, figures or opening_vintage())
    return {goal.id: f"{goal.number}. {goal.title.text(session.language)}" for goal in goals}


def indicators_of(session: Session, municipality: str, figures: str, goal: str) -> dict[str, str]:
    """Return the indicators of a goal with their titles."""
    goals = load_goals(municipality, figures or opening_vintage())
    return {
        indicator.id: indicator.title.text(session.language)
        for one in goals
        if one.id == goal
        for indicator in one.indicators
    }


def figures_of(session: Session, municipality: str, figures: str) -> dict[str, str]:
    """Return what the tornado can be asked about: the cost, and each goal's first figure."""
    goals = load_goals(municipality, figures or opening_vintage())
    titles = {
        f"{goal.id}.{indicator.id}": indicator.title.text(session.language)
        for goal in goals
        for indicator in goal.indicators
        if indicator.id == goal.key_indicator
    }
    return {BUDGET: session.text("page_plan.suggest.cost")} | titles


def levers(language: str) -> dict[str, str]:
    """Return the levers that a step can open, with their names."""
    return {
        (f"{lever.id}:{group}" if group else lever.id): lever_name(lever.id, group, language)
        for lever in LEVERS
        if lever.scope != "mix"
        for group in (lever.groups or (None,))
    }


def cards(municipality: str) -> dict[str, str]:
    """Return the cards of the catalogue that fit a municipality, with their titles."""
    found, _ = Catalogue(own_folder()).cards()
    return {card.key: card.measure.title for card in found if card.measure.fits(municipality)}


def assumptions(base: Scenario) -> Mapping[str, Parameter]:
    """Return the assumptions of a municipality that a room can be asked about."""
    return _assumptions(municipality_of(base))


@lru_cache(maxsize=8)
def _assumptions(municipality: Municipality) -> Mapping[str, Parameter]:
    """Return the assumptions of a municipality, each with a range."""
    return {
        one.id: one
        for one in municipality.register
        if one.uncertain and one.value.low is not None and one.value.high is not None
    }


def assumption_name(session: Session, parameter: Parameter) -> str:
    """Return an assumption with its value and range: ``Bundet andel: 0,5 (0,0 til 0,8)``."""
    value = parameter.value
    known = [one for one in (value.value, value.low, value.high) if one is not None]
    decimals = max(decimals_of(one) for one in known)
    middle, low, high = (
        number(one, session.language, decimals) for one in (value.value, value.low, value.high)
    )
    name = parameter.label(session.language)
    return session.text("page_plan.assumption", name=name, value=middle, low=low, high=high)
