"""What holds a scenario back: full places, ceilings, lock-in, displacement, fading gains and a growing stock."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from model.domain import GROUP_INDEX, GROUPS, KIND_INDEX, N_FIRM, OFFER_GROUPS, OTHER_KINDS
from model.engine.levers import ENGINE_LEVERS, EngineLever
from model.explain.no_effect import changes_without_effect, firm_share, late_changes, levers_without_effect
from model.explain.run_comparison import (
    PERSON,
    YEAR_WEEKS,
    Floats,
    RunComparison,
    figure,
    groups_phrase,
    message,
)
from model.language.catalogue import group_name, percent, short_date
from model.language.messages import Localized, Phrase
from model.scenario.period import rules_of
from model.simulation.outcome import Outcome
from model.simulation.totals_by_group import totals_by_group

_SMALLEST_REPORTED: Final = 2.0  # displaced jobs or returners a year worth a sentence
_FEWEST_LOCKED_IN: Final = 5.0  # more people in offers worth a sentence on lock-in
# Utility jobs, courses and education that firm places replace worth a sentence: so many, and such a part of the places.
_FEWEST_REPLACED: Final = 5.0
_LEAST_REPLACED: Final = 0.04
_REPLACED_AFTER_GUIDANCE: Final = [KIND_INDEX[kind] for kind in OTHER_KINDS if kind != "guidance"]
FADED: Final = 0.8  # a gain that has fallen to less than this share of its best is fading
_FADE_PERSONS: Final = 2.0
GROWTH: Final = 0.002  # inflow above outflow: the stock still grows by more than this share a year
_FEWEST_PERSONS: Final = 20.0
_MOST: Final = 0.5  # of the unfilled places: what is named as the cause
# Levers whose gains `displacement_contact` takes from, and those that bring nobody into another's job.
_CONTACT: Final = frozenset(
    ("meetings", "mentor_share", "caseworker_changes", "offer_deadline_week", "early_package")
)
_DISPLACE_NOBODY: Final = frozenset(("partial_return", "fleksjob_openings"))


def limits(outcome: Outcome, baseline: Outcome) -> tuple[Localized, ...]:
    """Return what holds a run back, beside its baseline."""
    comparison = RunComparison(outcome, baseline)
    return tuple(limit for find in _LIMITS for limit in find(comparison))


def reasons_for_nothing(outcome: Outcome, baseline: Outcome) -> tuple[Localized, ...]:
    """Return why what ``outcome`` does differently moves no result, as far as the run shows it; the surest first.

    Arguments: a run in which one lever is moved, and its baseline.
    """
    comparison = RunComparison(outcome, baseline)
    checks = (changes_without_effect, levers_without_effect, *_SHORTAGES, late_changes)
    return tuple(reason for check in checks for reason in check(comparison))


def shortages(outcome: Outcome, before: Outcome) -> tuple[Localized, ...]:
    """Return the places and people that ``outcome`` lacks and ``before``, a run of less, does not."""
    comparison = RunComparison(outcome, before)
    return tuple(shortage for check in _SHORTAGES for shortage in check(comparison))


def binding_limits(outcome: Outcome, baseline: Outcome) -> tuple[Localized, ...]:
    """Return which of the model's own limits a run has reached: unfilled places, ceilings, starts, hazard ratios."""
    comparison = RunComparison(outcome, baseline)
    reached = [limit for check in _SHORTAGES for limit in check(comparison)]
    return (*reached, *ratio_limits(comparison))


def _unfilled(comparison: RunComparison) -> list[Localized]:
    """Report places in firms that nobody uses, and whether every group's ceiling or too few people is why."""
    supply, _, unfilled, _ = comparison.run.firm_places
    if unfilled < max(PERSON, comparison.base.firm_places.unfilled + PERSON):
        return []
    if _all_at_ceiling(comparison):
        ceiling = comparison.run.municipality.engine.firm_ceiling[
            [GROUP_INDEX[g] for g in OFFER_GROUPS]
        ].max()
        return [
            message(
                "limit.ceiling_all",
                n=figure(unfilled),
                supply=figure(supply),
                ceiling=Phrase(percent, float(ceiling)),
            )
        ]
    return [message("limit.unfilled", n=figure(unfilled), supply=figure(supply))]


