"""Changes and levers that move nothing, or begin too late to show it, and why."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Final

import numpy as np

from model.domain import GROUP_INDEX, KIND_INDEX, N_FIRM
from model.explain.run_comparison import (
    PERSON,
    Floats,
    RunComparison,
    figure,
    group_phrase,
    groups_phrase,
    message,
)
from model.language.catalogue import short_date
from model.language.messages import Localized, Phrase, joined
from model.scenario.levers import LEVER_BY_ID, baseline_engine_value, to_engine
from model.simulation.outcome import Outcome
from model.simulation.totals_by_group import totals_by_group

if TYPE_CHECKING:
    from model.scenario.parts import Change


_LATE_WEEKS: Final = 52  # a change this close to the end has not shown what it does


def changes_without_effect(comparison: RunComparison) -> list[Localized]:
    """Report changes of the scenario that leave their lever as it is in the baseline, and why."""
    if comparison.run.scenario is None:
        return []
    sentences: list[Localized] = []
    last = comparison.run.weeks[-1].astype("datetime64[D]").item() + datetime.timedelta(days=6)
    for change in comparison.run.scenario.changes:
        moved = comparison.moved(change.lever)
        if bool(moved[GROUP_INDEX[change.group]] if change.group is not None else moved.any()):
            continue
        label: Localized = LEVER_BY_ID[change.lever].label
        if change.group is not None:
            label = Phrase(joined, [label, group_phrase(GROUP_INDEX[change.group])], separator=", ")
        same = _is_baseline_value(comparison, change)
        key = "idle.after_horizon" if change.from_ > last else "idle.same" if same else "idle.too_late"
        sentences.append(message(key, lever=label))
    return sentences


def _is_baseline_value(comparison: RunComparison, change: Change) -> bool:
    """Return whether a change sets its lever to the baseline's value."""
    lever, municipality = LEVER_BY_ID[change.lever], comparison.run.municipality
    return np.array_equal(
        to_engine(lever, municipality, change.to, change.group),
        baseline_engine_value(lever, municipality, change.group),
    )


def firm_share(outcome: Outcome) -> Floats:
    """Return the share (0-1) of each target group [G] in a place in a firm at the end."""
    totals = totals_by_group(outcome)
    firm = totals.series("participants")[-1, :, :N_FIRM].sum(axis=1)
    caseload = totals.series("caseload")[-1]
    return np.asarray(np.divide(firm, caseload, out=np.zeros_like(firm), where=caseload > 1e-9))


def levers_without_effect(comparison: RunComparison) -> list[Localized]:
    """Report levers whose change moves nothing, or little, and why."""
    sentences: list[Localized] = []
    engine = comparison.run.municipality.engine
    caseload = comparison.mean("caseload", comparison.base)
    for lever, ratios in (
        ("meetings", engine.hr_meeting),
        ("mentor_share", engine.hr_mentor_job * engine.hr_mentor_education),
        ("offer_deadline_week", engine.hr_motivation),
    ):
        silent = [int(g) for g in np.flatnonzero(comparison.moved(lever)) if ratios[g] == 1.0]
        if lever == "offer_deadline_week":
            # An earlier one brings offers forward even where nobody is motivated by it.
            earlier = comparison.earlier(lever)
            silent = [g for g in silent if not earlier[g]]
        if silent:
            sentences.append(message(f"idle.{lever}", groups=groups_phrase(silent)))
    for lever in ("activation_rate", "meetings", "mentor_share", "education_share", "firm_priority"):
        empty = [int(g) for g in np.flatnonzero(comparison.moved(lever)) if caseload[g] < PERSON]
        if empty:
            sentences.append(message("idle.empty", groups=groups_phrase(empty)))
    before, after = comparison.lever("meetings")
    too_many = [
        int(g)
        for g in np.flatnonzero(comparison.moved("meetings"))
        if after[g] > engine.max_meetings and after[g] > before[g]
    ]
    if too_many:
        max_meetings = figure(engine.max_meetings, 1)
        sentences.append(message("idle.too_many_meetings", most=max_meetings, groups=groups_phrase(too_many)))
    # Offers in all are the larger of the activation rate and the firm places.
    activation_rate = comparison.run.paths.activation_rate[-1]
    below = [
        int(g)
        for g in np.flatnonzero(comparison.moved("activation_rate"))
        if activation_rate[g] < firm_share(comparison.run)[g] - 0.005 and caseload[g] >= PERSON
    ]
    if below:
        sentences.append(message("idle.below_firm_places", groups=groups_phrase(below)))
    if bool(comparison.moved("firm_place_mix").any()) and not bool(
        (comparison.run.firm_supply > engine.firm_places + PERSON).any()
    ):
        sentences.append(message("idle.mix"))
    if comparison.moved("guidance_closed") and not _replaces_guidance(comparison):
        sentences.append(message("idle.guidance_closed"))
    return sentences


def _replaces_guidance(comparison: RunComparison) -> bool:
    """Return whether a target group has less guidance than in the baseline in any week."""
    now, before = (
        totals_by_group(outcome).at_week_start("participants")[:, :, KIND_INDEX["guidance"]]
        for outcome in (comparison.run, comparison.base)
    )
    return bool((before - now > PERSON).any())


def late_changes(comparison: RunComparison) -> list[Localized]:
    """Report changes of levers that begin in the last year, and whether anything of what they do is seen."""
    late = []
    first = len(comparison.run.weeks)
    for name, value in comparison.run.paths.series().items():
        if name in ("weeks", "week_of_year"):
            continue
        different = value != getattr(comparison.base.paths, name)
        weeks = np.flatnonzero(different.reshape(len(different), -1).any(axis=1))
        if len(weeks) and len(comparison.run.weeks) - int(weeks[0]) <= _LATE_WEEKS < len(
            comparison.run.weeks
        ):
            late.append(name)
            first = min(first, int(weeks[0]))
    if not late:
        return []
    key = "limit.late_partly" if _has_moved(comparison) else "limit.late"
    return [message(key, date=Phrase(short_date, comparison.run.weeks[first]))]


def _has_moved(comparison: RunComparison) -> bool:
    """Return whether the run's last week has other people on support, or in offers, than the baseline's."""
    for name in ("caseload", "participants"):
        at_end = [totals_by_group(outcome).series(name)[-1] for outcome in (comparison.run, comparison.base)]
        if float(np.abs(at_end[0] - at_end[1]).max()) >= PERSON:
            return True
    return False
