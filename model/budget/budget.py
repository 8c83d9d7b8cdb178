"""What a run costs the municipality per budget year and function: gross, refund, net, against the baseline.

Full-time persons at the start of each week, times the benefit's rate, times the municipality's share by
accumulated week; offers, starts, meetings and mentors by price. Figures are before budgetgaranti,
equalisation and tax.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from model.domain import (
    FIRM_KINDS,
    GROUP_INDEX,
    GROUPS,
    KIND_INDEX,
    KINDS,
    N_GROUPS,
    N_KINDS,
    REFUND_CLASSES,
    WEEKS_PER_YEAR,
)
from model.language.catalogue import LANGUAGES, group_name, listed, money, name, number, percent, text
from model.language.messages import Text
from model.parameters.prices import BudgetParameters, budget_file
from model.parameters.sourced_value import Quality
from model.simulation.outcome import Outcome
from model.simulation.totals_by_group import group_totals

Floats = NDArray[np.float64]

_DAGPENGE: Final = GROUP_INDEX["dagpenge"]
_FLEKSJOB: Final = GROUP_INDEX["fleksjob"]
_PENSION: Final = GROUP_INDEX["foertidspension"]
# Groups whose offers the state may refund (``BudgetParameters.offer_refund``).
_REFUNDED: Final = (GROUP_INDEX["ressourceforloeb"],)
_GUIDANCE: Final = KIND_INDEX["guidance"]
_WAGE_SUBSIDY: Final = KIND_INDEX["private_wage_subsidy"]
_WEEKS_PER_QUARTER: Final = 13

# The payment factors are solved so that the ministry's mix is priced within this share of its own price.
NEAR_MINISTRY: Final = 0.20
_MINISTRY: Final = "budget.check.ministry_price"

# Groups from which people go to permanent support: a saving on their offers is flagged.
TOWARDS_PENSION: Final = ("kontanthjaelp_aktivitetsparat", "jobafklaring", "ressourceforloeb")
# Levers that nobody has priced; a change of one makes the budget say so.
_UNPRICED: Final = ("equal_effort", "caseworker_changes", "partial_return", "fleksjob_openings")

_OFFERS_INSURED: Final = "5.68.91"
_OFFERS_OTHERS: Final = "5.68.90"
_WAGE_SUBSIDIES: Final = "5.58.81"
_ADMINISTRATION: Final = "6.45.53"

# An expense below this share of what is saved in the end is none.
_NO_EXPENSE: Final = 0.01
# Differences below this are rounding, not money (DKK) and not persons.
_DKK: Final = 1.0
_PERSONS: Final = 0.5


@dataclass(frozen=True, eq=False)
class Figures:
    """The same figure in the scenario and in the baseline, DKK per budget year [Y] or per week [T]."""

    scenario: Floats
    baseline: Floats

    @property
    def difference(self) -> Floats:
        """Scenario less baseline; above zero costs more."""
        return self.scenario - self.baseline


@dataclass(frozen=True, eq=False)
class Amounts:
    """Gross expenditure, state refund and the municipality's net, DKK per budget year [Y]."""

    gross: Figures
    refund: Figures

    @property
    def net(self) -> Figures:
        """Gross less refund."""
        return Figures(self.gross.scenario - self.refund.scenario, self.gross.baseline - self.refund.baseline)


@dataclass(frozen=True, eq=False)
class FunctionFigures(Amounts):
    """One function of the chart of accounts."""

    function: str
    label: Text
    quality: Quality


@dataclass(frozen=True, eq=False)
class ComponentFigures(Amounts):
    """One kind of expenditure: a group's benefit, an offer kind, starts, meetings and so on."""

    component: str
    label: Text
    assumed: bool  # its price is an assumption


