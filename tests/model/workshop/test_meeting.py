"""Test that a meeting's files hold what was said, whoever writes them and whatever is cut off."""

from __future__ import annotations

import datetime
import os
import subprocess
import sys
import threading
from functools import partial
from pathlib import Path

import pytest

from model.files.problems import FileProblem
from model.scenario.parts import Change
from model.workshop.answers import Draft, Guess
from model.workshop.codes import ALPHABET, LENGTH, AttemptLimit, new_code, read_code
from model.workshop.course import AGAIN, Course
from model.workshop.course_files import load_course
from model.workshop.meeting import ANSWERS, TABLES, Meeting, Refused
from model.workshop.meeting_parts import FollowUp, Record
from model.workshop.meetings import begin, by_code, facilitated, join, meetings, seat_of, try_code
from tests.folders import ROOT

COURSE = ROOT / "workshops" / "ballerup-30.yaml"
PLACES = Change.model_validate(
    {"lever": "firm_places", "to": 200, "from": datetime.date(2027, 1, 4), "why": "Flere i job"}
)


@pytest.fixture(scope="module")
def course() -> Course:
    return load_course(COURSE)


@pytest.fixture
def meeting(course: Course, tmp_path: Path) -> Meeting:
    return begin(course, folder=tmp_path)[0]


def at(meeting: Meeting, step_id: str) -> Meeting:
    """Go to a step."""
    index = [step.id for step in meeting.course.steps].index(step_id)
    meeting.go(meeting.progress.step, index)
    return meeting


def test_a_meeting_is_found_by_its_keys_alone(course: Course, tmp_path: Path) -> None:
    meeting, secret = begin(course, folder=tmp_path)
    seat = join(meeting, "Bord 1")
    assert by_code(f" {meeting.code[:3].lower()}-{meeting.code[3:].lower()} ", folder=tmp_path) == meeting
    assert facilitated(secret, folder=tmp_path) == meeting
    assert seat_of(seat.address, folder=tmp_path) == seat
    for wrong in (
        "",
        meeting.code,
        f"{meeting.code}.x",
        secret[:-1],
        seat.address,
        f"{secret}x",
        "../x.y",
        "AAAAAA.x",
    ):
        assert facilitated(wrong, folder=tmp_path) is None, wrong
    for wrong in (
        "",
        secret,
        f"{meeting.code}.t1.",
        f"{meeting.code}.t2.x",
        seat.address[:-1],
        f"{meeting.code}.../x",
    ):
        assert seat_of(wrong, folder=tmp_path) is None, wrong
    kept = "".join(path.read_text(encoding="utf-8") for path in meeting.folder.rglob("*.yaml"))
    assert secret.partition(".")[2] not in kept
    assert seat.address.rpartition(".")[2] not in kept
    assert meetings(folder=tmp_path) == (meeting,)


def test_codes_are_read_as_people_type_them() -> None:
    for code in (new_code() for _ in range(200)):
        assert len(code) == LENGTH
        assert set(code) <= set(ALPHABET)
        assert read_code(f"{code[:3]} {code[3:]}".lower()) == code
    assert [read_code(typed) for typed in ("", "ABC", "ABCDE0", "../..", "ABCDEFG", "ÆØÅABC")] == [""] * 6


def test_wrong_codes_are_refused_after_a_while_and_taken_again_later() -> None:
    now = [0.0]
    limit = AttemptLimit(3, 60, clock=lambda: now[0])
    for _ in range(3):
        assert limit.allows("a")
        limit.note_wrong("a")
    assert not limit.allows("a")
    assert limit.allows("b")
    now[0] = 61.0
    assert limit.allows("a")


