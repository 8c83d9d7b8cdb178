"""What a scenario moves, why and at what cost in two plain sentences, and what limits it; all from the run.

The first names the indicator that moved most relative to its target or baseline, the second the mechanism that the
run shows, the change in the number on public support and the cost. Nothing is written that the run does not hold.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from model.budget.budget import BudgetResult
from model.disclosure import is_small
from model.domain import GROUP_INDEX, GROUPS, KIND_INDEX, N_FIRM, OFFER_GROUPS, WEEKS_PER_YEAR
from model.goals.evaluate import GoalResult, IndicatorResult, side_effects
from model.language.catalogue import group_name, has_text, money, number, percent, short_date, text
from model.scenario.levers import LEVER_BY_ID, engine_default, to_engine
from model.simulation.outcome import Outcome
from model.simulation.totals_by_group import group_totals

if TYPE_CHECKING:
    from model.scenario.scenario import Change

Floats = NDArray[np.float64]

_YEAR: Final = WEEKS_PER_YEAR
_PERSON: Final = 0.5  # smaller changes in full-time persons or places are not told
_TELLING: Final = 2.0  # a target group's change, displaced jobs or returners a year worth a sentence
_LOCKED: Final = 5.0  # more people in offers worth a sentence on lock-in
FADED: Final = 0.8  # a gain that has fallen to less than this share of its best is fading
_FADE_PERSONS: Final = 2.0
GROWTH: Final = 0.002  # inflow above outflow: the stock still grows by more than this share a year
_LATE_WEEKS: Final = 52  # a change this close to the end has not shown what it does
_MOST_CAUSES: Final = 1  # a second one makes the sentence longer than people read
_MOST_GROUP_CAUSES: Final = 2
_ONE: Final = "1"
_THOUSAND: Final = 1_000.0
_MOST_SIDE_EFFECTS: Final = 3
_FEWEST_PERSONS: Final = 20.0
_EDUCATION: Final = [KIND_INDEX["course"], KIND_INDEX["education"]]
_GUIDANCE: Final = KIND_INDEX["guidance"]
_SICK: Final = GROUP_INDEX["sygedagpenge"]

# What is done, not what comes of it: told only where no result moved.
PROCESS: Final = frozenset(
    {
        "meetings",
        "places_filled",
        "places_unfilled",
        "starts_per_quarter",
        "caseworker_changes",
        "participants",
        "offer_use_ratio",
    }
)
# How the absolute number behind a share is told: persons at a time, or per quarter or year.
_COUNTS: Final = {
    "participation": "stock",
    "over_52_weeks": "stock",
    "per_100_young": "stock",
    "ledighedsydelse_share": "stock",
    "offer_within_13_weeks": "quarter",
    "exits_per_quarter": "quarter",
    "transfers_per_year_share": "year",
}
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


@dataclass(frozen=True)
class Explanation:
    """What moved and why, what limits it, and what to be warned of; sentences in one language."""

    headline: str
    limits: tuple[str, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class _Pair:
    """A run beside its baseline: means of the last 52 weeks, all origins together."""

    run: Outcome
    base: Outcome
    language: str

    def says(self, key: str, **values: Any) -> str:
        """A text; one person or place has words of its own where the number is the text's ``n``."""
        key = f"explain.{key}"
        if values.get("n") == _ONE and has_text(f"{key}_one", self.language):
            key += "_one"
        return text(key, self.language, **values)

    def n(self, value: float, decimals: int = 0, *, signed: bool = False) -> str:
        return number(value, self.language, decimals, signed=signed)

    def mean(self, name: str, outcome: Outcome) -> Floats:
        return group_totals(outcome).last_year(name)

    def change(self, name: str) -> Floats:
        """Difference of the last year's means by target group: [G] or [G, n]."""
        return self.mean(name, self.run) - self.mean(name, self.base)

    def lever(self, name: str) -> tuple[Floats, Floats]:
        """A lever's mean over the last year, baseline and scenario: [G] or scalar arrays."""
        return (
            np.asarray(getattr(self.base.paths, name)[-_YEAR:].mean(axis=0)),
            np.asarray(getattr(self.run.paths, name)[-_YEAR:].mean(axis=0)),
        )

    def moved(self, name: str) -> NDArray[np.bool_]:
        """Where a lever differs from the baseline at any time: [G] or a scalar."""
        return np.asarray((getattr(self.run.paths, name) != getattr(self.base.paths, name)).any(axis=0))

    def groups(self, chosen: Iterable[int]) -> str:
        """Names of target groups in a sentence."""
        names = [GROUPS[g] for g in chosen]
        if len(names) >= len(OFFER_GROUPS):
            return self.says("all_groups")
        if len(names) > 3:
            return self.says("many_groups", n=self.n(len(names)))
        return ", ".join(self.group(GROUP_INDEX[g]) for g in names)

    def group(self, g: int) -> str:
        """Name of one target group inside a sentence: no capital unless it is an abbreviation."""
        name = group_name(GROUPS[g], self.language, short=True)
        return name if name[:2].isupper() else name[:1].lower() + name[1:]


