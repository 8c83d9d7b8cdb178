"""``report``: a scenario as a Word committee item, an Excel workbook or a one-page PDF."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from model.cli.context import Session, WrongUse, existing, place_to_write
from model.cli.uncertainty import calibrating, told, whole
from model.domain import MODEL_VERSION

if TYPE_CHECKING:
    from model.documents.figures import Findings
    from model.uncertainty.fan import Fan


def report_command(session: Session) -> int:
    """Writes one document of a scenario; its kind follows from the file's name."""
    from model.files.atomic_write import write_whole
    from model.scenario.files import load_scenario

    source = existing(session.options.file, session)
    scenario = load_scenario(source)
    target = place_to_write(session.options.to, session, source)
    make = _maker(target, session)
    count = whole(session, "draws")
    made_on = _made_on(session)

    def work() -> Iterable[str] | dict[str, Any]:
        from model.documents.figures import gather

        fan: Fan | None = None
        if count:
            from model.scenario.scenario import municipality_of
            from model.uncertainty.draws import draws_for
            from model.uncertainty.fan import fan as fan_of

            municipality = municipality_of(scenario)
            draws = draws_for(
                municipality, count=count, progress=lambda done, n: calibrating(session, done, n)
            )
            fan = fan_of(municipality, scenario, draws)
        findings = gather(scenario, session.language, made_on=made_on, fan=fan)
        content = make(findings)
        write_whole(target, content)
        if not session.json:
            return [session.text("report.saved", file=target)]
        return {
            "file": str(target),
            "bytes": len(content),
            "sha256": hashlib.sha256(content).hexdigest(),
            "scenario": scenario.name,
            "municipality": findings.municipality.id,
            "model_version": MODEL_VERSION,
            "input_sha256": findings.hash,
        }

    return told(session, work)


def _maker(target: Path, session: Session) -> Callable[[Findings], bytes]:
    """What makes a file of that name. Raises WrongUse for a kind that there is not."""
    if target.suffix.lower() == ".docx":
        from model.documents.committee_item import committee_item

        return committee_item
    if target.suffix.lower() == ".xlsx":
        from model.documents.workbook import workbook

        return workbook
    if target.suffix.lower() == ".pdf":
        from model.documents.handout import handout

        return handout
    raise WrongUse(session.text("error.report_kind", file=target.name))


def _made_on(session: Session) -> datetime.date | None:
    """The date that the document bears; none where none is given."""
    given = session.options.date
    if given is None:
        return None
    try:
        return datetime.date.fromisoformat(given)
    except ValueError:
        raise WrongUse(session.text("error.report_date", given=given[:40])) from None
