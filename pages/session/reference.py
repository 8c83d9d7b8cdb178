"""Hold the scenario on screen against a third reference: the administration's proposal.

It is the visitor's choice (``Session.reference``) and no step of the history: undo leaves it. It is read under the
assumptions on screen, and only where municipality, figures, start and years are those on screen.
"""

from __future__ import annotations

from model.language.catalogue import long_date, years_text
from model.municipality.vintages import vintage
from model.scenario.period import of_one_time
from model.scenario.scenario import Scenario
from pages.session import scenario_store
from pages.session.results import ScenarioResults, scenario_results
from pages.session.session import Session


def under_common_assumptions(session: Session, scenario: Scenario) -> Scenario:
    """Return a scenario under the assumptions on screen, so that only what is proposed differs."""
    now = session.scenario
    return scenario.copy_with(assumption_set=now.assumption_set, assumptions=now.assumptions)


def misfit(session: Session, name: str, scenario: Scenario) -> str | None:
    """Return why a scenario cannot be compared with the one on screen, in words; None where it can."""
    now = session.scenario
    if scenario.municipality != now.municipality:
        towns = [scenario_store.municipality_name(s.municipality, session.language) for s in (scenario, now)]
        return session.text("page_compare.other_town", name=name, town=towns[0], others=towns[1])
    if scenario.years != now.years:
        years, others = (years_text(n, session.language) for n in (scenario.years, now.years))
        return session.text("page_compare.other_years", name=name, years=years, others=others)
    if not of_one_time(scenario, now):
        figures = vintage(scenario.baseline).dated.text(session.language)
        start = long_date(scenario.start, session.language)
        return session.text("page_compare.other_time", name=name, figures=figures, start=start)
    return None


def reference_results(session: Session) -> ScenarioResults | None:
    """Return what the administration's proposal comes to beside the scenario on screen.

    None where none is chosen, and where it cannot be compared: ``reference_note`` tells why.
    """
    reference = session.reference
    if reference is None or misfit(session, reference.name, reference) is not None:
        return None
    return scenario_results(under_common_assumptions(session, reference))


def reference_name(session: Session) -> str:
    """Return what the administration's proposal is called beside other scenarios; "" where none is chosen."""
    if session.reference is None:
        return ""
    return session.text("page_compare.reference.named", name=session.reference.name)


def reference_note(session: Session) -> str | None:
    """Return why the chosen reference is not shown; None where it is, and where none is chosen."""
    reference = session.reference
    return None if reference is None else misfit(session, reference.name, reference)
