"""Move a scenario to other figures or another start, and tell what of its figures, rules and start does not fit.

Figures and rules are dated (``model.municipality.vintages``, ``model.municipality.rules``); nothing runs on those of
another time without a word.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Final

from model.language.catalogue import LANGUAGES, listed, long_date, use_group_names
from model.language.messages import Localized, Message, Phrase
from model.municipality.rules import (
    AS_AT_START,
    DATED,
    FIRST_RULES,
    GroupName,
    RuleSet,
    name_at,
    rule_sets,
    sets_at,
    sets_passed,
)
from model.municipality.vintages import FIRST, opening_vintage, vintage
from model.scenario.economy import OwnEconomy
from model.scenario.projection import STANDS_STILL
from model.scenario.scenario import FORMAT_BEFORE, Scenario

# From here on the first figures and rules are of another time than a scenario that starts.
_OLD_FROM: Final = datetime.date(2022, 1, 1)
_MOST_YEARS_OFFERED: Final = 5


def first_monday(year: int) -> datetime.date:
    """Return the first Monday of a year: where a budget year begins in the model."""
    new_year = datetime.date(year, 1, 1)
    return new_year + datetime.timedelta(days=-new_year.weekday() % 7)


def possible_starts(scenario: Scenario) -> tuple[datetime.date, ...]:
    """Return the starts to choose from: the budget years from the figures on, and the scenario's own."""
    figures = vintage(scenario.baseline)
    first = figures.start.year
    starts = {first_monday(year) for year in range(first, first + _MOST_YEARS_OFFERED + 1)}
    return tuple(sorted({*starts, figures.default_start, scenario.start}))


def starting_at(scenario: Scenario, start: datetime.date) -> Scenario:
    """Return the scenario from another Monday on, its changes as long after the start as before.

    Raises pydantic's ValidationError where its figures cannot begin there.
    """
    moved = start - scenario.start
    changes = tuple(change.model_copy(update={"from_": change.from_ + moved}) for change in scenario.changes)
    economy = scenario.economy
    if isinstance(economy, OwnEconomy):
        economy = OwnEconomy(
            **{
                side: tuple(point.model_copy(update={"from_": point.from_ + moved}) for point in points)
                for side, points in economy
            }
        )
    return scenario.copy_with(start=start, changes=changes, economy=economy, results=None)


def on_figures(scenario: Scenario, baseline: str) -> Scenario:
    """Return the scenario on other starting figures, under their rules, from where new scenarios on them begin."""
    rules = FIRST_RULES if baseline == FIRST else DATED
    plain = scenario.copy_with(changes=(), results=None)
    empty = Scenario.model_validate(
        {
            **_fields(plain),
            "baseline": baseline,
            "rules": rules,
            "start": vintage(baseline).default_start,
            # Those of 2020 have no months to project from.
            **({"projection": STANDS_STILL} if baseline == FIRST else {}),
        }
    )
    moved = empty.start - scenario.start
    changes = tuple(change.model_copy(update={"from_": change.from_ + moved}) for change in scenario.changes)
    return empty.copy_with(changes=changes)


def of_one_time(scenario: Scenario, other: Scenario) -> bool:
    """Return whether two scenarios stand on the same figures under the same rules, so that they can be compared.

    Figures that run on must also begin at the same time; those of 2020 stand still until any start.
    """
    same = (scenario.baseline, scenario.rules) == (other.baseline, other.rules)
    return same and (scenario.baseline == FIRST or scenario.start == other.start)


def _fields(scenario: Scenario) -> dict[str, object]:
    """Return a scenario's fields by name."""
    return {name: getattr(scenario, name) for name in Scenario.model_fields}


def group_names(scenario: Scenario) -> Mapping[str, GroupName]:
    """Return what target groups are called at the scenario's start, by id, where it is not what they always were."""
    groups = {group for one in rule_sets() for group in one.names}
    names = {group: name_at(group, scenario.rules, scenario.start, scenario.start) for group in groups}
    return {group: name for group, name in names.items() if name is not None}


def use_names_of(scenario: Scenario) -> None:
    """Call target groups what they are called at the scenario's start, from here on (``use_group_names``)."""
    names = group_names(scenario)
    use_group_names(
        {
            group: {
                (language, short): (one.short if short else one.name).text(language)
                for language in LANGUAGES
                for short in (False, True)
            }
            for group, one in names.items()
        }
    )


def rules_of(scenario: Scenario) -> tuple[RuleSet, ...]:
    """Return the rule sets since the first that hold at some time of the scenario, the oldest first."""
    last = scenario.end - datetime.timedelta(days=1)
    return tuple(
        one for one in sets_at(scenario.rules, last, scenario.start) if f"{one.from_:%Y-%m}" != FIRST_RULES
    )


def first_format_note(scenario: Scenario, where: str = "page") -> Localized | None:
    """Return what it means that a scenario is of format 1, and how it comes to newer figures; ``where``: page or file.

    None where it is not, or where the app itself opens on the first figures.
    """
    opening = opening_vintage()
    if scenario.format != FORMAT_BEFORE or opening == FIRST:
        return None
    newer = vintage(opening)
    return Message(
        f"results.period.first_format.{where}",
        figures=vintage(FIRST).dated,
        newer=newer.short,
        vintage=opening,
        start=newer.default_start.isoformat(),
    )


def period_notes(scenario: Scenario) -> tuple[Localized, ...]:
    """Return what does not belong together of a scenario's figures, rules and start; and what rules are not certain."""
    notes: list[Localized] = []
    figures = vintage(scenario.baseline)
    if scenario.baseline == FIRST and scenario.start >= _OLD_FROM:
        notes.append(
            Message(
                "results.period.old_figures",
                figures=figures.dated,
                start=Phrase(long_date, scenario.start),
            )
        )
    if scenario.rules == FIRST_RULES and scenario.start >= _OLD_FROM:
        notes.append(Message("results.period.old_rules"))
    if scenario.rules != FIRST_RULES and scenario.baseline == FIRST:
        notes.append(Message("results.period.rules_on_old_figures"))
    if scenario.rules == AS_AT_START:
        notes.append(Message("results.period.rules_at_start", start=Phrase(long_date, scenario.start)))
    uncertain = [one for one in rules_of(scenario) if one.status in ("expected", "assumption")]
    if uncertain:
        titles = Phrase(listed, [one.title for one in uncertain])
        notes.append(
            Message("results.period.expected", sets=titles, date=Phrase(long_date, uncertain[0].from_))
        )
    passed = [
        one for one in sets_passed(scenario.rules, scenario.start, scenario.end) if one not in uncertain
    ]
    if passed:
        notes.append(Message("results.period.passed", sets=Phrase(listed, [one.title for one in passed])))
    return tuple(notes)
