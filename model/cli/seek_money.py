"""``seek --spend`` and ``seek --cut``: what an amount buys, and which saving harms least."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from model.budget.amounts import Amount
from model.cli.context import (
    GOOD,
    CommandContext,
    json_number,
    json_numbers,
    row,
    suppressed_mark,
)
from model.domain import MODEL_VERSION
from model.language.catalogue import number, text
from model.language.messages import Localized
from model.municipality.municipality import Municipality
from model.scenario.files import input_hash, replace_scenario
from model.scenario.scenario import Scenario, to_dict
from model.seek.answer import LeverMove
from model.seek.money import GoalEffect, LeverYield, MoneyAnswer, MoneyOptions
from model.seek.money_sentences import limit_sentences, money_limits, money_scenario, money_sentences
from model.seek.spend import buy, save
from model.uncertainty.draws import Progress

_NAME: Final = 60
_COLUMN: Final = 34
_MILLION: Final = 1e6


def seek_money(
    context: CommandContext,
    municipality: Municipality,
    scenario: Scenario,
    options: MoneyOptions,
    progress: Progress,
) -> int:
    """Search and answer: a saving where the options name a year, else what the amount buys. Raises CannotSeek."""
    search = buy if options.year is None else save
    answer = search(municipality, scenario, options, progress=progress)
    keep = context.options.save
    if keep is not None:
        name = context.text("seek.name", name=scenario.name)
        replace_scenario(money_scenario(answer, scenario, name, context.language), Path(keep))
    if context.json:
        context.emit_json(json_money(answer, municipality))
        return GOOD
    where = municipality.label(context.language)
    context.print(text("cli.seek.heading", context.language, name=scenario.name, municipality=where))
    context.print(*_answer_text(answer, context.language))
    if keep is not None:
        context.print("", context.text("seek.saved", file=keep))
    return GOOD


def _answer_text(answer: MoneyAnswer, language: str) -> Iterable[str]:
    """Yield the answer for a person: sentences, levers, goals, each lever alone, the curve, and the limits."""
    yield from (sentence.text(language) for sentence in money_sentences(answer))
    yield from (sentence.text(language) for sentence in limit_sentences(answer))
    yield ""
    for move in answer.moved:
        yield f"- {_move_text(move, language)}"
    yield ""
    yield from (
        f"{e.goal_number}. {e.indicator.title.text(language)}: {e.shown(language)}" for e in answer.effects
    )
    yield ""
    yield text(f"cli.seek.alone_{answer.mode}", language)
    for one in answer.yields:
        yield from _yield_text(one, language)
    if answer.points:
        yield ""
        titles = [
            f"{e.goal_number}. {e.indicator.title.text(language)}"[: _COLUMN - 1] for e in answer.effects
        ]
        yield row(text("cli.seek.budget", language), titles, name_width=_COLUMN, column_width=_COLUMN)
    for point in answer.points:
        cells = [e.indicator.shown(e.indicator.value_scenario, language) for e in point.effects]
        yield row(
            number(point.budget / _MILLION, language, 1), cells, name_width=_COLUMN, column_width=_COLUMN
        )
    yield ""
    yield from (f"- {sentence.text(language)}" for sentence in money_limits(answer))


def _move_text(move: LeverMove, language: str) -> str:
    """Return a lever with where it goes."""
    return (
        f"{move.label(language)}: {move.shown(move.before, language)} -> {move.shown(move.after, language)}"
    )


def _yield_text(one: LeverYield, language: str) -> Iterable[str]:
    """Yield a lever alone: its move and amount, and what it does to goals that it moves."""
    amount = f"{one.amount.shown(language)} ({one.amount.signed_ends(language)})".replace(" ()", "")
    yield f"- {_move_text(one.move, language)}: {amount}"
    for effect in one.effects:
        if effect.kind not in ("same", "hidden"):
            yield f"    {effect.indicator.title.text(language)}: {effect.shown(language)}"


# --- as JSON ------------------------------------------------------------------------------------


def json_money(answer: MoneyAnswer, municipality: Municipality) -> dict[str, Any]:
    """Return the object that ``seek --spend --json`` and ``seek --cut --json`` answer."""
    return {
        "municipality": municipality.id,
        "model_version": MODEL_VERSION,
        "input_sha256": input_hash(answer.scenario, municipality.key),
        "mode": answer.mode,
        "asked": json_number(answer.asked),
        "year": answer.year,
        "met": answer.met,
        "missing": json_number(answer.missing),
        "chance": json_number(answer.chance),
        "levers": [_json_move(move) for move in answer.moves if move.moved],
        "goals": [_json_effect(effect) for effect in answer.effects],
        "persons": {
            "difference": json_number(answer.persons.central),
            "range": _json_ends(answer.persons.range),
            "verdict": answer.persons.kind,
        },
        "budget": {
            "years": list(answer.years),
            "amounts": [_json_amount(amount) for amount in answer.year_amounts],
            "total": _json_amount(answer.total_amount),
            "share_assumed": json_number(answer.share_assumed),
        },
        "alone": [_json_yield(one) for one in answer.yields],
        "free": [_json_yield(one) for one in answer.free],
        "curve": [
            {
                "budget": json_number(point.budget),
                "cost": json_number(point.cost),
                "goals": [_json_effect(effect) for effect in point.effects],
            }
            for point in answer.points
        ],
        "limits": [
            {
                "goal": one.effect.goal,
                "indicator": one.effect.indicator.id,
                "limit": json_number(one.limit),
                "held": one.held,
            }
            for one in answer.limits
        ],
        "unseen": [{"lever": move.lever, "group": move.group} for move in answer.unseen],
        "notes": [{"da": note.text("da"), "en": note.text("en")} for note in _notes(answer)],
        "runs": answer.runs,
        "answer": to_dict(answer.scenario),
    }


def _notes(answer: MoneyAnswer) -> tuple[Localized, ...]:
    """Return what limits the answer, the limits that were asked for first."""
    return (*limit_sentences(answer), *money_limits(answer))


def _json_move(move: LeverMove) -> dict[str, Any]:
    """Return one lever as JSON data."""
    return {
        "lever": move.lever,
        "group": move.group,
        "before": json_number(move.before),
        "after": json_number(move.after),
        "at_bound": move.at_bound,
    }


def _json_effect(effect: GoalEffect) -> dict[str, Any]:
    """Return what is done to a goal as JSON data; nothing of one that may not be shown."""
    indicator = effect.indicator
    hidden = indicator.suppressed
    return {
        "goal": effect.goal,
        "indicator": indicator.id,
        "unit": indicator.unit,
        "before": json_number(indicator.value_baseline),
        "value": json_number(indicator.value_scenario),
        "difference": json_number(indicator.change),
        "range": None if hidden else _json_ends(effect.range),
        "verdict": effect.kind,
        **suppressed_mark(hidden),
    }


def _json_yield(one: LeverYield) -> dict[str, Any]:
    """Return what a lever does alone as JSON data."""
    return {
        "lever": _json_move(one.move),
        "amount": _json_amount(one.amount),
        "goals": [_json_effect(effect) for effect in one.effects],
        "persons": json_number(one.persons.central),
    }


def _json_amount(amount: Amount) -> dict[str, Any]:
    """Return an amount as JSON data."""
    return {
        "difference": json_number(amount.central),
        "range": _json_ends(amount.range),
        "verdict": amount.kind,
    }


def _json_ends(ends: Any) -> list[float | None] | None:
    """Return between what something lies in nine of ten draws; None where it is not known."""
    return None if ends is None else json_numbers((ends.low, ends.high))
