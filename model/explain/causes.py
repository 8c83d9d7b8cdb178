"""Which mechanisms of the model a scenario uses: one function per lever, each read from the run itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final

import numpy as np

from model.domain import GROUP_INDEX, GROUPS, KIND_INDEX, N_FIRM
from model.explain.run_comparison import PERSON, RunComparison, figure, groups_phrase, message
from model.goals.results import IndicatorResult
from model.language.catalogue import percent
from model.language.messages import Localized, Phrase, joined
from model.scenario.levers import LEVER_BY_ID
from model.simulation.outcome import Outcome

_MAX_CAUSES: Final = 1  # a second one makes the sentence longer than people read
_MAX_GROUP_CAUSES: Final = 2
_EDUCATION: Final = [KIND_INDEX["course"], KIND_INDEX["education"]]
_GUIDANCE: Final = KIND_INDEX["guidance"]
_SICK: Final = GROUP_INDEX["sygedagpenge"]
# Which mechanisms can lie behind a metric, the nearest first; all others follow in their own order.
_NEAREST: Final = {
    "offer_within_13_weeks": ("first_offer_week", "newcomer_priority", "deadline", "activation", "firm"),
    "weeks_to_first_offer": ("first_offer_week", "newcomer_priority", "deadline", "activation", "firm"),
    "participation": ("firm", "priority", "activation"),
    "participants": ("firm", "priority", "activation"),
    "starts_per_quarter": ("firm", "priority", "activation"),
    "places_filled": ("firm",),
    "places_unfilled": ("firm",),
    "offer_use_ratio": ("equal_effort", "firm"),
    "meetings": ("meetings",),
    "caseworker_changes": ("caseworker_changes",),
    "ledighedsydelse_share": ("fleksjob_openings",),
}


def has_cause(comparison: RunComparison, indicator: IndicatorResult) -> bool:
    """Return whether a mechanism near to the indicator was moved."""
    return any(CAUSES[name](comparison) is not None for name in _NEAREST.get(indicator.metric, ()))


def causes_of(comparison: RunComparison, indicator: IndicatorResult | None) -> list[Localized]:
    """Return the first mechanism that was moved: near to the indicator, then of its target groups, then others."""
    order = list(_NEAREST.get(indicator.metric, ())) if indicator else []
    order += [name for name in CAUSES if name not in order]
    groups = {GROUP_INDEX[g] for g in indicator.groups} if indicator and indicator.groups else EVERY_GROUP
    own, others = causes_by_groups(
        comparison, order, groups, indicator is not None and indicator.better is False
    )
    return (own or others)[:_MAX_CAUSES]


def cause_of_lever(comparison: RunComparison, lever: str, indicator: IndicatorResult) -> list[Localized]:
    """Return what a lever does in the run, as the cause of an indicator's change; else its name."""
    worse = indicator.better is False
    names = [name for name, of in LEVER_OF_CAUSE.items() if of == lever]
    own, others = causes_by_groups(comparison, names, EVERY_GROUP, worse)
    return (own or others)[:_MAX_CAUSES] or [message("cause.lever", lever=LEVER_BY_ID[lever].label)]


def causes_by_groups(
    comparison: RunComparison, order: Iterable[str], groups: set[int], worse: bool
) -> tuple[list[Localized], list[Localized]]:
    """Divide the mechanisms that were moved into those that concern ``groups`` and those that concern only others.

    Arguments: ``order`` names mechanisms of ``CAUSES``, the nearest first; ``groups`` by number; ``worse`` adds that
    offers lock people in.
    """
    own: list[Localized] = []
    others: list[Localized] = []
    for name in order:
        cause = CAUSES[name](comparison)
        if cause is not None:
            sentence: Localized
            sentence, concerned = cause
            if worse and name in _LOCKS_IN and comparison.change("in_offer").sum() >= PERSON:
                sentence = Phrase(joined, [sentence, message("cause.locks_in")], separator="")
            (own if concerned & groups else others).append(sentence)
    return own, others


def group_causes(
    outcome: Outcome, baseline: Outcome, group: str | None
) -> tuple[tuple[Localized, ...], tuple[Localized, ...]]:
    """Return what was moved in a target group (None: any), and what was moved only in others: up to two each."""
    comparison = RunComparison(outcome, baseline)
    groups = EVERY_GROUP if group is None else {GROUP_INDEX[group]}
    own, others = causes_by_groups(comparison, CAUSES, groups, worse=False)
    return tuple(own[:_MAX_GROUP_CAUSES]), tuple(others[:_MAX_GROUP_CAUSES])