@dataclass(frozen=True, eq=False)
class BudgetResult:
    """Y budget years, the calendar years of the weeks' Mondays, and T weeks. Amounts in DKK of their year."""

    years: tuple[int, ...]
    weeks_in_year: tuple[int, ...]  # a year that the run covers only in part has fewer than 52
    weeks: NDArray[np.datetime64]
    gross: Figures
    refund: Figures
    net: Figures
    by_function: Mapping[str, FunctionFigures]
    by_component: Mapping[str, ComponentFigures]
    weekly_net: Figures
    share_assumed: float  # of the absolute difference, 0-1
    warnings: tuple[Text, ...]
    note: Text
    make_ministry_check: Callable[[], MinistryCheck]

    @cached_property
    def ministry_check(self) -> MinistryCheck:
        """The external check: this budget's price of the ministry's mix beside the ministry's own."""
        return self.make_ministry_check()

    @property
    def total_difference(self) -> float:
        """Net difference from the baseline over the whole run, DKK."""
        return float(self.net.difference.sum())

    def break_even(self) -> np.datetime64 | None:
        """Monday of the week in which the scenario has paid for itself: an expense first, a saving after it.

        None where it costs nothing first or never pays.
        """
        total = np.cumsum(self.weekly_net.difference)
        if not len(total) or total[-1] >= 0 or total.max() <= _NO_EXPENSE * -total[-1]:
            return None
        return np.datetime64(self.weeks[int(np.flatnonzero(total >= 0)[-1]) + 1], "D")


@dataclass(frozen=True, eq=False)
class _Reference:
    """What a baseline decides in another run's budget: what is bound and what follows marginal rules."""

    fleksjob: Floats  # [T] persons
    fleksjob_refund: Floats  # [T, 4] the same by refund class
    pensions: Floats  # [T] persons
    guidance: Floats  # [T, G] participants


@dataclass(frozen=True, eq=False)
class _Volumes:
    """Persons and starts of one run that are priced, all groups; per week and summed per year."""

    persons: Floats  # [T, G] at the start of the week
    refund: Floats  # [T, G, 4] the same by refund class
    participants: Floats  # [T, G, K] at the start of the week
    starts: Floats  # [T, G, K]
    meetings: Floats  # [T, G] a week
    mentees: Floats  # [T, G]
    early: Floats  # [T] persons in the early package
    normal_meetings: Floats  # [T] meetings a quarter on dagpenge outside the package

    def as_reference(self) -> _Reference:
        """Of a baseline, what another run's budget needs; copied, so that the rest can go."""
        return _Reference(
            self.persons[:, _FLEKSJOB].copy(),
            self.refund[:, _FLEKSJOB].copy(),
            self.persons[:, _PENSION].copy(),
            self.participants[:, :, _GUIDANCE].copy(),
        )


def _volumes(outcome: Outcome) -> _Volumes:
    totals = group_totals(outcome)
    refund = totals.at_week_start("refund_class")
    paths = outcome.paths
    persons = refund.sum(axis=2)
    return _Volumes(
        persons=persons,
        refund=refund,
        participants=totals.at_week_start("participants"),
        starts=totals.series("starts"),
        meetings=paths.meetings / _WEEKS_PER_QUARTER * persons,
        mentees=paths.mentor_share * persons,
        early=paths.early_package * refund[:, _DAGPENGE, :2].sum(axis=1),
        normal_meetings=paths.meetings[:, _DAGPENGE],
    )


@dataclass(frozen=True, eq=False)
class _Costs:
    """Gross and refund by year and column; the columns are listed by ``_columns``."""

    gross: Floats  # [Y, C]
    refund: Floats  # [Y, C]
    weekly_net: Floats  # [T]


@dataclass(frozen=True)
class _Column:
    component: str
    function: str


def _columns() -> tuple[_Column, ...]:
    """What each column of ``_Costs`` is: benefits by group, offers by kind, and so on."""
    benefits = budget_file().benefits
    columns = [_Column(f"benefit.{group}", benefits[group].function) for group in GROUPS]
    for payer in (_OFFERS_INSURED, _OFFERS_OTHERS):
        for kind in KINDS:
            subsidy = kind == KINDS[_WAGE_SUBSIDY] and payer == _OFFERS_OTHERS
            columns.append(_Column(f"offer.{kind}", _WAGE_SUBSIDIES if subsidy else payer))
    columns += [_Column(f"start.{kind}", _ADMINISTRATION) for kind in FIRM_KINDS]
    columns += [_Column("bound_guidance", payer) for payer in (_OFFERS_INSURED, _OFFERS_OTHERS)]
    columns.append(_Column("meetings", _ADMINISTRATION))
    columns += [_Column("mentor", payer) for payer in (_OFFERS_INSURED, _OFFERS_OTHERS)]
    columns.append(_Column("early_package", _OFFERS_INSURED))
    return tuple(columns)


