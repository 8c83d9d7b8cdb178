"""The levers as the engine and its parameters know them: id, scope, label and column ``engine`` of ``levers.yaml``.

The weekly paths, the baseline's parameters and the columns that the kernel reads all take their levers from here, in
the order of that file.
"""

from __future__ import annotations

from typing import Final, Literal, Self

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from model.domain import LAST_DURATION
from model.files.folders import DATA_FOLDER
from model.files.strict_yaml import load_data_file
from model.files.validation_problems import problems_from
from model.language.messages import Text

LEVERS_FILE: Final = DATA_FOLDER / "levers.yaml"
LEVERS_DOCUMENT: Final = load_data_file(LEVERS_FILE)

Scope = Literal["group", "municipality", "mix"]


class EngineColumn(BaseModel):
    """How the engine gets the baseline of one lever; see the data file's head."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    low: float | None = None
    high: float | None = None
    row_for_all: bool = False
    without_row: float | Literal["last_week"] | None = None
    whole: bool = False
    field: str | None = None
    computed: bool = False
    one_less: str | None = None

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if (self.low is None) != (self.high is None):
            raise ValueError("low and high belong together")
        has_row = self.low is not None or self.without_row is not None
        if self.computed + has_row + (self.one_less is not None) != 1:
            raise ValueError(
                "a baseline is computed, has a parameter with bounds or stands in without_row, or is of the budget"
            )
        return self

    @property
    def has_parameter(self) -> bool:
        """Whether the baseline is a parameter of the lever's own name, with rows in the parameter files."""
        return self.low is not None

    @property
    def default(self) -> float | None:
        """The baseline where no row gives one, in engine units; None where a row must."""
        return float(LAST_DURATION) if self.without_row == "last_week" else self.without_row


class EngineLever(BaseModel):
    """One lever: what the engine and its parameters read of its row."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str
    scope: Scope
    engine: EngineColumn
    label: Text

    @property
    def field(self) -> str:
        """The lever's baseline in EngineParameters."""
        return self.engine.field or self.id


class _Rows(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    levers: tuple[EngineLever, ...]


def _read() -> tuple[EngineLever, ...]:
    try:
        return _Rows.model_validate(LEVERS_DOCUMENT.data).levers
    except ValidationError as error:
        raise problems_from(error, LEVERS_DOCUMENT, model=_Rows) from error


PATH_LEVERS: Final = _read()
# Those whose baseline is of the budget have a path by week like all others, but the engine does not read them.
BUDGET_LEVERS: Final = tuple(lever for lever in PATH_LEVERS if lever.engine.one_less is not None)
ENGINE_LEVERS: Final = tuple(lever for lever in PATH_LEVERS if lever.engine.one_less is None)
GROUP_LEVERS: Final = tuple(lever for lever in ENGINE_LEVERS if lever.scope == "group")
MUNICIPAL_LEVERS: Final = tuple(lever for lever in ENGINE_LEVERS if lever.scope == "municipality")