def _all_at_ceiling(comparison: RunComparison) -> bool:
    """Return whether most of the unfilled places stand empty because every target group is at its ceiling."""
    places = comparison.run.firm_places
    return places.above_ceilings >= max(PERSON, _MOST * places.unfilled)


def _at_ceiling(comparison: RunComparison) -> list[Localized]:
    """Report target groups that take no more places in firms, while others still do."""
    if _all_at_ceiling(comparison):
        return []
    ceiling = comparison.run.municipality.engine.firm_ceiling
    share = firm_share(comparison.run)
    full = np.flatnonzero(
        (ceiling > 0) & (share >= ceiling - 0.005) & (firm_share(comparison.base) < ceiling - 0.005)
    )
    if not len(full):
        return []
    return [
        message(
            "limit.ceiling",
            groups=groups_phrase(full),
            ceiling=Phrase(percent, float(ceiling[full].max())),
        )
    ]


def _start_cap(comparison: RunComparison) -> list[Localized]:
    """Report target groups in which more offers would have to start than can."""
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
    when = Phrase(short_date, comparison.run.weeks[first])
    share = Phrase(percent, comparison.run.municipality.engine.max_start_share)
    return [message("limit.start_cap", groups=groups_phrase(capped), date=when, share=share)]


def ratio_limits(comparison: RunComparison) -> list[Localized]:
    """Report target groups in which the effects together reach the model's limit of a hazard ratio."""
    engine = comparison.run.municipality.engine
    sentences: list[Localized] = []
    for g in range(len(GROUPS)):
        week = int(comparison.run.limit_weeks[g])
        if week >= 0 > comparison.base.limit_weeks[g]:
            sentences.append(
                message(
                    "warning.ratio_limit",
                    group=Phrase(group_name, GROUPS[g], short=True),
                    low=figure(engine.ratio_low, 1),
                    high=figure(engine.ratio_high, 1),
                    date=Phrase(short_date, comparison.run.weeks[week]),
                )
            )
    return sentences


def _beyond_guidance(comparison: RunComparison) -> list[Localized]:
    """Report places in firms that replace more than guidance, or come on top of all offers: they work otherwise."""
    change = comparison.change("participants")
    # Where the mix of other offers is moved too, a fall in them may be that lever's.
    alone = ~(comparison.moved("activation_rate") | comparison.moved("education_share"))
    replaced = -float(change[alone][:, _REPLACED_AFTER_GUIDANCE].sum())
    # Where a target group has nothing left to replace, its offers grow with its places.
    replaced += float(np.maximum(change[alone].sum(axis=1), 0.0).sum())
    more = float(change[:, :N_FIRM].sum())
    if more < PERSON or replaced < max(_FEWEST_REPLACED, _LEAST_REPLACED * more):
        return []
    return [message("limit.beyond_guidance", n=figure(replaced))]


def _lock_in(comparison: RunComparison) -> list[Localized]:
    """Report how many more are in offers, where people find fewer jobs."""
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
        message(
            "limit.lock_in",
            n=figure(more),
            before=Phrase(percent, before),
            after=Phrase(percent, after),
        )
    ]


def _jobs(outcome: Outcome) -> tuple[Floats, Floats]:
    """Return exits to jobs in the last year and the mean caseload at the weeks' start, both by target group [G]."""
    totals = totals_by_group(outcome)
    jobs = totals.series("exits")[-YEAR_WEEKS:, :, 0].sum(axis=0)
    return np.asarray(jobs), np.asarray(totals.at_week_start("caseload")[-YEAR_WEEKS:].mean(axis=0))


