"""Through which mechanism a scenario works: the difference it makes, run again with one assumption switched off.

Baseline and scenario are both calibrated anew under the changed assumption. The parts act on one another: they do
not add up to the difference, and the sentences say so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import CancelledError, Executor
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from model.budget.budget import budget
from model.domain import GROUP_INDEX, N_GROUPS
from model.engine.calibration import CalibrationError
from model.explain.attribution import CannotExplain, unknown_indicator
from model.explain.case_runs import Cancel, Progress
from model.explain.figures import difference_shown, figure_title, why_message
from model.goals.evaluate import evaluate_goals, goal_evaluator
from model.goals.results import GoalResult
from model.goals.series import NET, PERSONS, indicator_key
from model.language.messages import Localized, Message
from model.municipality.municipality import Municipality
from model.parameters.ids import BadParameter
from model.parameters.prices import MUNICIPAL_SHARES, budget_parameters
from model.scenario.scenario import Scenario
from model.simulation.build_lever_paths import build_lever_paths
from model.simulation.outcome import Outcome, outcome_from
from model.simulation.run_engine import prepare, run_many
from model.simulation.simulate import baseline, simulate
from model.simulation.totals_by_group import totals_by_group

Floats = NDArray[np.float64]

# Fleksjob and førtidspension have refund rules of their own.
_OFF_LADDER: Final = [GROUP_INDEX["fleksjob"], GROUP_INDEX["foertidspension"]]
# A part is told from this share of the difference, and from the smallest movement that counts.
_SMALLEST_SHARE: Final = 0.05
_PERSON: Final = 0.5
_DKK: Final = 100_000.0
_MAX_SENTENCES: Final = 5


@dataclass(frozen=True)
class MechanismPart:
    """One mechanism and one figure: scenario less baseline as it is, and with the mechanism switched off."""

    id: str
    key: str  # "goal.indicator", persons or net
    label: Localized
    now: float
    without: float  # NaN where the model cannot be run so, or the figure is then not defined
    better_without: bool | None  # None where neither direction is better
    matters: bool  # whether it makes a difference worth telling
    sentence: Localized

    @property
    def effect(self) -> float:
        """Return what the mechanism itself does to the difference."""
        return self.now - self.without


Values = Mapping[str, float]


def _off(*names: str, to: float) -> Callable[[Values], dict[str, float]]:
    """Return a change that sets some numbers to a value."""
    return lambda values: dict.fromkeys(names, to)


def _tables(
    *tables: str, kind: str = "", to: Callable[[float], float]
) -> Callable[[Values], dict[str, float]]:
    """Return a change that sets every row of some tables (and of one offer kind) to a function of its value."""
    return lambda values: {
        name: to(value)
        for name, value in values.items()
        if name.partition(".")[0] in tables and name.endswith(kind)
    }


_DURING: Final = ("hr_job_during", "hr_education_during", "hr_progression_during")
_AFTER: Final = ("hr_job_after", "hr_education_after", "hr_progression_after")


def _no_limit_on_places(values: Values) -> dict[str, float]:
    """Return the numbers under which neither ceilings nor starts limit the places in firms."""
    ceilings = [name for name in values if name.startswith("firm_ceiling.")]
    return {**dict.fromkeys(ceilings, 1.0), "max_start_share": 1.0}


# What each mechanism is switched off by: engine parameters by id.
_ENGINE: Final[Mapping[str, Callable[[Values], dict[str, float]]]] = {
    "displacement": _off("displacement", "displacement_contact", to=0.0),
    "lock_in": _tables(*_DURING, to=lambda ratio: max(ratio, 1.0)),
    "after_effect": _tables(*_AFTER, to=lambda ratio: 1.0),
    "durability": _tables("return_ratio", to=lambda ratio: 1.0),
    "diminishing": _off("diminishing", to=0.0),
    "returners": _off("return_to_benefit_share", to=0.0),
    "places": _no_limit_on_places,
    "guidance": _tables(*_DURING, *_AFTER, kind=".guidance", to=lambda ratio: 1.0),
    "motivation": _tables("hr_motivation", to=lambda ratio: 1.0),
}
# Those that also, or only, change prices and shares.
_BUDGET: Final[Mapping[str, Callable[[Outcome, Municipality], dict[str, float]]]] = {
    "guidance": lambda base, municipality: {"budget.price.guidance_week": 0.0},
    "refund_step": lambda base, municipality: dict.fromkeys(
        MUNICIPAL_SHARES, _mean_share(base, municipality)
    ),
}
MECHANISMS: Final = tuple(dict.fromkeys((*_ENGINE, *_BUDGET)))


def _mean_share(base: Outcome, municipality: Municipality) -> float:
    """Return the municipality's mean share (0-1) of the benefits that follow the ladder, at the baseline."""
    classes = np.delete(totals_by_group(base).at_week_start("refund_class"), _OFF_LADDER, axis=1).sum(
        axis=(0, 1)
    )
    return float(classes @ municipality.budget.municipal_share / classes.sum())


