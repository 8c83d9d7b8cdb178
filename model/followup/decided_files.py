"""Keep decisions in the folder ``decided``: each file is written once, and read strictly."""

from __future__ import annotations

import contextlib
import logging
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from model.files.atomic_write import locked, patiently
from model.files.folders import is_readable_name, readable_name
from model.files.problems import FileProblem, single_problem, system_reason
from model.followup.decided import Decided
from model.followup.told import Told
from model.municipality.municipality_list import DATA_VARIABLE
from model.scenario.files import SUFFIX, file_name
from model.workshop.yaml_files import read, write

_log = logging.getLogger(__name__)
_ROOT: Final = Path(__file__).resolve().parents[2]
_TOLD: Final = "told"
_BIN: Final = ".bin"
_MOST_OF_A_NAME: Final = 1_000


@dataclass(frozen=True)
class Kept:
    """A decision and its file."""

    path: Path
    decided: Decided

    @property
    def key(self) -> str:
        """Return what names it: its file's name."""
        return self.path.name


@dataclass(frozen=True)
class BrokenDecision:
    """A file that holds no decision, and why."""

    path: Path
    problem: FileProblem


def decided_folder() -> Path:
    """Return where decisions are kept: the data folder's ``decided``, or ``decided`` beside the program."""
    given = os.environ.get(DATA_VARIABLE)
    return (Path(given).expanduser() if given else _ROOT) / "decided"


def keep(decided: Decided, *, folder: Path | None = None) -> Kept:
    """Write a decision into a file of its own; none is ever overwritten. Raises FileProblem."""
    root = folder or decided_folder()
    stem = file_name(f"{decided.decided_on:%Y-%m-%d} {decided.scenario.name}").removesuffix(SUFFIX)
    try:
        root.mkdir(parents=True, exist_ok=True)
        with locked(root):
            path = _free(root, stem)
            write(path, decided.plain())
    except OSError as error:
        raise single_problem(
            f"Beslutningen kunne ikke gemmes: {system_reason(error, 'da')}.",
            f"The decision could not be saved: {system_reason(error, 'en')}.",
        ) from error
    _log.info("decision kept as %s", readable_name(path.name))
    return Kept(path, decided)


def _free(folder: Path, stem: str) -> Path:
    """Return a path that no file has. Raises FileProblem where too many have the name."""
    for number in range(1, _MOST_OF_A_NAME):
        path = folder / f"{stem}{f'-{number}' if number > 1 else ''}{SUFFIX}"
        if not path.exists():
            return path
    raise single_problem(
        "Der er for mange beslutninger med det navn.", "There are too many decisions of that name."
    )


def load(path: Path) -> Decided:
    """Return the decision of a file. Raises FileProblem; FileNotFoundError."""
    return read(Decided, path)


def listing(*, folder: Path | None = None) -> tuple[tuple[Kept, ...], tuple[BrokenDecision, ...]]:
    """List all decisions, the latest first, and the files that hold none."""
    root = folder or decided_folder()
    kept, broken = [], []
    try:
        paths = sorted(p for p in root.iterdir() if p.suffix == SUFFIX and not p.name.startswith("."))
    except OSError:
        return (), ()
    for path in paths:
        if not is_readable_name(path.name):
            broken.append(BrokenDecision(path, _unreadable_name(path)))
            continue
        try:
            kept.append(Kept(path, load(path)))
        except FileProblem as problem:
            broken.append(BrokenDecision(path, problem))
        except FileNotFoundError:
            continue  # put away by another at this moment
    kept.sort(key=lambda one: one.path.name)
    kept.sort(key=lambda one: one.decided.decided_on, reverse=True)
    return tuple(kept), tuple(broken)


def _unreadable_name(path: Path) -> FileProblem:
    """Return the problem of a file whose name no page can hold."""
    return single_problem(
        "Filens navn kan ikke læses, for det er skrevet i et andet tegnsæt. Giv filen et nyt navn i mappen.",
        "The file's name cannot be read: it is written in another character set. Give it another name.",
        name=readable_name(path.name),
    )


def put_away(path: Path) -> None:
    """Move a decision that is followed no longer into the bin beside it, where it is kept. Raises FileProblem."""
    try:
        with locked(path.parent):
            (path.parent / _BIN).mkdir(exist_ok=True)
            to = _free(path.parent / _BIN, path.stem)
            patiently(lambda: path.rename(to))
    except OSError as error:
        raise single_problem(
            f"Filen kunne ikke flyttes: {system_reason(error, 'da')}.",
            f"The file could not be moved: {system_reason(error, 'en')}.",
            name=readable_name(path.name),
        ) from error
    _log.info("decision %s put away as %s", readable_name(path.name), readable_name(to.name))


def told_of(kept: Kept) -> Told:
    """Return what the municipality has told since of a decision. Raises FileProblem."""
    with contextlib.suppress(FileNotFoundError):
        return read(Told, _told_path(kept))
    return Told()


def save_told(kept: Kept, told: Told) -> None:
    """Keep what the municipality tells of a decision. Raises FileProblem."""
    path = _told_path(kept)
    try:
        with locked(kept.path.parent):
            write(path, told.plain())
    except OSError as error:
        raise single_problem(
            f"Det kunne ikke gemmes: {system_reason(error, 'da')}.",
            f"It could not be saved: {system_reason(error, 'en')}.",
        ) from error
    _log.info("told of decision %s saved", readable_name(kept.path.name))


def _told_path(kept: Kept) -> Path:
    """Return the file beside a decision with what is told later."""
    return kept.path.parent / _TOLD / kept.path.name
