"""``fan`` and ``tornado``: how sure a scenario's answer is, and which assumptions move it most."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final

from model.cli_frame import (
    GOOD,
    MILLION,
    MONEY_DECIMALS,
    WRONG_SCENARIO,
    Session,
    WrongUse,
    existing,
    plain,
    plain_value,
    row,
)
from model.cli_run import input_hash
from model.domain import MODEL_VERSION
from model.texts import number, percent, text

if TYPE_CHECKING:
    from model.fan import Band, BudgetBand, Fan, Spread
    from model.goal_specs import GoalSpec, IndicatorSpec
    from model.municipality import Municipality
    from model.scenario import Scenario
    from model.tornado import Swing

_CELL: Final = 30
_FAMILY: Final = 66
_LEVELS: Final = ("central", "low", "lower", "median", "upper", "high")
# Rows of a tornado that a person reads; a machine gets them all.
_MOST_ROWS: Final = 8


def _read(session: Session) -> tuple[Scenario, Municipality]:
    from model.scenario import municipality_of
    from model.scenario_files import load_scenario

    scenario = load_scenario(existing(session.options.file, session))
    return scenario, municipality_of(scenario)


def whole(session: Session, option: str) -> int:
    """A whole number given for an option. Raises WrongUse."""
    given = getattr(session.options, option)
    try:
        return int(given)
    except ValueError:
        raise WrongUse(
            text("uncertainty.error.whole", session.language, option=f"--{option}", given=given[:40])
        ) from None


def calibrating(session: Session, done: int, count: int) -> None:
    """How many of the draws are ready."""
    session.progress("running", i=done, n=count, name=text("uncertainty.draws", session.language))


def fan_command(session: Session) -> int:
    """Bands of a scenario, of its baseline and of the difference, and the chance of reaching each target."""
    scenario, municipality = _read(session)
    count, seed = whole(session, "draws"), whole(session, "seed")

    def work() -> Iterable[str] | dict[str, Any]:
        from model.draws import draws_for
        from model.fan import fan

        draws = draws_for(
            municipality, count=count, seed=seed, progress=lambda done, n: calibrating(session, done, n)
        )
        answer = _Fan(fan(municipality, scenario, draws), scenario, municipality, session.language)
        return answer.as_plain() if session.json else answer.as_text()

    return told(session, work)


def tornado_command(session: Session) -> int:
    """Which assumptions move a goal's indicator, or the budget, most."""
    scenario, municipality = _read(session)
    wanted = _wanted(session, municipality)

    def work() -> Iterable[str] | dict[str, Any]:
        from model.tornado import tornado

        found = {
            key: tornado(municipality, scenario, key, progress=lambda done, n: calibrating(session, done, n))
            for key in wanted
        }
        answer = _Tornado(found, scenario, municipality, session.language)
        return answer.as_plain() if session.json else answer.as_text()

    return told(session, work)


def told(session: Session, work: Callable[[], Iterable[str] | dict[str, Any]]) -> int:
    """Answers with what ``work`` gives; draws that cannot be made are told and become the exit status."""
    from model.draws import TooManyRefused, WrongDraws

    session.progress("preparing")
    try:
        answer = work()
    except WrongDraws as error:
        raise WrongUse(error.text(session.language)) from None
    except TooManyRefused as error:
        said = error.text(session.language)
        session.clear_progress()
        if session.json:
            session.answer({"error": said})
        session.err.write(said + "\n")
        return WRONG_SCENARIO
    if session.json:
        session.answer(answer)
    else:
        session.say(*answer)
    return GOOD


def _wanted(session: Session, municipality: Municipality) -> Sequence[str]:
    """What ``--goal`` names: a goal's number or id (its key indicator), ``goal.indicator``, ``budget``, or all."""
    from model.fan import BUDGET

    goals = municipality.goals
    keys = {str(goal.number): f"{goal.id}.{goal.key_indicator}" for goal in goals}
    given = session.options.goal
    if given == "":
        return (*keys.values(), BUDGET)
    names = keys | {goal.id: keys[str(goal.number)] for goal in goals} | {BUDGET: BUDGET}
    # What is none of these is left for the tornado to refuse, with the nearest indicator.
    return (names.get(given, given),)