def explain(
    outcome: Outcome,
    baseline: Outcome,
    goals: tuple[GoalResult, ...],
    budget: BudgetResult,
    language: str,
) -> Explanation:
    """The sentence, its limits and its warnings in "da" or "en".

    Arguments: a run and its baseline over the same weeks, and what ``evaluate_goals`` and ``budget`` made of them.
    """
    pair = _Pair(outcome, baseline, language)
    if not _any_lever_moved(pair):
        return Explanation(_unchanged(pair), tuple(_silent_changes(pair)), ())
    warnings = [warning.text(language) for warning in budget.warnings]
    worse = [effect.warning for effect in side_effects(outcome, baseline) if effect.warning is not None]
    warnings += [warning.text(language) for warning in worse[:_MOST_SIDE_EFFECTS]]
    warnings += _ratio_limits(pair)
    return Explanation(_headline(pair, goals, budget), limits(outcome, baseline, language), tuple(warnings))


def limits(outcome: Outcome, baseline: Outcome, language: str) -> tuple[str, ...]:
    """What holds a run back, beside its baseline: sentences in "da" or "en"."""
    pair = _Pair(outcome, baseline, language)
    return tuple(limit for tell in _LIMITS for limit in tell(pair))


def reasons_for_nothing(outcome: Outcome, baseline: Outcome, language: str) -> tuple[str, ...]:
    """Why what ``outcome`` does differently moves no result, as far as the run shows it; the surest first.

    Arguments: a run in which one lever is moved, and its baseline.
    """
    pair = _Pair(outcome, baseline, language)
    tellers = (_silent_changes, _idle_levers, *_SHORTAGES, _late_changes)
    return tuple(reason for tell in tellers for reason in tell(pair))


def shortages(outcome: Outcome, before: Outcome, language: str) -> tuple[str, ...]:
    """Places and people that ``outcome`` lacks and ``before``, a run of less, does not; "da" or "en"."""
    pair = _Pair(outcome, before, language)
    return tuple(shortage for tell in _SHORTAGES for shortage in tell(pair))


def binding_limits(outcome: Outcome, baseline: Outcome, language: str) -> tuple[str, ...]:
    """Which of the model's own limits a run stands at: unfilled places, ceilings, starts, hazard ratios."""
    pair = _Pair(outcome, baseline, language)
    found = [limit for tell in (_unfilled, _at_ceiling, _start_cap) for limit in tell(pair)]
    return (*found, *_ratio_limits(pair))


def _any_lever_moved(pair: _Pair) -> bool:
    skipped = ("weeks", "week_of_year")
    return any(
        not np.array_equal(value, getattr(pair.base.paths, name))
        for name, value in vars(pair.run.paths).items()
        if name not in skipped
    )


def _unchanged(pair: _Pair) -> str:
    """No lever differs from the baseline; the economy, which both share, may still move everything."""
    paths = pair.run.paths
    if (paths.economy_inflow == 1).all() and (paths.economy_job == 1).all():
        return pair.says("unchanged")
    start = float(group_totals(pair.base).block("caseload")[0].sum())
    change = float(pair.mean("caseload", pair.base).sum()) - start
    key = "unchanged_economy_fewer" if change < 0 else "unchanged_economy_more"
    return pair.says(key, n=pair.n(abs(change)))


