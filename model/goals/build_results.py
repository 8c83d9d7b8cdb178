"""Build the results of indicators: figures at the horizon's end, status and texts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from model.goals.metric_context import GroupParts, Measure
from model.goals.results import GoalResult, IndicatorResult
from model.goals.series import QUARTER, YEAR, Floats, date_of_week, end_means, known_means
from model.goals.status import StatusRule, target_of
from model.language.catalogue import group_name, number
from model.language.messages import Localized, Message, Phrase
from model.municipality.goal_specs import TYPED_IN, GoalSpec, IndicatorSpec, date_of
from model.parameters.sourced_value import Quality

# "Closing the one hardly moves the other": the use of offers comes closer to equal by at least the first
# while the pressure ratio changes by at most the second.
_USE_MOVED: Final = 0.05
_RATIO_STILL: Final = 0.02


@dataclass(frozen=True, eq=False)
class IndicatorEnds:
    """What some indicators of a run stand at in the beginning and at the end: [n] each, or one number each."""

    start: Floats  # mean of the first full year
    end: Floats  # mean of the last 52 weeks, or the last figure over a year
    count: Floats  # the absolute number behind a share, NaN where there is none
    persons: Floats  # full-time persons that the end rests on

    def only(self, row: int) -> OneEnd:
        """Return the figures of one indicator, by its place."""
        count = float(self.count[row])
        return OneEnd(
            float(self.start[row]),
            float(self.end[row]),
            None if np.isnan(count) else count,
            float(self.persons[row]),
        )


@dataclass(frozen=True)
class OneEnd:
    """What one indicator of a run stands at in the beginning and at the end, as in :class:`IndicatorEnds`."""

    start: float
    end: float
    count: float | None
    persons: float


def ends_of(measures: tuple[Measure, ...]) -> IndicatorEnds:
    """Return what measures of one run stand at in the beginning and at the end, in their order."""
    values = np.stack([measure.values for measure in measures])
    counts = np.full(len(measures), np.nan)
    counted = [i for i, measure in enumerate(measures) if measure.counts is not None]
    if counted:
        counts[counted] = end_means(np.stack([c for c in (m.counts for m in measures) if c is not None]))
    yearly = np.array([measure.window == YEAR for measure in measures])
    # The first full year of windows, so that no season counts twice; yearly figures are that already.
    start = known_means(values[:, QUARTER - 1 : QUARTER - 1 + YEAR])
    for i in np.flatnonzero(yearly):
        known = values[i][~np.isnan(values[i])]
        start[i] = known[0] if len(known) else np.nan
    return IndicatorEnds(
        start,
        np.where(yearly, values[:, -1], end_means(values)),
        counts,
        end_means(np.stack([measure.persons for measure in measures])),
    )


class IndicatorResults:
    """Builds the result of one indicator, and of its parts by target group.

    Arguments: the measures of the baseline and of the run, the run's Mondays [T], and the level where the
    user has typed one in.
    """

    def __init__(
        self,
        spec: IndicatorSpec,
        before: Measure,
        after: Measure,
        weeks: NDArray[np.datetime64],
        level: float | None,
    ) -> None:
        self._spec = spec
        self._before = before
        self._after = after
        self._weeks = weeks
        self._target = target_of(spec, level)
        self._typed_in = spec.comparator in TYPED_IN and level is not None

    def result(self, before: OneEnd, after: OneEnd) -> IndicatorResult:
        """Return the indicator with its status; its parts are built when they are first asked for."""
        return self._result(self._before.values, self._after.values, before, after, None)

    def _parts(self) -> tuple[IndicatorResult, ...]:
        """Return the same indicator for each target group that has a value at the horizon's end."""
        old, new = _measures_of(self._before), _measures_of(self._after)
        before, after = ends_of(old), ends_of(new)
        return tuple(
            self._result(old[i].values, new[i].values, before.only(i), after.only(i), group)
            for i, group in enumerate(_parts_of(self._after).groups)
            if not np.isnan(after.end[i])
        )

    def _comparator(self) -> tuple[Quality | None, Localized | None]:
        """Return how sure the comparator is, and where it is from.

        A national level that somebody types in is an assumption; a ceiling that the municipality sets is its own.
        """
        spec = self._spec
        if self._typed_in:
            return "assumption" if spec.comparator == "national" else None, Message("goals.note.typed_in")
        return spec.comparator_quality, self._after.comparator_source or spec.comparator_source

    def _result(
        self, baseline: Floats, scenario: Floats, before: OneEnd, after: OneEnd, part: str | None
    ) -> IndicatorResult:
        """Return the result of weekly values [T]; ``part`` is the target group of a part, None for the whole."""
        spec, weeks, target = self._spec, self._weeks, self._target
        last_week = len(weeks) - 1
        smallest = max(spec.smallest_movement, self._after.equal_below)
        finding = StatusRule(
            spec=spec,
            target=target,
            start=before.start,
            baseline=before.end,
            scenario=after.end,
            persons=after.persons,
            baseline_values=baseline,
            values=scenario,
            weeks=weeks,
            window=self._after.window,
            target_week=last_week if spec.target_weeks is None else min(spec.target_weeks, last_week),
            smallest=smallest,
        ).finding()
        since = finding.reached_since
        comparator = self._after.comparator
        if comparator is None and target is not None:
            comparator = np.full(len(weeks), target)
        quality, source = self._comparator()
        weeks_to_target = spec.target_weeks
        return IndicatorResult(
            id=spec.id if part is None else f"{spec.id}.{part}",
            title=Phrase(group_name, part) if part is not None else self._after.title or spec.title,
            unit=spec.unit,
            decimals=spec.decimals,
            direction=spec.direction,
            weeks=weeks,
            baseline=baseline,
            scenario=scenario,
            value_start=before.start,
            value_baseline=before.end,
            value_scenario=after.end,
            count_baseline=before.count,
            count_scenario=after.count,
            persons=after.persons,
            persons_baseline=before.persons,
            target=target,
            target_date=None if weeks_to_target is None else date_of(weeks_to_target, date_of_week(weeks[0])),
            comparator=comparator,
            comparator_quality=quality,
            comparator_source=source,
            status=finding.status,
            reached_on=None if since is None else date_of_week(weeks[since]),
            share_of_way=finding.share_of_way,
            reached_in=finding.reached_in,
            assumed=quality == "assumption",
            note=self._after.note or spec.note,
            status_note=finding.note,
            smallest_movement=smallest,
            metric=spec.metric,
            groups=spec.groups if part is None else (part,),
            make_parts=self._parts if part is None and spec.by_group else None,
        )