def _head(scenario: Scenario, municipality: Municipality) -> dict[str, Any]:
    return {
        "scenario": scenario.name,
        "municipality": municipality.id,
        "model_version": MODEL_VERSION,
        "input_sha256": input_hash(scenario, municipality.key),
    }


# --- fan -----------------------------------------------------------------------------------------


class _Fan:
    """A fan as people and machines read it."""

    def __init__(self, fan: Fan, scenario: Scenario, municipality: Municipality, language: str) -> None:
        self.fan = fan
        self.scenario = scenario
        self.municipality = municipality
        self.language = language

    def _text(self, key: str, **values: object) -> str:
        return text(f"uncertainty.{key}", self.language, **values)

    def notes(self) -> list[str]:
        """What a reader must know beside the figures."""
        draws = self.fan.draws
        count = number(draws.count, self.language)
        out = [self._text("band", count=count), self._text("range"), self._text("given")]
        if self.municipality.overrides:
            out.append(self._text("fixed"))
        if draws.refused:
            out.append(self._text("refused", count=number(draws.refused, self.language)))
        return out

    def as_plain(self) -> dict[str, Any]:
        """The object that ``fan --json`` answers."""
        from model.fan import QUANTILES

        fan = self.fan
        return {
            **_head(self.scenario, self.municipality),
            "draws": {
                "count": fan.draws.count,
                "seed": fan.draws.seed,
                "refused": fan.draws.refused,
                "parameters": list(fan.draws.parameters),
            },
            "quantiles": dict(zip(_LEVELS[1:], QUANTILES, strict=True)),
            "weeks": [str(week) for week in fan.weeks],
            "goals": [self._plain_goal(goal) for goal in self.municipality.goals],
            "budget": None if fan.budget is None else _plain_budget(fan.budget),
            "notes": self.notes(),
        }

    def _plain_goal(self, goal: GoalSpec) -> dict[str, Any]:
        return {
            "id": goal.id,
            "indicators": [
                {
                    "id": spec.id,
                    "unit": spec.unit,
                    "target": plain_value(band.target),
                    "chance": plain_value(band.chance),
                    "chance_baseline": plain_value(band.chance_baseline),
                    "scenario": _plain_spread(band.scenario),
                    "baseline": _plain_spread(band.baseline),
                    "difference": _plain_spread(band.difference),
                }
                for spec, band in self._bands(goal)
            ],
        }

    def _bands(self, goal: GoalSpec) -> Iterable[tuple[IndicatorSpec, Band]]:
        for spec in goal.indicators:
            yield spec, self.fan.indicators[f"{goal.id}.{spec.id}"]

    def as_text(self) -> Iterable[str]:
        """Goals and budget with their bands for a person: values at the horizon's end."""
        language = self.language
        yield text("cli.run.heading", language, name=self.scenario.name, municipality=self.municipality.name)
        yield ""
        columns = [text(f"cli.run.{column}", language) for column in ("baseline", "scenario", "difference")]
        yield row(
            text("cli.run.indicator", language),
            [*columns, self._text("chance_column")],
            column_width=_CELL,
        )
        for goal in self.municipality.goals:
            yield goal.title.get(language)
            for spec, band in self._bands(goal):
                after, before = band.central_ends
                cells = [
                    self._cell(before, band.baseline, spec),
                    self._cell(after, band.scenario, spec),
                    self._cell(after - before, band.difference, spec, signed=True),
                    percent(band.chance, language) if band.chance is not None else "",
                ]
                yield row("  " + spec.title.get(language), cells, column_width=_CELL)
        if self.fan.budget is not None:
            yield ""
            yield from self._budget(self.fan.budget)
        yield ""
        for note in self.notes():
            yield f"- {note}"

    def _cell(self, central: float, spread: Spread, spec: IndicatorSpec, *, signed: bool = False) -> str:
        import numpy as np

        from model.fan import QUANTILES

        known = spread.ends[np.isfinite(spread.ends)]
        ends = np.quantile(known, (QUANTILES[0], QUANTILES[-1])) if len(known) else (np.nan, np.nan)
        shown = [number(float(v), self.language, spec.decimals, signed=signed) for v in (central, *ends)]
        return self._text("cell", central=shown[0], low=shown[1], high=shown[2])

    def _budget(self, band: BudgetBand) -> Iterable[str]:
        yield row(
            self._text("budget_difference"),
            [*(str(year) for year in band.years), text("cli.run.total", self.language)],
            column_width=_CELL,
        )
        spread, total = band.difference, band.total_difference
        cells = [
            self._money(spread.central[y], spread.low[y], spread.high[y]) for y in range(len(band.years))
        ]
        cells.append(self._money(total.central, total.low, total.high))
        yield row("", cells, column_width=_CELL)

    def _money(self, *values: Any) -> str:
        shown = [number(float(v) / MILLION, self.language, MONEY_DECIMALS, signed=True) for v in values]
        return self._text("cell", central=shown[0], low=shown[1], high=shown[2])


