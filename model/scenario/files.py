"""Scenarios as YAML files: read with every fault named, written in one way, saved without losing anything.

Formats 1 and 2 (:data:`model.scenario.scenario.FORMAT`). A scenario's text is always the same, so that differences
between two versions are small.
"""

from __future__ import annotations

import errno
import hashlib
import logging
import os
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path as FilePath
from typing import Any, Final

from pydantic import ValidationError

from model.domain import MODEL_VERSION
from model.files import strict_yaml
from model.files.atomic_write import locked, patiently, write_atomically, yaml_text
from model.files.merge_conflict import MergeConflict
from model.files.problems import (
    OPEN_ELSEWHERE,
    FileProblem,
    Path,
    Problem,
    located,
    sanitised,
    single_problem,
    suggestion,
    system_reason,
)
from model.files.strict_yaml import Document
from model.files.validation_problems import invisible_explained, problems_from
from model.scenario.comments import with_comments
from model.scenario.file_format import check_format, problems_at
from model.scenario.file_warnings import file_warnings, with_questions
from model.scenario.levers import LEVER_BY_ID, check_value
from model.scenario.merged_results import merged_text, results_conflict, without_results
from model.scenario.scenario import (
    EVIDENCE,
    FORMAT,
    Scenario,
    canonical_json,
    municipality_of,
    to_dict,
)

SUFFIX: Final = ".yaml"

