"""The model's week in plain NumPy: model/README.md's six steps, one function each, slow and meant to be read.

The app runs the compiled ``kernel``, which computes the same numbers some hundred times as fast; a test holds the two
equal to 1e-9, so that neither can be changed alone.

Axes of arrays: G target groups, O origins, D accumulated weeks on support, K kinds of offer. Everybody stands in one of
C = 1 + K + (K + 1) places: waiting, in an offer of kind k, after an offer of kind k, after an offer whose effect has
faded. By accumulated week only waiting, in an offer, after an offer are counted (three states); the kinds within the
latter two are shares of a target group and origin: of those after an offer for all its weeks, of those in one for each
of M classes of weeks.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from model.domain import (
    GROUP_INDEX,
    MIX_CLASSES,
    N_DURATIONS,
    N_FIRM,
    N_GROUPS,
    N_KINDS,
    N_ORIGINS,
    OTHER_KINDS,
)
from model.engine.calibration import Calibration
from model.engine.lever_paths import LeverPaths
from model.engine.parameters import EngineParameters
from model.engine.reference_closing import to_open_groups, without_closed_pools
from model.engine.reference_record import Record, flows, stocks
from model.engine.reference_state import (
    AFTER_OFFER,
    IN_OFFER,
    PLACES,
    WAITING,
    Exits,
    Floats,
    Ratios,
    Setting,
    State,
)

WEEKS = np.arange(N_DURATIONS)
N_MIXES = len(MIX_CLASSES)
# The class of the mix that each week is in, and the last week of each class but the open one.
MIX_OF = np.searchsorted(MIX_CLASSES, WEEKS, side="right") - 1
LAST_OF_MIX = np.array(MIX_CLASSES[1:]) - 1
# Kinds outside firms give way to additional firm places in this order.
REPLACED = tuple(OTHER_KINDS.index(kind) for kind in ("guidance", "utility_job", "course", "education"))
GUIDANCE, UTILITY, COURSE, EDUCATION = REPLACED


class Starts(NamedTuple):
    """Offers that begin in a week."""

    by_kind: Floats  # [G, O, K]
    chance_new: Floats  # [G, O] of a newcomer to begin one
    chance_old: Floats  # [G, O] of the others
    short: NDArray[np.bool_]  # [G, O] fewer begin than there are vacancies


def _ratio(top: Floats, bottom: Floats, otherwise: float = 0.0) -> Floats:
    """Return top / bottom, ``otherwise`` where the bottom is not positive."""
    top, bottom = np.broadcast_arrays(top, bottom)
    out: Floats = np.divide(top, bottom, out=np.full(bottom.shape, otherwise), where=bottom > 0)
    return out


def _net(ratio: Floats, kept: Floats) -> Floats:
    """Return hazard ratios after displacement: of a gain the share ``kept`` is left, a loss stays whole.

    Direction: Gautier et al. 2018, IFAU 2019; the size is an assumption.
    """
    out: Floats = np.where(ratio > 1.0, 1.0 + (ratio - 1.0) * kept, ratio)
    return out


def _older(persons: Floats) -> Floats:
    """Return persons [..., D] one week later; the last week is an open class."""
    out = np.zeros_like(persons)
    out[..., 1:] = persons[..., :-1]
    out[..., -1] += persons[..., -1]
    return out


def by_place(state: State) -> Floats:
    """Return persons by place [C, G, O, D]: the kinds' shares hold in all weeks (of a class)."""
    inside = _ratio(state.in_kinds, state.in_kinds.sum(axis=3, keepdims=True))[:, :, MIX_OF]
    after = _ratio(state.after_kinds, state.after_kinds.sum(axis=2, keepdims=True))[:, :, None]
    waiting = np.ones((N_GROUPS, N_ORIGINS, 1, 1))
    parts = [
        np.moveaxis(share, 3, 0) * part
        for share, part in zip((waiting, inside, after), state.persons, strict=True)
    ]
    return np.concatenate(parts)


