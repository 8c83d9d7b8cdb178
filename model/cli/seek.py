"""``seek``: what it would take to reach goals, as sentences for people and as one object for machines."""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from model.cli.context import (
    GOOD,
    MILLION,
    MONEY_DECIMALS,
    Session,
    WrongUse,
    existing,
    hidden_mark,
    plain_value,
    row,
)
from model.cli.run import input_hash
from model.domain import MODEL_VERSION
from model.files.problems import shown
from model.language.catalogue import long_date, number, text

if TYPE_CHECKING:
    from model.municipality.municipality import Municipality
    from model.scenario.scenario import Scenario
    from model.seek.seek import Answer, Curve, Free, Move, Wish

_PER_CENT: Final = 100
_PARTS: Final = 3  # of a lever's range: lowest, highest, weight
_COLUMN: Final = 14
_NAME: Final = 16


def seek_command(session: Session) -> int:
    """The smallest change of the levers that reaches the goals, or the nearest it gets."""
    from model.scenario.files import load_scenario
    from model.scenario.scenario import municipality_of
    from model.seek.seek import CannotSeek

    options = session.options
    path = existing(options.file, session)
    by = _date(options.by, session)
    wishes = [_wish(given, by, session) for given in options.goal]
    free = [_free(given, session) for given in options.lever]
    if options.save is not None and Path(options.save).exists():
        raise WrongUse(session.text("error.seek.exists", path=options.save))
    asked: dict[str, Any] = {
        "from_": _date(getattr(options, "from"), session),
        "phase_in_weeks": _whole(options.phase_in, session),
        "seed": _whole(options.seed, session),
        "progress": lambda done, of: session.progress(
            "seek.progress", share=number(done * 100 / of, session.language)
        ),
    }
    scenario = load_scenario(path)
    municipality = municipality_of(scenario)
    session.progress("preparing")
    try:
        if options.curve:
            return _curve(session, municipality, scenario, wishes, free, asked)
        return _seek(session, municipality, scenario, wishes, free, asked)
    except CannotSeek as error:
        raise WrongUse(error.text(session.language)) from None


def _seek(
    session: Session,
    municipality: Municipality,
    scenario: Scenario,
    wishes: list[Wish],
    free: list[Free],
    asked: dict[str, Any],
) -> int:
    from model.seek.seek import seek

    options = session.options
    certainty = None if options.certainty is None else _number(options.certainty, session) / _PER_CENT
    limit = None if options.budget is None else _number(options.budget, session)
    answer = seek(municipality, scenario, wishes, free, budget_per_year=limit, certainty=certainty, **asked)
    if options.save is not None:
        _save(answer, Path(options.save), session)
    if session.json:
        session.answer(plain_answer(answer, municipality))
        return GOOD
    session.say(
        text("cli.seek.heading", session.language, name=scenario.name, municipality=municipality.name)
    )
    session.say(*answer.told(session.language))
    if options.save is not None:
        session.say("", session.text("seek.saved", file=options.save))
    return GOOD


def _curve(
    session: Session,
    municipality: Municipality,
    scenario: Scenario,
    wishes: list[Wish],
    free: list[Free],
    asked: dict[str, Any],
) -> int:
    from model.seek.seek import curve

    if len(wishes) != 1:
        raise WrongUse(session.text("error.seek.one_goal"))
    found = curve(municipality, scenario, wishes[0], free, **asked)
    if session.json:
        session.answer(plain_curve(found))
    else:
        session.say(*_curve_text(found, session.language))
    return GOOD


def _save(answer: Answer, path: Path, session: Session) -> None:
    from model.scenario.files import replace_scenario

    name = session.text("seek.name", name=answer.scenario.name)
    replace_scenario(answer.as_scenario(name, session.language), path)


# --- what is asked for ---------------------------------------------------------------------------


def _wish(given: str, by: datetime.date | None, session: Session) -> Wish:
    """``3``, ``3=20`` or ``3.participation=20``."""
    from model.seek.seek import Wish

    name, equals, target = given.partition("=")
    return Wish(name.strip(), _number(target, session) if equals else None, by)


def _free(given: str, session: Session) -> Free:
    """``firm_places``, ``firm_places=200:600`` or ``activation_rate.dagpenge=10:40:2`` (bounds and weight)."""
    from model.seek.seek import Free

    name, equals, rest = given.partition("=")
    lever, _, group = name.strip().partition(".")
    numbers = [_number(part, session) if part.strip() else None for part in rest.split(":")] if equals else []
    if equals and len(numbers) not in (_PARTS - 1, _PARTS):
        raise WrongUse(session.text("error.seek.lever", given=shown(given)))
    numbers += [None] * (_PARTS - len(numbers))
    low, high, weight = numbers
    return Free(lever, group or None, low, high, 1.0 if weight is None else weight)


def _number(given: str, session: Session) -> float:
    try:
        value = float(given)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise WrongUse(session.text("error.seek.number", given=shown(given)))
    return value


