"""Read and write the workshop's files: checked data in, canonical YAML out, whole or not at all."""

from __future__ import annotations

import logging
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from model.files import strict_yaml
from model.files.atomic_write import write_atomically, yaml_text
from model.files.folders import readable_name
from model.files.problems import single_problem, system_reason
from model.files.validation_problems import Model, checked

_log = logging.getLogger(__name__)
_MOST_KEPT = 4096


def read(model: type[Model], path: Path) -> Model:
    """Return what a file holds, read once for each state of it. Raises FileProblem; FileNotFoundError."""
    try:
        stat = path.stat()
        kept: Model = _at(model, path, stat.st_mtime_ns, stat.st_ino, stat.st_size)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise single_problem(
            f"Filen kan ikke læses: {system_reason(error, 'da')}.",
            f"The file cannot be read: {system_reason(error, 'en')}.",
            name=readable_name(path.name),
        ) from error
    return kept


@lru_cache(maxsize=_MOST_KEPT)
def _at(model: type[BaseModel], path: Path, changed_at: int, inode: int, size: int) -> Any:
    """Read a file in one of its states."""
    return checked(model, strict_yaml.load_file(path))


def write(path: Path, plain: Any) -> None:
    """Write plain data as canonical YAML, atomically; the folder is made. Raises FileProblem."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, yaml_text(plain).encode())
    except OSError as error:
        _log.warning("%s not saved: %s", path.name, error)
        raise single_problem(
            f"Det kunne ikke gemmes: {system_reason(error, 'da')}. Intet er ændret.",
            f"It could not be saved: {system_reason(error, 'en')}. Nothing was changed.",
            name=path.name,
        ) from error
