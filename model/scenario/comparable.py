"""Say whether two scenarios can be held against each other, and put one under the other's assumptions."""

from __future__ import annotations

from model.language.catalogue import long_date, text, years_text
from model.municipality.municipality import municipality_label
from model.municipality.municipality_list import municipalities
from model.municipality.vintages import vintage
from model.scenario.period import of_one_time
from model.scenario.scenario import Scenario


def under_assumptions_of(now: Scenario, scenario: Scenario) -> Scenario:
    """Return a scenario under the assumptions of the one on screen, so that only what is proposed differs."""
    if (scenario.assumption_set, scenario.assumptions) == (now.assumption_set, now.assumptions):
        return scenario  # its key is known by then: a page asks for it at every move of a slider
    return scenario.copy_with(assumption_set=now.assumption_set, assumptions=now.assumptions)


def misfit(now: Scenario, scenario: Scenario, name: str, language: str) -> str | None:
    """Return why a scenario, told as ``name``, cannot be compared with the one on screen; None where it can."""
    if scenario.municipality != now.municipality:
        towns = [municipality_name(one.municipality, language) for one in (scenario, now)]
        return text("page_compare.other_town", language, name=name, town=towns[0], others=towns[1])
    if scenario.years != now.years:
        years, others = (years_text(n, language) for n in (scenario.years, now.years))
        return text("page_compare.other_years", language, name=name, years=years, others=others)
    if not of_one_time(scenario, now):
        figures = vintage(scenario.baseline).dated.text(language)
        start = long_date(scenario.start, language)
        return text("page_compare.other_time", language, name=name, figures=figures, start=start)
    return None


def municipality_name(municipality: str, language: str) -> str:
    """Return a municipality's name, with a sign where figures are the users' own; its id where it is not known."""
    info = next((info for info in municipalities() if info.id == municipality), None)
    return municipality if info is None else municipality_label(info, language)