def _silent_changes(pair: _Pair) -> list[str]:
    """Changes of the scenario that leave their lever as it is in the baseline, and why."""
    if pair.run.scenario is None:
        return []
    found = []
    last = pair.run.weeks[-1].astype("datetime64[D]").item() + datetime.timedelta(days=6)
    for change in pair.run.scenario.changes:
        moved = pair.moved(change.lever)
        if bool(moved[GROUP_INDEX[change.group]] if change.group is not None else moved.any()):
            continue
        label = LEVER_BY_ID[change.lever].label.text(pair.language)
        if change.group is not None:
            label = f"{label}, {pair.group(GROUP_INDEX[change.group])}"
        same = _is_baseline_value(pair, change)
        key = "idle.after_horizon" if change.from_ > last else "idle.same" if same else "idle.too_late"
        found.append(pair.says(key, lever=label))
    return found


def _is_baseline_value(pair: _Pair, change: Change) -> bool:
    which, owner = LEVER_BY_ID[change.lever], pair.run.municipality
    return np.array_equal(
        to_engine(which, owner, change.to, change.group), engine_default(which, owner, change.group)
    )


# --- the sentence -------------------------------------------------------------------------------


def _headline(pair: _Pair, goals: tuple[GoalResult, ...], budget: BudgetResult) -> str:
    people, spent = _people(pair), _money(pair, budget)
    found = most_moved(goals, lambda indicator: _has_cause(pair, indicator))
    if found is None:
        causes = _causes(pair, None)
        key = "nothing_moves_although" if causes else "nothing_moves"
        told = pair.says("and").join(causes)
        return pair.says(key, causes=told, people=_capital(people), money=spent)
    goal, indicator = found
    causes = _causes(pair, indicator)
    verb = {True: "better", False: "worse", None: "moves"}[indicator.better]
    return pair.says(
        "headline_because" if causes else "headline",
        goal=pair.n(goal.number),
        indicator=indicator.title.text(pair.language),
        verb=pair.says(f"verb.{verb}"),
        before=_before(pair, indicator),
        after=indicator.shown(indicator.value_scenario, pair.language),
        count=_count(pair, indicator),
        causes=_capital(pair.says("and").join(causes)),
        people=people if causes else _capital(people),
        money=spent,
    )


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def most_moved(
    goals: tuple[GoalResult, ...], is_meant: Callable[[IndicatorResult], bool] = lambda indicator: True
) -> tuple[GoalResult, IndicatorResult] | None:
    """The indicator that moved most relative to its distance from the target, or to its baseline.

    Results go before what is merely done more of, and the latter counts only where it ``is_meant``: moved by a
    lever of its own. None where nothing moved.
    """
    moved = [
        (g, i)
        for g in goals
        for i in g.indicators
        if i.moved and i.direction != "watch" and not _only_the_whole_moved(i)
    ]
    results = [found for found in moved if found[1].metric not in PROCESS]
    done = [found for found in moved if found[1].metric in PROCESS and is_meant(found[1])]
    return max(results or done, key=lambda found: _relative(found[1]), default=None)


def _has_cause(pair: _Pair, indicator: IndicatorResult) -> bool:
    """Whether a mechanism near to the indicator was moved."""
    return any(_CAUSES[name](pair) is not None for name in _NEAREST.get(indicator.metric, ()))


def _only_the_whole_moved(indicator: IndicatorResult) -> bool:
    """A share that rises while fewer are behind it, or falls while more are: the group changed, not what it does."""
    if indicator.count_scenario is None or indicator.count_baseline is None:
        return False
    return (indicator.count_scenario - indicator.count_baseline) * indicator.change <= 0


