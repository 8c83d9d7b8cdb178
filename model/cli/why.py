"""``why``: what each lever of a scenario gives, what holds it back and what would have to be true for more."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from model.cli.context import (
    MILLION,
    MONEY_DECIMALS,
    CommandContext,
    WrongUse,
    existing,
    json_number,
    json_numbers,
    row,
    scenario_of,
    suppressed_keys,
)
from model.cli.run import fan_of
from model.cli.uncertainty import answer_with, whole
from model.domain import MODEL_VERSION
from model.explain.attribution import CannotExplain, attribute
from model.explain.attribution_sentences import attribution_sentences
from model.explain.contributions import Attribution, Contributions, Interaction
from model.explain.figures import figure_title, range_shown
from model.explain.mechanisms import MechanismPart, all_mechanisms, mechanism_sentences
from model.goals.series import NET, PERSONS
from model.language.catalogue import number, text
from model.language.messages import Localized
from model.municipality.municipality import Municipality
from model.scenario.files import input_hash
from model.scenario.scenario import Scenario, municipality_of
from model.uncertainty.bands import Fan

_NAME: Final = 60
_CELL: Final = 8


def why_command(context: CommandContext) -> int:
    """Explain a scenario: contributions of its levers, limits and mechanisms."""
    path = existing(context.options.file, context)
    scenario = scenario_of(path, context)
    context.progress("preparing")
    municipality = municipality_of(scenario)
    whole(context, "draws")  # a wrong number is told before the work
    try:
        attribution = attribute(
            municipality,
            scenario,
            merge_groups=context.options.merge_groups,
            progress=lambda done, total: context.progress("why.running", done=done, total=total),
        )
    except CannotExplain as error:
        raise WrongUse(error.text(context.language)) from None
    keys = attribution.reported_keys()
    parts = all_mechanisms(
        municipality,
        scenario,
        keys,
        progress=lambda done, total: context.progress("why.mechanisms_running", done=done, total=total),
    )

    def work() -> Iterable[str] | dict[str, Any]:
        """Find the ranges over the draws and return what to answer."""
        drawn = fan_of(scenario, context)
        report = _WhyReport(scenario, municipality, attribution, parts, drawn, context.language)
        return report.to_jsonable() if context.json else report.as_text()

    return answer_with(context, work)


class _WhyReport:
    """An attribution and its mechanisms as people and machines read them."""

    def __init__(
        self,
        scenario: Scenario,
        municipality: Municipality,
        attribution: Attribution,
        mechanisms: dict[str, tuple[MechanismPart, ...]],
        fan: Fan | None,
        language: str,
    ) -> None:
        self.scenario = scenario
        self.municipality = municipality
        self.attribution = attribution
        self.mechanisms = mechanisms
        self.draws = None if fan is None else fan.draws.count
        self.ranges = {} if fan is None else fan.difference_ranges()
        self.year_ranges = None if fan is None else fan.ranges
        self.language = language

    def _text(self, key: str, **values: object) -> str:
        """Return a text of the command in the reader's language."""
        return text(f"cli.why.{key}", self.language, **values)

    # --- for people ------------------------------------------------------------------------------

    def as_text(self) -> Iterable[str]:
        """Yield sentences first, then the table of contributions."""
        name, where = self.scenario.name, self.municipality.label(self.language)
        yield text("cli.run.heading", self.language, name=name, municipality=where)
        yield ""
        yield from (line.text(self.language) for line in self._sentences())
        limits = [limit.text(self.language) for limit in self.attribution.limits()]
        if limits:
            yield ""
            yield self._text("limits")
            yield from (f"- {limit}" for limit in limits)
        yield ""
        every = self.mechanisms.values()
        back, others = (
            [
                line.text(self.language)
                for parts in every
                for line in mechanism_sentences(parts, holding_back=which)
            ]
            for which in (True, False)
        )
        if back or not others:
            yield self._text("more")
            yield from (f"- {line}" for line in back or [self._no_mechanism()])
        if others:
            yield self._text("rests_on")
            yield from (f"- {line}" for line in others)
        yield text("why.mechanism.note", self.language)
        yield ""
        yield from self._table()

    def _sentences(self) -> list[Localized]:
        """Return what each lever adds, with the ranges of the totals."""
        return attribution_sentences(self.attribution, self.ranges)

    def _no_mechanism(self) -> str:
        """Explain that nothing holds the first figure back."""
        title = figure_title(next(iter(self.mechanisms)), self.attribution.goals)
        return text("why.mechanism.none", self.language, figure=title)

    def _table(self) -> Iterable[str]:
        """Yield each figure's change and its split over the levers."""
        yield self._text("table")
        for i, lever in enumerate(self.attribution.levers):
            yield self._text("number", n=i + 1, lever=lever.label.text(self.language))
        columns = [f"[{i + 1}]" for i in range(len(self.attribution.levers))]
        yield self._row("", [self._text("total"), *columns])
        for goal in self.attribution.goals:
            yield goal.title.text(self.language)
            for indicator in goal.indicators:
                key, title = f"{goal.id}.{indicator.id}", "  " + indicator.title.text(self.language)
                if key in self.attribution.suppressed:
                    yield row(title, [text("disclosure.not_shown", self.language)], name_width=_NAME)
                elif key in self.attribution.indicators:
                    yield from self._rows(title, self.attribution.indicators[key], max(indicator.decimals, 1))
        yield from self._rows(text(f"why.figure.{PERSONS}", self.language), self.attribution.persons, 1)
        spent = self.attribution.budget
        for i, year in enumerate(spent.years):
            amounts = [spent.change[i], *spent.parts[:, i]]
            yield self._row(self._text("year", year=year), self._millions(amounts))
            yield from self._year_range_row(i)
        net = spent.total
        yield self._row(self._text("net"), self._millions([net.change, *net.parts]))
        yield from self._range_row(NET)
        yield from self._error_row(self._millions(net.standard_errors, signed=False))
        if self.ranges:
            yield self._text("ranges")
        yield self._text("runs", runs=number(self.attribution.runs, self.language))
        if not self.attribution.exact and any(
            lever.targets[0][1] is not None for lever in self.attribution.levers
        ):
            yield self._text("merge")

    def _rows(self, title: str, figure: Contributions, decimals: int) -> Iterable[str]:
        """Yield the lines of one figure: contributions, standard errors, and contributions at the target's date."""
        yield self._row(title, self._numbers([figure.change, *figure.parts], decimals))
        yield from self._range_row(figure.key)
        yield from self._error_row(self._numbers(figure.standard_errors, decimals, signed=False))
        if figure.at_target is not None:
            early = figure.at_target
            yield self._row(self._text("at_target"), self._numbers([early.change, *early.parts], decimals))

    def _range_row(self, key: str) -> Iterable[str]:
        """Yield between what the whole change in a figure lies, where that is known."""
        drawn = self.ranges.get(key)
        if drawn is not None:
            ends = range_shown(key, drawn, self.attribution.goals, self.language, unit=False)
            yield f"    {drawn.words(ends, self.language)}"

    def _year_range_row(self, year: int) -> Iterable[str]:
        """Yield between what the net difference of a budget year lies, where that is known."""
        if self.year_ranges is not None:
            drawn = self.year_ranges.of_year(year)
            ends = drawn.signed_ends(self.language, MONEY_DECIMALS, MILLION)
            yield f"    {drawn.words(ends, self.language)}"

    def _error_row(self, errors: list[str]) -> Iterable[str]:
        """Yield the standard errors, where any can be seen."""
        if any(character in "123456789" for error in errors for character in error):
            yield self._row(self._text("error_row"), ["", *errors])

    def _row(self, name: str, cells: list[str]) -> str:
        """Return a line of the table."""
        return row(name, cells, name_width=_NAME, column_width=_CELL)

    def _numbers(self, values: Iterable[float], decimals: int, *, signed: bool = True) -> list[str]:
        """Format numbers."""
        return [number(value, self.language, decimals, signed=signed) for value in values]

    def _millions(self, amounts: Iterable[float], *, signed: bool = True) -> list[str]:
        """Format amounts in millions."""
        return self._numbers([x / MILLION for x in amounts], MONEY_DECIMALS, signed=signed)

    # --- for machines ----------------------------------------------------------------------------

    def to_jsonable(self) -> dict[str, Any]:
        """Return the object that ``why --json`` answers."""
        attribution = self.attribution
        return {
            "scenario": self.scenario.name,
            "municipality": self.municipality.id,
            "model_version": MODEL_VERSION,
            "input_sha256": input_hash(self.scenario, self.municipality.key),
            "exact": attribution.exact,
            "runs": attribution.runs,
            "orders": attribution.orders,
            "levers": [
                {
                    "lever": lever.lever,
                    "groups": [group for _, group in lever.targets if group is not None],
                    "words": lever.label.text(self.language),
                    "no_effect": None if lever.no_effect is None else lever.no_effect.text(self.language),
                }
                for lever in attribution.levers
            ],
            "indicators": {key: _json_contributions(c) for key, c in attribution.indicators.items()}
            | dict.fromkeys(attribution.suppressed),
            "persons": _json_contributions(attribution.persons),
            "budget": {
                "years": list(attribution.budget.years),
                "change": json_numbers(attribution.budget.change),
                "contributions": [json_numbers(years) for years in attribution.budget.parts],
                "standard_errors": [json_numbers(years) for years in attribution.budget.standard_errors],
                "total": _json_contributions(attribution.budget.total),
            },
            "together": [_json_together(pair) for pair in attribution.interactions],
            "left_out": list(attribution.left_out),
            **suppressed_keys(attribution.suppressed),
            "draws": self.draws,
            "difference_ranges": {
                key: json_numbers((drawn.low, drawn.high))
                for key, drawn in self.ranges.items()
                if key not in attribution.suppressed
            },
            "told": [line.text(self.language) for line in self._sentences()],
            "limits": [limit.text(self.language) for limit in attribution.limits()],
            "mechanisms": {
                key: [
                    {
                        "id": part.id,
                        "now": json_number(part.now),
                        "without": json_number(part.without),
                        "better_without": part.better_without,
                        "matters": part.matters,
                        "told": part.sentence.text(self.language),
                    }
                    for part in parts
                ]
                for key, parts in self.mechanisms.items()
            },
        }


def _json_contributions(figure: Contributions) -> dict[str, Any]:
    """Return one figure's contributions as JSON data."""
    return {
        "baseline": json_number(figure.baseline),
        "scenario": json_number(figure.scenario),
        "change": json_number(figure.change),
        "contributions": json_numbers(figure.parts),
        "standard_errors": json_numbers(figure.standard_errors),
        "at_target": None if figure.at_target is None else _json_contributions(figure.at_target),
    }


def _json_together(pair: Interaction) -> dict[str, Any]:
    """Return how two levers work together as JSON data."""
    return {
        "figure": pair.key,
        "levers": [pair.first, pair.second],
        "alone": json_numbers(pair.alone),
        "together": json_number(pair.together),
        "rest": json_number(pair.rest),
    }
