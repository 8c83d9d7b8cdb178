"""What to ask the person who wrote a scenario's file: it is valid, and may not be what was meant."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from model.files.parse_trials import lost_text
from model.files.problems import FileProblem, Path, Problem
from model.files.strict_yaml import Document
from model.files.written_values import Thousands, grouped_number, thousands, trailing_comments
from model.language.catalogue import number
from model.parameters.labels import unit_name
from model.parameters.register import figure, suppressed_of
from model.parameters.sourced_value import Parameter
from model.scenario.levers import LEVER_BY_ID
from model.scenario.parts import Assumption
from model.scenario.scenario import Scenario

# Fields that hold a text of the writer's own, wherever they stand.
_TEXTS: Final = frozenset(("name", "description", "author", "why", "headline"))
_DATES: Final = frozenset(("from", "start"))
_WORKSHOP: Final = "workshop"
# What the program itself has written is not asked about.
_RESULTS: Final = "results"
_NUMBER_WORDS: Final = {
    1: ("en", "one"),
    2: ("to", "two"),
    3: ("tre", "three"),
    4: ("fire", "four"),
    5: ("fem", "five"),
    6: ("seks", "six"),
    7: ("syv", "seven"),
    8: ("otte", "eight"),
    9: ("ni", "nine"),
    10: ("ti", "ten"),
}
_MOST_DECIMALS: Final = 3
# Enough to see on which side of a range's end a value lies.
_SIGNIFICANT: Final = 9


def file_warnings(scenario: Scenario, document: Document) -> tuple[Problem, ...]:
    """Return what to ask about a scenario's file, in the order of its lines.

    Thousands with a point, texts that end in a comment, and assumptions outside their known range.
    """
    ranges = known_ranges(scenario)
    warnings = [*_thousands(scenario, document, ranges), *_lost_texts(document)]
    for i, da, en in _outside_range(scenario, ranges):
        warnings.append(document.problem(("assumptions", i, "value"), da, en))
    return tuple(sorted(warnings, key=lambda problem: problem.line))


def range_warnings(scenario: Scenario) -> tuple[Problem, ...]:
    """Return what to ask about a scenario that comes from no file: assumptions outside their known range."""
    return tuple(
        Problem(0, 0, ("assumptions", i, "value"), da, en)
        for i, da, en in _outside_range(scenario, known_ranges(scenario))
    )


def known_ranges(scenario: Scenario) -> Mapping[str, Parameter]:
    """Return the parameters that a scenario assumes differently and that have a range, by id.

    The range is the municipality's own, before any assumption. Counts that are too small to be shown have none.
    """
    if not scenario.assumptions:
        return {}
    from model.municipality.municipality import load_municipality

    register = load_municipality(
        scenario.municipality, figures=scenario.baseline, rules=scenario.rules
    ).register
    assumed = {assumption.parameter for assumption in scenario.assumptions} - suppressed_of(register)
    return {p.id: p for p in register if p.id in assumed and p.value.low is not None}


def _outside_range(scenario: Scenario, ranges: Mapping[str, Parameter]) -> Iterator[tuple[int, str, str]]:
    """Yield place, Danish and English of each assumption outside its known range."""
    for i, assumption in enumerate(scenario.assumptions):
        parameter = ranges.get(assumption.parameter)
        if parameter is not None and not _holds(parameter, assumption.value):
            yield i, _range_text(assumption, parameter, "da"), _range_text(assumption, parameter, "en")


def _range_text(assumption: Assumption, parameter: Parameter, language: str) -> str:
    """Return value, unit and known range of an assumption, and what to look at."""
    low, high, value = (
        figure(v, language, _SIGNIFICANT)
        for v in (parameter.value.low or 0.0, parameter.value.high or 0.0, assumption.value)
    )
    label, unit = parameter.label(language), unit_name(parameter.value.unit, language)
    if language == "en":
        return f"“{label}” is set to {value} ({unit}). The known range is {low} to {high}. Is that what you mean?"
    return (
        f"»{label}« er sat til {value} ({unit}). Det kendte spænd er {low} til {high}. Er det, hvad du mener?"
    )


def _holds(parameter: Parameter, value: float) -> bool:
    """Return whether a value lies in a parameter's range, ends included."""
    low, high = parameter.value.low, parameter.value.high
    return low is not None and high is not None and low <= value <= high


