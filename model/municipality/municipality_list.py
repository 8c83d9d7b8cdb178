"""List the 98 municipalities: ids, names, codes, and which have figures of their own."""

from __future__ import annotations

import csv
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Final

from model.files.folders import DATA_FOLDER, ROOT
from model.files.folders import DATA_VARIABLE as DATA_VARIABLE
from model.files.problems import nearest
from model.language import catalogue
from model.parameters.files import ParameterFile, load_parameter_file

BENCHMARK_FILE: Final = DATA_FOLDER / "benchmark_y30r21.csv"
CODES_FILE: Final = DATA_FOLDER / "municipality_codes.csv"
BASELINE_PERIOD: Final = "2020QMAT04"
_LETTERS: Final = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", "é": "e", " ": "-"})


class UnknownMunicipality(LookupError):
    """No municipality has that name or id."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(self.text("en"))

    def __str__(self) -> str:
        return self.text("en")

    def text(self, language: str) -> str:
        """Return what is wrong and which name comes nearest, in "da" or "en"."""
        sentence = catalogue.text("parameters.error.unknown_municipality", language, name=self.name[:60])
        names = {info.id: info.name for info in municipalities()}
        nearest_id = nearest(slug(self.name[:60]), names)
        if nearest_id is None:
            return sentence
        suggestion = catalogue.text("parameters.error.did_you_mean", language, name=names[nearest_id])
        return f"{sentence} {suggestion}"


@dataclass(frozen=True)
class MunicipalityInfo:
    """One of the 98 as lists show it."""

    id: str  # ASCII
    name: str
    curated: bool  # it has a data file of its own
    template: bool  # its goals are Ballerup's, lent as a template
    own: bool = False  # the user has imported figures for it, which come before the shipped ones


def name_with_own_figures(name: str, language: str) -> str:
    """Return a municipality's name with the sign that some of its figures are the users' own."""
    return catalogue.text("parameters.municipality.own", language, name=name)


def slug(name: str) -> str:
    """Return the ASCII id of a municipality's name: Brøndby -> broendby, Høje-Taastrup -> hoeje-taastrup."""
    return name.strip().lower().translate(_LETTERS)


@lru_cache(maxsize=1)
def benchmark_rows() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    """Read the benchmark's rows of the baseline year, as text, by municipality name and benefit group."""
    rows: dict[str, dict[str, Mapping[str, str]]] = {}
    with BENCHMARK_FILE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["period"] == BASELINE_PERIOD:
                rows.setdefault(row["municipality"], {})[row["benefit_group"]] = row
    return rows


@lru_cache(maxsize=1)
def _codes() -> Mapping[str, str]:
    """Read the municipalities' codes, by name."""
    with CODES_FILE.open(encoding="utf-8", newline="") as file:
        return {row["name"]: row["code"] for row in csv.DictReader(file)}


@lru_cache(maxsize=1)
def curated_files() -> Mapping[str, ParameterFile]:
    """Read the shipped data files of single municipalities, by id. Raises FileProblem, ValueError for a wrong id."""
    files = {}
    for path in sorted((DATA_FOLDER / "municipalities").glob("*.yaml")):
        file = load_parameter_file(path)
        if file.municipality is None or file.municipality.id != path.stem:
            raise ValueError(f"{path.name}: municipality.id must be {path.stem}")
        files[file.municipality.id] = file
    return files


@lru_cache(maxsize=1)
def _shipped_infos() -> tuple[MunicipalityInfo, ...]:
    """List all 98 without a look at the user's own files."""
    curated = curated_files()
    names = sorted(benchmark_rows(), key=lambda n: (slug(n) not in curated, slug(n)))
    return tuple(MunicipalityInfo(slug(n), n, slug(n) in curated, slug(n) not in curated) for n in names)


def find_municipality(name: str) -> MunicipalityInfo:
    """Return one of the 98 by id or name, without a look at the user's own files. Raises UnknownMunicipality."""
    municipality_id = slug(name)
    for info in _shipped_infos():
        if info.id == municipality_id:
            return info
    raise UnknownMunicipality(name)


def municipalities() -> list[MunicipalityInfo]:
    """List all 98; those with a data file of their own first, then by name."""
    try:
        # NAME.yaml, or NAME.VINTAGE.yaml.
        own = {
            name.split(".")[0] for name in os.listdir(own_municipalities_folder()) if name.endswith(".yaml")
        }
    except OSError:
        own = set()
    return [replace(info, own=True) if info.id in own else info for info in _shipped_infos()]


def own_municipalities_folder() -> Path:
    """Return where users' own municipalities are kept: ``municipalities`` in the data folder, or in the program's."""
    folder = os.environ.get(DATA_VARIABLE)
    return (Path(folder).expanduser() if folder else ROOT) / "municipalities"


def municipality_code(name: str) -> str:
    """Return the three-digit code of a municipality by id or name, as StatBank has it. Raises UnknownMunicipality."""
    return _codes()[find_municipality(name).name]