def _parts_of(measure: Measure) -> GroupParts:
    """Return a measure's parts. Raises ValueError where its metric has none: then a goal must not ask for them."""
    if measure.parts is None:
        raise ValueError("by_group: the metric makes no comparison within target groups")
    return measure.parts


def _measures_of(measure: Measure) -> tuple[Measure, ...]:
    """Return a comparison's target groups as measures of their own."""
    parts = _parts_of(measure)
    return tuple(
        Measure(parts.values[:, i], parts.persons[:, i], measure.window) for i in range(len(parts.groups))
    )


def goal_result(goal: GoalSpec, indicators: tuple[IndicatorResult, ...]) -> GoalResult:
    """Return the result of a goal with its indicators side by side."""
    return GoalResult(
        id=goal.id,
        number=goal.number,
        title=goal.title,
        short=goal.short,
        quote=goal.quote,
        quote_in_english=goal.quote_in_english,
        source=goal.source,
        focus_groups=goal.focus_groups,
        indicators=_with_use_note(indicators),
        key_indicator=goal.key_indicator,
        not_measured=goal.not_measured,
    )


def _with_use_note(indicators: tuple[IndicatorResult, ...]) -> tuple[IndicatorResult, ...]:
    """Add a note where a more equal use of offers hardly moves the gap between origins."""
    by_metric = {indicator.metric: indicator for indicator in indicators}
    use, pressures = by_metric.get("offer_use_ratio"), by_metric.get("pressure_ratio")
    if use is None or pressures is None:
        return indicators
    closer = abs(use.value_baseline - 1) - abs(use.value_scenario - 1)
    if not (closer >= _USE_MOVED and abs(pressures.change) <= _RATIO_STILL):
        return indicators
    note = Message(
        "goals.note.use_hardly_moves",
        use=Phrase(use.shown, use.value_scenario),
        before=Phrase(number, pressures.value_baseline, decimals=pressures.decimals),
        after=Phrase(number, pressures.value_scenario, decimals=pressures.decimals),
    )
    noted = replace(use, status_note=note)
    return tuple(noted if indicator is use else indicator for indicator in indicators)
