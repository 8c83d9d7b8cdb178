"""Measures and sets of them as YAML files: read with every fault named, listed, saved without losing anything.

What lies in a folder may be anybody's: a file that holds no measure is told and takes nothing down.
"""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel, Field

from model.catalogue.measure import FORMAT, Measure, to_dict
from model.files import strict_yaml
from model.files.atomic_write import locked, write_atomically, yaml_text
from model.files.folders import ROOT, is_readable_name, readable_name
from model.files.problems import FileProblem, single_problem, system_reason
from model.files.strict_yaml import Document
from model.files.validation_problems import checked
from model.municipality.municipality_list import DATA_VARIABLE
from model.scenario.files import SaveConflict, file_name
from model.scenario.parts import Line, Lines, ScenarioPart

OWN: Final = "own"
SHIPPED: Final = "shipped"
SHIPPED_FOLDER: Final = ROOT / "measures"
SETS: Final = "sets"

_log = logging.getLogger(__name__)
_MOST_KEPT: Final = 512
# More files than this in one folder are somebody's mistake; the rest is left alone.
_MOST_FILES: Final = 500
_MOST_CARDS: Final = 40


class CardSet(ScenarioPart):
    """A party's list of cards, in order: the keys of those that are on."""

    card_set: int = FORMAT
    name: Line = Field(min_length=1)
    description: Lines = ""
    cards: tuple[Line, ...] = Field(strict=False, min_length=1, max_length=_MOST_CARDS)


@dataclass(frozen=True)
class Card:
    """A measure that can be laid; ``key`` is its name in the catalogue."""

    key: str
    path: Path
    measure: Measure
    own: bool


@dataclass(frozen=True)
class StoredSet:
    """A set that can be opened."""

    key: str
    path: Path
    cards: CardSet


@dataclass(frozen=True)
class BrokenFile:
    """A file that holds no measure, or no set, and why."""

    key: str
    path: Path
    problem: FileProblem


def own_folder() -> Path:
    """Return where visitors' cards are kept: the data folder's ``measures``, or ``measures/mine``."""
    given = os.environ.get(DATA_VARIABLE)
    return Path(given).expanduser() / "measures" if given else SHIPPED_FOLDER / "mine"


def load_measure(path: Path | str) -> Measure:
    """Return the measure in a file. Raises FileProblem with every fault in it."""
    return measure_from(strict_yaml.load_file(Path(path)))


def load_set(path: Path | str) -> CardSet:
    """Return the set of cards in a file. Raises FileProblem with every fault in it."""
    made: CardSet = _checked_as(CardSet, "card_set", strict_yaml.load_file(Path(path)))
    return made


def read_measure(source: str | bytes, name: str = "") -> Measure:
    """Return the measure in a text or its bytes; ``name`` is for messages. Raises FileProblem."""
    return measure_from(strict_yaml.load(source, name))


def is_measure(document: Document) -> bool:
    """Return whether a document says that it is a measure."""
    return isinstance(document.data, dict) and "measure" in document.data


def measure_from(document: Document) -> Measure:
    """Return the measure in plain data. Raises FileProblem."""
    read: Measure = _checked_as(Measure, "measure", document)
    return read


def _checked_as(model: type[BaseModel], head: str, document: Document) -> Any:
    """Return plain data as a measure or a set. Raises FileProblem."""

    def has_head(one: Document) -> None:
        """Check that the file says what it is."""
        if not isinstance(one.data, dict) or head not in one.data:
            raise FileProblem(
                (one.problem(
                    (),
                    f"Første linje skal være {head}: {FORMAT}.",
                    f"The first line must be {head}: {FORMAT}.",
                ),),
                one.name,
            )  # fmt: skip

    return checked(model, document, has_head)


def write_measure(measure: Measure) -> str:
    """Return the measure's canonical text."""
    return yaml_text(to_dict(measure))


