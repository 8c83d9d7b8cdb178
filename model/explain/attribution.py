"""Why: what each changed lever contributes to every indicator and to the budget, in figures and in sentences.

Contributions are Shapley values: what a lever adds, averaged over all orders in which the levers could be moved.
They sum to the total change and do not depend on the order in which anyone lists the levers.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from model.disclosure import is_small
from model.domain import GROUP_INDEX, GROUPS
from model.explain import shapley
from model.explain.case_runs import Cancel, Measured, Progress, measure
from model.explain.headline import PROCESS, limits, most_moved, reasons_for_nothing, shortages
from model.files.problems import shown, suggestion
from model.goals.evaluate import (
    GoalResult,
    IndicatorResult,
    counts_persons,
    evaluate_goals,
    hidden_indicators,
    published,
)
from model.goals.series import NET, PERSONS, indicator_key
from model.language.catalogue import LANGUAGES, group_name, money, number, text
from model.language.messages import LocalizedError, Message, Phrase, Text, joined
from model.municipality.municipality import Municipality
from model.scenario.diff import lever_figure, lever_name
from model.scenario.levers import LEVER_BY_ID, LEVER_INDEX, default
from model.scenario.scenario import Change, Scenario
from model.simulation.outcome import Outcome
from model.simulation.simulate import baseline, simulate

Floats = NDArray[np.float64]
Target = tuple[str, str | None]

# Up to so many levers every coalition is run: 256 runs; above, orders are drawn.
EXACT_UP_TO: Final = 8
# Antithetic pairs make the effects of two levers on one another exact, so that few orders do: with eight pairs the
# standard errors of the shipped scenario of twelve levers are below what is shown. Fewer where runs would be too many.
_PAIRS: Final = 8
_MOST_RUNS: Final = 600
_FEWEST_PAIRS: Final = 2
# Two levers together are looked at up to so many levers.
_TOGETHER_UP_TO: Final = 12

_PERSON: Final = 0.5  # smaller changes in full-time persons are not told
_SEEN: Final = 0.005  # nor is there anything of them to show
_DKK: Final = 10_000.0  # nor smaller amounts over the whole run
_MOST_PARTS: Final = 4  # levers named in one sentence; the others are summed
_REST_SHARE: Final = 0.05  # of what two levers do each alone: a smaller rest between them is not told
_MOST_TOGETHER: Final = 3
_MOST_GROUPS: Final = 3  # target groups named in one sentence
_THOUSAND: Final = 1_000.0


class CannotExplain(LocalizedError):
    """There is nothing to explain, or an indicator that is asked for does not exist."""


@dataclass(frozen=True)
class LeverPart:
    """One lever that the scenario changes: for one target group, or for several together."""

    targets: tuple[Target, ...]
    changes: tuple[Change, ...]
    words: Text  # "Samtaler, dagpenge (1,5 til 4)"
    no_effect: Text | None  # why it moves no result, where it moves none

    @property
    def lever(self) -> str:
        """The lever's id."""
        return self.targets[0][0]


@dataclass(frozen=True)
class Contributions:
    """What each lever adds to one figure, in the figure's unit and in the order of ``Attribution.levers``."""

    key: str
    baseline: float
    scenario: float
    parts: tuple[float, ...]
    standard_errors: tuple[float, ...]  # 0 where exact
    at_target: Contributions | None = (
        None  # the same at the indicator's target date, where that comes earlier
    )

    @property
    def change(self) -> float:
        """Scenario less baseline: what the parts sum to."""
        return self.scenario - self.baseline

    def without_few(self) -> Contributions:
        """Of a count of persons: without the target date where that count is too small to be shown."""
        early = self.at_target
        if early is None or not (is_small(early.baseline) or is_small(early.scenario)):
            return self
        return replace(self, at_target=None)


@dataclass(frozen=True, eq=False)
class BudgetContributions:
    """What each lever adds to the municipality's net expenditure, DKK: n levers, Y budget years."""

    years: tuple[int, ...]
    parts: Floats  # [n, Y]
    standard_errors: Floats  # [n, Y]
    change: Floats  # [Y] scenario less baseline
    total: Contributions  # over the whole run; its baseline is 0, since only the difference is priced


