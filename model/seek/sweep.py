"""One or two levers over a grid of values: every indicator and the budget at each point, on any executor.

An executor of ``concurrent.futures`` runs the points, or one that acts alike: a Dask client's ``get_executor()``
where one machine does not do.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from itertools import product
from typing import Any, Final

from model.disclosure import LIMIT, is_small
from model.domain import OFFER_GROUPS
from model.explain.case_runs import Cancel, CaseFigures, Progress, run_cases
from model.files.csv_tables import text_cell
from model.files.problems import sanitised, suggestion
from model.goals.evaluate import evaluate_goals
from model.goals.results import GoalResult, counts_persons, suppressed_indicators
from model.goals.series import NET, PERSONS
from model.language.catalogue import number, text
from model.language.messages import LocalizedError, Message, Phrase, Text, joined
from model.municipality.municipality import Municipality
from model.scenario.diff import lever_name
from model.scenario.levers import LEVER_BY_ID, Lever, check_group, check_value
from model.scenario.scenario import Scenario
from model.simulation.simulate import baseline
from model.simulation.totals_by_group import totals_by_group

MAX_AXES: Final = 2
# Enough for fifty by fifty; what takes longer than a minute or two is better asked in parts.
MAX_POINTS: Final = 2_500
_ROUNDED: Final = 9  # decimals of a grid's values: 0.1 + 0.2 is 0.3
_SIGNIFICANT: Final = 9


class CannotSweep(LocalizedError):
    """A grid that cannot be run; says what is wrong and what would be right."""


@dataclass(frozen=True)
class SweepAxis:
    """The values that one lever takes, in the unit people see."""

    lever: str
    group: str | None
    values: tuple[float, ...]

    @property
    def key(self) -> str:
        """Return lever and target group as they are asked for: ``activation_rate.dagpenge``."""
        return self.lever if self.group is None else f"{self.lever}.{self.group}"

    def name(self, language: str) -> str:
        """Return the lever as people read it."""
        return lever_name(self.lever, self.group, language)


@dataclass(frozen=True, eq=False)
class SweepPoint:
    """One point of the grid: figures at the horizon's end; NaN where an indicator is not defined."""

    values: tuple[float, ...]  # in the order of the axes
    indicators: Mapping[str, float]  # by "goal.indicator"
    persons: float  # full-time persons on public support, mean of the last 52 weeks
    net: tuple[float, ...]  # net expenditure less the baseline's per budget year, DKK
    suppressed: frozenset[str] = frozenset()  # indicators that are too small to be shown

    @property
    def shown(self) -> dict[str, float]:
        """Return the indicators as they may be shown: NaN where hidden."""
        return {key: math.nan if key in self.suppressed else value for key, value in self.indicators.items()}

    @property
    def net_total(self) -> float:
        """Return net expenditure less the baseline's over the whole run, DKK."""
        return math.fsum(self.net)


@dataclass(frozen=True, eq=False)
class Sweep:
    """A grid with its points, the last axis running fastest, and the baseline beside them."""

    scenario: Scenario
    axes: tuple[SweepAxis, ...]
    years: tuple[int, ...]
    points: tuple[SweepPoint, ...]
    goals: tuple[GoalResult, ...]  # the baseline's own, for names, units and targets
    baseline: SweepPoint


def axis(asked: str, municipality: Municipality) -> SweepAxis:
    """Read ``firm_places=200:600:50`` or ``activation_rate.dagpenge=10:40:5``; without a step the lever's own.

    Raises CannotSweep with the nearest name for an unknown lever or target group, and for values that the lever
    cannot take in this municipality.
    """
    target, equals, given = asked.partition("=")
    lever_id, dot, group = target.strip().partition(".")
    if not equals or not given.strip():
        raise _cannot("form", asked=sanitised(asked))
    lever = LEVER_BY_ID.get(lever_id)
    if lever is None:
        message = Message("sweep.error.lever", lever=sanitised(lever_id))
        nearest = Phrase(suggestion, lever_id, tuple(LEVER_BY_ID))
        raise CannotSweep(Phrase(joined, [message, nearest], separator=""))
    if lever.scope == "mix":
        raise _cannot("mix", lever=lever_id)
    wrong = check_group(lever, group if dot else None)
    if wrong is not None:
        raise _in_its_form(wrong, lever)
    values = _values(asked, given, lever)
    for value in values:
        wrong = check_value(lever, value, municipality)
        if wrong is not None:
            raise CannotSweep(wrong)
    return SweepAxis(lever_id, group if dot else None, values)


