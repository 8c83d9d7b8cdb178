"""Freeze a decided scenario beside the page: it is written as soon as what is expected of it is calculated."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from model.scenario.scenario import Scenario
from pages.session.jobs import STUDIES, Job, Progress
from pages.session.notices import Notice, both_languages, problem_text
from pages.session.scenario_store import now
from pages.session.session import Session

if TYPE_CHECKING:
    from model.workshop.meeting_parts import FollowUp

PART: Final = "follow"


def follow(
    session: Session,
    scenario: Scenario,
    *,
    meeting: str = "",
    decision: str = "",
    follow_ups: Sequence[FollowUp] = (),
) -> bool:
    """Begin to follow a scenario as decided now; leave a notice. Return False where it cannot be followed."""
    from model.followup.freeze import CannotFollow, check_can_be_followed

    try:
        check_can_be_followed(scenario)
    except CannotFollow as problem:
        session.notice = Notice("warning", problem_text(problem))
        return False
    moment = now()

    def work(cancel: threading.Event, progress: Progress) -> object:
        from model.followup.decided_files import keep
        from model.followup.freeze import freeze

        decided = freeze(
            scenario,
            moment.date(),
            meeting=meeting,
            decision=decision,
            follow_ups=follow_ups,
            cancel=cancel,
            progress=progress,
        )
        return keep(decided)

    # The server asks for it, not the visit: a page that is loaded anew does not stop what was said to be kept.
    session.jobs[PART] = STUDIES.request((PART, moment.isoformat(), scenario.name), work)
    session.notice = Notice("success", both_languages("page_followup.begun", name=scenario.name))
    return True


def under_way(session: Session) -> Job | None:
    """Return the work on the decision that this visit froze last, where it is not done with."""
    job = session.jobs.get(PART)
    return None if job is None or job.is_stopped else job


def name_of(job: Job) -> str:
    """Return the name of the scenario that a job freezes."""
    return str(job.key[2]) if isinstance(job.key, tuple) else ""


def is_done_with(session: Session) -> None:
    """Forget the work that was told of."""
    session.jobs.pop(PART, None)
