"""Turn what is wrong with a document's data into problems with a place, in the reader's words.

pydantic's errors are translated by their type, never by their wording; validators of our own raise
``bilingual_error``.
"""

from __future__ import annotations

import re
import types
import typing
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from model.files.invisible_characters import INVISIBLE, invisible_problem, without_invisible
from model.files.merge_conflict import split_lines
from model.files.problems import FileProblem, Path, Problem, number_text, quoted, sanitised, suggestion
from model.files.strict_yaml import Document

Model = TypeVar("Model", bound=BaseModel)


def bilingual_error(da: str, en: str, path: Path = ()) -> PydanticCustomError:
    """Return an error for pydantic validators to raise; ``problems_from`` shows it in the reader's language.

    ``path`` leads from the value that is validated to the one that is wrong.
    """
    return bilingual_errors([(path, da, en)])


def bilingual_errors(faults: Sequence[tuple[Path, str, str]]) -> PydanticCustomError:
    """Return several faults (path, Danish, English) of one validator as one error."""
    words = " ".join(en for _, _, en in faults)
    return PydanticCustomError("bilingual", "{en}", {"en": words, "faults": tuple(faults)})


def problems_from(
    error: ValidationError, document: Document, name: str = "", model: type[BaseModel] | None = None
) -> FileProblem:
    """Translate pydantic's errors (by their type, never by their wording) into problems with a place.

    ``model`` is what the document was validated as; with it, unknown keys get the nearest field offered.
    """
    problems: dict[tuple[Path, str], Problem] = {}
    for detail in error.errors(include_url=False):
        path = _without_tags(tuple(detail["loc"]), document.data)
        if detail["type"] == "bilingual":
            faults = [((*path, *inner), da, en) for inner, da, en in (detail.get("ctx") or {})["faults"]]
        else:
            faults = [(path, *_explained(detail, path, model))]
        for where, da, en in faults:
            # A union reports each of its members under the same value: one message per place and wording.
            problems.setdefault((where, da), document.problem(where, da, en))
    ordered = sorted(problems.values(), key=lambda problem: (problem.line, problem.column))
    return FileProblem(ordered, name or document.name)


def checked(model: type[Model], document: Document, first: Callable[[Document], None] | None = None) -> Model:
    """Return a document's data as what it should be. Raises FileProblem with every fault in it.

    ``first`` looks at the document before its data is checked, and raises FileProblem.
    """

    def check(one: Document) -> Model:
        if first is not None:
            first(one)
        try:
            return model.model_validate(one.data)
        except ValidationError as error:
            raise problems_from(error, one, model=model) from None

    try:
        return check(document)
    except FileProblem as problem:
        raise invisible_explained(problem, document, check) from None


def invisible_explained(
    problem: FileProblem, document: Document, check: Callable[[Document], Any]
) -> FileProblem:
    """Return the problem with every fault that is gone without invisible characters told as such a character.

    ``check`` checks a document as it was checked when the problem arose, and raises FileProblem.
    """
    if INVISIBLE.search(document.source) is None:
        return problem
    try:
        check(replace(document, data=without_invisible(document.data)))
        left = set()
    except FileProblem as rest:
        left = {(fault.path, fault.da) for fault in rest.problems}
    told: dict[Problem, None] = {}
    for fault in problem.problems:
        explained = None if (fault.path, fault.da) in left else _invisible_at(document, fault.path)
        told[explained or fault] = None
    return FileProblem(told, problem.name)


def _invisible_at(document: Document, path: Path) -> Problem | None:
    """Return the problem of the first invisible character in the value at a path, None where it has none."""
    if path not in document.ends:
        return None
    first, last = document.position(path), document.ends[path]
    lines = split_lines(document.source)
    for number in range(first[0], min(last[0], len(lines)) + 1):
        begin = first[1] - 1 if number == first[0] else 0
        end = last[1] - 1 if number == last[0] else len(lines[number - 1])
        character = INVISIBLE.search(lines[number - 1], begin, end)
        if character:
            return invisible_problem(character.group(), number, character.start() + 1, path)
    return None


def _without_tags(location: Path, data: Any) -> Path:
    """Return pydantic's location without the names of union members, which are no part of the document."""
    path: list[str | int] = []
    for i, step in enumerate(location):
        in_list = isinstance(data, list) and isinstance(step, int) and step < len(data)
        if in_list or (isinstance(data, dict) and step in data):
            data = data[step]
        elif i < len(location) - 1 or not isinstance(data, dict):
            continue
        path.append(step)
    return tuple(path)