# --- a point between thousands ---------------------------------------------------------------------


def _thousands(scenario: Scenario, document: Document, ranges: Mapping[str, Parameter]) -> Iterator[Problem]:
    """Yield a question for each number that may be thousands."""
    for written in thousands(document):
        if written.path[0] != _RESULTS and _may_be_meant(written, document, ranges):
            yield document.problem(written.path, *_thousands_text(written))


def _may_be_meant(written: Thousands, document: Document, ranges: Mapping[str, Parameter]) -> bool:
    """Return whether thousands may have been meant. Nobody, and not this program, writes 3.000 for three.

    Other decimals are asked about unless a thousand times as much is out of the question and the value is not.
    """
    if written.written.endswith("0"):
        return True
    entry = _at(document.data, written.path[:2])
    if written.path[0] == "changes":
        lever = LEVER_BY_ID[entry["lever"]]
        return lever.scope != "mix" and abs(written.meant) <= (lever.cap or lever.maximum)
    if written.path[0] == "assumptions":
        parameter = ranges.get(entry["parameter"])
        return parameter is None or _holds(parameter, written.meant) or not _holds(parameter, written.value)
    return False


def _thousands_text(written: Thousands) -> tuple[str, str]:
    """Return the question in Danish and English."""
    words = _NUMBER_WORDS.get(int(written.value)) if written.value.is_integer() else None
    decimals = next(d for d in range(_MOST_DECIMALS + 1) if round(written.value, d) == written.value)
    da, en = (number(written.value, language, decimals) for language in ("da", "en"))
    if words:
        da, en = f"{da} ({words[0]})", f"{en} ({words[1]})"
    return (
        f"{written.written} er læst som {da}. {_meant(str(written.meant), 'da')}",
        f"{written.written} was read as {en}. {_meant(str(written.meant), 'en')}",
    )


def _meant(plain: str, language: str) -> str:
    """Return the question whether a number was meant, and how to write it."""
    if language == "en":
        return f"Did you mean {plain}? Write thousands without a point or a blank."
    return f"Mente du {plain}? Skriv tusinder uden punktum eller mellemrum."


def with_questions(problem: FileProblem, document: Document) -> FileProblem:
    """Return a file's problem with the question added to each fault that thousands or a comment may explain."""
    numbers = {one.path: str(one.meant) for one in thousands(document)}
    comments = {comment.path: comment.text for comment in trailing_comments(document)}
    faults = []
    for fault in problem.problems:
        value = _at(document.data, fault.path)
        number_meant = numbers.get(fault.path) or numbers.get((*fault.path, "value"))
        if number_meant is None and isinstance(value, str):
            number_meant = grouped_number(value)
        if _is_text(fault.path):
            question = lost_text(comments[fault.path]) if fault.path in comments else None
        elif number_meant is None or (fault.path and fault.path[-1] in _DATES):
            question = None
        else:
            question = _meant(number_meant, "da"), _meant(number_meant, "en")
        if question is not None:
            da, en = f"{fault.da} {question[0]}", f"{fault.en} {question[1]}"
            fault = Problem(fault.line, fault.column, fault.path, da, en)
        faults.append(fault)
    return FileProblem(faults, problem.name)


# --- a text that ends in a comment -----------------------------------------------------------------


def _lost_texts(document: Document) -> Iterator[Problem]:
    """Yield a question for each text whose rest YAML takes for a comment.

    Two blanks and a blank behind the sign are how a comment is written on purpose, by this program too.
    """
    for comment in trailing_comments(document):
        on_purpose = len(comment.blanks) > 1 and comment.text[1:2] in (" ", "")
        if on_purpose or not _is_text(comment.path):
            continue
        yield Problem(comment.line, comment.column, comment.path, *lost_text(comment.text))


def _is_text(path: Path) -> bool:
    """Return whether a field holds a text of the writer's own."""
    return bool(path) and (path[-1] in _TEXTS or path[0] == _WORKSHOP)


def _at(data: Any, path: Path) -> Any:
    """Return what stands at a path, None where there is nothing."""
    for step in path:
        try:
            data = data[step]
        except (KeyError, IndexError, TypeError):
            return None
    return data
