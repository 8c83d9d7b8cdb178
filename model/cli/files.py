"""``validate``, ``parameters``, ``municipalities`` and ``schema``: what is in the files and in the model."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from model.cli.context import (
    GOOD,
    WRONG_SCENARIO,
    Session,
    WrongUse,
    existing,
    plain_figures,
    plain_problems,
)
from model.domain import MODEL_VERSION
from model.files.problems import FileProblem
from model.language.catalogue import text
from model.parameters.register import hidden_of, not_shown


def validate_command(session: Session) -> int:
    """Check a scenario or every scenario of a folder."""
    from model.scenario.files import load_scenario, scenario_files

    given = existing(session.options.file_or_folder, session, folder=True)
    paths = scenario_files(given) if given.is_dir() else (given,)
    if not paths:
        raise WrongUse(session.text("error.no_files", path=given))
    found: list[tuple[Path, FileProblem | None]] = []
    for path in paths:
        try:
            load_scenario(path)
            found.append((path, None))
        except FileProblem as problem:
            found.append((path, problem.named(str(path))))
    bad = sum(fault is not None for _, fault in found)
    if session.json:
        session.answer({"files": [_plain_check(path, fault) for path, fault in found]})
    else:
        for path, fault in found:
            session.say(fault.text(session.language) if fault else session.text("validate.good", file=path))
        session.say(session.text("validate.summary", good=len(found) - bad, bad=bad))
    return WRONG_SCENARIO if bad else GOOD


def _plain_check(path: Path, problem: FileProblem | None) -> dict[str, Any]:
    return {"file": str(path), "valid": problem is None, "problems": plain_problems(problem)}


def parameters_command(session: Session) -> int:
    """Every number of a municipality with unit, range, source and quality."""
    from model.municipality.municipality import UnknownMunicipality, load_municipality
    from model.parameters.files import UnknownAssumptionSet

    try:
        municipality = load_municipality(session.options.municipality, session.options.assumption_set)
    except (UnknownMunicipality, UnknownAssumptionSet) as error:
        raise WrongUse(error.text(session.language)) from None
    language = session.language
    hidden = hidden_of(municipality.register)
    if session.json:
        session.answer(
            {
                "municipality": municipality.id,
                "model_version": MODEL_VERSION,
                "assumption_set": municipality.assumption_set,
                "parameters": [
                    {
                        "id": p.id,
                        "label": p.label(language),
                        **plain_figures(p.value, hidden=p.id in hidden),
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
    session.say("\t".join(session.text(f"parameters.{c}") for c in _PARAMETER_COLUMNS))
    for parameter in municipality.register:
        value = parameter.value
        low_high = "" if value.low is None or value.high is None else f"{value.low:.6g} - {value.high:.6g}"
        quality = text(f"domain.quality.{value.quality}", language)
        figure = f"{value.value:.6g}"
        if parameter.id in hidden:
            figure, low_high = not_shown(language), ""
        cells = (parameter.id, figure, low_high, value.unit, quality, parameter.source(language))
        session.say("\t".join(" ".join(cell.split()) for cell in cells))
    return GOOD


_PARAMETER_COLUMNS: Final = ("name", "value", "range", "unit", "quality", "source")


def municipalities_command(session: Session) -> int:
    """The municipalities that can be run."""
    from model.municipality.municipality import municipalities, own_problems

    infos, broken = municipalities(), own_problems()
    for problem in broken:
        session.tell_own_file(problem)
    if session.json:
        answer: dict[str, Any] = {
            "municipalities": [
                {"id": i.id, "name": i.name, "curated": i.curated, "template": i.template} for i in infos
            ]
        }
        if broken:
            answer["problems"] = [{"file": b.name, "problems": plain_problems(b)} for b in broken]
        session.answer(answer)
    else:
        for info in infos:
            kind = session.text("municipalities.own" if info.curated else "municipalities.template")
            session.say(f"{info.id:<22} {info.name:<22} {kind}")
    return GOOD


def schema_command(session: Session) -> int:
    """The JSON Schema of scenario files, as it ships in ``scenarios/scenario.schema.json``."""
    from model.scenario.files import schema_text

    session.out.write(schema_text())
    return GOOD