def offer_ratios(setting: Setting, state: State) -> Floats:
    """Return the job hazard ratios of the places [C, G, O, 1], net of displacement and of diminishing returns.

    The effects come from Card, Kluve and Weber 2018 and Danish trials, row by row in ``model/data/effects.yaml``. That
    gains diminish, and how, is an assumption of this project.
    """
    p = setting.params
    kept = (1.0 - p.displacement * p.displaced)[:, None]  # [G, 1]
    # Gains of offers in firms diminish where more of the caseload are in them than at the baseline.
    used = _ratio(state.in_kinds[..., :N_FIRM].sum(axis=(2, 3)), state.persons.sum(axis=(0, 3)))
    base = np.maximum(setting.of_rest("firm_share"), p.diminishing_floor)
    growth = np.where(used > base * (1.0 + 1e-12), used / base, 1.0)  # [G, O]
    in_firms = kept * growth**-p.diminishing
    kept_by_kind = np.where(np.arange(N_KINDS + 1) < N_FIRM, in_firms[..., None], kept[..., None])
    after = np.concatenate([p.hr_job_after, np.ones((N_GROUPS, 1))], axis=1)
    out = np.ones((2 + 2 * N_KINDS, N_GROUPS, N_ORIGINS, 1))
    for places, raw in ((PLACES[IN_OFFER], p.hr_job_during), (PLACES[AFTER_OFFER], after)):
        net = _net(raw[:, None], kept_by_kind[..., : raw.shape[1]])
        out[places] = np.moveaxis(net, 2, 0)[..., None]
    return out


def deadline_ratios(setting: Setting, t: int, state: State) -> Floats:
    """Return the job hazard ratios [G, O, D] of those who wait, from the deadline of their first offer.

    In the weeks before it, those who would have had an offer by then find a job by themselves more often (Rosholm and
    Svarer; the size is halved, see ``model/data/effects.yaml``). The ratio is relative to the baseline's own deadline.
    """
    p = setting.params
    out = np.ones((N_GROUPS, N_ORIGINS, N_DURATIONS))
    for g in range(N_GROUPS):
        deadline = min(int(setting.paths.offer_deadline_week[t, g]), N_DURATIONS - 1)
        base_deadline = min(int(p.offer_deadline_week[g]), N_DURATIONS - 1)
        standing = state.persons[:, g, :, deadline]  # [3, O]
        offered = _ratio(standing[1:].sum(axis=0), standing.sum(axis=0))
        base_offered = setting.of_rest("offered")[g]
        for end, share, sign in ((deadline, offered, 1.0), (base_deadline, base_offered, -1.0)):
            window = (end - p.motivation_weeks <= WEEKS) & (end > WEEKS)
            gain = (1.0 + (p.hr_motivation[g] - 1.0) * share) ** sign
            out[g] *= np.where(window, gain[:, None], 1.0)
    return out


def _against_baseline(share: Floats, ratio: Floats, base_share: Floats | float) -> Floats:
    """Return the mean ratio where ``share`` of all have ``ratio``, relative to that of the baseline's share."""
    out: Floats = (1.0 + share * (ratio - 1.0)) / (1.0 + base_share * (ratio - 1.0))
    return out


