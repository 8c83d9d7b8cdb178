"""Part a scenario's runs from what its author wrote: what is kept for all visitors holds nobody's texts."""

from __future__ import annotations

from collections.abc import Mapping

from model.scenario.parts import Change
from model.scenario.scenario import Scenario


def without_texts(scenario: Scenario) -> Scenario:
    """Return the scenario with all that moves a run and no text of its author; its key is the same.

    Answers that are kept by ``Scenario.key`` serve everyone who asks the same, so they are made of this.
    """
    return scenario.copy_with(
        name=scenario.municipality,
        description="",
        author="",
        changes=tuple(change.model_copy(update={"why": ""}) for change in scenario.changes),
        assumptions=tuple(own.model_copy(update={"why": ""}) for own in scenario.assumptions),
        workshop=None,
        results=None,
    )


def with_changes_of(scenario: Scenario, answer: Scenario) -> Scenario:
    """Return a scenario with the changes of an answer to it, and with all that its own author wrote.

    A change keeps the reason that the scenario gives for it: the one of the same day, else the lever's last.
    """
    by_day = {(*change.target, change.from_): change.why for change in scenario.changes}
    by_lever: Mapping[tuple[str, str | None], str] = {c.target: c.why for c in scenario.changes}

    def with_reason(change: Change) -> Change:
        """Return a change of the answer with the scenario's reason."""
        why = by_day.get((*change.target, change.from_), by_lever.get(change.target, ""))
        return change.model_copy(update={"why": why})

    changes = tuple(with_reason(change) for change in answer.changes)
    return scenario.copy_with(changes=changes, results=None)
