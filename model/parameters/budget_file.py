"""Read ``model/data/budget.yaml``: prices, benefit rates and shares of the budget, each number with its origin.

Apart from :mod:`model.parameters.prices`, so that whoever only reads files needs no arrays.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator, model_validator

from model.domain import GROUPS
from model.files.folders import DATA_FOLDER
from model.files.strict_yaml import load_data_file
from model.files.validation_problems import problems_from
from model.language.messages import Text
from model.parameters.sourced_value import Quality, SourcedValue

BUDGET_FILE: Final = DATA_FOLDER / "budget.yaml"


class BudgetFunction(BaseModel):
    """One function of the authorised chart of accounts."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Text
    quality: Quality


class RatePart(BaseModel):
    """A benefit rate and the share of the group that has it; the first part of a group takes what is left."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rate: str
    share: str | None = None
    extra: str | None = None


class GroupBenefit(BaseModel):
    """How one target group's benefit is put together and which function pays it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    function: str
    factor: str
    parts: tuple[RatePart, ...] = Field(min_length=1)


class BudgetFile(BaseModel):
    """``budget.yaml`` as a whole; every id that a benefit names must exist, and so must every source."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sources: dict[str, Text | str]
    values: dict[str, SourcedValue]
    functions: dict[str, BudgetFunction]
    functions_source: str
    benefits: dict[str, GroupBenefit]

    @field_validator("values", mode="before")
    @classmethod
    def _with_sources(cls, values: Any, info: ValidationInfo) -> Any:
        """Write out the values' sources, as they are named in English."""
        named = info.data.get("sources", {})
        missing = {row.get("source") for row in values.values()}.difference(named)
        if missing:
            raise ValueError(f"unknown sources {sorted(map(str, missing))}")
        in_english = {key: s.en if isinstance(s, Text) else s for key, s in named.items()}
        return {key: {**row, "source": in_english[row["source"]]} for key, row in values.items()}

    @property
    def danish_sources(self) -> dict[str, str]:
        """Return sources in Danish by the English text that the values carry."""
        return {s.en: s.da for s in self.sources.values() if isinstance(s, Text)}

    @model_validator(mode="after")
    def _names_exist(self) -> BudgetFile:
        """Check that every name in the file is one that the budget knows."""
        if tuple(self.benefits) != GROUPS:
            raise ValueError("benefits must hold every target group, in the model's order")
        if self.functions_source not in self.sources:
            raise ValueError(f"unknown source {self.functions_source}")
        for group, benefit in self.benefits.items():
            if benefit.function not in self.functions:
                raise ValueError(f"{group}: unknown function {benefit.function}")
            names = [benefit.factor]
            names += [name for part in benefit.parts for name in (part.share, part.extra) if name]
            missing = [name for name in names if name not in self.values]
            missing += [part.rate for part in benefit.parts if not years_of(part.rate, self.values)]
            if missing:
                raise ValueError(f"{group}: unknown {', '.join(missing)}")
        return self


def years_of(rate: str, values: Mapping[str, object]) -> dict[int, str]:
    """Return the published years of a rate and the parameter id of each."""
    prefix = f"budget.rate.{rate}."
    return {int(key.removeprefix(prefix)): key for key in values if key.startswith(prefix)}


@lru_cache(maxsize=1)
def budget_file() -> BudgetFile:
    """Return the shipped numbers. Raises FileProblem where the file is wrong."""
    document = load_data_file(BUDGET_FILE)
    try:
        return BudgetFile.model_validate(document.data)
    except ValueError as error:
        from pydantic import ValidationError

        if isinstance(error, ValidationError):
            raise problems_from(error, document, BUDGET_FILE.name) from error
        raise


def budget_values() -> Mapping[str, SourcedValue]:
    """Return every number of the budget by parameter id, as shipped: the register reads it."""
    return MappingProxyType(budget_file().values)