def hazard_ratios(setting: Setting, t: int, state: State) -> Ratios:
    """Step 1: return the hazard ratios that follow from the offers people are in or have had, and from the levers.

    The sizes of the effects are parameters, each with its source (``model/data/effects.yaml``).
    """
    p, paths = setting.params, setting.paths
    kept = 1.0 - p.displacement_contact * p.displaced  # [G]
    meetings = np.minimum(paths.meetings[t], p.max_meetings) - np.minimum(p.meetings, p.max_meetings)
    contact = _net(p.hr_meeting**meetings, kept)
    others = _net(_against_baseline(paths.mentor_share[t], p.hr_mentor_job, p.mentor_share), kept)
    others = others * _net(p.hr_caseworker ** (paths.caseworker_changes[t] - p.caseworker_changes), kept)
    others = others * _against_baseline(paths.partial_return[t], p.hr_partial_return, p.partial_return)

    levers = np.ones((2 + 2 * N_KINDS, N_GROUPS, N_ORIGINS, N_DURATIONS)) * contact[:, None, None]
    levers[PLACES[WAITING]] *= _net(deadline_ratios(setting, t, state), kept[:, None, None])
    # The early package takes the place of meetings and of the deadline, for the share that gets it.
    share = paths.early_package[t]
    package = _net(p.hr_early, kept)[:, None, None]
    in_package = (p.hr_early != 1.0)[:, None, None] & (p.early_weeks > WEEKS) & (share > 0.0)
    levers = np.where(in_package, (1.0 - share) * levers + share * package, levers)

    raw = offer_ratios(setting, state) * levers * others[:, None, None]
    job = np.clip(raw, p.ratio_low, p.ratio_high)
    somebody = np.ones(raw.shape[:3], dtype=bool)
    somebody[PLACES[IN_OFFER]] = np.moveaxis(state.in_kinds.sum(axis=2), 2, 0) > 0.0
    somebody[PLACES[AFTER_OFFER]] = np.moveaxis(state.after_kinds, 2, 0) > 0.0
    somebody &= state.persons.sum(axis=(0, 3)) > 0.0
    bound = ((job != raw) & somebody[..., None]).any(axis=(0, 2, 3))
    one = np.ones((N_GROUPS, 1))
    education = np.concatenate([one, p.hr_education_during, p.hr_education_after, one], axis=1)
    progression = np.concatenate([one, p.hr_progression_during, p.hr_progression_after, one], axis=1)
    return Ratios(job, education.T[:, :, None, None], progression.T[:, :, None, None], bound)


def exits(setting: Setting, t: int, places: Floats, ratios: Ratios) -> Exits:
    """Step 2: return who leaves: base rate by accumulated weeks x origin x season x economy x hazard ratio.

    The base rates are averages of the target group at the baseline, so they are divided by the mean ratio there.
    """
    p, paths = setting.params, setting.paths
    season = paths.week_of_year[t]
    by_job = p.season_job[:, season] / paths.projection[t] * paths.economy_job[t] ** p.economy_job_sensitivity
    job = p.job[:, None] * (by_job[:, None] * p.origin_factor / setting.of_rest("mean_job"))[..., None]
    mentor = _against_baseline(paths.mentor_share[t], p.hr_mentor_education, p.mentor_share)
    by_education = (p.season_education[:, season] * mentor)[:, None] * p.origin_factor
    education = p.education[:, None] * (by_education / setting.of_rest("mean_education"))[..., None]
    transfers = np.zeros((N_GROUPS, *places.shape))
    for g, h in np.argwhere(p.transfer.max(axis=2) > 0.0):
        if g == h:
            continue
        rate = p.transfer[g, h] * setting.rest.transfer_scale[h][:, None] * np.ones_like(places[:, g])
        if p.progression[g, h]:
            rate *= ratios.progression[:, g] / setting.of_rest("mean_progression")[g][:, None]
        elif (g, h) == (GROUP_INDEX["ledighedsydelse"], GROUP_INDEX["fleksjob"]):
            rate *= paths.fleksjob_openings[t] / p.fleksjob_openings
        moved = places[:, g] * rate
        transfers[h, :, g] += moved * paths.entry[t, h]
        # Of those who may not enter, some go elsewhere and the others stay.
        for other in np.flatnonzero(p.instead[h]):
            if other != g:
                transfers[other, :, g] += moved * (1.0 - paths.entry[t, h]) * p.instead[h, other]
    return Exits(
        job=places * job * ratios.job,
        education=places * education * ratios.education,
        other=places * p.other[:, None],
        transfers=transfers,
    )


