"""How a reader has said that a table is to be read, kept as a file so that the next one like it is read by itself.

A kept reading is recognised by the labels of all its columns, in any order. It lies in ``tables`` beside the
municipalities' own figures, as YAML that reads like what was chosen.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from model.domain import GROUPS
from model.files.atomic_write import locked, write_atomically, yaml_text
from model.files.problems import FileProblem, Problem, single_problem, system_reason
from model.files.strict_yaml import load
from model.files.validation_problems import problems_from
from model.imports.table_catalogue import measures
from model.imports.vocabulary import normalised
from model.language.messages import Message, Phrase
from model.municipality.municipality_list import own_municipalities_folder

_log = logging.getLogger(__name__)
_MOST_COLUMNS: Final = 60
_MOST_LABEL: Final = 200
_MOST_FILES: Final = 200

Role = Literal[
    "measure", "only", "group", "category", "origin", "age", "sex", "function", "dranst", "art",
    "period", "area", "unused",
]  # fmt: skip
ROLES: Final[tuple[Role, ...]] = get_args(Role)


class OwnColumn(BaseModel):
    """What a column holds: a ``measure`` by id, the ``member`` whose rows are used, target groups by ``members``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    role: Role
    measure: str = ""
    member: str = Field(default="", max_length=_MOST_LABEL)
    members: dict[str, str] = {}

    @model_validator(mode="after")
    def _is_whole(self) -> OwnColumn:
        """Refuse a measure or a target group that the model has not."""
        if self.role == "measure" and self.measure not in measures():
            raise ValueError(f"unknown measure {self.measure!r}: one of {', '.join(measures())}")
        unknown = [group for group in self.members.values() if group not in GROUPS]
        if unknown:
            raise ValueError(f"unknown target group {unknown[0]!r}: one of {', '.join(GROUPS)}")
        return self


class OwnTable(BaseModel):
    """A table as it is to be read: the labels of all its columns, and what those hold that are not known.

    ``group``: the target group of a table that has no column for it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    header: tuple[str, ...] = Field(min_length=1, max_length=_MOST_COLUMNS)
    columns: dict[str, OwnColumn]
    group: str = ""

    @model_validator(mode="after")
    def _is_known(self) -> OwnTable:
        """Refuse a target group that the model has not."""
        if self.group and self.group not in GROUPS:
            raise ValueError(f"unknown target group {self.group!r}: one of {', '.join(GROUPS)}")
        return self

    @property
    def key(self) -> frozenset[str]:
        """Return what the table is recognised by."""
        return frozenset(map(normalised, self.header))

    def column(self, label: str) -> OwnColumn | None:
        """Return what was said of a column, None where nothing was."""
        return self._by_label.get(normalised(label))

    @property
    def _by_label(self) -> Mapping[str, OwnColumn]:
        return {normalised(label): column for label, column in self.columns.items()}


@dataclass(frozen=True)
class OwnTables:
    """The kept readings, and the files of some that cannot be read."""

    tables: tuple[OwnTable, ...]
    broken: tuple[FileProblem, ...] = ()

    def of(self, header: Iterable[str]) -> OwnTable | None:
        """Return the reading of a table by the labels of its columns, None where none is kept."""
        key = frozenset(map(normalised, header))
        return next((table for table in self.tables if table.key == key), None)

    def to_json(self) -> bytes:
        """Return the readings as bytes, for another process."""
        return json.dumps([table.model_dump(mode="json") for table in self.tables]).encode()

    @staticmethod
    def from_json(data: bytes) -> OwnTables:
        """Return readings that :meth:`to_json` wrote."""
        return OwnTables(tuple(OwnTable.model_validate(table) for table in json.loads(data)))


NO_TABLES: Final = OwnTables(())


def own_tables_folder() -> Path:
    """Return where kept readings lie."""
    return own_municipalities_folder().parent / "tables"


def own_tables() -> OwnTables:
    """Read the kept readings; a file that cannot be read is named and leaves the others."""
    tables, broken = [], []
    try:
        paths = sorted(own_tables_folder().glob("*.yaml"))[:_MOST_FILES]
    except OSError:
        paths = []
    for path in paths:
        try:
            tables.append(_read(path.read_bytes(), path.name))
        except FileProblem as error:
            broken.append(error)
        except OSError as error:
            _log.warning("kept reading not read: %s", error.strerror)
    return OwnTables(tuple(tables), tuple(broken))


def _read(data: bytes, name: str) -> OwnTable:
    """Return a kept reading. Raises FileProblem."""
    document = load(data, name)
    try:
        return OwnTable.model_validate(document.data)
    except ValidationError as error:
        raise problems_from(error, document, name) from error


def save_own_table(table: OwnTable) -> Path:
    """Keep a reading for the next table with the same columns, in place of an earlier one. Raises FileProblem."""
    number = hashlib.sha256("\n".join(sorted(table.key)).encode()).hexdigest()[:12]
    path = own_tables_folder() / f"tabel-{number}.yaml"
    plain = {
        "header": list(table.header),
        "columns": {
            label: column.model_dump(exclude_defaults=True) | {"role": column.role}
            for label, column in table.columns.items()
        },
        **({"group": table.group} if table.group else {}),
    }
    text = yaml_text(plain)
    _read(text.encode(), path.name)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with locked(path.parent):
            write_atomically(path, text.encode())
    except OSError as error:
        message = Message("import.own_file.disk", why=Phrase(system_reason, error))
        raise single_problem(message.da, message.en, name=path.name) from error
    _log.info("reading of a table kept as %s", path.name)
    return path


def column_from(text: str, header: Sequence[str]) -> tuple[str, OwnColumn]:
    """Return label and meaning of a column as the command line gives them: ``LABEL=ROLE`` or ``LABEL=ROLE:WHAT``.

    Raises FileProblem, with what would be right.
    """
    label, mark, meaning = text.rpartition("=")
    role, _, what = meaning.partition(":")
    if not mark or normalised(label) not in set(map(normalised, header)):
        raise _wrong("import.own_table.no_column", given=text[:_MOST_LABEL], columns=", ".join(header))
    if role not in ROLES or (role in ("measure", "only") and not what):
        raise _wrong("import.own_table.no_role", given=text[:_MOST_LABEL], roles=", ".join(ROLES))
    if role == "measure" and what not in measures():
        raise _wrong("import.own_table.no_measure", given=what[:_MOST_LABEL], measures=", ".join(measures()))
    own = {"measure": {"measure": what}, "only": {"member": what}}.get(role, {})
    return label, OwnColumn.model_validate({"role": role, **own})


def _wrong(key: str, **values: object) -> FileProblem:
    """Return the problem of a column that cannot be read so."""
    message = Message(key, **values)
    return FileProblem((Problem(0, 0, (), message.da, message.en),), "")
