"""A municipality's own figures taken away again, and back: the way out of an import that was a mistake."""

from __future__ import annotations

import logging

from model.files.atomic_write import locked, write_atomically
from model.files.problems import FileProblem, single_problem, system_reason
from model.language.messages import Message, Phrase
from model.municipality.own_file import own_municipality_file

_log = logging.getLogger(__name__)


def remove_own_file(municipality: str) -> bytes:
    """Remove the file and return what was in it, for :func:`restore_own_file`. Raises FileProblem."""
    path = own_municipality_file(municipality)
    try:
        with locked(path.parent):
            data = path.read_bytes()
            path.unlink()
    except OSError as error:
        raise _disk(error, path.name) from error
    _log.info("own figures of %s removed", municipality)
    return data


def restore_own_file(municipality: str, data: bytes) -> None:
    """Put back what was removed, unless other figures have come in the meantime. Raises FileProblem."""
    path = own_municipality_file(municipality)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with locked(path.parent):
            if path.exists():
                message = Message("import.own_file.conflict")
                raise single_problem(message.da, message.en, name=path.name)
            write_atomically(path, data)
    except OSError as error:
        raise _disk(error, path.name) from error


def _disk(error: OSError, name: str) -> FileProblem:
    """Return the problem of a file that the system refuses."""
    message = Message("import.own_file.disk", why=Phrase(system_reason, error))
    return single_problem(message.da, message.en, name=name)
