"""Watch what the goals are not about: target groups outside them, totals, and the ministry's benchmark."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from model.disclosure import is_small
from model.domain import GROUP_INDEX, GROUPS
from model.goals.benchmark import ExpectedActual, expected_against_actual
from model.goals.metric_context import group_columns
from model.language.catalogue import group_name, number
from model.language.messages import Localized, Message, Phrase
from model.municipality.goal_specs import GoalSpec, focus_groups, load_goals
from model.parameters.ids import BENCHMARK_GROUPS
from model.simulation.outcome import Outcome
from model.simulation.totals_by_group import totals_by_group

# Worse than the baseline by more than this share, or by more than this many full-time persons.
WORSE_SHARE: Final = 0.01
WORSE_PERSONS: Final = 5.0
_ROUNDING: Final = 0.05


@dataclass(frozen=True, eq=False)
class SideEffect:
    """A target group outside the focus groups, or a municipality-wide total: mean of the last 52 weeks."""

    id: str
    title: Localized
    baseline: float  # full-time persons
    scenario: float
    worse: bool
    warning: Localized | None

    @property
    def difference(self) -> float:
        """Return scenario less baseline, full-time persons."""
        return self.scenario - self.baseline

    @property
    def suppressed(self) -> bool:
        """Return whether the persons are too few to be shown in one of the two runs."""
        return is_small(self.baseline) or is_small(self.scenario)


def side_effects(
    outcome: Outcome, baseline: Outcome, goals: tuple[GoalSpec, ...] | None = None
) -> tuple[SideEffect, ...]:
    """Return what gets worse elsewhere: target groups that no goal is about, sygedagpenge first, and totals.

    Worse is more full-time persons than the baseline by more than 1 per cent or 5 persons. More people in
    fleksjob count as worse only as far as ledighedsydelse does not fall by as many: a job found is none.
    """
    if goals is None:
        goals = load_goals(outcome.municipality.id, outcome.municipality.vintage)
    focus = focus_groups(goals)
    run = totals_by_group(outcome).last_year("caseload")
    base = totals_by_group(baseline).last_year("caseload")
    outside = sorted(
        (g for g in GROUPS if g not in focus), key=lambda g: (g != "sygedagpenge", GROUP_INDEX[g])
    )
    effects = []
    for group in outside:
        row = GROUP_INDEX[group]
        more = float(run[row] - base[row])
        from_waiting = 0.0
        if group == "fleksjob":
            waiting = GROUP_INDEX["ledighedsydelse"]
            from_waiting = max(0.0, float(base[waiting] - run[waiting]))
        effects.append(
            _side_effect(
                group, Phrase(group_name, group), float(base[row]), float(run[row]), more, from_waiting
            )
        )
    long = [float(totals_by_group(o).last_year("refund_class")[:, 3].sum()) for o in (baseline, outcome)]
    counted = group_columns(tuple(g for groups in BENCHMARK_GROUPS.values() for g in groups))
    for name, before, after in (
        ("total", float(base.sum()), float(run.sum())),
        ("benchmark", float(base[counted].sum()), float(run[counted].sum())),
        ("over_52_weeks", long[0], long[1]),
    ):
        effects.append(_side_effect(name, Message(f"goals.total.{name}"), before, after, after - before))
    return tuple(effects)


@dataclass(frozen=True, eq=False)
class Watch:
    """What is watched beside the goals: side effects, and the ministry's benchmark, expected against actual."""

    side_effects: tuple[SideEffect, ...]
    benchmark: tuple[ExpectedActual, ...]

    @property
    def warnings(self) -> tuple[Localized, ...]:
        """Return the side effects' warnings."""
        return tuple(effect.warning for effect in self.side_effects if effect.warning is not None)


def watch(outcome: Outcome, baseline: Outcome, goals: tuple[GoalSpec, ...] | None = None) -> Watch:
    """Return side effects of a run, and how it stands against what the benchmark expects of the municipality."""
    return Watch(side_effects(outcome, baseline, goals), expected_against_actual(outcome, baseline))


def _side_effect(
    name: str, title: Localized, before: float, after: float, more: float, from_waiting: float = 0.0
) -> SideEffect:
    """Return a side effect; ``from_waiting`` persons have got what they waited for, and do not count as worse."""
    counted = more - from_waiting
    worse = counted > _ROUNDING and (counted > WORSE_PERSONS or counted > WORSE_SHARE * before)
    warning = None
    if worse:
        key = "goals.warning.worse_from_waiting" if from_waiting > _ROUNDING else "goals.warning.worse"
        if is_small(before) or is_small(after):
            key = "goals.warning.worse_suppressed"
        warning = Message(
            key,
            what=title,
            more=Phrase(number, more, decimals=1 if more < 10 else 0),
            waiting=Phrase(number, from_waiting, decimals=1 if from_waiting < 10 else 0),
            before=Phrase(number, before),
            after=Phrase(number, after),
        )
    return SideEffect(name, title, before, after, worse, warning)