def _displacement(comparison: RunComparison) -> list[Localized]:
    """Report how many of the new jobs are lost to others, by the displacement shares of what is moved."""
    engine = comparison.run.municipality.engine
    jobs, persons = _jobs(comparison.run)
    base_jobs, base_persons = _jobs(comparison.base)
    rate = np.divide(jobs, persons, out=np.zeros_like(jobs), where=persons > 1e-9)
    base_rate = np.divide(base_jobs, base_persons, out=np.zeros_like(jobs), where=base_persons > 1e-9)
    gain = float(((rate - base_rate) * persons)[engine.displaced > 0].sum())
    moved = {lever.id for lever in ENGINE_LEVERS if _displaces(lever, comparison)}
    contact, offers = moved & _CONTACT, moved - _CONTACT - _DISPLACE_NOBODY
    shares = {engine.displacement_contact} if contact else set()
    if offers or not contact:
        shares.add(engine.displacement)
    share = max(shares)
    lost = gain * share / (1.0 - share)
    if lost < _SMALLEST_REPORTED:
        return []
    if len(shares) > 1:
        by_lever = {"offers": engine.displacement, "contact": engine.displacement_contact}
        parts = {name: Phrase(percent, value) for name, value in by_lever.items()}
        return [message("limit.displacement_mixed", n=figure(gain), **parts)]
    return [message("limit.displacement", n=figure(gain), lost=figure(lost), share=Phrase(percent, share))]


def _displaces(lever: EngineLever, comparison: RunComparison) -> bool:
    """Return whether a lever is moved, and for a target group whose new jobs may be another's."""
    moved = comparison.moved(lever.id)
    if lever.scope == "group":
        moved = moved & (comparison.run.municipality.engine.displaced > 0)
    return bool(moved.any())


def _sick_effort(comparison: RunComparison) -> list[Localized]:
    """Report that more meetings with the sick-listed may harm (Poulsen et al. 2014, ``model/data/effects.yaml``)."""
    sick = GROUP_INDEX["sygedagpenge"]
    more = comparison.run.paths.meetings[:, sick] > comparison.base.paths.meetings[:, sick]
    return [message("limit.sick_effort")] if more.any() else []


def _narrowed(comparison: RunComparison) -> list[Localized]:
    """Report levers that reach fewer people under the rules of the time than the model reckons with."""
    scenario = comparison.run.scenario
    if scenario is None:
        return []
    sentences: list[Localized] = []
    for narrowed in (n for one in rules_of(scenario) for n in one.narrows):
        moved = comparison.moved(narrowed.lever)
        if (moved if narrowed.group is None else moved[GROUP_INDEX[narrowed.group]]).any():
            sentences.append(narrowed.text)
    return list(dict.fromkeys(sentences))


def _returners(comparison: RunComparison) -> list[Localized]:
    """Report how many more return from a job that did not last."""
    back = float(comparison.change("inflow_returners").sum()) * YEAR_WEEKS
    if back < _SMALLEST_REPORTED:
        return []
    return [message("limit.returners", n=figure(back))]


def _fading(comparison: RunComparison) -> list[Localized]:
    """Report a gain that was larger earlier than it is at the end."""
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
        message(
            "limit.fading" if year[-1] < -PERSON else "limit.faded",
            best=figure(-year[best]),
            date=Phrase(short_date, comparison.run.weeks[best + YEAR_WEEKS - 1]),
            now=figure(-year[-1]),
        )
    ]


def _still_growing(comparison: RunComparison) -> list[Localized]:
    """Report a number on public support that still grows at the end, more than the economy alone makes it."""
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
    return [message("limit.growing", n=figure(growth))]


_Limits = tuple[Callable[[RunComparison], list[Localized]], ...]
_SHORTAGES: Final[_Limits] = (_unfilled, _at_ceiling, _start_cap)
_LIMITS: Final[_Limits] = (
    changes_without_effect,
    levers_without_effect,
    *_SHORTAGES,
    late_changes,
    _beyond_guidance,
    _lock_in,
    _displacement,
    _sick_effort,
    _narrowed,
    _returners,
    _fading,
    _still_growing,
)
