"""``report``: a scenario as a Word committee item, an Excel workbook or a one-page PDF."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from model.cli.context import CommandContext, WrongUse, existing, place_to_write, scenario_of
from model.cli.reference import reference_of
from model.cli.uncertainty import answer_with, calibrating, whole
from model.documents.beside import with_reference
from model.documents.figures import Findings, gather
from model.domain import MODEL_VERSION
from model.files.atomic_write import write_atomically
from model.scenario.scenario import municipality_of
from model.uncertainty.bands import Fan
from model.uncertainty.draws import draws_for
from model.uncertainty.fan import fan as fan_of


def report_command(context: CommandContext) -> int:
    """Write one document of a scenario; its kind follows from the file's name."""
    source = existing(context.options.file, context)
    scenario = scenario_of(source, context)
    target = place_to_write(context.options.to, context, source)
    make = _maker(target, context)
    count = whole(context, "draws")
    made_on = _made_on(context)
    reference = reference_of(context)

    def work() -> Iterable[str] | dict[str, Any]:
        """Make the document, write it, and return what to answer."""
        fan: Fan | None = None
        if count:
            municipality = municipality_of(scenario)
            draws = draws_for(
                municipality, count=count, progress=lambda done, n: calibrating(context, done, n)
            )
            fan = fan_of(municipality, scenario, draws)
        findings = gather(scenario, context.language, made_on=made_on, fan=fan)
        findings = with_reference(findings, reference)
        content = make(findings)
        write_atomically(target, content)
        if not context.json:
            return [context.text("report.saved", file=target)]
        return {
            "file": str(target),
            "bytes": len(content),
            "sha256": hashlib.sha256(content).hexdigest(),
            "scenario": scenario.name,
            "municipality": findings.municipality.id,
            "model_version": MODEL_VERSION,
            "input_sha256": findings.hash,
        }

    return answer_with(context, work)


def _maker(target: Path, context: CommandContext) -> Callable[[Findings], bytes]:
    """Return what makes a file of that name. Raises WrongUse for an unknown kind."""
    # Each library is loaded for its own kind of file alone: weasyprint takes a second.
    if target.suffix.lower() == ".docx":
        from model.documents.committee_item import committee_item

        return committee_item
    if target.suffix.lower() == ".xlsx":
        from model.documents.workbook import workbook

        return workbook
    if target.suffix.lower() == ".pdf":
        from model.documents.handout import handout

        return handout
    raise WrongUse(context.text("error.report_kind", file=target.name))


def _made_on(context: CommandContext) -> datetime.date | None:
    """Return the date that the document bears, None where none is given. Raises WrongUse."""
    given = context.options.date
    if given is None:
        return None
    try:
        return datetime.date.fromisoformat(given)
    except ValueError:
        raise WrongUse(context.text("error.report_date", given=given[:40])) from None
