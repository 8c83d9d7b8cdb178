"""Hold a scenario against the administration's proposal in commands: the option ``--reference OTHER.yaml``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from model.cli.context import MILLION, MONEY_DECIMALS, CommandContext, existing, row
from model.cli.run_json import json_budget, json_goal
from model.documents.beside import (
    sentences,
    third_amounts,
    third_head,
    third_money,
    third_value,
    with_reference,
)
from model.documents.figures import Findings, GoalRow, gather
from model.files.problems import FileProblem
from model.goals.results import GoalResult
from model.language.catalogue import number, text
from model.scenario.files import input_hash, load_with_warnings
from model.scenario.scenario import Scenario
from model.uncertainty.bands import Fan


@dataclass(frozen=True, eq=False)
class Held:
    """A scenario's findings with the proposal that it is held against."""

    findings: Findings
    reference: Scenario

    def to_jsonable(self) -> dict[str, Any]:
        """Return the field ``reference`` of ``run --json``; without goals and budget where it cannot be compared."""
        beside = self.findings.beside
        other = None if beside is None else beside.findings
        told = {"scenario": self.reference.name, "author": self.reference.author}
        if other is None:
            return {**told, "why_not": None if beside is None else beside.why_not}
        return {
            **told,
            "why_not": None,
            "input_sha256": input_hash(other.scenario, other.municipality.key),
            "goals": [json_goal(goal, other.fan) for goal in other.goals],
            "budget": json_budget(other.budget, other.ranges),
        }

    def as_text(self, goals: Sequence[GoalResult]) -> Iterable[str]:
        """Yield whose the proposal is, its goals beside the scenario's, and what it costs by year."""
        findings, language = self.findings, self.findings.language
        yield ""
        yield third_head(findings)
        yield from sentences(findings)
        if findings.beside is None or findings.beside.findings is None:
            return
        columns = [text(f"cli.run.{column}", language) for column in ("baseline", "scenario")]
        yield row(text("cli.run.indicator", language), [*columns, findings.text("beside.column")])
        for goal in goals:
            for indicator in goal.indicators:
                own = GoalRow(goal, indicator)
                values = [
                    findings.value(own, v) for v in (indicator.value_baseline, indicator.value_scenario)
                ]
                third = third_value(findings, own)
                yield row("  " + indicator.title.text(language), [*values, third])
        amounts = third_amounts(findings)
        if not amounts:
            return
        years = [*map(str, findings.budget.years), text("cli.run.total", language)]
        yield row(text("cli.run.budget", language), years)
        central = [number(a.central / MILLION, language, MONEY_DECIMALS, signed=True) for a in amounts]
        yield row("  " + third_head(findings), central)
        if all(amount.range is not None for amount in amounts):
            ends = [amount.signed_ends(language) for amount in amounts]
            yield row("  " + findings.text("beside.range_row"), ends)
        yield third_money(findings)


def reference_of(context: CommandContext) -> Scenario | None:
    """Return the proposal that is asked for; None without one. Raises WrongUse, and FileProblem that names the file."""
    given = context.options.reference
    if given is None:
        return None
    path = existing(given, context)
    try:
        read = load_with_warnings(path)
    except FileProblem as problem:
        raise problem.named(str(path)) from None
    context.warn(read.lines(context.language))
    return read.scenario


def held_against(
    scenario: Scenario, reference: Scenario | None, bands: Fan | None, language: str
) -> Held | None:
    """Return the scenario beside the proposal, over the same draws; None without one."""
    if reference is None:
        return None
    return Held(with_reference(gather(scenario, language, fan=bands), reference), reference)
