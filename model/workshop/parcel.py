"""What is taken along from a meeting as files: its YAML in one archive, and a mail with a link per proposal.

Nothing secret leaves: no key and no hash of one, and no answer that the room has not seen unless it is asked for.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

from model.catalogue.files import write_measure
from model.files.atomic_write import yaml_text
from model.files.problems import FileProblem
from model.language.catalogue import long_date, text
from model.library.share_link import encode_link
from model.scenario.files import file_name, write_scenario
from model.scenario.scenario import Scenario
from model.workshop.cards import card_key
from model.workshop.course import to_dict
from model.workshop.meeting import ANSWERS, SCENARIOS, TABLES, Meeting
from model.workshop.meeting_cards import CARDS
from model.workshop.meeting_parts import begun_on
from model.workshop.outcome import Proposal, decided, proposals, seen_rounds

PROPOSALS: Final = "proposals"
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
_SECRET: Final = "key_sha256"
_LANGUAGE: Final = "da"  # that an address without one is in


def told_proposals(meeting: Meeting, language: str, *, unseen: bool = False) -> tuple[Proposal, ...]:
    """Return the proposals that are taken along, step by step. Raises Refused, see ``seen_rounds``."""
    description = text(
        "workshop.proposal", language, title=meeting.course.title, date=_date(meeting, language)
    )
    return tuple(
        proposal
        for step, _ in seen_rounds(meeting, unseen=unseen)
        if step.kind == "build"
        for proposal in proposals(meeting, step, description)
    )


def packed(meeting: Meeting, language: str, *, unseen: bool = False) -> bytes:
    """Return the meeting's files as a zip archive, each proposal and the decided one also as a scenario's file.

    ``unseen``: with the answers that the room has not seen. A file that cannot be read is left out: nobody knows what
    is in it. Raises Refused, see ``seen_rounds``.
    """
    files = dict(_files(meeting, unseen=unseen))
    for proposal in told_proposals(meeting, language, unseen=unseen):
        if proposal.scenario is not None:
            name = f"{proposal.step.id}-{proposal.table.id}-{_file_name(proposal.scenario.name)}"
            files[f"{PROPOSALS}/{name}"] = write_scenario(proposal.scenario)
    chosen = decided_scenario(meeting, language)
    if chosen is not None:
        files[f"{PROPOSALS}/{text('workshop.file.decided', language)}.yaml"] = write_scenario(chosen)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, words in sorted(files.items()):
            info = zipfile.ZipInfo(f"{meeting.code}/{path}", _EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, words.encode())
    return out.getvalue()


def decided_scenario(meeting: Meeting, language: str) -> Scenario | None:
    """Return the decided proposal under a name of its own; None where there is none. Raises as ``outcome.decided``."""
    return decided(meeting, text("workshop.decided", language, title=meeting.course.title))


def _files(meeting: Meeting, *, unseen: bool) -> Iterator[tuple[str, str]]:
    """Yield path and text of each of the meeting's files, as it is read and without what is secret."""
    yield "course.yaml", yaml_text(to_dict(meeting.course))
    yield "meeting.yaml", yaml_text(_open(dict(meeting.head)))
    yield "progress.yaml", yaml_text(meeting.progress.plain())
    if record := meeting.record.plain():
        yield "record.yaml", yaml_text(record)
    for table in meeting.tables():
        yield f"{TABLES}/{table.id}.yaml", yaml_text(_open(table.plain()))
    cards = [*meeting.record.cards, *(name for step in meeting.course.steps for name in step.cards)]
    for step, round_ in seen_rounds(meeting, unseen=unseen):
        for table_id, answer in meeting.answers(step, round_=round_).items():
            yield f"{ANSWERS}/{round_}/{table_id}.yaml", yaml_text(answer.plain())
            cards += () if answer.draft is None else answer.draft.cards
    known = meeting.cards()
    for key in {card_key(name, known) for name in cards} - {None}:
        yield f"{CARDS}/{key}", write_measure(known[str(key)].measure)
    for step in meeting.course.steps:
        try:
            scenario = meeting.scenario(step)
        except FileProblem:
            continue
        if scenario is not None:
            yield f"{SCENARIOS}/{Path(step.scenario).as_posix()}", write_scenario(scenario)


def _open(plain: dict[str, Any]) -> dict[str, Any]:
    """Return plain data without what is secret."""
    return {name: value for name, value in plain.items() if name != _SECRET}


def _file_name(name: str) -> str:
    """Return a file's name for a scenario; a name of signs alone is left out."""
    try:
        return file_name(name)
    except FileProblem:
        return "-.yaml"


def mail_text(meeting: Meeting, language: str, address: str, *, unseen: bool = False) -> str:
    """Return a mail to those who were there: what was decided, who follows what, and a link to each proposal.

    ``address`` is where they reach the app. It has no amounts: the pages behind the links tell them with their ranges.
    """
    record = meeting.record

    def say(key: str, **values: object) -> str:
        """Return a text of the mail."""
        return text(f"workshop.mail.{key}", language, **values)

    title = _line(meeting.course.title)
    lines = [
        say("subject", title=title, date=_date(meeting, language)),
        "",
        say("hello"),
        "",
        say("thanks", title=title),
    ]
    for key, words in (("findings", record.findings), ("decision", record.decision)):
        if words:
            lines += ["", say(key), *(line.strip() for line in words.split("\n") if line.strip())]
    if record.follow_ups:
        lines += ["", say("follow")]
        lines += [
            "- " + say("follows", who=one.who or "-", figure=one.figure or "-", when=one.when or "-")
            for one in record.follow_ups
        ]
    links = list(_links(meeting, language, address, unseen=unseen))
    if links:
        lines += ["", say("links")]
        for name, link in links:
            lines += ["", name, link]
    return "\n".join([*lines, "", say("end"), ""])


def _links(meeting: Meeting, language: str, address: str, *, unseen: bool) -> Iterator[tuple[str, str]]:
    """Yield what each proposal is called and its link, the decided one first."""
    chosen = decided_scenario(meeting, language)
    if chosen is not None:
        yield text("workshop.mail.decided", language), link_to(chosen, language, address)
    for proposal in told_proposals(meeting, language, unseen=unseen):
        if proposal.scenario is None:
            continue
        name = _line(proposal.scenario.name)
        if not proposal.answer.handed_in:
            name = text("workshop.not_handed_in", language, name=name)
        yield name, link_to(proposal.scenario, language, address)


def link_to(scenario: Scenario, language: str, address: str) -> str:
    """Return the address that opens a scenario."""
    asked = {"s": encode_link(scenario), **({} if language == _LANGUAGE else {"lang": language})}
    return f"{address.rstrip('/')}/?{urlencode(asked)}"


def _line(words: str) -> str:
    """Return words on one line."""
    return " ".join(words.split())


def _date(meeting: Meeting, language: str) -> str:
    """Return the day of the meeting in words."""
    return long_date(begun_on(meeting.head), language)
