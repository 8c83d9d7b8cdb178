"""Compute the texts of the page Library."""

from __future__ import annotations

from typing import Final

from model.files.folders import readable_name
from model.files.problems import FileProblem
from model.language.catalogue import long_date
from model.library.library import Binned, Entry
from model.parameters.assumption_sets import assumption_sets
from model.scenario.diff import economy_name, projection_name
from model.scenario.scenario import Scenario, municipality_of
from pages.components.scenario_labels import file_and_time
from pages.session import scenario_store
from pages.session.session import Session
from pages.shell.active_levers import changes_in_words

_MOST_CHANGES: Final = 4
_DESCRIPTION: Final = 240


def page_text(session: Session, key: str, **values: object) -> str:
    """Return a text of the page."""
    return session.text(f"page_library.{key}", **values)


def count_text(session: Session, key: str, n: int, **values: object) -> str:
    """Return a text with a count, in the singular or the plural."""
    return page_text(session, f"{key}.{'one' if n == 1 else 'many'}", n=n, **values)


def facts(session: Session, entry: Entry, *, with_file: bool = False) -> str:
    """Return municipality, author, date of saving, the file if asked for, and whether it is open, in one line."""
    facts = [scenario_store.municipality_name(entry.scenario.municipality, session.language)]
    if entry.scenario.author:
        facts.append(page_text(session, "author", author=entry.scenario.author))
    elif entry.own:
        facts.append(page_text(session, "author.none"))
    if entry.saved is not None:
        facts.append(page_text(session, "saved", date=long_date(entry.saved, session.language)))
    if entry.own and entry.scenario.author:
        facts.append(session.text("page_about.by", author=entry.scenario.author).rstrip("."))
    if with_file:
        facts.append(file_and_time(session, entry))
    if session.opened is not None and session.opened.path == entry.path:
        facts.append(page_text(session, "open_now"))
    return " · ".join(facts)


def changes_text(session: Session, scenario: Scenario) -> str:
    """Describe a scenario's levers, assumptions and economy, the first few in full."""
    changes = changes_in_words(scenario, municipality_of(scenario), session.language)
    unchanged = Scenario(name=scenario.name, municipality=scenario.municipality)
    if scenario.assumption_set != unchanged.assumption_set:
        name = assumption_sets()[scenario.assumption_set].name.text(session.language)
        changes.append(page_text(session, "changes.assumptions", name=name))
    if scenario.economy != unchanged.economy:
        changes.append(
            page_text(session, "changes.economy", name=economy_name(scenario.economy, session.language))
        )
    if scenario.projection != unchanged.projection:
        name = projection_name(scenario.projection, session.language)
        changes.append(page_text(session, "changes.projection", name=name))
    if not changes:
        return page_text(session, "changes.none")
    if len(changes) > _MOST_CHANGES:
        changes = [
            *changes[:_MOST_CHANGES],
            page_text(session, "changes.more", n=len(changes) - _MOST_CHANGES),
        ]
    return page_text(session, "changes", changes="; ".join(changes))


def shortened(description: str) -> str:
    """Cut a long description after a whole word."""
    if len(description) <= _DESCRIPTION:
        return description
    return description[:_DESCRIPTION].rsplit(maxsplit=1)[0] + " …"


def name_in_bin(file: Binned) -> str:
    """Return the name of a deleted scenario, or of its file where it cannot be read."""
    try:
        return scenario_store.uploaded(file.path.read_bytes(), readable_name(file.name)).scenario.name
    except (FileProblem, OSError):
        return readable_name(file.name)
