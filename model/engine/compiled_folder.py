"""Choose where Numba keeps the compiled engine, before Numba is imported.

Numba keeps it beside the code, and where that cannot be written in the home of the user. A server in a municipality
has neither: its code is read only and its user has no home. Numba then refuses to define a function at all.
"""

from __future__ import annotations

import atexit
import contextlib
import hashlib
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Final

from model.files.atomic_write import write_atomically
from model.files.folders import DATA_VARIABLE

# Where Numba looks first; whoever sets it has chosen.
FOLDER_VARIABLE: Final = "NUMBA_CACHE_DIR"
# In the data folder; its name begins with a point, so that a listing and a copy of the data leave it out.
KEPT_IN_DATA: Final = ".engine"
_HERE: Final = Path(__file__).resolve().parent
# The folders with compiled functions.
_SOURCES: Final = (_HERE, _HERE / "kernel")


def choose_folder(sources: tuple[Path, ...] = _SOURCES) -> Path | None:
    """Name a folder that can be written to Numba, and put there what was compiled at install time.

    Returns it; None where Numba's own choice, beside the code, serves or where somebody has chosen.
    """
    if os.environ.get(FOLDER_VARIABLE) or all(_can_write(source / "__pycache__") for source in sources):
        return None
    folder = next((place for place in _lasting_places() if _can_write(place)), None)
    if folder is None:
        # A name that nobody can guess: what lies in the folder is run.
        folder = Path(tempfile.mkdtemp(prefix="indsatskompas-engine-"))
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
    for source in sources:
        with contextlib.suppress(OSError):
            _copy_compiled(source / "__pycache__", folder / _name_of(source))
    os.environ[FOLDER_VARIABLE] = str(folder)
    return folder


def _lasting_places() -> list[Path]:
    """Return the folders that would still be there at the next start, the best first."""
    places = []
    given = os.environ.get(DATA_VARIABLE)
    if given:
        places.append(Path(given).expanduser() / KEPT_IN_DATA)
    with contextlib.suppress(RuntimeError):  # a user without a home
        places.append(Path.home() / ".cache" / "indsatskompas")
    return places


def _can_write(folder: Path) -> bool:
    """Return whether files can be made in a folder, which is made where it is missing: as Numba tries it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
    except OSError:
        return False
    return True


def _name_of(source: Path) -> str:
    """Return the folder that Numba gives the functions of a source folder (``get_suitable_cache_subpath``)."""
    return f"{source.name}_{hashlib.sha1(str(source).encode()).hexdigest()}"


def _copy_compiled(compiled: Path, to: Path) -> None:
    """Copy compiled functions that are newer than those in ``to``; an index comes after what it names."""
    tag = f".py{sys.version_info.major}{sys.version_info.minor}"
    found = [path for path in compiled.glob(f"*{tag}*.nb[ci]") if path.is_file()]
    for path in sorted(found, key=lambda path: path.suffix):
        target = to / path.name
        if target.exists() and target.stat().st_mtime >= path.stat().st_mtime:
            continue
        to.mkdir(parents=True, exist_ok=True)
        write_atomically(target, path.read_bytes())