def _whole(given: str, session: Session) -> int:
    if not given.isascii() or not given.isdigit():
        raise WrongUse(session.text("error.seek.whole", given=shown(given)))
    return int(given[:9])


def _date(given: str | None, session: Session) -> datetime.date | None:
    if given is None:
        return None
    try:
        return datetime.date.fromisoformat(given)
    except ValueError:
        raise WrongUse(session.text("error.seek.date", given=shown(given))) from None


# --- answers -------------------------------------------------------------------------------------


def _plain_move(move: Move) -> dict[str, Any]:
    figures = ("before", "after", "low", "high")
    return {
        "lever": move.lever,
        "group": move.group,
        **{name: plain_value(getattr(move, name)) for name in figures},
        "at_bound": move.at_bound,
    }


def plain_answer(answer: Answer, municipality: Municipality) -> dict[str, Any]:
    """The object that ``seek --json`` answers; documented in model/cli/README.md."""
    from model.scenario.scenario import to_plain

    return {
        "municipality": municipality.id,
        "model_version": MODEL_VERSION,
        "input_sha256": input_hash(answer.scenario, municipality.key),
        "reached": answer.reached,
        "needed": answer.needed,
        "goals": [
            {
                "goal": reading.goal,
                "indicator": reading.indicator.id,
                "unit": reading.indicator.unit,
                "target": plain_value(reading.target),
                "by": str(reading.by),
                "before": plain_value(reading.before),
                "value": plain_value(reading.value),
                "reached": reading.reached,
                "persons_missing": plain_value(reading.persons_missing),
                "chance": plain_value(reading.chance),
                **hidden_mark(reading.hidden),
            }
            for reading in answer.readings
        ],
        "levers": [_plain_move(move) for move in answer.moves],
        "idle": [{"lever": move.lever, "group": move.group} for move in answer.idle],
        "change": plain_value(answer.change),
        "budget": {
            "years": list(answer.years),
            "difference": [plain_value(cost) for cost in answer.cost],
            "total": plain_value(answer.cost_total),
            "share_assumed": plain_value(answer.share_assumed),
            "per_year": plain_value(answer.budget_per_year),
            "binds": answer.budget_binds,
        },
        "certainty": plain_value(answer.certainty),
        "chance": plain_value(answer.chance),
        "after": {
            "date": str(answer.after.date),
            "values": [plain_value(value) for value in answer.after.values],
            "still_reached": list(answer.after.still_reached),
            "fading": list(answer.after.fading),
            "flows": [
                {
                    "group": flow.group,
                    "inflow": None if flow.hidden else plain_value(flow.inflow),
                    "outflow": None if flow.hidden else plain_value(flow.outflow),
                    "exceeds": flow.exceeds,
                    **hidden_mark(flow.hidden),
                }
                for flow in answer.after.flows
            ],
        },
        "binding": [{"da": words.da, "en": words.en} for words in answer.binding],
        "side_effects": [{"da": words.da, "en": words.en} for words in answer.side_effects],
        "instead": [
            {
                "kind": instead.kind,
                "reached": instead.reached,
                "factor": plain_value(instead.factor),
                "factor_beside": plain_value(instead.factor_beside),
                "groups": list(instead.groups),
                "value": plain_value(instead.value),
                "amount": plain_value(instead.amount),
            }
            for instead in answer.instead
        ],
        "runs": answer.runs,
        "answer": to_plain(answer.scenario),
    }


def plain_curve(found: Curve) -> dict[str, Any]:
    """The object that ``seek --curve --json`` answers."""
    return {
        "indicator": found.indicator.id,
        "unit": found.indicator.unit,
        "target": plain_value(found.target),
        "by": str(found.by),
        "points": [
            {
                "budget": plain_value(point.budget),
                "value": plain_value(point.value),
                "reached": point.reached,
                "cost": plain_value(point.cost),
                "levers": [_plain_move(move) for move in point.moves],
                **hidden_mark(point.hidden),
            }
            for point in found.points
        ],
        "runs": found.runs,
    }


def _curve_text(found: Curve, language: str) -> Iterable[str]:
    indicator = found.indicator
    yield text(
        "cli.seek.curve",
        language,
        title=indicator.title.get(language),
        date=long_date(found.by, language),
        target=indicator.shown(found.target, language),
    )
    heads = [text(f"cli.seek.{column}", language) for column in ("value", "reached")]
    yield row(text("cli.seek.budget", language), heads, name_width=_NAME, column_width=_COLUMN)
    for point in found.points:
        levers = ", ".join(
            f"{move.label(language)}: {move.shown(move.after, language)}"
            for move in point.moves
            if move.moved
        )
        said = text("cli.seek.yes" if point.reached else "cli.seek.no", language)
        budget = number(point.budget / MILLION, language, MONEY_DECIMALS)
        few = text("small_numbers.not_shown", language)
        cells = [few if point.hidden else indicator.shown(point.value, language), said]
        yield row(budget, cells, name_width=_NAME, column_width=_COLUMN) + ("  " + levers if levers else "")
