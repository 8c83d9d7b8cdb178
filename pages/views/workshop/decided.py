"""Draw what is decided: all of it in one picture where that fits the room's window, else one thing at a time."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import escape
from typing import Final

import streamlit as st

from model.catalogue.of_scenario import stack_of_cards
from model.language.catalogue import listed, long_date
from model.scenario.parts import Workshop
from model.scenario.scenario import Scenario
from model.workshop.course import CourseStep
from model.workshop.meeting import Meeting, with_changes
from model.workshop.meeting_parts import Record
from pages.session import scenario_store
from pages.session.meeting_ranges import results_with_ranges
from pages.session.session import Session
from pages.shell.active_levers import changes_in_words
from pages.views.workshop.package_effect import priced
from pages.views.workshop.picture_choice import is_led, picture_choice

NOTES: Final = ("question", "expectation", "findings", "decision")
# The big screen in its root's letters: how high what is decided may be, and how many letters a line holds.
_SHORT: Final = 120
_HIGH: Final = 17.0
_HIGH_BELOW_CHOICE: Final = 15.0
_WORDS: Final = (86, 1.25)
_FIGURES: Final = (54, 1.8)


@dataclass(frozen=True)
class Part:
    """What belongs together: its name, its lines as they are wrapped in the room, and whether they hold figures."""

    name: str
    lines: tuple[str, ...]
    figures: bool = False
    listed: bool = False  # each line is one of a list, and may be wrapped

    @property
    def heights(self) -> list[float]:
        """Return how high each line is in the room, in its root's letters."""
        letters, height = _FIGURES if self.figures else _WORDS
        return [height * max(1, -(-len(line) // letters)) for line in self.lines]

    def html(self) -> str:
        """Return it as it is drawn."""
        figures = " ik-decided-figures" if self.figures else ""
        if self.listed:
            body = "".join(f"<li>{escape(line)}</li>" for line in self.lines)
            return f'<ul class="ik-decided{figures}">{body}</ul>'
        first, *rest = "\n".join(self.lines).split("\n\n")
        head = f"<strong>{escape(self.name)}:</strong> " if self.name else ""
        told = "".join(f"<p>{escape(one)}</p>" for one in rest)
        return f'<div class="ik-decided{figures}"><p>{head}{escape(first)}</p>{told}</div>'


def draw_decided(
    session: Session, meeting: Meeting, step: CourseStep, record: Record, scenario: Scenario | None
) -> None:
    """Draw the decision in words, the proposal, what it gives with its range, and who follows up."""
    parts = _parts(session, meeting, record, scenario)
    pictures = _pictures(session, parts)
    chosen = list(parts.values())
    if is_led(session) and len(pictures) > 1:
        key = picture_choice(session, meeting, step, {key: name for key, (name, _) in pictures.items()})
        chosen = list(pictures[key][1])
    with st.container(key="decided"):
        for part in chosen:
            st.html(part.html())


def _parts(session: Session, meeting: Meeting, record: Record, scenario: Scenario | None) -> dict[str, Part]:
    """Return what there is to show, in order."""
    found = {}
    words = record.decision or _say(session, "no_decision")
    name = _say(session, "decision") if record.decision else ""
    found["decision"] = Part(name, tuple(_wrapped(words)))
    if scenario is not None:
        changes, effect = _proposal(session, meeting, scenario)
        if changes:
            found["changes"] = Part(_say(session, "picture.changes"), changes, figures=True, listed=True)
        if effect:
            found["effect"] = Part(_say(session, "effect"), (effect,), figures=True)
    rows = [one for one in record.follow_ups if one.who or one.figure]
    if rows:
        said = (_say(session, "follow", who=one.who, figure=one.figure, when=one.when) for one in rows)
        found["follow"] = Part(_say(session, "follow_ups"), tuple(said), listed=True)
    return found


def _proposal(session: Session, meeting: Meeting, scenario: Scenario) -> tuple[tuple[str, ...], str]:
    """Return the decided proposal's cards and changes, and what it gives; "" where it changes nothing."""
    results, known = results_with_ranges(session, scenario, "meeting-decided")
    made = stack_of_cards(scenario, meeting.cards().values())
    lines = tuple(changes_in_words(scenario, results.municipality, session.language))
    if made is not None:
        results = priced(results, made)
        titles = (session.text("catalogue.quoted", title=layer.title) for layer in made.layers)
        lines = (_say(session, "cards", cards=listed(list(titles), session.language)), *lines)
    if not scenario.changes:
        return lines, ""
    if not known:
        return lines, session.text("page_workshop.opening.ranges_soon")
    return lines, results.explanation.headline.text(session.language)


def _wrapped(words: str) -> list[str]:
    """Return words in lines of the room; what was typed on a line of its own is a paragraph."""
    found: list[str] = []
    for paragraph in (one.strip() for one in words.split("\n")):
        if paragraph:
            found += [*([""] if found else []), *textwrap.wrap(paragraph, _WORDS[0])]
    return found or [words]


def _pictures(session: Session, parts: dict[str, Part]) -> dict[str, tuple[str, tuple[Part, ...]]]:
    """Return name and parts of each picture by its key: one of all where that fits, else each thing in its own."""
    gaps = 0.5 * len(parts)
    if sum(sum(part.heights) for part in parts.values()) + gaps <= _HIGH:
        return {"all": ("", tuple(parts.values()))}
    found: dict[str, tuple[str, tuple[Part, ...]]] = {}
    for key, part in parts.items():
        pages = cut(part)
        for n, one in enumerate(pages, start=1):
            name = part.name or _say(session, "decision")
            shown = name if len(pages) == 1 else _say(session, "picture_n", name=name, n=n)
            found[key if len(pages) == 1 else f"{key}-{n}"] = (shown, (_large(one),))
    return found


def _large(part: Part) -> Part:
    """Return a part that stands alone in letters as large as figures, where there is room for that."""
    large = replace(part, figures=True)
    return large if sum(large.heights) <= _HIGH_BELOW_CHOICE else part


def cut(part: Part) -> list[Part]:
    """Return a part as parts of which each fits in one window."""
    pages: list[list[str]] = [[]]
    high = 0.0
    for line, height in zip(part.lines, part.heights, strict=True):
        if pages[-1] and high + height > _HIGH_BELOW_CHOICE:
            pages.append([])
            high = 0.0
        pages[-1].append(line)
        high += height
    return [Part(part.name, _without_ends(page), part.figures, part.listed) for page in pages]


def _without_ends(lines: Sequence[str]) -> tuple[str, ...]:
    """Return lines without empty ones at both ends."""
    first = next((i for i, line in enumerate(lines) if line), 0)
    last = next((i for i in range(len(lines), 0, -1) if lines[i - 1]), len(lines))
    return tuple(lines[first:last])


def decided_scenario(session: Session, meeting: Meeting, record: Record) -> Scenario:
    """Return the decided proposal as a scenario with the meeting's four notes."""
    today = long_date(scenario_store.now().date(), session.language)
    name = _say(session, "scenario_name", date=today, title=meeting.course.title)[:_SHORT]
    notes = Workshop.model_validate({note: getattr(record, note) for note in NOTES})
    scenario = with_changes(meeting.base(name), record.changes or ()).copy_with(cards=record.cards)
    return scenario.copy_with(workshop=notes if any(text for _, text in notes) else None)


def _say(session: Session, key: str, **values: object) -> str:
    """Return a text of this step."""
    return session.text(f"page_workshop.decide.{key}", **values)