def _in_its_form(wrong: Text, which: Lever) -> CannotSweep:
    """Return the error for a fault of the target group, with how a group is asked for here."""
    if which.scope != "group":
        return _cannot("no_group", lever=which.id)
    group = next(g for g in OFFER_GROUPS if g in which.groups)
    how = Message("sweep.error.group", lever=which.id, group=group)
    return CannotSweep(Phrase(joined, [wrong, how]))


def _values(asked: str, given: str, which: Lever) -> tuple[float, ...]:
    """Read ``low:high`` or ``low:high:step``. Raises CannotSweep."""
    parts = given.split(":")
    if not 2 <= len(parts) <= 3:
        raise _cannot("form", asked=sanitised(asked))
    numbers = []
    for part in parts:
        try:
            numbers.append(float(part))
        except ValueError:
            key = "comma" if "," in part else "number"
            raise _cannot(key, part=sanitised(part), asked=sanitised(asked)) from None
    low, high = numbers[:2]
    step = numbers[2] if len(numbers) == 3 else which.step
    if not all(map(math.isfinite, numbers)) or step <= 0 or high < low:
        raise _cannot("order", asked=sanitised(asked))
    steps = (high - low) / step
    if steps >= MAX_POINTS:
        raise _too_many(math.floor(min(steps, 1e15)) + 1)
    # A hair more, so that 0:0.3:0.1 ends at 0.3.
    count = math.floor(steps * (1 + 1e-12) + 1e-9) + 1
    return tuple(round(low + i * step, _ROUNDED) + 0.0 for i in range(count))


def _cannot(key: str, **values: Any) -> CannotSweep:
    """Return the error of a text of ``sweep.error``."""
    return CannotSweep(Message(f"sweep.error.{key}", **values))


def _too_many(points: int) -> CannotSweep:
    """Return the error for a grid of too many points."""
    return _cannot("too_many", n=Phrase(number, points), most=Phrase(number, MAX_POINTS))


def sweep(
    municipality: Municipality,
    scenario: Scenario,
    axes: Sequence[SweepAxis],
    *,
    executor: Executor | None = None,
    cancel: Cancel | None = None,
    progress: Progress | None = None,
) -> Sweep:
    """Run the scenario at every point of one or two axes.

    A lever that the scenario changes takes the value at its last change's date and phase-in; any other takes it
    from the start. ``executor``, ``cancel`` and ``progress`` as in :func:`model.explain.case_runs.run_cases`.
    Raises CannotSweep for no axis, more than two, the same lever twice, a value out of bounds or too many points;
    CancelledError.
    """
    axes = tuple(axes)
    if not 1 <= len(axes) <= MAX_AXES:
        raise _cannot("axes", n=len(axes), most=MAX_AXES)
    if len({a.key for a in axes}) < len(axes):
        raise _cannot("twice", lever=axes[0].key)
    points = math.prod(len(a.values) for a in axes)
    if not 1 <= points <= MAX_POINTS:
        raise _too_many(points)
    for a in axes:
        for value in a.values:
            wrong = check_value(LEVER_BY_ID[a.lever], value, municipality)
            if wrong is not None:
                raise CannotSweep(wrong)
    grid = list(product(*(a.values for a in axes)))
    plain = scenario.copy_with(workshop=None, results=None)
    cases = []
    for values in grid:
        case = plain
        for a, value in zip(axes, values, strict=True):
            case = with_value(case, a, value)
        cases.append(case)
    measured = run_cases(municipality, cases, executor=executor, cancel=cancel, progress=progress)
    names = [f"{goal}.{indicator}" for goal, indicator in measured.keys]
    base = baseline(municipality, scenario)
    goals = evaluate_goals(base, base)
    units = {f"{goal.id}.{i.id}": i.unit for goal in goals for i in goal.indicators}
    few = suppressed_indicators(goals)
    swept = tuple(
        SweepPoint(
            at,
            dict(zip(names, measured.ends[i].tolist(), strict=True)),
            float(measured.persons[i].sum()),
            tuple(measured.net[i].tolist()),
            # As in a run by itself: what is too small beside the point hides both.
            few | _too_small(measured, i, names, units),
        )
        for i, at in enumerate(grid)
    )
    ends = (i.value_baseline for goal in goals for i in goal.indicators)
    persons = float(totals_by_group(base).last_year("caseload").sum())
    beside = SweepPoint((), dict(zip(names, ends, strict=True)), persons, (0.0,) * len(measured.years), few)
    return Sweep(scenario, axes, measured.years, swept, goals, beside)


