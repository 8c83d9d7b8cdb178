"""The levers: what each is, what the baseline has, which values it takes, and its path week by week.

A lever is one row of ``model/data/levers.yaml``; the screen, the files, the tests and the documentation read
it. Values here are in the unit people see (per cent); ``to_engine`` converts to the engine's (shares).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from model.domain import FIRM_KINDS, GROUP_INDEX, GROUPS, OFFER_GROUPS
from model.engine.levers import LEVERS_DOCUMENT, EngineLever
from model.files.problems import quoted, sanitised, suggestion
from model.files.validation_problems import problems_from
from model.language.messages import Text
from model.scenario.economy import FileDate

if TYPE_CHECKING:
    from model.municipality.municipality import Municipality

Floats = NDArray[np.float64]
# What a change sets a lever to: a number, or per cent by firm-oriented kind for the mix of places.
Value = float | Mapping[str, float]

# Shares of a mix may miss 100 by this much (thirds written with one decimal) and are then scaled.
_MIX_TOLERANCE: Final = 0.11


class PanelColumn(BaseModel):
    """Where a lever's sliders stand on the first page; see the data file's head."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    theme: str | None = None
    order: int | None = Field(default=None, ge=1)
    main: bool | tuple[str, ...] = False
    big_screen: bool | tuple[str, ...] = False

    @model_validator(mode="after")
    def _stands_somewhere(self) -> Self:
        """Check that the lever has a place, and a known one in its theme."""
        if (self.theme is None) != (self.order is None):
            raise ValueError("theme and order belong together")
        if self.theme is None and not self.main:
            raise ValueError("a lever stands in a theme, among the main ones, or in both")
        return self


class Lever(EngineLever):
    """One lever. ``minimum``, ``maximum``, ``step`` are in the unit people see; see the data file's head."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    groups: tuple[str, ...] = ()
    unit: str
    minimum: float
    maximum: float
    cap_per_baseline: float | None = None
    cap: float | None = None
    step: float = Field(gt=0)
    decimals: int = Field(ge=0)
    integer: bool
    per_engine_unit: float = Field(gt=0)
    panel: PanelColumn
    unpriced: Text | None = None
    help: Text
    source: str = Field(min_length=3)

    @field_validator("groups", mode="before")
    @classmethod
    def _offer_groups(cls, value: Any) -> Any:
        """Write out ``offer_groups``."""
        return OFFER_GROUPS if value == "offer_groups" else value

    @field_validator("groups")
    @classmethod
    def _known_groups(cls, groups: tuple[str, ...]) -> tuple[str, ...]:
        """Check that the target groups exist."""
        unknown = set(groups) - set(GROUPS)
        if unknown:
            raise ValueError(f"unknown target groups {sorted(unknown)}")
        return groups

    @model_validator(mode="after")
    def _panel_names_own_groups(self) -> Self:
        """Check that the panel names no target groups but the lever's."""
        for chosen in (self.panel.main, self.panel.big_screen):
            unknown = set() if isinstance(chosen, bool) else set(chosen) - set(self.groups)
            if unknown:
                raise ValueError(f"the panel names target groups that the lever has not: {sorted(unknown)}")
        return self


class Horizon(BaseModel):
    """Bounds of a scenario in time, and how much it may hold."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    start: FileDate
    years: int
    most_years: int
    most_phase_in_weeks: int
    most_changes: int
    source: str


class LeversFile(BaseModel):
    """The whole of ``levers.yaml``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    horizon: Horizon
    themes: tuple[str, ...]
    levers: tuple[Lever, ...]

    @model_validator(mode="after")
    def _known_themes(self) -> Self:
        """Check that each theme of the panel has levers, and each lever in it a place of its own."""
        places = [(lever.panel.theme, lever.panel.order) for lever in self.levers if lever.panel.theme]
        if {theme for theme, _ in places} != set(self.themes):
            raise ValueError("the levers' themes must be those of the list themes")
        if len(set(places)) < len(places):
            raise ValueError("two levers have the same place in a theme")
        return self


def _read() -> LeversFile:
    """Read ``levers.yaml``. Raises FileProblem."""
    try:
        return LeversFile.model_validate(LEVERS_DOCUMENT.data)
    except ValidationError as error:
        raise problems_from(error, LEVERS_DOCUMENT, model=LeversFile) from error


_FILE: Final = _read()
# Of a value that somebody has written in a file.
_MOST_DECIMALS: Final = 3
HORIZON: Final = _FILE.horizon
LEVERS: Final = _FILE.levers
PANEL_THEMES: Final = _FILE.themes
LEVER_BY_ID: Final[Mapping[str, Lever]] = MappingProxyType({lever.id: lever for lever in LEVERS})
LEVER_INDEX: Final[Mapping[str, int]] = MappingProxyType({lever.id: i for i, lever in enumerate(LEVERS)})


