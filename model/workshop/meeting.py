"""A meeting under way: all of it is in files, so a restart, a lost connection or two windows lose nothing.

``workshops/<code>/`` in the data folder holds ``meeting.yaml``, ``course.yaml``, ``scenarios/``, ``progress.yaml``,
``cards/``, ``tables/<table>.yaml``, ``answers/<round>/<table>.yaml`` and ``record.yaml``. Each file is written
atomically and belongs to one table, so that no table can overwrite another's.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from model.catalogue.files import Card
from model.files.atomic_write import locked
from model.files.problems import FileProblem, sanitised
from model.language.messages import LocalizedError, Message
from model.scenario.parts import NAME_LENGTH, Change
from model.scenario.scenario import Scenario
from model.scenario.texts import as_typed
from model.workshop.answers import Answer, Belief, Draft, Guess
from model.workshop.cards import Package, package
from model.workshop.codes import key_hash, new_key
from model.workshop.course import AGAIN, ASKING, Course, CourseStep
from model.workshop.course_files import base_scenario, step_scenario
from model.workshop.meeting_cards import cards_in, keep_cards
from model.workshop.meeting_parts import (
    MOST_TABLES,
    MeetingHead,
    Progress,
    Record,
    Table,
    timestamp,
)
from model.workshop.yaml_files import read, write

ANSWERS: Final = "answers"
TABLES: Final = "tables"
SCENARIOS: Final = "scenarios"
BIN: Final = ".bin"

_log = logging.getLogger(__name__)


class Refused(LocalizedError):
    """The meeting does not allow this now; nothing was changed."""


@dataclass(frozen=True)
class Meeting:
    """One meeting's folder, and what can be done in it. A file is parsed once for each state of it."""

    folder: Path

    # --- what it is ---------------------------------------------------------------------------

    @property
    def head(self) -> MeetingHead:
        """Return which meeting this is. Raises FileProblem, FileNotFoundError."""
        return read(MeetingHead, self.folder / "meeting.yaml")

    @property
    def code(self) -> str:
        """Return the code that tables type."""
        return self.folder.name

    @property
    def course(self) -> Course:
        """Return the course as it was when the meeting began. Raises FileProblem, FileNotFoundError."""
        return read(Course, self.folder / "course.yaml")

    @property
    def progress(self) -> Progress:
        """Return how far the meeting is."""
        with contextlib.suppress(FileNotFoundError):
            return read(Progress, self.folder / "progress.yaml")
        return Progress()

    @property
    def step(self) -> CourseStep:
        """Return the step that the room is at."""
        steps = self.course.steps
        return steps[min(max(self.progress.step, 0), len(steps) - 1)]

    def base(self, name: str = "-") -> Scenario:
        """Return what every proposal begins from: the municipality without changes."""
        return base_scenario(self.course, name)

    def scenario(self, step: CourseStep) -> Scenario | None:
        """Return a step's scenario; None where it has none. Raises FileProblem."""
        return step_scenario(self.course, step, self.folder / SCENARIOS) if step.scenario else None

    def stamp(self) -> tuple[tuple[str, int, int], ...]:
        """Return what changes whenever any file of the meeting does: each save makes a new inode."""
        found = []
        for folder in (self.folder, self.folder / TABLES, *self._rounds()):
            with contextlib.suppress(OSError):
                for path in folder.iterdir():
                    stat = path.stat()
                    if path.suffix == ".yaml":
                        found.append((str(path.relative_to(self.folder)), stat.st_ino, stat.st_mtime_ns))
        return tuple(sorted(found))

    def stamp_of_table(self, table_id: str) -> tuple[tuple[int, int], ...]:
        """Return what changes whenever the meeting goes on or decides, or the table says or answers something."""
        found = []
        own = f"{_plain_id(table_id)}.yaml"
        for path in (
            self.folder / "progress.yaml",
            self.folder / "record.yaml",
            *(x / own for x in (self.folder / TABLES, *self._rounds())),
        ):
            with contextlib.suppress(OSError):
                stat = path.stat()
                found.append((stat.st_ino, stat.st_mtime_ns))
        return tuple(found)

    def _rounds(self) -> Iterator[Path]:
        """Yield the folders of answers."""
        with contextlib.suppress(OSError):
            yield from (path for path in (self.folder / ANSWERS).iterdir() if path.is_dir())

    # --- the course of it ---------------------------------------------------------------------

    def round_of(self, step: CourseStep) -> str:
        """Return the round that a step is in: the step's id, or that of its second guess."""
        return step.id + AGAIN if step.id in self.progress.again else step.id

    def go(self, expected: int, to: int) -> bool:
        """Go from the step that this window shows to another. Moving on closes what was asked.

        Return whether that was done: nothing is where another window has moved meanwhile, or there is no such step.
        """
        with locked(self.folder):
            now = self.progress
            if now.step != expected or not 0 <= to < len(self.course.steps) or to == expected:
                return False
            step = self.course.steps[expected]
            closed = now.closed
            if to > expected and step.kind in ASKING:
                closed = _with(closed, self.round_of(step))
            self._progress(now, step=to, since=timestamp(), closed=closed, inviting=False, picture="")
        return True

    def close(self, step: CourseStep, *, shown: bool = False) -> None:
        """Take no more answers in a step's round; ``shown``: the room sees them from now on."""
        with locked(self.folder):
            now, which = self.progress, self.round_of(step)
            seen = _with(now.shown, which) if shown else now.shown
            self._progress(now, closed=_with(now.closed, which), shown=seen)

    def open_again(self, step: CourseStep) -> None:
        """Take answers again in a round that the room has not seen. Raises Refused where it has."""
        with locked(self.folder):
            now, which = self.progress, self.round_of(step)
            if which in now.shown and step.kind == "guess":
                raise Refused(Message("workshop.error.shown"))
            left = tuple(one for one in now.closed if one != which)
            self._progress(now, closed=left, shown=tuple(one for one in now.shown if one != which))

    def ask_again(self, step: CourseStep) -> None:
        """Ask for a second guess, after the talk; the first stays as it is."""
        with locked(self.folder):
            now = self.progress
            first = _with(now.closed, step.id)
            self._progress(now, again=_with(now.again, step.id), closed=first, since=timestamp())

    def clear(self, step: CourseStep) -> None:
        """Begin a step's round anew: its answers are laid aside, never deleted."""
        with locked(self.folder):
            now, which = self.progress, self.round_of(step)
            folder = self.folder / ANSWERS / which
            if folder.is_dir():
                stamp = timestamp().replace(":", "")
                aside = self.folder / BIN / f"{which}-{stamp}-{new_key()[:4]}"
                aside.parent.mkdir(parents=True, exist_ok=True)
                folder.rename(aside)
            kept = {name: tuple(x for x in getattr(now, name) if x != which) for name in ("closed", "shown")}
            self._progress(now, since=timestamp(), **kept)

    def set_clock(self, *, on: bool) -> None:
        """Show the clock of each step, or hide it."""
        with locked(self.folder):
            self._progress(self.progress, clock=on)

    def set_inviting(self, *, on: bool) -> None:
        """Show the room how tables join, or the step again."""
        with locked(self.folder):
            self._progress(self.progress, inviting=on)

    def set_picture(self, step: CourseStep, picture: str) -> None:
        """Show the room another picture of a step, if it is still there: all windows of the facilitator follow."""
        with locked(self.folder):
            if self.step.id == step.id:
                self._progress(self.progress, picture=picture)

    def _progress(self, before: Progress, **fields: object) -> None:
        """Write the progress with some fields changed; the folder is locked."""
        present = dict(before)
        write(self.folder / "progress.yaml", Progress.model_validate({**present, **fields}).plain())

    def is_closed(self, step: CourseStep) -> bool:
        """Return whether a step's round takes no more answers."""
        return self.round_of(step) in self.progress.closed

    def is_shown(self, step: CourseStep) -> bool:
        """Return whether the room sees a step's answers."""
        return self.round_of(step) in self.progress.shown

    # --- tables -------------------------------------------------------------------------------

    def tables(self) -> tuple[Table, ...]:
        """List the tables in the order in which they came; a file that cannot be read is left out and logged."""
        found = []
        for path in _yaml_files(self.folder / TABLES):
            try:
                found.append(read(Table, path))
            except FileNotFoundError:
                continue
            except FileProblem as problem:
                _log.warning("a table of %s cannot be read: %s", self.code, sanitised(problem.text("en")))
        return tuple(sorted(found, key=lambda table: _number_of(table.id)))

    def table(self, table_id: str) -> Table | None:
        """Return a table, or None where there is none that can be read."""
        try:
            # Its own file alone: every device asks several times for each thing that it does.
            table = read(Table, self.folder / TABLES / f"{_plain_id(table_id)}.yaml")
        except (Refused, FileNotFoundError):
            return None
        except FileProblem as problem:
            _log.warning("a table of %s cannot be read: %s", self.code, sanitised(problem.text("en")))
            return None
        return table if table.id == table_id else None

    def add_table(self, name: str, *, with_key: bool = False) -> tuple[Table, str]:
        """Add a table. Return it with its key for a device, or "" where it has none.

        Raises Refused where the name is empty or taken, or there are too many tables.
        """
        shown = as_typed(name, NAME_LENGTH, lines=False).strip()[:60]
        key = new_key() if with_key else ""
        with locked(self.folder):
            tables = self.tables()
            if not shown:
                raise Refused(self._error("no_name"))
            if any(table.name.casefold() == shown.casefold() for table in tables):
                raise Refused(self._error("name_taken", name=shown))
            if len(tables) >= MOST_TABLES:
                raise Refused(self._error("too_many", most=MOST_TABLES))
            number = 1 + max((_number_of(path.stem) for path in _yaml_files(self.folder / TABLES)), default=0)
            fields = {"id": f"t{number}", "name": shown, "key_sha256": key_hash(key) if key else ""}
            table = Table.model_validate(fields)
            write(self.folder / TABLES / f"{table.id}.yaml", table.plain())
        return table, key

    def _error(self, which: str, **values: object) -> Message:
        """Return why something is refused; in a budget round of a party and not of a table."""
        return Message(f"workshop.error.{which}{'_party' if self.course.budget_round else ''}", **values)

    def new_table_key(self, table_id: str) -> str:
        """Give a table a new key, for a device that has lost its own: the old one opens nothing any more."""
        key = new_key()
        self._table(table_id, key_sha256=key_hash(key))
        return key

    def remove_table(self, table_id: str) -> None:
        """Take out a table that has answered nothing. Raises Refused where it has."""
        with locked(self.folder):
            if any((folder / f"{table_id}.yaml").exists() for folder in self._rounds()):
                raise Refused(self._error("has_answers"))
            (self.folder / TABLES / f"{table_id}.yaml").unlink(missing_ok=True)

    def signal(
        self, table_id: str, step: CourseStep, *, ready: bool = False, more_time: bool = False
    ) -> None:
        """Say for a table that it is ready, or wants more time, or neither."""
        which = self.round_of(step)
        self._table(table_id, ready=which if ready else "", more_time=which if more_time else "")

    def _table(self, table_id: str, **fields: str) -> None:
        """Change some fields of a table."""
        with locked(self.folder):
            table = self.table(table_id)
            if table is None:
                raise Refused(self._error("no_table"))
            write(self.folder / TABLES / f"{table.id}.yaml", table.model_copy(update=fields).plain())

    # --- answers ------------------------------------------------------------------------------

    def answer(self, step: CourseStep, table_id: str, *, round_: str | None = None) -> Answer | None:
        """Return a table's answer in a step's round, by default the one under way. Raises FileProblem."""
        path = self.folder / ANSWERS / (round_ or self.round_of(step)) / f"{_plain_id(table_id)}.yaml"
        with contextlib.suppress(FileNotFoundError):
            return read(Answer, path)
        return None

    def answers(self, step: CourseStep, *, round_: str | None = None) -> Mapping[str, Answer]:
        """Return the answers of a step's round by table, in the tables' order; one that cannot be read is left out."""
        found = {}
        for table in self.tables():
            try:
                answer = self.answer(step, table.id, round_=round_)
            except FileProblem as problem:
                _log.warning("an answer in %s cannot be read: %s", self.code, sanitised(problem.text("en")))
                continue
            if answer is not None:
                found[table.id] = answer
        return found

    def broken_files(self) -> tuple[FileProblem, ...]:
        """Return what is wrong with files that somebody has damaged: what they held is missing on screen."""
        problems = []
        kinds: list[tuple[Path, type[Table] | type[Answer]]] = [(self.folder / TABLES, Table)]
        kinds += [(folder, Answer) for folder in self._rounds()]
        for folder, model in kinds:
            for path in _yaml_files(folder):
                try:
                    read(model, path)
                except FileNotFoundError:
                    continue
                except FileProblem as problem:
                    problems.append(problem.named(str(path.relative_to(self.folder))))
        return tuple(problems)

    def save_guess(self, step: CourseStep, table_id: str, guess: Guess) -> None:
        """Keep a table's guess in place of its earlier one.

        After closing only a table that has not guessed may, and its guess is marked late. Raises Refused, FileProblem.
        """
        self._save(step, table_id, guess=guess, handed_in=True)

    def save_draft(self, step: CourseStep, table_id: str, draft: Draft, *, handed_in: bool = False) -> None:
        """Keep a table's proposal as it stands; ``handed_in``: the table says that it is done.

        The cards that it is laid of are kept as they are now. Raises Refused, FileProblem.
        """
        self._save(step, table_id, draft=draft, handed_in=handed_in)

    def save_beliefs(self, step: CourseStep, table_id: str, beliefs: Sequence[Belief]) -> None:
        """Keep a table's beliefs in place of its earlier ones. Raises Refused, FileProblem."""
        self._save(step, table_id, beliefs=tuple(beliefs), handed_in=True)

    def _save(self, step: CourseStep, table_id: str, **fields: object) -> None:
        """Write a table's answer, unless the round is closed."""
        with locked(self.folder):
            if self.table(table_id) is None:
                raise Refused(self._error("no_table"))
            which = self.round_of(step)
            path = self.folder / ANSWERS / which / f"{_plain_id(table_id)}.yaml"
            closed = which in self.progress.closed
            late = closed
            if closed and path.exists():
                before = read(Answer, path)
                # A late guess stands as well, once the table can have seen what comes of it.
                if not before.late or step.kind != "guess" or which in self.progress.shown:
                    raise Refused(Message("workshop.error.closed"))
            elif closed and step.kind != "guess":
                raise Refused(Message("workshop.error.closed"))
            answer = Answer.model_validate(
                {"table": table_id, "late": late, "at": timestamp(), **fields}, from_attributes=False
            )
            if answer.draft is not None and answer.draft.cards:
                keep_cards(self.folder, answer.draft.cards, self.cards())
            write(path, answer.plain())

    # --- what comes of it ---------------------------------------------------------------------

    def standing(self, step: CourseStep, table_id: str) -> Answer | None:
        """Return the answer whose draft stands for a table in a build step; None where it has made none.

        A table that has done nothing in a round that goes on from another one stands by its draft of before, which is
        not handed in. Raises FileProblem where a file is damaged.
        """
        answer = self.answer(step, table_id)
        if answer is not None and answer.draft is not None:
            return answer
        before = self.course.step(step.previous) if step.previous else None
        inherited = None if before is None else self.standing(before, table_id)
        return None if inherited is None else inherited.model_copy(update={"handed_in": False, "late": False})

    def proposal(self, step: CourseStep, table_id: str, name: str) -> Scenario | None:
        """Return a table's proposal as a scenario under ``name``; None where it has none.

        Raises FileProblem where its file is damaged.
        """
        if step.instrument == "cards":
            found = self.package(step, table_id, name)
            return None if found is None else found.scenario
        answer = self.standing(step, table_id)
        return (
            None
            if answer is None or answer.draft is None
            else with_changes(self.base(name), answer.draft.changes)
        )

    def package(self, step: CourseStep, table_id: str, name: str) -> Package | None:
        """Return a party's cards laid on top of each other under ``name``; None where it has none yet.

        Raises FileProblem where a file is damaged.
        """
        keys, table = self.cards_of(step, table_id), self.table(table_id)
        if keys is None or table is None:
            return None
        base = self.base(name).copy_with(author=table.name)
        return package(base, keys, self.cards())

    def cards(self) -> dict[str, Card]:
        """Return the cards that can be proposed, by their keys, as they were when the meeting took them up."""
        return cards_in(self.folder, self.course.municipality)

    def cards_of(self, step: CourseStep, table_id: str) -> tuple[str, ...] | None:
        """Return the keys of a party's cards in order, as they stand; None where it has none."""
        answer = self.standing(step, table_id)
        return None if answer is None or answer.draft is None else answer.draft.cards

    def changes_of(self, step: CourseStep, table_id: str) -> tuple[Change, ...]:
        """Return the changes of a table's sliders, as they stand."""
        answer = self.standing(step, table_id)
        drafted = () if answer is None or answer.draft is None else answer.draft.changes
        return with_changes(self.base(), drafted).changes

    @property
    def record(self) -> Record:
        """Return what the room has found and decided so far. Raises FileProblem."""
        with contextlib.suppress(FileNotFoundError):
            return read(Record, self.folder / "record.yaml")
        return Record()

    def change_record(self, change: Callable[[Record], Record]) -> None:
        """Change what the room has found and decided, from what the files have now: other windows change it too.

        Raises FileProblem where the file is damaged.
        """
        with locked(self.folder):
            write(self.folder / "record.yaml", change(self.record).plain())


def with_changes(base: Scenario, changes: Sequence[Change]) -> Scenario:
    """Return the base with a proposal's changes."""
    return base.copy_with(changes=tuple(changes))


def _with(names: tuple[str, ...], name: str) -> tuple[str, ...]:
    """Return the names with one more."""
    return names if name in names else (*names, name)


def _plain_id(table_id: str) -> str:
    """Return a table's id for a path. Raises Refused where it is none."""
    if not table_id.startswith("t") or not table_id[1:].isdecimal() or not table_id.isascii():
        raise Refused(Message("workshop.error.no_table"))
    return table_id


def _number_of(table_id: str) -> int:
    """Return the number in a table's id; 0 where it has none."""
    return int(table_id[1:]) if table_id[1:].isdecimal() else 0


def _yaml_files(folder: Path) -> tuple[Path, ...]:
    """Return the YAML files of a folder, sorted; one that is not there has none."""
    try:
        return tuple(
            sorted(p for p in folder.iterdir() if p.suffix == ".yaml" and not p.name.startswith("."))
        )
    except OSError:
        return ()
