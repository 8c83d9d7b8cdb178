"""Fetch all tables of a municipality with one key, and preview what they replace together.

Nothing is changed here: :func:`model.imports.own_files.save_municipality` saves the preview. A table that is refused,
moved or empty is told and the others go on; a source that refuses the key, has had enough questions or does not answer
is not asked again. Answers are kept for a day, so that a fetch that was stopped goes on where it was.
"""

from __future__ import annotations

import datetime
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Literal, TypeVar, get_args

from model.files.problems import FileProblem
from model.imports import fetch
from model.imports.answer_store import AnswerStore
from model.imports.fetch import Refusal, Request, Token
from model.imports.fetch_plan import WITH_KEY, CannotAsk, data_request
from model.imports.limited_process import read_export_limited
from model.imports.periods import Period
from model.imports.plausibility import OFFERS
from model.imports.preview import preview
from model.imports.replacements import Choices, NotUsed, Preview, Replacement, cannot_rest
from model.imports.rows import Imported
from model.imports.table_catalogue import Table, fetched_tables
from model.imports.table_description import (
    TableDescription,
    jobindsats_description,
    statbank_description,
)
from model.language.messages import Localized, Message, Phrase
from model.municipality.municipality import Municipality
from model.parameters.register import AREAS, area_of
from model.parameters.sourced_value import Quality

State = Literal["used", "nothing", "refused", "not_asked"]
Progress = Callable[[int, int, str], None]
Answer = TypeVar("Answer")
# After these a source is not asked again in this fetch.
_ENDS_A_SOURCE: Final = ("access", "busy", "no_answer")
_PAUSE: Final = 0.1


class Stopped(Exception):
    """The reader has stopped the fetch."""


class _NoKey(Exception):
    """A table takes a key, and nobody gave one."""


@dataclass(frozen=True)
class FetchedTable:
    """A table and what came of it: how many figures it replaces, or why it replaces none."""

    table: Table
    state: State
    figures: int = 0
    why: Localized | None = None


@dataclass(frozen=True)
class FetchedAll:
    """What all tables replace together, table by table.

    ``interrupted``: why not every table was asked for, None where every one was (or takes a key that nobody gave).
    """

    preview: Preview
    tables: tuple[FetchedTable, ...]
    year_end: datetime.date  # the last day of the year that was asked for
    interrupted: Localized | None

    def not_asked(self, language: str) -> Mapping[str, Sequence[str]]:
        """Return the ids of tables that were not asked for, by the reason."""
        out: dict[str, list[str]] = {}
        for row in self.tables:
            if row.state == "not_asked" and row.why is not None:
                out.setdefault(row.why.text(language), []).append(row.table.id)
        return out


@dataclass
class _Fetch:
    """A fetch under way."""

    municipality: Municipality
    token: Token | None
    choices: Choices
    store: AnswerStore
    cancel: threading.Event
    sleep: fetch.Sleep
    replacements: dict[str, Replacement] = field(default_factory=dict)
    not_used: dict[NotUsed, None] = field(default_factory=dict)
    doubtful: dict[NotUsed, None] = field(default_factory=dict)
    notes: dict[object, Localized] = field(default_factory=dict)
    periods: set[Period] = field(default_factory=set)
    ended: dict[str, Localized] = field(default_factory=dict)  # publishers that are not asked again, and why

    @property
    def year_end(self) -> datetime.date:
        """Return the last day of the year that is fetched."""
        until = self.choices.until
        return until.end if until is not None else datetime.date(self.municipality.start.year - 1, 12, 31)


def fetch_all(
    municipality: Municipality,
    token: Token | None,
    *,
    choices: Choices | None = None,
    progress: Progress | None = None,
    cancel: threading.Event | None = None,
    again: bool = False,
) -> FetchedAll:
    """Fetch the catalogue's tables for a municipality and return what they replace together.

    ``token`` for Jobindsats; without one only StatBank is asked, and what is kept of Jobindsats is used. ``progress``
    is called with tables done, tables in all and the table's id. ``again`` asks anew also for what was answered in the
    last day. What a first table has replaced no later one replaces.
    """
    cancel = cancel or threading.Event()
    store = AnswerStore(municipality.id)
    if again:
        store.clear()
    work = _Fetch(municipality, token, choices or Choices(), store, cancel, _interruptible(cancel))
    planned, rows = fetched_tables(), []
    for done, table in enumerate(planned):
        if progress is not None:
            progress(done, len(planned), table.id)
        rows.append(_fetch_table(work, table))
    if progress is not None:
        progress(len(planned), len(planned), "")
    stopped = Message("import.fetch_all.stopped") if cancel.is_set() else None
    interrupted = stopped or next(iter(work.ended.values()), None)
    return FetchedAll(_together(work), tuple(rows), work.year_end, interrupted)


def _interruptible(cancel: threading.Event) -> fetch.Sleep:
    """Return a pause that ends when the reader stops the fetch. It raises Stopped then."""

    def sleep(seconds: float) -> None:
        if cancel.wait(seconds):
            raise Stopped

    return sleep


def _fetch_table(work: _Fetch, table: Table) -> FetchedTable:
    """Fetch one table and put what it replaces to the rest."""
    why = _why_not_asked(work, table)
    if why is not None:
        return FetchedTable(table, "not_asked", why=why)
    try:
        result = preview(_figures(work, table), _with_replacements(work), work.choices)
    except Stopped:
        return FetchedTable(table, "not_asked", why=Message("import.fetch_all.stopped"))
    except _NoKey:
        return FetchedTable(table, "not_asked", why=Message("import.fetch_all.no_key"))
    except CannotAsk as error:
        return FetchedTable(table, "refused", why=error.message)
    except FileProblem as problem:
        why = Phrase(_reason, problem)
        if isinstance(problem, Refusal) and problem.kind in _ENDS_A_SOURCE:
            work.ended[table.publisher] = why
        return FetchedTable(table, "refused", why=why)
    return _put(work, table, result)


