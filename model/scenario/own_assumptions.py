"""The assumptions that a scenario takes differently, in words: what, to which number, from which, and why."""

from __future__ import annotations

from dataclasses import dataclass

from model.language.catalogue import number
from model.language.messages import Localized, Message, Phrase
from model.municipality.goal_specs import assumption_label, is_own_target
from model.scenario.levers import decimals_of
from model.scenario.scenario import Scenario, municipality_of


@dataclass(frozen=True)
class OwnAssumption:
    """One parameter that a scenario takes differently; ``before`` is None where no source gives a number."""

    parameter: str
    value: float
    before: float | None
    why: str

    def sentence(self) -> Localized:
        """Return it in words: ``fortrængning 0,10 (ellers 0,30): vi tror mindre``."""
        decimals = decimals_of(self.value, self.before)
        key = "own" if self.before is not None else "own_new"
        if self.why:
            key += "_why"
        return Message(
            f"domain.assumption.{key}",
            label=Phrase(assumption_label, self.parameter),
            value=Phrase(number, self.value, decimals=decimals),
            before=Phrase(number, self.before, decimals=decimals),
            why=self.why,
        )


def own_assumptions(scenario: Scenario) -> tuple[OwnAssumption, ...]:
    """List the assumptions that a scenario takes differently from its set of assumptions, in the file's order."""
    if not scenario.assumptions:
        return ()
    register = municipality_of(scenario.copy_with(assumptions=())).register
    values = {parameter.id: parameter.value.value for parameter in register}
    return tuple(
        OwnAssumption(own.parameter, own.value, values.get(own.parameter), own.why)
        for own in scenario.assumptions
        if values.get(own.parameter) != own.value and not is_own_target(own.parameter)
    )


def own_targets(scenario: Scenario) -> tuple[OwnAssumption, ...]:
    """List the targets that the municipality sets itself: they are among a file's assumptions."""
    return tuple(
        OwnAssumption(own.parameter, own.value, None, own.why)
        for own in scenario.assumptions
        if is_own_target(own.parameter)
    )
