"""Open, save and rename scenarios of the library for pages and dialogs, with what a scenario gave."""

from __future__ import annotations

import datetime
import logging
import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pydantic import ValidationError

from model.files.problems import FileProblem, Problem, located, sanitised
from model.files.strict_yaml import Document
from model.files.validation_problems import problems_from
from model.language.catalogue import LANGUAGES, long_date, text
from model.language.messages import Text
from model.library.library import Entry, Library
from model.municipality.municipality_list import DATA_VARIABLE
from model.scenario.comparable import municipality_name as municipality_name  # for the pages, from one place
from model.scenario.files import ReadScenario, file_hash, file_name, read_with_warnings
from model.scenario.parts import NAME_LENGTH
from model.scenario.period import first_format_note
from model.scenario.scenario import Scenario
from model.scenario.texts import as_typed
from pages.session.notices import Notice, both_languages
from pages.session.session import Session

if TYPE_CHECKING:
    from pages.session.results import ScenarioResults

_log = logging.getLogger("indsatskompas.pages")

ROOT: Final = Path(__file__).resolve().parents[2]
SHIPPED: Final = ROOT / "scenarios"
UNNAMED: Final = frozenset(text("page.baseline_name", language) for language in LANGUAGES)


def own_folder() -> Path:
    """Return where visitors' scenarios are kept: the data folder's ``scenarios``, or ``scenarios/mine``."""
    given = os.environ.get(DATA_VARIABLE)
    return Path(given).expanduser() / "scenarios" if given else SHIPPED / "mine"


def library() -> Library:
    """Return the visitors' scenarios and those that ship."""
    return Library(own_folder(), SHIPPED)


def remove_left_over_files() -> None:
    """Remove what killed saves have left in visitors' folders, and what was deleted a year ago."""
    from model.catalogue.files import own_folder as own_cards
    from model.files.left_over import remove_left_over
    from model.followup.decided_files import decided_folder
    from model.municipality.municipality_list import own_municipalities_folder
    from model.workshop.course_files import data_folder

    for folder in (own_folder(), own_cards(), data_folder(), decided_folder(), own_municipalities_folder()):
        remove_left_over(folder, now())


def now() -> datetime.datetime:
    """Read the clock of this machine, with its time zone."""
    return datetime.datetime.now().astimezone()


# --- opening --------------------------------------------------------------------------------------


def open_entry(session: Session, entry: Entry) -> None:
    """Open a scenario of the library; one's own can be saved in place."""
    open_scenario(session, entry.scenario, entry.path if entry.own else None, entry.warnings)


def open_scenario(
    session: Session, scenario: Scenario, path: Path | None = None, warnings: tuple[Problem, ...] = ()
) -> None:
    """Put a scenario on screen; leave a notice where its file or today's result asks for it."""
    session.open(scenario, path, file_hash(path) if path else None)
    opened = both_languages("page.open.done", name=scenario.name)
    lines = [*_check_lines(warnings), *changes_since_saved(scenario), *first_format_lines(scenario)]
    if lines:
        first, *rest = lines
        words = Text(**{k: f"{opened.text(k)} {first.text(k)}" for k in LANGUAGES})
        session.notice = Notice("warning", words, tuple(rest))
    else:
        session.notice = Notice("success", opened, () if not scenario.author else (written_by(scenario),))
    _log.info("scenario opened: %s", sanitised(scenario.name))


def first_format_lines(scenario: Scenario) -> tuple[Text, ...]:
    """Return what it means that a scenario is of format 1 and how it comes to newer figures; empty where it is not."""
    note = first_format_note(scenario)
    return () if note is None else (Text(da=note.text("da"), en=note.text("en")),)


def written_by(scenario: Scenario) -> Text:
    """Return who wrote a scenario, and when it was saved where its file says so."""
    saved = None if scenario.results is None else scenario.results.saved
    if saved is None:
        return both_languages("page_about.by", author=scenario.author)
    return Text(
        **{
            k: text("page_about.by_on", k, author=scenario.author, date=long_date(saved, k))
            for k in LANGUAGES
        }
    )


