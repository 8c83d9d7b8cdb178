"""Replace assumed prices by a municipality's account: the level of the prices of offers, what a benefit pays.

An account fixes how much was spent, and the persons of the year what that is a week. How the prices stand to one
another stays as assumed: one factor scales all of a function. What a function holds besides is an assumption with a
range (``model/data/tables/accounts.yaml``), so that a price has a range too, narrower the more is known of persons.
"""

from __future__ import annotations

import math
from calendar import isleap
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from model.domain import FIRM_KINDS, GROUP_INDEX, KIND_INDEX, OFFER_GROUPS
from model.imports.accounts import (
    AMOUNTS,
    PER_INHABITANT,
    Account,
    BenefitFunction,
    account_of,
    account_rules,
    what_function,
)
from model.imports.replace_activation import present_offers
from model.imports.replacement_builder import ReplacementBuilder
from model.imports.rows import Row
from model.language.catalogue import money, number, percent
from model.language.messages import Localized, Message, Phrase, Text, joined
from model.parameters.budget_file import budget_values
from model.parameters.families import correlation
from model.parameters.ids import BENCHMARK_GROUPS
from model.parameters.register import suppressed_of
from model.parameters.sourced_value import Quality, SourcedValue

# Relative room below and above a central value; 0.2 above is 20 per cent more.
Room = tuple[float, float]

_MONTHS_PER_YEAR: Final = 12
_WEEKS_PER_QUARTER: Final = 13
# Prices that the account of offers scales, and the kind of offer of each. A private wage subsidy is left out: most of
# it stands on another function.
_KIND_OF_PRICE: Final[Mapping[str, str]] = {
    "budget.price.guidance_week": "guidance",
    "budget.price.course_week": "course",
    "budget.price.education_week": "education",
    "budget.price.utility_job_week": "utility_job",
    "budget.price.own_outreach_week": "private_placement",
    "budget.price.other_actors_week": "private_placement",
    "budget.price.municipal_workplace_week": "public_placement",
    "budget.price.company_centre_week": "company_centre",
    "budget.price.paid_hours_week": "paid_hours",
}
_OTHER_ACTORS: Final = "budget.price.other_actors_week"
_OWN_OUTREACH: Final = "budget.price.own_outreach_week"
_BENEFITS: Final = ("budget.rate.", "budget.payment_factor.")
# Nobody is paid more than the full rate.
_MOST_OF_A_RATE: Final = 1.0
_INDEX_PRICES: Final = "budget.index.prices"
_INDEX_BENEFITS: Final = "budget.index.benefits"
# A number that the user has from elsewhere stays; one from an account, or assumed, is worked out anew.
_REPLACEABLE: Final = ("assumption", "derived")
_MOST_OF_THE_COST: Final = 0.5


def replace_accounts(builder: ReplacementBuilder, rows: Sequence[Row]) -> None:
    """Replace prices of offers and what benefits pay, where the file is an account or a budget."""
    own = [row for row in rows if row.measure_id in (*AMOUNTS, PER_INHABITANT)]
    if not own:
        return
    builder.use(own)
    account = account_of(builder, own)
    if account is None:
        return
    _offers(builder, account)
    for benefit in account_rules().functions.benefits:
        if benefit.function in account.amounts:
            _benefit(builder, account, benefit)
    for function in account_rules().functions.shared:
        if function in account.amounts:
            builder.skip(what_function(function), Message("import.account.shared"))
    _administration(builder, account)


# --- ranges ---------------------------------------------------------------------------------------


def _room(value: SourcedValue) -> Room:
    """Return the room of a number with a range, relative to its value; none where it has no range."""
    if value.low is None or value.high is None or not value.value:
        return 0.0, 0.0
    return 1.0 - value.low / value.value, value.high / value.value - 1.0


def _room_of(builder: ReplacementBuilder, parameter: str) -> Room:
    """Return the room of a number of the municipality; none where a table before this one has counted it."""
    row = builder.municipality.parameter(parameter).value
    # Where all tables are fetched, the values are replaced one table after another, and the register stays as it was.
    counted = builder.municipality.values.get(parameter, row.value) != row.value
    return (0.0, 0.0) if counted else _room(row)


def _inverse(room: Room) -> Room:
    """Return the room of one divided by a number with that room."""
    down, up = room
    return up / (1.0 + up), down / (1.0 - down) if down < 1.0 else math.inf


