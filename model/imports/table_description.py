"""What a source says of one of its tables: which periods it has and which breakdowns with which members.

Jobindsats answers ``/table/ID`` in version 3, StatBank ``/tableinfo/ID``. Both are read into one form, so that what is
asked for is decided in one place (:mod:`model.imports.fetch_plan`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from model.imports.grid import refused
from model.imports.json_answers import loads, message_in
from model.imports.vocabulary import squeezed

# A table with more of them is not one that the model asks for.
_MOST_DIMENSIONS: Final = 40
_MOST_MEMBERS: Final = 20_000


@dataclass(frozen=True)
class Hierarchy:
    """One way of dividing a dimension: its id in requests, and the members' ids and labels."""

    id: str
    members: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Dimension:
    """A breakdown of a table: its label ("" where the source gives none) and the ways in which it is divided.

    ``may_be_left_out``: a request that does not name it is answered for all of it.
    """

    label: str
    hierarchies: tuple[Hierarchy, ...]
    may_be_left_out: bool


@dataclass(frozen=True)
class TableDescription:
    """A table as its source describes it: the source's own ids of periods by type, and the dimensions."""

    periods: Mapping[str, tuple[str, ...]]
    dimensions: tuple[Dimension, ...]


def jobindsats_description(answer: bytes, name: str) -> TableDescription:
    """Read the description of a table of Jobindsats (API version 3). Raises FileProblem.

    Shape as public clients of the API use it: ``periods`` with ``periodtype_id`` and ``values`` (``period_id``);
    ``dimensions`` with ``hierarchies``, ``levels`` and ``values`` (``value_id``, ``value_name``).
    """
    return _described(answer, name, _of_jobindsats)


def statbank_description(answer: bytes, name: str) -> TableDescription:
    """Read the description of a table of StatBank (``tableinfo``). Raises FileProblem."""
    return _described(answer, name, _of_statbank)


def _described(answer: bytes, name: str, read: Any) -> TableDescription:
    """Return the description in an answer. Raises FileProblem, with the source's words where it answers with some."""
    try:
        data = loads(answer.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise refused("broken_json", name) from None
    try:
        described: TableDescription = read(data)
        if not described.periods or not described.dimensions:
            raise ValueError
        _check_size(described)
    except (TypeError, ValueError, KeyError, AttributeError, RecursionError):
        words = message_in(data)
        raise refused("message", name, message=words) if words else refused("unknown_json", name) from None
    return described


def _check_size(described: TableDescription) -> None:
    """Raise ValueError where a description has more dimensions or members than a table of use can have."""
    members = sum(len(h.members) for dimension in described.dimensions for h in dimension.hierarchies)
    if len(described.dimensions) > _MOST_DIMENSIONS or members > _MOST_MEMBERS:
        raise ValueError("too many")


def _of_jobindsats(data: Any) -> TableDescription:
    """Return the description of a Jobindsats table. Raises KeyError, TypeError, ValueError."""
    periods = {
        str(kind["periodtype_id"]): tuple(str(value["period_id"]) for value in kind["values"])
        for kind in data["periods"]
    }
    dimensions = tuple(
        Dimension(
            squeezed(dimension.get("dimension_name") or ""),
            tuple(_hierarchy(hierarchy) for hierarchy in dimension["hierarchies"]),
            may_be_left_out=True,
        )
        for dimension in data["dimensions"]
    )
    return TableDescription(periods, dimensions)


def _hierarchy(hierarchy: Mapping[str, Any]) -> Hierarchy:
    """Return a hierarchy with the members of all its levels, each once."""
    members: dict[str, str] = {}
    for level in hierarchy["levels"]:
        for value in level["values"]:
            members.setdefault(str(value["value_id"]), squeezed(value["value_name"]))
    return Hierarchy(str(hierarchy["hierarchy_id"]), tuple(members.items()))


def _of_statbank(data: Any) -> TableDescription:
    """Return the description of a StatBank table. Raises KeyError, TypeError, ValueError."""
    periods: dict[str, tuple[str, ...]] = {}
    dimensions: list[Dimension] = []
    for variable in data["variables"]:
        members = tuple((str(value["id"]), squeezed(value["text"])) for value in variable["values"])
        if variable.get("time") is True:
            periods[str(variable["id"])] = tuple(code for code, _ in members)
            continue
        hierarchy = Hierarchy(str(variable["id"]), members)
        left_out = variable.get("elimination") is True
        dimensions.append(Dimension(squeezed(variable.get("text") or ""), (hierarchy,), left_out))
    return TableDescription(periods, tuple(dimensions))