def test_a_code_cannot_be_tried_for_ever(meeting: Meeting, tmp_path: Path) -> None:
    for _ in range(10):
        with pytest.raises(Refused, match="no meeting"):
            try_code("ZZZZZZ", "one visit", "one address", folder=tmp_path)
    with pytest.raises(Refused, match="Too many"):
        try_code(meeting.code, "one visit", "one address", folder=tmp_path)
    assert try_code(meeting.code, "another visit", "one address", folder=tmp_path) == meeting


def test_a_guess_counts_once_and_can_be_changed_until_the_step_is_closed(meeting: Meeting) -> None:
    at(meeting, "gaet")
    table, _ = meeting.add_table("Bord 1")
    meeting.save_guess(meeting.step, table.id, Guess(low=7, high=7))
    meeting.save_guess(meeting.step, table.id, Guess(low=6, high=9))
    answers = meeting.answers(meeting.step)
    assert {key: answer.guess for key, answer in answers.items()} == {table.id: Guess(low=6, high=9)}
    meeting.close(meeting.step)
    with pytest.raises(Refused):
        meeting.save_guess(meeting.step, table.id, Guess(low=1, high=1))
    assert meeting.answers(meeting.step) == answers


def test_a_late_table_guesses_and_is_marked(meeting: Meeting) -> None:
    at(meeting, "gaet")
    meeting.close(meeting.step, shown=True)
    table, _ = meeting.add_table("Sent bord")
    meeting.save_guess(meeting.step, table.id, Guess(low=7, high=7))
    answer = meeting.answer(meeting.step, table.id)
    assert answer is not None
    assert answer.late


def test_moving_on_closes_what_was_asked_and_going_back_opens_nothing(meeting: Meeting) -> None:
    at(meeting, "gaet")
    guess = meeting.step
    at(meeting, "byg")
    assert meeting.is_closed(guess)
    at(meeting, "gaet")
    assert meeting.is_closed(guess)
    meeting.open_again(guess)
    assert not meeting.is_closed(guess)


def test_two_windows_that_press_at_once_go_one_step(meeting: Meeting) -> None:
    assert meeting.go(0, 1)
    assert not meeting.go(0, 1)
    assert meeting.progress.step == 1
    assert not meeting.go(1, 99)


def test_a_second_guess_leaves_the_first(meeting: Meeting) -> None:
    at(meeting, "gaet")
    step = meeting.step
    table, _ = meeting.add_table("Bord 1")
    meeting.save_guess(step, table.id, Guess(low=7, high=7))
    meeting.close(step, shown=True)
    meeting.ask_again(step)
    assert meeting.answer(step, table.id) is None
    meeting.save_guess(step, table.id, Guess(low=8, high=8))
    first = meeting.answer(step, table.id, round_=step.id)
    second = meeting.answer(step, table.id, round_=step.id + AGAIN)
    assert first is not None
    assert second is not None
    assert (first.guess, second.guess) == (Guess(low=7, high=7), Guess(low=8, high=8))


def test_beginning_a_round_anew_deletes_nothing(meeting: Meeting) -> None:
    at(meeting, "gaet")
    table, _ = meeting.add_table("Bord 1")
    meeting.save_guess(meeting.step, table.id, Guess(low=7, high=7))
    meeting.close(meeting.step, shown=True)
    meeting.clear(meeting.step)
    assert not meeting.answers(meeting.step)
    assert not meeting.is_closed(meeting.step)
    assert [path.name for path in meeting.folder.rglob("t1.yaml") if ".bin" in path.parts] == ["t1.yaml"]


def test_a_draft_stands_until_it_is_handed_in_and_can_be_taken_back(meeting: Meeting) -> None:
    at(meeting, "byg")
    step = meeting.step
    table, _ = meeting.add_table("Bord 1")
    meeting.save_draft(step, table.id, Draft(changes=(PLACES,)))
    answer = meeting.answer(step, table.id)
    assert answer is not None
    assert not answer.handed_in
    meeting.save_draft(step, table.id, Draft(changes=(PLACES,)), handed_in=True)
    meeting.save_draft(step, table.id, Draft(changes=(PLACES,)), handed_in=False)
    proposal = meeting.proposal(step, table.id, "Bord 1")
    assert proposal is not None
    assert proposal.changes == (PLACES,)
    meeting.close(step)
    with pytest.raises(Refused):
        meeting.save_draft(step, table.id, Draft())
    assert meeting.proposal(step, table.id, "Bord 1") == proposal


