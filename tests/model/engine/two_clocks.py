"""The baseline at rest with two clocks, exactly: refund by accumulated weeks, exits by weeks of the present spell.

How somebody leaves a spell depends on its weeks alone. So those of a target group at accumulated week a and week s of
their spell are the spells that began at a - s, times the share that lasts s weeks, and the spells that begin at a + 1
follow from those who move or come back from a job. That is solved forward in a, for one newcomer a week to each target
group at a time; the open class feeds itself. Which offers people are in is left out: base rates are averages over them.

From it follow the mean exits by accumulated week. A model with one clock that has these stands where two clocks stand.
"""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray

from model.domain import DURATION_CLASSES, N_DURATIONS, N_GROUPS, N_ORIGINS, REFUND_CLASSES
from model.engine.parameters import EngineParameters

Floats = NDArray[np.float64]
G, D = N_GROUPS, N_DURATIONS


@dataclasses.dataclass(frozen=True)
class TwoClocks:
    """The baseline at rest with two clocks."""

    persons: Floats  # [D, D, G] by accumulated week and week of the spell
    inflow: Floats  # [G] from outside, a week

    @property
    def by_week(self) -> Floats:
        """Persons by accumulated week [G, D]."""
        return self.persons.sum(axis=1).T


def back_from_jobs(p: EngineParameters) -> tuple[Floats, Floats]:
    """Return the shares [G] of those who leave for a job that come back with their weeks, and at zero."""
    early, later = p.return_rate.T
    out = later + p.pool_leave
    first, second = (1.0 - early) ** p.pool_stage_weeks[0], (1.0 - out) ** p.pool_stage_weeks[1]
    returning = np.divide(later, out, out=np.zeros(G), where=out > 0)
    return 1.0 - first + first * (1.0 - second) * returning, first * second * returning


def _persons(job: Floats, transfer: Floats, leave: Floats, kept: Floats) -> Floats:
    """Persons [a, s, G, G] by the target group that one newcomer a week comes to; rates [G, D], transfer [G, G, D]."""
    stay = 1.0 - leave
    lasting = np.cumprod(np.concatenate([np.ones((G, 1)), stay[:, :-1]], axis=1), axis=1)
    onward = transfer.transpose(1, 0, 2).copy()  # [to, from, s] new spells a week later for each person
    onward[np.arange(G), np.arange(G)] += job * kept[:, None]
    begun = np.zeros((D, G, G))
    begun[0] = np.eye(G)
    for a in range(1, D - 1):
        begun[a] = np.einsum("hgs,gs,sgc->hc", onward[:, :, :a], lasting[:, :a], begun[a - 1 :: -1][:a])
    out = np.zeros((D, D, G, G))
    for a in range(D - 1):
        out[a, : a + 1] = lasting.T[: a + 1, :, None] * begun[a::-1]

    def open_class(new: Floats, arriving: Floats) -> Floats:
        persons = np.zeros((D, G, G))
        persons[0] = new
        for s in range(D - 1):
            persons[s + 1] = stay[:, s, None] * (persons[s] + arriving[s])
        persons[-1] /= leave[:, -1, None]
        return persons

    def new_spells(persons: Floats) -> Floats:
        return np.asarray(np.einsum("hgs,sgc->hc", onward, persons))

    nobody = np.zeros((D, G, G))
    older, fed = open_class(nobody[0], out[D - 2]), open_class(np.eye(G), nobody)
    new = np.linalg.solve(np.eye(G) - new_spells(fed), new_spells(older + out[D - 2]))
    out[D - 1] = older + np.einsum("sgk,kc->sgc", fed, new)
    return out


def at_rest(p: EngineParameters, transfer_scale: Floats) -> TwoClocks:
    """Return the baseline at rest on the stocks of ``p``; ``transfer_scale`` [G, O] is the calibration's."""
    kept, zero = back_from_jobs(p)
    persons, inflow = np.zeros((D, D, G)), np.zeros(G)
    for o in range(N_ORIGINS):
        job, education = (table * p.origin_factor[:, o, None] for table in (p.job, p.education))
        transfer = p.transfer * transfer_scale[:, o][None, :, None] * (1.0 - np.eye(G))[:, :, None]
        leave = job + education + p.other + transfer.sum(axis=1)
        per_newcomer = _persons(job, transfer, leave, kept)
        leavers = zero[:, None] * np.einsum("asgc,gs->gc", per_newcomer, job)
        again = np.eye(G) + np.linalg.solve(np.eye(G) - leavers, leavers)
        new = np.linalg.solve(per_newcomer.sum(axis=(0, 1)) @ again, p.stock[:, o])
        persons += per_newcomer @ (again @ new)
        inflow += new
    return TwoClocks(persons, inflow)


def mean_exits(p: EngineParameters, rest: TwoClocks) -> EngineParameters:
    """Return ``p`` with its exits as means over all spells, by class of accumulated weeks."""
    borders = list(DURATION_CLASSES)
    widths = np.diff([*borders, D])
    standing = np.add.reduceat(rest.by_week, borders, axis=1)

    def mean(rates: Floats) -> Floats:
        leaving = np.add.reduceat(np.einsum("asg,gs->ga", rest.persons, rates), borders, axis=1)
        return np.repeat(leaving / standing, widths, axis=1)

    transfer = np.stack([mean(p.transfer[:, to]) for to in range(G)], axis=1)
    return dataclasses.replace(
        p, job=mean(p.job), education=mean(p.education), other=mean(p.other), transfer=transfer
    )


def municipal_share(by_week: Floats, shares: Floats) -> Floats:
    """Return the share [G] of its benefits that the municipality pays by the ladder ``shares`` [4], persons [G, D]."""
    out: Floats = np.add.reduceat(by_week, REFUND_CLASSES, axis=1) @ shares / by_week.sum(axis=1)
    return out
