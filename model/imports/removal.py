"""A municipality's own figures taken away again, all or one, and back: the way out of a mistake."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace

from model.engine.calibration import CalibrationError, calibrate
from model.files.atomic_write import locked, patiently, write_atomically
from model.files.problems import FileProblem, single_problem, system_reason
from model.imports.own_files import conflict, municipality_text, own_file_hash
from model.language.messages import Localized, Message, Phrase
from model.municipality.municipality import Municipality, shipped_municipality
from model.municipality.own_file import find_own_file, own_municipality_file, own_parameters
from model.municipality.vintages import FIRST
from model.parameters.files import load_parameter_file
from model.parameters.ids import BadParameter
from model.parameters.prices import budget_parameters
from model.parameters.sourced_value import SourcedValue

_log = logging.getLogger(__name__)


def remove_own_file(municipality: str, figures: str = FIRST) -> bytes:
    """Remove the file and return what was in it, for :func:`restore_own_file`. Raises FileProblem."""
    path = own_municipality_file(municipality, figures)
    try:
        with locked(path.parent):
            data = path.read_bytes()
            patiently(path.unlink)
    except OSError as error:
        raise _disk(error, path.name) from error
    _log.info("own figures of %s removed", municipality)
    return data


def own_figure(municipality: str, parameter: str, figures: str = FIRST) -> SourcedValue | None:
    """Return a number of the municipality's own file, None where the file or the number is not there.

    Raises FileProblem for a file that cannot be read.
    """
    own = find_own_file(municipality, figures)
    return None if own is None else own_parameters(own).values.get(parameter)


def remove_own_figure(municipality: Municipality, parameter: str, expected_hash: str | None) -> bytes:
    """Take one number out of the own file, so that the shipped one holds again; the last one takes the file along.

    Return what was in the file, for :func:`restore_own_file`. ``expected_hash``: the file as the reader saw it. Raises
    OwnFileConflict where it has changed, FileProblem where it has no such number, the rest cannot be run without it,
    or the disk says no.
    """
    path = own_municipality_file(municipality.id, municipality.vintage)
    try:
        with locked(path.parent):
            if own_file_hash(municipality.id, municipality.vintage) != expected_hash:
                raise conflict(path.name)
            data = path.read_bytes()
            file = load_parameter_file(path)
            if parameter not in file.values:
                raise _problem(Message("import.own_file.no_figure"), path.name)
            left = {key: value for key, value in file.values.items() if key != parameter}
            _check_runs(municipality, left, path.name)
            if left:
                text = municipality_text(municipality, (), replace(file, values=left))
                write_atomically(path, text.encode())
            else:
                patiently(path.unlink)
    except OSError as error:
        raise _disk(error, path.name) from error
    _log.info("own figure %s of %s removed", parameter, municipality.id)
    return data


def _check_runs(municipality: Municipality, values: Mapping[str, SourcedValue], name: str) -> None:
    """Raise FileProblem where the shipped figures cannot be run with these in their place."""
    shipped = shipped_municipality(municipality.id, municipality.vintage)
    numbers = {key: value.value for key, value in values.items()}
    try:
        budget_parameters(numbers)
        calibrate(shipped.engine_with(numbers))
    except (BadParameter, CalibrationError) as error:
        raise _problem(Message("import.own_file.rest_cannot_run", why=error.message), name) from error


def restore_own_file(
    municipality: str, data: bytes, expected_hash: str | None = None, *, figures: str = FIRST
) -> None:
    """Put back what was removed, unless other figures have come in the meantime. Raises FileProblem.

    ``expected_hash``: the own file as the removal left it, None where it left none.
    """
    path = own_municipality_file(municipality, figures)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with locked(path.parent):
            if own_file_hash(municipality, figures) != expected_hash:
                raise conflict(path.name)
            write_atomically(path, data)
    except OSError as error:
        raise _disk(error, path.name) from error
    _log.info("own figures of %s brought back", municipality)


def _disk(error: OSError, name: str) -> FileProblem:
    """Return the problem of a file that the system refuses."""
    return _problem(Message("import.own_file.disk", why=Phrase(system_reason, error)), name)


def _problem(why: Localized, name: str) -> FileProblem:
    """Return the problem with that reason."""
    return single_problem(why.da, why.en, name=name)
