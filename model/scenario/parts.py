"""The parts of a scenario: changes, own assumptions, the workshop's notes, stored results, and the texts they hold."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Annotated, Any, Final, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    field_validator,
    model_validator,
)

from model.files.problems import Path, sanitised, suggestion
from model.files.validation_problems import bilingual_error, bilingual_errors
from model.scenario.economy import FileDate, OwnEconomy, check_economy_name
from model.scenario.levers import HORIZON, LEVER_BY_ID, check_group, check_value

# Lengths in characters: a name fits a heading and a file name, the others a page.
NAME_LENGTH: Final = 120
TEXT_LENGTH: Final = 4_000
_FIGURES: Final = 200
# Larger whole numbers are text in a file (strict_yaml).
_TOO_LARGE: Final = 1e15
MOST_ASSUMPTIONS: Final = 200


def _clean(value: str, *, lines: bool) -> str:
    """Return composed Unicode without control characters and blanks at the ends; a line unless ``lines``."""
    value = unicodedata.normalize("NFC", value.replace("\r\n", "\n").replace("\r", "\n")).strip()
    for character in value:
        # Cc control, Cs surrogate, Co private, Cn unassigned, Zl/Zp line and paragraph separators. Characters
        # that turn the direction of writing would let a name look like another.
        category = unicodedata.category(character)
        allowed = character == "\n" and lines
        if not allowed and (category in ("Cc", "Cs", "Co", "Cn", "Zl", "Zp") or character in DIRECTION):
            raise bilingual_error(
                f"Teksten må ikke indeholde tegnet U+{ord(character):04X}"
                + (" (linjeskift)." if character == "\n" else "."),
                f"The text may not contain the character U+{ord(character):04X}"
                + (" (line break)." if character == "\n" else "."),
            )
    return value


# They turn the direction of writing.
DIRECTION: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

Line = Annotated[str, Field(max_length=NAME_LENGTH), AfterValidator(lambda v: _clean(v, lines=False))]
Lines = Annotated[str, Field(max_length=TEXT_LENGTH), AfterValidator(lambda v: _clean(v, lines=True))]


def _number(value: Any) -> Any:
    """Return a whole or decimal number of the engine's size; ``true`` is none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        comma = isinstance(value, str) and "," in value
        raise bilingual_error(
            f"Her skal stå et tal; her står »{sanitised(value)}«."
            + (" Skriv decimaler med punktum." if comma else ""),
            f"There must be a number here; here it is “{sanitised(value)}”."
            + (" Write decimals with a point." if comma else ""),
        )
    number = float(value)
    if not abs(number) < _TOO_LARGE:
        raise bilingual_error("Tallet er for stort.", "The number is too large.")
    return number + 0.0


Number = Annotated[float, BeforeValidator(_number)]


class ScenarioPart(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, populate_by_name=True)


def known_lever(value: str) -> str:
    """Check that a lever exists, and return it."""
    if value not in LEVER_BY_ID:
        raise bilingual_error(
            f"Skyderen »{sanitised(value)}« kendes ikke.{suggestion(value, LEVER_BY_ID, 'da')}",
            f"The lever “{sanitised(value)}” is not known.{suggestion(value, LEVER_BY_ID, 'en')}",
        )
    return value


def as_floats(to: Any) -> Any:
    """Return a checked value, or each share of a mix, as the float that it is used as."""
    if isinstance(to, Mapping):
        return {kind: float(share) + 0.0 for kind, share in to.items()}
    return float(to) + 0.0


class Change(ScenarioPart):
    """One lever set to a value from a date on; ``to`` in the unit people see (per cent, places, weeks)."""

    lever: str
    group: str | None = None
    to: Any
    from_: FileDate = Field(alias="from")
    phase_in_weeks: int = 0
    why: Lines = ""

    @field_validator("lever")
    @classmethod
    def _known(cls, value: str) -> str:
        """Check that the lever exists."""
        return known_lever(value)

    @field_validator("phase_in_weeks")
    @classmethod
    def _phase(cls, value: int) -> int:
        """Check the weeks of phase-in."""
        most = HORIZON.most_phase_in_weeks
        if not 0 <= value <= most:
            raise bilingual_error(
                f"Indfasningen skal være mellem 0 og {most} uger; her står {sanitised(value)}.",
                f"The phase-in must be between 0 and {most} weeks; here it is {sanitised(value)}.",
            )
        return value

    @model_validator(mode="after")
    def _fits(self) -> Self:
        """Check target group and value against the lever."""
        lever = LEVER_BY_ID[self.lever]
        faults: list[tuple[Path, str, str]] = []
        wrong = check_group(lever, self.group)
        if wrong:
            faults.append((("group",), wrong.da, wrong.en))
        wrong = check_value(lever, self.to)
        if wrong:
            faults.append((("to",), wrong.da, wrong.en))
        if faults:
            raise bilingual_errors(faults)
        # Written once, before anyone sees the object: a whole number becomes the float it is used as.
        object.__setattr__(self, "to", as_floats(self.to))
        return self

    @property
    def target(self) -> tuple[str, str | None]:
        """Return what is changed: lever and target group."""
        return self.lever, self.group


class Assumption(ScenarioPart):
    """One parameter of the municipality that this scenario takes differently."""

    parameter: Line = Field(min_length=1)
    value: Number
    why: Lines = ""


class Workshop(ScenarioPart):
    """What the room asked, expected, found and decided."""

    question: Lines = ""
    expectation: Lines = ""
    findings: Lines = ""
    decision: Lines = ""


class Results(ScenarioPart):
    """What the scenario gave when it was saved, and the versions that it came from."""

    headline: Lines = ""
    model_version: Line
    baseline_sha256: Line
    saved: FileDate | None = None
    figures: dict[str, Number] = Field(default_factory=dict, max_length=_FIGURES)
    net_before_dkk: Number | None = Field(
        default=None, description="net expenditure of the run without changes"
    )
    net_low_dkk: Number | None = Field(
        default=None, description="nine of ten draws of net_difference_dkk, from"
    )
    net_high_dkk: Number | None = Field(default=None, description="and to")


def _economy_kind(value: Any) -> str:
    """Return whether an economy is one of its own or a name."""
    return "own" if isinstance(value, dict | OwnEconomy) else "name"


Economy = Annotated[
    Annotated[str, AfterValidator(check_economy_name), Tag("name")] | Annotated[OwnEconomy, Tag("own")],
    Discriminator(_economy_kind),
]
