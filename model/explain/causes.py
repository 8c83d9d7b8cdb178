"""Which mechanisms of the model a scenario uses: one function per lever, each read from the run itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

import numpy as np

from model.domain import GROUP_INDEX, GROUPS, KIND_INDEX, N_FIRM
from model.explain.run_comparison import PERSON, RunComparison
from model.goals.results import IndicatorResult
from model.language.catalogue import percent
from model.simulation.outcome import Outcome

_MAX_CAUSES: Final = 1  # a second one makes the sentence longer than people read
_MAX_GROUP_CAUSES: Final = 2
_EDUCATION: Final = [KIND_INDEX["course"], KIND_INDEX["education"]]
_GUIDANCE: Final = KIND_INDEX["guidance"]
_SICK: Final = GROUP_INDEX["sygedagpenge"]
# Which mechanisms can lie behind a metric, the nearest first; all others follow in their own order.
_NEAREST: Final = {
    "offer_within_13_weeks": ("first_offer_week", "newcomer_priority", "activation", "firm"),
    "weeks_to_first_offer": ("first_offer_week", "newcomer_priority", "activation", "firm"),
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
    """Whether a mechanism near to the indicator was moved."""
    return any(CAUSES[name](comparison) is not None for name in _NEAREST.get(indicator.metric, ()))


def causes_of(comparison: RunComparison, indicator: IndicatorResult | None) -> list[str]:
    """Up to two mechanisms, those nearest to the indicator first and those of its target groups before others."""
    order = list(_NEAREST.get(indicator.metric, ())) if indicator else []
    order += [name for name in CAUSES if name not in order]
    groups = {GROUP_INDEX[g] for g in indicator.groups} if indicator and indicator.groups else EVERY_GROUP
    own, others = causes_by_groups(
        comparison, order, groups, indicator is not None and indicator.better is False
    )
    return (own or others)[:_MAX_CAUSES]


def causes_by_groups(
    comparison: RunComparison, order: Iterable[str], groups: set[int], worse: bool
) -> tuple[list[str], list[str]]:
    """Mechanisms that were moved, in words: those that concern ``groups``, and those of others."""
    own: list[str] = []
    others: list[str] = []
    for name in order:
        cause = CAUSES[name](comparison)
        if cause is not None:
            sentence, concerned = cause
            if worse and name in _LOCKS_IN and comparison.change("in_offer").sum() >= PERSON:
                sentence += comparison.says("cause.locks_in")
            (own if concerned & groups else others).append(sentence)
    return own, others


def group_causes(
    outcome: Outcome, baseline: Outcome, group: str | None, language: str
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What was moved in a target group (None: any), and what was moved only in others: up to two each, in words."""
    comparison = RunComparison(outcome, baseline, language)
    groups = EVERY_GROUP if group is None else {GROUP_INDEX[group]}
    own, others = causes_by_groups(comparison, CAUSES, groups, worse=False)
    return tuple(own[:_MAX_GROUP_CAUSES]), tuple(others[:_MAX_GROUP_CAUSES])


Cause = Callable[[RunComparison], tuple[str, set[int]] | None]
EVERY_GROUP: Final = set(range(len(GROUPS)))
# More of these puts people in offers, and an offer keeps them from jobs while it lasts.
_LOCKS_IN: Final = ("activation", "firm")


def _meetings(comparison: RunComparison) -> tuple[str, set[int]] | None:
    chosen = np.flatnonzero(comparison.moved("meetings"))
    if not len(chosen):
        return None
    most = comparison.run.municipality.engine.max_meetings
    weight = comparison.mean("caseload", comparison.base)[chosen] + 1e-9
    before, after = (
        np.average(np.minimum(x[chosen], most), weights=weight) for x in comparison.lever("meetings")
    )
    sentence = comparison.says(
        "cause.meetings",
        groups=comparison.groups(chosen),
        before=comparison.n(before, 1),
        after=comparison.n(after, 1),
    )
    return sentence, set(chosen.tolist())


def _early_package(comparison: RunComparison) -> tuple[str, set[int]] | None:
    if not comparison.moved("early_package"):
        return None
    share = float(comparison.lever("early_package")[1])
    return comparison.says("cause.early_package", share=percent(share, comparison.language)), {
        GROUP_INDEX["dagpenge"]
    }