@dataclass(frozen=True)
class Together:
    """What two levers do to one figure each alone and together; numbers of ``Attribution.levers``."""

    key: str
    first: int
    second: int
    alone: tuple[float, float]
    together: float
    reason: Text | None

    @property
    def rest(self) -> float:
        """What is more (or less) when both are moved than the sum of each alone."""
        return self.together - sum(self.alone)


@dataclass(frozen=True, eq=False)
class Attribution:
    """Contributions of n levers; ``exact`` or, above eight levers, from random orders with standard errors."""

    levers: tuple[LeverPart, ...]
    indicators: Mapping[str, Contributions]  # by "goal.indicator"
    persons: Contributions  # full-time persons on public support, mean of the last 52 weeks
    budget: BudgetContributions
    together: tuple[Together, ...]  # pairs of levers whose rest is worth telling, the largest first
    left_out: tuple[str, ...]  # indicators that are not defined in some of the runs
    hidden: tuple[str, ...]  # those too small to be shown: a contribution would give them away
    exact: bool
    runs: int
    orders: int  # random orders drawn; 0 where exact
    goals: tuple[GoalResult, ...]
    outcome: Outcome
    baseline: Outcome

    @property
    def standard_errors(self) -> Mapping[str, tuple[float, ...]]:
        """Standard error of every contribution by figure; zeros where exact."""
        found = {key: c.standard_errors for key, c in self.indicators.items()}
        return found | {c.key: c.standard_errors for c in (self.persons, self.budget.total)}

    def figure(self, key: str) -> Contributions:
        """Contributions to one figure: an indicator, the persons or the net total. Raises KeyError."""
        if key == self.persons.key:
            return self.persons
        return self.budget.total if key == NET else self.indicators[key]

    def told_keys(self) -> tuple[str, ...]:
        """Figures worth a sentence: what moved most, each goal's first indicator if it moved, persons, money."""
        keys = [indicator_key(*moved)] if (moved := most_moved(self.goals)) else []
        keys += [indicator_key(goal, goal.key) for goal in self.goals if goal.key.moved]
        keys = [key for key in dict.fromkeys(keys) if key in self.indicators]
        return (*keys, self.persons.key, NET)

    def told(self, language: str) -> list[str]:
        """What each lever adds, how levers work together and which move nothing; sentences in "da" or "en"."""
        teller = _Teller(self, language)
        told = [teller.contributions(self.figure(key)) for key in self.told_keys()]
        told += [teller.pair(pair) for pair in self.together]
        told += [
            teller.says("no_effect", lever=part.words.text(language), why=part.no_effect.text(language))
            for part in self.levers
            if part.no_effect is not None
        ]
        if not self.exact:
            error = number(max(self.persons.standard_errors), language, 2)
            told.append(teller.says("sampled", orders=number(self.orders, language), error=error))
        if self.left_out:
            titles = (teller.title(key) for key in self.left_out)
            told.append(teller.says("left_out", indicators="; ".join(titles)))
        if self.hidden:
            titles = (teller.title(key) for key in self.hidden)
            told.append(teller.says("hidden", indicators="; ".join(titles)))
        return told

    def limits(self, language: str) -> tuple[str, ...]:
        """What holds the scenario back, as the explanation of the run tells it."""
        return limits(self.outcome, self.baseline, language)


