"""What is kept of a decision: the scenario, what was expected of it month by month, and who follows what when."""

from __future__ import annotations

import datetime
import math
import re
from typing import Annotated, Any, Final, Self

from pydantic import AfterValidator, Field, field_validator, model_validator

from model.files.validation_problems import bilingual_error
from model.scenario.economy import FileDate
from model.scenario.parts import Line, Lines, Number, ScenarioPart
from model.scenario.scenario import Scenario, plain_number, to_dict
from model.workshop.meeting_parts import MOST_FOLLOW_UPS, FollowUp

FORMAT: Final = 1
MONTHS_A_YEAR: Final = 12
# As many digits as a vintage has: more would say more than is known, and differ from machine to machine.
_DIGITS: Final = 6
_MOST_MONTHS: Final = 600
_MOST_SERIES: Final = 40
_MONTH: Final = re.compile(r"\d{4}-(0[1-9]|1[0-2])")


def _month(value: str) -> str:
    """Check a month ("2027-01")."""
    if not _MONTH.fullmatch(value):
        raise bilingual_error(
            "Her skal stå en måned som 2027-01.", "There must be a month here, like 2027-01."
        )
    return value


MonthName = Annotated[str, AfterValidator(_month)]
Values = Annotated[tuple[Number, ...], Field(strict=False, max_length=_MOST_MONTHS)]


def month_count(month: str) -> int:
    """Return the months from the year 0 to a month ("2027-01")."""
    return int(month[:4]) * MONTHS_A_YEAR + int(month[5:7]) - 1


def month_of(count: int) -> str:
    """Return the month that is so many months after the year 0."""
    return f"{count // MONTHS_A_YEAR}-{count % MONTHS_A_YEAR + 1:02d}"


def first_day(month: str) -> datetime.date:
    """Return the first day of a month."""
    return datetime.date(int(month[:4]), int(month[5:7]), 1)


def rounded(value: float) -> float:
    """Round to the digits that are kept."""
    return float(f"{value:.{_DIGITS}g}")