# Wording by pydantic's error type: Danish, English. {key} is the field, {value} what stands there, the rest
# comes with pydantic's error.
_MUST_BE: Final[dict[str, tuple[str, str]]] = {
    "int": ("et helt tal", "a whole number"),
    "float": ("et tal", "a number"),
    "decimal": ("et tal", "a number"),
    "string": ("tekst", "text"),
    "bool": ("true eller false", "true or false"),
    "date": ("en dato, skrevet som 2021-03-01", "a date, written as 2021-03-01"),
    "datetime": ("et tidspunkt, skrevet som 2021-03-01T12:00:00", "a time, written as 2021-03-01T12:00:00"),
    "list": ("en liste, hvor hver linje begynder med -", "a list in which each line begins with -"),
    "tuple": ("en liste, hvor hver linje begynder med -", "a list in which each line begins with -"),
    "set": ("en liste, hvor hver linje begynder med -", "a list in which each line begins with -"),
    "frozen_set": ("en liste, hvor hver linje begynder med -", "a list in which each line begins with -"),
    "dict": ("navne med kolon og værdi", "names with a colon and a value"),
    "mapping": ("navne med kolon og værdi", "names with a colon and a value"),
    "model": ("navne med kolon og værdi", "names with a colon and a value"),
    "model_attributes": ("navne med kolon og værdi", "names with a colon and a value"),
    "dataclass": ("navne med kolon og værdi", "names with a colon and a value"),
}
_WORDING: Final[dict[str, tuple[str, str]]] = {
    "missing": ("»{key}« mangler.", "“{key}” is missing."),
    "greater_than": (
        "»{key}« skal være over {gt}; her står {value}.",
        "“{key}” must be above {gt}; here it is {value}.",
    ),
    "greater_than_equal": (
        "»{key}« skal være mindst {ge}; her står {value}.",
        "“{key}” must be at least {ge}; here it is {value}.",
    ),
    "less_than": (
        "»{key}« skal være under {lt}; her står {value}.",
        "“{key}” must be below {lt}; here it is {value}.",
    ),
    "less_than_equal": (
        "»{key}« skal være højst {le}; her står {value}.",
        "“{key}” must be at most {le}; here it is {value}.",
    ),
    "multiple_of": (
        "»{key}« skal gå op i trin af {multiple_of}; her står {value}.",
        "“{key}” must be a multiple of {multiple_of}; here it is {value}.",
    ),
    "finite_number": ("»{key}« skal være et endeligt tal.", "“{key}” must be a finite number."),
    "int_from_float": (
        "»{key}« skal være et helt tal; her står {value}.",
        "“{key}” must be a whole number; here it is {value}.",
    ),
    "int_parsing_size": ("»{key}« er et for stort tal.", "“{key}” is too large a number."),
    "string_too_short": (
        "»{key}« skal have mindst {min_length} tegn.",
        "“{key}” must have at least {min_length} characters.",
    ),
    "string_too_long": (
        "»{key}« må højst have {max_length} tegn.",
        "“{key}” may have at most {max_length} characters.",
    ),
    "string_pattern_mismatch": (
        "»{key}« er skrevet på en måde, der ikke kendes: {value}.",
        "“{key}” is written in a way that is not known: {value}.",
    ),
    "too_short": (
        "»{key}« skal have mindst {min_length} linjer; her er {actual_length}.",
        "“{key}” must have at least {min_length} entries; here are {actual_length}.",
    ),
    "too_long": (
        "»{key}« må højst have {max_length} linjer; her er {actual_length}.",
        "“{key}” may have at most {max_length} entries; here are {actual_length}.",
    ),
    "literal_error": ("»{key}« kan ikke være {value}.", "“{key}” cannot be {value}."),
    "enum": ("»{key}« kan ikke være {value}.", "“{key}” cannot be {value}."),
    "string_unicode": (
        "»{key}« har tegn, der ikke er tekst.",
        "“{key}” has characters that are not text.",
    ),
    "none_required": ("»{key}« skal være tom.", "“{key}” must be empty."),
}
_EXPECTED_NAMES: Final = re.compile(r"'([^']*)'")
_DECIMAL_COMMA: Final = re.compile(r"[-+]?[0-9.]*,[0-9]+")
_NUMBER_TYPES: Final = ("int_type", "int_parsing", "float_type", "float_parsing", "decimal_type")


