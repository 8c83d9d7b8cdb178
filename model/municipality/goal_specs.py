"""Goals as data: what a municipality wants, in its own words, and the indicators that show how it goes.

One file per municipality in ``model/data/goals``, from the years of its documents. Those without one borrow Ballerup's
as a template on the figures of 2020; on later figures they have the product's own set, in ``product`` there.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Final, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)

from model.domain import EXITS, FIRM_KINDS, GROUPS, KINDS, ORIGINS, SELF_SUPPORT_EXITS
from model.files.folders import DATA_FOLDER
from model.files.problems import suggestion
from model.files.strict_yaml import load_data_file
from model.files.validation_problems import problems_from
from model.language.catalogue import text
from model.language.messages import Message, Text
from model.municipality.vintages import FIRST, vintage_names
from model.parameters.ids import BadParameter, UnknownParameter
from model.parameters.labels import label
from model.parameters.sourced_value import Quality, SourcedValue

GOALS_FOLDER: Final = DATA_FOLDER / "goals"
PRODUCT_FOLDER: Final = GOALS_FOLDER / "product"
TEMPLATE: Final = "ballerup"
# Whose goals are shown: the municipality's own, Ballerup's lent as a template, or the product's.
Basis = Literal["own", "template", "product"]

Direction = Literal["up", "down", "watch"]
# National: a level that no source gives, own: one that the municipality sets itself; the user types both in.
Comparator = Literal["fixed", "baseline", "national", "own", "origin", "rank"]
TYPED_IN: Final = frozenset(("national", "own"))
Unit = Literal[
    "percent",
    "points",
    "persons",
    "places",
    "weeks",
    "rank",
    "ratio",
    "per_100",
    "meetings",
    "changes",
    "qualifications",
    "starts",
    "dkk",
    "mio_dkk",
]

# A list of offer kinds or destinations may be given by a name.
_SETS: Final = {
    ("kinds", "firm"): FIRM_KINDS,
    ("kinds", "all"): KINDS,
    ("destinations", "self_support"): SELF_SUPPORT_EXITS,
}


class _Spec(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class IndicatorSpec(_Spec):
    """One indicator: a metric of the catalogue, what it counts, its comparator and where it should go."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: Text
    metric: str
    groups: tuple[str, ...] = ()  # none named: all that have offers, or all, as the metric says
    origins: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    destinations: tuple[str, ...] = ()
    factor: SourcedValue | None = None  # a number that the metric multiplies with
    weeks: int | None = Field(default=None, ge=1, le=104)  # after which the metric looks, where it asks
    year: int | None = Field(default=None, ge=2020)  # whose price level amounts are at
    unit: Unit
    decimals: int = Field(ge=0, le=3)
    direction: Direction
    comparator: Comparator = "baseline"
    comparator_quality: Quality | None = None
    comparator_source: Text | None = None
    target: float | None = None
    target_weeks: int | None = Field(default=None, ge=1)  # counted from the start of the run
    still: float | None = Field(default=None, gt=0)  # smaller movements count as standing still
    every_year: bool = False  # the gap must narrow every year
    by_group: bool = False  # also shown for each target group
    note: Text | None = None

    @field_validator("groups", "origins", "kinds", "destinations", mode="before")
    @classmethod
    def _named_set(cls, value: object, info: ValidationInfo) -> object:
        """Replace the name of a set of offer kinds or destinations by its members."""
        return _SETS.get((info.field_name or "", value), value) if isinstance(value, str) else value

    @model_validator(mode="after")
    def _words_are_known(self) -> Self:
        """Check that groups, origins, kinds and destinations exist, and that the target fits the comparator."""
        for given, known, what in (
            (self.groups, GROUPS, "target group"),
            (self.origins, ORIGINS, "origin"),
            (self.kinds, KINDS, "offer kind"),
            (self.destinations, EXITS, "destination"),
        ):
            for word in given:
                if word not in known:
                    raise ValueError(f"unknown {what} {word}.{suggestion(word, known, 'en')}")
        if self.comparator in ("fixed", "origin", "rank") and self.target is None:
            raise ValueError(f"comparator {self.comparator} needs a target")
        if self.comparator in ("baseline", *TYPED_IN) and self.target is not None:
            raise ValueError(f"comparator {self.comparator} has no target of its own")
        if self.comparator == "fixed" and not (self.comparator_source and self.comparator_quality):
            raise ValueError("a fixed target needs comparator_source and comparator_quality")
        return self

    @property
    def smallest_movement(self) -> float:
        """Return the smallest movement that counts: one in the last decimal shown, unless given."""
        return self.still if self.still is not None else 10.0**-self.decimals