Cause = Callable[[RunComparison], tuple[Localized, set[int]] | None]
EVERY_GROUP: Final = set(range(len(GROUPS)))
# More of these puts people in offers, and an offer keeps them from jobs while it lasts.
_LOCKS_IN: Final = ("activation", "firm")


def _meetings(comparison: RunComparison) -> tuple[Localized, set[int]] | None:
    """Describe more or fewer meetings: the mean of the groups' meetings a quarter, at most what the model uses."""
    chosen = np.flatnonzero(comparison.moved("meetings"))
    if not len(chosen):
        return None
    max_meetings = comparison.run.municipality.engine.max_meetings
    weight = comparison.mean("caseload", comparison.base)[chosen] + 1e-9
    before, after = (
        np.average(np.minimum(x[chosen], max_meetings), weights=weight) for x in comparison.lever("meetings")
    )
    sentence = message(
        "cause.meetings",
        groups=groups_phrase(chosen),
        before=figure(before, 1),
        after=figure(after, 1),
    )
    return sentence, set(chosen.tolist())


def _early_package(comparison: RunComparison) -> tuple[Localized, set[int]] | None:
    """Describe the early package of meetings on dagpenge."""
    if not comparison.moved("early_package"):
        return None
    share = float(comparison.lever("early_package")[1])
    return message("cause.early_package", share=Phrase(percent, share)), {GROUP_INDEX["dagpenge"]}


def _firm(comparison: RunComparison) -> tuple[Localized, set[int]] | None:
    """Describe more or fewer places in firms that are in use, and guidance that they replace."""
    if not comparison.moved("firm_places"):
        return None
    by_group = comparison.change("participants")
    places = float(by_group[:, :N_FIRM].sum())
    if abs(places) < PERSON:
        return None
    others = float(by_group[:, N_FIRM:].sum())
    guidance = float(by_group[:, _GUIDANCE].sum())
    key = "firm_more" if places > 0 else "firm_fewer"
    if others * places < 0 and abs(guidance) >= PERSON and guidance * places < 0:
        key += "_guidance"
    concerned = np.flatnonzero(np.abs(by_group[:, :N_FIRM].sum(axis=1)) >= PERSON)
    return (
        message(f"cause.{key}", n=figure(abs(places)), guidance=figure(abs(guidance))),
        set(concerned.tolist()),
    )


def _priority(comparison: RunComparison) -> tuple[Localized, set[int]] | None:
    """Describe who gains when places in firms go to some target groups first: up to three groups."""
    chosen = np.flatnonzero(comparison.moved("firm_priority"))
    if not len(chosen):
        return None
    gained = comparison.change("participants")[:, :N_FIRM].sum(axis=1)
    winners = [int(g) for g in np.argsort(-gained) if gained[g] >= PERSON][:3]
    if not winners:
        return None
    return message("cause.priority", groups=groups_phrase(winners)), set(winners)


def _activation(comparison: RunComparison) -> tuple[Localized, set[int]] | None:
    """Describe more or fewer persons in offers, and how many of them are in guidance."""
    chosen = np.flatnonzero(comparison.moved("activation_rate"))
    if not len(chosen):
        return None
    more = float(comparison.change("in_offer")[chosen].sum())
    if abs(more) < PERSON:
        return None
    guidance = float(comparison.change("participants")[chosen, _GUIDANCE].sum())
    key = "activation_more" if more > 0 else "activation_fewer"
    if guidance * more > 0 and abs(guidance) >= PERSON:
        key += "_guidance"
    return (
        message(
            f"cause.{key}",
            n=figure(abs(more)),
            groups=groups_phrase(chosen),
            guidance=figure(abs(guidance)),
        ),
        set(chosen.tolist()),
    )


def _mentor(comparison: RunComparison) -> tuple[Localized, set[int]] | None:
    """Describe more or fewer persons with a mentor."""
    chosen = np.flatnonzero(comparison.moved("mentor_share"))
    if not len(chosen):
        return None
    before, after = comparison.lever("mentor_share")
    change = float(
        (
            after * comparison.mean("caseload", comparison.run)
            - before * comparison.mean("caseload", comparison.base)
        )[chosen].sum()
    )
    key = "mentor_more" if change > 0 else "mentor_fewer"
    return (
        message(f"cause.{key}", n=figure(abs(change)), groups=groups_phrase(chosen)),
        set(chosen.tolist()),
    )


def _education(comparison: RunComparison) -> tuple[Localized, set[int]] | None:
    """Describe more or fewer persons in courses and education."""
    chosen = np.flatnonzero(comparison.moved("education_share"))
    change = float(comparison.change("participants")[chosen][:, _EDUCATION].sum()) if len(chosen) else 0.0
    if abs(change) < PERSON:
        return None
    key = "education_more" if change > 0 else "education_fewer"
    return (
        message(f"cause.{key}", n=figure(abs(change)), groups=groups_phrase(chosen)),
        set(chosen.tolist()),
    )