class Path(ScenarioPart):
    """What is expected in the months from the first on: the main run, and between what nine of ten draws lie."""

    value: Values
    low: Values
    high: Values

    @model_validator(mode="after")
    def _agree(self) -> Self:
        """Check that each month has all three, and that the range is one."""
        if not len(self.value) == len(self.low) == len(self.high) or not self.value:
            raise bilingual_error(
                "Hver måned skal have value, low og high.", "Each month must have value, low and high."
            )
        if any(low > high for low, high in zip(self.low, self.high, strict=True)):
            raise bilingual_error("low må ikke være over high.", "low may not be above high.")
        return self

    def plain(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {name: [plain_number(number) for number in values] for name, values in self}


class Start(ScenarioPart):
    """The level that the run began from, and the published months that it is the mean of."""

    level: Number
    months: tuple[MonthName, ...] = Field(strict=False, min_length=1, max_length=MONTHS_A_YEAR)

    @field_validator("level")
    @classmethod
    def _above_nothing(cls, value: float) -> float:
        """Check that somebody is there."""
        if not value > 0:
            raise bilingual_error("Her skal stå et tal over 0.", "There must be a number above 0 here.")
        return value


class Predicted(ScenarioPart):
    """What the forecast said at the decision, and how far real months have been from forecasts.

    ``forecast`` is without the decision. ``low`` and ``high`` are with it: assumptions, what all municipalities share
    and what is a municipality's own, within which 8 of 10 ended. ``local`` is the standard deviation, a logarithm, of
    what is a municipality's own once the others' figures are known.
    """

    until: MonthName  # the last month that was published at the decision
    first: MonthName
    forecast: Values
    low: Values
    high: Values
    local: Values

    @model_validator(mode="after")
    def _agree(self) -> Self:
        """Check that each month has all, that the range is one, and that it lies after what was known."""
        lengths = {len(values) for values in (self.forecast, self.low, self.high, self.local)}
        if len(lengths) > 1 or not self.forecast:
            raise bilingual_error(
                "Hver måned skal have forecast, low, high og local.",
                "Each month must have forecast, low, high and local.",
            )
        if any(low > high for low, high in zip(self.low, self.high, strict=True)):
            raise bilingual_error("low må ikke være over high.", "low may not be above high.")
        if self.first <= self.until:
            raise bilingual_error("first skal være efter until.", "first must be after until.")
        return self

    def place_of(self, month: str) -> int | None:
        """Return which of its months one is; None where it says nothing of it."""
        at = month_count(month) - month_count(self.first)
        return at if 0 <= at < len(self.forecast) else None

    def plain(self) -> dict[str, Any]:
        """Return it as plain data."""
        paths = ("forecast", "low", "high", "local")
        values = {name: [plain_number(number) for number in getattr(self, name)] for name in paths}
        return {"until": self.until, "first": self.first, **values}


class Series(ScenarioPart):
    """One figure that is followed: a benefit (``dagpenge``) or an indicator (``goal.indicator``).

    ``hidden``: small counts could be read of it, so that nothing of it is kept.
    """

    id: Line = Field(min_length=1)
    hidden: bool = False
    start: Start | None = None
    first: MonthName | None = None
    without: Path | None = None
    expected: Path | None = None
    difference: Path | None = None  # expected less without, draw by draw
    # Of a benefit. Decisions frozen by earlier versions lack it: their band holds the assumptions only.
    predicted: Predicted | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        """Check that there are paths of the same months, or nothing."""
        parts = (self.first, self.without, self.expected, self.difference)
        if self.hidden and any(part is not None for part in (*parts, self.start, self.predicted)):
            raise bilingual_error("En skjult serie har ingen tal.", "A hidden series has no figures.")
        if not self.hidden and any(part is None for part in parts):
            raise bilingual_error(
                "Serien skal have first, without, expected og difference.",
                "The series must have first, without, expected and difference.",
            )
        paths = [path for path in (self.without, self.expected, self.difference) if path is not None]
        if len({len(path.value) for path in paths}) > 1:
            raise bilingual_error(
                "without, expected og difference skal have de samme måneder.",
                "without, expected and difference must have the same months.",
            )
        return self

    @property
    def is_indicator(self) -> bool:
        """Return whether it is an indicator of a goal, else it is a benefit."""
        return "." in self.id

    @property
    def months(self) -> tuple[str, ...]:
        """Return the months of its path."""
        if self.first is None or self.expected is None:
            return ()
        begin = month_count(self.first)
        return tuple(month_of(begin + i) for i in range(len(self.expected.value)))

    def plain(self) -> dict[str, Any]:
        """Return it as plain data."""
        if self.first is None or self.without is None or self.expected is None or self.difference is None:
            return {"id": self.id, "hidden": True}
        out: dict[str, Any] = {"id": self.id}
        if self.start is not None:
            out["start"] = {"level": plain_number(self.start.level), "months": list(self.start.months)}
        out |= {
            "first": self.first,
            "without": self.without.plain(),
            "expected": self.expected.plain(),
            "difference": self.difference.plain(),
        }
        return out if self.predicted is None else out | {"predicted": self.predicted.plain()}


class Decided(ScenarioPart):
    """A decision as it was frozen. Nothing in it changes afterwards."""

    decided: int = FORMAT
    decided_on: FileDate
    model: Line
    draws: int = Field(ge=1)
    meeting: Line = ""
    decision: Lines = ""
    follow_ups: tuple[FollowUp, ...] = Field(default=(), strict=False, max_length=MOST_FOLLOW_UPS)
    scenario: Scenario
    series: tuple[Series, ...] = Field(strict=False, min_length=1, max_length=_MOST_SERIES)

    @field_validator("decided")
    @classmethod
    def _this_format(cls, value: int) -> int:
        """Check that this version reads the format."""
        if value != FORMAT:
            raise bilingual_error(
                f"Filen har format {value}; denne udgave læser format {FORMAT}.",
                f"The file has format {value}; this version reads format {FORMAT}.",
            )
        return value

    @property
    def decided_month(self) -> str:
        """Return the month of the decision."""
        return f"{self.decided_on:%Y-%m}"

    @property
    def shown(self) -> tuple[Series, ...]:
        """Return the series that may be shown, the one that the decision moves most in front."""
        return tuple(sorted((one for one in self.series if not one.hidden), key=_unmoved))

    @property
    def first_awaited(self) -> str:
        """Return the first month whose figures can be laid over what was expected; "" where all is hidden."""
        return min((self.awaited(one) for one in self.shown), default="")

    def awaited(self, series: Series) -> str:
        """Return the first month of a series' path that lies after the decision."""
        after = month_of(month_count(self.decided_month) + 1)
        return max(after, series.first or after)

    def plain(self) -> dict[str, Any]:
        """Return it as plain data; fields that say nothing are left out."""
        out: dict[str, Any] = {
            "decided": self.decided,
            "decided_on": self.decided_on,
            "model": self.model,
            "draws": self.draws,
        }
        for name in ("meeting", "decision"):
            if getattr(self, name):
                out[name] = getattr(self, name)
        if self.follow_ups:
            out["follow_ups"] = [{k: v for k, v in one if v} for one in self.follow_ups]
        out["scenario"] = to_dict(self.scenario)
        out["series"] = [one.plain() for one in self.series]
        return out


def _unmoved(series: Series) -> tuple[bool, float]:
    """Sort benefits first, then by how much the decision moves the end of the path, the most first."""
    if series.expected is None or series.without is None:
        return True, 0.0
    with_, without = series.expected.value[-1], series.without.value[-1]
    return series.is_indicator, -abs(with_ - without) / max(abs(without), math.ulp(1.0))
