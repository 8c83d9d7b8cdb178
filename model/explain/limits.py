"""What holds a scenario back: full places, ceilings, lock-in, displacement, fading gains and a growing stock."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from model.domain import GROUP_INDEX, GROUPS, OFFER_GROUPS
from model.explain.no_effect import _firm_share, _late_changes, changes_without_effect, levers_without_effect
from model.explain.run_comparison import PERSON, YEAR_WEEKS, Floats, RunComparison
from model.language.catalogue import group_name, percent, short_date
from model.simulation.outcome import Outcome
from model.simulation.totals_by_group import totals_by_group

_SMALLEST_REPORTED: Final = (
    2.0  # a target group's change, displaced jobs or returners a year worth a sentence
)
_FEWEST_LOCKED_IN: Final = 5.0  # more people in offers worth a sentence on lock-in
FADED: Final = 0.8  # a gain that has fallen to less than this share of its best is fading
_FADE_PERSONS: Final = 2.0
GROWTH: Final = 0.002  # inflow above outflow: the stock still grows by more than this share a year
_FEWEST_PERSONS: Final = 20.0


def limits(outcome: Outcome, baseline: Outcome, language: str) -> tuple[str, ...]:
    """What holds a run back, beside its baseline: sentences in "da" or "en"."""
    comparison = RunComparison(outcome, baseline, language)
    return tuple(limit for find in _LIMITS for limit in find(comparison))


def reasons_for_nothing(outcome: Outcome, baseline: Outcome, language: str) -> tuple[str, ...]:
    """Why what ``outcome`` does differently moves no result, as far as the run shows it; the surest first.

    Arguments: a run in which one lever is moved, and its baseline.
    """
    comparison = RunComparison(outcome, baseline, language)
    checks = (changes_without_effect, levers_without_effect, *_SHORTAGES, _late_changes)
    return tuple(reason for check in checks for reason in check(comparison))


def shortages(outcome: Outcome, before: Outcome, language: str) -> tuple[str, ...]:
    """Places and people that ``outcome`` lacks and ``before``, a run of less, does not; "da" or "en"."""
    comparison = RunComparison(outcome, before, language)
    return tuple(shortage for check in _SHORTAGES for shortage in check(comparison))


def binding_limits(outcome: Outcome, baseline: Outcome, language: str) -> tuple[str, ...]:
    """Which of the model's own limits a run stands at: unfilled places, ceilings, starts, hazard ratios."""
    comparison = RunComparison(outcome, baseline, language)
    reached = [limit for tell in (_unfilled, _at_ceiling, _start_cap) for limit in tell(comparison)]
    return (*reached, *ratio_limits(comparison))


def _unfilled(comparison: RunComparison) -> list[str]:
    unfilled = float(comparison.run.firm_unfilled[-YEAR_WEEKS:].mean())
    if unfilled < max(PERSON, float(comparison.base.firm_unfilled[-YEAR_WEEKS:].mean()) + PERSON):
        return []
    supply = float(comparison.run.firm_supply[-YEAR_WEEKS:].mean())
    above = float(comparison.run.firm[-YEAR_WEEKS:, 3].mean())
    if above >= PERSON:
        ceiling = comparison.run.municipality.engine.firm_ceiling[
            [GROUP_INDEX[g] for g in OFFER_GROUPS]
        ].max()
        return [
            comparison.says(
                "limit.ceiling_all",
                n=comparison.n(above),
                supply=comparison.n(supply),
                ceiling=percent(float(ceiling), comparison.language),
            )
        ]
    return [comparison.says("limit.unfilled", n=comparison.n(unfilled), supply=comparison.n(supply))]


def _at_ceiling(comparison: RunComparison) -> list[str]:
    """Target groups that take no more firm places, while others still do."""
    if float(comparison.run.firm[-YEAR_WEEKS:, 3].mean()) >= PERSON:
        return []
    ceiling = comparison.run.municipality.engine.firm_ceiling
    share = _firm_share(comparison.run)
    full = np.flatnonzero(
        (ceiling > 0) & (share >= ceiling - 0.005) & (_firm_share(comparison.base) < ceiling - 0.005)
    )
    if not len(full):
        return []
    return [
        comparison.says(
            "limit.ceiling",
            groups=comparison.groups(full),
            ceiling=percent(float(ceiling[full].max()), comparison.language),
        )
    ]


def _start_cap(comparison: RunComparison) -> list[str]:
    caseload = comparison.mean("caseload", comparison.run)
    capped = [
        g
        for g in range(len(GROUPS))
        if comparison.run.start_cap_weeks[g] >= 0 > comparison.base.start_cap_weeks[g]
        and caseload[g] >= _FEWEST_PERSONS
    ]
    if not capped:
        return []
    first = min(int(comparison.run.start_cap_weeks[g]) for g in capped)
    when = short_date(comparison.run.weeks[first], comparison.language)
    share = percent(comparison.run.municipality.engine.max_start_share, comparison.language)
    return [comparison.says("limit.start_cap", groups=comparison.groups(capped), date=when, share=share)]


