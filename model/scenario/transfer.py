"""Carry a scenario's changes over to another municipality: with the same numbers, or in proportion to its size."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from model.language.messages import Localized, Message, Phrase
from model.municipality.municipality import Municipality
from model.scenario.diff import lever_name, lever_value
from model.scenario.levers import LEVER_BY_ID, Lever, Value, baseline_value, bounds
from model.scenario.parts import Change
from model.scenario.projection import STANDS_STILL
from model.scenario.scenario import Scenario, municipality_of

Method = Literal["anew", "keep", "scale"]
METHODS: Final[tuple[Method, ...]] = ("anew", "keep", "scale")

_DECIMALS: Final = 6  # of a value that is rounded to its lever's steps


@dataclass(frozen=True)
class Transfer:
    """A scenario in another municipality, and what of the old one could not come along as it was."""

    scenario: Scenario
    misfits: tuple[Localized, ...] = ()


def transferred(scenario: Scenario, municipality: str, name: str, method: Method) -> Transfer:
    """Return a scenario of another municipality under the same economy, assumption set and period.

    Arguments: ``municipality`` is its id, ``name`` the new scenario's. ``method``: "anew" takes no change along;
    "keep" takes every number as it is; "scale" takes a number of the municipality's own (places) in proportion to the
    two baselines, rounded to the lever's step, and shares and rates as they are. A number outside the lever's range in
    the municipality is set to the nearest end and is a misfit; own assumptions stay behind, which is one too.
    Raises FileProblem where the municipality cannot be read.
    """
    fresh = Scenario(
        name=name,
        municipality=municipality,
        baseline=scenario.baseline,
        rules=scenario.rules,
        start=scenario.start,
        years=scenario.years,
        economy=scenario.economy,
        # Numbers of one's own are the old municipality's.
        projection=scenario.projection if isinstance(scenario.projection, str) else STANDS_STILL,
        assumption_set=scenario.assumption_set,
    )
    if method == "anew":
        return Transfer(fresh)
    old, new = municipality_of(scenario), municipality_of(fresh)
    misfits: list[Localized] = []
    changes = []
    for change in scenario.changes:
        value = _scaled(change, old, new) if method == "scale" else change.to
        fitting = _within(LEVER_BY_ID[change.lever], value, new)
        if fitting != value:
            misfits.append(_misfit(change, value, fitting, new))
        changes.append(change.model_copy(update={"to": fitting}))
    if not isinstance(scenario.projection, str):
        misfits.append(Message("diff.transfer.projection"))
    if scenario.assumptions:
        misfits.append(Message("diff.transfer.assumptions"))
    return Transfer(fresh.copy_with(changes=tuple(changes)), tuple(misfits))


def _scaled(change: Change, old: Municipality, new: Municipality) -> Value:
    """Return a change's value in proportion to the baselines; shares, rates and mixes as they are."""
    lever = LEVER_BY_ID[change.lever]
    # The range of a number of the municipality's own follows its baseline; shares and rates have one range for all.
    asked: Value = change.to
    if lever.cap_per_baseline is None or isinstance(asked, Mapping):
        return asked
    before, after = (baseline_value(lever, each, change.group) for each in (old, new))
    if asked == before:
        return float(after)
    if not before:
        return asked
    steps = round((asked * after / before - lever.minimum) / lever.step)
    scaled: float = round(lever.minimum + steps * lever.step, _DECIMALS)
    return scaled


def _within(lever: Lever, value: Value, municipality: Municipality) -> Value:
    """Return the value of a lever's range in a municipality that is nearest."""
    if isinstance(value, Mapping):
        return value
    low, high = bounds(lever, municipality)
    return min(max(value, low), high)


def _misfit(change: Change, value: Value, fitting: Value, municipality: Municipality) -> Message:
    """Return that a number lies outside the lever's range in the municipality, and what it is set to."""
    return Message(
        "diff.transfer.outside",
        lever=Phrase(lever_name, change.lever, change.group),
        value=Phrase(lever_value, change.lever, value),
        fitting=Phrase(lever_value, change.lever, fitting),
        municipality=municipality.name,
    )