class GoalSpec(_Spec):
    """One goal in the municipality's own words."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    number: int = Field(ge=1)
    title: Text
    short: Text  # a word or two, for where five goals stand together
    quote: str  # as it stands in the source, in Danish
    quote_in_english: str
    source: Text
    focus_groups: tuple[str, ...] = ()  # what the goal is about; others are watched for side effects
    key_indicator: str  # the one a small card shows first; it does not stand for the goal
    indicators: tuple[IndicatorSpec, ...] = Field(min_length=1)
    not_measured: tuple[Text, ...] = ()

    @model_validator(mode="after")
    def _indicators_are_distinct(self) -> Self:
        """Check that indicator ids differ, the key indicator is one of them, and the focus groups exist."""
        ids = [indicator.id for indicator in self.indicators]
        if len(set(ids)) != len(ids):
            raise ValueError("two indicators have the same id")
        if self.key_indicator not in ids:
            raise ValueError(f"key_indicator {self.key_indicator} is none of the goal's indicators")
        unknown = set(self.focus_groups) - set(GROUPS)
        if unknown:
            raise ValueError(f"unknown target groups {sorted(unknown)}")
        return self


class GoalFile(_Spec):
    """The goals of one municipality, or the product's."""

    municipality: str
    years: str = Field(pattern=r"^\d{4}(-\d{4})?$")  # of the documents that they stand in
    goals: tuple[GoalSpec, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _numbered(self) -> Self:
        """Check that goals are numbered in their order."""
        if [goal.number for goal in self.goals] != list(range(1, len(self.goals) + 1)):
            raise ValueError("goals must be numbered 1, 2, 3 in their order")
        return self


@lru_cache(maxsize=8)
def _read(path: Path) -> GoalFile:
    """Read a file of goals. Raises FileProblem."""
    document = load_data_file(path)
    try:
        return GoalFile.model_validate(document.data)
    except ValidationError as error:
        raise problems_from(error, document, path.name) from error


def has_goals(municipality_id: str) -> bool:
    """Return whether the municipality has goals of its own; the others borrow the template's."""
    return municipality_id in _own()


@lru_cache(maxsize=1)
def _own() -> frozenset[str]:
    """Return the ids of the municipalities that have goals of their own."""
    return frozenset(path.stem for path in GOALS_FOLDER.glob("*.yaml"))


def goals_basis(municipality_id: str, figures: str = FIRST) -> Basis:
    """Return whose goals a municipality is shown with on starting figures, by the vintage's name."""
    if has_goals(municipality_id):
        return "own"
    return "template" if figures == FIRST or _product_path(figures) is None else "product"


@lru_cache(maxsize=8)
def _product_path(figures: str) -> Path | None:
    """Return the newest set of the product's that is not later than the figures, None where there is none."""
    return max((p for p in PRODUCT_FOLDER.glob("*.yaml") if p.stem <= figures), default=None)


@lru_cache(maxsize=256)
def _file(municipality_id: str, figures: str) -> GoalFile:
    """Return the file of goals that a municipality is shown with. Raises FileProblem for a wrong one."""
    basis, product = goals_basis(municipality_id, figures), _product_path(figures)
    if basis == "product" and product is not None:
        return _read(product)
    return _read(GOALS_FOLDER / f"{municipality_id if basis == 'own' else TEMPLATE}.yaml")


def load_goals(municipality_id: str, figures: str = FIRST) -> tuple[GoalSpec, ...]:
    """Return a municipality's goals, or those in their place (:func:`goals_basis`). Raises FileProblem."""
    return _file(municipality_id, figures).goals


def goal_years(municipality_id: str, figures: str = FIRST) -> str:
    """Return which years the documents are from that the shown goals stand in: ``2018-2019``."""
    return _file(municipality_id, figures).years


# How a scenario's file keeps a national level that its user has typed in: ``national_level.unge.young_on_support``.
NATIONAL_LEVEL: Final = "national_level"


def national_level_id(goal: str, indicator: str) -> str:
    """Return the id under which a scenario's ``assumptions`` hold an indicator's national level."""
    return f"{NATIONAL_LEVEL}.{goal}.{indicator}"


@lru_cache(maxsize=128)
def national_level_ids(municipality_id: str) -> tuple[str, ...]:
    """Return the ids of all levels that the municipality's goals ask the user for, on whichever figures."""
    ids = (
        national_level_id(goal.id, indicator.id)
        for figures in vintage_names()
        for goal in load_goals(municipality_id, figures)
        for indicator in goal.indicators
        if indicator.comparator in TYPED_IN
    )
    return tuple(dict.fromkeys(ids))


def national_levels(municipality_id: str, assumptions: Mapping[str, float]) -> dict[str, float]:
    """Return the national levels among a scenario's assumptions, by id, in the indicator's unit.

    Raises UnknownParameter for one that no goal of the municipality asks for, BadParameter for one below zero.
    """
    levels = {k: v for k, v in assumptions.items() if k.split(".")[0] == NATIONAL_LEVEL}
    if not levels:
        return {}
    known = national_level_ids(municipality_id)
    for parameter, value in levels.items():
        if parameter not in known:
            raise UnknownParameter(parameter, known)
        if not 0 <= value < math.inf:
            raise BadParameter(Message("goals.error.national_level", parameter=parameter))
    return levels


@lru_cache(maxsize=128)
def _indicator(goal: str, indicator: str) -> IndicatorSpec | None:
    """Return an indicator by ids, the template's where several municipalities have one; None where nobody has."""
    for path in sorted(GOALS_FOLDER.rglob("*.yaml"), key=lambda p: (p.stem != TEMPLATE, p.stem)):
        for goal_spec in _read(path).goals:
            for spec in goal_spec.indicators if goal_spec.id == goal else ():
                if spec.id == indicator:
                    return spec
    return None


def assumption_label(assumption: str, language: str) -> str:
    """Return the words for an id in a scenario's ``assumptions``: a national level's, or a parameter's."""
    kind, *names = assumption.split(".")
    if kind != NATIONAL_LEVEL:
        return label(assumption, language)
    spec = _indicator(*names) if len(names) == 2 else None
    words = [spec.title.text(language)] if spec is not None else names
    which = "own_level" if spec is not None and spec.comparator == "own" else NATIONAL_LEVEL
    return ", ".join([text(f"parameters.label.{which}", language), *words])


def is_own_target(assumption: str) -> bool:
    """Return whether an id in a scenario's ``assumptions`` is a target that the municipality sets itself."""
    kind, *names = assumption.split(".")
    spec = _indicator(*names) if kind == NATIONAL_LEVEL and len(names) == 2 else None
    return spec is not None and spec.comparator == "own"


def focus_groups(goals: tuple[GoalSpec, ...]) -> frozenset[str]:
    """Return the target groups that some goal is about."""
    return frozenset(group for goal in goals for group in goal.focus_groups)


def date_of(weeks: int, start: datetime.date) -> datetime.date:
    """Return a target date that is given as weeks from the start of the run."""
    return start + datetime.timedelta(weeks=weeks)