def _first_offer_week(comparison: RunComparison) -> tuple[Localized, set[int]] | None:
    """Describe an earlier or later first offer."""
    return _weeks(comparison, "first_offer_week")


def _deadline(comparison: RunComparison) -> tuple[Localized, set[int]] | None:
    """Describe an earlier or later deadline for the first offer."""
    return _weeks(comparison, "offer_deadline_week")


def _weeks(comparison: RunComparison, lever: str) -> tuple[Localized, set[int]] | None:
    """Describe a lever that is a number of weeks, by the largest of the groups in which it moved."""
    chosen = np.flatnonzero(comparison.moved(lever))
    if not len(chosen):
        return None
    # The largest of the groups stands for the others.
    largest = chosen[int(np.argmax(comparison.mean("caseload", comparison.base)[chosen]))]
    before, after = (float(x[largest]) for x in comparison.lever(lever))
    return (
        message(
            f"cause.{lever}",
            groups=groups_phrase([largest]),
            before=figure(before),
            after=figure(after),
        ),
        set(chosen.tolist()),
    )


def _newcomer_priority(comparison: RunComparison) -> tuple[Localized, set[int]] | None:
    """Describe that newcomers get their offers first."""
    chosen = np.flatnonzero(comparison.moved("newcomer_priority"))
    if not len(chosen):
        return None
    return message("cause.newcomer_priority", groups=groups_phrase(chosen)), set(chosen.tolist())


def _caseworker_changes(comparison: RunComparison) -> tuple[Localized, set[int]] | None:
    """Describe more or fewer changes of caseworker."""
    if not comparison.moved("caseworker_changes"):
        return None
    before, after = comparison.lever("caseworker_changes")
    sentence = message(
        "cause.caseworker_changes", before=figure(float(before), 1), after=figure(float(after), 1)
    )
    return sentence, EVERY_GROUP


def _partial_return(comparison: RunComparison) -> tuple[Localized, set[int]] | None:
    """Describe a larger or smaller share of the sick-listed who return in part."""
    if not comparison.moved("partial_return"):
        return None
    before, after = (Phrase(percent, float(x)) for x in comparison.lever("partial_return"))
    return message("cause.partial_return", before=before, after=after), {_SICK}


def _fleksjob(comparison: RunComparison) -> tuple[Localized, set[int]] | None:
    """Describe more or fewer openings of flex jobs, in per cent."""
    if not comparison.moved("fleksjob_openings"):
        return None
    before, after = (float(x) for x in comparison.lever("fleksjob_openings"))
    change = Phrase(percent, after / before - 1, signed=True)
    return message("cause.fleksjob_openings", change=change), {
        GROUP_INDEX["ledighedsydelse"],
        GROUP_INDEX["fleksjob"],
    }


def _guidance_closed(comparison: RunComparison) -> tuple[Localized, set[int]] | None:
    """Describe a larger or smaller share of the replaced guidance that is closed down."""
    if not comparison.moved("guidance_closed"):
        return None
    before, after = (Phrase(percent, float(x)) for x in comparison.lever("guidance_closed"))
    return message("cause.guidance_closed", before=before, after=after), EVERY_GROUP


def _equal_effort(comparison: RunComparison) -> tuple[Localized, set[int]] | None:
    """Describe an equal use of offers whatever the origin."""
    if not comparison.moved("equal_effort"):
        return None
    share = float(comparison.lever("equal_effort")[1])
    return message("cause.equal_effort", share=Phrase(percent, share)), EVERY_GROUP


CAUSES: Final[dict[str, Cause]] = {
    "early_package": _early_package,
    "meetings": _meetings,
    "caseworker_changes": _caseworker_changes,
    "partial_return": _partial_return,
    "fleksjob_openings": _fleksjob,
    "mentor": _mentor,
    "education": _education,
    "firm": _firm,
    "activation": _activation,
    "newcomer_priority": _newcomer_priority,
    "first_offer_week": _first_offer_week,
    "deadline": _deadline,
    "priority": _priority,
    "equal_effort": _equal_effort,
    "guidance_closed": _guidance_closed,
}

# The lever that each mechanism describes.
LEVER_OF_CAUSE: Final[Mapping[str, str]] = {
    **{name: name for name in CAUSES},
    "mentor": "mentor_share",
    "education": "education_share",
    "firm": "firm_places",
    "activation": "activation_rate",
    "deadline": "offer_deadline_week",
    "priority": "firm_priority",
}