_COLUMNS: Final = _columns()
_COMPONENTS: Final = tuple(dict.fromkeys(column.component for column in _COLUMNS))
_FUNCTIONS: Final = tuple(sorted({column.function for column in _COLUMNS}))
_TO_COMPONENT: Final = np.array(
    [[column.component == c for c in _COMPONENTS] for column in _COLUMNS], dtype=float
)
_TO_FUNCTION: Final = np.array(
    [[column.function == f for f in _FUNCTIONS] for column in _COLUMNS], dtype=float
)


@dataclass(frozen=True, eq=False)
class _Prices:
    """Rates and prices of every week of a run."""

    rate: Floats  # [T, G]
    index: Floats  # [T]
    offer_refund: Floats  # [T, G]


def _prices(parameters: BudgetParameters, year_of_week: NDArray[np.int64]) -> _Prices:
    years, row = np.unique(year_of_week, return_inverse=True)
    return _Prices(
        rate=np.stack([parameters.weekly_rate(int(year)) for year in years])[row],
        index=np.array([parameters.price_index(int(year)) for year in years])[row],
        offer_refund=np.stack([parameters.offer_refund(int(year)) for year in years])[row],
    )


def _costs(
    volumes: _Volumes,
    baseline: _Reference,
    parameters: BudgetParameters,
    prices: _Prices,
    first_of_year: NDArray[np.int64],
) -> _Costs:
    """Gross and refund of one run; ``baseline`` decides what is bound and what follows marginal rules."""
    weeks = len(prices.index)
    gross = np.zeros((weeks, len(_COLUMNS)))
    refund = np.zeros_like(gross)
    ladder = parameters.municipal_share

    # Benefits.
    gross[:, :N_GROUPS] = volumes.persons * prices.rate
    municipal = (volumes.refund @ ladder) * prices.rate
    # Old flex jobs and pensions have the state's old, higher share; what comes or goes follows today's rules.
    change = volumes.refund[:, _FLEKSJOB] - baseline.fleksjob_refund
    municipal[:, _FLEKSJOB] = prices.rate[:, _FLEKSJOB] * (
        parameters.fleksjob_share * baseline.fleksjob + change @ ladder
    )
    pensions = baseline.pensions
    municipal[:, _PENSION] = prices.rate[:, _PENSION] * (
        parameters.foertidspension_share * pensions
        + parameters.foertidspension_new_share * (volumes.persons[:, _PENSION] - pensions)
    )
    refund[:, :N_GROUPS] = gross[:, :N_GROUPS] - municipal
    at = N_GROUPS

    # Offers: the insured unemployed first, then all others, of whom some carry a refund.
    index = prices.index[:, None]
    weekly = parameters.price_week * index
    insured = volumes.participants[:, _DAGPENGE] * weekly
    everyone = volumes.participants.sum(axis=1) * weekly
    refunded = np.zeros_like(insured)
    for group in _REFUNDED:
        refunded += volumes.participants[:, group] * prices.offer_refund[:, group, None] * weekly
    gross[:, at : at + N_KINDS] = insured
    at += N_KINDS
    gross[:, at : at + N_KINDS] = everyone - insured
    refund[:, at : at + N_KINDS] = refunded
    at += N_KINDS
    firm = len(FIRM_KINDS)
    gross[:, at : at + firm] = volumes.starts[:, :, :firm].sum(axis=1) * parameters.price_start[:firm] * index
    at += firm

    # Guidance that is replaced: its bound part is paid for some weeks more.
    fewer = np.maximum(baseline.guidance - volumes.participants[:, :, _GUIDANCE], 0.0)
    fresh = fewer.copy()
    fresh[parameters.bound_weeks :] -= fewer[: max(weeks - parameters.bound_weeks, 0)]
    bound = np.maximum(fresh, 0.0) * (parameters.bound_share * parameters.price_week[_GUIDANCE]) * index
    mentor = volumes.mentees * parameters.mentor_week * index
    meetings = volumes.meetings.sum(axis=1) * parameters.price_meeting * prices.index
    for block in (bound, mentor):
        gross[:, at] = block[:, _DAGPENGE]
        gross[:, at + 1] = block.sum(axis=1) - block[:, _DAGPENGE]
        refund[:, at + 1] = (block * prices.offer_refund).sum(axis=1)
        at += 2
        if block is bound:
            gross[:, at] = meetings
            at += 1
    # The package stands in place of the normal meetings of the first half year.
    more = np.maximum(parameters.early_package_meetings - volumes.normal_meetings, 0.0) / _WEEKS_PER_QUARTER
    package = parameters.early_package_week + more * parameters.price_meeting
    gross[:, at] = volumes.early * package * prices.index
    return _Costs(
        np.add.reduceat(gross, first_of_year, axis=0),
        np.add.reduceat(refund, first_of_year, axis=0),
        gross.sum(axis=1) - refund.sum(axis=1),
    )


