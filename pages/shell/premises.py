"""Say in one line what the figures rest on: the years, what differs from the default, and what is not of one time."""

from __future__ import annotations

from typing import Final

from model.language.catalogue import text, years_text
from model.municipality.rules import DATED, FIRST_RULES
from model.municipality.vintages import FIRST, opening_vintage, vintage
from model.parameters.assumption_sets import assumption_sets
from model.scenario.diff import projection_name
from model.scenario.economy import UNCHANGED, economy_paths
from model.scenario.levers import HORIZON
from model.scenario.own_assumptions import own_assumptions
from model.scenario.period import period_notes
from model.scenario.projection import STANDS_STILL
from model.scenario.scenario import EVIDENCE, Scenario
from pages.session.results import ScenarioResults
from pages.session.session import Session

_MAX_ASSUMPTIONS: Final = 2


def figures_date(scenario: Scenario, language: str) -> str:
    """Return of when the starting figures are: "tal fra januar 2026"."""
    return vintage(scenario.baseline).dated.text(language)


def premises_line(session: Session, results: ScenarioResults) -> str:
    """Return the years that are run, what differs from the default, and what of it is not of one time."""
    first = [session.page_text("premises.years", years=_years(results.scenario))]
    sentences = [". ".join([", ".join([*first, *_differences(session, results.scenario)])])]
    if own_assumptions(results.scenario):
        sentences.append(assumptions_in_words(results.scenario, session.language))
    words = ". ".join(sentence.rstrip(".") for sentence in sentences) + "."
    return " ".join([words[:1].upper() + words[1:], *period_sentences(session, results)])


def _years(scenario: Scenario) -> str:
    """Return the years of the run: "2027" or "2027-2030" with a dash."""
    first, last = scenario.start.year, scenario.start.year + scenario.years - 1
    return str(first) if first == last else f"{first}\N{EN DASH}{last}"


def _differences(session: Session, scenario: Scenario) -> list[str]:
    """Return the choices that are not the default, each in a word or two."""
    language = session.language
    words = []
    if scenario.years != HORIZON.years:
        words.append(session.page_text("years.ahead", years=years_text(scenario.years, language)))
    default_rules = FIRST_RULES if scenario.baseline == FIRST else DATED
    if scenario.rules != default_rules:
        words.append(session.page_text("premises.rules", rules=session.page_text(f"rules.{scenario.rules}")))
    if scenario.baseline != opening_vintage():
        words.append(figures_date(scenario, language))
    if scenario.economy != UNCHANGED:
        own = not isinstance(scenario.economy, str)
        path = next((path for path in economy_paths() if path.id == scenario.economy), None)
        said = session.page_text("economy.own") if own or path is None else path.label.text(language)
        words.append(session.page_text("premises.economy", economy=said))
    if scenario.projection != STANDS_STILL:
        said = projection_name(scenario.projection, language)
        words.append(session.page_text("premises.projection", projection=said))
    if scenario.assumption_set != EVIDENCE:
        name = assumption_sets()[scenario.assumption_set].name.text(language)
        words.append(session.page_text("premises.assumptions", name=name))
    return words


def period_sentences(session: Session, results: ScenarioResults) -> list[str]:
    """Return what of figures, rules, start and goals is not of one time, and which rules are uncertain."""
    notes = [note.text(session.language) for note in period_notes(results.scenario)]
    whose = _whose_goals(session, results)
    return notes if whose is None else [*notes, whose]


def _whose_goals(session: Session, results: ScenarioResults) -> str | None:
    """Return whose goals are shown, None where they are the municipality's own and of the figures' time."""
    town = results.municipality
    if town.goals_basis == "own" and town.vintage == FIRST:
        return None
    key = {"own": "own_goals", "template": "template", "product": "product_goals"}[town.goals_basis]
    years = {} if key == "template" else {"years": town.goal_years}
    return session.page_text(key, municipality=town.name, **years)


def assumptions_in_words(scenario: Scenario, language: str) -> str:
    """Describe the set of assumptions, or which of them the scenario takes differently and why."""
    own = own_assumptions(scenario)
    if not own:
        return assumption_sets()[scenario.assumption_set].description.text(language)
    named = [one.sentence().text(language) for one in own[:_MAX_ASSUMPTIONS]]
    if len(own) > _MAX_ASSUMPTIONS:
        named.append(text("page.assumptions.more", language, n=len(own) - _MAX_ASSUMPTIONS))
    return text("page.assumptions.changed", language, n=len(own), list="; ".join(named))