def wording(detail: ErrorDetails) -> tuple[str, str]:
    """Return one of pydantic's errors in Danish and English, where its place in the file is known otherwise."""
    return _explained(detail, detail["loc"], None)


def _explained(detail: ErrorDetails, path: Path, model: type[BaseModel] | None) -> tuple[str, str]:
    """Return one of pydantic's errors in Danish and English."""
    kind = detail["type"]
    context = detail.get("ctx") or {}
    key = _field_name(path)
    value = detail.get("input")
    if kind == "extra_forbidden":
        fields = _fields_at(model, path[:-1]) if model else ()
        return (
            f"»{sanitised(key)}« kendes ikke her.{suggestion(key, fields, 'da')}",
            f"“{sanitised(key)}” is not known here.{suggestion(key, fields, 'en')}",
        )
    if kind in ("value_error", "assertion_error"):
        reason = str(context.get("error", detail["msg"]))
        return f"»{sanitised(key)}«: {reason}", f"“{sanitised(key)}”: {reason}"
    if kind in _WORDING:
        da, en = _WORDING[kind]
        words = {**{k: number_text(v) for k, v in context.items()}, "key": sanitised(key)}
        da = da.format_map({**words, "value": quoted(value, "da")})
        en = en.format_map({**words, "value": quoted(value, "en")})
        if kind in ("literal_error", "enum"):
            names = _EXPECTED_NAMES.findall(str(context.get("expected", "")))
            da, en = da + suggestion(value, names, "da"), en + suggestion(value, names, "en")
        return da, en
    must_be = _MUST_BE.get(re.sub(r"_(type|parsing|from_.*)$", "", kind))
    if must_be:
        da, en = must_be
        hint_da = hint_en = ""
        if kind in _NUMBER_TYPES and isinstance(value, str) and _DECIMAL_COMMA.fullmatch(value.strip()):
            hint_da, hint_en = " Skriv decimaler med punktum.", " Write decimals with a point."
        return (
            f"»{sanitised(key)}« skal være {da}; her står {quoted(value, 'da')}.{hint_da}",
            f"“{sanitised(key)}” must be {en}; here it is {quoted(value, 'en')}.{hint_en}",
        )
    reason = sanitised(detail["msg"])
    return f"»{sanitised(key)}« kan ikke bruges: {reason}.", f"“{sanitised(key)}” cannot be used: {reason}."


def _field_name(path: Path) -> str:
    """Return the last name of a path; for an entry of a list the list's name and its number from 1."""
    if not path:
        return "filen"
    last = path[-1]
    if isinstance(last, int):
        owner = next((str(p) for p in reversed(path[:-1]) if isinstance(p, str)), "")
        return f"{owner} {last + 1}".strip()
    return last


def _fields_at(model: type[BaseModel] | None, path: Path) -> tuple[str, ...]:
    """Return the names that are allowed at ``path`` of a document that is validated as ``model``."""
    annotation: Any = model
    for step in path:
        annotation = _inner(annotation)
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            field = next(
                (f for key, f in annotation.model_fields.items() if step in (f.alias, key)),
                None,
            )
            if field is None:
                return ()
            annotation = field.annotation
        else:
            arguments = typing.get_args(annotation)
            if not arguments:
                return ()
            annotation = arguments[1] if typing.get_origin(annotation) in (dict, Mapping) else arguments[0]
    annotation = _inner(annotation)
    if not (isinstance(annotation, type) and issubclass(annotation, BaseModel)):
        return ()
    return tuple(f.alias or key for key, f in annotation.model_fields.items())


def _inner(annotation: Any) -> Any:
    """Strip Annotated and optional: what is left is a model, a container or a plain type."""
    while True:
        origin = typing.get_origin(annotation)
        if origin is typing.Annotated:
            annotation = typing.get_args(annotation)[0]
        elif origin in (typing.Union, types.UnionType):
            rest = [_inner(a) for a in typing.get_args(annotation) if a is not type(None)]
            models = [a for a in rest if isinstance(a, type) and issubclass(a, BaseModel)]
            annotation = (models or rest)[0]
        else:
            return annotation