def possible_returners(setting: Setting, left: Exits) -> Floats:
    """Step 2: return who may come back from a job [G, O, D]: the leavers, weighed after an offer.

    The rates of return are averages of all who leave with as many weeks at the baseline, so the ratios are divided by
    their mean there. Displacement takes its share of the gain: who stays longer in a job keeps it from others.
    """
    p = setting.params
    kept = (1.0 - p.displacement * p.displaced)[:, None]  # [G, 1]
    ratio = np.ones((2 + 2 * N_KINDS, N_GROUPS))
    ratio[PLACES[AFTER_OFFER]][:N_KINDS] = (1.0 + (p.return_ratio - 1.0) * kept).T
    weighed: Floats = (left.job * ratio[:, :, None, None]).sum(axis=0)
    return weighed / setting.rest.mean_return.reshape(N_GROUPS, N_ORIGINS, N_DURATIONS)


def end_offers(
    p: EngineParameters, state: State, places: Floats, left: Exits
) -> tuple[Floats, Floats, Floats]:
    """Step 3: return those in an offer [G, O, M, K], after one [G, O, K + 1], and the share that ends [G, O, M].

    Who passes into the next class of weeks takes the mix along. Offers end at one over their length, effects fade at
    one over theirs; who moves to another target group after an offer keeps no effect.
    """
    gone = left.total
    from_offers = np.add.reduceat(gone[PLACES[IN_OFFER]], MIX_CLASSES, axis=3)  # [K, G, O, M]
    staying = state.in_kinds - np.moveaxis(from_offers, 0, 3)
    older = (places - gone)[PLACES[IN_OFFER]].sum(axis=0)[..., LAST_OF_MIX]  # [G, O, M - 1]
    passing = staying[:, :, :-1] * _ratio(older, staying[:, :, :-1].sum(axis=3))[..., None]
    staying[:, :, :-1] -= passing
    staying[:, :, 1:] += passing
    ended = staying / p.offer_weeks[:, None, None]
    after = state.after_kinds - np.moveaxis(gone.sum(axis=3), 0, 2)[..., PLACES[AFTER_OFFER]]
    faded = after[..., :N_KINDS] / p.effect_weeks[:, None]
    after[..., :N_KINDS] += ended.sum(axis=2) - faded
    after[..., N_KINDS] += faded.sum(axis=2) + left.transfers[:, 1:].sum(axis=(1, 2, 4))
    return staying - ended, after, _ratio(ended.sum(axis=3), staying.sum(axis=3))


def age_and_arrive(
    setting: Setting, t: int, state: State, places: Floats, left: Exits
) -> tuple[State, dict[str, Floats]]:
    """Steps 4 and 5: return the state with all a week older and those who come, and who came [G, O] by way.

    Movers keep their weeks; leavers for a job come back with theirs within a year, at zero after that.
    """
    p, paths = setting.params, setting.paths
    staying = places - left.total
    persons = np.stack([_older(staying[part].sum(axis=0)) for part in PLACES])
    moved = left.transfers.sum(axis=2)  # [G to, C, O, D]
    persons[WAITING] += _older(moved[:, 0])
    persons[AFTER_OFFER] += _older(moved[:, 1:].sum(axis=1))

    early, later = p.return_rate[:, 0, None], p.return_rate[:, 1, None]  # [G, 1]
    on_1, on_2 = (1.0 / weeks for weeks in p.pool_stage_weeks)
    back = early[..., None] * state.pool[0] + later[..., None] * state.pool[1]
    back_late = later * state.pool_late
    persons[WAITING] += back
    persons[WAITING, :, :, 0] += back_late
    by_season = p.season_inflow[:, paths.week_of_year[t]] * paths.projection[t]
    by_season = by_season * paths.economy_inflow[t] ** p.economy_inflow_sensitivity
    inflow = to_open_groups(setting, t, setting.of_rest("inflow") * by_season[:, None])
    persons[WAITING] += inflow[..., None] * p.inflow_profile[:, None]
    pool = np.stack(
        [
            state.pool[0] * (1.0 - early - on_1)[..., None] + _older(possible_returners(setting, left)),
            state.pool[1] * (1.0 - later - p.pool_leave - on_2)[..., None] + state.pool[0] * on_1,
        ]
    )
    late = state.pool_late * (1.0 - later - p.pool_leave) + state.pool[1].sum(axis=2) * on_2
    came = {
        "inflow_external": inflow,
        "inflow_returners": back.sum(axis=2) + back_late,
        "inflow_transfers": moved.sum(axis=(1, 3)),
    }
    return State(persons, state.in_kinds, state.after_kinds, pool, late), came