def ratio_limits(comparison: RunComparison) -> list[str]:
    engine = comparison.run.municipality.engine
    sentences = []
    for g in range(len(GROUPS)):
        week = int(comparison.run.limit_weeks[g])
        if week >= 0 > comparison.base.limit_weeks[g]:
            sentences.append(
                comparison.says(
                    "warning.ratio_limit",
                    group=group_name(GROUPS[g], comparison.language, short=True),
                    low=comparison.n(engine.ratio_low, 1),
                    high=comparison.n(engine.ratio_high, 1),
                    date=short_date(comparison.run.weeks[week], comparison.language),
                )
            )
    return sentences


def _lock_in(comparison: RunComparison) -> list[str]:
    more = float(comparison.change("in_offer").sum())
    if more < _FEWEST_LOCKED_IN:
        return []
    before = float(
        comparison.mean("in_offer", comparison.base).sum()
        / comparison.mean("caseload", comparison.base).sum()
    )
    after = float(
        comparison.mean("in_offer", comparison.run).sum() / comparison.mean("caseload", comparison.run).sum()
    )
    return [
        comparison.says(
            "limit.lock_in",
            n=comparison.n(more),
            before=percent(before, comparison.language),
            after=percent(after, comparison.language),
        )
    ]


def _jobs(outcome: Outcome) -> tuple[Floats, Floats]:
    """Exits to jobs in the last year and mean caseload at the weeks' start, by target group."""
    totals = totals_by_group(outcome)
    jobs = totals.series("exits")[-YEAR_WEEKS:, :, 0].sum(axis=0)
    return np.asarray(jobs), np.asarray(totals.at_week_start("caseload")[-YEAR_WEEKS:].mean(axis=0))


def _displacement(comparison: RunComparison) -> list[str]:
    engine = comparison.run.municipality.engine
    share = engine.displacement
    jobs, persons = _jobs(comparison.run)
    base_jobs, base_persons = _jobs(comparison.base)
    rate = np.divide(jobs, persons, out=np.zeros_like(jobs), where=persons > 1e-9)
    base_rate = np.divide(base_jobs, base_persons, out=np.zeros_like(jobs), where=base_persons > 1e-9)
    gain = float(((rate - base_rate) * persons)[engine.displaced > 0].sum())
    lost = gain * share / (1.0 - share)
    if lost < _SMALLEST_REPORTED:
        return []
    return [
        comparison.says(
            "limit.displacement",
            n=comparison.n(gain),
            lost=comparison.n(lost),
            share=percent(share, comparison.language),
        )
    ]


def _returners(comparison: RunComparison) -> list[str]:
    back = float(comparison.change("inflow_returners").sum()) * YEAR_WEEKS
    if back < _SMALLEST_REPORTED:
        return []
    return [comparison.says("limit.returners", n=comparison.n(back))]


def _fading(comparison: RunComparison) -> list[str]:
    """A gain that was larger earlier than it is at the end."""
    more = totals_by_group(comparison.run).series("caseload").sum(axis=1)
    more = more - totals_by_group(comparison.base).series("caseload").sum(axis=1)
    if len(more) < 2 * YEAR_WEEKS:
        return []
    total = np.cumsum(np.concatenate([[0.0], more]))
    year = (total[YEAR_WEEKS:] - total[:-YEAR_WEEKS]) / YEAR_WEEKS
    best = int(np.argmin(year))
    if year[best] > -_FADE_PERSONS or year[-1] < FADED * year[best]:
        return []
    return [
        comparison.says(
            "limit.fading" if year[-1] < -PERSON else "limit.faded",
            best=comparison.n(-year[best]),
            date=short_date(comparison.run.weeks[best + YEAR_WEEKS - 1], comparison.language),
            now=comparison.n(-year[-1]),
        )
    ]


def _still_growing(comparison: RunComparison) -> list[str]:
    totals = totals_by_group(comparison.run)
    stock = totals.block("caseload").sum(axis=1)
    if len(stock) <= YEAR_WEEKS:
        return []
    growth = float(stock[-1] - stock[-1 - YEAR_WEEKS])
    if growth < max(GROWTH * float(stock[-1]), 1.0):
        return []
    base = totals_by_group(comparison.base).block("caseload").sum(axis=1)
    # A common economy is not the plan's doing.
    if growth - float(base[-1] - base[-1 - YEAR_WEEKS]) < PERSON:
        return []
    return [comparison.says("limit.growing", n=comparison.n(growth))]


_Limits = tuple[Callable[[RunComparison], list[str]], ...]
_SHORTAGES: Final[_Limits] = (_unfilled, _at_ceiling, _start_cap)
_LIMITS: Final[_Limits] = (
    changes_without_effect,
    levers_without_effect,
    *_SHORTAGES,
    _late_changes,
    _lock_in,
    _displacement,
    _returners,
    _fading,
    _still_growing,
)
