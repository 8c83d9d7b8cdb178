"""The courses that can be run: those that ship, and those of this server, read with every fault named."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from model.files import strict_yaml
from model.files.atomic_write import locked, yaml_text
from model.files.folders import ROOT, is_readable_name, readable_name
from model.files.problems import FileProblem, sanitised, single_problem, suggestion
from model.files.problems import Path as Place
from model.municipality.municipality_list import DATA_VARIABLE
from model.municipality.vintages import opening_rules, opening_vintage
from model.scenario.files import SaveConflict, file_name, load_scenario
from model.scenario.scenario import Scenario, municipality_of
from model.workshop.course import Course, CourseStep, to_dict
from model.workshop.course_cards import cards_named
from model.workshop.yaml_files import checked, read, write

SHIPPED_FOLDER: Final = ROOT / "workshops"
SCENARIOS: Final = ROOT / "scenarios"
OWN: Final = "own"
SHIPPED: Final = "shipped"
COURSES: Final = "courses"
# More files than this in one folder are somebody's mistake; the rest is left alone.
_MOST_FILES: Final = 200


def data_folder() -> Path:
    """Return where meetings and own courses are kept: the data folder's ``workshops``, or ``workshops/mine``."""
    given = os.environ.get(DATA_VARIABLE)
    return Path(given).expanduser() / "workshops" if given else SHIPPED_FOLDER / "mine"


@dataclass(frozen=True)
class StoredCourse:
    """A course that can be begun; ``key`` names it: ``shipped/ballerup-30.yaml``."""

    key: str
    path: Path
    course: Course

    @property
    def own(self) -> bool:
        """Return whether it is of this server; else it ships."""
        return self.key.startswith(f"{OWN}/")


@dataclass(frozen=True)
class BrokenCourse:
    """A file that holds no course, and why."""

    key: str
    path: Path
    problem: FileProblem


def load_course(path: Path | str) -> Course:
    """Return the course in a file, and check that scenarios, cards and assumptions are there. Raises FileProblem."""
    document = strict_yaml.load_file(Path(path))
    course = checked(Course, document)
    faults = [
        document.problem(("steps", i, "scenario"), problem.lines("da")[0], problem.lines("en")[0])
        for i, step in enumerate(course.steps)
        for problem in [scenario_problem(course, step)]
        if problem is not None
    ]
    faults += [document.problem(*fault) for fault in _unknown_names(course)]
    if faults:
        raise FileProblem(faults, document.name)
    return course


def _unknown_names(course: Course) -> Iterator[tuple[Place, str, str]]:
    """Yield which cards are not in the catalogue, and which assumptions are none of the municipality's."""
    register: set[str] = set()
    if any(step.assumptions for step in course.steps):
        register = {one.id for one in municipality_of(base_scenario(course, "-")).register}
    for i, step in enumerate(course.steps):
        cards = cards_named(step.cards) if step.cards else {}
        for j, name in enumerate(step.cards):
            if cards[name] is None:
                yield (
                    ("steps", i, "cards", j),
                    f"Kortet »{sanitised(name)}« findes ikke i kataloget.",
                    f"There is no card “{sanitised(name)}” in the catalogue.",
                )
        for j, name in enumerate(step.assumptions):
            if name not in register:
                yield (
                    ("steps", i, "assumptions", j),
                    f"Forudsætningen »{sanitised(name)}« kendes ikke.{suggestion(name, register, 'da')}",
                    f"The assumption “{sanitised(name)}” is not known.{suggestion(name, register, 'en')}",
                )


def read_course(source: str | bytes, name: str = "") -> Course:
    """Return the course in a text or its bytes; ``name`` is for messages. Raises FileProblem."""
    return checked(Course, strict_yaml.load(source, name))


def write_course(course: Course) -> str:
    """Return the course's canonical text."""
    return yaml_text(to_dict(course))


def courses() -> tuple[tuple[StoredCourse, ...], tuple[BrokenCourse, ...]]:
    """List this server's own courses, then those that ship, and the files that hold none."""
    found: list[StoredCourse] = []
    broken: list[BrokenCourse] = []
    for folder, prefix in ((data_folder() / COURSES, OWN), (SHIPPED_FOLDER, SHIPPED)):
        for path in _yaml_files(folder):
            key = f"{prefix}/{readable_name(path.name)}"
            try:
                if not is_readable_name(path.name):
                    raise single_problem(
                        "Filens navn kan ikke læses. Giv filen et nyt navn i mappen.",
                        "The file's name cannot be read. Give the file another name.",
                        name=readable_name(path.name),
                    )
                found.append(StoredCourse(key, path, read(Course, path)))
            except FileNotFoundError:
                continue
            except FileProblem as problem:
                broken.append(BrokenCourse(key, path, problem))
    return tuple(found), tuple(broken)


def save_course(course: Course, *, replaces: str = "") -> StoredCourse:
    """Save a course among one's own under its title; ``replaces`` is the key of the one that it takes the place of.

    Raises SaveConflict where another has the title, FileProblem.
    """
    path = data_folder() / COURSES / file_name(course.title)
    key = f"{OWN}/{path.name}"
    path.parent.mkdir(parents=True, exist_ok=True)
    with locked(path.parent):
        if path.exists() and key != replaces:
            taken = single_problem(
                "Der er allerede en mødeplan med den titel. Vælg en anden titel.",
                "There is already a course of that title. Choose another title.",
                name=path.name,
            )
            raise SaveConflict(taken.problems, path.name)
        write(path, to_dict(course))
    return StoredCourse(key, path, course)


def base_scenario(course: Course, name: str) -> Scenario:
    """Return the course's municipality without changes, on its figures and under its rules."""
    figures = course.baseline or opening_vintage()
    rules = course.rules or (opening_rules() if figures == opening_vintage() else "")
    fields = {"name": name, "municipality": course.municipality, "baseline": figures}
    return Scenario.model_validate({**fields, **({"rules": rules} if rules else {})})


def step_scenario(course: Course, step: CourseStep, folder: Path = SCENARIOS) -> Scenario:
    """Return a step's scenario as its file has it. Raises FileProblem."""
    problem = scenario_problem(course, step, folder)
    if problem is not None:
        raise problem
    return load_scenario(folder / step.scenario)


def scenario_problem(course: Course, step: CourseStep, folder: Path = SCENARIOS) -> FileProblem | None:
    """Return what is wrong with a step's scenario; None where it can be used, and where it has none."""
    if not step.scenario:
        return None
    path = folder / step.scenario
    if not path.resolve().is_relative_to(folder.resolve()) or not path.is_file():
        return single_problem(
            f"Scenariet {step.scenario} findes ikke under scenarios/.",
            f"There is no scenario {step.scenario} below scenarios/.",
        )
    try:
        scenario = load_scenario(path)
    except FileProblem as problem:
        return problem
    if scenario.municipality != course.municipality:
        return single_problem(
            f"Scenariet {step.scenario} er for en anden kommune.",
            f"The scenario {step.scenario} is of another municipality.",
        )
    return None


def _yaml_files(folder: Path) -> tuple[Path, ...]:
    """Return the YAML files of a folder, not of those below it, sorted; a folder that cannot be read has none."""
    try:
        paths = [p for p in folder.iterdir() if p.suffix in (".yaml", ".yml") and not p.name.startswith(".")]
    except OSError:
        return ()
    return tuple(sorted(p for p in paths if p.is_file()))[:_MOST_FILES]