@dataclass(frozen=True, eq=False)
class _Difference:
    """Scenario less baseline by figure, or why the model could not be run."""

    figures: Mapping[str, float]
    why_not: Localized | None = None


def mechanisms(
    municipality: Municipality,
    scenario: Scenario,
    indicator: str,
    *,
    executor: Executor | None = None,
    cancel: Cancel | None = None,
    progress: Progress | None = None,
) -> tuple[MechanismPart, ...]:
    """Compute what each mechanism does to one figure's difference from the baseline, the largest first.

    ``indicator`` is "goal.indicator", ``persons_on_support`` or ``net_difference_dkk``; ``executor`` must be one of
    threads. Raises CannotExplain for an unknown indicator, CancelledError.
    """
    return all_mechanisms(
        municipality, scenario, (indicator,), executor=executor, cancel=cancel, progress=progress
    )[indicator]


def all_mechanisms(
    municipality: Municipality,
    scenario: Scenario,
    indicators: Iterable[str],
    *,
    executor: Executor | None = None,
    cancel: Cancel | None = None,
    progress: Progress | None = None,
) -> dict[str, tuple[MechanismPart, ...]]:
    """Compute :func:`mechanisms` for several figures from the same runs."""
    base, outcome = baseline(municipality, scenario), simulate(municipality, scenario)
    goals = evaluate_goals(outcome, base)
    now = _difference(outcome, base, municipality)
    keys = tuple(dict.fromkeys(indicators))
    for key in keys:
        if key not in now:
            raise unknown_indicator(key, now)
    without = {}
    for done, mechanism in enumerate(MECHANISMS):
        if progress is not None:
            progress(done, len(MECHANISMS))
        if cancel is not None and cancel():
            raise CancelledError
        without[mechanism] = _switched_off(mechanism, municipality, scenario, outcome, base, executor)
    if progress is not None:
        progress(len(MECHANISMS), len(MECHANISMS))
    parts_by_key = {}
    for key in keys:
        parts = [_part(mechanism, key, now[key], without[mechanism], goals) for mechanism in MECHANISMS]
        parts_by_key[key] = tuple(sorted(parts, key=lambda part: -abs(np.nan_to_num(part.effect))))
    return parts_by_key


def mechanism_sentences(
    parts: tuple[MechanismPart, ...], *, holding_back: bool | None = None
) -> list[Localized]:
    """List the sentences of the parts that matter: what holds back first, then what the difference rests on.

    ``holding_back``: only the former (what would have to be true for more), or only the latter.
    """
    back = [part for part in parts if part.matters and part.better_without is True]
    others = [part for part in parts if part.matters and part.better_without is not True]
    chosen = back + others if holding_back is None else back if holding_back else others
    return [part.sentence for part in chosen[:_MAX_SENTENCES]]


def _switched_off(
    mechanism: str,
    municipality: Municipality,
    scenario: Scenario,
    outcome: Outcome,
    base: Outcome,
    executor: Executor | None,
) -> _Difference:
    """Compute the differences with one mechanism switched off, or the error that says why it cannot be."""
    owner = municipality
    try:
        if mechanism in _ENGINE:
            engine = municipality.engine_with(_ENGINE[mechanism](municipality.values))
            if engine != municipality.engine:
                owner = replace(municipality, engine=engine, key=f"{municipality.key}|{mechanism}")
                base, outcome = _two_runs(owner, scenario, executor)
        prices = _BUDGET[mechanism](base, municipality) if mechanism in _BUDGET else None
        return _Difference(_difference(outcome, base, owner, prices))
    except (BadParameter, CalibrationError) as error:
        return _Difference({}, error)