def test_a_table_reaches_no_file_but_its_own(meeting: Meeting) -> None:
    at(meeting, "gaet")
    for name in ("../../meeting", "t1/../../x", "", "tables", "t１"):
        with pytest.raises(Refused):
            meeting.save_guess(meeting.step, name, Guess(low=1, high=1))


def test_a_table_is_found_as_the_list_has_it(meeting: Meeting) -> None:
    for name in ("Bord 1", "Bord 2", "Bord 3"):
        meeting.add_table(name)
    (meeting.folder / TABLES / "t2.yaml").write_text("id: [")
    # A file that somebody has copied is no other table.
    copied = (meeting.folder / TABLES / "t1.yaml").read_bytes()
    (meeting.folder / TABLES / "t9.yaml").write_bytes(copied)
    found = {table.id: table for table in meeting.tables()}
    assert set(found) == {"t1", "t3"}
    for table_id in ("t1", "t2", "t3", "t4", "t9", "t", "", "x", "../meeting", "t1.yaml", "t\u0661"):
        assert meeting.table(table_id) == found.get(table_id)


def test_names_are_told_apart(meeting: Meeting) -> None:
    meeting.add_table("Bord 1")
    with pytest.raises(Refused, match="already"):
        meeting.add_table(" bord 1 ")
    with pytest.raises(Refused, match="Write a name"):
        meeting.add_table("  ")


def test_a_tables_stamp_follows_what_is_decided(meeting: Meeting) -> None:
    table, _ = meeting.add_table("Bord 1")
    before = meeting.stamp_of_table(table.id)
    meeting.change_record(lambda _: Record(decision="Flere pladser."))
    assert meeting.stamp_of_table(table.id) != before


def test_every_save_changes_the_stamp_and_no_reading_does(meeting: Meeting) -> None:
    at(meeting, "gaet")
    table, _ = meeting.add_table("Bord 1")
    seen = [meeting.stamp()]
    for value in range(20):
        meeting.save_guess(meeting.step, table.id, Guess(low=value, high=value))
        seen.append(meeting.stamp())
        assert meeting.stamp() == seen[-1]
    assert len(set(seen)) == len(seen)


def test_a_damaged_answer_is_told_and_takes_nothing_else_away(meeting: Meeting) -> None:
    at(meeting, "gaet")
    for number in (1, 2):
        table, _ = meeting.add_table(f"Bord {number}")
        meeting.save_guess(meeting.step, table.id, Guess(low=number, high=number))
    (meeting.folder / ANSWERS / "gaet" / "t1.yaml").write_text("guess: [", encoding="utf-8")
    assert list(meeting.answers(meeting.step)) == ["t2"]
    (problem,) = meeting.broken_files()
    assert "t1.yaml" in problem.text("da")