def attribute(
    municipality: Municipality,
    scenario: Scenario,
    *,
    indicators: Iterable[str] | None = None,
    merge_groups: bool = False,
    seed: int = 1,
    exact_up_to: int = EXACT_UP_TO,
    pairs: int | None = None,
    executor: Executor | None = None,
    cancel: Cancel | None = None,
    progress: Progress | None = None,
) -> Attribution:
    """What each changed lever of ``scenario`` contributes, against the baseline of the same economy and assumptions.

    Arguments: ``indicators`` as "goal.indicator" (default all); ``merge_groups`` takes a lever's target groups as
    one; ``exact_up_to`` levers all 2^n coalitions are run, above that ``pairs`` antithetic pairs of orders drawn
    with ``seed``; ``executor``, ``cancel`` and ``progress`` as in :func:`model.explain.case_runs.measure`.
    Raises CannotExplain where no lever is changed or an indicator is unknown, CancelledError.
    """
    if not scenario.changes:
        raise CannotExplain(Message("why.error.no_changes"))
    base, outcome = baseline(municipality, scenario), simulate(municipality, scenario)
    goals = published(evaluate_goals(outcome, base))
    results = {indicator_key(goal, i): i for goal in goals for i in goal.indicators}
    few = hidden_indicators(goals)
    chosen = _chosen(indicators, results)
    targets = _targets(scenario, merge_groups)
    silent = [not _moves(part, outcome, base) for part in targets]
    active = [part for part, still in zip(targets, silent, strict=True) if not still]
    n = len(active)
    exact = n <= exact_up_to
    orders: list[tuple[int, ...]] = []
    if exact:
        masks: Sequence[int] = range(1 << n)
    else:
        count = max(_FEWEST_PAIRS, min(_PAIRS, _MOST_RUNS // (2 * (n - 1)))) if pairs is None else pairs
        orders = shapley.antithetic_orders(n, count, seed)
        masks = sorted({*shapley.coalitions_of(orders), *_small_coalitions(n)})
    cases = [_with_only(scenario, _members(active, mask)) for mask in masks]
    measured = measure(municipality, cases, executor=executor, cancel=cancel, progress=progress)

    table = _Table(measured, list(masks))
    if exact:
        shares = shapley.exact(table.gains)
        errors = np.zeros_like(shares)
    else:
        shares, errors = shapley.sampled(dict(zip(masks, table.gains, strict=True)), orders)
    rows = np.cumsum([not still for still in silent]) - 1
    # A lever that is as in the baseline in every week takes part in no run: it adds exactly nothing.
    still = np.array(silent)[:, None]
    parts = np.where(still, 0.0, shares[rows]) if n else np.zeros((len(targets), table.gains.shape[1]))
    errors = np.where(still, 0.0, errors[rows]) if n else np.zeros_like(parts)

    found: dict[str, Contributions] = {}
    left_out = []
    for key in chosen:
        contributions = table.indicator(key, parts, errors)
        if contributions is None:
            left_out.append(key)
        else:
            counted = counts_persons(results[key].unit)
            found[key] = contributions.without_few() if counted else contributions
    persons = table.column(PERSONS, table.persons, float(table.start[table.persons]), parts, errors)
    net = table.column(NET, table.net_total, 0.0, parts, errors)
    years = slice(table.net_total - len(measured.years), table.net_total)
    full = table.gains[-1] if n else np.zeros(parts.shape[1])
    spent = BudgetContributions(measured.years, parts[:, years], errors[:, years], full[years], net)
    levers = tuple(
        LeverPart(
            part,
            tuple(change for change in scenario.changes if change.target in part),
            _part_words(part, scenario, municipality),
            _no_effect(part, i, municipality, scenario, found, persons, net, outcome, base, results),
        )
        for i, part in enumerate(targets)
    )
    numbers = [i for i, still in enumerate(silent) if not still]
    shown = {key: contributions for key, contributions in found.items() if key not in few}
    return Attribution(
        levers=levers,
        indicators=MappingProxyType(shown),
        persons=persons,
        budget=spent,
        together=_together(table, numbers, goals, shown),
        left_out=tuple(key for key in left_out if key not in few),
        hidden=tuple(key for key in chosen if key in few),
        exact=exact,
        runs=len(cases),
        orders=len(orders),
        goals=goals,
        outcome=outcome,
        baseline=base,
    )


def _chosen(indicators: Iterable[str] | None, results: Mapping[str, IndicatorResult]) -> tuple[str, ...]:
    if indicators is None:
        return tuple(results)
    wanted = tuple(dict.fromkeys(indicators))
    for key in wanted:
        if key not in results:
            raise unknown_indicator(key, results)
    return wanted


def unknown_indicator(key: str, known: Iterable[str]) -> CannotExplain:
    """The error for a figure that is not measured, with the nearest that is."""
    known = tuple(known)
    message = Message("why.error.indicator", name=shown(key))
    return CannotExplain(Phrase(joined, [message, Phrase(suggestion, key, known)], separator=""))


# --- levers as players --------------------------------------------------------------------------


def _targets(scenario: Scenario, merge_groups: bool) -> list[tuple[Target, ...]]:
    """What is changed, in the order of levers and target groups."""
    every = sorted(
        {change.target for change in scenario.changes},
        key=lambda t: (LEVER_INDEX[t[0]], GROUP_INDEX.get(t[1] or "", -1)),
    )
    if not merge_groups:
        return [(target,) for target in every]
    return [
        tuple(target for target in every if target[0] == lever)
        for lever in dict.fromkeys(t[0] for t in every)
    ]


def _moves(part: tuple[Target, ...], outcome: Outcome, base: Outcome) -> bool:
    """Whether the lever differs from the baseline in any week."""
    for lever, group in part:
        here, there = getattr(outcome.paths, lever), getattr(base.paths, lever)
        if group is not None:
            here, there = here[:, GROUP_INDEX[group]], there[:, GROUP_INDEX[group]]
        if not np.array_equal(here, there):
            return True
    return False


def _members(active: Sequence[tuple[Target, ...]], mask: int) -> set[Target]:
    return {target for i, part in enumerate(active) if mask >> i & 1 for target in part}


def _with_only(scenario: Scenario, targets: Iterable[Target]) -> Scenario:
    kept = set(targets)
    changes = tuple(change for change in scenario.changes if change.target in kept)
    return scenario.replaced(changes=changes, results=None, workshop=None)


def _small_coalitions(n: int) -> set[int]:
    """Each lever alone and every two, where they are not too many."""
    alone = {1 << i for i in range(n)} if n <= _TOGETHER_UP_TO else set()
    return {a | b for a in alone for b in alone}


def _part_words(part: tuple[Target, ...], scenario: Scenario, municipality: Municipality) -> Text:
    def said(language: str) -> str:
        lever, group = part[0]
        if len(part) > 1:
            label = LEVER_BY_ID[lever].label.text(language)
            return text("why.lever_groups", language, lever=label, n=number(len(part), language))
        steps = [change for change in scenario.changes if change.target == part[0]]
        name = lever_name(lever, group, language)
        base, to = default(LEVER_BY_ID[lever], municipality, group), steps[-1].to
        after = lever_figure(lever, to, language, beside=base)
        if LEVER_BY_ID[lever].scope == "mix":
            return text("why.lever_mix", language, lever=name, after=after)
        before = lever_figure(lever, base, language, beside=to)
        return text("why.lever", language, lever=name, before=before, after=after)

    return Text(**{language: said(language) for language in LANGUAGES})


# --- the figures of all coalitions --------------------------------------------------------------


class _Table:
    """All measured coalitions as gains over the empty one; columns: ends, at target dates, persons, net."""

    def __init__(self, measured: Measured, masks: list[int]) -> None:
        self.measured = measured
        self.row = {mask: i for i, mask in enumerate(masks)}
        self.k = len(measured.keys)
        self.persons = 2 * self.k
        values = np.column_stack(
            [
                measured.ends,
                measured.at_target,
                measured.persons.sum(axis=1),
                measured.net,
                measured.net.sum(axis=1),
            ]
        )
        self.start: Floats = values[0]
        self.gains: Floats = values - values[0]
        self.net_total: int = values.shape[1] - 1

    def column(self, key: str, at: int, start: float, parts: Floats, errors: Floats) -> Contributions:
        """One column's contributions, its baseline being ``start``."""
        return Contributions(
            key,
            start,
            start + float(self.gains[-1, at]),
            tuple(parts[:, at].tolist()),
            tuple(errors[:, at].tolist()),
        )

    def indicator(self, key: str, parts: Floats, errors: Floats) -> Contributions | None:
        """An indicator's contributions; None where some run has no value."""
        at = self.position(key)
        if not np.isfinite(self.gains[:, at]).all():
            return None
        found = self.column(key, at, float(self.start[at]), parts, errors)
        early = self.k + at
        if not np.isfinite(self.gains[:, early]).all():
            return found
        at_target = self.column(key, early, float(self.start[early]), parts, errors)
        return Contributions(
            key, found.baseline, found.scenario, found.parts, found.standard_errors, at_target
        )

    def position(self, key: str) -> int:
        """Column of a figure at the horizon's end."""
        if key == PERSONS:
            return self.persons
        if key == NET:
            return self.net_total
        goal, _, indicator = key.partition(".")
        return self.measured.keys.index((goal, indicator))


# --- levers two at a time -----------------------------------------------------------------------


def _together(
    table: _Table, numbers: Sequence[int], goals: tuple[GoalResult, ...], found: Mapping[str, Contributions]
) -> tuple[Together, ...]:
    """Pairs of levers that do more or less together than each alone: persons, money and what moved most."""
    if len(numbers) > _TOGETHER_UP_TO:
        return ()
    moved = most_moved(goals)
    keys = {PERSONS: _PERSON, NET: _DKK}
    if moved is not None and indicator_key(*moved) in found:
        keys[indicator_key(*moved)] = moved[1].smallest_movement
    pairs = []
    for key, smallest in keys.items():
        at = table.position(key)
        for i in range(len(numbers)):
            for j in range(i + 1, len(numbers)):
                one, two, both = (table.row[mask] for mask in (1 << i, 1 << j, 1 << i | 1 << j))
                alone = float(table.gains[one, at]), float(table.gains[two, at])
                together = float(table.gains[both, at])
                rest = abs(together - sum(alone))
                whole = abs(alone[0]) + abs(alone[1])
                if rest < max(smallest, _REST_SHARE * whole):
                    continue
                reason = _reason(table, one, two, both) if _less(alone, together) else None
                pairs.append(
                    (
                        rest / (whole + smallest),
                        Together(key, numbers[i], numbers[j], alone, together, reason),
                    )
                )
    # The same two levers are told once, where it matters most.
    pairs.sort(key=lambda pair: -pair[0])
    told: dict[tuple[int, int], Together] = {}
    for _, pair in pairs:
        told.setdefault((pair.first, pair.second), pair)
    return tuple(told.values())[:_MOST_TOGETHER]


def _less(alone: tuple[float, float], together: float) -> bool:
    """Whether two levers that pull the same way still do so together, but by less."""
    return alone[0] * alone[1] > 0 and 0 <= together / sum(alone) < 1


def _reason(table: _Table, one: int, two: int, both: int) -> Text | None:
    """Why two levers give less together, as far as the runs show it."""
    offers = table.measured.in_offer - table.measured.in_offer[0]
    if min(offers[one], offers[two]) >= _PERSON and offers[both] < offers[one] + offers[two] - _PERSON:
        return _both("together.same_offers")
    fewer = table.measured.persons[0] - table.measured.persons
    helped = np.minimum(fewer[one], fewer[two])
    shared = [GROUPS[g] for g in np.argsort(-helped)[:_MOST_GROUPS] if helped[g] >= _PERSON]
    if not shared:
        return None

    def said(language: str) -> str:
        names = (group_name(group, language, short=True) for group in shared)
        return text("why.together.same_groups", language, groups=", ".join(names))

    return Text(**{language: said(language) for language in LANGUAGES})


def _both(key: str) -> Text:
    return Text(**{language: text(f"why.{key}", language) for language in LANGUAGES})


# --- levers that move nothing -------------------------------------------------------------------


def _no_effect(
    part: tuple[Target, ...],
    i: int,
    municipality: Municipality,
    scenario: Scenario,
    found: Mapping[str, Contributions],
    persons: Contributions,
    net: Contributions,
    outcome: Outcome,
    base: Outcome,
    results: Mapping[str, IndicatorResult],
) -> Text | None:
    """Why a lever moves no result, or None where it moves one. What is merely done more of is no result."""
    in_steps = {key: abs(c.parts[i]) / results[key].smallest_movement for key, c in found.items()}
    moved = [key for key, steps in in_steps.items() if steps >= 1]
    if any(results[key].metric not in PROCESS for key in moved) or abs(persons.parts[i]) >= _PERSON:
        return None
    # What is not shown is not told of either, though it decides whether the lever moves anything.
    tellable = [key for key in moved if not results[key].hidden]
    done_more = max(tellable, key=lambda key: in_steps[key], default=None)
    alone = simulate(municipality, _with_only(scenario, part))
    without = simulate(municipality, _with_only(scenario, {c.target for c in scenario.changes} - set(part)))

    def reason(language: str) -> str:
        reasons = reasons_for_nothing(alone, base, language) or shortages(outcome, without, language)
        if reasons:
            return reasons[0]
        if done_more is not None:
            indicator = results[done_more]
            change = indicator.shown_difference(found[done_more].parts[i], language)
            return text("why.only_done", language, indicator=indicator.title.text(language), n=change)
        if abs(persons.parts[i]) >= _SEEN:
            return text("why.too_little", language, n=number(persons.parts[i], language, 2, signed=True))
        return text("why.nothing_found", language)

    def said(language: str) -> str:
        if abs(net.parts[i]) < _DKK:
            return reason(language)
        amount = difference_shown(NET, net.parts[i], (), language)
        return one_stop(f"{reason(language)} {text('why.only_money', language, amount=amount)}")

    return Text(**{language: said(language) for language in LANGUAGES})


# --- sentences ----------------------------------------------------------------------------------


def one_stop(sentence: str) -> str:
    """A sentence in which an abbreviation before a full stop brings no second one."""
    return sentence.replace("..", ".")


def figure_title(key: str, goals: tuple[GoalResult, ...], language: str, *, inside: bool = False) -> str:
    """Name of a figure: an indicator with its goal, the persons, the money; ``inside`` a sentence."""
    area = "why.inside" if inside else "why.figure"
    if key in (PERSONS, NET):
        return text(f"{area}.{key}", language)
    goal, indicator = _indicator(key, goals)
    return text(area, language, goal=number(goal.number, language), indicator=indicator.title.text(language))


def difference_shown(
    key: str, value: float, goals: tuple[GoalResult, ...], language: str, *, unit: bool = True
) -> str:
    """A difference in one figure with its sign, and with a decimal so that small shares can be seen.

    Money always has its unit, since that depends on the size.
    """
    if key == NET:
        # Single kroner would promise more than a model can know.
        whole = value if math.isnan(value) else round(value / _THOUSAND) * _THOUSAND
        return money(whole, language, signed=True)
    decimals = _decimals(key, goals)
    n = number(value, language, decimals, signed=True)
    if not unit:
        return n
    if key == PERSONS:
        return text("goals.unit.persons", language, n=n)
    return _indicator(key, goals)[1].shown_difference(value, language, decimals)


def _decimals(key: str, goals: tuple[GoalResult, ...]) -> int:
    return 1 if key == PERSONS else max(_indicator(key, goals)[1].decimals, 1)


def _indicator(key: str, goals: tuple[GoalResult, ...]) -> tuple[GoalResult, IndicatorResult]:
    return next((g, i) for g in goals for i in g.indicators if indicator_key(g, i) == key)


@dataclass(frozen=True)
class _Teller:
    attribution: Attribution
    language: str

    def says(self, name: str, **values: Any) -> str:
        return one_stop(text(f"why.{name}", self.language, **values))

    def title(self, key: str) -> str:
        return figure_title(key, self.attribution.goals, self.language)

    def difference(self, key: str, value: float) -> str:
        return difference_shown(key, value, self.attribution.goals, self.language)

    def bare(self, key: str, value: float) -> str:
        return difference_shown(key, value, self.attribution.goals, self.language, unit=False)

    def contributions(self, figure: Contributions) -> str:
        parts = sorted(
            zip(self.attribution.levers, figure.parts, strict=True), key=lambda part: -abs(part[1])
        )
        total = self.difference(figure.key, figure.change)
        title = self.title(figure.key)
        telling = [part for part in parts if self.bare(figure.key, part[1]) != self.bare(figure.key, 0.0)]
        if not telling:
            return self.says("unmoved", figure=title, total=total)
        if len(telling) == 1 and len(parts) > 0 and math.isclose(telling[0][1], figure.change, rel_tol=0.01):
            return self.says(
                "one_lever", figure=title, total=total, lever=telling[0][0].words.text(self.language)
            )
        named = [
            self.says("part", lever=lever.words.text(self.language), n=self.bare(figure.key, value))
            for lever, value in telling[:_MOST_PARTS]
        ]
        others = telling[_MOST_PARTS:]
        if others:
            rest = sum(value for _, value in others)
            named.append(self.says("others", n=self.bare(figure.key, rest)))
        return self.says("contributions", figure=title, total=total, parts="; ".join(named))

    def pair(self, pair: Together) -> str:
        first, second = (
            self.attribution.levers[i].words.text(self.language) for i in (pair.first, pair.second)
        )
        one, two = pair.alone
        nothing = self.bare(pair.key, 0.0)
        if one * two < 0 and nothing not in (self.bare(pair.key, one), self.bare(pair.key, two)):
            key = "together.against"
        elif one + two and pair.together / (one + two) < 0:
            key = "together.otherwise"
        else:
            key = "together.less" if _less(pair.alone, pair.together) else "together.more"
        sentence = self.says(
            key,
            first=first,
            second=second,
            figure=self.title(pair.key),
            one=self.bare(pair.key, one),
            two=self.bare(pair.key, two),
            together=self.difference(pair.key, pair.together),
            sum=self.bare(pair.key, one + two),
        )
        if pair.reason is None:
            return one_stop(sentence + ".")
        return f"{sentence}: {pair.reason.text(self.language)}."
