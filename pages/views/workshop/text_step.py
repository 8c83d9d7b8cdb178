"""Draw a step that asks nothing of the tables: its question and its text."""

from __future__ import annotations

from model.workshop.course import CourseStep
from model.workshop.meeting import Meeting
from model.workshop.meeting_parts import Table
from pages.session.session import Session
from pages.views.workshop.frame import asked


def stage(session: Session, meeting: Meeting, step: CourseStep) -> None:
    """Draw what the room sees."""
    asked(session, step)


def desk(session: Session, meeting: Meeting, step: CourseStep) -> None:
    """Draw nothing: there is nothing to type in."""


def device(session: Session, meeting: Meeting, step: CourseStep, table: Table) -> None:
    """Draw the same as on the big screen."""
    asked(session, step)
