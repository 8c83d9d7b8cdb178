"""Read accounts out of imported rows: the gross running cost of each function of the chart of accounts in one year.

Nothing is taken that could be something else: refunds and investments stand apart by dranst, parts and totals by art,
amounts per inhabitant by their unit.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from pydantic import BaseModel, ConfigDict, ValidationError

from model.files.folders import DATA_FOLDER
from model.files.strict_yaml import load_data_file
from model.files.validation_problems import problems_from
from model.imports.aggregation import CannotSum, by_period, total
from model.imports.replacement_builder import ReplacementBuilder
from model.imports.rows import Imported, Row
from model.imports.vocabulary import is_total, normalised
from model.language.messages import Localized, Message
from model.parameters.sourced_value import SourcedValue

ACCOUNTS_FILE: Final = DATA_FOLDER / "tables" / "accounts.yaml"
# DKK that one of a measure is.
AMOUNTS: Final[Mapping[str, float]] = {"amount": 1.0, "amount_thousand": 1000.0}
PER_INHABITANT: Final = "amount_per_inhabitant"
# A function is written 5.68.90 or 56890, 2201 for 0.22.01, with its name behind or without.
_FUNCTION: Final = re.compile(r"(?:0?([0-9])[. ]?)?([0-9]{2})[. ]?([0-9]{2})(?:[ :,-].*)?")
_ROLES: Final = ("function", "dranst", "art")
_MOST_NAMED: Final = 6


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class BenefitFunction(_Strict):
    """The function of a benefit, the target groups that it pays, and the number of the budget that it fixes."""

    function: str
    groups: tuple[str, ...]
    parameter: str


class _Functions(_Strict):
    offers: tuple[str, ...]
    benefits: tuple[BenefitFunction, ...]
    shared: tuple[str, ...]
    administration: str

    @property
    def used(self) -> tuple[str, ...]:
        """Return the functions that something is worked out from, or told of."""
        benefits = [benefit.function for benefit in self.benefits]
        return (*self.offers, *benefits, *self.shared, self.administration)


class _Dranst(_Strict):
    running: tuple[str, ...]
    other: tuple[str, ...]


class _Art(_Strict):
    gross: tuple[str, ...]
    net: tuple[str, ...]


class _Assumptions(_Strict):
    offers_share: SourcedValue
    benefits_share: SourcedValue
    mix_keeps: SourcedValue
    persons_change: SourcedValue
    budget_deviation: SourcedValue


class AccountRules(_Strict):
    """All of ``accounts.yaml``."""

    functions: _Functions
    dranst: _Dranst
    art: _Art
    budgets: tuple[str, ...]
    assumptions: _Assumptions


@lru_cache(maxsize=1)
def account_rules() -> AccountRules:
    """Return how accounts are read and used. Raises FileProblem where the file is wrong."""
    document = load_data_file(ACCOUNTS_FILE)
    try:
        return AccountRules.model_validate(document.data)
    except ValidationError as error:
        raise problems_from(error, document, document.name) from error


def function_of(label: str) -> str | None:
    """Return the function that a label names as 5.68.90, None where it names none."""
    match = _FUNCTION.fullmatch(normalised(label))
    return None if match is None else ".".join(match.groups(default="0"))


def is_account(imported: Imported) -> bool:
    """Return whether all figures of a file are amounts of an account, so that no target group is missing."""
    return all(row.measure_id in (*AMOUNTS, PER_INHABITANT) for row in imported.table)


@dataclass(frozen=True)
class Account:
    """Gross running cost by function, DKK in the whole of one year; a budget is what was expected."""

    year: int
    amounts: Mapping[str, float]
    is_budget: bool


def account_of(builder: ReplacementBuilder, rows: Sequence[Row]) -> Account | None:
    """Return the account in rows of amounts; None, with the reason noted, where it cannot be used."""
    what = Message("import.preview.what.account")
    per_inhabitant = [row for row in rows if row.measure_id == PER_INHABITANT]
    measures = [name for name in AMOUNTS if any(row.measure_id == name for row in rows)]
    if per_inhabitant:
        key = "per_inhabitant" if measures else "per_inhabitant_only"
        builder.skip(
            Message("import.preview.what.measure", measure=per_inhabitant[0].measure),
            Message(f"import.account.{key}"),
        )
    if not measures:
        return None
    if len({row.measure for row in rows if row.measure_id in AMOUNTS}) > 1:
        builder.skip(what, Message("import.account.two_columns"))
        return None
    if not builder.when.whole_year or builder.when.periods[0].start.month != 1:
        builder.skip(what, Message("import.account.whole_year"))
        return None
    if not any(_label(row, "function") for row in rows):
        builder.skip(what, Message("import.account.no_functions"))
        return None
    try:
        own = _running(builder, [row for row in rows if row.measure_id in AMOUNTS])
        own = _gross(builder, own)
    except CannotSum as error:
        builder.skip(what, error.message)
        return None
    unit = AMOUNTS[measures[0]]
    return Account(
        year=builder.when.periods[-1].end.year,
        amounts=_by_function(builder, own, unit),
        is_budget=builder.imported.source.table in account_rules().budgets,
    )


def _label(row: Row, role: str) -> str:
    """Return a row's label of a role that only accounts have, "" where it has none."""
    return next((label for name, label in row.other if name == role), "")