def baseline_array(lever: EngineLever, municipality: Municipality) -> Any:
    """Return the baseline in engine units: [G] of a lever of the target groups, [5] of the mix, else a number."""
    if lever.engine.one_less is not None:
        return 1.0 - municipality.budget.number(lever.engine.one_less)
    return municipality.engine.baseline_of(lever.field)


def baseline_engine_value(lever: Lever, municipality: Municipality, group: str | None = None) -> Any:
    """Return the baseline's value in engine units: a float, or [5] shares for the mix."""
    value = baseline_array(lever, municipality)
    if lever.scope == "group":
        if group is None:
            raise KeyError(f"{lever.id} needs a target group")
        return float(value[GROUP_INDEX[group]])
    return value if lever.scope == "mix" else float(value)


def baseline_value(lever: Lever, municipality: Municipality, group: str | None = None) -> Any:
    """Return the baseline's value as people see it, rounded; a dict of per cent for the mix.

    ``build_lever_paths`` takes exactly this value back to the engine's own.
    """
    value = baseline_engine_value(lever, municipality, group)
    if lever.scope == "mix":
        return dict(zip(FIRM_KINDS, _rounded_mix(value * lever.per_engine_unit, lever.decimals), strict=True))
    return _on_screen(lever, value)


def bounds(lever: Lever, municipality: Municipality) -> tuple[float, float]:
    """Return the smallest and largest value of a lever in a municipality."""
    if lever.cap_per_baseline is None:
        return lever.minimum, lever.maximum
    ceiling = lever.cap_per_baseline * baseline_engine_value(lever, municipality) * lever.per_engine_unit
    # Round up to a round number, so that the slider's end is one.
    hundred = lever.step * 10
    ceiling = math.ceil(ceiling / hundred) * hundred
    return lever.minimum, min(max(lever.maximum, ceiling), lever.cap or ceiling)


def to_engine(lever: Lever, municipality: Municipality, value: Value, group: str | None = None) -> Any:
    """Return a value people see in engine units; the baseline's gives the engine's own, bit for bit."""
    base = baseline_engine_value(lever, municipality, group)
    if lever.scope == "mix":
        assert isinstance(value, Mapping)
        baseline = baseline_value(lever, municipality)
        if all(value.get(kind, 0.0) == baseline[kind] for kind in FIRM_KINDS):
            return base
        shares = np.array([float(value.get(kind, 0.0)) for kind in FIRM_KINDS])
        return shares / shares.sum()
    assert isinstance(value, int | float)
    if value == _on_screen(lever, base) or value == base * lever.per_engine_unit:
        return base
    return value / lever.per_engine_unit


def _on_screen(lever: Lever, engine_value: float) -> float:
    """Return an engine value in the unit people see, rounded to the lever's decimals."""
    # Adding zero turns -0.0 into 0.0.
    return round(engine_value * lever.per_engine_unit, lever.decimals) + 0.0


def _rounded_mix(per_cent: Floats, decimals: int) -> list[float]:
    """Return shares rounded so that the sum is still 100: the largest remainders are rounded up."""
    scale = 10**decimals
    units = per_cent * scale
    floor = np.floor(units + 1e-9)
    missing = round(float(units.sum())) - int(floor.sum())
    for i in np.argsort(-(units - floor), kind="stable")[:missing]:
        floor[i] += 1
    return [round(float(u) / scale, decimals) for u in floor]


def check_value(lever: Lever, value: Any, municipality: Municipality | None = None) -> Text | None:
    """Return what is wrong with a value, or None.

    With ``municipality`` its own bounds hold; without it the widest that any municipality may have.
    """
    if lever.scope == "mix":
        return _check_mix(lever, value)
    label_da, label_en = lever.label.da, lever.label.en
    if isinstance(value, bool) or not isinstance(value, int | float):
        comma = isinstance(value, str) and "," in value
        return Text(
            da=(
                f"»{label_da}« skal være et tal; her står {quoted(value, 'da')}."
                + (" Skriv decimaler med punktum." if comma else "")
            ),
            en=(
                f"“{label_en}” must be a number; here it is {quoted(value, 'en')}."
                + (" Write decimals with a point." if comma else "")
            ),
        )
    low, high = (
        (lever.minimum, lever.cap or lever.maximum) if municipality is None else bounds(lever, municipality)
    )
    if not low <= value <= high:  # NaN fails too
        return Text(
            da=f"»{label_da}« skal være mellem {low:g} og {high:g}; her står {value:g}.",
            en=f"“{label_en}” must be between {low:g} and {high:g}; here it is {value:g}.",
        )
    if lever.integer and value != math.floor(value):
        return Text(
            da=f"»{label_da}« skal være et helt tal; her står {value:g}.",
            en=f"“{label_en}” must be a whole number; here it is {value:g}.",
        )
    return None


