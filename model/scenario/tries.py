"""Examples to try with one press: changes that fit any municipality, since they start from its own baseline."""

from __future__ import annotations

from functools import lru_cache
from typing import Final, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from model.files.folders import DATA_FOLDER
from model.files.strict_yaml import load_data_file
from model.files.validation_problems import problems_from
from model.language.messages import Text
from model.scenario.levers import LEVER_BY_ID, Lever, baseline_value, bounds
from model.scenario.parts import Change
from model.scenario.scenario import Scenario, municipality_of

_FILE: Final = DATA_FOLDER / "tries.yaml"


class _Part(BaseModel):
    """One lever of an example, set to a value or to so many times its baseline."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    lever: str
    groups: tuple[str, ...] = ()
    to: float | None = None
    times: float | None = None

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        """Check that the lever exists, has the groups, and is given one value."""
        lever = LEVER_BY_ID[self.lever]
        if (self.to is None) == (self.times is None):
            raise ValueError(f"{self.lever}: either to or times")
        if bool(self.groups) != (lever.scope == "group") or set(self.groups) - set(lever.groups):
            raise ValueError(f"{self.lever}: its groups are {lever.groups}")
        return self


class Try(BaseModel):
    """An example: its name, and what it changes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    label: Text
    changes: tuple[_Part, ...] = Field(min_length=1)


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    tries: tuple[Try, ...]


@lru_cache(maxsize=1)
def tries() -> tuple[Try, ...]:
    """Return the examples in the order in which they are shown. Raises FileProblem."""
    document = load_data_file(_FILE)
    try:
        return _File.model_validate(document.data).tries
    except ValidationError as error:
        raise problems_from(error, document, model=_File) from error


def tried(scenario: Scenario, identifier: str) -> Scenario:
    """Return the scenario with an example's changes in place of its own, from its start.

    Raises KeyError for an unknown example.
    """
    example = {one.id: one for one in tries()}[identifier]
    changes = [
        Change.model_validate({"lever": part.lever, "group": group, "to": to, "from": scenario.start})
        for part in example.changes
        for group in part.groups or (None,)
        if (to := _value(part, group, scenario)) is not None
    ]
    return scenario.copy_with(changes=tuple(changes), results=None)


def _value(part: _Part, group: str | None, scenario: Scenario) -> float | None:
    """Return what a lever is set to, within its bounds and on its steps; None where that is its baseline."""
    lever, municipality = LEVER_BY_ID[part.lever], municipality_of(scenario)
    base = float(baseline_value(lever, municipality, group))
    low, high = bounds(lever, municipality)
    wanted = part.to if part.times is None else _on_steps(base * part.times, lever)
    value = min(max(float(wanted or 0.0), low), high)
    return None if value == base else value


def _on_steps(value: float, lever: Lever) -> float:
    """Return a value on the nearest of the lever's steps."""
    return round(round(value / lever.step) * lever.step, 6)
