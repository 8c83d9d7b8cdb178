"""What the baseline does from week to week: stands still, follows the forecast, or follows numbers of one's own."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Annotated, Any, Final

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    field_validator,
)

from model.files.problems import sanitised, suggestion
from model.files.validation_problems import bilingual_error
from model.municipality.history import Benefit
from model.scenario.economy import FileDate

STANDS_STILL: Final = "stands_still"
FORECAST: Final = "forecast"
NAMED_PROJECTIONS: Final = (STANDS_STILL, FORECAST)
MOST_PERSONS: Final = 200_000
_MOST_POINTS: Final = 40


class ProjectionPoint(BaseModel):
    """Full-time persons on a benefit at a date."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, populate_by_name=True)

    from_: FileDate = Field(alias="from")
    persons: Annotated[float, BeforeValidator(lambda v: float(v) if type(v) is int else v)]

    @field_validator("persons")
    @classmethod
    def _within_bounds(cls, value: float) -> float:
        """Check that so many may be on a benefit."""
        if not 0 < value <= MOST_PERSONS:
            raise bilingual_error(
                f"Antallet skal være over 0 og højst {MOST_PERSONS}; her står {value:g}.",
                f"The number must be above 0 and at most {MOST_PERSONS}; here it is {value:g}.",
            )
        return value


class OwnProjection(BaseModel):
    """Numbers of one's own: straight lines from the last published month to and between the points, then the last.

    A benefit without points has the inflow that it has today.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    dagpenge: tuple[ProjectionPoint, ...] = Field(default=(), strict=False)
    kontanthjaelp: tuple[ProjectionPoint, ...] = Field(default=(), strict=False)

    @field_validator("dagpenge", "kontanthjaelp")
    @classmethod
    def _in_order(cls, points: tuple[ProjectionPoint, ...]) -> tuple[ProjectionPoint, ...]:
        """Check how many points there are, and that their dates come in order."""
        if len(points) > _MOST_POINTS:
            raise bilingual_error(f"Højst {_MOST_POINTS} punkter.", f"At most {_MOST_POINTS} points.")
        dates = [point.from_ for point in points]
        if any(later <= earlier for earlier, later in pairwise(dates)):
            raise bilingual_error(
                "Datoerne skal komme i rækkefølge, hver kun én gang.",
                "The dates must come in order, each once only.",
            )
        return points

    def points(self, benefit: Benefit) -> tuple[ProjectionPoint, ...]:
        """Return the points of a benefit."""
        return self.dagpenge if benefit == "dagpenge" else self.kontanthjaelp


def check_projection_name(name: str) -> str:
    """Return the name of a projection. Raises a bilingual error for an unknown one."""
    if name in NAMED_PROJECTIONS:
        return name
    raise bilingual_error(
        f"Fremskrivningen »{sanitised(name)}« kendes ikke.{suggestion(name, NAMED_PROJECTIONS, 'da')}",
        f"The projection “{sanitised(name)}” is not known.{suggestion(name, NAMED_PROJECTIONS, 'en')}",
    )


def _kind(value: Any) -> str:
    """Return whether a projection is one of its own or a name."""
    return "own" if isinstance(value, Mapping | OwnProjection) else "name"


Projection = Annotated[
    Annotated[str, AfterValidator(check_projection_name), Tag("name")] | Annotated[OwnProjection, Tag("own")],
    Discriminator(_kind),
]