def _firm(comparison: RunComparison) -> tuple[str, set[int]] | None:
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
        comparison.says(f"cause.{key}", n=comparison.n(abs(places)), guidance=comparison.n(abs(guidance))),
        set(concerned.tolist()),
    )


def _priority(comparison: RunComparison) -> tuple[str, set[int]] | None:
    chosen = np.flatnonzero(comparison.moved("firm_priority"))
    if not len(chosen):
        return None
    gained = comparison.change("participants")[:, :N_FIRM].sum(axis=1)
    winners = [int(g) for g in np.argsort(-gained) if gained[g] >= PERSON][:3]
    if not winners:
        return None
    return comparison.says("cause.priority", groups=comparison.groups(winners)), set(winners)


def _activation(comparison: RunComparison) -> tuple[str, set[int]] | None:
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
        comparison.says(
            f"cause.{key}",
            n=comparison.n(abs(more)),
            groups=comparison.groups(chosen),
            guidance=comparison.n(abs(guidance)),
        ),
        set(chosen.tolist()),
    )


def _mentor(comparison: RunComparison) -> tuple[str, set[int]] | None:
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
        comparison.says(f"cause.{key}", n=comparison.n(abs(change)), groups=comparison.groups(chosen)),
        set(chosen.tolist()),
    )


def _education(comparison: RunComparison) -> tuple[str, set[int]] | None:
    chosen = np.flatnonzero(comparison.moved("education_share"))
    change = float(comparison.change("participants")[chosen][:, _EDUCATION].sum()) if len(chosen) else 0.0
    if abs(change) < PERSON:
        return None
    key = "education_more" if change > 0 else "education_fewer"
    return (
        comparison.says(f"cause.{key}", n=comparison.n(abs(change)), groups=comparison.groups(chosen)),
        set(chosen.tolist()),
    )


def _first_offer_week(comparison: RunComparison) -> tuple[str, set[int]] | None:
    return _weeks(comparison, "first_offer_week")


def _deadline(comparison: RunComparison) -> tuple[str, set[int]] | None:
    return _weeks(comparison, "offer_deadline_week")


def _weeks(comparison: RunComparison, lever: str) -> tuple[str, set[int]] | None:
    chosen = np.flatnonzero(comparison.moved(lever))
    if not len(chosen):
        return None
    # The largest of the groups stands for the others.
    largest = chosen[int(np.argmax(comparison.mean("caseload", comparison.base)[chosen]))]
    before, after = (float(x[largest]) for x in comparison.lever(lever))
    return (
        comparison.says(
            f"cause.{lever}",
            groups=comparison.groups([largest]),
            before=comparison.n(before),
            after=comparison.n(after),
        ),
        set(chosen.tolist()),
    )


def _newcomer_priority(comparison: RunComparison) -> tuple[str, set[int]] | None:
    chosen = np.flatnonzero(comparison.moved("newcomer_priority"))
    if not len(chosen):
        return None
    return comparison.says("cause.newcomer_priority", groups=comparison.groups(chosen)), set(chosen.tolist())


def _caseworker_changes(comparison: RunComparison) -> tuple[str, set[int]] | None:
    if not comparison.moved("caseworker_changes"):
        return None
    before, after = comparison.lever("caseworker_changes")
    sentence = comparison.says(
        "cause.caseworker_changes", before=comparison.n(float(before), 1), after=comparison.n(float(after), 1)
    )
    return sentence, EVERY_GROUP


def _partial_return(comparison: RunComparison) -> tuple[str, set[int]] | None:
    if not comparison.moved("partial_return"):
        return None
    before, after = (percent(float(x), comparison.language) for x in comparison.lever("partial_return"))
    return comparison.says("cause.partial_return", before=before, after=after), {_SICK}


def _fleksjob(comparison: RunComparison) -> tuple[str, set[int]] | None:
    if not comparison.moved("fleksjob_openings"):
        return None
    before, after = (float(x) for x in comparison.lever("fleksjob_openings"))
    change = percent(after / before - 1, comparison.language, signed=True)
    return comparison.says("cause.fleksjob_openings", change=change), {
        GROUP_INDEX["ledighedsydelse"],
        GROUP_INDEX["fleksjob"],
    }


def _equal_effort(comparison: RunComparison) -> tuple[str, set[int]] | None:
    if not comparison.moved("equal_effort"):
        return None
    share = float(comparison.lever("equal_effort")[1])
    return comparison.says("cause.equal_effort", share=percent(share, comparison.language)), EVERY_GROUP


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
}