def _known(labels: Iterable[str]) -> frozenset[str]:
    """Return labels as they are compared."""
    return frozenset(map(normalised, labels))


def _running(builder: ReplacementBuilder, rows: Sequence[Row]) -> list[Row]:
    """Return the rows of running costs: no refunds, no investments. Raises CannotSum."""
    rules = account_rules().dranst
    running, other = _known(rules.running), _known(rules.other)
    labels = {_label(row, "dranst") for row in rows}
    if labels == {""}:
        if any(row.number is not None and row.number < 0 for row in rows):
            raise CannotSum(Message("import.account.no_dranst"))
        builder.notes.append(Message("import.account.all_running"))
        return list(rows)
    unknown = sorted(label for label in labels if normalised(label) not in running | other)
    if unknown:
        shown = ", ".join(unknown[:_MOST_NAMED]) or "–"
        builder.skip(
            Message("import.preview.what.account"), Message("import.account.unknown_dranst", labels=shown)
        )
    return [row for row in rows if normalised(_label(row, "dranst")) in running]


def _gross(builder: ReplacementBuilder, rows: Sequence[Row]) -> list[Row]:
    """Return the rows of gross expenditure, or of what is nearest to it. Raises CannotSum."""
    rules = account_rules().art
    labels = {normalised(_label(row, "art")) for row in rows}
    if labels <= {""}:
        if any(row.number is not None and row.number < 0 for row in rows):
            builder.notes.append(Message("import.account.income_off"))
        return list(rows)
    for known in (_known(rules.gross), _known(rules.net)):
        if known & labels:
            if not known & _known(rules.gross):
                builder.notes.append(Message("import.account.income_off"))
            return [row for row in rows if normalised(_label(row, "art")) in known]
    raise CannotSum(Message("import.account.no_gross"))


def _by_function(builder: ReplacementBuilder, rows: Sequence[Row], unit: float) -> dict[str, float]:
    """Return DKK by function that is used; what is hidden, missing in the year, unknown or of no use is noted."""
    of_function: dict[str, list[Row]] = {}
    unknown: dict[str, None] = {}
    for row in rows:
        function = function_of(_label(row, "function"))
        if function is None:
            unknown[_label(row, "function")] = None
        else:
            of_function.setdefault(function, []).append(row)
    if unknown:
        builder.skip(
            Message("import.preview.what.account"),
            Message("import.account.unknown_functions", labels=", ".join(list(unknown)[:_MOST_NAMED])),
        )
    amounts: dict[str, float] = {}
    for function in account_rules().functions.used:
        own = of_function.pop(function, [])
        if not own:
            continue
        try:
            amounts[function] = total(by_period(_whole(own)), builder.when) * unit
        except CannotSum as error:
            builder.skip(what_function(function), error.message)
    if of_function:
        others = sorted(of_function)
        shown = ", ".join(others[:_MOST_NAMED]) + (" ..." if len(others) > _MOST_NAMED else "")
        builder.skip(what_function(shown), Message("import.account.other_functions"))
    return amounts


def _whole(rows: Sequence[Row]) -> list[Row]:
    """Return the rows that make up a function once: its total where a further column has one, else its parts."""
    out = list(rows)
    for name in dict.fromkeys(name for row in rows for name, _ in row.other if name not in _ROLES):
        totals = [row for row in out if is_total(dict(row.other).get(name, ""), name)]
        out = totals or out
    return out


def what_function(function: str) -> Localized:
    """Return a function of the chart of accounts as what a message is about."""
    return Message("import.preview.what.function", function=function)
