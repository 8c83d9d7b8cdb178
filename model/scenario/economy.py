"""The economy week by week: indices of the inflow to the benefits and of job finding, named or one's own."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from functools import lru_cache
from typing import Annotated, Any, Final

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, field_validator

from model.files.folders import DATA_FOLDER
from model.files.problems import sanitised, suggestion
from model.files.strict_yaml import load_data_file
from model.files.validation_problems import bilingual_error, bilingual_errors, problems_from
from model.language.messages import Text
from model.parameters.sourced_value import Quality

ECONOMY_FILE: Final = DATA_FOLDER / "economy_paths.yaml"
UNCHANGED: Final = "unchanged"

# 100 on screen is 1 in the engine.
_PER_ENGINE_UNIT: Final = 100.0
_DATE_LENGTH: Final = len("2021-03-01")


class NamedPoint(BaseModel):
    """One point of a named path: index (100 = unchanged) so many weeks after the start, range and source."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    week: int = Field(ge=0)
    index: float
    low: float
    high: float
    quality: Quality
    source: str = Field(min_length=3)


class NamedPath(BaseModel):
    """A path of the economy that a scenario chooses by name."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    label: Text
    help: Text
    inflow: tuple[NamedPoint, ...]
    job_finding: tuple[NamedPoint, ...]


class _Bounds(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    minimum: float
    maximum: float
    most_points: int


class _EconomyFile(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    bounds: _Bounds
    paths: tuple[NamedPath, ...]


@lru_cache(maxsize=1)
def _economy_file() -> _EconomyFile:
    """Read ``economy.yaml``. Raises FileProblem."""
    document = load_data_file(ECONOMY_FILE)
    try:
        return _EconomyFile.model_validate(document.data)
    except ValidationError as error:
        raise problems_from(error, document, model=_EconomyFile) from error


def economy_paths() -> tuple[NamedPath, ...]:
    """Return the named paths, ``unchanged`` first."""
    return _economy_file().paths


def economy_bounds() -> tuple[float, float]:
    """Return the smallest and largest index that a path may hold, 100 = unchanged."""
    bounds = _economy_file().bounds
    return bounds.minimum, bounds.maximum


def named_path(name: str) -> NamedPath:
    """Return the path of that name. Raises KeyError."""
    for path in economy_paths():
        if path.id == name:
            return path
    raise KeyError(name)


def date_from_text(value: Any) -> Any:
    """Return a date as files write it, 2021-03-01, for pydantic; raises a bilingual error for all else."""
    if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
        return value
    if isinstance(value, str) and len(value) == _DATE_LENGTH and value.isascii():
        try:
            return datetime.date.fromisoformat(value)
        except ValueError:
            pass
    raise bilingual_error(
        f"Her skal stå en dato, skrevet som 2021-03-01; her står »{sanitised(value)}«.",
        f"There must be a date here, written as 2021-03-01; here it is “{sanitised(value)}”.",
    )


FileDate = Annotated[datetime.date, BeforeValidator(date_from_text)]


class EconomyPoint(BaseModel):
    """Index (100 = unchanged) at a date."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, populate_by_name=True)

    from_: FileDate = Field(alias="from")
    index: float

    @field_validator("index")
    @classmethod
    def _within_bounds(cls, value: float) -> float:
        """Check that the index is within the bounds."""
        bounds = _economy_file().bounds
        if not bounds.minimum <= value <= bounds.maximum:
            low, high = f"{bounds.minimum:g}", f"{bounds.maximum:g}"
            raise bilingual_error(
                f"Indekset skal være mellem {low} og {high}; her står {value:g}. 100 er uændret.",
                f"The index must be between {low} and {high}; here it is {value:g}. 100 is unchanged.",
            )
        return value


class OwnEconomy(BaseModel):
    """A path of one's own: straight lines between the points, 100 before the first, the last's after it."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    inflow: tuple[EconomyPoint, ...] = Field(default=(), strict=False)
    job_finding: tuple[EconomyPoint, ...] = Field(default=(), strict=False)

    @field_validator("inflow", "job_finding")
    @classmethod
    def _in_order(cls, points: tuple[EconomyPoint, ...]) -> tuple[EconomyPoint, ...]:
        """Check how many points there are, and that their dates come in order."""
        most = _economy_file().bounds.most_points
        if len(points) > most:
            raise bilingual_error(f"Højst {most} punkter.", f"At most {most} points.")
        faults = [
            ((i,), "Datoerne skal komme i rækkefølge, hver dato én gang.",
             "The dates must come in order, each date once.")
            for i in range(1, len(points))
            if points[i].from_ <= points[i - 1].from_
        ]  # fmt: skip
        if faults:
            raise bilingual_errors(faults)
        return points


def check_economy_name(name: str) -> str:
    """Return the name of a known path; raises a bilingual error that offers the nearest."""
    names = [path.id for path in economy_paths()]
    if name not in names:
        raise bilingual_error(
            f"Konjunkturen »{sanitised(name)}« kendes ikke.{suggestion(name, names, 'da')}",
            f"The economy “{sanitised(name)}” is not known.{suggestion(name, names, 'en')}",
        )
    return name


def economy_indices(
    economy: str | OwnEconomy, start: datetime.date, weeks: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return indices of inflow and of job finding [T] each, 1 = unchanged, for the Mondays from ``start``."""
    if isinstance(economy, str):
        return _named_indices(economy, weeks)
    return (
        _index(weeks, [((p.from_ - start).days / 7, p.index) for p in economy.inflow]),
        _index(weeks, [((p.from_ - start).days / 7, p.index) for p in economy.job_finding]),
    )


@lru_cache(maxsize=64)
def _named_indices(name: str, weeks: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the indices [T] of a named path."""
    path = named_path(name)
    return (
        _index(weeks, [(p.week, p.index) for p in path.inflow]),
        _index(weeks, [(p.week, p.index) for p in path.job_finding]),
    )


def _index(weeks: int, points: Sequence[tuple[float, float]]) -> NDArray[np.float64]:
    """Return an index [T] that is interpolated between points (week, index with 100 = unchanged)."""
    if not points:
        out = np.ones(weeks)
    else:
        known_weeks, index = (np.array(column, dtype=np.float64) for column in zip(*points, strict=True))
        out = np.interp(np.arange(weeks), known_weeks, index / _PER_ENGINE_UNIT, left=1.0)
    out.flags.writeable = False
    return out
