"""``stack``: scenarios and measures laid on top of each other, with what each does alone and all together."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from model.catalogue.effects import MOST_LAYERS, GoalEffect, StackEffects, effects
from model.catalogue.files import is_measure, measure_from
from model.catalogue.measure import Measure, to_dict
from model.catalogue.sentences import EffectRow, goal_rows, interaction_sentence, money_rows
from model.catalogue.stack import Stack, layer_of_measure, layer_of_scenario, stack
from model.cli.context import (
    CommandContext,
    WrongUse,
    existing,
    json_number,
    json_numbers,
    place_to_write,
    row,
    scenario_of,
    suppressed_note,
)
from model.cli.uncertainty import answer_with, calibrating, whole
from model.domain import MODEL_VERSION
from model.files import strict_yaml
from model.files.atomic_write import write_atomically
from model.files.merge_conflict import MergeConflict
from model.files.problems import FileProblem
from model.language.catalogue import listed, years_text
from model.language.drawn_range import DrawnRange
from model.municipality.municipality_list import municipalities
from model.municipality.vintages import opening_rules, opening_vintage
from model.scenario.files import replace_scenario
from model.scenario.period import use_names_of
from model.scenario.scenario import Scenario, municipality_of, without_changes
from model.uncertainty.draws import draws_for

_MOST_NAMED: Final = 3
_CELL: Final = 18
_NAME: Final = 44
_COMMON: Final = ("municipality", "baseline", "rules", "start", "years", "economy", "assumption_set")


@dataclass(frozen=True)
class _File:
    """A file that is laid on the stack."""

    path: Path
    content: Scenario | Measure


def stack_command(context: CommandContext) -> int:
    """Lay files on top of each other, tell where they meet, and answer with what they come to."""
    options = context.options
    if len(options.files) > MOST_LAYERS:
        raise WrongUse(context.text("error.stack.many", most=MOST_LAYERS, n=len(options.files)))
    out = None if options.out is None else Path(options.out)
    if out is not None and out.exists():
        raise WrongUse(context.text("error.seek.exists", path=options.out))
    paths = [existing(given, context) for given in options.files]
    sheet = None if options.sheet is None else place_to_write(options.sheet, context, *paths)
    files = [_read(path, context) for path in paths]
    made = _stacked(files, context)
    use_names_of(made.scenario)
    count = whole(context, "draws")

    def work() -> Iterable[str] | dict[str, Any]:
        """Run the stack in all draws, write it if asked to, and return what to answer."""
        draws = None
        if count:
            town = municipality_of(made.base)
            draws = draws_for(town, count=count, progress=lambda done, n: calibrating(context, done, n))
        found = effects(made, draws)
        answer = _Answer(files, found, context)
        if out is not None:
            replace_scenario(made.scenario, out)
        if sheet is not None:
            # Loaded for this file alone: the library is slow.
            from model.documents.amendment import sheet_of

            write_atomically(sheet, sheet_of(found, draws, context.language))
        return answer.to_jsonable(out, sheet) if context.json else answer.as_text(out, sheet)

    return answer_with(context, work)


def _read(path: Path, context: CommandContext) -> _File:
    """Read a scenario or a measure, whichever the file says it is. Raises FileProblem under the file's whole name."""
    try:
        try:
            document = strict_yaml.load_file(path)
        except MergeConflict:  # of a scenario's results, which its own reader knows
            return _File(path, scenario_of(path, context))
        if is_measure(document):
            return _File(path, measure_from(document))
        return _File(path, scenario_of(path, context))
    except FileProblem as problem:
        raise problem.named(str(path)) from None


def _stacked(files: list[_File], context: CommandContext) -> Stack:
    """Lay the files on the scenarios' common baseline. Raises WrongUse where they have none."""
    base = _base(files, context)
    layers = []
    for file in files:
        key = str(file.path)
        if isinstance(file.content, Measure):
            if not file.content.fits(base.municipality):
                raise WrongUse(
                    context.text("error.stack.other_town", file=file.path, municipality=base.municipality)
                )
            layers.append(layer_of_measure(file.content, base, key))
        else:
            layers.append(layer_of_scenario(file.content, key))
    titles = [layer.title for layer in layers]
    named = titles if len(titles) <= _MOST_NAMED else [*titles[:_MOST_NAMED], "..."]
    name = context.options.name or textwrap.shorten(listed(named, context.language), 100, placeholder=" ...")
    try:
        return stack(base, layers, name)
    except ValidationError:
        raise WrongUse(context.text("error.stack.name", name=name[:60])) from None


def _base(files: list[_File], context: CommandContext) -> Scenario:
    """Return the scenario without changes on which the files lie. Raises WrongUse."""
    scenarios = [file for file in files if isinstance(file.content, Scenario)]
    if not scenarios:
        return _base_of_measures(files, context)
    first = scenarios[0].content
    assert isinstance(first, Scenario)
    for other in scenarios[1:]:
        assert isinstance(other.content, Scenario)
        unlike = [field for field in _COMMON if getattr(other.content, field) != getattr(first, field)]
        mine, theirs = ({a.parameter: a.value for a in one.assumptions} for one in (first, other.content))
        if mine != theirs:
            unlike.append("assumptions")
        if unlike:
            words = {"first": scenarios[0].path, "other": other.path, "fields": ", ".join(unlike)}
            raise WrongUse(context.text("error.stack.unlike", **words))
    given = context.options.municipality
    if given and given != first.municipality:
        raise WrongUse(context.text("error.stack.other_town", file=scenarios[0].path, municipality=given))
    return without_changes(first)


