"""``fan`` and ``tornado``: how sure a scenario's answer is, and which assumptions move it most."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final

from model.cli.context import (
    GOOD,
    MILLION,
    MONEY_DECIMALS,
    WRONG_SCENARIO,
    Session,
    WrongUse,
    existing,
    hidden_keys,
    hidden_mark,
    hidden_note,
    plain,
    plain_value,
    row,
)
from model.cli.run import input_hash
from model.domain import MODEL_VERSION
from model.language.catalogue import number, percent, text

if TYPE_CHECKING:
    from model.municipality.goal_specs import GoalSpec, IndicatorSpec
    from model.municipality.municipality import Municipality
    from model.scenario.scenario import Scenario
    from model.uncertainty.fan import Band, BudgetBand, Fan, Spread
    from model.uncertainty.tornado import Swing

_CELL: Final = 30
_FAMILY: Final = 66
_LEVELS: Final = ("central", "low", "lower", "median", "upper", "high")
# Rows of a tornado that a person reads; a machine gets them all.
_MOST_ROWS: Final = 8


def _read(session: Session) -> tuple[Scenario, Municipality]:
    from model.scenario.files import load_scenario
    from model.scenario.scenario import municipality_of

    scenario = load_scenario(existing(session.options.file, session))
    return scenario, municipality_of(scenario)


def _hidden(scenario: Scenario, municipality: Municipality) -> frozenset[str]:
    """The indicators (``goal.indicator``) that ``run`` does not show: their bands would give them away."""
    from model.goals.evaluate import evaluate_goals, hidden_indicators
    from model.simulation.simulate import baseline, simulate

    base = baseline(municipality, scenario)
    return hidden_indicators(evaluate_goals(simulate(municipality, scenario), base))


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
        from model.uncertainty.draws import draws_for
        from model.uncertainty.fan import fan

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
        from model.uncertainty.tornado import tornado

        found = {
            key: tornado(municipality, scenario, key, progress=lambda done, n: calibrating(session, done, n))
            for key in wanted
        }
        answer = _Tornado(found, scenario, municipality, session.language)
        return answer.as_plain() if session.json else answer.as_text()

    return told(session, work)


def told(session: Session, work: Callable[[], Iterable[str] | dict[str, Any]]) -> int:
    """Answers with what ``work`` gives; draws that cannot be made are told and become the exit status."""
    from model.uncertainty.draws import TooManyRefused, WrongDraws

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
    from model.uncertainty.fan import BUDGET

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
        self.hidden = _hidden(scenario, municipality)

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
        if self.hidden:
            out.append(hidden_note(self.language))
        return out

    def as_plain(self) -> dict[str, Any]:
        """The object that ``fan --json`` answers."""
        from model.uncertainty.fan import QUANTILES

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
            "indicators": [self._plain_band(spec, band) for spec, band in self._bands(goal)],
        }

    def _plain_band(self, spec: IndicatorSpec, band: Band) -> dict[str, Any]:
        """A band; of one that is hidden nothing but its target, for a chance is a reading too."""
        hidden = band.key in self.hidden
        sides = dict.fromkeys(("scenario", "baseline", "difference")) if hidden else _plain_sides(spec, band)
        return {
            "id": spec.id,
            "unit": spec.unit,
            "target": plain_value(band.target),
            "chance": None if hidden else plain_value(band.chance),
            "chance_baseline": None if hidden else plain_value(band.chance_baseline),
            **sides,
            **hidden_mark(hidden),
        }

    def _bands(self, goal: GoalSpec) -> Iterable[tuple[IndicatorSpec, Band]]:
        for spec in goal.indicators:
            yield spec, self.fan.indicators[f"{goal.id}.{spec.id}"]

    def _cells(self, spec: IndicatorSpec, band: Band) -> list[str]:
        """Baseline, scenario, difference and chance as a person reads them."""
        if band.key in self.hidden:
            return [text("small_numbers.not_shown", self.language)] * 3 + [""]
        after, before = band.central_ends
        return [
            self._cell(before, band.baseline, spec),
            self._cell(after, band.scenario, spec),
            self._cell(after - before, band.difference, spec, signed=True),
            percent(band.chance, self.language) if band.chance is not None else "",
        ]

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
                yield row("  " + spec.title.get(language), self._cells(spec, band), column_width=_CELL)
        if self.fan.budget is not None:
            yield ""
            yield from self._budget(self.fan.budget)
        yield ""
        for note in self.notes():
            yield f"- {note}"

    def _cell(self, central: float, spread: Spread, spec: IndicatorSpec, *, signed: bool = False) -> str:
        import numpy as np

        from model.disclosure import is_small
        from model.goals.evaluate import counts_persons
        from model.uncertainty.fan import QUANTILES

        known = spread.ends[np.isfinite(spread.ends)]
        ends = np.quantile(known, (QUANTILES[0], QUANTILES[-1])) if len(known) else (np.nan, np.nan)
        shown = [number(float(v), self.language, spec.decimals, signed=signed) for v in (central, *ends)]
        if counts_persons(spec.unit) and not signed:
            few = text("small_numbers.not_shown", self.language)
            shown = [few if is_small(v) else word for word, v in zip(shown, (central, *ends), strict=True)]
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


def _plain_sides(spec: IndicatorSpec, band: Band) -> dict[str, Any]:
    """Scenario, baseline and difference; a small count among them is null, and the difference that it stands in."""
    import numpy as np

    from model.goals.evaluate import without_small

    found: dict[str, dict[str, Any]] = {"scenario": {}, "baseline": {}, "difference": {}}
    for name in (*_LEVELS, "ends"):
        sides = [without_small(getattr(side, name), spec.unit) for side in (band.scenario, band.baseline)]
        known = np.isfinite(sides[0]) & np.isfinite(sides[1])
        difference = np.where(known, getattr(band.difference, name), np.nan)
        for side, values in zip(found, (*sides, difference), strict=True):
            found[side][name] = plain(values)
    return found


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
        self.specs = {f"{goal.id}.{spec.id}": spec for goal in municipality.goals for spec in goal.indicators}
        self.hidden = _hidden(scenario, municipality) & found.keys()

    def as_plain(self) -> dict[str, Any]:
        """The object that ``tornado --json`` answers: every family, widest first; null where it is hidden."""
        return {
            **_head(self.scenario, self.municipality),
            "of": {
                key: None
                if key in self.hidden
                else [
                    {"family": swing.family.id, "parameters": list(swing.parameters)}
                    | {name: plain_value(value) for name, value in self._figures(key, swing).items()}
                    | {name: plain_value(getattr(swing, name)) for name in ("low_reach", "high_reach")}
                    for swing in swings
                ]
                for key, swings in self.found.items()
            },
            **hidden_keys(self.hidden),
        }

    def _figures(self, key: str, swing: Swing) -> dict[str, float]:
        """Levels and differences at the ends and the centre; NaN where a level is a small count."""
        from model.disclosure import is_small
        from model.goals.evaluate import counts_persons

        spec = self.specs.get(key)
        counted = spec is not None and counts_persons(spec.unit)
        found = {}
        for at in ("low", "high", "central"):
            level, difference = getattr(swing, at), getattr(swing, f"{at}_difference")
            few = counted and (is_small(level) or is_small(level - difference))
            found[at], found[f"{at}_difference"] = (math.nan, math.nan) if few else (level, difference)
        return found

    def as_text(self) -> Iterable[str]:
        """The widest swings for a person: level and difference from the baseline at both ends."""
        language = self.language
        yield text("cli.run.heading", language, name=self.scenario.name, municipality=self.municipality.name)
        for key, swings in self.found.items():
            spec = self.specs.get(key)
            title = text("uncertainty.budget", language) if spec is None else spec.title.get(language)
            columns = [text(f"uncertainty.{column}", language) for column in ("level", "difference")]
            yield ""
            yield row(title, columns, name_width=_FAMILY, column_width=_CELL)
            if key in self.hidden:
                yield "  " + text("small_numbers.not_shown", language)
                continue
            moved = [swing for swing in swings if swing.width > 0][:_MOST_ROWS]
            for swing in moved:
                figures = self._figures(key, swing)
                cells = [
                    self._cell(spec, figures["low"], figures["high"]),
                    self._cell(spec, figures["low_difference"], figures["high_difference"], signed=True),
                ]
                yield row("  " + swing.family.title(language), cells, name_width=_FAMILY, column_width=_CELL)
                for share in {swing.low_reach, swing.high_reach} - {1.0}:
                    yield "    " + text("uncertainty.reach", language, share=percent(share, language))
            if not moved:
                yield "  " + text("uncertainty.nothing_moves", language)
        if self.hidden:
            yield ""
            yield hidden_note(language)

    def _cell(self, spec: IndicatorSpec | None, low: float, high: float, *, signed: bool = False) -> str:
        scale, decimals = (MILLION, MONEY_DECIMALS) if spec is None else (1.0, spec.decimals)
        few = text("small_numbers.not_shown", self.language)
        shown = [
            number(v / scale, self.language, decimals, signed=signed) if math.isfinite(v) else few
            for v in (low, high)
        ]
        return text("uncertainty.ends", self.language, low=shown[0], high=shown[1])
