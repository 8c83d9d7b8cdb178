"""The course of a meeting, prepared beforehand: ordered steps, each with what the room is asked and shown.

Immutable data; ``model/workshop/course_files.py`` reads and writes it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final, Literal, Self

from pydantic import Field, field_validator, model_validator

from model.files.problems import Path, sanitised, suggestion
from model.files.validation_problems import bilingual_error, bilingual_errors
from model.municipality.goal_specs import load_goals
from model.municipality.municipality_list import municipalities
from model.municipality.rules import RULES
from model.municipality.vintages import opening_vintage, vintage_names
from model.scenario.levers import LEVER_BY_ID, check_group
from model.scenario.parts import Line, Lines, Number, ScenarioPart

FORMAT: Final = 1
Kind = Literal["opening", "guess", "build", "beliefs", "show", "decide", "text"]
KINDS: Final[tuple[Kind, ...]] = ("opening", "guess", "build", "beliefs", "show", "decide", "text")
# The kinds to which each table gives an answer of its own.
ASKING: Final = frozenset(("guess", "build", "beliefs"))
# By what a build step is built: sliders, or cards of the catalogue.
Instrument = Literal["levers", "cards"]
# What a round is called that is asked again: a step's second guess, after the talk.
AGAIN: Final = "-igen"
MOST_STEPS: Final = 40
MOST_LEVERS: Final = 8
MOST_CARDS: Final = 24
MOST_BELIEFS: Final = 3
MOST_MINUTES: Final = 480
_MOST_DKK: Final = 1e10
_ID: Final = re.compile(r"[a-z][a-z0-9-]{0,39}")
# Which fields a step of each kind may fill, beside title, question, text, note and minutes.
FIELDS: Final[dict[str, frozenset[str]]] = {
    "opening": frozenset(("scenario", "goal", "indicator")),
    "guess": frozenset(("scenario", "goal", "indicator")),
    "build": frozenset(("goal", "indicator", "levers", "cards", "instrument", "budget_dkk", "previous")),
    "beliefs": frozenset(("assumptions", "previous")),
    "show": frozenset(("goal", "indicator", "previous")),
    "decide": frozenset(("previous",)),
    "text": frozenset(),
}
NEEDED: Final[dict[str, tuple[str, ...]]] = {
    "guess": ("scenario", "goal"),
    "show": ("previous",),
    "decide": ("previous",),
}


class CourseStep(ScenarioPart):
    """One step. What a field is for is told in ``workshops/README.md``."""

    id: Line
    kind: Kind
    title: Line = Field(min_length=1)
    question: Lines = ""
    text: Lines = ""
    note: Lines = ""  # for the facilitator alone
    minutes: Number | None = None
    scenario: Line = ""  # a file below ``scenarios/``, without the folder
    goal: Line = ""
    indicator: Line = ""  # empty: the goal's first
    levers: tuple[Line, ...] = Field(default=(), strict=False, max_length=MOST_LEVERS)
    instrument: Instrument = "levers"
    cards: tuple[Line, ...] = Field(default=(), strict=False, max_length=MOST_CARDS)
    # The most that a proposal may cost more than today over all years, DKK.
    budget_dkk: Number | None = None
    assumptions: tuple[Line, ...] = Field(default=(), strict=False, max_length=MOST_BELIEFS)
    previous: Line = ""  # the build step whose proposals are gone on with, shown or decided

    @field_validator("id")
    @classmethod
    def _is_id(cls, value: str) -> str:
        """Check that a step's id can name a folder."""
        if not _ID.fullmatch(value) or value.endswith(AGAIN):
            raise bilingual_error(
                "Et trins id skal være små bogstaver a-z, tal og bindestreg, begynde med et bogstav, fylde højst 40 "
                f"tegn og ikke slutte på {AGAIN}; her står »{sanitised(value)}«.",
                "The id of a step must be small letters a-z, digits and hyphens, begin with a letter, have at most 40 "
                f"characters and not end in {AGAIN}; here it is “{sanitised(value)}”.",
            )
        return value

    @field_validator("minutes")
    @classmethod
    def _possible_minutes(cls, value: float | None) -> float | None:
        """Check the minutes."""
        if value is not None and not 0 < value <= MOST_MINUTES:
            raise bilingual_error(
                f"Minutter skal være over 0 og højst {MOST_MINUTES}.",
                f"Minutes must be above 0 and at most {MOST_MINUTES}.",
            )
        return value

    @field_validator("budget_dkk")
    @classmethod
    def _possible_budget(cls, value: float | None) -> float | None:
        """Check the budget's limit."""
        if value is not None and not 0 <= value <= _MOST_DKK:
            raise bilingual_error(
                "Beløbet skal være 0 eller derover og i kroner.", "The amount must be 0 or more, in DKK."
            )
        return value

    @field_validator("levers")
    @classmethod
    def _known_levers(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        """Check that each lever exists and has its target group: ``firm_places``, ``activation_rate:dagpenge``."""
        faults: list[tuple[Path, str, str]] = []
        for i, item in enumerate(value):
            lever_id, _, group = item.partition(":")
            lever = LEVER_BY_ID.get(lever_id)
            if lever is None or lever.scope == "mix":
                known = [one for one, lever in LEVER_BY_ID.items() if lever.scope != "mix"]
                faults.append(
                    ((i,),
                     f"Skyderen »{sanitised(lever_id)}« kan ikke åbnes.{suggestion(lever_id, known, 'da')}",
                     f"The lever “{sanitised(lever_id)}” cannot be opened.{suggestion(lever_id, known, 'en')}")
                )  # fmt: skip
                continue
            wrong = check_group(lever, group or None)
            if wrong:
                faults.append(((i,), wrong.da, wrong.en))
        if faults:
            raise bilingual_errors(faults)
        return value

    @model_validator(mode="after")
    def _fits_kind(self) -> Self:
        """Check that the step has what its kind needs and nothing that its kind leaves unused."""
        faults: list[tuple[Path, str, str]] = []
        special = frozenset().union(*FIELDS.values())
        for name in sorted(special - FIELDS[self.kind]):
            if getattr(self, name) not in ("", (), None, "levers"):
                faults.append(
                    ((name,),
                     f"Et trin af slagsen {self.kind} bruger ikke {name}. Fjern linjen.",
                     f"A step of the kind {self.kind} does not use {name}. Remove the line.")
                )  # fmt: skip
        for name in NEEDED.get(self.kind, ()):
            if not getattr(self, name):
                faults.append(
                    (
                        (),
                        f"Et trin af slagsen {self.kind} skal have {name}.",
                        f"A step of the kind {self.kind} needs {name}.",
                    )
                )
        if self.kind == "build" and not (self.levers or self.cards):
            faults.append(
                ((), "Et byggetrin skal åbne mindst én skyder (levers) eller ét kort (cards).",
                 "A build step must open at least one lever (levers) or one card (cards).")
            )  # fmt: skip
        if faults:
            raise bilingual_errors(faults)
        return self


class Course(ScenarioPart):
    """The whole course: title, municipality, and the steps in order."""

    course: int = FORMAT
    title: Line = Field(min_length=1)
    municipality: str
    description: Lines = ""
    author: Line = ""
    baseline: str = ""  # empty: the figures that the app opens on
    rules: str = ""  # empty: those that go with the figures
    budget_round: bool = False  # parties in place of tables
    steps: tuple[CourseStep, ...] = Field(strict=False, min_length=1, max_length=MOST_STEPS)

    @field_validator("course")
    @classmethod
    def _this_format(cls, value: int) -> int:
        """Check that the format is one that this version reads."""
        if value != FORMAT:
            raise bilingual_error(
                f"Mødeplanen har format {sanitised(value)}; denne udgave læser format {FORMAT}.",
                f"The course has format {sanitised(value)}; this version reads format {FORMAT}.",
            )
        return value

    @field_validator("baseline", mode="before")
    @classmethod
    def _as_text(cls, value: Any) -> Any:
        """Read a vintage that is written as a number."""
        return str(value) if type(value) is int else value

    @field_validator("municipality")
    @classmethod
    def _known(cls, value: str) -> str:
        """Check that the municipality is one of the 98."""
        known = [info.id for info in municipalities()]
        if value not in known:
            raise bilingual_error(
                f"Kommunen »{sanitised(value)}« kendes ikke.{suggestion(value, known, 'da')}",
                f"The municipality “{sanitised(value)}” is not known.{suggestion(value, known, 'en')}",
            )
        return value

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        """Check figures and rules, that ids are distinct, and that steps name goals and steps that exist."""
        faults: list[tuple[Path, str, str]] = []
        for name, value, known in (
            ("baseline", self.baseline, vintage_names()),
            ("rules", self.rules, RULES),
        ):
            if value and value not in known:
                listed = ", ".join(known)
                faults.append(((name,), f"Her kan stå: {listed}.", f"Possible are: {listed}."))
        if not faults:
            faults += self._faults_of_steps()
        if faults:
            raise bilingual_errors(faults)
        return self

    def _faults_of_steps(self) -> Iterator[tuple[Path, str, str]]:
        """Yield what is wrong between the steps, and between them and the municipality's goals."""
        seen: dict[str, CourseStep] = {}
        for i, step in enumerate(self.steps):
            if step.id in seen:
                yield (
                    ("steps", i, "id"),
                    f"Der er allerede et trin med id'et {step.id}.",
                    f"There is already a step with the id {step.id}.",
                )
            if step.previous and getattr(seen.get(step.previous), "kind", "") != "build":
                builds = [one.id for one in seen.values() if one.kind == "build"]
                listed = ", ".join(builds) or "-"
                yield (
                    ("steps", i, "previous"),
                    f"previous skal være et byggetrin før dette trin: {listed}.",
                    f"previous must be a build step before this one: {listed}.",
                )
            yield from self._faults_of_goal(i, step)
            seen.setdefault(step.id, step)

    def _faults_of_goal(self, i: int, step: CourseStep) -> Iterator[tuple[Path, str, str]]:
        """Yield what is wrong with a step's goal and indicator."""
        if not step.goal:
            if step.indicator:
                yield ("steps", i, "indicator"), "Skriv også goal.", "Write goal as well."
            return
        goals = {goal.id: goal for goal in load_goals(self.municipality, self.baseline or opening_vintage())}
        if step.goal not in goals:
            yield (
                ("steps", i, "goal"),
                f"Målet »{sanitised(step.goal)}« kendes ikke.{suggestion(step.goal, goals, 'da')}",
                f"The goal “{sanitised(step.goal)}” is not known.{suggestion(step.goal, goals, 'en')}",
            )
            return
        known = [indicator.id for indicator in goals[step.goal].indicators]
        given = step.indicator
        if given and given not in known:
            yield (
                ("steps", i, "indicator"),
                f"Målet har ikke indikatoren »{sanitised(given)}«.{suggestion(given, known, 'da')}",
                f"The goal has no indicator “{sanitised(given)}”.{suggestion(given, known, 'en')}",
            )

    def step(self, step_id: str) -> CourseStep | None:
        """Return the step of that id, or None."""
        return next((step for step in self.steps if step.id == step_id), None)

    @property
    def minutes(self) -> float:
        """Return how long the steps take together, as far as they say."""
        return sum(step.minutes or 0.0 for step in self.steps)


def to_dict(course: Course) -> dict[str, Any]:
    """Return a course as plain data in the order of the file; fields that say nothing are left out."""
    head: dict[str, Any] = {
        "course": course.course,
        "title": course.title,
        "municipality": course.municipality,
    }
    for name in ("description", "author", "baseline", "rules", "budget_round"):
        if getattr(course, name):
            head[name] = getattr(course, name)
    if course.baseline.isdecimal():
        head["baseline"] = int(course.baseline)
    return {**head, "steps": [_plain_step(step) for step in course.steps]}


def _plain_step(step: CourseStep) -> dict[str, Any]:
    """Return a step as plain data."""
    out: dict[str, Any] = {}
    for name, value in step:
        if value in ("", (), None) or (name, value) == ("instrument", "levers"):
            continue
        if isinstance(value, tuple):
            out[name] = list(value)
        elif isinstance(value, float):
            out[name] = int(value) if value.is_integer() else value
        else:
            out[name] = value
    return out
