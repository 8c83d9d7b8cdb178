"""``seek``: what it would take to reach goals, as sentences for people and as one object for machines."""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Final

from model.cli.context import (
    GOOD,
    MILLION,
    MONEY_DECIMALS,
    CommandContext,
    WrongUse,
    existing,
    json_number,
    json_numbers,
    row,
    scenario_of,
    suppressed_mark,
)
from model.cli.seek_money import seek_money
from model.domain import MODEL_VERSION
from model.files.problems import sanitised
from model.language.catalogue import long_date, number, text
from model.language.typed_numbers import NotANumber, read_number
from model.municipality.municipality import Municipality
from model.scenario.files import input_hash, replace_scenario
from model.scenario.scenario import Scenario, municipality_of, to_dict
from model.seek.answer import (
    CannotSeek,
    Curve,
    FreeLever,
    LeverMove,
    SeekAnswer,
    SeekOptions,
    Target,
    TargetReading,
)
from model.seek.curve import curve
from model.seek.money import MoneyOptions
from model.seek.seek import seek
from model.seek.sentences import answer_sentences, as_scenario

_PER_CENT: Final = 100
_PARTS: Final = 3  # of a lever's range: lowest, highest, weight
_COLUMN: Final = 14
_NAME: Final = 16


def seek_command(context: CommandContext) -> int:
    """Search for the smallest change of the levers that reaches the goals, or the nearest it gets."""
    options = context.options
    path = existing(options.file, context)
    if options.spend is not None and options.cut is not None:
        raise WrongUse(context.text("error.seek.one_amount"))
    if (options.year is not None or options.limit) and options.cut is None:
        raise WrongUse(context.text("error.seek.no_cut"))
    by = _date(options.by, context)
    wishes = [_wish(given, by, context) for given in options.goal]
    free = [_free(given, context) for given in options.lever]
    if options.save is not None and Path(options.save).exists():
        raise WrongUse(context.text("error.seek.exists", path=options.save))
    settings = SeekOptions(
        from_=_date(getattr(options, "from"), context),
        phase_in_weeks=_whole(options.phase_in, context),
        seed=_whole(options.seed, context),
        costless_levers=tuple(options.free),
    )
    scenario = scenario_of(path, context)
    municipality = municipality_of(scenario)
    context.progress("preparing")
    try:
        if options.spend is not None or options.cut is not None:
            asked = _money_options(context, wishes, free, settings, scenario)
            return seek_money(context, municipality, scenario, asked, partial(_report, context))
        if options.curve:
            return _curve(context, municipality, scenario, wishes, free, settings)
        return _seek(context, municipality, scenario, wishes, free, settings)
    except CannotSeek as error:
        hint = " " + context.text("error.seek.free") if error.unpriced else ""
        raise WrongUse(error.text(context.language) + hint) from None


def _money_options(
    context: CommandContext,
    wishes: list[Target],
    free: list[FreeLever],
    settings: SeekOptions,
    scenario: Scenario,
) -> MoneyOptions:
    """Return what is asked of the money; a saving without a year is asked of the first. Raises WrongUse."""
    options = context.options
    year = None
    if options.cut is not None:
        year = scenario.start.year if options.year is None else _whole(options.year, context)
    return MoneyOptions(
        amount=_number(options.cut if options.spend is None else options.spend, context),
        year=year,
        goals=tuple(wish.indicator for wish in wishes),
        limits=tuple(_wish(given, None, context) for given in options.limit),
        levers=tuple(free),
        from_=settings.from_,
        phase_in_weeks=settings.phase_in_weeks,
        costless_levers=settings.costless_levers,
        draws=None if options.draws is None else _whole(options.draws, context),
    )


def _seek(
    context: CommandContext,
    municipality: Municipality,
    scenario: Scenario,
    wishes: list[Target],
    free: list[FreeLever],
    settings: SeekOptions,
) -> int:
    """Search once and answer with the result."""
    options = context.options
    certainty = None if options.certainty is None else _number(options.certainty, context) / _PER_CENT
    limit = None if options.budget is None else _number(options.budget, context)
    settings = replace(settings, budget_per_year=limit, certainty=certainty)
    answer = seek(municipality, scenario, wishes, free, settings, progress=partial(_report, context))
    if options.save is not None:
        _save(answer, Path(options.save), context)
    if context.json:
        context.emit_json(json_answer(answer, municipality))
        return GOOD
    where = municipality.label(context.language)
    context.print(text("cli.seek.heading", context.language, name=scenario.name, municipality=where))
    context.print(*(sentence.text(context.language) for sentence in answer_sentences(answer)))
    if options.save is not None:
        context.print("", context.text("seek.saved", file=options.save))
    return GOOD


