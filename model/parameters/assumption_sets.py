"""Read the named sets of assumptions: which parameters take their low, central or high value, or one of their own."""

from __future__ import annotations

import fnmatch
from collections.abc import Mapping
from functools import lru_cache
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from model.files.folders import DATA_FOLDER
from model.files.problems import suggestion
from model.files.strict_yaml import load_data_file
from model.files.validation_problems import problems_from
from model.language.messages import LocalizedError, Message, Phrase, Text, joined
from model.parameters.ids import UnknownParameter
from model.parameters.sourced_value import SourcedValue

ASSUMPTION_SETS_FILE: Final = "assumption_sets.yaml"


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _RuleModel(_Strict):
    pattern: str
    use: Literal["low", "central", "high"] | float


class AssumptionSet(_Strict):
    """A named set of assumptions: rules by pattern of parameter id, later rules win."""

    name: Text
    description: Text
    rules: tuple[_RuleModel, ...]

    def apply(self, values: Mapping[str, SourcedValue]) -> dict[str, float]:
        """Return values by id. Raises UnknownParameter for a rule that fits no parameter."""
        out = {parameter: sourced.value for parameter, sourced in values.items()}
        for rule in self.rules:
            fits = fnmatch.filter(values, rule.pattern)
            if not fits:
                raise UnknownParameter(rule.pattern, values)
            for parameter in fits:
                sourced = values[parameter]
                if isinstance(rule.use, str):
                    chosen = {"low": sourced.low, "high": sourced.high}.get(rule.use)
                    out[parameter] = sourced.value if chosen is None else chosen
                else:
                    out[parameter] = rule.use
        return out


class _AssumptionFile(_Strict):
    sets: dict[str, AssumptionSet]


@lru_cache(maxsize=1)
def assumption_sets() -> Mapping[str, AssumptionSet]:
    """Return the named sets, in the file's order. Raises FileProblem."""
    document = load_data_file(DATA_FOLDER / ASSUMPTION_SETS_FILE)
    try:
        return _AssumptionFile.model_validate(document.data).sets
    except ValidationError as error:
        raise problems_from(error, document, document.name) from error


class UnknownAssumptionSet(LocalizedError, LookupError):
    """No set has that name; the message offers the nearest."""

    def __init__(self, name: str) -> None:
        self.name = name
        message = Message("parameters.error.unknown_set", name=name)
        nearest = Phrase(suggestion, name, tuple(assumption_sets()))
        super().__init__(Phrase(joined, [message, nearest], separator=""))
