"""What the kernel reads: parameter sets, start states and lever paths, each stacked along a leading axis."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from model.engine.kernel.layout import Floats, Indices, Ints
from model.engine.levers import GROUP_LEVERS, MUNICIPAL_LEVERS


class KernelParameters(NamedTuple):
    """Parameter sets, leading axis P = set; R routes of transfers out of a target group."""

    route_to: Ints  # [P, G, R] destination groups of transfers, -1 where none
    # [P, G, R] 0 plain, 1 progression (hazard ratios of its own), 2 ledighedsydelse to fleksjob; at most one per group
    route_special: Ints
    # [P, G, R] -1 for a route of its own; else the target group whose closing sends people this way.
    route_via: Ints
    route_share: Floats  # [P, G, R] of those whom it closes out, the share that goes this way; 1 for a route of its own
    hr_job: Floats  # [P, 2, G, K] during, after
    hr_education: Floats
    hr_progression: Floats
    end_rate: Floats  # [P, G, K] 1 / offer weeks
    fade_rate: Floats  # [P, G, K] 1 / effect weeks
    return_ratio: Floats  # [P, G, K + 1] net of displacement, the last faded
    group: Floats  # [P, G, GROUP_COLUMNS]
    scalar: Floats  # [P, SCALARS]
    return_rate: Floats  # [P, G, 2]
    season: Floats  # [P, 3, G, 53] inflow, job, education
    profile: Floats  # [P, G, D] external arrivals by accumulated weeks
    use_factor: Floats  # [P, G, O]
    firm_mix: Floats  # [P, G, 5]
    other_mix: Floats  # [P, G, 4]
    breakpoints: Ints  # [P, G, D] 1 where an interval of constant rates begins


class KernelStart(NamedTuple):
    """Calibrated start states and the rates that follow from them, leading axis P = parameter set."""

    persons: Floats  # [P, S, START_ROWS, PAD]
    rates: Floats  # [P, G, RATES, PAD] weekly base probabilities: job, education, special transfer
    scales: Floats  # [P, S, RATES] on them: origin factor over mean ratio, scale of transfers
    fixed: Floats  # [P, S, PAD] weekly probabilities of other self-support and plain transfers
    entering: Floats  # [P, S, PAD] base probabilities of a job over the baseline's mean ratio of return
    routes: Floats  # [P, G, R, PAD] the transfers one by one
    route_scales: Floats  # [P, S, R] on them
    participants: Floats  # [P, S, K]
    participants_by_class: Floats  # [P, S, M, K]
    after: Floats  # [P, S, K + 1]
    pool_late: Floats  # [P, S]
    inflow: Floats  # [P, S] a week
    firm_share: Floats  # [P, S] firm-oriented participants / caseload at the baseline
    offered: Floats  # [P, S] share with an offer at the deadline week at the baseline
    firm_base: Floats  # [P, S] firm places in use at the baseline


class KernelPaths(NamedTuple):
    """Lever paths, leading axis L = path set."""

    group: Floats  # [L, T, G, n] in the order of PATH_GROUP
    municipal: Floats  # [L, T, n] in the order of PATH_MUNICIPAL
    mix: Floats  # [L, T, 5]
    week_of_year: Ints  # [L, T]
    entry: Floats  # [L, T, G] 1 where a target group is open
    projection: Floats  # [L, T, G] what the inflow from outside is multiplied by and job finding divided by
    changes_rules: Ints  # [L] 1 where one is closed in some week


# The levers by week, in the order of levers.yaml, and the two indices of the economy.
PATH_GROUP: Final = tuple(lever.id for lever in GROUP_LEVERS)
PATH_MUNICIPAL: Final = (*(lever.id for lever in MUNICIPAL_LEVERS), "economy_inflow", "economy_job")
# Parameters by target group and parameters that are one number, by their names in EngineParameters.
GROUP_COLUMNS: Final = (
    "displaced",
    "hr_meeting",
    "hr_mentor_job",
    "hr_mentor_education",
    "hr_caseworker",
    "hr_partial_return",
    "hr_motivation",
    "hr_early",
    "economy_inflow_sensitivity",
    "economy_job_sensitivity",
    "firm_ceiling",
    *(lever.field for lever in GROUP_LEVERS),
)
SCALARS: Final = (
    "displacement",
    "displacement_contact",
    "diminishing",
    "diminishing_floor",
    "early_weeks",
    "motivation_weeks",
    "deadline_compliance",
    "newcomer_weeks",
    "max_meetings",
    "ratio_low",
    "ratio_high",
    "max_start_share",
    "pool_leave",
    "pool_stage_1_weeks",
    "pool_stage_2_weeks",
    *(lever.field for lever in MUNICIPAL_LEVERS),
)


def _indices(names: Sequence[str]) -> Any:
    """Return the index of each name as a tuple with names, which Numba compiles to constants."""
    return namedtuple("Indices", names)(*range(len(names)))


LEVER: Final = _indices(PATH_GROUP)
MUNICIPAL: Final = _indices(PATH_MUNICIPAL)
GROUP: Final = _indices(GROUP_COLUMNS)
SCALAR: Final = _indices(SCALARS)


class RunInputs(NamedTuple):
    """What one run reads: a parameter set, its start and one path of each lever; axes as above without the first."""

    scalar: Floats
    group: Floats
    season: Floats
    return_rate: Floats
    profile: Floats
    use_factor: Floats
    other_mix: Floats
    breakpoints: Ints
    route_to: Ints
    route_special: Ints
    route_via: Ints
    route_share: Floats
    own_scales: Floats  # [S x R] of the routes while all target groups are open
    open_fixed: Floats  # [S x PAD] the same of ``fixed``
    entry: Floats  # [T, G]
    projection: Floats  # [T, G]
    changes_rules: int
    scales: Floats
    route_scales: Floats
    inflow: Floats
    firm_share: Floats
    offered: Floats
    firm_base: Floats
    rates: Floats  # [G x RATES x PAD]
    fixed: Floats  # [S x PAD]
    entering: Floats  # [S x PAD]
    routes: Floats  # [G x R x PAD]
    levers: Floats
    municipal: Floats
    place_mix: Floats
    week_of_year: Ints


class RunArrays(NamedTuple):
    """What one run works on; flat arrays with rows as in ``layout`` and ``rows``."""

    lanes: Floats
    states: Floats  # [S x STATES x STATE_PAD] persons by state
    pool_and_movers: Floats  # [S x POOL_AND_MOVERS]
    may_start: Floats  # [G x 2 x PAD] 1 where newcomers, others may begin an offer
    by_class: Floats  # [N_CLASS_ROWS x LANES]
    intervals: Floats  # [D x INTERVAL_ROWS x LANES]
    edges: Ints  # [G, D + 2] weeks at which a group's intervals begin
    cuts: Ints  # [G]
    cut_weeks: Ints  # [G, 4] weeks at which levers cut a group's intervals, see ``intervals``
    class_of: Indices  # [D] duration class of each interval
    refund_of: Indices  # [D] refund class of each interval
    mix_of: Indices  # [D] class of the mix of offers of each interval
    mix_ends: Ints  # [M] the interval after the last of each of these classes
    route_rate: Floats  # [G, R, D] rate of each route in each interval
    constant_rate: Any  # [G, R] bool: a route has one rate for all weeks
    special_kind: Ints  # [G] kind of the group's special transfer, 0: none
    all_may: Ints  # [G] the week from which all may begin an offer and nobody is new
    # Routes by destination, so that a week's arrivals are gathered rather than sent out: those with one rate first.
    n_constant: Ints  # [G] of them
    n_arrivals: Ints  # [G] of all routes into the group
    movers_offset: Indices  # [G, n, O] of the row of movers
    route_offset: Indices  # [G, n] of the row of rates
    moved_share: Floats  # [G, n, O] what multiplies the movers
    gathered: Ints  # [G, n, O] which of the scales [S x R] that is, -1: none
    others: Floats  # [G] common hazard ratio of mentors, caseworkers, partial return
    contacts: Floats  # [G] and of meetings
    transfers_in: Floats  # [S]
    to_after: Floats  # [S]
    weight: Floats  # [S] of a segment when firm places are shared
    ceiling: Floats  # [S]
    given: Floats  # [S]
    is_open: Ints  # [S]