def _check_mix(lever: Lever, value: Any) -> Text | None:
    """Return what is wrong with a mix of firm places, or None."""
    label_da, label_en = lever.label.da, lever.label.en
    if not isinstance(value, Mapping):
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        shown_da, shown_en = (
            f"{value:g}" if is_number else quoted(value, language) for language in ("da", "en")
        )
        return Text(
            da=(
                f"»{label_da}« skal være typer med procenter, for eksempel private_placement: 60; "
                f"her står {shown_da}."
            ),
            en=(
                f"“{label_en}” must be kinds with percentages, for instance private_placement: 60; "
                f"here it is {shown_en}."
            ),
        )
    for kind, share in value.items():
        if kind not in FIRM_KINDS:
            return Text(
                da=f"Typen »{sanitised(kind)}« kendes ikke.{suggestion(kind, FIRM_KINDS, 'da')}",
                en=f"The kind “{sanitised(kind)}” is not known.{suggestion(kind, FIRM_KINDS, 'en')}",
            )
        if isinstance(share, bool) or not isinstance(share, int | float):
            return Text(
                da=f"»{kind}« skal være et tal; her står {quoted(share, 'da')}.",
                en=f"“{kind}” must be a number; here it is {quoted(share, 'en')}.",
            )
        if not lever.minimum <= share <= lever.maximum:
            return Text(
                da=f"»{kind}« skal være mellem {lever.minimum:g} og {lever.maximum:g} %; her står {share:g}.",
                en=f"“{kind}” must be between {lever.minimum:g} and {lever.maximum:g} %; here it is {share:g}.",
            )
    total = math.fsum(value.values())
    if abs(total - lever.maximum) > _MIX_TOLERANCE:
        return Text(
            da=f"»{label_da}« skal give {lever.maximum:g} % tilsammen; her giver de {total:g}.",
            en=f"“{label_en}” must add up to {lever.maximum:g} %; here they add up to {total:g}.",
        )
    return None


def check_group(lever: Lever, group: str | None) -> Text | None:
    """Return what is wrong with the target group of a change of this lever, or None."""
    if lever.scope != "group":
        if group is None:
            return None
        return Text(
            da=f"»{lever.id}« gælder hele kommunen. Slet linjen med group.",
            en=f"“{lever.id}” holds for the whole municipality. Delete the line with group.",
        )
    if group is None:
        listed = ", ".join(lever.groups)
        return Text(
            da=f"»{lever.id}« skal have en målgruppe (group). Muligt: {listed}.",
            en=f"“{lever.id}” needs a target group (group). Possible: {listed}.",
        )
    if group not in lever.groups:
        if group in GROUPS:
            return Text(
                da=f"»{lever.id}« kan ikke ændres for »{group}«. Muligt: {', '.join(lever.groups)}.",
                en=f"“{lever.id}” cannot be changed for “{group}”. Possible: {', '.join(lever.groups)}.",
            )
        return Text(
            da=f"Målgruppen »{sanitised(group)}« kendes ikke.{suggestion(group, lever.groups, 'da')}",
            en=f"The target group “{sanitised(group)}” is not known.{suggestion(group, lever.groups, 'en')}",
        )
    return None


def value_text(lever: Lever, value: Value, language: str, beside: Value | None = None) -> str:
    """Return a value with its unit as people read it: ``400 fuldtidspladser``, ``45 % af målgruppen``.

    As exact as the value that stands ``beside`` it: ``fra 1,23 til 1,50``, ``fra 30 til 90``.
    """
    from model.language.catalogue import name, number, percent, text

    if isinstance(value, Mapping):
        shares = ((kind, value.get(kind, 0.0)) for kind in FIRM_KINDS)
        return ", ".join(
            f"{name('kind', kind, language, short=True)} {percent(share / 100, language, decimals_of(share))}"
            for kind, share in shares
            if share
        )
    return (
        f"{number(value, language, decimals_of(value, beside))} {text(f'levers.unit.{lever.unit}', language)}"
    )


def decimals_of(*values: Value | None, most: int = _MOST_DECIMALS) -> int:
    """Return the decimals that values need beside each other; a mix of places and None are left out."""
    plain = [value for value in values if value is not None and not isinstance(value, Mapping)]
    return next((d for d in range(most) if all(abs(v - round(v, d)) < 1e-9 for v in plain)), most)