def test_a_record_is_kept_and_two_windows_do_not_overwrite_each_other(meeting: Meeting) -> None:
    first = Record(
        question="Hvad nu?", changes=(PLACES,), follow_ups=(FollowUp(who="Forvaltningen", when="juni"),)
    )
    meeting.change_record(lambda _: first)
    assert meeting.record == first
    notes = ("question", "expectation", "findings", "decision")

    def window(note: str) -> None:
        for n in range(20):
            fields = {note: f"{note} {n}"}
            meeting.change_record(partial(Record.model_copy, update=fields))

    threads = [threading.Thread(target=window, args=(note,)) for note in notes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [getattr(meeting.record, note) for note in notes] == [f"{note} 19" for note in notes]
    assert (meeting.record.changes, meeting.record.follow_ups) == (first.changes, first.follow_ups)


def test_the_picture_that_the_room_sees_is_kept_until_the_room_goes_on(meeting: Meeting) -> None:
    first, other = meeting.course.steps[:2]
    before = meeting.stamp()
    meeting.set_picture(first, "money")
    assert Meeting(meeting.folder).progress.picture == "money"
    assert meeting.stamp() != before
    meeting.set_picture(other, "goals")
    assert meeting.progress.picture == "money", "a window that shows another step"
    meeting.go(0, 1)
    assert meeting.progress.picture == ""


def test_answers_of_many_tables_at_once_all_stand(meeting: Meeting) -> None:
    at(meeting, "gaet")
    step = meeting.step

    def one(number: int) -> None:
        seat = join(meeting, f"Bord {number}")
        for value in range(5):
            meeting.save_guess(step, seat.table.id, Guess(low=value, high=number))

    threads = [threading.Thread(target=one, args=(number,)) for number in range(10, 30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    guesses = [answer.guess for answer in meeting.answers(step).values()]
    assert sorted(guess.high for guess in guesses if guess) == list(range(10, 30))
    assert all(guess and guess.low == 4 for guess in guesses)
    assert not meeting.broken_files()


_WRITER = """
import sys
from pathlib import Path
from model.workshop.answers import Guess
from model.workshop.meeting import Meeting
meeting = Meeting(Path(sys.argv[1]))
print("begun", flush=True)
value = 0
while True:
    value += 1
    meeting.save_guess(meeting.step, "t1", Guess(low=value, high=value))
"""


def test_a_process_killed_while_it_writes_leaves_whole_files(meeting: Meeting) -> None:
    at(meeting, "gaet")
    meeting.add_table("Bord 1")
    for _ in range(5):
        writer = subprocess.Popen(
            [sys.executable, "-c", _WRITER, str(meeting.folder)],
            stdout=subprocess.PIPE, cwd=ROOT, env={**os.environ},
        )  # fmt: skip
        assert writer.stdout is not None
        writer.stdout.readline()
        while meeting.answer(meeting.step, "t1") is None:
            pass
        writer.kill()
        writer.wait()
        answer = meeting.answer(meeting.step, "t1")
        assert answer is not None
        assert answer.guess is not None
        assert not meeting.broken_files()


@pytest.mark.parametrize(
    ("line", "wrong", "told"),
    [
        ("kind: guess", "kind: gues", "Mente du »guess«"),
        ("goal: udfordringer_ud_over_ledighed", "goal: udfordringer", "mente du"),
        ("previous: byg", "previous: vis", "byggetrin"),
        ("municipality: ballerup", "municipality: balerup", "ballerup"),
        ("- firm_places", "- firm_place", "firm_places"),
        ("id: beslut", "id: vis", "allerede"),
        ("minutes: 9", "minutes: 0", "Minutter"),
        ("scenario: ballerup/2027-spar", "scenario: ../ballerup/2027-spar", "findes ikke"),
        ("course: 1", "course: 7", "format 7"),
        ("budget_dkk: 10000000", "budget_dkk: -1", "0 eller derover"),
        (
            "    previous: byg\n  - id: beslut",
            "    previous: byg\n    levers: [firm_places]\n  - id: beslut",
            "bruger ikke levers",
        ),
    ],
)
def test_a_fault_in_a_course_is_told_with_its_line(tmp_path: Path, line: str, wrong: str, told: str) -> None:
    text = COURSE.read_text(encoding="utf-8")
    assert line in text
    path = tmp_path / "plan.yaml"
    path.write_text(text.replace(line, wrong, 1), encoding="utf-8")
    with pytest.raises(FileProblem) as caught:
        load_course(path)
    assert told.lower() in caught.value.text("da").lower()
    assert "linje" in caught.value.text("da")
