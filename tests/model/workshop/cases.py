"""Hold a meeting through every kind of step, with names and reasons that mean harm."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from pathlib import Path

from model.scenario.parts import Change
from model.workshop.answers import Belief, Draft, Guess
from model.workshop.course import Course
from model.workshop.meeting import Meeting
from model.workshop.meeting_parts import FollowUp, Record
from model.workshop.meetings import begin, join

HOSTILE = "=cmd|' /C calc'!A0 <b>&\"{x}"
FIELD_CODE = '{ HYPERLINK "http://x" } <w:fldSimple w:instr="DATE"/>'
START = datetime.date(2027, 1, 4)
COURSE = {
    "course": 1,
    "title": "Prøvemøde",
    "municipality": "ballerup",
    "baseline": "2026",
    "rules": "dated",
    "steps": [
        {"id": "start", "kind": "text", "title": "Velkommen", "text": "Vi begynder."},
        {
            "id": "gaet",
            "kind": "guess",
            "title": "Gæt",
            "question": "Hvor mange?",
            "scenario": "ballerup/2027-flere-virksomhedspladser.yaml",
            "goal": "udfordringer_ud_over_ledighed",
        },
        {
            "id": "byg",
            "kind": "build",
            "title": "Byg",
            "question": "Hvad ville I ændre?",
            "goal": "udfordringer_ud_over_ledighed",
            "levers": ["firm_places", "activation_rate:dagpenge"],
            "cards": ["flere-fleksjob"],
            "budget_dkk": 10_000_000.0,
        },
        {"id": "tro", "kind": "beliefs", "title": "Tro", "assumptions": ["displacement"]},
        {"id": "beslut", "kind": "decide", "title": "Beslut", "previous": "byg"},
    ],
}


def change(to: float, why: str, lever: str = "firm_places", group: str | None = None) -> Change:
    return Change.model_validate({"lever": lever, "group": group, "to": to, "from": START, "why": why})


def go_to(meeting: Meeting, step_id: str) -> None:
    """Go to a step, forward through all between, as a room does."""
    while meeting.step.id != step_id:
        now = meeting.progress.step
        assert meeting.go(now, now + 1)


def held(
    folder: Path, *, until: str = "beslut", shown: Sequence[str] = ("gaet",), cards: bool = True
) -> tuple[Meeting, list[str]]:
    """Hold a meeting up to a step; return it with its secrets."""
    meeting, secret = begin(Course.model_validate(COURSE), folder=folder)
    seat = join(meeting, HOSTILE)
    other, _ = meeting.add_table("Bord 2")
    first = seat.table
    _, guess, build, beliefs, _ = meeting.course.steps
    meeting.save_guess(guess, first.id, Guess(low=7.25, high=9.0))
    meeting.save_guess(guess, other.id, Guess(low=12.0, high=12.0))
    meeting.close(guess, shown="gaet" in shown)
    meeting.ask_again(guess)
    meeting.save_guess(guess, other.id, Guess(low=8.0, high=8.0))
    meeting.close(guess, shown="gaet" in shown)
    meeting.save_draft(build, first.id, Draft(changes=(change(200, FIELD_CODE),)), handed_in=True)
    meeting.save_draft(
        build,
        other.id,
        Draft(
            cards=("flere-fleksjob",) if cards else (),
            changes=() if cards else (change(30, "Færre", "activation_rate", "dagpenge"),),
        ),
    )
    belief = Belief(parameter="displacement", low=0.1, likely=0.25, high=0.6, why=HOSTILE)
    meeting.save_beliefs(beliefs, first.id, [belief])
    go_to(meeting, until)
    record = Record(
        question="Hvad nu?",
        decision=FIELD_CODE,
        decided_from=first.id,
        changes=(change(200, FIELD_CODE),),
        follow_ups=(FollowUp(who="Formanden", figure="Pladser i brug", when="Maj 2027"),),
    )
    meeting.change_record(lambda _: record)
    return meeting, [secret, secret.partition(".")[2], seat.address, seat.address.rpartition(".")[2]]