def share_places(setting: Setting, t: int, caseload: Floats) -> tuple[Floats, float]:
    """Step 6: return firm places by target group and origin [G, O], and how many nobody can use.

    Shared by weight up to a ceiling; what a full segment cannot take is shared anew among the others.
    """
    p, equal = setting.params, setting.paths.equal_effort[t]
    base = setting.of_rest("firm_base")
    alike = base.sum(axis=1, keepdims=True) * _ratio(caseload, caseload.sum(axis=1, keepdims=True))
    alike = np.where(caseload.sum(axis=1, keepdims=True) > 0.0, alike, base)
    priority = _ratio(setting.paths.firm_priority[t], p.firm_priority)
    weight = ((1.0 - equal) * base + equal * alike) * priority[:, None]
    ceiling = p.firm_ceiling[:, None] * caseload
    given = np.zeros_like(caseload)
    left = float(setting.paths.firm_places[t])
    unfilled = (weight > 0.0) & (ceiling > 0.0)
    while unfilled.any() and left > 0.0:
        portion = np.where(unfilled, left * weight / weight[unfilled].sum(), 0.0)
        full = unfilled & (portion >= ceiling)
        if not full.any():
            return given + portion, 0.0
        given[full] = ceiling[full]
        left -= float(ceiling[full].sum())
        unfilled &= ~full
    return given, max(left, 0.0)


def vacancies(setting: Setting, t: int, caseload: Floats, firm: Floats, in_kinds: Floats) -> Floats:
    """Step 6: return the offers that ought to begin by kind [G, O, K].

    The activation rate is the total; firm places above the baseline replace guidance first, then utility jobs, courses,
    education; where they are fewer, guidance fills.
    """
    p, paths, equal = setting.params, setting.paths, setting.paths.equal_effort[t]
    use = p.use_factor + equal * (1.0 - p.use_factor)
    rate = paths.activation_rate[t][:, None] * use
    rate = rate * _ratio(caseload.sum(axis=1, keepdims=True), (use * caseload).sum(axis=1, keepdims=True))
    offers = np.maximum(np.minimum(rate, 1.0) * caseload, firm)

    mix, share, base_share = p.other_mix.copy(), paths.education_share[t], p.education_share
    changed = share != base_share
    factor = np.where(changed, _ratio(share, base_share, 1.0), 1.0)
    mix[:, [COURSE, EDUCATION]] *= factor[:, None]
    mix[:, COURSE] = np.where(changed & (base_share <= 0.0), share, mix[:, COURSE])
    mix[:, GUIDANCE] -= share - base_share
    lacking = np.minimum(mix[:, GUIDANCE], 0.0)
    mix[:, GUIDANCE] -= lacking
    mix[:, UTILITY] = np.where(lacking < 0.0, np.maximum(mix[:, UTILITY] + lacking, 0.0), mix[:, UTILITY])

    base = setting.of_rest("firm_base")
    planned, wanted = np.maximum(offers - base, 0.0), np.maximum(offers - firm, 0.0)
    others = planned[..., None] * mix[:, None]
    others[..., GUIDANCE] += np.maximum(wanted - planned, 0.0)
    too_many = np.maximum(planned - wanted, 0.0)
    for kind in REPLACED:
        taken = np.minimum(too_many, others[..., kind])
        others[..., kind] -= taken
        too_many = too_many - taken
    firms = np.minimum(firm, base)[..., None] * p.firm_mix[:, None]
    firms += np.maximum(firm - base, 0.0)[..., None] * paths.firm_place_mix[t]
    vacant: Floats = np.maximum(np.concatenate([firms, others], axis=2) - in_kinds.sum(axis=2), 0.0)
    return vacant


