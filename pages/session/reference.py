"""Hold the scenario on screen against a third reference: the administration's proposal.

It is the visitor's choice (``Session.reference``) and no step of the history: undo leaves it. It is read under the
assumptions on screen, and only where municipality, figures, start and years are those on screen.
"""

from __future__ import annotations

from model.scenario import comparable
from model.scenario.scenario import Scenario
from pages.session.results import ScenarioResults, scenario_results
from pages.session.session import Session


def under_common_assumptions(session: Session, scenario: Scenario) -> Scenario:
    """Return a scenario under the assumptions on screen, so that only what is proposed differs."""
    return comparable.under_assumptions_of(session.scenario, scenario)


def misfit(session: Session, name: str, scenario: Scenario) -> str | None:
    """Return why a scenario cannot be compared with the one on screen, in words; None where it can."""
    return comparable.misfit(session.scenario, scenario, name, session.language)


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