@dataclass(frozen=True, eq=False)
class BaselineNet:
    """A baseline's net per budget year and what other runs' budgets need of it: small enough for every draw."""

    years: tuple[int, ...]
    net: Floats  # [Y] DKK
    reference: _Reference


def baseline_net(baseline_outcome: Outcome) -> BaselineNet:
    """Of a baseline what :func:`net_by_year` compares with, at the prices of the run's municipality."""
    volumes = _volumes(baseline_outcome)
    reference = volumes.as_reference()
    years, net = _net(baseline_outcome, volumes, reference)
    return BaselineNet(years, net, reference)


def net_by_year(outcome: Outcome, base: BaselineNet) -> Floats:
    """Net per budget year [Y], DKK, as :func:`budget` has it and nothing else: for draws and sweeps."""
    return _net(outcome, _volumes(outcome), base.reference)[1]


def _net(outcome: Outcome, volumes: _Volumes, reference: _Reference) -> tuple[tuple[int, ...], Floats]:
    parameters = outcome.municipality.budget
    year_of_week, first = _years_of_weeks(outcome.weeks)
    costs = _costs(volumes, reference, parameters, _prices(parameters, year_of_week), first)
    years = tuple(int(year) for year in year_of_week[first])
    return years, (costs.gross - costs.refund).sum(axis=1)


