"""Search for an answer beside the page: the answer itself and the curve of budget against goal."""

from __future__ import annotations

import threading
from typing import Any

from model.scenario.texts import without_texts
from model.seek.answer import CannotSeek, SeekOptions
from model.seek.curve import curve
from model.seek.seek import seek
from pages.session.jobs import STUDIES, Job, Progress
from pages.session.questions import Question
from pages.session.results import ScenarioResults
from pages.session.session import Session
from pages.views.seek.view import CERTAINTIES


def search_job(session: Session, results: ScenarioResults, question: Question) -> Job:
    """Begin the search, or return the job that does it."""
    municipality, scenario = results.municipality, without_texts(results.scenario)

    def work(cancel: threading.Event, progress: Progress) -> Any:
        """Search; return what cannot be sought as an answer too, for it explains what would be right."""
        try:
            return seek(
                municipality,
                scenario,
                question.wishes(scenario.end),
                question.free,
                SeekOptions(
                    budget_per_year=question.budget,
                    certainty=CERTAINTIES[question.certainty],
                    from_=session.start_of_changes,
                    phase_in_weeks=session.phase_in_weeks,
                    costless_levers=question.costless_levers,
                ),
                cancel=cancel,
                progress=progress,
            )
        except CannotSeek as problem:
            # What cannot be sought is an answer too: it says what would be right.
            return problem

    key = ("seek", municipality.key, scenario.key, question, session.start_of_changes, session.phase_in_weeks)
    return session.ask(STUDIES, "seek", key, work, stays=True)


def curve_job(session: Session, results: ScenarioResults, question: Question) -> Job:
    """Begin the search for the curve, or return the job that does it."""
    municipality, scenario = results.municipality, without_texts(results.scenario)

    def work(cancel: threading.Event, progress: Progress) -> Any:
        """Search at several budgets; what cannot be sought is an answer here too."""
        try:
            return curve(
                municipality,
                scenario,
                question.wish(scenario.end),
                question.free,
                SeekOptions(
                    from_=session.start_of_changes,
                    phase_in_weeks=session.phase_in_weeks,
                    costless_levers=question.costless_levers,
                ),
                cancel=cancel,
                progress=progress,
            )
        except CannotSeek as problem:
            return problem

    key = (
        "curve",
        municipality.key,
        scenario.key,
        question,
        session.start_of_changes,
        session.phase_in_weeks,
    )
    return session.ask(STUDIES, "curve", key, work, stays=True)
