"""What a municipality tells after a decision: what was delivered of each lever, and months of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Self

from pydantic import Field, model_validator

from model.files.validation_problems import bilingual_errors
from model.followup.decided import MonthName
from model.scenario.levers import LEVER_BY_ID, check_group, check_value
from model.scenario.parts import Line, Number, ScenarioPart
from model.scenario.scenario import Scenario, plain_number

_MOST: Final = 600
Target = tuple[str, str | None]


class Delivered(ScenarioPart):
    """What was delivered of one lever, in the unit people see."""

    lever: Line
    group: Line | None = None
    value: Number

    @model_validator(mode="after")
    def _fits(self) -> Self:
        """Check group and value against the lever."""
        lever = LEVER_BY_ID.get(self.lever)
        if lever is None:
            raise bilingual_errors([(("lever",), "Skyderen kendes ikke.", "The lever is not known.")])
        faults = [
            ((name,), wrong.da, wrong.en)
            for name, wrong in (
                ("group", check_group(lever, self.group)),
                ("value", check_value(lever, self.value)),
            )
            if wrong
        ]
        if faults:
            raise bilingual_errors(faults)
        return self

    @property
    def target(self) -> Target:
        """Return what was delivered: lever and target group."""
        return self.lever, self.group


class OwnMonth(ScenarioPart):
    """A month's figure of a series that the municipality has before it is published."""

    series: Line
    month: MonthName
    value: Number


class Told(ScenarioPart):
    """What was told; a later value takes the place of an earlier one."""

    delivered: tuple[Delivered, ...] = Field(default=(), strict=False, max_length=_MOST)
    months: tuple[OwnMonth, ...] = Field(default=(), strict=False, max_length=_MOST)

    def value_of(self, target: Target) -> float | None:
        """Return what was delivered of a lever, None where nothing is told."""
        return next((one.value for one in self.delivered if one.target == target), None)

    def with_delivered(self, target: Target, value: float | None) -> Told:
        """Return it with what was delivered of a lever; None takes it back."""
        kept = tuple(one for one in self.delivered if one.target != target)
        if value is not None:
            lever, group = target
            kept = (*kept, Delivered(lever=lever, group=group, value=value))
        return self.model_copy(update={"delivered": kept})

    def with_month(self, series: str, month: str, value: float | None) -> Told:
        """Return it with a month's figure; None takes it back."""
        kept = tuple(one for one in self.months if (one.series, one.month) != (series, month))
        if value is not None:
            kept = (*kept, OwnMonth(series=series, month=month, value=value))
        return self.model_copy(update={"months": kept})

    def plain(self) -> dict[str, Any]:
        """Return it as plain data."""
        out: dict[str, Any] = {}
        if self.delivered:
            out["delivered"] = [
                {"lever": one.lever}
                | ({} if one.group is None else {"group": one.group})
                | {"value": plain_number(one.value)}
                for one in self.delivered
            ]
        if self.months:
            out["months"] = [
                {"series": one.series, "month": one.month, "value": plain_number(one.value)}
                for one in self.months
            ]
        return out


def targets_of(scenario: Scenario) -> tuple[Target, ...]:
    """Return the levers of which something can be told: those that a scenario sets to one value."""
    found = [change.target for change in scenario.changes if not isinstance(change.to, Mapping)]
    return tuple(dict.fromkeys(found))


def as_delivered(scenario: Scenario, told: Told) -> Scenario | None:
    """Return the scenario with what was delivered in place of what was decided.

    None where something is not told of every lever, or where one lever was decided in several steps: then what was
    delivered is not known.
    """
    changes = []
    for change in scenario.changes:
        value = told.value_of(change.target)
        steps = [other for other in scenario.changes if other.target == change.target]
        if isinstance(change.to, Mapping) or value is None or len(steps) > 1:
            return None
        changes.append(change.model_copy(update={"to": float(value)}))
    return scenario.copy_with(changes=tuple(changes))
