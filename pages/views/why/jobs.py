"""Make what the page Why asks for: the levers' shares, what holds back, and the ranges of all parts."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from model.scenario.texts import without_texts
from pages.session.jobs import STUDIES, Job, Progress
from pages.session.session import Session

if TYPE_CHECKING:
    from model.explain.contributions import Attribution
    from model.uncertainty.part_draws import LeverDraws, PartDraws
    from pages.session.results import ScenarioResults

# Above this many levers those of one kind are taken together, as the exact shares take too many runs.
_APART: Final = 8
# After so many weeks newcomers are counted.
WEEKS: Final = (13, 26, 52)
_POLL: Final = 900  # ms


class Parts(NamedTuple):
    """The draws of the parts: of levers, and of kinds, payers, groups and newcomers; None: not run yet."""

    levers: LeverDraws | None
    parts: PartDraws | None
    sketched: float | None = None  # the share of the draws that is run, where that is not all of them


def shares_job(session: Session, results: ScenarioResults) -> Job:
    """Return the work on what each lever adds, as it was done before or begun now."""
    municipality, scenario = results.municipality, without_texts(results.scenario)
    merge = merges_groups(results)

    def work(cancel: threading.Event, progress: Progress) -> Attribution:
        from model.explain.attribution import attribute

        return attribute(municipality, scenario, merge_groups=merge, cancel=cancel.is_set, progress=progress)

    key = ("why", municipality.key, scenario.key)
    return session.ask(STUDIES, "why", key, work)


def mechanisms_job(session: Session, results: ScenarioResults, attribution: Attribution) -> Job:
    """Return the work on what holds back and what the effect rests on, as it was done before or begun now."""
    municipality, scenario = results.municipality, without_texts(results.scenario)
    keys = attribution.reported_keys()
    # What moved most, the persons on support and the money.
    chosen = dict.fromkeys((keys[0], *keys[-2:]))

    def work(cancel: threading.Event, progress: Progress) -> Any:
        from model.explain.mechanisms import all_mechanisms

        return all_mechanisms(municipality, scenario, chosen, cancel=cancel.is_set, progress=progress)

    key = ("why-mechanisms", municipality.key, scenario.key)
    return session.ask(STUDIES, "why-mechanisms", key, work)


def merges_groups(results: ScenarioResults) -> bool:
    """Return whether a lever's target groups are taken together."""
    return len({change.target for change in results.scenario.changes}) > _APART


def parts_job(session: Session, results: ScenarioResults) -> Job | None:
    """Return the work on the ranges of the parts; None while the draws are made or nothing is moved."""
    draws = session.draws
    if draws is None or not draws.is_ready or not results.scenario.changes:
        return None
    scenario, held, merge = without_texts(results.scenario), draws.result, merges_groups(results)

    def work(cancel: threading.Event, progress: Progress) -> Parts:
        from model.explain.coalitions import lever_targets
        from model.uncertainty.fan import FIRST_DRAWS_DIVISOR
        from model.uncertainty.part_draws import lever_draw_count, lever_draws, part_draws

        made, targets = held.draws(cancel), lever_targets(scenario, merge)
        count = lever_draw_count(made, len(targets))

        def by_lever(numbers: range) -> LeverDraws:
            return lever_draws(made, scenario, targets, cancel=cancel, draw_numbers=numbers)

        def by_part(numbers: range) -> PartDraws:
            return part_draws(made, scenario, WEEKS, cancel=cancel, draw_numbers=numbers)

        # The first draws lie as evenly as all: a reader sees a sketch of every part at a quarter of the wait.
        few, some = made.count // FIRST_DRAWS_DIVISOR, max(1, count // FIRST_DRAWS_DIVISOR)
        share = few / made.count
        levers = by_lever(range(some))
        progress(1, 4, Parts(levers, None, share))
        parts = by_part(range(few))
        progress(2, 4, Parts(levers, parts, share))
        if some < count:
            levers = levers.with_more(by_lever(range(some, count)))
        progress(3, 4, Parts(levers, parts, share))
        return Parts(levers, parts.with_more(by_part(range(few, made.count))))

    key = ("why-parts", results.municipality.key, scenario.key)
    return session.ask(STUDIES, "why-parts", key, work)


def known_parts(session: Session, results: ScenarioResults) -> Parts:
    """Return the draws of the parts as far as they are run; they begin after what a reader waits for first."""
    band = session.band
    job = parts_job(session, results) if band is not None and band.is_ready else None
    if job is None or not (job.is_ready or job.is_failed):
        session.poll_after(_POLL, _POLL)
    known = None if job is None else job.result if job.is_ready else job.sketch
    return Parts(None, None) if known is None else known
