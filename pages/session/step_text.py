"""Describe a step of the history."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from model.language.catalogue import group_name, number, years_text
from model.municipality.goal_specs import NATIONAL_LEVEL
from model.scenario.levers import LEVER_BY_ID, decimals_of, value_text
from model.scenario.scenario import Scenario
from model.scenario.texts import without_texts
from pages.session.results import ScenarioResults
from pages.session.session import value_in


def step_text(before: Scenario, after: Scenario, results: ScenarioResults, language: str, texts: Any) -> str:
    """Describe what a step changed: the lever and its values, or how many levers."""
    parts = []
    if before.municipality != after.municipality:
        return str(texts("step.municipality", name=after.municipality))
    targets = dict.fromkeys(c.target for c in (*before.changes, *after.changes))
    for lever_id, group in targets:
        lever = LEVER_BY_ID[lever_id]
        old = value_in(before, results.municipality, lever_id, group)
        new = value_in(after, results.municipality, lever_id, group)
        if old != new:
            label = lever.label.text(language)
            if group:
                label += f", {group_name(group, language)}"
            was = "" if isinstance(old, Mapping) else number(old, language, decimals_of(old, new)) + " → "
            parts.append(f"{label}: {was}{value_text(lever, new, language, beside=old)}")
    if len(parts) > 2:
        return str(texts("step.many", n=len(parts)))
    if parts:
        return "; ".join(parts)
    own = {*before.assumptions} ^ {*after.assumptions}
    if own and all(one.parameter.startswith(f"{NATIONAL_LEVEL}.") for one in own):
        return str(texts("step.targets"))
    if before.assumption_set != after.assumption_set or own:
        return str(texts("step.assumptions"))
    if before.economy != after.economy:
        return str(texts("step.economy"))
    if before.projection != after.projection:
        return str(texts("step.projection"))
    if before.years != after.years:
        return str(texts("step.years", years=years_text(after.years, language)))
    if without_texts(before).changes != without_texts(after).changes:
        return str(texts("step.timing"))
    return str(texts("step.words"))
