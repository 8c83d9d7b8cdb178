"""Decide what is asked of a published table for one municipality and one year: periods, area and breakdowns.

Which members a breakdown has is what the source itself says (:mod:`model.imports.table_description`). A wrong guess
here asks for a column too few or too many; what the answer's columns mean is decided by their labels alone.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from typing import Final

from model.imports import vocabulary
from model.imports.aggregation import reference
from model.imports.areas import area_of
from model.imports.fetch import Request, Token, jobindsats_v3, statbank
from model.imports.periods import BadPeriod, Period, parse_period
from model.imports.table_catalogue import Table
from model.imports.table_description import Dimension, Hierarchy, TableDescription
from model.language.catalogue import long_date
from model.language.messages import LocalizedError, Message, Phrase
from model.municipality.municipality import Municipality

# The publisher whose tables take a key.
WITH_KEY: Final = "Jobindsats"
_ALL: Final = "*"


class CannotAsk(LocalizedError):
    """A table that cannot be asked for, and why."""


def data_request(
    table: Table,
    description: TableDescription,
    municipality: Municipality,
    year_end: datetime.date,
    *,
    token: Token | None,
    base: str,
) -> Request:
    """Return the request for a municipality's figures of the year that ends then.

    Raises CannotAsk where the table lacks the year or the municipality.
    """
    period_type, periods = _periods(description, year_end)
    area, place = _area(description, municipality)
    chosen: dict[str, str] = {}
    for dimension in description.dimensions:
        if dimension is area:
            continue
        hierarchy = dimension.hierarchies[0]
        only = (
            table.kind.members.get(vocabulary.column_role(dimension.label) or "") if dimension.label else None
        )
        if only is not None:
            chosen[hierarchy.id] = _member(dimension, table, only)
        elif _breakdown_role(dimension, table.kind.breakdowns):
            chosen[hierarchy.id] = _ALL
        elif not dimension.may_be_left_out:
            chosen[hierarchy.id] = _total(dimension, table)
    if table.publisher != WITH_KEY:
        values = {code: [value] for code, value in {**dict([place]), **chosen}.items()}
        return statbank(table.id, {**values, period_type: list(periods)}, base=base)
    return jobindsats_v3(
        table.api,
        token,
        period=",".join(periods),
        period_type=period_type,
        hierarchies={**dict([place]), **chosen},
        base=base,
    )


def _periods(description: TableDescription, year_end: datetime.date) -> tuple[str, tuple[str, ...]]:
    """Return the type and the source's ids of the periods that make up the year. Raises CannotAsk."""
    ids: dict[Period, tuple[str, str]] = {}
    for kind, names in description.periods.items():
        for name in names:
            try:
                ids.setdefault(parse_period(name), (kind, name))
            except BadPeriod:
                continue  # a kind of period that the model does not know is not asked for
    when = reference(ids, year_end)
    if when is None:
        raise CannotAsk(Message("import.fetch_all.no_periods"))
    if not when.whole_year or when.periods[-1].end != year_end:
        first, last = min(ids), max(ids)
        raise CannotAsk(
            Message(
                "import.fetch_all.no_year", until=Phrase(long_date, year_end), first=first.id, last=last.id
            )
        )
    chosen = [ids[period] for period in when.periods]
    return chosen[0][0], tuple(name for kind, name in chosen if kind == chosen[0][0])


def _area(description: TableDescription, municipality: Municipality) -> tuple[Dimension, tuple[str, str]]:
    """Return the dimension of areas, and the hierarchy and member that are the municipality. Raises CannotAsk."""
    places = [
        (label, dimension, (hierarchy.id, member))
        for dimension in description.dimensions
        for hierarchy in dimension.hierarchies
        for member, label in hierarchy.members
    ]
    # Its own name first: "Jobcenter Odense" is another's hierarchy.
    for name_of in (str, area_of):
        for label, dimension, place in places:
            if name_of(label) == municipality.name:
                return dimension, place
    raise CannotAsk(Message("import.fetch_all.no_area", name=municipality.name))


def _member(dimension: Dimension, table: Table, wanted: str) -> str:
    """Return the id of the member with a label. Raises CannotAsk."""
    for member, label in dimension.hierarchies[0].members:
        if vocabulary.normalised(label) == vocabulary.normalised(wanted):
            return member
    raise CannotAsk(
        Message("import.fetch_all.no_member", table=table.id, breakdown=dimension.label, member=wanted)
    )


def _total(dimension: Dimension, table: Table) -> str:
    """Return the member that stands for all of a breakdown that must be named. Raises CannotAsk."""
    for member, label in dimension.hierarchies[0].members:
        if vocabulary.is_total(label, dimension.label):
            return member
    raise CannotAsk(Message("import.fetch_all.no_total", table=table.id, breakdown=dimension.label))


_KNOWN_LABELS: Final[Mapping[str, Callable[[str], object]]] = {
    "origin": vocabulary.origin_of,
    "kind": vocabulary.kind_row,
    "destination": vocabulary.destination_of,
    "category": vocabulary.is_category,
    "group": lambda label: (
        vocabulary.group_of(label) or vocabulary.benchmark_of(label) or vocabulary.is_split_benefit(label)
    ),
}


def _breakdown_role(dimension: Dimension, roles: tuple[str, ...]) -> str:
    """Return which of the roles a dimension has, "" for none: by its label, else by most of its members' labels."""
    named = vocabulary.column_role(dimension.label) if dimension.label else None
    if named is not None:
        return named if named in roles else ""
    labels = [label for label in _labels(dimension.hierarchies[0]) if not vocabulary.is_total(label)]
    for role in roles:
        known = _KNOWN_LABELS.get(role)
        if known is not None and labels and 2 * sum(bool(known(label)) for label in labels) >= len(labels):
            return role
    return ""


def _labels(hierarchy: Hierarchy) -> list[str]:
    """Return the labels of a hierarchy's members, those of unknown place or background left out."""
    return [label for _, label in hierarchy.members if not vocabulary.is_unknown(label)]