def _two_runs(
    municipality: Municipality, scenario: Scenario, executor: Executor | None
) -> tuple[Outcome, Outcome]:
    """Run baseline and scenario under the municipality's own engine parameters."""
    without = scenario.copy_with(changes=(), workshop=None, results=None)
    paths = [build_lever_paths(municipality, case, scenario.weeks) for case in (without, scenario)]

    def reduce(b: int, record: Floats, firm: Floats) -> Outcome:
        never = np.full((2, N_GROUPS), -1, dtype=np.int64)
        return outcome_from(record.copy(), firm.copy(), never, paths[b], municipality, (without, scenario)[b])

    outcomes = run_many(
        prepare((municipality.engine,)), paths, [(0, 0), (0, 1)], reduce, executor=executor, chunk=1
    )
    base, outcome = outcomes
    assert isinstance(base, Outcome)
    assert isinstance(outcome, Outcome)
    return base, outcome


def _difference(
    outcome: Outcome, base: Outcome, municipality: Municipality, prices: Values | None = None
) -> dict[str, float]:
    """Compute scenario less baseline by figure: every indicator, persons, net expenditure."""
    evaluator = goal_evaluator(municipality.goals)
    before, after = evaluator.figures(base, base), evaluator.figures(outcome, base)
    differences = {
        f"{goal}.{indicator}": figure.end - before[goal, indicator].end
        for (goal, indicator), figure in after.items()
    }
    persons = [float(totals_by_group(o).last_year("caseload").sum()) for o in (base, outcome)]
    parameters = municipality.budget
    if prices:
        parameters = budget_parameters(prices, parameters.values)
    return differences | {
        PERSONS: persons[1] - persons[0],
        NET: budget(outcome, base, parameters).total_difference,
    }


# --- words --------------------------------------------------------------------------------------


def _part(
    mechanism: str, key: str, now: float, without: _Difference, goals: tuple[GoalResult, ...]
) -> MechanismPart:
    """Compare one figure's difference with and without a mechanism."""
    then = without.figures.get(key, float("nan"))
    sign, smallest = _direction(key, goals)
    change = then - now
    matters = bool(abs(change) >= max(smallest, _SMALLEST_SHARE * abs(now)))
    better = None if not sign or not np.isfinite(change) or change == 0 else bool(sign * change > 0)

    start = Message(f"why.mechanism.{mechanism}")
    sentence: Localized
    if without.why_not is not None:
        sentence = Message("why.mechanism.cannot", without=start, why=without.why_not)
    else:
        # What helps less without it has carried the effect, unless there was none to carry.
        kind = (
            "otherwise" if better is None else "more" if better else "less" if sign * now > 0 else "otherwise"
        )
        sentence = why_message(
            f"mechanism.{kind}",
            without=start,
            figure=figure_title(key, goals, inside=True),
            then=difference_shown(key, then, goals, unit=False),
            now=difference_shown(key, now, goals),
        )
    label = Message(f"why.mechanism.label.{mechanism}")
    return MechanismPart(mechanism, key, label, now, then, better, matters, sentence)


def _direction(key: str, goals: tuple[GoalResult, ...]) -> tuple[float, float]:
    """Return +1 where more is better, -1 where less is, 0 where it is watched; and the smallest movement."""
    if key in (PERSONS, NET):
        return -1.0, _PERSON if key == PERSONS else _DKK
    indicator = next(i for goal in goals for i in goal.indicators if indicator_key(goal, i) == key)
    return {"up": 1.0, "down": -1.0}.get(indicator.direction, 0.0), indicator.smallest_movement


__all__ = [
    "MECHANISMS",
    "CannotExplain",
    "MechanismPart",
    "all_mechanisms",
    "mechanism_sentences",
    "mechanisms",
]