def _too_small(
    measured: CaseFigures, case: int, names: Sequence[str], units: Mapping[str, str]
) -> frozenset[str]:
    """Return the indicators of one case that rest on too few persons, or count too few."""
    assert measured.rests_on is not None
    rows = zip(names, measured.ends[case].tolist(), measured.rests_on[case].tolist(), strict=True)
    return frozenset(
        name
        for name, value, persons in rows
        if persons < LIMIT or (counts_persons(units[name]) and is_small(value))
    )


def with_value(scenario: Scenario, of: SweepAxis, value: float) -> Scenario:
    """Return the scenario with a lever at a value: its last change, or one from the start."""
    last = scenario.change_of(of.lever, of.group)
    if last is None:
        return scenario.with_change(of.lever, value, of.group)
    return scenario.with_change(
        of.lever, value, of.group, from_=last.from_, phase_in_weeks=last.phase_in_weeks, why=last.why
    )


# --- as a table for other programs --------------------------------------------------------------


def as_csv(result: Sweep, language: str) -> str:
    """Write one line per point: levers, indicators, persons, net expenditure per year and in total (DKK).

    Columns are named by id. For Danish readers the separator is a semicolon and the decimal sign a comma, as their
    spreadsheets read it; in English a comma and a point. What is too small to be shown is a word.
    """
    danish = language == "da"
    indicators = list(result.baseline.indicators)
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";" if danish else ",", lineterminator="\r\n")
    years = [f"net_dkk_{year}" for year in result.years]
    header = ["scenario", "municipality", *(a.key for a in result.axes), *indicators, PERSONS, *years, NET]
    writer.writerow([text_cell(name) for name in header])
    for point in result.points:
        few = text("disclosure.not_shown", language)
        cells = [
            few if key in point.suppressed else _figure(value, danish)
            for key, value in point.indicators.items()
        ]
        after = (_figure(value, danish) for value in (point.persons, *point.net, point.net_total))
        words = [text_cell(result.scenario.name), text_cell(result.scenario.municipality)]
        writer.writerow([*words, *(_figure(value, danish) for value in point.values), *cells, *after])
    return out.getvalue()


def _figure(figure: float, danish: bool) -> str:
    """Format a number with the decimal sign of the language."""
    plain = f"{figure + 0.0:.{_SIGNIFICANT}g}" if math.isfinite(figure) else ""
    return plain.replace(".", ",") if danish else plain


__all__ = [
    "MAX_AXES",
    "MAX_POINTS",
    "CannotSweep",
    "Sweep",
    "SweepAxis",
    "SweepPoint",
    "as_csv",
    "axis",
    "sweep",
    "with_value",
]