def _relative(indicator: IndicatorResult) -> tuple[float, bool, float]:
    """How far an indicator moved; from a doubling on, one with a target goes first: a small start doubles soon."""
    whole = abs(indicator.value_baseline)
    if indicator.target is not None:
        whole = abs(indicator.target - indicator.value_baseline)
    # A distance below what counts as movement would make any step look large.
    moved = abs(indicator.change) / max(whole, 10 * indicator.smallest_movement)
    return min(moved, 1.0), indicator.target is not None, moved


def _before(pair: _Pair, indicator: IndicatorResult) -> str:
    """The baseline's value, without the unit that follows after the scenario's."""
    if indicator.unit == "rank":
        return indicator.shown(indicator.value_baseline, pair.language)
    return pair.n(indicator.value_baseline, indicator.decimals)


def _count(pair: _Pair, indicator: IndicatorResult) -> str:
    """The change in the absolute number behind a share: " (+58 fuldtidspersoner)"."""
    kind = _COUNTS.get(indicator.metric)
    if kind is None or indicator.count_scenario is None or indicator.count_baseline is None:
        return ""
    if is_small(indicator.count_scenario) or is_small(indicator.count_baseline):
        return ""
    change = indicator.count_scenario - indicator.count_baseline
    return pair.says(f"count.{kind}", change=pair.n(change, signed=True))


def _people(pair: _Pair) -> str:
    """The change in the number on public support, mean of the last year."""
    change = float(pair.change("caseload").sum())
    if abs(change) < _PERSON:
        return pair.says("people.same")
    return pair.says("people.fewer" if change < 0 else "people.more", n=pair.n(abs(change)))


def _money(pair: _Pair, budget: BudgetResult) -> str:
    total = budget.total_difference
    base = float(np.abs(budget.net.baseline).sum())
    if abs(total) < 1e-5 * base or base == 0:
        return pair.says("money.same")
    years = len(budget.years)
    key = "saves" if total < 0 else "costs"
    # Single kroner would promise more than a model can know.
    amount = money(round(abs(total) / _THOUSAND) * _THOUSAND, pair.language)
    return pair.says(f"money.{key}", amount=amount, years=pair.n(years))


# --- what lies behind it ------------------------------------------------------------------------


def _causes(pair: _Pair, indicator: IndicatorResult | None) -> list[str]:
    """Up to two mechanisms, those nearest to the indicator first and those of its target groups before others."""
    order = list(_NEAREST.get(indicator.metric, ())) if indicator else []
    order += [name for name in _CAUSES if name not in order]
    groups = {GROUP_INDEX[g] for g in indicator.groups} if indicator and indicator.groups else _EVERYONE
    own, others = _told_causes(pair, order, groups, indicator is not None and indicator.better is False)
    return (own or others)[:_MOST_CAUSES]


def _told_causes(
    pair: _Pair, order: Iterable[str], groups: set[int], worse: bool
) -> tuple[list[str], list[str]]:
    """Mechanisms that were moved, in words: those that concern ``groups``, and those of others."""
    own: list[str] = []
    others: list[str] = []
    for name in order:
        told = _CAUSES[name](pair)
        if told is not None:
            sentence, concerned = told
            if worse and name in _LOCKS_IN and pair.change("in_offer").sum() >= _PERSON:
                sentence += pair.says("cause.locks_in")
            (own if concerned & groups else others).append(sentence)
    return own, others


