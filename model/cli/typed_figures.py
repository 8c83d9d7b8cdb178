"""``set`` and ``template``: type numbers of a municipality with their sources, one by one or in a workbook."""

from __future__ import annotations

import datetime
import hashlib
from pathlib import Path

from model.cli.chosen_municipality import chosen_municipality
from model.cli.context import GOOD, WRONG_SCENARIO, CommandContext, WrongUse
from model.cli.imports import json_preview, print_preview
from model.domain import MODEL_VERSION
from model.files.atomic_write import write_atomically
from model.files.problems import sanitised
from model.imports.own_files import own_file_hash, save_municipality
from model.imports.removal import own_figure, remove_own_figure
from model.imports.replacements import Choices, Preview, Replacement, suppressed_replacements
from model.imports.typed_figures import TypedFigure, TypedFigureFaults, preview_typed, typed_replacement
from model.language.messages import Message
from model.municipality.municipality import Municipality, shipped_municipality
from model.parameters.ids import UnknownParameter


def set_command(context: CommandContext) -> int:
    """Show what a typed number would do to a municipality, and save it where asked."""
    options = context.options
    municipality = chosen_municipality(context)
    opened = own_file_hash(municipality.id, municipality.vintage)
    if options.remove:
        return _remove(context, municipality, opened)
    if options.value is None:
        raise WrongUse(context.text("set.no_value"))
    typed = TypedFigure(
        parameter=options.parameter,
        value=options.value,
        low=options.low,
        high=options.high,
        as_of=options.as_of,
        quality=options.quality,
        source=options.source,
        note=options.note,
    )
    try:
        replacement = typed_replacement(municipality, typed)
    except TypedFigureFaults as error:
        raise WrongUse("\n".join(_fault_lines(context, error))) from None
    choices = Choices(unlikely_is_right=options.unlikely_is_right)
    comparison = preview_typed(municipality, [replacement], choices)
    good = comparison.problem is None and not comparison.doubtful
    saved = None
    if options.save and good:
        saved = str(save_municipality(municipality, comparison, expected_hash=opened).path)
    _show(context, municipality, comparison, saved)
    return GOOD if good else WRONG_SCENARIO


def _fault_lines(context: CommandContext, error: TypedFigureFaults) -> list[str]:
    """Return each fault of a typed number with its option or argument in front."""
    names = {"parameter": "PARAMETER", "value": "VALUE"}
    return [
        f"{names.get(fault.field, '--' + fault.field.replace('_', '-'))}: {fault.why.text(context.language)}"
        for fault in error.faults
    ]


def _show(
    context: CommandContext, municipality: Municipality, comparison: Preview, saved: str | None
) -> None:
    """Print a preview, and where it was saved."""
    suppressed = suppressed_replacements(municipality, comparison)
    if context.json:
        context.emit_json({"preview": json_preview(comparison, suppressed), "saved": saved})
        return
    print_preview(context, comparison, municipality.name, suppressed)
    if saved is not None:
        context.print(context.text("import.saved", file=saved))


def _remove(context: CommandContext, municipality: Municipality, opened: str | None) -> int:
    """Show which shipped number holds again without the municipality's own, and remove that where asked."""
    parameter = context.options.parameter
    own = own_figure(municipality.id, parameter, municipality.vintage)
    if own is None:
        raise WrongUse(context.text("set.not_own", parameter=parameter, municipality=municipality.name))
    shipped = shipped_municipality(municipality.id, municipality.vintage)
    try:
        after = shipped.parameter(parameter)
    except UnknownParameter as error:
        raise WrongUse(error.text(context.language)) from None
    before = municipality.parameter(parameter)
    back = Replacement(
        parameter, own, before.source("da"), after.value, after.source("da"), Message("typed.shipped")
    )
    if context.options.save:
        remove_own_figure(municipality, parameter, opened)
    comparison = Preview(municipality.id, (back,), (), (), (), None)
    suppressed = suppressed_replacements(municipality, comparison)
    removed = bool(context.options.save)
    if context.json:
        context.emit_json({"preview": json_preview(comparison, suppressed), "removed": removed})
        return GOOD
    print_preview(context, comparison, municipality.name, suppressed)
    if removed:
        context.print(context.text("set.removed"))
    return GOOD


def template_command(context: CommandContext) -> int:
    """Write the template of a municipality, for its own figures to be filled in."""
    # The library that writes workbooks is loaded for this command alone.
    from model.documents.figures_template import figures_template

    municipality = chosen_municipality(context)
    made_on = _made_on(context)
    target = _target(context, municipality)
    content = figures_template(municipality, context.language, made_on)
    write_atomically(target, content)
    if context.json:
        context.emit_json(
            {
                "file": str(target),
                "bytes": len(content),
                "sha256": hashlib.sha256(content).hexdigest(),
                "municipality": municipality.id,
                "model_version": MODEL_VERSION,
            }
        )
    else:
        context.print(context.text("template.saved", file=target))
    return GOOD


def _target(context: CommandContext, municipality: Municipality) -> Path:
    """Return the path of the workbook, in this folder where none is given. Raises WrongUse."""
    given = context.options.to
    target = Path(given or f"{municipality.id}-{context.text('template.name')}.xlsx")
    if target.suffix.lower() != ".xlsx":
        raise WrongUse(context.text("template.not_xlsx", file=sanitised(target.name)))
    if target.is_dir():
        raise WrongUse(context.text("error.is_folder", path=sanitised(target)))
    if not target.parent.is_dir():
        raise WrongUse(context.text("error.missing", path=sanitised(target.parent)))
    return target


def _made_on(context: CommandContext) -> datetime.date:
    """Return the date that the template bears: as given, or today. Raises WrongUse."""
    given = context.options.date
    if given is None:
        return datetime.datetime.now().astimezone().date()
    try:
        return datetime.date.fromisoformat(given)
    except ValueError:
        raise WrongUse(context.text("error.report_date", given=given[:40])) from None
