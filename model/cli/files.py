"""``validate``, ``parameters``, ``municipalities`` and ``schema``: what is in the files and in the model."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from model.cli.chosen_municipality import chosen_municipality
from model.cli.context import (
    GOOD,
    WRONG_SCENARIO,
    CommandContext,
    WrongUse,
    existing,
    json_figures,
    json_problem,
    json_problems,
)
from model.domain import MODEL_VERSION
from model.files.problems import FileProblem, Problem, located
from model.language.catalogue import text
from model.language.messages import Localized
from model.municipality.municipality import own_problems
from model.municipality.municipality_list import municipalities
from model.parameters.register import figure, not_shown, suppressed_of
from model.scenario.files import load_with_warnings, scenario_files
from model.scenario.period import first_format_note
from model.scenario.scenario import Scenario
from model.scenario.schema import schema_text
from model.workshop.schema import course_schema_text


def validate_command(context: CommandContext) -> int:
    """Check a scenario or every scenario of a folder."""
    given = existing(context.options.file_or_folder, context, folder=True)
    paths = scenario_files(given) if given.is_dir() else (given,)
    if not paths:
        raise WrongUse(context.text("error.no_files", path=given))
    checked = [_check(path) for path in paths]
    bad = sum(check.problem is not None for check in checked)
    if context.json:
        context.emit_json({"files": [check.to_jsonable() for check in checked]})
    else:
        for check in checked:
            context.print(*check.lines(context))
        context.print(context.text("validate.summary", good=len(checked) - bad, bad=bad))
        asked = sum(bool(check.warnings) for check in checked)
        if asked:
            context.print(context.text("validate.asked", n=asked))
        first = [note for check in checked if (note := check.first_format_note) is not None]
        if first:
            told = first[0].text(context.language)
            context.print(context.text("validate.first_format", n=len(first), note=told))
    return WRONG_SCENARIO if bad else GOOD


@dataclass(frozen=True)
class _Check:
    """What is wrong with one file, or what to ask about it."""

    path: Path
    problem: FileProblem | None
    warnings: tuple[Problem, ...] = ()
    scenario: Scenario | None = None

    @property
    def first_format_note(self) -> Localized | None:
        """Return what it means that the file is of format 1, None where it is not."""
        return None if self.scenario is None else first_format_note(self.scenario, "file")

    def lines(self, context: CommandContext) -> tuple[str, ...]:
        """Return the check for a person."""
        if self.problem is not None:
            return self.problem.lines(context.language)
        key = "validate.good_but" if self.warnings else "validate.good"
        warnings = located(self.warnings, str(self.path), context.language)
        return context.text(key, file=self.path), *warnings

    def to_jsonable(self) -> dict[str, Any]:
        """Return the check as JSON data."""
        return {
            "file": str(self.path),
            "valid": self.problem is None,
            "problems": json_problems(self.problem),
            "warnings": [json_problem(warning) for warning in self.warnings],
            "format": None if self.scenario is None else self.scenario.format,
        }


def _check(path: Path) -> _Check:
    """Read one file."""
    try:
        read = load_with_warnings(path)
        # It can be run, but nobody should commit it: the marks of git are still in it.
        if read.conflict is not None:
            raise read.conflict
        return _Check(path, None, read.warnings, read.scenario)
    except FileProblem as problem:
        return _Check(path, problem.named(str(path)))


def parameters_command(context: CommandContext) -> int:
    """Print every number of a municipality with unit, range, source and quality."""
    municipality = chosen_municipality(context, context.options.assumption_set)
    language = context.language
    suppressed = suppressed_of(municipality.register)
    if context.json:
        context.emit_json(
            {
                "municipality": municipality.id,
                "model_version": MODEL_VERSION,
                "assumption_set": municipality.assumption_set,
                "parameters": [
                    {
                        "id": p.id,
                        "label": p.label(language),
                        **json_figures(p.value, suppressed=p.id in suppressed),
                        "unit": p.value.unit,
                        "as_of": p.value.as_of,
                        "source": p.value.source,
                        "quality": p.value.quality,
                        "follows": p.follows or None,
                        "computed": p.computed,
                    }
                    for p in municipality.register
                ],
            }
        )
        return GOOD
    context.print("\t".join(context.text(f"parameters.{c}") for c in _PARAMETER_COLUMNS))
    for parameter in municipality.register:
        value = parameter.value
        ends = () if value.low is None or value.high is None else (value.low, value.high)
        low_high = " - ".join(figure(end, language, _SIGNIFICANT) for end in ends)
        quality = text(f"domain.quality.{value.quality}", language)
        shown = figure(value.value, language, _SIGNIFICANT)
        if parameter.id in suppressed:
            shown, low_high = not_shown(language), ""
        cells = (parameter.id, shown, low_high, value.unit, quality, parameter.source(language))
        context.print("\t".join(" ".join(cell.split()) for cell in cells))
    return GOOD


_SIGNIFICANT: Final = 6
_PARAMETER_COLUMNS: Final = ("name", "value", "range", "unit", "quality", "source")


def municipalities_command(context: CommandContext) -> int:
    """Print the municipalities that can be run."""
    infos, broken = municipalities(), own_problems()
    for problem in broken:
        context.warn_own_file(problem)
    if context.json:
        data: dict[str, Any] = {
            "municipalities": [
                {"id": i.id, "name": i.name, "curated": i.curated, "template": i.template} for i in infos
            ]
        }
        if broken:
            data["problems"] = [{"file": b.name, "problems": json_problems(b)} for b in broken]
        context.emit_json(data)
    else:
        for info in infos:
            kind = context.text("municipalities.own" if info.curated else "municipalities.template")
            context.print(f"{info.id:<22} {info.name:<22} {kind}")
    return GOOD


def schema_command(context: CommandContext) -> int:
    """Write the JSON Schema of scenario files, or of courses of meetings, as they ship beside those files."""
    context.out.write(course_schema_text() if context.options.course else schema_text())
    return GOOD