def _why_not_asked(work: _Fetch, table: Table) -> Localized | None:
    """Return why a table is not asked for, None where it is."""
    if work.cancel.is_set():
        return Message("import.fetch_all.stopped")
    if table.publisher in work.ended:
        return work.ended[table.publisher]
    return None


def _reason(problem: FileProblem, language: str) -> str:
    """Return what is wrong, without the answer's name in front."""
    return " ".join(fault.text(language) for fault in problem.problems)


def _figures(work: _Fetch, table: Table) -> Imported:
    """Return a table's figures of the municipality from its source. Raises FileProblem, CannotAsk and Stopped."""
    read: Callable[[bytes, str], TableDescription]
    if table.publisher == WITH_KEY:
        base, read = fetch.jobindsats_base(), jobindsats_description
        about = fetch.jobindsats_description_request(table.api, work.token, base=base)
    else:
        base, read = fetch.statbank_base(), statbank_description
        about = fetch.statbank_description_request(table.id, base=base)
    described = _ask(work, table, about, lambda answer: read(answer, about.name))
    request = data_request(table, described, work.municipality, work.year_end, token=work.token, base=base)
    return _ask(work, table, request, lambda answer: read_export_limited(answer, f"{table.id}.json"))


def _ask(work: _Fetch, table: Table, request: Request, read: Callable[[bytes], Answer]) -> Answer:
    """Return what an answer says: as it was kept, or from the source. Raises FileProblem, NoKey and Stopped."""
    answer = work.store.get(request)
    if answer is not None:
        return read(answer)
    if table.publisher == WITH_KEY and work.token is None:
        raise _NoKey
    work.sleep(_PAUSE)
    answer = fetch.fetch(request, sleep=work.sleep)
    result = read(answer)
    # Only what can be read is kept: a refusal in words would be one for a day.
    work.store.put(request, answer)
    return result


def _with_replacements(work: _Fetch) -> Municipality:
    """Return the municipality with what earlier tables replace; its register stays, which "before" is read from."""
    if not work.replacements:
        return work.municipality
    values = {key: row.after.value for key, row in work.replacements.items()}
    engine = work.municipality.engine_with(values)
    return replace(work.municipality, engine=engine, values={**work.municipality.values, **values})


def _subject(parameter: str) -> tuple[str, str]:
    """Return what a parameter is about: figures of one subject are taken from one table, so that they add up."""
    table, _, rest = parameter.partition(".")
    return ("offers" if table in OFFERS else table), rest.partition(".")[0]


def _put(work: _Fetch, table: Table, result: Preview) -> FetchedTable:
    """Put what a table replaces to the rest, but for what an earlier table has replaced."""
    for target, entries in ((work.not_used, result.not_used), (work.doubtful, result.doubtful)):
        for entry in entries:
            what = Message("import.fetch_all.of_table", table=table.id, what=entry.what)
            target.setdefault(NotUsed(what, entry.why))
    if result.problem is not None:
        return FetchedTable(table, "refused", why=result.problem)
    for note in result.notes:
        # A sum that is told once more has moved in the meantime.
        key = (note.key, note.values[:1]) if isinstance(note, Message) else (note.da, ())
        work.notes[key] = note
    taken = {_subject(parameter) for parameter in work.replacements}
    new = {r.parameter: r for r in result if _subject(r.parameter) not in taken}
    if not new:
        why = (
            Message("import.fetch_all.known_already")
            if result.replacements
            else next((entry.why for entry in (*result.doubtful, *result.not_used)), None)
        )
        return FetchedTable(table, "nothing", why=why)
    work.replacements.update(new)
    work.periods.update(result.periods)
    return FetchedTable(table, "used", figures=len(new))


def _together(work: _Fetch) -> Preview:
    """Return what all tables replace together."""
    replacements = tuple(work.replacements.values())
    return Preview(
        municipality=work.municipality.id,
        replacements=replacements,
        not_used=tuple(work.not_used),
        notes=tuple(work.notes.values()),
        periods=tuple(sorted(work.periods)),
        problem=cannot_rest(work.municipality, replacements) if replacements else None,
        doubtful=tuple(work.doubtful),
    )


def quality_counts(
    municipality: Municipality, replacements: Iterable[Replacement] = ()
) -> Mapping[Quality, int]:
    """Return how many of the municipality's numbers have each quality, with replacements put in."""
    counted = Counter(_qualities(municipality, replacements).values())
    return {quality: counted.get(quality, 0) for quality in get_args(Quality)}


def assumptions_by_area(
    municipality: Municipality, replacements: Iterable[Replacement] = ()
) -> Mapping[str, tuple[int, int]]:
    """Return by area of the register how many of its numbers are assumptions, and how many it has."""
    qualities = _qualities(municipality, replacements)
    return {
        area: (sum(quality == "assumption" for quality in members), len(members))
        for area in AREAS
        if (members := [quality for parameter, quality in qualities.items() if area_of(parameter) == area])
    }


def _qualities(municipality: Municipality, replacements: Iterable[Replacement]) -> dict[str, Quality]:
    """Return the quality of each number, with replacements put in."""
    qualities = {p.id: p.value.quality for p in municipality.register}
    return {**qualities, **{r.parameter: r.after.quality for r in replacements}}
