"""The engine's parameters: plain arrays in its units (shares, weeks, weekly probabilities); no sources, no texts."""

from __future__ import annotations

import dataclasses
import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.domain import N_GROUPS
from model.engine.levers import ENGINE_LEVERS

Floats = NDArray[np.float64]


def with_lever_fields(cls: type) -> type:
    """Declare a field for the baseline of each lever of levers.yaml that the class does not name, after its own."""
    more = {lever.field: Any for lever in ENGINE_LEVERS if lever.field not in cls.__annotations__}
    cls.__annotations__ = cls.__annotations__ | more
    return cls


@dataclass(frozen=True, eq=False)
@with_lever_fields
class EngineParameters:
    """Arrays by target group (G=13), origin (O=3), offer kind (K=9) and accumulated week (D=105); all read-only.

    Base probabilities are the group's *average observed* weekly exits at the baseline mix of offers; the calibration
    divides by the mean hazard ratio of that mix. ``share`` means 0-1.
    """

    # Weekly exits by accumulated week, rule-bound weeks included.
    job: Floats  # [G, D]
    education: Floats  # [G, D]
    other: Floats  # [G, D] other self-support
    transfer: Floats  # [G, G, D] from, to
    origin_factor: Floats  # [G, O] on job and education exits
    progression: NDArray[np.bool_]  # [G, G] transfers with hazard ratios of their own

    # Offers: raw hazard ratios (before displacement and diminishing returns) and mean lengths in weeks.
    hr_job_during: Floats  # [G, K]
    hr_job_after: Floats
    hr_education_during: Floats
    hr_education_after: Floats
    hr_progression_during: Floats
    hr_progression_after: Floats
    offer_weeks: Floats  # [G, K]
    effect_weeks: Floats  # [G, K]
    # Of those who leave for a job after an offer, how many may return, relative to those who had none; 1: as many.
    return_ratio: Floats  # [G, K]

    displacement: float  # of the gains of offers
    displacement_contact: (
        float  # of the gains of meetings, mentors, caseworkers, deadlines and the early package
    )
    displaced: Floats  # [G] 0 where the sick-listed return to their own job
    diminishing: float
    diminishing_floor: float

    # Other levers' hazard ratios; 1 where a lever has no effect on the group.
    hr_meeting: Floats  # [G] per extra meeting a quarter
    hr_mentor_job: Floats
    hr_mentor_education: Floats
    hr_caseworker: Floats  # per change and year
    hr_partial_return: Floats
    hr_motivation: Floats
    hr_early: Floats
    early_weeks: int
    motivation_weeks: int
    deadline_compliance: float  # share of the offers that an earlier deadline demands which begin by it
    newcomer_weeks: int
    max_meetings: float  # a quarter: fortnightly
    ratio_low: float
    ratio_high: float
    max_start_share: float

    # Those who left for a job and may come back.
    return_rate: Floats  # [G, 2] weekly, in weeks 0-12 and later
    pool_leave: float  # weekly, from week 13
    pool_stage_weeks: tuple[float, float]

    # Season and economy.
    season_inflow: Floats  # [G, 53]
    season_job: Floats
    season_education: Floats
    economy_inflow_sensitivity: Floats  # [G]
    economy_job_sensitivity: Floats
    inflow_profile: Floats  # [G, D] sums to 1

    # The baseline: stocks and levers, in engine units. A lever of levers.yaml that is not named here is a field after
    # these. The order is that in which `key` is made: another order would change the hash of every saved result.
    stock: Floats  # [G, O] full-time persons at rest
    use_factor: Floats  # [G, O] relative use of offers by origin
    firm_use: Floats  # [G] firm places in use
    firm_mix: Floats  # [G, 5]
    additional_firm_mix: Floats  # [5]
    firm_ceiling: Floats  # [G] share of caseload
    other_mix: Floats  # [G, 4]
    activation_rate: Floats  # [G] share
    first_offer_week: Floats  # [G]
    offer_deadline_week: Floats  # [G]
    newcomer_priority: Floats  # [G]
    meetings: Floats  # [G] a quarter
    mentor_share: Floats  # [G]
    education_share: Floats  # [G]
    firm_priority: Floats  # [G]
    firm_places: float
    caseworker_changes: float
    partial_return: float
    fleksjob_openings: float
    equal_effort: float
    early_package: float
    # [G, G] of those who would enter a closed target group, the shares that go to others; the rest stay where they are.
    instead: Floats = dataclasses.field(  # zeros: nobody is sent elsewhere
        default_factory=lambda: np.zeros((N_GROUPS, N_GROUPS)), kw_only=True
    )

    def __post_init__(self) -> None:
        for field in dataclasses.fields(self):
            value = getattr(self, field.name)
            if isinstance(value, np.ndarray):
                value = np.array(value, dtype=bool if field.name == "progression" else np.float64, order="C")
                value.flags.writeable = False
                object.__setattr__(self, field.name, value)

    def baseline_of(self, lever: str) -> Any:
        """Return the baseline of a lever by its field: [G] for one of the target groups, [5] the mix, else a number."""
        return getattr(self, lever)

    @cached_property
    def key(self) -> str:
        """Return the SHA-256 of all values: sets compare by it, so that equal ones are calibrated once."""
        digest = hashlib.sha256()
        for field in dataclasses.fields(self):
            value: Any = getattr(self, field.name)
            if field.name == "instead" and not value.any():
                continue  # as before there was the field: what was saved is still known as what it is
            digest.update(field.name.encode())
            digest.update(np.ascontiguousarray(np.asarray(value, dtype=np.float64)).tobytes())
        return digest.hexdigest()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, EngineParameters) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)
