"""Delete one's own cards and sets, and bring them back: a deleted file lies in a bin beside it."""

from __future__ import annotations

import datetime
import logging
from dataclasses import dataclass
from pathlib import Path

from model.catalogue.files import SETS, Card, Catalogue, StoredSet, load_measure, load_set
from model.files.binned import binned_files, binned_path
from model.files.folders import readable_name
from model.files.problems import FileProblem, single_problem
from model.scenario.files import SaveConflict, move_file

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class DeletedFile:
    """A card or a set in the bin: its name there and before, its title, and when it was deleted."""

    path: Path
    name: str
    title: str
    is_set: bool
    deleted: datetime.datetime

    @property
    def key(self) -> str:
        """Return what names it on a page."""
        return f"{SETS if self.is_set else 'cards'}-{self.path.name}"


def delete(catalogue: Catalogue, what: Card | StoredSet, now: datetime.datetime) -> DeletedFile:
    """Move one's own card or set into the bin. Raises SaveConflict where it is gone, FileProblem."""
    folder = _folder(catalogue, is_set=isinstance(what, StoredSet))
    if what.path.parent != folder:
        raise single_problem(
            "Kort, der følger med, kan ikke slettes.",
            "Cards that ship with the program cannot be deleted.",
            name=what.path.name,
        )
    to, moment = binned_path(folder, what.path.name, now)
    move_file(what.path, to, lock=folder)
    _log.info("%s deleted, kept as %s", readable_name(what.path.name), readable_name(to.name))
    title = what.cards.name if isinstance(what, StoredSet) else what.measure.title
    return DeletedFile(to, what.path.name, title, isinstance(what, StoredSet), moment)


def deleted(catalogue: Catalogue) -> tuple[DeletedFile, ...]:
    """Return what lies in the bins, the latest first; what cannot be read is not offered."""
    found = []
    for is_set in (False, True):
        for path, name, when in binned_files(_folder(catalogue, is_set=is_set)):
            try:
                title = load_set(path).name if is_set else load_measure(path).title
                found.append(DeletedFile(path, name, title, is_set, when))
            except (FileProblem, OSError):
                continue
    return tuple(sorted(found, key=lambda one: (one.deleted, one.path.name), reverse=True))


def bring_back(catalogue: Catalogue, file: DeletedFile) -> str:
    """Move a deleted file back and return its key. Raises SaveConflict where its name is taken or it is gone."""
    folder = _folder(catalogue, is_set=file.is_set)
    if (folder / file.name).exists():
        problem = single_problem(
            "Der er et andet af samme navn nu. Slet det først, og hent så dette tilbage.",
            "There is another of the same name now. Delete that first, then bring this one back.",
            name=file.name,
        )
        raise SaveConflict(problem.problems, file.name)
    move_file(file.path, folder / file.name, lock=folder)
    _log.info("%s brought back", file.name)
    return f"{SETS if file.is_set else 'own'}/{file.name}"


def _folder(catalogue: Catalogue, *, is_set: bool) -> Path:
    """Return where one's own cards, or sets, lie."""
    return catalogue.own / SETS if is_set else catalogue.own