def _curve(
    context: CommandContext,
    municipality: Municipality,
    scenario: Scenario,
    wishes: list[Target],
    free: list[FreeLever],
    settings: SeekOptions,
) -> int:
    """Search at several budgets and answer with the curve. Raises WrongUse for more than one goal."""
    if len(wishes) != 1:
        raise WrongUse(context.text("error.seek.one_goal"))
    budget_curve = curve(
        municipality, scenario, wishes[0], free, settings, progress=partial(_report, context)
    )
    if context.json:
        context.emit_json(json_curve(budget_curve))
    else:
        context.print(*_curve_text(budget_curve, context.language))
    return GOOD


def _report(context: CommandContext, done: int, of: int) -> None:
    """Report how far the search is."""
    context.progress("seek.progress", share=number(done * 100 / of, context.language))


def _save(answer: SeekAnswer, path: Path, context: CommandContext) -> None:
    """Save the answer as a new scenario. Raises FileProblem."""
    name = context.text("seek.name", name=answer.scenario.name)
    replace_scenario(as_scenario(answer, answer.scenario, name, context.language), path)


# --- what is settings for ---------------------------------------------------------------------------


def _wish(given: str, by: datetime.date | None, context: CommandContext) -> Target:
    """Parse a goal: ``3``, ``3=20`` or ``3.participation=20``. Raises WrongUse."""
    name, equals, target = given.partition("=")
    return Target(name.strip(), _number(target, context) if equals else None, by)


def _free(given: str, context: CommandContext) -> FreeLever:
    """Parse a lever: ``firm_places``, ``firm_places=200:600`` or ``activation_rate.dagpenge=10:40:2`` (weight)."""
    name, equals, rest = given.partition("=")
    lever, _, group = name.strip().partition(".")
    numbers = [_number(part, context) if part.strip() else None for part in rest.split(":")] if equals else []
    if equals and len(numbers) not in (_PARTS - 1, _PARTS):
        raise WrongUse(context.text("error.seek.lever", given=sanitised(given)))
    numbers += [None] * (_PARTS - len(numbers))
    low, high, weight = numbers
    return FreeLever(lever, group or None, low, high, 1.0 if weight is None else weight)


def _number(given: str, context: CommandContext) -> float:
    """Parse a finite number, with a decimal comma as with a point. Raises WrongUse."""
    try:
        value = float(given)
    except ValueError:
        try:
            value = read_number(given)
        except NotANumber:
            value = math.nan
    if not math.isfinite(value):
        raise WrongUse(context.text("error.seek.number", given=sanitised(given)))
    return value


def _whole(given: str, context: CommandContext) -> int:
    """Parse a whole number. Raises WrongUse."""
    if not given.isascii() or not given.isdigit():
        raise WrongUse(context.text("error.seek.whole", given=sanitised(given)))
    return int(given[:9])


def _date(given: str | None, context: CommandContext) -> datetime.date | None:
    """Parse a date, None where none is given. Raises WrongUse."""
    if given is None:
        return None
    try:
        return datetime.date.fromisoformat(given)
    except ValueError:
        raise WrongUse(context.text("error.seek.date", given=sanitised(given))) from None


# --- answers -------------------------------------------------------------------------------------


def _json_move(move: LeverMove) -> dict[str, Any]:
    """Return one lever of the answer as JSON data."""
    figures = ("before", "after", "low", "high")
    return {
        "lever": move.lever,
        "group": move.group,
        **{name: json_number(getattr(move, name)) for name in figures},
        "at_bound": move.at_bound,
    }


