"""The courses that can be run: those that ship, and those of this server, read with every fault named."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from model.catalogue.files import Catalogue, own_folder
from model.files import strict_yaml
from model.files.atomic_write import locked, yaml_text
from model.files.folders import ROOT, is_readable_name, readable_name
from model.files.problems import FileProblem, sanitised, single_problem, suggestion, system_reason
from model.files.problems import Path as Place
from model.files.strict_yaml import Document
from model.files.validation_problems import checked
from model.municipality.municipality_list import DATA_VARIABLE
from model.municipality.vintages import opening_rules, opening_vintage
from model.scenario.files import SaveConflict, file_name, load_scenario, remove_old
from model.scenario.scenario import Scenario, municipality_of
from model.workshop.course import Course, CourseStep, to_dict
from model.workshop.course_cards import cards_named
from model.workshop.yaml_files import read, write

SHIPPED_FOLDER: Final = ROOT / "workshops"
SCENARIOS: Final = ROOT / "scenarios"
OWN: Final = "own"
SHIPPED: Final = "shipped"
COURSES: Final = "courses"
# More files than this in one folder are somebody's mistake; the rest is left alone.
_MOST_FILES: Final = 200
_log = logging.getLogger(__name__)

# A place in a course, and what is wrong there in Danish and English.
Fault = tuple[Place, str, str]


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
    """Return the course in a file, and check that what its steps name is there. Raises FileProblem."""
    return _whole(strict_yaml.load_file(Path(path)))


def read_course(source: str | bytes, name: str = "") -> Course:
    """Return the course in a text or its bytes, checked as a file is; ``name`` is for messages. Raises FileProblem."""
    return _whole(strict_yaml.load(source, name))


def _whole(document: Document) -> Course:
    """Return the course in a document whose scenarios, assumptions and cards are there. Raises FileProblem."""
    course = checked(Course, document)
    faults = [document.problem(*fault) for fault in course_faults(course)]
    if faults:
        raise FileProblem(faults, document.name)
    return course


def course_faults(course: Course) -> tuple[Fault, ...]:
    """Return what a course's steps name that is not there: the place in the course, and the fault in both languages."""
    return tuple(
        fault
        for i, step in enumerate(course.steps)
        for fault in (
            *_scenario_faults(course, i, step),
            *_assumption_faults(course, i, step),
            *_card_faults(course, i, step),
        )
    )


def _scenario_faults(course: Course, i: int, step: CourseStep) -> Iterator[Fault]:
    """Yield what is wrong with a step's scenario."""
    problem = scenario_problem(course, step)
    if problem is not None:
        yield ("steps", i, "scenario"), problem.lines("da")[0], problem.lines("en")[0]


def _assumption_faults(course: Course, i: int, step: CourseStep) -> Iterator[Fault]:
    """Yield which of a step's assumptions the municipality has not, or has as a number that is no assumption."""
    if not step.assumptions:
        return
    register = {one.id: one.uncertain for one in municipality_of(base_scenario(course, "-")).register}
    uncertain = [one for one, is_uncertain in register.items() if is_uncertain]
    for j, name in enumerate(step.assumptions):
        place = ("steps", i, "assumptions", j)
        if name not in register:
            yield (
                place,
                f"Antagelsen »{sanitised(name)}« kendes ikke.{suggestion(name, uncertain, 'da')}",
                f"The assumption “{sanitised(name)}” is not known.{suggestion(name, uncertain, 'en')}",
            )
        elif not register[name]:
            yield (
                place,
                f"Tallet »{sanitised(name)}« er ikke en antagelse med et spænd, så der er intet at spørge om.",
                f"The number “{sanitised(name)}” is no assumption with a range, so there is nothing to ask about.",
            )


def _card_faults(course: Course, i: int, step: CourseStep) -> Iterator[Fault]:
    """Yield which of a step's cards are not in the catalogue, or are of another municipality."""
    if not step.cards:
        return
    named = cards_named(step.cards)
    for j, name in enumerate(step.cards):
        place, card = ("steps", i, "cards", j), named[name]
        if card is None:
            keys = [one.key for one in Catalogue(own_folder()).cards()[0]]
            shipped = [key.removeprefix(f"{SHIPPED}/").removesuffix(".yaml") for key in keys]
            known = keys if "/" in name else shipped
            yield (
                place,
                f"Kortet »{sanitised(name)}« findes ikke i kataloget.{suggestion(name, known, 'da')}",
                f"There is no card “{sanitised(name)}” in the catalogue.{suggestion(name, known, 'en')}",
            )
        elif not card.measure.fits(course.municipality):
            yield (
                place,
                f"Kortet »{sanitised(name)}« er for en anden kommune.",
                f"The card “{sanitised(name)}” is of another municipality.",
            )


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
                course = read(Course, path)
                if _has_faults(course, _scenario_states(course)):
                    load_course(path)
                found.append(StoredCourse(key, path, course))
            except FileNotFoundError:
                continue
            except FileProblem as problem:
                broken.append(BrokenCourse(key, path, problem))
    return tuple(found), tuple(broken)


@lru_cache(maxsize=_MOST_FILES)
def _has_faults(course: Course, states: tuple[tuple[str, int], ...]) -> bool:
    """Return whether a course names what is not there, looked at once for each state of its scenarios' files."""
    return bool(course_faults(course))


def _scenario_states(course: Course) -> tuple[tuple[str, int], ...]:
    """Return when each scenario's file was changed; -1 where there is none."""
    out = []
    for name in dict.fromkeys(step.scenario for step in course.steps if step.scenario):
        try:
            out.append((name, (SCENARIOS / name).stat().st_mtime_ns))
        except OSError:
            out.append((name, -1))
    return tuple(out)


def course_at(key: str) -> Course | None:
    """Return one's own course of that key as its file has it now; None where there is none."""
    try:
        return read(Course, data_folder() / COURSES / Path(key).name)
    except (FileNotFoundError, FileProblem):
        return None


def save_course(course: Course, *, replaces: str = "") -> StoredCourse:
    """Save a course among one's own under its title; ``replaces`` is the key of the one that it takes the place of.

    Raises SaveConflict where another has the title, FileProblem.
    """
    path = data_folder() / COURSES / file_name(course.title)
    key = f"{OWN}/{path.name}"
    try:
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
            before = path.parent / Path(replaces).name
            if replaces.startswith(f"{OWN}/") and before != path:
                # Its title is another now, and it goes on under that.
                remove_old(before, path)
    except OSError as error:
        raise single_problem(
            f"Mødeplanen kunne ikke gemmes: {system_reason(error, 'da')}. Intet er ændret.",
            f"The course could not be saved: {system_reason(error, 'en')}. Nothing was changed.",
            name=path.name,
        ) from error
    _log.info("course %s saved", path.name)
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
