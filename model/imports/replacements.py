"""Hold what an import replaces in a municipality's figures, and check that it can stand with the replacements."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from model.disclosure import COUNTS, is_small
from model.domain import GROUP_INDEX
from model.engine.calibration import CalibrationError, calibrate
from model.imports.periods import Period
from model.language.catalogue import number, text
from model.language.messages import Localized, Message, Phrase, Text
from model.municipality.municipality import Municipality
from model.parameters.ids import BadParameter
from model.parameters.labels import label
from model.parameters.prices import budget_parameters
from model.parameters.register import suppressed_counts
from model.parameters.sourced_value import SourcedValue

# A part that is this near to its whole counts as all of it.
NEAR: Final = 1e-9


@dataclass(frozen=True)
class Choices:
    """What the file does not say and the reader decides.

    ``group``: target group of a file that names none; ``until``: the reference year ends with this period (default
    the year before the municipality's start); ``area_is_ours``: a file without areas is about this municipality;
    ``unlikely_is_right``: figures that can hardly be right are used all the same.
    """

    group: str = ""
    until: Period | None = None
    area_is_ours: bool = False
    unlikely_is_right: bool = False


@dataclass(frozen=True)
class Replacement:
    """One parameter before and after. ``before`` is None where it had no row of its own."""

    parameter: str
    before: SourcedValue | None
    before_source_da: str
    after: SourcedValue
    after_source_da: str
    how: Localized
    own_label: Text | None = None

    def label(self, language: str) -> str:
        """Return what the parameter is, in words."""
        return label(self.parameter, language, self.own_label)

    @property
    def changes(self) -> bool:
        """Return whether the value itself moves, and not only its source."""
        return self.before is None or abs(self.after.value - self.before.value) > NEAR * max(
            1.0, abs(self.after.value)
        )


@dataclass(frozen=True)
class NotUsed:
    """A figure of the municipality that replaces nothing, and why."""

    what: Localized
    why: Localized


@dataclass(frozen=True)
class Preview:
    """What an import would do to one municipality. With a ``problem`` it cannot be applied as a whole."""

    municipality: str
    replacements: tuple[Replacement, ...]
    not_used: tuple[NotUsed, ...]
    notes: tuple[Localized, ...]
    periods: tuple[Period, ...]
    problem: Localized | None
    doubtful: tuple[NotUsed, ...] = ()  # figures that can hardly be right: not used until the reader says so

    def __iter__(self) -> Iterator[Replacement]:
        return iter(self.replacements)

    def __len__(self) -> int:
        return len(self.replacements)


def caseload_of(municipality: Municipality, replacements: Mapping[str, Replacement], group: str) -> float:
    """Return a target group's caseload in full-time persons: replaced (by parameter id) or the municipality's."""
    replacement = replacements.get(f"stock.{group}")
    if replacement is not None:
        return replacement.after.value
    return float(municipality.engine.stock[GROUP_INDEX[group]].sum())


def suppressed_replacements(
    municipality: Municipality, replacements: Iterable[Replacement]
) -> frozenset[str]:
    """Return the ids of parameters whose counts are not shown, before or after (see model/disclosure.py)."""
    before = {p.id: p.value for p in municipality.register}
    replaced = tuple(replacements)
    earlier = before | {r.parameter: r.before for r in replaced if r.before is not None}
    after = before | {r.parameter: r.after for r in replaced}
    return suppressed_counts(earlier.items(), after.items())


def cannot_rest(municipality: Municipality, replacements: Sequence[Replacement]) -> Localized | None:
    """Return why the municipality cannot rest with the replacements, and which fails; None if it can."""
    whole = _fault(municipality, replacements)
    if whole is None:
        return None
    subjects: dict[str, list[Replacement]] = {}
    for replacement in replacements:
        subjects.setdefault(".".join(replacement.parameter.split(".")[:2]), []).append(replacement)
    guilty = [(s, r, f) for s, r in subjects.items() if (f := _fault(municipality, r)) is not None]
    if not guilty:
        return Message("import.preview.together", why=whole)
    _, first, why = guilty[0]
    shown = first[0]
    return Message(
        "import.preview.guilty",
        figure=Phrase(shown.label),
        before=Phrase(_number, shown.before),
        after=Phrase(_number, shown.after),
        why=why,
    )


def _number(value: SourcedValue | None, language: str) -> str:
    """Return a value as the message shows it; small counts are not shown."""
    if value is not None and value.unit in COUNTS and is_small(value.value):
        return text("disclosure.not_shown", language)
    return number(None if value is None else value.value, language, 2)


def _fault(municipality: Municipality, replacements: Sequence[Replacement]) -> Localized | None:
    """Return why engine or budget cannot be run with the replacements, None where they can."""
    values = {r.parameter: r.after.value for r in replacements}
    try:
        budget_parameters(values, municipality.budget.values)
        calibrate(municipality.engine_with(values))
    except (BadParameter, CalibrationError) as error:
        return error.message
    return None