def due_offers(setting: Setting, t: int, persons: Floats, vacant: Floats, ended: Floats) -> Floats:
    """Step 6: return those who wait [G, O, D] and begin an offer because a deadline earlier than the baseline's is due.

    As many as bring the share that has had an offer by it to that of the baseline's deadline, or near it (the share
    ``deadline_compliance`` of the way); they take vacancies before all others, and no more than there are.
    """
    p = setting.params
    due = np.zeros((N_GROUPS, N_ORIGINS, N_DURATIONS))
    for g in range(N_GROUPS):
        deadline = min(int(setting.paths.offer_deadline_week[t, g]), N_DURATIONS - 1)
        if deadline >= min(int(p.offer_deadline_week[g]), N_DURATIONS - 1):
            continue
        standing = persons[:, g, :, deadline]  # [3, O]
        with_offer = _ratio(standing[1:].sum(axis=0), standing.sum(axis=0))
        lacking = np.maximum(setting.of_rest("offered")[g] - with_offer, 0.0)
        share = np.minimum(p.deadline_compliance * _ratio(lacking, 1.0 - with_offer), p.max_start_share)
        # Where all offers last a week only, nothing is locked in that could be brought forward.
        share = np.where(ended[g, :, MIX_OF[deadline]] < 1.0, share, 0.0)
        due[g, :, deadline] = np.minimum(share * standing[WAITING], vacant[g].sum(axis=1))
    return due


def begin_offers(
    setting: Setting, t: int, vacant: Floats, persons: Floats, new: Floats, old: Floats, due: Floats
) -> Starts:
    """Step 6: return the starts when vacancies are filled by newcomers (weighed by their priority) and others.

    Offers have ended in ``persons`` [3, G, O, D]; ``new`` and ``old`` [G, D]: the weeks in which one may begin. No more
    than a certain share begins in a week. Those whom a deadline makes begin, ``due`` [G, O], are no longer among them.
    """
    whole = vacant.sum(axis=2)
    wanted = whole - due
    newcomers = (persons[WAITING] * new[:, None]).sum(axis=2)
    others = (persons[WAITING] * old[:, None] + persons[AFTER_OFFER] * (new + old)[:, None]).sum(axis=2)
    weight = setting.paths.newcomer_priority[t][:, None]
    most = setting.params.max_start_share
    chance_old = _ratio(wanted, weight * newcomers + others)
    chance_new = weight * chance_old
    rest = np.maximum(_ratio(wanted - most * newcomers, others), 0.0)
    chance_old = np.where(chance_new > most, rest, chance_old)
    chance_new = np.minimum(chance_new, most)
    # A priority below one: the others reach the limit first, and the rest falls to the newcomers.
    rest = np.minimum(_ratio(wanted - most * others, newcomers), most)
    chance_new = np.where(chance_old > most, rest, chance_new)
    chance_old = np.minimum(chance_old, most)
    begun = chance_new * newcomers + chance_old * others + due
    short = begun < whole * (1.0 - 1e-9)
    share = np.where(short, _ratio(begun, whole, 1.0), 1.0)
    return Starts(vacant * share[..., None], chance_new, chance_old, short)