def _together(rooms: Iterable[Room]) -> Room:
    """Return the room of a product of numbers that do not depend on one another: roots of summed squares."""
    below, above = zip(*rooms, strict=True)
    return math.hypot(*below), math.hypot(*above)


def _room_of_sum(parts: Sequence[tuple[float, Room]], correlated: float) -> Room:
    """Return the room of a sum of numbers, any two of which move together by the correlation ``correlated`` (0-1)."""
    whole = sum(value for value, _ in parts)
    sides = []
    for side in (0, 1):
        widths = [value * room[side] for value, room in parts]
        apart, joint = sum(width**2 for width in widths), sum(widths) ** 2
        sides.append(math.sqrt(correlated * joint + (1.0 - correlated) * apart) / whole if whole else 0.0)
    return sides[0], sides[1]


def _account_rooms(builder: ReplacementBuilder, account: Account, index: str) -> list[Room]:
    """Return what makes an account's amount unsure beside the persons: another year, another price level, a budget."""
    assumed = account_rules().assumptions
    years = abs(account.year - (builder.municipality.start.year - 1))
    drift = assumed.persons_change.value * years
    growth, n = budget_values()[index], account.year - _price_year()
    rooms: list[Room] = [(drift, drift)]
    if n and growth.low is not None and growth.high is not None:
        ends = [((1 + growth.value) / (1 + end)) ** n - 1.0 for end in (growth.low, growth.high)]
        rooms.append((-min(ends), max(ends)))
    if account.is_budget:
        rooms.append((assumed.budget_deviation.value, assumed.budget_deviation.value))
    return rooms


def _price_year() -> int:
    """Return the year whose price level prices have."""
    return int(budget_values()["budget.price.guidance_week"].as_of[:4])


def _weeks(year: int) -> float:
    """Return the weeks of a year by its days."""
    return (366 if isleap(year) else 365) / 7


# --- offers ---------------------------------------------------------------------------------------


def _offers(builder: ReplacementBuilder, account: Account) -> None:
    """Replace the assumed prices of offers: all by one factor, the account over what they would have cost."""
    functions = account_rules().functions.offers
    if functions[0] not in account.amounts:
        builder.skip(what_function(functions[0]), Message("import.account.missing"))
        return
    missing = ", ".join(function for function in functions if function not in account.amounts)
    if missing:
        builder.notes.append(Message("import.account.counted_as_none", functions=missing))
    name = " + ".join(functions)
    spent = sum(account.amounts.get(function, 0.0) for function in functions)
    if spent <= 0:
        builder.skip(what_function(name), Message("import.account.not_positive", amount=Phrase(money, spent)))
        return
    share, prices = account_rules().assumptions.offers_share, builder.municipality.budget
    index, weeks, assumed = (
        prices.price_index(account.year),
        _person_weeks(builder, account.year),
        budget_values(),
    )
    scaled = {i: n for i, n in weeks.items() if prices.values[i].quality in _REPLACEABLE}
    fixed = sum(n * prices.values[i].value for i, n in weeks.items() if i not in scaled)
    n_weeks, cost = sum(scaled.values()), sum(n * assumed[i].value for i, n in scaled.items())
    available = spent * share.value / index - fixed
    if cost <= 0 or available <= 0:
        builder.skip(what_function(name), Message("import.account.nothing_left"))
        return
    in_words = Message(
        "import.account.offers",
        amount=Phrase(money, spent),
        functions=name,
        year=str(account.year),
        share=_assumed_share(share),
        level=_level("level", account.year, index, fixed),
        offers=Phrase(money, available),
        weeks=Phrase(number, n_weeks),
        mean=Phrase(number, available / n_weeks),
        assumed=Phrase(number, cost / n_weeks),
        factor=Phrase(number, available / cost, decimals=3),
    )
    builder.notes.append(in_words)
    parts = {i: n * assumed[i].value / cost for i, n in scaled.items()}
    _scale_prices(builder, account, parts, available / cost, in_words)


