"""A number that knows where it comes from: value, unit, as-of date, source, quality and, where uncertain, a range."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from model.language.messages import Text
from model.parameters.labels import label

Quality = Literal["document", "statistic", "study", "derived", "assumption"]


class SourcedValue(BaseModel):
    """One number with its origin. An assumption must have a range; a range must hold the value."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    value: float
    low: float | None = None
    high: float | None = None
    unit: str = Field(min_length=1)
    as_of: str = Field(min_length=4, description="year, month, date or period that the value holds for")
    source: str = Field(min_length=3, description="document, table, study or who assumed it")
    quality: Quality
    label: Text | None = None
    note: Text | None = None

    @model_validator(mode="after")
    def _range_holds_value(self) -> Self:
        """Check that low and high belong together, hold the value, and stand beside an assumption."""
        if (self.low is None) != (self.high is None):
            raise ValueError("low and high must be given together")
        if self.low is not None and self.high is not None and not self.low <= self.value <= self.high:
            raise ValueError(f"value {self.value} is outside its range {self.low}-{self.high}")
        if self.quality == "assumption" and self.low is None:
            raise ValueError("an assumption needs low and high")
        return self


@dataclass(frozen=True)
class Parameter:
    """One number of the register. ``follows`` names the parameter whose value it takes, "" where it has one.

    ``computed`` marks figures worked out from other parameters (a stock from the benchmark's total and the
    split, for instance); such a figure may be overridden too, but a draw of uncertain values leaves it alone.
    """

    id: str
    value: SourcedValue
    follows: str = ""
    computed: bool = False
    source_da: str = ""

    @property
    def uncertain(self) -> bool:
        """Return whether a draw may move it: it has a range of its own."""
        return not self.follows and not self.computed and self.value.low is not None

    def source(self, language: str) -> str:
        """Return where the number comes from; names of documents and tables stay as they are."""
        return self.source_da if language == "da" and self.source_da else self.value.source

    def label(self, language: str) -> str:
        """Return what the number is, in words."""
        return label(self.id, language, self.value.label)