def json_answer(answer: SeekAnswer, municipality: Municipality) -> dict[str, Any]:
    """Return the object that ``seek --json`` answers; documented in model/cli/README.md."""
    return {
        "municipality": municipality.id,
        "model_version": MODEL_VERSION,
        "input_sha256": input_hash(answer.scenario, municipality.key),
        "reached": answer.reached,
        "needed": answer.needed,
        "goals": [_json_goal(reading) for reading in answer.readings],
        "levers": [_json_move(move) for move in answer.moves],
        "idle": [{"lever": move.lever, "group": move.group} for move in answer.unused],
        "change": json_number(answer.change),
        "budget": {
            "years": list(answer.years),
            "difference": [json_number(cost) for cost in answer.cost],
            "range": _json_range(answer),
            "total": json_number(answer.cost_total),
            "verdict": answer.total_amount.kind,
            "unpriced_levers": list(answer.total_amount.unpriced),
            "costless_levers": list(answer.costless),
            "share_assumed": json_number(answer.share_assumed),
            "per_year": json_number(answer.budget_per_year),
            "binds": answer.budget_binds,
        },
        "certainty": json_number(answer.certainty),
        "chance": json_number(answer.chance),
        "after": _json_after(answer),
        "binding": [{"da": note.da, "en": note.en} for note in answer.binding],
        "side_effects": [{"da": note.da, "en": note.en} for note in answer.side_effects],
        "instead": [
            {
                "kind": instead.kind,
                "reached": instead.reached,
                "factor": json_number(instead.factor),
                "factor_beside": json_number(instead.factor_beside),
                "groups": list(instead.groups),
                "value": json_number(instead.value),
                "amount": json_number(instead.amount),
            }
            for instead in answer.alternatives
        ],
        "runs": answer.runs,
        "answer": to_dict(answer.scenario),
    }


def _json_range(answer: SeekAnswer) -> dict[str, Any] | None:
    """Return between what the cost lies in nine of ten draws, per year and in all; None where it is not known."""
    ranges = [amount.range for amount in (*answer.year_amounts, answer.total_amount)]
    known = [one for one in ranges if one is not None]
    if len(known) < len(ranges):
        return None
    *years, total = known
    return {
        "low": json_numbers(year.low for year in years),
        "high": json_numbers(year.high for year in years),
        "total": json_numbers((total.low, total.high)),
    }


def _json_goal(reading: TargetReading) -> dict[str, Any]:
    """Return one goal of the answer as JSON data."""
    return {
        "goal": reading.goal,
        "indicator": reading.indicator.id,
        "unit": reading.indicator.unit,
        "target": json_number(reading.target),
        "by": str(reading.by),
        "before": json_number(reading.before),
        "value": json_number(reading.value),
        "reached": reading.reached,
        "persons_missing": json_number(reading.persons_missing),
        "chance": json_number(reading.chance),
        **suppressed_mark(reading.suppressed),
    }


def _json_after(answer: SeekAnswer) -> dict[str, Any]:
    """Return as JSON data whether the goals still hold a year later and which flows carry them."""
    return {
        "date": str(answer.after.date),
        "values": [json_number(value) for value in answer.after.values],
        "still_reached": list(answer.after.still_reached),
        "fading": list(answer.after.fading),
        "flows": [
            {
                "group": flow.group,
                "inflow": None if flow.suppressed else json_number(flow.inflow),
                "outflow": None if flow.suppressed else json_number(flow.outflow),
                "exceeds": flow.exceeds,
                **suppressed_mark(flow.suppressed),
            }
            for flow in answer.after.flows
        ],
    }


def json_curve(budget_curve: Curve) -> dict[str, Any]:
    """Return the object that ``seek --curve --json`` answers."""
    return {
        "indicator": budget_curve.indicator.id,
        "unit": budget_curve.indicator.unit,
        "target": json_number(budget_curve.target),
        "by": str(budget_curve.by),
        "points": [
            {
                "budget": json_number(point.budget),
                "value": json_number(point.value),
                "reached": point.reached,
                "cost": json_number(point.cost),
                "levers": [_json_move(move) for move in point.moves],
                **suppressed_mark(point.suppressed),
            }
            for point in budget_curve.points
        ],
        "runs": budget_curve.runs,
    }


def _curve_text(budget_curve: Curve, language: str) -> Iterable[str]:
    """Yield the curve for a person: budget, value reached, levers."""
    indicator = budget_curve.indicator
    yield text(
        "cli.seek.curve",
        language,
        title=indicator.title.text(language),
        date=long_date(budget_curve.by, language),
        target=indicator.shown(budget_curve.target, language),
    )
    heads = [text(f"cli.seek.{column}", language) for column in ("value", "reached")]
    yield row(text("cli.seek.budget", language), heads, name_width=_NAME, column_width=_COLUMN)
    for point in budget_curve.points:
        levers = ", ".join(
            f"{move.label(language)}: {move.shown(move.after, language)}"
            for move in point.moves
            if move.moved
        )
        reached = text("cli.seek.yes" if point.reached else "cli.seek.no", language)
        budget = number(point.budget / MILLION, language, MONEY_DECIMALS)
        few = text("disclosure.not_shown", language)
        cells = [few if point.suppressed else indicator.shown(point.value, language), reached]
        yield row(budget, cells, name_width=_NAME, column_width=_COLUMN) + ("  " + levers if levers else "")
