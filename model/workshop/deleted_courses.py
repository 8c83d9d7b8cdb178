"""Delete one's own courses, and bring them back: a deleted file lies in a bin beside it."""

from __future__ import annotations

import datetime
import logging
from dataclasses import dataclass
from pathlib import Path

from model.files.binned import binned_files, binned_path
from model.files.problems import FileProblem, single_problem
from model.scenario.files import SaveConflict, move_file
from model.workshop.course import Course
from model.workshop.course_files import COURSES, OWN, StoredCourse, data_folder
from model.workshop.yaml_files import read

_log = logging.getLogger(__name__)


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
    to, moment = binned_path(folder, stored.path.name, now)
    move_file(stored.path, to, lock=folder)
    _log.info("course %s deleted, kept as %s", stored.path.name, to.name)
    return DeletedCourse(to, stored.path.name, stored.course.title, moment)


def deleted_courses() -> tuple[DeletedCourse, ...]:
    """Return what lies in the bin, the latest first; what cannot be read is not offered."""
    found = []
    for path, name, when in binned_files(data_folder() / COURSES):
        try:
            found.append(DeletedCourse(path, name, read(Course, path).title, when))
        except (FileProblem, OSError):
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
    _log.info("course %s brought back", file.name)
    return f"{OWN}/{file.name}"
