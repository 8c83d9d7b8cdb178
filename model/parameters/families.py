"""Which uncertain numbers move together when draws vary them, how closely, and which are given.

The numbers themselves stay in the register; ``uncertainty.yaml`` only sorts them by pattern of id.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from model.engine.levers import ENGINE_LEVERS
from model.files.folders import DATA_FOLDER
from model.files.strict_yaml import load_data_file
from model.files.validation_problems import problems_from
from model.language.catalogue import text
from model.parameters.sourced_value import Parameter, SourcedValue

FAMILIES_FILE: Final = DATA_FOLDER / "uncertainty.yaml"
# The first part of the ids of the levers' baselines.
_LEVER_TABLES: Final = frozenset(lever.id for lever in ENGINE_LEVERS if lever.engine.has_parameter)


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Family(_Strict):
    """Numbers that rest on the same knowledge, by patterns of parameter id."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    cluster: str | None = None
    patterns: tuple[str, ...] = Field(min_length=1)
    tilt: tuple[str, ...] = ()

    def title(self, language: str) -> str:
        """Return its name as people read it."""
        return text(f"uncertainty.family.{self.id}", language)

    def sign(self, parameter: str) -> float:
        """Return 1 where the number goes up with its family, -1 where it goes down."""
        return 1.0 if not self.tilt or _fits(parameter, self.tilt) else -1.0


class _Correlation(_Strict):
    family: SourcedValue
    cluster: SourcedValue

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        """Check that families of a cluster hang together less than numbers of a family."""
        if not 0.0 <= self.cluster.value <= self.family.value <= 1.0:
            raise ValueError("0 <= cluster <= family <= 1")
        return self


class _File(_Strict):
    correlation: _Correlation
    reach: tuple[float, ...] = Field(min_length=1)
    tries_per_draw: int = Field(ge=1)
    given: tuple[str, ...]
    families: tuple[Family, ...] = Field(min_length=1)


@lru_cache(maxsize=1)
def _file() -> _File:
    """Read ``uncertainty.yaml``. Raises FileProblem."""
    document = load_data_file(FAMILIES_FILE)
    try:
        return _File.model_validate(document.data)
    except ValidationError as error:
        raise problems_from(error, document, document.name) from error


def families() -> tuple[Family, ...]:
    """Return all families in the file's order. Raises FileProblem."""
    return _file().families


def correlation() -> tuple[SourcedValue, SourcedValue]:
    """Return the correlations within a family and within a cluster of families; both are assumptions."""
    return _file().correlation.family, _file().correlation.cluster


def reach() -> tuple[float, ...]:
    """Return the shares of the way to an end of a range that are tried, the whole way first."""
    return _file().reach


def tries_per_draw() -> int:
    """Return how many points may be tried for each draw asked for."""
    return _file().tries_per_draw


def _fits(parameter: str, patterns: Iterable[str]) -> bool:
    """Return whether a parameter id fits one of the patterns."""
    return any(fnmatch.fnmatchcase(parameter, pattern) for pattern in patterns)


@lru_cache(maxsize=8192)
def family_of(parameter: str) -> Family | None:
    """Return the family of a parameter id; None where it is given, or where the file has no place for it."""
    if is_given(parameter):
        return None
    return next((family for family in families() if _fits(parameter, family.patterns)), None)


def is_given(parameter: str) -> bool:
    """Return whether the number is where a lever stands today: never drawn."""
    return parameter.partition(".")[0] in _LEVER_TABLES or _fits(parameter, _file().given)


@dataclass(frozen=True)
class Drawable:
    """One number that draws vary."""

    id: str
    family: Family
    sign: float
    low: float
    central: float
    high: float


def has_range(parameter: Parameter) -> bool:
    """Return whether a register entry has a range of its own that is more than a point."""
    low, high = parameter.value.low, parameter.value.high
    return parameter.uncertain and low is not None and high is not None and low < high


def drawables(register: Iterable[Parameter], fixed: Mapping[str, object]) -> tuple[Drawable, ...]:
    """Return the numbers of a register that draws vary, in its order; ``fixed`` by id are the user's own.

    Raises KeyError for a number with a range that belongs nowhere in ``uncertainty.yaml``.
    """
    varied = []
    for parameter in register:
        if parameter.id in fixed or not has_range(parameter) or is_given(parameter.id):
            continue
        family = family_of(parameter.id)
        if family is None:
            raise KeyError(f"{FAMILIES_FILE.name}: {parameter.id} belongs to no family")
        value = parameter.value
        assert value.low is not None
        assert value.high is not None
        varied.append(
            Drawable(parameter.id, family, family.sign(parameter.id), value.low, value.value, value.high)
        )
    return tuple(varied)