def _plain_spread(spread: Spread) -> dict[str, Any]:
    return {level: plain(getattr(spread, level)) for level in _LEVELS} | {"ends": plain(spread.ends)}


def _plain_total(spread: Spread) -> dict[str, Any]:
    levels: dict[str, Any] = {level: plain_value(float(getattr(spread, level))) for level in _LEVELS}
    return levels | {"ends": plain(spread.ends)}


def _plain_budget(band: BudgetBand) -> dict[str, Any]:
    sides = ("scenario", "baseline", "difference")
    return {
        "years": list(band.years),
        "net_municipal_dkk": {side: _plain_spread(getattr(band, side)) for side in sides},
        "total_net_dkk": {side: _plain_total(getattr(band, f"total_{side}")) for side in sides},
    }


# --- tornado -------------------------------------------------------------------------------------


class _Tornado:
    """Swings of some indicators, or of the budget, as people and machines read them."""

    def __init__(
        self,
        found: dict[str, tuple[Swing, ...]],
        scenario: Scenario,
        municipality: Municipality,
        language: str,
    ) -> None:
        self.found = found
        self.scenario = scenario
        self.municipality = municipality
        self.language = language

    def as_plain(self) -> dict[str, Any]:
        """The object that ``tornado --json`` answers: every family, widest first."""
        fields = (
            "low",
            "high",
            "central",
            "low_difference",
            "high_difference",
            "central_difference",
            "low_reach",
            "high_reach",
        )
        return {
            **_head(self.scenario, self.municipality),
            "of": {
                key: [
                    {"family": swing.family.id, "parameters": list(swing.parameters)}
                    | {field: plain_value(getattr(swing, field)) for field in fields}
                    for swing in swings
                ]
                for key, swings in self.found.items()
            },
        }

    def as_text(self) -> Iterable[str]:
        """The widest swings for a person: level and difference from the baseline at both ends."""
        language = self.language
        yield text("cli.run.heading", language, name=self.scenario.name, municipality=self.municipality.name)
        specs = {f"{goal.id}.{spec.id}": spec for goal in self.municipality.goals for spec in goal.indicators}
        for key, swings in self.found.items():
            spec = specs.get(key)
            title = text("uncertainty.budget", language) if spec is None else spec.title.get(language)
            columns = [text(f"uncertainty.{column}", language) for column in ("level", "difference")]
            yield ""
            yield row(title, columns, name_width=_FAMILY, column_width=_CELL)
            moved = [swing for swing in swings if swing.width > 0][:_MOST_ROWS]
            for swing in moved:
                cells = [
                    self._cell(spec, swing.low, swing.high),
                    self._cell(spec, swing.low_difference, swing.high_difference, signed=True),
                ]
                yield row("  " + swing.family.title(language), cells, name_width=_FAMILY, column_width=_CELL)
                for share in {swing.low_reach, swing.high_reach} - {1.0}:
                    yield "    " + text("uncertainty.reach", language, share=percent(share, language))
            if not moved:
                yield "  " + text("uncertainty.nothing_moves", language)

    def _cell(self, spec: IndicatorSpec | None, low: float, high: float, *, signed: bool = False) -> str:
        scale, decimals = (MILLION, MONEY_DECIMALS) if spec is None else (1.0, spec.decimals)
        shown = [number(v / scale, self.language, decimals, signed=signed) for v in (low, high)]
        return text("uncertainty.ends", self.language, low=shown[0], high=shown[1])