_NAME_CHARACTERS: Final = 80
_RESERVED: Final = frozenset(
    # Windows takes a raised figure for the figure.
    ("con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in "0123456789¹²³"))
)
_log = logging.getLogger(__name__)


class SaveConflict(FileProblem):
    """Someone else has saved, made or removed the file in the meantime. Nothing has been written."""


@dataclass(frozen=True)
class ReadScenario:
    """The scenario in a file, and what to ask the person who wrote it: valid, but perhaps not what was meant."""

    scenario: Scenario
    warnings: tuple[Problem, ...] = ()
    name: str = ""  # of the file
    # Set where git could not merge the file's stored results, which are then left out; it is among the warnings too.
    conflict: FileProblem | None = None

    def lines(self, language: str) -> tuple[str, ...]:
        """Return one text per warning, with its place in front."""
        return located(self.warnings, self.name, language)


@dataclass(frozen=True)
class SavedScenario:
    """Where a scenario was saved, and the hash that the next save of it must expect."""

    path: FilePath
    sha256: str


# --- Reading --------------------------------------------------------------------------------------


def load_scenario(path: FilePath | str) -> Scenario:
    """Return the scenario in a file. Raises FileProblem with every fault in it."""
    return _whole(load_with_warnings(path))


def read_scenario(source: str | bytes, name: str = "") -> Scenario:
    """Return the scenario in a text or its bytes; ``name`` is for messages. Raises FileProblem."""
    return _whole(read_with_warnings(source, name))


def load_with_warnings(path: FilePath | str) -> ReadScenario:
    """Return the scenario in a file with what to ask about it. Raises FileProblem with every fault in it.

    Where git could not merge the stored results, and they alone, they are left out, and a warning says so.
    """
    try:
        return _read(strict_yaml.load_file(FilePath(path)))
    except MergeConflict as conflict:
        return _without_results(conflict)


def read_with_warnings(source: str | bytes, name: str = "") -> ReadScenario:
    """Return the scenario in a text or its bytes as :func:`load_with_warnings` does. Raises FileProblem."""
    try:
        return _read(strict_yaml.load(source, name))
    except MergeConflict as conflict:
        return _without_results(conflict)


def _whole(read: ReadScenario) -> Scenario:
    """Return the scenario of a file of which nothing was left out. Raises FileProblem."""
    if read.conflict is not None:
        raise read.conflict
    return read.scenario


def _read(document: Document) -> ReadScenario:
    """Return the scenario in plain data with what to ask about it. Raises FileProblem."""
    scenario = scenario_from(document)
    return ReadScenario(scenario, file_warnings(scenario, document), document.name)


def _without_results(conflict: MergeConflict) -> ReadScenario:
    """Return the scenario of a file that git could merge but for its results. Raises FileProblem."""
    text = without_results(conflict)
    if text is None:
        raise conflict
    read = _read(strict_yaml.load(text, conflict.name))
    problem = results_conflict(conflict)
    return replace(read, warnings=(*read.warnings, *problem.problems), conflict=problem)


def scenario_from(document: Document) -> Scenario:
    """Return the scenario in plain data, checked alone and against its municipality. Raises FileProblem."""
    try:
        return _checked(document)
    except FileProblem as problem:
        explained = invisible_explained(problem, document, _checked)
        raise with_questions(explained, document) from None


def _checked(document: Document) -> Scenario:
    """Return the scenario in plain data. Raises FileProblem with the faults as they come."""
    data = document.data
    if not isinstance(data, dict):
        raise problems_at(
            document,
            ((), f"Dette er ikke et scenarie: filen skal begynde med format: {FORMAT}.",
             f"This is not a scenario: the file must begin with format: {FORMAT}."),
        )  # fmt: skip
    check_format(document)
    try:
        scenario = Scenario.model_validate(document.data, by_alias=True, by_name=False)
    except ValidationError as error:
        raise problems_from(error, document, model=Scenario) from None
    _check_municipality(scenario, document)
    return scenario


def _check_municipality(scenario: Scenario, document: Document) -> None:
    """Check name, assumptions and bounds that depend on the municipality. Raises FileProblem."""
    from model.engine.calibration import CalibrationError, calibrate
    from model.municipality.municipality_list import UnknownMunicipality, municipalities
    from model.parameters.assumption_sets import UnknownAssumptionSet
    from model.parameters.ids import BadParameter, UnknownParameter

    known = [info.id for info in municipalities()]
    if scenario.municipality not in known:
        name = scenario.municipality
        example_da = suggestion(name, known, "da") or f" Skriv kommunens id, for eksempel {known[0]}."
        example_en = (
            suggestion(name, known, "en") or f" Write the municipality's id, for instance {known[0]}."
        )
        raise problems_at(
            document,
            (("municipality",),
             f"Kommunen »{sanitised(name)}« kendes ikke.{example_da}",
             f"The municipality “{sanitised(name)}” is not known.{example_en}"),
        )  # fmt: skip
    if scenario.assumption_set == EVIDENCE and not scenario.assumptions and not _needs_municipality(scenario):
        return
    try:
        municipality = municipality_of(scenario)
        if scenario.assumption_set != EVIDENCE or scenario.assumptions:
            calibrate(municipality.engine)
    except UnknownAssumptionSet as error:
        raise problems_at(document, (("assumption_set",), error.text("da"), error.text("en"))) from None
    except UnknownParameter as error:
        where = _assumption_path(scenario, error.parameter)
        raise problems_at(document, ((*where, "parameter"), error.text("da"), error.text("en"))) from None
    except (BadParameter, CalibrationError, UnknownMunicipality) as error:
        words = error.text("da") + error.text("en")
        named = [a.parameter for a in scenario.assumptions if a.parameter in words]
        raise problems_at(
            document, (_assumption_path(scenario, *named[:1]), error.text("da"), error.text("en"))
        ) from None
    faults = []
    for i, change in _written_order(scenario, document):
        wrong = check_value(LEVER_BY_ID[change.lever], change.to, municipality)
        if wrong:
            faults.append((("changes", i, "to"), wrong.da, wrong.en))
    if faults:
        raise problems_at(document, *faults)


def _needs_municipality(scenario: Scenario) -> bool:
    """Return whether a value lies above what every municipality may have."""
    for change in scenario.changes:
        lever = LEVER_BY_ID[change.lever]
        if lever.cap_per_baseline is not None and change.to > lever.maximum:
            return True
    return False


def _written_order(scenario: Scenario, document: Document) -> Iterator[tuple[int, Any]]:
    """Yield changes with their place in the document (the scenario keeps them sorted)."""
    written = [_change_key(entry) for entry in document.data.get("changes") or ()]
    for change in scenario.changes:
        yield written.index((change.lever, change.group, change.from_.isoformat())), change


def _change_key(entry: Mapping[str, Any]) -> tuple[Any, Any, str]:
    """Return what a written change is recognised by."""
    return entry.get("lever"), entry.get("group"), str(entry.get("from"))


def _assumption_path(scenario: Scenario, parameter: str = "") -> Path:
    """Return where an assumption stands in the file."""
    for i, assumption in enumerate(scenario.assumptions):
        if assumption.parameter == parameter:
            return ("assumptions", i)
    return ("assumptions",)


# --- Writing --------------------------------------------------------------------------------------


def write_scenario(scenario: Scenario, previous: str | None = None) -> str:
    """Return the scenario's canonical text: same order, numbers and bytes for equal scenarios.

    ``previous`` is the text that it replaces; comments in it keep their place where what they stand at is
    still there, and go to the end of the file where it is not.
    """
    text = yaml_text(to_dict(scenario))
    return with_comments(text, merged_text(previous)) if previous and "#" in previous else text


def scenario_hash(scenario: Scenario) -> str:
    """Return the SHA-256 of the scenario as plain data without its results."""
    plain = to_dict(scenario)
    plain.pop("results", None)
    return hashlib.sha256(canonical_json(plain).encode()).hexdigest()


def input_hash(scenario: Scenario, municipality_key: str) -> str:
    """Return the SHA-256 of the scenario (results left out), the municipality's inputs and the version."""
    joined = "\n".join((scenario_hash(scenario), municipality_key, MODEL_VERSION))
    return hashlib.sha256(joined.encode()).hexdigest()


# --- Saving ---------------------------------------------------------------------------------------


def file_name(name: str) -> str:
    """Return a safe file name for a user's name: one segment of letters (æøå too), digits and hyphens.

    Raises FileProblem where nothing is left.
    """
    text = unicodedata.normalize("NFC", unicodedata.normalize("NFC", name[:1000]).lower())
    text = text.removesuffix(".yaml").removesuffix(".yml")
    text = "".join(c if c.isalnum() else "-" for c in text)
    text = re.sub(r"-+", "-", text).strip("-")
    text = text[:_NAME_CHARACTERS].encode()[: 2 * _NAME_CHARACTERS].decode(errors="ignore").strip("-")
    if not text:
        raise single_problem(
            f"»{sanitised(name)}« kan ikke bruges som navn: skriv mindst et bogstav eller tal.",
            f"“{sanitised(name)}” cannot be used as a name: write at least one letter or digit.",
        )
    if text in _RESERVED:
        text += "-scenarie"
    return text + SUFFIX


def file_hash(path: FilePath) -> str | None:
    """Return the SHA-256 of a file as it stands, for ``expected_hash``; None where there is none."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except FileNotFoundError:
        return None


def save_scenario(
    scenario: Scenario, folder: FilePath | str, name: str, *, expected_hash: str | None = None
) -> SavedScenario:
    """Save under a user's name for it: the whole new file or, where anything fails, the old one untouched.

    ``expected_hash`` is the ``file_hash`` of the version that was opened; None: the file must be new.
    Raises SaveConflict where somebody else was first, FileProblem where the disk says no.
    """
    return _saved(scenario, FilePath(folder) / file_name(name), expected_hash)


def replace_scenario(
    scenario: Scenario, path: FilePath | str, *, expected_hash: str | None = None
) -> SavedScenario:
    """Save into the file at ``path``, which is named by whoever runs the program and not by a user of a page.

    As ``save_scenario`` in all else. A symbolic link stays one: the file that it leads to is replaced.
    """
    return _saved(scenario, FilePath(os.path.realpath(path)), expected_hash)


def rename_scenario(
    path: FilePath, name: str, folder: FilePath | None = None
) -> tuple[Scenario, SavedScenario]:
    """Give the scenario in a file, as it stands there now, another name and its file the name that follows.

    ``folder``: where the file goes, its own unless given. The new file is whole before the old one goes. Raises
    SaveConflict where the name is taken or the file is gone, FileProblem where the name cannot be used, the file holds
    no scenario or the disk says no.
    """
    to = (folder or path.parent) / file_name(name)
    previous = file_hash(path)
    if previous is None:
        raise _conflict(path.name, existed=False, expected=True)
    try:
        renamed = load_scenario(path).copy_with(name=name)
    except ValidationError as error:
        raise problems_from(error, Document({}, name=path.name), model=Scenario) from None
    if to == path:
        return renamed, _saved(renamed, path, previous)
    try:
        with locked(to.parent):
            old = _expected(path, previous)
            if to.exists():
                raise _conflict(to.name, existed=True, expected=False)
            text = write_scenario(renamed, old.decode("utf-8", "replace"))
            write_atomically(to, text.encode())
            remove_old(path, to)
    except OSError as error:
        _log.warning("scenario %s not renamed: %s", path.name, error)
        raise _disk_problem(path.name, error) from error
    _log.info("scenario %s renamed to %s", path.name, to.name)
    return renamed, SavedScenario(to, hashlib.sha256(text.encode()).hexdigest())


def remove_old(path: FilePath, new: FilePath) -> None:
    """Remove a file whose content has got a new name; where it cannot be removed the new one goes again.

    Raises FileProblem, which says what stands.
    """
    try:
        patiently(lambda: path.unlink(missing_ok=True))
    except OSError as error:
        _log.warning("%s cannot be removed: %s", path.name, error)
        da, en = (
            f"Den gamle fil »{sanitised(path.name)}« kan ikke fjernes ({system_reason(error, 'da')}). ",
            f"The old file “{sanitised(path.name)}” cannot be removed ({system_reason(error, 'en')}). ",
        )
        try:
            patiently(new.unlink)
        except OSError:
            da += f"»{sanitised(new.name)}« er også gemt: nu er begge der."
            en += f"“{sanitised(new.name)}” is saved too: now both are there."
        else:
            da += "Den beholder sit navn, og intet er ændret."
            en += "It keeps its name, and nothing was changed."
        raise single_problem(da, en, name=new.name) from error


def move_file(path: FilePath, to: FilePath, *, lock: FilePath) -> None:
    """Move a file as it stands; what lies at ``to`` is never replaced. ``lock`` is the folder that is locked.

    Raises SaveConflict where the file is gone or ``to`` is taken, FileProblem where the disk says no.
    """
    try:
        to.parent.mkdir(parents=True, exist_ok=True)
        with locked(lock):
            if not path.is_file():
                raise _conflict(path.name, existed=False, expected=True)
            if to.exists():
                raise _conflict(to.name, existed=True, expected=False)
            patiently(lambda: path.rename(to))
    except OSError as error:
        _log.warning("%s not moved: %s", path.name, error)
        raise _disk_problem(path.name, error) from error


def _expected(path: FilePath, digest: str) -> bytes:
    """Return the bytes of a file that must still have a hash. Raises SaveConflict."""
    content = _previous(path)
    if content is None or hashlib.sha256(content).hexdigest() != digest:
        raise _conflict(path.name, existed=content is not None, expected=True)
    return content


def _saved(scenario: Scenario, path: FilePath, expected_hash: str | None) -> SavedScenario:
    """Save into a file that must have ``expected_hash``. Raises SaveConflict, FileProblem."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with locked(path.parent):
            previous = _previous(path)
            present_hash = None if previous is None else hashlib.sha256(previous).hexdigest()
            if present_hash != expected_hash:
                raise _conflict(
                    path.name, existed=present_hash is not None, expected=expected_hash is not None
                )
            text = write_scenario(scenario, previous.decode("utf-8", "replace") if previous else None)
            write_atomically(path, text.encode())
    except OSError as error:
        _log.warning("scenario %s not saved: %s", path.name, error)
        raise _disk_problem(path.name, error) from error
    digest = hashlib.sha256(text.encode()).hexdigest()
    _log.info("scenario %s saved, sha256 %s", path.name, digest[:12])
    return SavedScenario(path, digest)


def _previous(path: FilePath) -> bytes | None:
    """Return the bytes of the file that is replaced, None where there is none."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _conflict(name: str, *, existed: bool, expected: bool) -> SaveConflict:
    """Return the conflict: the file changed, is already there or is gone."""
    if existed and expected:
        da = (
            "En anden har gemt scenariet, siden du åbnede det. Gem dit under et nyt navn, eller åbn det igen."
        )
        en = "Someone else has saved it since you opened it. Save yours under a new name, or open it again."
    elif existed:
        da = "Der er allerede et scenarie med det navn. Vælg et andet navn."
        en = "There is already a scenario of that name. Choose another name."
    else:
        da = "Scenariet er slettet eller omdøbt, siden du åbnede det. Gem det som nyt."
        en = "The scenario has been deleted or renamed since you opened it. Save it as new."
    return SaveConflict((Problem(0, 0, (), da, en),), name)


def _disk_problem(name: str, error: OSError) -> FileProblem:
    """Return the problem of a file that the system did not let us write."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        da, en = (
            "Disken er fuld. Intet er gemt eller ændret.",
            "The disk is full. Nothing was saved or changed.",
        )
    elif getattr(error, "winerror", None) in OPEN_ELSEWHERE:
        da = (
            "Et andet program har filen åben, eller der må ikke skrives i mappen. Intet er gemt eller ændret."
        )
        en = "Another program has the file open, or the folder is read-only. Nothing was saved or changed."
    elif error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        da = "Der må ikke skrives i mappen. Intet er gemt eller ændret."
        en = "Writing in the folder is not allowed. Nothing was saved or changed."
    else:
        da = f"Scenariet kunne ikke gemmes ({system_reason(error, 'da')}). Intet er ændret."
        en = f"The scenario could not be saved ({system_reason(error, 'en')}). Nothing was changed."
    return single_problem(da, en, name=name)


def scenario_files(folder: FilePath) -> tuple[FilePath, ...]:
    """Return the scenario files of a folder and those below it, sorted; hidden ones are left out."""
    paths = (p for pattern in ("*.yaml", "*.yml") for p in folder.rglob(pattern))
    return tuple(
        sorted(p for p in paths if not any(part.startswith(".") for part in p.relative_to(folder).parts))
    )