def _scale_prices(
    builder: ReplacementBuilder,
    account: Account,
    parts: Mapping[str, float],
    factor: float,
    in_words: Localized,
) -> None:
    """Replace assumed prices by themselves times a factor; ``in_words`` is how that came about.

    ``parts``: the share of the cost that each price makes up. One that makes up less than half of it is still an
    assumption: the account hardly says anything of it alone.
    """
    assumptions, participants = account_rules().assumptions, _participants_room(builder)
    if any(participants):
        builder.notes.append(Message("import.account.assumed_participants"))
    of_account = _together(
        [
            _room(assumptions.offers_share),
            _inverse(participants),
            *_account_rooms(builder, account, _INDEX_PRICES),
        ]
    )
    keeps = assumptions.mix_keeps.value
    for parameter, part in parts.items():
        before = budget_values()[parameter]
        down, up = _room(before)
        how = Message(
            "import.how.account.price",
            price=Phrase(number, before.value),
            factor=Phrase(number, factor, decimals=3),
        )
        room = _together([of_account, (keeps * down, keeps * up)])
        note = Phrase(joined, (how, in_words))
        quality: Quality = "derived" if part >= _MOST_OF_THE_COST else "assumption"
        _replace(builder, parameter, before.value * factor, room, how, note, quality)


def _assumed_share(share: SourcedValue) -> Localized:
    """Return an assumed share with its range."""
    low, high = (Phrase(number, 100.0 * (end or 0.0)) for end in (share.low, share.high))
    return Message("import.account.assumed_share", value=Phrase(percent, share.value), low=low, high=high)


def _level(key: str, year: int, index: float, fixed: float = 0.0) -> Localized:
    """Return how an amount was brought to the price level's year and to the scaled prices; "" where it was so."""
    parts: list[Localized] = []
    if year != _price_year():
        shown = Phrase(number, index, decimals=3)
        parts.append(Message(f"import.how.account.{key}", index=shown, year=str(_price_year())))
    if fixed:
        parts.append(Message("import.how.account.fixed", amount=Phrase(money, fixed)))
    return Phrase(joined, tuple(parts), separator="")


def _person_weeks(builder: ReplacementBuilder, year: int) -> dict[str, float]:
    """Return the weeks in offers of a year that each price is paid for."""
    by_kind: dict[str, float] = {}
    for group in OFFER_GROUPS:
        for kind, persons in present_offers(builder, group).items():
            by_kind[kind] = by_kind.get(kind, 0.0) + persons * _weeks(year)
    actors = builder.municipality.budget.number("budget.share.other_actors")
    part = {_OTHER_ACTORS: actors, _OWN_OUTREACH: 1.0 - actors}
    return {i: by_kind[kind] * part.get(i, 1.0) for i, kind in _KIND_OF_PRICE.items()}


def _participants_room(builder: ReplacementBuilder) -> Room:
    """Return how unsure the number of participants is, by the activation rates: none of those that are counted."""
    parts = []
    for group in OFFER_GROUPS:
        room = _room_of(builder, f"activation_rate.{group}")
        parts.append((sum(present_offers(builder, group).values()), room))
    return _room_of_sum(parts, correlation()[0].value)


# --- benefits -------------------------------------------------------------------------------------


def _benefit(builder: ReplacementBuilder, account: Account, benefit: BenefitFunction) -> None:
    """Replace what a benefit pays on average: the account over the full-time persons of its target groups."""
    what, spent = what_function(benefit.function), account.amounts[benefit.function]
    if spent <= 0:
        builder.skip(what, Message("import.account.not_positive", amount=Phrase(money, spent)))
        return
    if {f"stock.{group}" for group in benefit.groups} & suppressed_of(builder.municipality.register):
        # What was spent is public: the average would give the persons away.
        builder.skip(what, Message("import.account.few_persons"))
        return
    share = account_rules().assumptions.benefits_share
    budget, year = builder.municipality.budget, account.year
    persons = {group: builder.caseload_of(group) for group in benefit.groups}
    n, paid = sum(persons.values()), spent * share.value
    rooms = [
        _room(share),
        _inverse(_persons_room(builder, benefit.groups)),
        *_account_rooms(builder, account, _INDEX_BENEFITS),
    ]
    values = {
        "amount": Phrase(money, spent),
        "functions": benefit.function,
        "year": str(year),
        "share": _assumed_share(share),
        "paid": Phrase(money, paid),
        "persons": Phrase(number, n),
    }
    if benefit.parameter.startswith("budget.rate."):
        index = (1 + budget.number(_INDEX_BENEFITS)) ** (year - _price_year())
        value = paid / n / _MONTHS_PER_YEAR / index
        how = Message(
            "import.how.account.rate",
            mean=Phrase(number, value),
            level=_level("rate_level", year, index),
            **values,
        )
        _replace(builder, benefit.parameter, value, _together(rooms), how)
        return
    rate = budget.weekly_rate(year) * _weeks(year) / budget.number(benefit.parameter)
    full = sum(count * float(rate[GROUP_INDEX[group]]) for group, count in persons.items())
    factor = paid / full
    if factor > _MOST_OF_A_RATE:
        shown = Phrase(number, factor, decimals=3)
        builder.skip(what, Message("import.account.more_than_full", factor=shown))
        return
    how = Message(
        "import.how.account.factor",
        mean=Phrase(number, paid / n),
        full=Phrase(number, full / n),
        factor=Phrase(number, factor, decimals=3),
        **values,
    )
    _replace(builder, benefit.parameter, factor, _together(rooms), how)