def _years_of_weeks(weeks: NDArray[np.datetime64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Calendar year of each week's Monday [T], and the first week of each year [Y]."""
    year_of_week = weeks.astype("datetime64[Y]").astype(np.int64) + 1970
    return year_of_week, np.flatnonzero(np.diff(year_of_week, prepend=year_of_week[0] - 1))


# A baseline's budget is asked for on every move of a slider: kept as long as the baseline is.
_baselines: WeakKeyDictionary[Outcome, tuple[BudgetParameters, _Volumes, _Costs]] = WeakKeyDictionary()


def budget(
    outcome: Outcome, baseline_outcome: Outcome, parameters: BudgetParameters | None = None
) -> BudgetResult:
    """The run's budget beside the baseline's.

    Arguments: two outcomes over the same weeks; ``parameters`` default to the municipality's own.
    Returns DKK per budget year (calendar year of each week's Monday), current prices of that year.
    Raises ValueError where the weeks differ.
    """
    if not np.array_equal(outcome.weeks, baseline_outcome.weeks):
        raise ValueError("scenario and baseline must cover the same weeks")
    parameters = outcome.municipality.budget if parameters is None else parameters
    weeks = outcome.weeks
    year_of_week, first = _years_of_weeks(weeks)
    prices = _prices(parameters, year_of_week)
    years = tuple(int(year) for year in year_of_week[first])

    known = _baselines.get(baseline_outcome)
    if known is None or known[0] is not parameters:
        base_volumes = _volumes(baseline_outcome)
        known = (
            parameters,
            base_volumes,
            _costs(base_volumes, base_volumes.as_reference(), parameters, prices, first),
        )
        _baselines[baseline_outcome] = known
    _, base_volumes, base = known
    if outcome is baseline_outcome:
        volumes, run = base_volumes, base
    else:
        volumes = _volumes(outcome)
        run = _costs(volumes, base_volumes.as_reference(), parameters, prices, first)
    gross = Figures(run.gross, base.gross)
    refund = Figures(run.refund, base.refund)

    def summed(mapping: Floats) -> tuple[Figures, Figures]:
        return (
            Figures(gross.scenario @ mapping, gross.baseline @ mapping),
            Figures(refund.scenario @ mapping, refund.baseline @ mapping),
        )

    component_gross, component_refund = summed(_TO_COMPONENT)
    function_gross, function_refund = summed(_TO_FUNCTION)
    assumed = _assumed(parameters)
    labels = _component_labels()
    functions = budget_file().functions
    by_component = {
        component: ComponentFigures(
            _column(component_gross, i),
            _column(component_refund, i),
            component,
            labels[component],
            bool(assumed[i]),
        )
        for i, component in enumerate(_COMPONENTS)
    }
    by_function = {
        function: FunctionFigures(
            _column(function_gross, i),
            _column(function_refund, i),
            function,
            functions[function].name,
            functions[function].quality,
        )
        for i, function in enumerate(_FUNCTIONS)
    }
    moved = np.abs(component_gross.difference - component_refund.difference).sum(axis=0)
    total = float(moved.sum())
    net_difference = gross.difference - refund.difference
    return BudgetResult(
        years=years,
        weeks_in_year=tuple(int(n) for n in np.diff([*first, len(weeks)])),
        weeks=weeks,
        gross=Figures(gross.scenario.sum(axis=1), gross.baseline.sum(axis=1)),
        refund=Figures(refund.scenario.sum(axis=1), refund.baseline.sum(axis=1)),
        net=Figures(
            (gross.scenario - refund.scenario).sum(axis=1), (gross.baseline - refund.baseline).sum(axis=1)
        ),
        by_function=by_function,
        by_component=by_component,
        weekly_net=Figures(run.weekly_net, base.weekly_net),
        share_assumed=float(moved[assumed].sum()) / total if total > _DKK else 0.0,
        warnings=_warnings(
            outcome, baseline_outcome, volumes, base_volumes, parameters, prices, net_difference
        ),
        note=_both("budget.note"),
        make_ministry_check=lambda: ministry_check(baseline_outcome, parameters),
    )


def _column(figures: Figures, i: int) -> Figures:
    return Figures(figures.scenario[:, i], figures.baseline[:, i])


def _both(key: str, **values: Any) -> Text:
    """A text in both languages; a value may be a function of the language."""
    filled = {
        language: {k: v(language) if callable(v) else v for k, v in values.items()} for language in LANGUAGES
    }
    return Text(**{language: text(key, language, **filled[language]) for language in LANGUAGES})


_labels: dict[str, Text] = {}


def _component_labels() -> Mapping[str, Text]:
    if not _labels:
        found = {}
        for component in _COMPONENTS:
            what, _, which = component.partition(".")
            if what == "benefit":
                found[component] = _both(
                    "budget.component.benefit", group=lambda lang, g=which: group_name(g, lang)
                )
            elif which:
                found[component] = _both(
                    f"budget.component.{what}", kind=lambda lang, k=which: name("kind", k, lang)
                )
            else:
                found[component] = _both(f"budget.component.{component}")
        _labels.update(found)
    return _labels


# Which numbers decide whether a component's price is an assumption.
_PRICE_IDS: Final = {
    "benefit.fleksjob": "budget.rate.fleksloentilskud.2020",
    "benefit.foertidspension": "budget.payment_factor.foertidspension",
    "bound_guidance": "budget.price.guidance_week",
    "meetings": "budget.price.meeting",
    "mentor": "budget.price.mentor_hour",
    "early_package": "budget.price.early_package_week",
}


def _assumed(parameters: BudgetParameters) -> NDArray[np.bool_]:
    """Components whose price is an assumption, in the order of ``_COMPONENTS``."""
    flags = []
    for component in _COMPONENTS:
        what, _, which = component.partition(".")
        if component in _PRICE_IDS:
            flags.append(parameters.values[_PRICE_IDS[component]].quality == "assumption")
        elif what in ("offer", "start"):
            flags.append(parameters.assumed_kind[KIND_INDEX[which]])
        else:
            flags.append(False)
    return np.array(flags)


def _warnings(
    outcome: Outcome,
    baseline: Outcome,
    volumes: _Volumes,
    base: _Volumes,
    parameters: BudgetParameters,
    prices: _Prices,
    net_difference: Floats,
) -> tuple[Text, ...]:
    if outcome is baseline:
        return ()
    found = []
    rows = [GROUP_INDEX[group] for group in TOWARDS_PENSION]
    # Fewer offers than the baseline gives to as many people: a smaller group needs fewer, and that is no cut.
    before = np.maximum(base.persons[:, rows], 1e-9)
    expected = base.participants[:, rows] * (volumes.persons[:, rows] / before)[:, :, None]
    cut = expected - volumes.participants[:, rows]  # [T, 3, K]
    fewer = cut.sum(axis=2)
    saved = float(((cut @ parameters.price_week).sum(axis=1) * prices.index).sum())
    pension = volumes.persons[:, _PENSION] - base.persons[:, _PENSION]
    price = prices.rate[0, _PENSION] * parameters.foertidspension_new_share * WEEKS_PER_YEAR
    # A saving on offers counts also where other expenditure hides it in the total.
    if fewer.mean(axis=0).sum() > _PERSONS and saved > _DKK:
        lost = [TOWARDS_PENSION[i] for i in range(len(rows)) if fewer[:, i].mean() > _PERSONS / len(rows)]
        found.append(
            _both(
                "budget.warning.towards_pension",
                persons=lambda lang: number(float(fewer.mean(axis=0).sum()), lang, 0),
                groups=lambda lang: ", ".join(group_name(g, lang, short=True) for g in lost),
                saved=lambda lang: money(saved, lang),
                pension=lambda lang: number(float(pension[-1]), lang, 1, signed=True),
                price=lambda lang: money(price, lang),
            )
        )
    elif pension[-1] > _PERSONS and net_difference.sum() < -_DKK:
        found.append(
            _both(
                "budget.warning.more_pensions",
                pension=lambda lang: number(float(pension[-1]), lang, 1, signed=True),
                saved=lambda lang: money(float(-net_difference.sum()), lang),
            )
        )
    free = [
        lever
        for lever in _UNPRICED
        if not np.array_equal(getattr(outcome.paths, lever), getattr(baseline.paths, lever))
    ]
    if free:
        found.append(
            _both(
                "budget.warning.unpriced",
                levers=lambda lang: listed([text(f"budget.lever.{lever}", lang) for lever in free], lang),
            )
        )
    return tuple(found)


@dataclass(frozen=True)
class MinistryCheck:
    """What the mix of Ballerup's differences costs here, beside the ministry's own price; DKK a year."""

    model: float
    ministry: float

    @property
    def ratio(self) -> float:
        """Model over ministry."""
        return self.model / self.ministry

    @property
    def within(self) -> bool:
        """Whether the model's price is near enough to the ministry's."""
        return abs(self.ratio - 1.0) <= NEAR_MINISTRY

    @property
    def told(self) -> Text:
        """The check in a sentence: value, target, and whether it is within the limit."""
        return _both(
            "budget.check.within" if self.within else "budget.check.outside",
            model=lambda lang: money(round(self.model, -2), lang),
            ministry=lambda lang: money(self.ministry, lang),
            limit=lambda lang: percent(NEAR_MINISTRY, lang),
        )


def ministry_check(baseline: Outcome, parameters: BudgetParameters | None = None) -> MinistryCheck:
    """Prices 50 fewer on dagpenge, 30 more sick-listed, 230 fewer on kontanthjælp etc. per person and year.

    The two last are spread over their benefits by stock, all over the refund ladder as the baseline's stock
    at rest. Rates are the mean of 2020 and 2021, as the ministry's year runs from July to June.
    """
    from model.parameters.files import BENCHMARK_GROUPS

    parameters = baseline.municipality.budget if parameters is None else parameters
    refund = baseline.initial["refund_class"].sum(axis=1)
    stock = refund.sum(axis=1)
    year = parameters.year_of(_MINISTRY)
    rate = (parameters.weekly_rate(year) + parameters.weekly_rate(year + 1)) / 2
    net = (refund @ parameters.municipal_share) * rate * WEEKS_PER_YEAR
    money_saved = persons = 0.0
    for name_, groups in BENCHMARK_GROUPS.items():
        rows = [GROUP_INDEX[group] for group in groups]
        difference = parameters.number(f"budget.check.mix.{name_}")
        money_saved += difference * float(net[rows].sum() / stock[rows].sum())
        persons += difference
    return MinistryCheck(money_saved / persons, parameters.number(_MINISTRY))


def person_week_net(parameters: BudgetParameters, year: int) -> Floats:
    """What one full-time person and week costs net by group and refund class, DKK [G, 4]."""
    shares = np.repeat(parameters.municipal_share[None, :], N_GROUPS, axis=0)
    shares[_PENSION] = parameters.foertidspension_new_share
    return parameters.weekly_rate(year)[:, None] * shares


def spell_share(parameters: BudgetParameters, weeks: int) -> float:
    """Municipal share (0-1) of the benefit over one person's unbroken spell of ``weeks``."""

    step = np.searchsorted(np.array(REFUND_CLASSES), np.arange(weeks), side="right") - 1
    return float(parameters.municipal_share[step].mean())