def group_causes(
    outcome: Outcome, baseline: Outcome, group: str | None, language: str
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What was moved in a target group (None: any), and what was moved only in others: up to two each, in words."""
    pair = _Pair(outcome, baseline, language)
    groups = _EVERYONE if group is None else {GROUP_INDEX[group]}
    own, others = _told_causes(pair, _CAUSES, groups, worse=False)
    return tuple(own[:_MOST_GROUP_CAUSES]), tuple(others[:_MOST_GROUP_CAUSES])


_Cause = Callable[[_Pair], tuple[str, set[int]] | None]
_EVERYONE: Final = set(range(len(GROUPS)))
# More of these puts people in offers, and an offer keeps them from jobs while it lasts.
_LOCKS_IN: Final = ("activation", "firm")


def _meetings(pair: _Pair) -> tuple[str, set[int]] | None:
    chosen = np.flatnonzero(pair.moved("meetings"))
    if not len(chosen):
        return None
    most = pair.run.municipality.engine.max_meetings
    weight = pair.mean("caseload", pair.base)[chosen] + 1e-9
    before, after = (np.average(np.minimum(x[chosen], most), weights=weight) for x in pair.lever("meetings"))
    sentence = pair.says(
        "cause.meetings", groups=pair.groups(chosen), before=pair.n(before, 1), after=pair.n(after, 1)
    )
    return sentence, set(chosen.tolist())


def _early_package(pair: _Pair) -> tuple[str, set[int]] | None:
    if not pair.moved("early_package"):
        return None
    share = float(pair.lever("early_package")[1])
    return pair.says("cause.early_package", share=percent(share, pair.language)), {GROUP_INDEX["dagpenge"]}


def _firm(pair: _Pair) -> tuple[str, set[int]] | None:
    if not pair.moved("firm_places"):
        return None
    by_group = pair.change("participants")
    places = float(by_group[:, :N_FIRM].sum())
    if abs(places) < _PERSON:
        return None
    others = float(by_group[:, N_FIRM:].sum())
    guidance = float(by_group[:, _GUIDANCE].sum())
    key = "firm_more" if places > 0 else "firm_fewer"
    if others * places < 0 and abs(guidance) >= _PERSON and guidance * places < 0:
        key += "_guidance"
    concerned = np.flatnonzero(np.abs(by_group[:, :N_FIRM].sum(axis=1)) >= _PERSON)
    return (
        pair.says(f"cause.{key}", n=pair.n(abs(places)), guidance=pair.n(abs(guidance))),
        set(concerned.tolist()),
    )


def _priority(pair: _Pair) -> tuple[str, set[int]] | None:
    chosen = np.flatnonzero(pair.moved("firm_priority"))
    if not len(chosen):
        return None
    gained = pair.change("participants")[:, :N_FIRM].sum(axis=1)
    winners = [int(g) for g in np.argsort(-gained) if gained[g] >= _PERSON][:3]
    if not winners:
        return None
    return pair.says("cause.priority", groups=pair.groups(winners)), set(winners)


def _activation(pair: _Pair) -> tuple[str, set[int]] | None:
    chosen = np.flatnonzero(pair.moved("activation_rate"))
    if not len(chosen):
        return None
    more = float(pair.change("in_offer")[chosen].sum())
    if abs(more) < _PERSON:
        return None
    guidance = float(pair.change("participants")[chosen, _GUIDANCE].sum())
    key = "activation_more" if more > 0 else "activation_fewer"
    if guidance * more > 0 and abs(guidance) >= _PERSON:
        key += "_guidance"
    return (
        pair.says(
            f"cause.{key}", n=pair.n(abs(more)), groups=pair.groups(chosen), guidance=pair.n(abs(guidance))
        ),
        set(chosen.tolist()),
    )


def _mentor(pair: _Pair) -> tuple[str, set[int]] | None:
    chosen = np.flatnonzero(pair.moved("mentor_share"))
    if not len(chosen):
        return None
    before, after = pair.lever("mentor_share")
    change = float(
        (after * pair.mean("caseload", pair.run) - before * pair.mean("caseload", pair.base))[chosen].sum()
    )
    key = "mentor_more" if change > 0 else "mentor_fewer"
    return (
        pair.says(f"cause.{key}", n=pair.n(abs(change)), groups=pair.groups(chosen)),
        set(chosen.tolist()),
    )


def _education(pair: _Pair) -> tuple[str, set[int]] | None:
    chosen = np.flatnonzero(pair.moved("education_share"))
    change = float(pair.change("participants")[chosen][:, _EDUCATION].sum()) if len(chosen) else 0.0
    if abs(change) < _PERSON:
        return None
    key = "education_more" if change > 0 else "education_fewer"
    return (
        pair.says(f"cause.{key}", n=pair.n(abs(change)), groups=pair.groups(chosen)),
        set(chosen.tolist()),
    )


def _first_offer_week(pair: _Pair) -> tuple[str, set[int]] | None:
    return _weeks(pair, "first_offer_week")


def _deadline(pair: _Pair) -> tuple[str, set[int]] | None:
    return _weeks(pair, "offer_deadline_week")


def _weeks(pair: _Pair, lever: str) -> tuple[str, set[int]] | None:
    chosen = np.flatnonzero(pair.moved(lever))
    if not len(chosen):
        return None
    # The largest of the groups stands for the others.
    largest = chosen[int(np.argmax(pair.mean("caseload", pair.base)[chosen]))]
    before, after = (float(x[largest]) for x in pair.lever(lever))
    return (
        pair.says(
            f"cause.{lever}", groups=pair.groups([largest]), before=pair.n(before), after=pair.n(after)
        ),
        set(chosen.tolist()),
    )


def _newcomer_priority(pair: _Pair) -> tuple[str, set[int]] | None:
    chosen = np.flatnonzero(pair.moved("newcomer_priority"))
    if not len(chosen):
        return None
    return pair.says("cause.newcomer_priority", groups=pair.groups(chosen)), set(chosen.tolist())


def _caseworker_changes(pair: _Pair) -> tuple[str, set[int]] | None:
    if not pair.moved("caseworker_changes"):
        return None
    before, after = pair.lever("caseworker_changes")
    sentence = pair.says(
        "cause.caseworker_changes", before=pair.n(float(before), 1), after=pair.n(float(after), 1)
    )
    return sentence, _EVERYONE


def _partial_return(pair: _Pair) -> tuple[str, set[int]] | None:
    if not pair.moved("partial_return"):
        return None
    before, after = (percent(float(x), pair.language) for x in pair.lever("partial_return"))
    return pair.says("cause.partial_return", before=before, after=after), {_SICK}


def _fleksjob(pair: _Pair) -> tuple[str, set[int]] | None:
    if not pair.moved("fleksjob_openings"):
        return None
    before, after = (float(x) for x in pair.lever("fleksjob_openings"))
    change = percent(after / before - 1, pair.language, signed=True)
    return pair.says("cause.fleksjob_openings", change=change), {
        GROUP_INDEX["ledighedsydelse"],
        GROUP_INDEX["fleksjob"],
    }


def _equal_effort(pair: _Pair) -> tuple[str, set[int]] | None:
    if not pair.moved("equal_effort"):
        return None
    share = float(pair.lever("equal_effort")[1])
    return pair.says("cause.equal_effort", share=percent(share, pair.language)), _EVERYONE


_CAUSES: Final[dict[str, _Cause]] = {
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


# --- what limits it -----------------------------------------------------------------------------


def _unfilled(pair: _Pair) -> list[str]:
    unfilled = float(pair.run.firm_unfilled[-_YEAR:].mean())
    if unfilled < max(_PERSON, float(pair.base.firm_unfilled[-_YEAR:].mean()) + _PERSON):
        return []
    supply = float(pair.run.firm_supply[-_YEAR:].mean())
    above = float(pair.run.firm[-_YEAR:, 3].mean())
    if above >= _PERSON:
        ceiling = pair.run.municipality.engine.firm_ceiling[[GROUP_INDEX[g] for g in OFFER_GROUPS]].max()
        return [
            pair.says(
                "limit.ceiling_all",
                n=pair.n(above),
                supply=pair.n(supply),
                ceiling=percent(float(ceiling), pair.language),
            )
        ]
    return [pair.says("limit.unfilled", n=pair.n(unfilled), supply=pair.n(supply))]


def _at_ceiling(pair: _Pair) -> list[str]:
    """Target groups that take no more firm places, while others still do."""
    if float(pair.run.firm[-_YEAR:, 3].mean()) >= _PERSON:
        return []
    ceiling = pair.run.municipality.engine.firm_ceiling
    share = _firm_share(pair.run)
    full = np.flatnonzero(
        (ceiling > 0) & (share >= ceiling - 0.005) & (_firm_share(pair.base) < ceiling - 0.005)
    )
    if not len(full):
        return []
    return [
        pair.says(
            "limit.ceiling",
            groups=pair.groups(full),
            ceiling=percent(float(ceiling[full].max()), pair.language),
        )
    ]


def _firm_share(outcome: Outcome) -> Floats:
    totals = group_totals(outcome)
    firm = totals.series("participants")[-1, :, :N_FIRM].sum(axis=1)
    caseload = totals.series("caseload")[-1]
    return np.asarray(np.divide(firm, caseload, out=np.zeros_like(firm), where=caseload > 1e-9))


def _start_cap(pair: _Pair) -> list[str]:
    caseload = pair.mean("caseload", pair.run)
    capped = [
        g
        for g in range(len(GROUPS))
        if pair.run.start_cap_weeks[g] >= 0 > pair.base.start_cap_weeks[g] and caseload[g] >= _FEWEST_PERSONS
    ]
    if not capped:
        return []
    first = min(int(pair.run.start_cap_weeks[g]) for g in capped)
    when = short_date(pair.run.weeks[first], pair.language)
    share = percent(pair.run.municipality.engine.max_start_share, pair.language)
    return [pair.says("limit.start_cap", groups=pair.groups(capped), date=when, share=share)]


def _ratio_limits(pair: _Pair) -> list[str]:
    engine = pair.run.municipality.engine
    found = []
    for g in range(len(GROUPS)):
        week = int(pair.run.limit_weeks[g])
        if week >= 0 > pair.base.limit_weeks[g]:
            found.append(
                pair.says(
                    "warning.ratio_limit",
                    group=group_name(GROUPS[g], pair.language, short=True),
                    low=pair.n(engine.ratio_low, 1),
                    high=pair.n(engine.ratio_high, 1),
                    date=short_date(pair.run.weeks[week], pair.language),
                )
            )
    return found


def _lock_in(pair: _Pair) -> list[str]:
    more = float(pair.change("in_offer").sum())
    if more < _LOCKED:
        return []
    before = float(pair.mean("in_offer", pair.base).sum() / pair.mean("caseload", pair.base).sum())
    after = float(pair.mean("in_offer", pair.run).sum() / pair.mean("caseload", pair.run).sum())
    return [
        pair.says(
            "limit.lock_in",
            n=pair.n(more),
            before=percent(before, pair.language),
            after=percent(after, pair.language),
        )
    ]


def _jobs(outcome: Outcome) -> tuple[Floats, Floats]:
    """Exits to jobs in the last year and mean caseload at the weeks' start, by target group."""
    totals = group_totals(outcome)
    jobs = totals.series("exits")[-_YEAR:, :, 0].sum(axis=0)
    return np.asarray(jobs), np.asarray(totals.at_week_start("caseload")[-_YEAR:].mean(axis=0))


def _displacement(pair: _Pair) -> list[str]:
    engine = pair.run.municipality.engine
    share = engine.displacement
    jobs, persons = _jobs(pair.run)
    base_jobs, base_persons = _jobs(pair.base)
    rate = np.divide(jobs, persons, out=np.zeros_like(jobs), where=persons > 1e-9)
    base_rate = np.divide(base_jobs, base_persons, out=np.zeros_like(jobs), where=base_persons > 1e-9)
    gain = float(((rate - base_rate) * persons)[engine.displaced > 0].sum())
    lost = gain * share / (1.0 - share)
    if lost < _TELLING:
        return []
    return [
        pair.says(
            "limit.displacement", n=pair.n(gain), lost=pair.n(lost), share=percent(share, pair.language)
        )
    ]


def _returners(pair: _Pair) -> list[str]:
    back = float(pair.change("inflow_returners").sum()) * _YEAR
    if back < _TELLING:
        return []
    return [pair.says("limit.returners", n=pair.n(back))]


def _fading(pair: _Pair) -> list[str]:
    """A gain that was larger earlier than it is at the end."""
    more = group_totals(pair.run).series("caseload").sum(axis=1)
    more = more - group_totals(pair.base).series("caseload").sum(axis=1)
    if len(more) < 2 * _YEAR:
        return []
    total = np.cumsum(np.concatenate([[0.0], more]))
    year = (total[_YEAR:] - total[:-_YEAR]) / _YEAR
    best = int(np.argmin(year))
    if year[best] > -_FADE_PERSONS or year[-1] < FADED * year[best]:
        return []
    return [
        pair.says(
            "limit.fading" if year[-1] < -_PERSON else "limit.faded",
            best=pair.n(-year[best]),
            date=short_date(pair.run.weeks[best + _YEAR - 1], pair.language),
            now=pair.n(-year[-1]),
        )
    ]


def _still_growing(pair: _Pair) -> list[str]:
    totals = group_totals(pair.run)
    stock = totals.block("caseload").sum(axis=1)
    if len(stock) <= _YEAR:
        return []
    growth = float(stock[-1] - stock[-1 - _YEAR])
    if growth < max(GROWTH * float(stock[-1]), 1.0):
        return []
    base = group_totals(pair.base).block("caseload").sum(axis=1)
    # A common economy is not the plan's doing.
    if growth - float(base[-1] - base[-1 - _YEAR]) < _PERSON:
        return []
    return [pair.says("limit.growing", n=pair.n(growth))]


def _idle_levers(pair: _Pair) -> list[str]:
    """Changes that move nothing, or little, and why."""
    found = []
    engine = pair.run.municipality.engine
    caseload = pair.mean("caseload", pair.base)
    for lever, ratios in (
        ("meetings", engine.hr_meeting),
        ("mentor_share", engine.hr_mentor_job * engine.hr_mentor_education),
        ("offer_deadline_week", engine.hr_motivation),
    ):
        silent = [int(g) for g in np.flatnonzero(pair.moved(lever)) if ratios[g] == 1.0]
        if silent:
            found.append(pair.says(f"idle.{lever}", groups=pair.groups(silent)))
    for lever in ("activation_rate", "meetings", "mentor_share", "education_share", "firm_priority"):
        empty = [int(g) for g in np.flatnonzero(pair.moved(lever)) if caseload[g] < _PERSON]
        if empty:
            found.append(pair.says("idle.empty", groups=pair.groups(empty)))
    before, after = pair.lever("meetings")
    too_many = [
        int(g)
        for g in np.flatnonzero(pair.moved("meetings"))
        if after[g] > engine.max_meetings and after[g] > before[g]
    ]
    if too_many:
        most = pair.n(engine.max_meetings, 1)
        found.append(pair.says("idle.too_many_meetings", most=most, groups=pair.groups(too_many)))
    # Offers in all are the larger of the activation rate and the firm places.
    wanted = pair.run.paths.activation_rate[-1]
    below = [
        int(g)
        for g in np.flatnonzero(pair.moved("activation_rate"))
        if wanted[g] < _firm_share(pair.run)[g] - 0.005 and caseload[g] >= _PERSON
    ]
    if below:
        found.append(pair.says("idle.below_firm_places", groups=pair.groups(below)))
    if bool(pair.moved("firm_place_mix").any()) and not bool(
        (pair.run.firm_supply > engine.firm_places + _PERSON).any()
    ):
        found.append(pair.says("idle.mix"))
    return found


def _late_changes(pair: _Pair) -> list[str]:
    """Changes of levers that begin in the last year."""
    late = []
    first = len(pair.run.weeks)
    for name, value in vars(pair.run.paths).items():
        if name in ("weeks", "week_of_year"):
            continue
        different = value != getattr(pair.base.paths, name)
        weeks = np.flatnonzero(different.reshape(len(different), -1).any(axis=1))
        if len(weeks) and len(pair.run.weeks) - int(weeks[0]) <= _LATE_WEEKS < len(pair.run.weeks):
            late.append(name)
            first = min(first, int(weeks[0]))
    if not late:
        return []
    return [pair.says("limit.late", date=short_date(pair.run.weeks[first], pair.language))]


_Tellers = tuple[Callable[[_Pair], list[str]], ...]
_SHORTAGES: Final[_Tellers] = (_unfilled, _at_ceiling, _start_cap)
_LIMITS: Final[_Tellers] = (
    _silent_changes,
    _idle_levers,
    *_SHORTAGES,
    _late_changes,
    _lock_in,
    _displacement,
    _returners,
    _fading,
    _still_growing,
)
