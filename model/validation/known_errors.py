"""What the engine is known to get wrong, as measured by the simulation of single persons in the tests."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from model.domain import GROUP_INDEX
from model.files.folders import DATA_FOLDER
from model.files.strict_yaml import load_data_file
from model.files.validation_problems import problems_from
from model.parameters.ids import ALL

_FILE: Final = DATA_FOLDER / "measured_gaps.yaml"


class _Gaps(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    model_version: str
    as_of: str
    source: str
    rows: dict[str, float]

    @field_validator("rows")
    @classmethod
    def _groups(cls, rows: dict[str, float]) -> dict[str, float]:
        """Refuse rows that are no target group."""
        if not set(rows) <= {ALL, *GROUP_INDEX}:
            raise ValueError("rows: target groups")
        return rows


@lru_cache(maxsize=1)
def _gaps() -> _Gaps:
    """Load the measured errors, once. Raises FileProblem."""
    document = load_data_file(_FILE)
    try:
        return _Gaps.model_validate(document.data)
    except ValidationError as error:
        raise problems_from(error, document, document.name) from error


def benefit_gaps() -> Mapping[str, float]:
    """Return net benefits with two clocks less those with the model's one, as a share, by target group and ``all``."""
    return MappingProxyType(_gaps().rows)


def measured_with() -> tuple[str, datetime.date]:
    """Return the version of the model that the gaps were measured with, and the month: they hold for no later one."""
    return _gaps().model_version, datetime.date.fromisoformat(f"{_gaps().as_of}-01")