@dataclass(frozen=True)
class Catalogue:
    """The visitors' own folder of cards and the one that ships, which is only read."""

    own: Path
    shipped: Path = SHIPPED_FOLDER

    def cards(self) -> tuple[tuple[Card, ...], tuple[BrokenFile, ...]]:
        """List all cards, one's own first, and the files that hold none."""
        cards: list[Card] = []
        broken: list[BrokenFile] = []
        for path, key in self._files():
            read = _read_or_problem(path, _measure_at)
            if isinstance(read, FileProblem):
                broken.append(BrokenFile(key, path, read))
            else:
                cards.append(Card(key, path, read, key.startswith(f"{OWN}/")))
        return tuple(cards), tuple(broken)

    def sets(self) -> tuple[tuple[StoredSet, ...], tuple[BrokenFile, ...]]:
        """List the visitors' sets of cards, and the files that hold none."""
        found: list[StoredSet] = []
        broken: list[BrokenFile] = []
        for path in _yaml_files(self.own / SETS):
            key = f"{SETS}/{readable_name(path.name)}"
            read = _read_or_problem(path, _set_at)
            if isinstance(read, FileProblem):
                broken.append(BrokenFile(key, path, read))
            else:
                found.append(StoredSet(key, path, read))
        return tuple(found), tuple(broken)

    def save(self, measure: Measure) -> Card:
        """Save a new card among one's own, under its title. Raises SaveConflict where it is taken, FileProblem."""
        path = self.own / file_name(measure.title)
        _save_new(path, write_measure(measure))
        return Card(f"{OWN}/{path.name}", path, measure, True)

    def save_set(self, cards: CardSet) -> StoredSet:
        """Save a set of cards; one of the same name is replaced. Raises FileProblem."""
        path = self.own / SETS / file_name(cards.name)
        plain = {"card_set": cards.card_set, "name": cards.name, "description": cards.description}
        text = yaml_text({**{k: v for k, v in plain.items() if v}, "cards": list(cards.cards)})
        _save(path, text)
        return StoredSet(f"{SETS}/{path.name}", path, cards)

    def _files(self) -> Iterator[tuple[Path, str]]:
        """Yield the path of each card's file, and its key."""
        for path in _yaml_files(self.own):
            yield path, f"{OWN}/{readable_name(path.name)}"
        for path in _yaml_files(self.shipped):
            yield path, f"{SHIPPED}/{readable_name(path.name)}"


def _yaml_files(folder: Path) -> tuple[Path, ...]:
    """Return the YAML files of a folder, not of those below it, sorted; a folder that cannot be read has none."""
    try:
        paths = [p for p in folder.iterdir() if p.suffix in (".yaml", ".yml") and not p.name.startswith(".")]
        return tuple(sorted(p for p in paths if not p.is_dir()))[:_MOST_FILES]
    except FileNotFoundError:
        return ()
    except OSError as error:
        _log.warning("%s cannot be read: %s", readable_name(folder.name), error)
        return ()


def _read_or_problem(path: Path, read: Callable[[Path, int, int], Any]) -> Any:
    """Return what a file holds, or the problem of one that cannot be used."""
    if not is_readable_name(path.name):
        return single_problem(
            "Filens navn kan ikke læses, for det er skrevet i et andet tegnsæt. Giv filen et nyt navn i mappen.",
            "The file's name cannot be read: it is written in another character set. Give it another name.",
            name=readable_name(path.name),
        )
    try:
        if not path.is_file():
            # A pipe or a device would be read for ever.
            return single_problem("Dette er ikke en fil.", "This is not a file.", name=path.name)
        stat = path.stat()
        return read(path, stat.st_mtime_ns, stat.st_size)
    except FileProblem as problem:
        return problem
    except OSError as error:
        return single_problem(
            f"Filen kan ikke læses: {system_reason(error, 'da')}.",
            f"The file cannot be read: {system_reason(error, 'en')}.",
            name=path.name,
        )


@lru_cache(maxsize=_MOST_KEPT)
def _measure_at(path: Path, changed_at: int, size: int) -> Measure:
    """Read a measure, once for each state of its file."""
    return load_measure(path)


@lru_cache(maxsize=_MOST_KEPT)
def _set_at(path: Path, changed_at: int, size: int) -> CardSet:
    """Read a set, once for each state of its file."""
    return load_set(path)


def _save_new(path: Path, text: str) -> None:
    """Save a file that must be new. Raises SaveConflict, FileProblem."""
    _save(path, text, must_be_new=True)


def _save(path: Path, text: str, *, must_be_new: bool = False) -> None:
    """Save a file: the whole new one or, where anything fails, the old one untouched. Raises FileProblem."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with locked(path.parent):
            if must_be_new and path.exists():
                taken = single_problem(
                    "Der er allerede et kort med den titel. Vælg en anden titel.",
                    "There is already a card of that title. Choose another title.",
                    name=path.name,
                )
                raise SaveConflict(taken.problems, path.name)
            write_atomically(path, text.encode())
    except OSError as error:
        _log.warning("%s not saved: %s", path.name, error)
        raise single_problem(
            f"Kortet kunne ikke gemmes: {system_reason(error, 'da')}. Intet er ændret.",
            f"The card could not be saved: {system_reason(error, 'en')}. Nothing was changed.",
            name=path.name,
        ) from error
    _log.info("%s saved, sha256 %s", path.name, hashlib.sha256(text.encode()).hexdigest()[:12])