def _persons_room(builder: ReplacementBuilder, groups: Sequence[str]) -> Room:
    """Return how unsure the persons of some target groups are together: none where they are counted.

    Those of one benefit of the benchmark share out its total, which is known: what these have too many of, the others
    have too few of, and all of them together are sure.
    """
    down, up = _stocks_room(builder, groups)
    family = next((names for names in BENCHMARK_GROUPS.values() if groups[0] in names), ())
    others = [group for group in family if group not in groups]
    if not family or not (down or up):
        return down, up
    rest = sum(map(builder.caseload_of, others))
    part = rest / (rest + sum(map(builder.caseload_of, groups)))
    fewer, more = _stocks_room(builder, others) if others else (0.0, 0.0)
    return part * math.hypot(down, more), part * math.hypot(up, fewer)


def _stocks_room(builder: ReplacementBuilder, groups: Sequence[str]) -> Room:
    """Return how unsure the sum of target groups' persons is by the ranges of each."""
    stocks = [(builder.caseload_of(group), _room_of(builder, f"stock.{group}")) for group in groups]
    return _room_of_sum(stocks, 0.0)


# --- administration -------------------------------------------------------------------------------


def _administration(builder: ReplacementBuilder, account: Account) -> None:
    """Tell why no price is worked out of the job centre's administration, and what its assumed prices come to."""
    function = account_rules().functions.administration
    spent = account.amounts.get(function)
    if spent is None:
        return
    engine, budget = builder.municipality.engine, builder.municipality.budget
    weeks = _weeks(account.year) * budget.price_index(account.year)
    meetings = float((engine.meetings * engine.stock.sum(axis=1)).sum()) / _WEEKS_PER_QUARTER
    starts = sum(
        present_offers(builder, group)[kind]
        / float(engine.offer_weeks[GROUP_INDEX[group], KIND_INDEX[kind]])
        * float(budget.price_start[KIND_INDEX[kind]])
        for group in OFFER_GROUPS
        for kind in FIRM_KINDS
    )
    cost = weeks * (meetings * budget.price_meeting + starts)
    key = "administration" if cost <= spent else "administration_over"
    builder.skip(
        what_function(function),
        Message(
            f"import.account.{key}",
            amount=Phrase(money, spent),
            year=str(account.year),
            cost=Phrase(money, cost),
            share=Phrase(percent, cost / spent if spent > 0 else math.nan),
        ),
    )


def _replace(
    builder: ReplacementBuilder,
    parameter: str,
    value: float,
    room: Room,
    how: Localized,
    note: Localized | None = None,
    quality: Quality = "derived",
) -> None:
    """Replace a number by one worked out of an account, with its room as range; ``note``: more than how, for later."""
    below, above = room
    low, high = max(0.0, value * (1.0 - below)), value * (1.0 + above)
    before = budget_values()[parameter]
    if parameter.startswith(_BENEFITS) and before.low is not None and before.high is not None:
        # The same number was known within a range before: it cannot be less sure now.
        if before.low <= value <= before.high:
            low, high = max(low, before.low), min(high, before.high)
        high = min(high, _MOST_OF_A_RATE) if before.unit == "share" else high
    stated = note or how
    builder.replace(
        parameter,
        value,
        before.unit,
        quality,
        how,
        low=low,
        high=high,
        note=Text(da=stated.da, en=stated.en),
    )
