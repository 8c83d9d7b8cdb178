"""Find and read the figures that a user has imported for a municipality."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from model.files.problems import FileProblem
from model.files.strict_yaml import DATA_BYTES, DATA_NODES, load_file
from model.language.messages import Message
from model.municipality.municipality_list import find_municipality, own_municipalities_folder
from model.municipality.vintages import FIRST
from model.parameters.files import ParameterFile, read_parameters

_log = logging.getLogger(__name__)


class OwnFileProblem(FileProblem):
    """A municipality's own file that somebody has written in by hand and broken, or that cannot be run."""


def own_municipality_file(name: str, figures: str = FIRST) -> Path:
    """Return the path of a municipality's own file (it need not be there). Raises UnknownMunicipality.

    Each vintage of starting figures has its own, so that numbers of one time are not mixed with another's.
    """
    return own_municipalities_folder() / _file_name(find_municipality(name).id, figures)


def _file_name(municipality_id: str, figures: str) -> str:
    """Return the name of an own file; that of the first vintage is as before there were others."""
    return f"{municipality_id}.yaml" if figures == FIRST else f"{municipality_id}.{figures}.yaml"


@dataclass(frozen=True)
class OwnFile:
    """A user's file as it stood when it was looked at: a key for caches that a changed file does not match."""

    path: Path
    changed: int  # nanoseconds
    size: int  # bytes

    @property
    def municipality(self) -> str:
        """Return the id of the municipality that it is named after."""
        return self.path.name.split(".")[0]

    @property
    def figures(self) -> str:
        """Return the vintage that it is named after."""
        return self.path.stem.partition(".")[2] or FIRST


def find_own_file(municipality_id: str, figures: str = FIRST) -> OwnFile | None:
    """Return a municipality's own file of a vintage as it stands now, None where there is none."""
    path = own_municipalities_folder() / _file_name(municipality_id, figures)
    try:
        status = path.stat()
    except OSError:
        return None
    return OwnFile(path, status.st_mtime_ns, status.st_size)


_strict: ContextVar[bool] = ContextVar("_strict", default=False)


@contextmanager
def own_files_must_be_right() -> Iterator[None]:
    """Let a municipality whose own file cannot be used raise OwnFileProblem within: where nobody sees a warning."""
    token = _strict.set(True)
    try:
        yield
    finally:
        _strict.reset(token)


def must_be_right() -> bool:
    """Return whether this runs within :func:`own_files_must_be_right`."""
    return _strict.get()


@lru_cache(maxsize=16)
def own_parameters(own: OwnFile) -> ParameterFile:
    """Read a user's own file. Raises FileProblem where it is wrong or is another municipality's."""
    document = load_file(own.path, max_bytes=DATA_BYTES, max_nodes=DATA_NODES)
    file = read_parameters(document)
    expected = own.municipality
    if file.municipality is None or file.municipality.id != expected:
        message = Message("parameters.error.own_file_id", id=expected)
        where = ("municipality", "id") if file.municipality is not None else ()
        raise FileProblem((document.problem(where, message.da, message.en),), own.path.name)
    _log.info("figures of the user's own file %s come before the shipped ones", own.path)
    return file