def week(setting: Setting, t: int, state: State) -> tuple[State, Record, Floats, NDArray[np.bool_]]:
    """Return the state after week ``t``, its record by field, firm places [4] and which limits held back [2, G]."""
    p = setting.params
    state = without_closed_pools(setting, t, state)
    places = by_place(state)
    ratios = hazard_ratios(setting, t, state)
    left = exits(setting, t, places, ratios)
    in_kinds, after_kinds, ended = end_offers(p, state, places, left)
    after, came = age_and_arrive(setting, t, state, places, left)
    caseload = after.persons.sum(axis=(0, 3))
    firm, nobody = share_places(setting, t, caseload)

    persons = after.persons.copy()
    done = persons[IN_OFFER] * ended[..., MIX_OF]
    persons[IN_OFFER] -= done
    persons[AFTER_OFFER] += done
    first = np.minimum(setting.paths.first_offer_week[t].astype(int), N_DURATIONS - 1)[:, None]
    new = ((first <= WEEKS) & (p.newcomer_weeks > WEEKS)).astype(float)
    old = ((first <= WEEKS) & (p.newcomer_weeks <= WEEKS)).astype(float)
    vacant = vacancies(setting, t, caseload, firm, in_kinds)
    due = due_offers(setting, t, persons, vacant, ended)
    due_share = _ratio(due, persons[WAITING]).max(axis=2)
    persons[WAITING] -= due
    starts = begin_offers(setting, t, vacant, persons, new, old, due.sum(axis=2))
    from_waiting = starts.chance_new[..., None] * new[:, None] + starts.chance_old[..., None] * old[:, None]
    from_waiting = persons[WAITING] * from_waiting
    from_after = persons[AFTER_OFFER] * starts.chance_old[..., None] * (new + old)[:, None]
    # The kinds after an offer are kept to the sum of that state, so that rounding cannot drift.
    after_kinds *= _ratio(persons[AFTER_OFFER].sum(axis=2), after_kinds.sum(axis=2), 1.0)[..., None]
    kept = 1.0 - _ratio(from_after.sum(axis=2), after_kinds.sum(axis=2))
    persons[WAITING] -= from_waiting
    persons[IN_OFFER] += from_waiting + from_after + due
    persons[AFTER_OFFER] -= from_after
    # All begin the same kinds, in whatever week they are.
    begun = np.add.reduceat(from_waiting + from_after + due, MIX_CLASSES, axis=2)
    in_kinds = (
        in_kinds + starts.by_kind[:, :, None] * _ratio(begun, begun.sum(axis=2, keepdims=True))[..., None]
    )
    state = State(persons, in_kinds, after_kinds * kept[..., None], after.pool, after.pool_late)

    record = stocks(p, state) | flows(places, left) | came
    record["starts"] = starts.by_kind
    record["start_share"] = np.stack([starts.chance_new, starts.chance_old, due_share], axis=2)
    supply = float(setting.paths.firm_places[t])
    filled = min(float(in_kinds[..., :N_FIRM].sum()), supply)
    short = (starts.short & (caseload > 1e-9)).any(axis=1)
    return state, record, np.array([supply, filled, supply - filled, nobody]), np.stack([ratios.bound, short])


def run(
    params: EngineParameters, rest: Calibration, paths: LeverPaths
) -> tuple[list[Record], Floats, NDArray[np.int64]]:
    """Run all weeks of ``paths`` from the baseline at rest.

    Returns the record of the start (stocks only) and of each week, firm places [T, 4] (supply, filled, unfilled, what
    nobody can use), and the first week [2, G] in which the limits of hazard ratios and of starts held back, -1: never.
    """
    setting = Setting(params, rest, paths)

    def of_rest(name: str) -> Floats:
        value: Floats = getattr(rest, name)
        return value.reshape(N_GROUPS, N_ORIGINS, *value.shape[1:])

    state = State(
        persons=np.stack([of_rest("waiting"), of_rest("in_offer"), of_rest("after_offer")]),
        in_kinds=of_rest("participants_by_class"),
        after_kinds=of_rest("after"),
        pool=rest.pool.reshape(2, N_GROUPS, N_ORIGINS, N_DURATIONS),
        pool_late=of_rest("pool_late"),
    )
    records = [stocks(params, state)]
    firm = np.zeros((len(paths.weeks), 4))
    limits = np.full((2, N_GROUPS), -1, dtype=np.int64)
    for t in range(len(paths.weeks)):
        state, record, firm[t], held = week(setting, t, state)
        records.append(record)
        limits[(limits < 0) & held] = t
    return records, firm, limits
