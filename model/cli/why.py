"""``why``: what each lever of a scenario gives, what holds it back and what would have to be true for more."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

from model.cli.context import (
    GOOD,
    MILLION,
    MONEY_DECIMALS,
    Session,
    WrongUse,
    existing,
    hidden_keys,
    plain,
    plain_value,
    row,
)
from model.cli.run import input_hash
from model.domain import MODEL_VERSION
from model.language.catalogue import number, text

if TYPE_CHECKING:
    from model.explain.attribution import Attribution, Contributions, Together
    from model.explain.mechanisms import MechanismPart
    from model.municipality.municipality import Municipality
    from model.scenario.scenario import Scenario

_NAME: Final = 60
_CELL: Final = 8


def why_command(session: Session) -> int:
    """Explain a scenario: contributions of its levers, limits and mechanisms."""
    from model.explain.attribution import CannotExplain, attribute
    from model.explain.mechanisms import all_mechanisms
    from model.scenario.files import load_scenario
    from model.scenario.scenario import municipality_of

    path = existing(session.options.file, session)
    scenario = load_scenario(path)
    session.progress("preparing")
    municipality = municipality_of(scenario)
    try:
        found = attribute(
            municipality,
            scenario,
            merge_groups=session.options.merge_groups,
            progress=lambda done, total: session.progress("why.running", done=done, total=total),
        )
    except CannotExplain as error:
        raise WrongUse(error.text(session.language)) from None
    keys = found.told_keys()
    parts = all_mechanisms(
        municipality,
        scenario,
        keys,
        progress=lambda done, total: session.progress("why.mechanisms_running", done=done, total=total),
    )
    answer = _Why(scenario, municipality, found, parts, session.language)
    if session.json:
        session.answer(answer.as_plain())
    else:
        session.say(*answer.as_text())
    return GOOD


class _Why:
    """An attribution and its mechanisms as they are answered."""

    def __init__(
        self,
        scenario: Scenario,
        municipality: Municipality,
        found: Attribution,
        mechanisms: dict[str, tuple[MechanismPart, ...]],
        language: str,
    ) -> None:
        self.scenario = scenario
        self.municipality = municipality
        self.found = found
        self.mechanisms = mechanisms
        self.language = language

    def says(self, key: str, **values: object) -> str:
        return text(f"cli.why.{key}", self.language, **values)

    # --- for people ------------------------------------------------------------------------------

    def as_text(self) -> Iterable[str]:
        """Sentences first, then the table of contributions."""
        from model.explain.mechanisms import told

        name, where = self.scenario.name, self.municipality.name
        yield text("cli.run.heading", self.language, name=name, municipality=where)
        yield ""
        yield from self.found.told(self.language)
        limits = self.found.limits(self.language)
        if limits:
            yield ""
            yield self.says("limits")
            yield from (f"- {limit}" for limit in limits)
        yield ""
        every = self.mechanisms.values()
        back, others = (
            [line for parts in every for line in told(parts, self.language, holding_back=which)]
            for which in (True, False)
        )
        if back or not others:
            yield self.says("more")
            yield from (f"- {line}" for line in back or [self._no_mechanism()])
        if others:
            yield self.says("rests_on")
            yield from (f"- {line}" for line in others)
        yield text("why.mechanism.note", self.language)
        yield ""
        yield from self._table()

    def _no_mechanism(self) -> str:
        from model.explain.attribution import figure_title

        title = figure_title(next(iter(self.mechanisms)), self.found.goals, self.language)
        return text("why.mechanism.none", self.language, figure=title)

    def _table(self) -> Iterable[str]:
        from model.goals.series import PERSONS

        yield self.says("table")
        for i, lever in enumerate(self.found.levers):
            yield self.says("number", n=i + 1, lever=lever.words.get(self.language))
        columns = [f"[{i + 1}]" for i in range(len(self.found.levers))]
        yield self._row("", [self.says("total"), *columns])
        for goal in self.found.goals:
            yield goal.title.get(self.language)
            for indicator in goal.indicators:
                key, title = f"{goal.id}.{indicator.id}", "  " + indicator.title.get(self.language)
                if key in self.found.hidden:
                    yield row(title, [text("small_numbers.not_shown", self.language)], name_width=_NAME)
                elif key in self.found.indicators:
                    yield from self._rows(title, self.found.indicators[key], max(indicator.decimals, 1))
        yield from self._rows(text(f"why.figure.{PERSONS}", self.language), self.found.persons, 1)
        spent = self.found.budget
        for i, year in enumerate(spent.years):
            amounts = [spent.change[i], *spent.parts[:, i]]
            yield self._row(self.says("year", year=year), self._millions(amounts))
        net = spent.total
        yield self._row(self.says("net"), self._millions([net.change, *net.parts]))
        yield from self._error_row(self._millions(net.standard_errors, signed=False))
        yield self.says("runs", runs=number(self.found.runs, self.language))
        if not self.found.exact and any(lever.targets[0][1] is not None for lever in self.found.levers):
            yield self.says("merge")

    def _rows(self, title: str, figure: Contributions, decimals: int) -> Iterable[str]:
        yield self._row(title, self._numbers([figure.change, *figure.parts], decimals))
        yield from self._error_row(self._numbers(figure.standard_errors, decimals, signed=False))
        if figure.at_target is not None:
            early = figure.at_target
            yield self._row(self.says("at_target"), self._numbers([early.change, *early.parts], decimals))

    def _error_row(self, errors: list[str]) -> Iterable[str]:
        """Standard errors, where any can be seen."""
        if any(character in "123456789" for error in errors for character in error):
            yield self._row(self.says("error_row"), ["", *errors])

    def _row(self, name: str, cells: list[str]) -> str:
        return row(name, cells, name_width=_NAME, column_width=_CELL)

    def _numbers(self, values: Iterable[float], decimals: int, *, signed: bool = True) -> list[str]:
        return [number(value, self.language, decimals, signed=signed) for value in values]

    def _millions(self, amounts: Iterable[float], *, signed: bool = True) -> list[str]:
        return self._numbers([x / MILLION for x in amounts], MONEY_DECIMALS, signed=signed)

    # --- for machines ----------------------------------------------------------------------------

    def as_plain(self) -> dict[str, Any]:
        """The object that ``why --json`` answers."""
        found = self.found
        return {
            "scenario": self.scenario.name,
            "municipality": self.municipality.id,
            "model_version": MODEL_VERSION,
            "input_sha256": input_hash(self.scenario, self.municipality.key),
            "exact": found.exact,
            "runs": found.runs,
            "orders": found.orders,
            "levers": [
                {
                    "lever": lever.lever,
                    "groups": [group for _, group in lever.targets if group is not None],
                    "words": lever.words.get(self.language),
                    "no_effect": None if lever.no_effect is None else lever.no_effect.get(self.language),
                }
                for lever in found.levers
            ],
            "indicators": {key: _plain_contributions(c) for key, c in found.indicators.items()}
            | dict.fromkeys(found.hidden),
            "persons": _plain_contributions(found.persons),
            "budget": {
                "years": list(found.budget.years),
                "change": plain(found.budget.change),
                "contributions": [plain(years) for years in found.budget.parts],
                "standard_errors": [plain(years) for years in found.budget.standard_errors],
                "total": _plain_contributions(found.budget.total),
            },
            "together": [_plain_together(pair) for pair in found.together],
            "left_out": list(found.left_out),
            **hidden_keys(found.hidden),
            "told": found.told(self.language),
            "limits": list(found.limits(self.language)),
            "mechanisms": {
                key: [
                    {
                        "id": part.id,
                        "now": plain_value(part.now),
                        "without": plain_value(part.without),
                        "better_without": part.better_without,
                        "matters": part.matters,
                        "told": part.told.get(self.language),
                    }
                    for part in parts
                ]
                for key, parts in self.mechanisms.items()
            },
        }


def _plain_contributions(figure: Contributions) -> dict[str, Any]:
    return {
        "baseline": plain_value(figure.baseline),
        "scenario": plain_value(figure.scenario),
        "change": plain_value(figure.change),
        "contributions": plain(figure.parts),
        "standard_errors": plain(figure.standard_errors),
        "at_target": None if figure.at_target is None else _plain_contributions(figure.at_target),
    }


def _plain_together(pair: Together) -> dict[str, Any]:
    return {
        "figure": pair.key,
        "levers": [pair.first, pair.second],
        "alone": plain(pair.alone),
        "together": plain_value(pair.together),
        "rest": plain_value(pair.rest),
    }