def _base_of_measures(files: list[_File], context: CommandContext) -> Scenario:
    """Return a municipality's baseline on the newest figures: that of the option, or of the measures."""
    named = {file.content.municipality for file in files if file.content.municipality}
    given = context.options.municipality
    if not given and len(named) != 1:
        raise WrongUse(context.text("error.stack.no_town"))
    town = given or named.pop()
    known = {info.id for info in municipalities()}
    if town not in known:
        raise WrongUse(context.text("error.stack.unknown_town", municipality=town[:60]))
    return Scenario(name="-", municipality=town, baseline=opening_vintage(), rules=opening_rules())


class _Answer:
    """What a stack of files comes to, for people and for machines."""

    def __init__(self, files: list[_File], found: StackEffects, context: CommandContext) -> None:
        self.files = files
        self.found = found
        self.language = context.language
        self.text = context.text

    def as_text(self, out: Path | None, sheet: Path | None) -> Iterable[str]:
        """Yield files, meetings, money and goals as tables."""
        found, language = self.found, self.language
        scenario = found.stack.scenario
        years = years_text(scenario.years, language)
        yield f"{scenario.name} · {found.municipality.label(language)} · {scenario.start.isoformat()}, {years}"
        for at, file in enumerate(self.files, start=1):
            yield f"{at}  {found.stack.layers[at - 1].title} ({file.path})"
        for conflict in found.stack.conflicts:
            yield f"! {conflict.message.text(language)}"
        yield ""
        clause = found.money.together.clause().text(language)
        yield f"{clause[:1].upper()}{clause[1:]}."
        yield interaction_sentence(found).text(language)
        yield ""
        yield from self._table(self.text("stack.money", years=years), money_rows(found, language))
        hidden = False
        for effect in found.goals:
            name = self.text(
                "stack.goal", number=effect.goal.number, title=effect.indicator.title.text(language)
            )
            rows = goal_rows(found, effect, language)
            hidden = hidden or not rows
            yield ""
            yield from self._table(name, rows)
        if hidden:
            yield suppressed_note(language)
        yield ""
        yield self.text("stack.note")
        if out is not None:
            yield self.text("seek.saved", file=out)
        if sheet is not None:
            yield self.text("report.saved", file=sheet)

    def _table(self, heading: str, rows: list[EffectRow]) -> Iterable[str]:
        """Yield one figure's lines."""
        heads = [
            self.text("stack.column.alone"),
            self.text("stack.column.range"),
            self.text("stack.column.share"),
        ]
        yield row(heading, heads, name_width=_NAME, column_width=_CELL)
        for line in rows:
            yield row(
                "  " + line.name, [line.shown, line.ends, line.share], name_width=_NAME, column_width=_CELL
            )

    def to_jsonable(self, out: Path | None, sheet: Path | None) -> dict[str, Any]:
        """Return the object that ``stack --json`` answers (model/cli/README.md)."""
        found = self.found
        money = found.money
        return {
            "model_version": MODEL_VERSION,
            "scenario": found.stack.scenario.name,
            "municipality": found.municipality.id,
            "start": found.stack.scenario.start,
            "years": found.stack.scenario.years,
            "draws": found.draws,
            "files": [_json_file(file) for file in self.files],
            "conflicts": [
                {
                    "kind": conflict.kind,
                    "lever": conflict.target[0],
                    "group": conflict.target[1],
                    "files": list(conflict.layers),
                    "da": conflict.message.da,
                    "en": conflict.message.en,
                }
                for conflict in found.stack.conflicts
            ],
            "goals": [_json_goal(effect) for effect in found.goals],
            "net_municipal_dkk": {
                "alone": json_numbers(amount.central for amount in money.alone),
                "alone_range": [_json_range(amount.range) for amount in money.alone],
                "own_price": [None if p is None else json_number(p.central) for p in money.own],
                "share": json_numbers(money.shares),
                "interaction": json_number(money.interaction),
                "interaction_range": _json_range(money.interaction_range),
                "together": json_number(money.together.central),
                "together_range": _json_range(money.together.range),
                "verdict": money.together.kind,
                "unpriced_levers": list(money.together.unpriced),
                "model_by_year": {
                    "years": list(found.years),
                    "difference": json_numbers(found.budget.net.difference),
                },
            },
            "saved": None if out is None else str(out),
            "sheet": None if sheet is None else str(sheet),
        }


def _json_file(file: _File) -> dict[str, Any]:
    """Return a file of a stack as JSON data."""
    if isinstance(file.content, Measure):
        plain = to_dict(file.content)
        known = {key: plain.get(key) for key in ("title", "quality", "source", "price")}
        return {"file": str(file.path), "kind": "measure", **known}
    return {"file": str(file.path), "kind": "scenario", "title": file.content.name}


def _json_goal(effect: GoalEffect) -> dict[str, Any]:
    """Return one goal's effects as JSON data; null where too few are behind them."""
    head = {
        "goal": effect.goal.id,
        "indicator": effect.indicator.id,
        "unit": effect.indicator.unit,
        "direction": effect.indicator.direction,
    }
    if not effect.alone:
        return {**head, "hidden": True, "alone": None, "together": None, "interaction": None}
    return {
        **head,
        "alone": json_numbers(effect.alone),
        "alone_range": [_json_range(drawn) for drawn in effect.alone_ranges],
        "share": json_numbers(effect.shares),
        "interaction": json_number(effect.interaction),
        "interaction_range": _json_range(effect.interaction_range),
        "together": json_number(effect.together),
        "together_range": _json_range(effect.together_range),
    }


def _json_range(drawn: DrawnRange | None) -> list[float | None] | None:
    """Return both ends of a range; None where it was not computed."""
    return None if drawn is None else json_numbers((drawn.low, drawn.high))
