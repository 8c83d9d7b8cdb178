"""``workshop``: the courses and meetings of this server, faults in course files, and what is taken from a meeting."""

from __future__ import annotations

import datetime
import hashlib
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final

from model.cli.context import (
    GOOD,
    WRONG_SCENARIO,
    CommandContext,
    WrongUse,
    existing,
    json_problems,
    place_to_write,
)
from model.cli.uncertainty import answer_with, whole
from model.domain import MODEL_VERSION
from model.files.atomic_write import write_atomically
from model.files.problems import FileProblem, sanitised, system_reason
from model.language.catalogue import number, text
from model.workshop.course import Course
from model.workshop.course_files import courses, load_course
from model.workshop.meeting import Meeting, Refused
from model.workshop.meetings import by_code, meetings
from model.workshop.parcel import mail_text, packed

ACTIONS: Final = ("list", "check", "export", "cards")
# Where others reach the app, as for the pages.
ADDRESS_VARIABLE: Final = "INDSATSKOMPAS_PUBLIC_URL"
_MOST_SHEETS: Final = 40
_EXPORTED: Final = (("record", "docx"), ("files", "zip"), ("mail", "txt"))


def workshop_command(context: CommandContext) -> int:
    """Do one of the actions."""
    action, given = context.options.action, list(context.options.what or ())
    if action not in ACTIONS:
        raise WrongUse(context.text("error.workshop_action", given=sanitised(action)))
    if action == "list":
        if given:
            raise WrongUse(context.text("error.workshop_none", action=action))
        return _list(context)
    if action == "check":
        if not given:
            raise WrongUse(context.text("error.workshop_some", action=action))
        return _check(context, given)
    if len(given) != 1 or context.options.out is None:
        raise WrongUse(context.text(f"error.workshop_{action}"))
    return _export(context, given[0]) if action == "export" else _cards(context, given[0])


# --- list ----------------------------------------------------------------------------------------


def _list(context: CommandContext) -> int:
    """List courses and meetings, never a key."""
    found, broken = courses()
    rows = [row for meeting in meetings() if (row := _meeting(meeting)) is not None]
    if context.json:
        data: dict[str, Any] = {
            "courses": [{"key": one.key, **_course(one.course)} for one in found],
            "meetings": rows,
        }
        if broken:
            data["problems"] = [{"file": b.key, "problems": json_problems(b.problem)} for b in broken]
        context.emit_json(data)
        return GOOD
    context.print(context.text("workshop.courses"))
    for one in found:
        minutes = number(one.course.minutes, context.language)
        context.print(
            context.text(
                "workshop.course",
                name=one.key,
                title=one.course.title,
                steps=len(one.course.steps),
                minutes=minutes,
            )
        )
    for file in broken:
        context.warn(file.problem.named(file.key).lines(context.language))
    context.print("", context.text("workshop.meetings"))
    for row in rows:
        context.print(context.text("workshop.meeting", **row))
    if not rows:
        context.print(context.text("workshop.no_meetings"))
    return GOOD


def _course(course: Course) -> dict[str, Any]:
    """Return a course as JSON data."""
    return {
        "title": course.title,
        "municipality": course.municipality,
        "steps": len(course.steps),
        "minutes": course.minutes,
    }


def _meeting(meeting: Meeting) -> dict[str, Any] | None:
    """Return a meeting as JSON data; None where its files are damaged."""
    try:
        course, head = meeting.course, meeting.head
    except (FileProblem, OSError):
        return None
    return {
        "code": meeting.code,
        "title": course.title,
        "municipality": course.municipality,
        "begun": head.begun,
        "step": min(meeting.progress.step + 1, len(course.steps)),
        "steps": len(course.steps),
        "tables": len(meeting.tables()),
    }


# --- check ---------------------------------------------------------------------------------------


def _check(context: CommandContext, given: list[str]) -> int:
    """Check course files, each fault with its line and column."""
    checked: list[tuple[Path, FileProblem | None]] = []
    for path in [existing(name, context) for name in given]:
        try:
            load_course(path)
            checked.append((path, None))
        except FileProblem as fault:
            checked.append((path, fault.named(str(path))))
    bad = sum(problem is not None for _, problem in checked)
    if context.json:
        files = [
            {"file": str(path), "valid": problem is None, "problems": json_problems(problem)}
            for path, problem in checked
        ]
        context.emit_json({"files": files})
    else:
        for path, problem in checked:
            if problem is None:
                context.print(context.text("validate.good", file=path))
            else:
                context.print(*problem.lines(context.language))
        context.print(context.text("validate.summary", good=len(checked) - bad, bad=bad))
    return WRONG_SCENARIO if bad else GOOD


