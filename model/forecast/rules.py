"""Load what forecasts are made with, each number with its source: ``model/data/forecast.yaml``."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from pydantic import BaseModel, ConfigDict, ValidationError

from model.files.folders import DATA_FOLDER
from model.files.strict_yaml import load_data_file
from model.files.validation_problems import problems_from
from model.forecast.method import ForecastRule
from model.language.messages import Text
from model.municipality.history import Benefit
from model.parameters.sourced_value import Quality, SourcedValue


class _Row(BaseModel):
    """One number of both benefits: value, low and high."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    unit: str
    dagpenge: tuple[float, float, float]
    kontanthjaelp: tuple[float, float, float]


class _Rows(BaseModel):
    """The numbers, named as in :class:`ForecastRule`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    discount: _Row
    break_limit: _Row
    pooled_share: _Row
    own_half: _Row
    own_years: _Row
    smoothing: _Row
    trend_months: _Row
    trend_share: _Row
    damping: _Row


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    as_of: str
    quality: Quality
    source: Text
    rows: _Rows

    def value(self, benefit: Benefit, row: _Row) -> SourcedValue:
        """Return one number of one benefit with its source. Raises ValidationError where its range misses it."""
        value, low, high = getattr(row, benefit)
        return SourcedValue(
            value=value, low=low, high=high, unit=row.unit, as_of=self.as_of, source=self.source.en,
            quality=self.quality,
        )  # fmt: skip


@lru_cache(maxsize=1)
def _file() -> _File:
    """Read the file. Raises FileProblem."""
    document = load_data_file(DATA_FOLDER / "forecast.yaml")
    try:
        return _File.model_validate(document.data)
    except ValidationError as error:
        raise problems_from(error, document, model=_File) from error


def forecast_source() -> Text:
    """Return where all numbers of forecasts are from. Raises FileProblem."""
    return _file().source


@lru_cache(maxsize=2)
def forecast_parameters(benefit: Benefit) -> Mapping[str, SourcedValue]:
    """Load the numbers of a benefit's forecast with their sources. Raises FileProblem."""
    file = _file()
    return {name: file.value(benefit, row) for name, row in file.rows}


@lru_cache(maxsize=2)
def forecast_rule(benefit: Benefit) -> ForecastRule:
    """Return the numbers that a benefit's forecast is made with."""
    return ForecastRule(**{name: value.value for name, value in forecast_parameters(benefit).items()})
