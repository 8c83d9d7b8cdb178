"""Delete one's own courses, and bring them back: a deleted file lies in a bin beside it."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from model.files.folders import is_readable_name
from model.files.problems import FileProblem, single_problem
from model.scenario.files import SaveConflict, move_file
from model.workshop.course import Course
from model.workshop.course_files import COURSES, OWN, StoredCourse, data_folder
from model.workshop.yaml_files import read

BIN: Final = ".bin"
_STAMP: Final = "%Y%m%dT%H%M%S"
_BINNED: Final = re.compile(r"(\d{8}T\d{6})(?:-\d+)?\.(.+\.ya?ml)")
_MOST_AT_ONCE: Final = 1000


@dataclass(frozen=True)
class DeletedCourse:
    """A course in the bin: its name before, its title, and when it was deleted."""

    path: Path
    name: str
    title: str
    deleted: datetime.datetime


def delete_course(stored: StoredCourse, now: datetime.datetime) -> DeletedCourse:
    """Move one's own course into the bin. Raises SaveConflict where it is gone, FileProblem."""
    folder = data_folder() / COURSES
    if not stored.own or stored.path.parent != folder:
        raise single_problem(
            "Planer, der følger med, kan ikke slettes.",
            "Courses that ship with the program cannot be deleted.",
            name=stored.path.name,
        )
    moment = now.astimezone(datetime.UTC).replace(microsecond=0)
    stamp = moment.strftime(_STAMP)
    names = (f"{stamp}{f'-{n}' if n > 1 else ''}.{stored.path.name}" for n in range(1, _MOST_AT_ONCE))
    to = next(folder / BIN / name for name in names if not (folder / BIN / name).exists())
    move_file(stored.path, to, lock=folder)
    return DeletedCourse(to, stored.path.name, stored.course.title, moment)


def deleted_courses() -> tuple[DeletedCourse, ...]:
    """Return what lies in the bin, the latest first; what cannot be read is not offered."""
    folder = data_folder() / COURSES / BIN
    found = []
    for path in folder.iterdir() if folder.is_dir() else ():
        named = _BINNED.fullmatch(path.name)
        if named is None or not path.is_file() or not is_readable_name(path.name):
            continue
        try:
            when = datetime.datetime.strptime(named.group(1), _STAMP).replace(tzinfo=datetime.UTC)
            found.append(DeletedCourse(path, named.group(2), read(Course, path).title, when))
        except (FileProblem, OSError, ValueError):
            continue
    return tuple(sorted(found, key=lambda one: (one.deleted, one.path.name), reverse=True))


def bring_back_course(file: DeletedCourse) -> str:
    """Move a deleted course back and return its key. Raises SaveConflict where its name is taken or it is gone."""
    folder = data_folder() / COURSES
    if (folder / file.name).exists():
        problem = single_problem(
            "Der er en anden plan med den titel nu. Slet den først, og hent så denne tilbage.",
            "There is another course of that title now. Delete that first, then bring this one back.",
            name=file.name,
        )
        raise SaveConflict(problem.problems, file.name)
    move_file(file.path, folder / file.name, lock=folder)
    return f"{OWN}/{file.name}"
