"""Put the administration's proposal beside a scenario in its documents: the third figure, after "without changes".

It is run under the scenario's assumptions and in the scenario's draws, as on the pages, and is there only where it can
be compared; else a sentence says why not.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from model.budget.amounts import SMALL_AMOUNT, Amount
from model.budget.result import FunctionFigures
from model.documents.figures import Findings, GoalRow, LeverRow, gather
from model.language.catalogue import listed, text
from model.scenario.comparable import misfit, under_assumptions_of
from model.scenario.scenario import Scenario, municipality_of
from model.uncertainty.draws import draws_for
from model.uncertainty.fan import fan


@dataclass(frozen=True, eq=False)
class Beside:
    """The proposal that a scenario is held against; ``findings`` is None where it cannot be: ``why_not``."""

    reference: Scenario
    findings: Findings | None
    why_not: str = ""


def with_reference(findings: Findings, reference: Scenario | None) -> Findings:
    """Return findings with the administration's proposal beside them; as they are where there is none."""
    if reference is None:
        return findings
    why_not = misfit(findings.scenario, reference, reference.name, findings.language)
    if why_not is not None:
        return replace(findings, beside=Beside(reference, None, why_not))
    common = under_assumptions_of(findings.scenario, reference)
    municipality = municipality_of(common)
    told = None if findings.fan is None else findings.fan.draws
    bands = None
    # Draws of other numbers say nothing of it; then its amounts have no range, and say so by having none.
    if told is not None and told.municipality.key == municipality.key:
        bands = fan(municipality, common, draws_for(municipality, count=told.count, seed=told.seed))
    return replace(findings, beside=Beside(reference, gather(common, findings.language, fan=bands)))


def third(findings: Findings) -> Findings | None:
    """Return what the administration's proposal comes to; None where none is chosen, or it cannot be compared."""
    return None if findings.beside is None else findings.beside.findings


def third_head(findings: Findings) -> str:
    """Return what the third row or line is called, and a section about it."""
    return findings.text("beside.heading")


def third_of(findings: Findings, row: GoalRow) -> GoalRow | None:
    """Return the same indicator in the administration's proposal; None where there is none, or it is hidden in one."""
    other = third(findings)
    if other is None or row.suppressed:
        return None
    return next((one for one in other.rows if one.key == row.key and not one.suppressed), None)


def third_value(findings: Findings, row: GoalRow) -> str:
    """Return the indicator's value in the administration's proposal, unless it is hidden."""
    other = third_of(findings, row)
    if other is None:
        return text("disclosure.not_shown", findings.language)
    return findings.value(other, other.indicator.value_scenario)


def third_lead(findings: Findings) -> str:
    """Return what stands above a table of goals of its column; empty where there is none."""
    other = third(findings)
    if other is None:
        return ""
    lead = findings.text("beside.goals_lead")
    return lead if other.fan is None else f"{lead} {findings.text('beside.goals_range')}"


def third_with_range(findings: Findings, row: GoalRow) -> str:
    """Return the same with its range in brackets, where the scenario's own has one beside it."""
    value, other, run = third_value(findings, row), third_of(findings, row), third(findings)
    ends = "" if other is None or run is None else run.range_text(other)
    return findings.text("beside.ranged", value=value, range=ends) if ends else value


def third_sentence(findings: Findings, row: GoalRow) -> str:
    """Return where the indicator stands in the administration's proposal, after the sentence of its picture."""
    other = third_of(findings, row)
    value = "" if other is None else findings.text("beside.value", value=third_value(findings, row))
    return f"{findings.sentence(row)} {value}".strip()


def third_lever(findings: Findings, row: LeverRow) -> LeverRow | None:
    """Return where the administration's proposal leaves the same lever, after its last change; None without one."""
    other = third(findings)
    if other is None:
        return None
    same = [one for one in other.levers if (one.lever.id, one.group) == (row.lever.id, row.group)]
    return same[-1] if same else None


def of_same_weeks(findings: Findings) -> Findings | None:
    """Return what the proposal comes to where it covers the scenario's very weeks, as courses and years do."""
    other = third(findings)
    return other if other is not None and other.scenario.start == findings.scenario.start else None


def third_amounts(findings: Findings) -> tuple[Amount, ...]:
    """Return the proposal's net difference of each year and in all; empty where none is to be shown."""
    other = of_same_weeks(findings)
    return () if other is None else (*other.year_differences, other.total)


def third_amount_heads(findings: Findings) -> list[str]:
    """Return the heads of what :func:`third_function` gives: gross, refund, net and the difference in net."""
    run = third_head(findings).lower()
    whole = [findings.text(f"book.column.{what}", run=run) for what in ("gross", "refund", "net")]
    return [*whole, findings.text("beside.column_year")]


def third_function(function: FunctionFigures, year: int) -> list[float]:
    """Return gross, refund, net and the difference in net of one function of the proposal in a budget year, DKK."""
    parts = (function.gross, function.refund, function.net)
    return [*(float(part.scenario[year]) for part in parts), float(function.net.difference[year])]


def third_money(findings: Findings) -> str:
    """Return in a sentence what the proposal costs or saves in all, with its range; "" where none is to be shown."""
    return _with_total(findings, "beside.money")


def third_in_picture(findings: Findings) -> str:
    """Return the same after the sentence of a picture of money, with how it is drawn there; "" where it is not."""
    return _with_total(findings, "beside.picture")


def _with_total(findings: Findings, key: str) -> str:
    """Return a sentence with what the proposal costs or saves in all."""
    other = of_same_weeks(findings)
    if other is None:
        return ""
    return findings.text(key, amount=other.total.clause().text(findings.language))


def money_moves(findings: Findings) -> bool:
    """Return whether the scenario or the administration's proposal moves the expenditure of a year beyond rounding."""
    amounts = (*findings.year_differences, *third_amounts(findings))
    return any(abs(amount.central) >= SMALL_AMOUNT for amount in amounts)


def third_persons(findings: Findings) -> str:
    """Return how many more or fewer are on public support with the proposal, with the range; "" where none is shown."""
    other = of_same_weeks(findings)
    return "" if other is None else findings.text("beside.persons", sentence=other.persons_sentence)


def whose(findings: Findings) -> str:
    """Return which proposal is the administration's here, and who wrote it; "" where none is chosen."""
    if findings.beside is None:
        return ""
    reference = findings.beside.reference
    key = "page.reference.by" if reference.author else "page.reference"
    return text(key, findings.language, name=reference.name, author=reference.author)


def sentences(findings: Findings) -> tuple[str, ...]:
    """Return whose the proposal is, what it changes and how it is run, or why it is not shown; empty without one."""
    if findings.beside is None:
        return ()
    other = findings.beside.findings
    if other is None:
        return whose(findings), findings.beside.why_not
    told = [
        findings.text("changes.one", lever=lever, before=before, after=after)
        for lever, before, after, _, _ in other.changes
    ]
    changes = (
        findings.text("beside.changes", changes=listed(told, findings.language))
        if told
        else findings.text("beside.no_changes")
    )
    lines = [whose(findings), changes, findings.text("beside.common")]
    if other.scenario.world != findings.scenario.world:
        lines.append(findings.text("beside.economy"))
    return tuple(lines)