# --- export --------------------------------------------------------------------------------------


def _export(context: CommandContext, code: str) -> int:
    """Write the record, the archive and the mail of a meeting into a folder."""
    meeting = by_code(code)
    if meeting is None:
        raise WrongUse(context.text("error.workshop_no_meeting", code=sanitised(code)))
    folder = _folder(context, context.options.out)
    unseen, count, made_on = context.options.with_unshown, whole(context, "draws"), _made_on(context)
    address = context.options.address or os.environ.get(ADDRESS_VARIABLE, "").strip()
    language = context.language

    def record() -> bytes:
        """Return the Word document."""
        from model.documents.workshop_findings import work_out
        from model.documents.workshop_record import workshop_record

        def progress(done: int, of: int) -> None:
            context.progress("running", i=done, n=of, name=meeting.course.title)

        found = work_out(meeting, language, count=count, made_on=made_on, unseen=unseen, progress=progress)
        return workshop_record(found)

    makers: dict[str, Callable[[], bytes]] = {
        "record": record,
        "files": lambda: packed(meeting, language, unseen=unseen),
        "mail": lambda: mail_text(meeting, language, address, unseen=unseen).encode(),
    }

    def work() -> Iterable[str] | dict[str, Any]:
        """Make the files, write them, and return what to answer."""
        try:
            made = [
                (folder / f"{text(f'workshop.file.{key}', language)}.{ending}", makers[key]())
                for key, ending in _EXPORTED
                if key != "mail" or address
            ]
        except Refused as refused:
            raise WrongUse(refused.text(language)) from None
        return _written(context, made, {"code": meeting.code, "unshown": unseen}, folder)

    if not address:
        context.warn([context.text("workshop.no_address", variable=ADDRESS_VARIABLE)])
    return answer_with(context, work)


def _folder(context: CommandContext, given: str) -> Path:
    """Return the folder to write in; a new one is made later, in a folder that is there. Raises WrongUse."""
    path = Path(given)
    try:
        if not path.is_dir() and (path.exists() or not path.parent.is_dir()):
            raise WrongUse(context.text("error.missing", path=sanitised(given)))
    except (OSError, ValueError) as error:
        raise WrongUse(context.text("error.system", why=system_reason(error, context.language))) from None
    return path


def _written(
    context: CommandContext,
    made: list[tuple[Path, bytes]],
    head: dict[str, Any],
    folder: Path | None = None,
) -> Iterable[str] | dict[str, Any]:
    """Write the files and return what to answer."""
    if folder is not None:
        folder.mkdir(exist_ok=True)
    for path, content in made:
        write_atomically(path, content)
    if not context.json:
        return [context.text("report.saved", file=path) for path, _ in made]
    files = [
        {"file": str(path), "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        for path, content in made
    ]
    return {**head, "model_version": MODEL_VERSION, "files": files}


def _made_on(context: CommandContext) -> datetime.date | None:
    """Return the date that the record bears, None where none is given. Raises WrongUse."""
    given = context.options.date
    try:
        return None if given is None else datetime.date.fromisoformat(given)
    except ValueError:
        raise WrongUse(context.text("error.report_date", given=given[:40])) from None


# --- cards ---------------------------------------------------------------------------------------


def _cards(context: CommandContext, given: str) -> int:
    """Write the cards and sheets of a course as a PDF."""
    course, source = _named_course(context, given)
    target = place_to_write(context.options.out, context, source)
    count = whole(context, "tables")
    if not 1 <= count <= _MOST_SHEETS:
        raise WrongUse(context.text("error.workshop_tables", most=_MOST_SHEETS))

    def work() -> Iterable[str] | dict[str, Any]:
        """Make the file, write it, and return what to answer."""
        from model.documents.workshop_sheets import workshop_sheets

        content = workshop_sheets(course, context.language, [""] * count)
        return _written(context, [(target, content)], {"title": course.title, "tables": count})

    return answer_with(context, work)


def _named_course(context: CommandContext, given: str) -> tuple[Course, Path]:
    """Return a course by its file, or by its key as ``list`` has it. Raises WrongUse, FileProblem."""
    stored = next((one for one in courses()[0] if one.key == given), None)
    path = existing(given, context) if stored is None else stored.path
    try:
        return load_course(path), path
    except FileProblem as problem:
        raise problem.named(str(path)) from None