def _check_lines(warnings: tuple[Problem, ...]) -> list[Text]:
    """Return what to ask about a file, line by line; empty where there is nothing."""
    if not warnings:
        return []
    asked = (Text(**{k: located([warning], "", k)[0] for k in LANGUAGES}) for warning in warnings)
    return [both_languages("page.open.check"), *asked]


def changes_since_saved(scenario: Scenario) -> tuple[Text, ...]:
    """Describe line by line where today's result differs from the stored one; empty where it does not."""
    if scenario.results is None:
        return ()
    from model.library.stored_results import compare_with_today
    from pages.session.results import runs, scenario_results

    outcome, _ = runs(scenario)
    today = scenario_results(scenario)
    headlines = [today.explanation.headline.text(language) for language in LANGUAGES]
    comparison = compare_with_today(scenario.results, outcome, today.goals, today.budget, headlines)
    if comparison.same:
        return ()
    lines = {language: comparison.lines(language) for language in LANGUAGES}
    return tuple(
        Text(**{language: lines[language][i] for language in LANGUAGES})
        for i in range(len(lines[LANGUAGES[0]]))
    )


# --- saving ---------------------------------------------------------------------------------------


def with_name(
    session: Session,
    scenario: Scenario,
    name: str,
    description: str,
    author: str | None = None,
    *,
    known: ScenarioResults | None = None,
) -> Scenario:
    """Return the scenario under its name with today's result; FileProblem where name or text cannot be used.

    ``author`` None: as the scenario has it. ``known``: its results with their ranges, where they are there already.
    """
    from model.library.stored_results import results_of
    from pages.session.certainty import known_certainty, with_certainty
    from pages.session.results import runs, scenario_results

    results = scenario_results(scenario) if known is None else known
    if known is None and session.band is not None and session.band.is_ready:
        # The range is kept where it is known: the library shows no amount without one, and runs nothing.
        results = with_certainty(results, known_certainty(session, results))
    outcome, _ = runs(scenario)
    stored = results_of(outcome, results.goals, results.budget, results.explanation, session.language)
    file_name(name)
    try:
        return scenario.copy_with(
            name=name,
            description=description,
            author=scenario.author if author is None else as_typed(author, NAME_LENGTH, lines=False),
            results=stored.model_copy(update={"saved": now().date()}),
        )
    except ValidationError as error:
        raise problems_from(error, Document({}), model=Scenario) from None


def save(session: Session, scenario: Scenario, expected: str | None) -> None:
    """Save what is on screen among one's own; on SaveConflict or FileProblem the screen stays as it is."""
    saved = library().save(scenario, expected_hash=expected)
    session.saved_as(scenario, saved.path, saved.sha256)
    session.notice = Notice("success", both_languages("page.save.done", name=scenario.name))


def renamed(scenario: Scenario, name: str) -> Scenario:
    """Return the scenario under another name; FileProblem where that cannot be one."""
    file_name(name)
    try:
        return scenario.copy_with(name=name)
    except ValidationError as error:
        raise problems_from(error, Document({}), model=Scenario) from None


def same_file(path: Path, name: str) -> bool:
    """Return whether a scenario of that name is saved in the file at ``path``."""
    try:
        return path == own_folder() / file_name(name)
    except FileProblem:
        return False


def safe_name(name: str) -> str:
    """Return a file name for a download."""
    try:
        return file_name(name)
    except FileProblem:
        return "scenarie.yaml"


def rename(session: Session, entry: Entry, name: str) -> Scenario:
    """Rename one of one's own; what is open follows. Raises SaveConflict and FileProblem."""
    # Only where the file is still the one that was opened: else the next save must tell of the other's.
    same = session.opened is not None and session.opened.sha256 == file_hash(entry.path)
    renamed_scenario, saved = library().rename(entry, name)
    if same:
        session.renamed(entry.path, renamed_scenario, saved.path, saved.sha256)
    return renamed_scenario


# --- faults ---------------------------------------------------------------------------------------


def uploaded(data: bytes, name: str) -> ReadScenario:
    """The scenario in an uploaded file, with what to ask about it. Raises FileProblem."""
    return read_with_warnings(data, sanitised(name))
