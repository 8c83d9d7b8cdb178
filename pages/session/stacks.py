"""Work on a stack of cards beside the page: what it comes to, and its sheet of amendment."""

from __future__ import annotations

import datetime
import threading
from dataclasses import replace
from typing import Final

from model.catalogue.effects import StackEffects, effects
from model.catalogue.stack import Stack
from model.scenario.scenario import municipality_of
from pages.session.jobs import STUDIES, Job, Progress
from pages.session.session import Session

WORD: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_JOB: Final = "stack"
# How long a sheet waits for the ranges; without them it says that it has none.
_PATIENCE: Final = 120.0


def stack_job(session: Session, made: Stack, part: str = _JOB) -> Job:
    """Return the work on a stack, begun before or now: its sketch has no ranges yet, its result has."""
    content = repr([(layer.title, layer.steps, layer.price) for layer in made.layers])
    municipality = municipality_of(made.base)
    key = ("stack", municipality.key, made.base.key, content)

    def work(cancel: threading.Event, progress: Progress) -> object:
        from model.uncertainty.draws import draws_for

        progress(0, 1, effects(made))
        draws = draws_for(municipality, cancel=cancel, progress=progress)
        return effects(made, draws, cancel=cancel, progress=progress)

    return session.ask(STUDIES, part, key, work, stays=part != _JOB)


def sheet(session: Session, made: Stack, part: str = "catalogue-sheet") -> bytes:
    """Return the amendment sheet of a package; another thread makes it when its button is pressed."""
    from model.documents.amendment import sheet_of
    from model.uncertainty.draws import draws_for

    # Asked for by itself: the page may be left meanwhile.
    job, language = stack_job(session, made, part), session.language
    job.done.wait(_PATIENCE)
    today = datetime.datetime.now().astimezone().date()
    if not job.is_ready:
        return sheet_of(effects(made), None, language, today)
    # The work is shared by all who lay the same cards: whose proposal it is stands in this one alone.
    found: StackEffects = replace(job.result, stack=made)
    return sheet_of(found, draws_for(found.municipality), language, today)
