"""A municipality as engine, budget and goals see it: loaded, checked, immutable, every number sourced.

Three have a file of their own; the other 95 are built from their row in the ministry's benchmark.
"""

from __future__ import annotations

import csv
import datetime
import hashlib
import json
import logging
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from model.domain import GROUP_INDEX, GROUPS, KINDS, MODEL_VERSION, OFFER_GROUPS
from model.engine.parameters import EngineParameters
from model.files.folders import DATA_FOLDER, ROOT
from model.files.problems import FileProblem, nearest, single_problem
from model.files.strict_yaml import DATA_BYTES, DATA_NODES, load_file
from model.language import catalogue
from model.language.messages import Text
from model.parameters.assumption_sets import UnknownAssumptionSet, assumption_sets
from model.parameters.build_arrays import EngineArrayBuilder, array_builder
from model.parameters.files import ParameterFile, load_parameter_file, national_parameters, read_parameters
from model.parameters.ids import (
    BENCHMARK_GROUPS,
    TABLES,
    BadParameter,
    UnknownParameter,
    check_bounds,
    is_parameter,
)
from model.parameters.prices import BudgetParameters, budget_file, budget_parameters, budget_values
from model.parameters.sourced_value import Parameter, SourcedValue

if TYPE_CHECKING:
    from model.municipality.goal_specs import GoalSpec

# Names the folder of the users' own data: scenarios in ``scenarios``, municipalities in ``municipalities``.
DATA_VARIABLE: Final = "INDSATSKOMPAS_DATA"
_log = logging.getLogger(__name__)

BENCHMARK_FILE: Final = DATA_FOLDER / "benchmark_y30r21.csv"
CODES_FILE: Final = DATA_FOLDER / "municipality_codes.csv"
BASELINE_PERIOD: Final = "2020QMAT04"
DEFAULT_START: Final = datetime.date(2021, 1, 4)
DEFAULT_SET: Final = "evidence"
# Of the benchmark's names to ours.
_BENCHMARK_NAMES: Final = {
    "dagpenge": "A-dagpenge mv.",
    "sygedagpenge": "Sygedagpenge mv.",
    "kontanthjaelp": "Kontanthjælp mv.",
}
_BENCHMARK_SOURCE: Final = "Jobindsats Y30R21, Beskæftigelsesministeriets benchmark, 2020QMAT04"
_PEOPLE_SOURCE: Final = (
    f"{_BENCHMARK_SOURCE}: full-time persons on dagpenge / their share of the 16-66-year-olds"
)
_USER_SOURCE: Final = "The user's own value"
_SUM_SOURCE: Final = "The sum of the target groups' firm places"
_EDUCATION_SOURCE: Final = "The shares of courses and of ordinary education together"
_DANISH: Final = {
    _PEOPLE_SOURCE: f"{_BENCHMARK_SOURCE}: fuldtidspersoner på dagpenge / deres andel af de 16-66-årige",
    _USER_SOURCE: "Brugerens egen værdi",
    _SUM_SOURCE: "Summen af målgruppernes virksomhedspladser",
    _EDUCATION_SOURCE: "Andelene for kurser og ordinær uddannelse lagt sammen",
}
_LETTERS: Final = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", "é": "e", " ": "-"})


class UnknownMunicipality(LookupError):
    """No municipality of that name."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(self.text("en"))

    def __str__(self) -> str:
        return self.text("en")

    def text(self, language: str) -> str:
        """What is wrong and which name comes nearest, in "da" or "en"."""
        said = catalogue.text("parameters.error.unknown_municipality", language, name=self.name[:60])
        known = {info.id: info.name for info in municipalities()}
        found = nearest(slug(self.name[:60]), known)
        if found is None:
            return said
        return f"{said} {catalogue.text('parameters.error.did_you_mean', language, name=known[found])}"


class OwnFileProblem(FileProblem):
    """A municipality's own file that somebody has written in by hand and broken, or that cannot be run."""


@dataclass(frozen=True)
class MunicipalityInfo:
    """One of the 98: id (ASCII), name, whether it has a file of its own and whether its goals are lent.

    ``own``: whether the user has imported figures for it, which come before the shipped ones.
    """

    id: str
    name: str
    curated: bool
    template: bool
    own: bool = False


@dataclass(frozen=True, eq=False)
class Municipality:
    """All inputs of one municipality under one set of assumptions; equal keys mean equal inputs."""

    id: str
    name: str
    code: str  # three digits, as StatBank has it
    curated: bool
    engine: EngineParameters
    register: tuple[Parameter, ...]
    assumption_set: str
    overrides: Mapping[str, float]
    start: datetime.date
    population: Mapping[str, float]  # people_16_66, people_18_29 and shares of the former by origin
    budget: BudgetParameters
    array_builder: EngineArrayBuilder
    values: Mapping[str, float]  # of the engine's parameters that have a value of their own
    key: str
    own_file: Path | None = None  # the user's own imported figures, where there are some
    # Why the own file that is there cannot be used; the figures are the shipped ones then.
    own_problem: OwnFileProblem | None = None

    @property
    def goals_are_template(self) -> bool:
        """Whether the goals are Ballerup's, lent as a template."""
        return not self.curated

    @cached_property
    def goals(self) -> tuple[GoalSpec, ...]:
        """The municipality's goals, read when they are first asked for. Raises FileProblem."""
        from model.municipality.goal_specs import load_goals

        return load_goals(self.id)

    @cached_property
    def _parameters(self) -> Mapping[str, Parameter]:
        return {parameter.id: parameter for parameter in self.register}

    def parameter(self, parameter_id: str) -> Parameter:
        """One number of the register. Raises UnknownParameter."""
        found = self._parameters.get(parameter_id)
        if found is None:
            raise UnknownParameter(parameter_id, self._parameters)
        return found

    def engine_with(self, changes: Mapping[str, float]) -> EngineParameters:
        """The engine's arrays with some values changed, for draws and sweeps: no register, nothing kept.

        ``changes`` by id, budget ids are left alone. Raises UnknownParameter and BadParameter.
        """
        plan, values = self._changed(changes)
        return plan.build(values)

    def population_with(self, changes: Mapping[str, float]) -> Mapping[str, float]:
        """``population`` with some values changed, as :meth:`engine_with`."""
        plan, values = self._changed(changes)
        return MappingProxyType(plan.population(values))

    def _changed(self, changes: Mapping[str, float]) -> tuple[EngineArrayBuilder, NDArray[np.float64]]:
        engine_changes = {k: v for k, v in changes.items() if k not in budget_values()}
        values = {**self.values, **_checked(engine_changes, self._parameters)}
        plan = self.array_builder
        if len(values) != len(plan.ids):
            plan = array_builder(values, plan.fallback_group)
        return plan, np.array([values[i] for i in plan.ids])


def slug(name: str) -> str:
    """Lower-case ASCII id of a municipality's name: Brøndby -> broendby, Høje-Taastrup -> hoeje-taastrup."""
    return name.strip().lower().translate(_LETTERS)


@lru_cache(maxsize=1)
def benchmark_rows() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    """The benchmark's rows of the baseline year by municipality name and benefit group, as text."""
    out: dict[str, dict[str, Mapping[str, str]]] = {}
    with BENCHMARK_FILE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["period"] == BASELINE_PERIOD:
                out.setdefault(row["municipality"], {})[row["benefit_group"]] = row
    return out


@lru_cache(maxsize=1)
def _codes() -> Mapping[str, str]:
    with CODES_FILE.open(encoding="utf-8", newline="") as file:
        return {row["name"]: row["code"] for row in csv.DictReader(file)}


@lru_cache(maxsize=1)
def _curated() -> Mapping[str, ParameterFile]:
    out = {}
    for path in sorted((DATA_FOLDER / "municipalities").glob("*.yaml")):
        file = load_parameter_file(path)
        if file.municipality is None or file.municipality.id != path.stem:
            raise ValueError(f"{path.name}: municipality.id must be {path.stem}")
        out[file.municipality.id] = file
    return out


@lru_cache(maxsize=1)
def _infos() -> tuple[MunicipalityInfo, ...]:
    curated = _curated()
    names = sorted(benchmark_rows(), key=lambda n: (slug(n) not in curated, slug(n)))
    return tuple(MunicipalityInfo(slug(n), n, slug(n) in curated, slug(n) not in curated) for n in names)


def municipalities() -> list[MunicipalityInfo]:
    """All 98; those with a file of their own first, then by name."""
    try:
        own = set(os.listdir(own_municipalities_folder()))
    except OSError:
        own = set()
    return [replace(info, own=True) if f"{info.id}.yaml" in own else info for info in _infos()]


def own_municipalities_folder() -> Path:
    """Where the users' own municipalities are kept: the data folder's ``municipalities``, or the program's."""
    given = os.environ.get(DATA_VARIABLE)
    return (Path(given).expanduser() if given else ROOT) / "municipalities"


def own_municipality_file(name: str) -> Path:
    """The path of a municipality's own file (it need not be there). Raises UnknownMunicipality."""
    info = next((i for i in _infos() if i.id == slug(name)), None)
    if info is None:
        raise UnknownMunicipality(name)
    return own_municipalities_folder() / f"{info.id}.yaml"


@dataclass(frozen=True)
class _OwnFile:
    """A user's file as it stood when it was looked at; another state is another key of the cache."""

    path: Path
    changed: int
    size: int


def _own_file(municipality_id: str) -> _OwnFile | None:
    path = own_municipalities_folder() / f"{municipality_id}.yaml"
    try:
        found = path.stat()
    except OSError:
        return None
    return _OwnFile(path, found.st_mtime_ns, found.st_size)


_must_be_right: ContextVar[bool] = ContextVar("_must_be_right", default=False)


@contextmanager
def own_files_must_be_right() -> Iterator[None]:
    """Within, a municipality whose own file cannot be used raises OwnFileProblem: where nobody sees a warning."""
    token = _must_be_right.set(True)
    try:
        yield
    finally:
        _must_be_right.reset(token)


@lru_cache(maxsize=128)
def _own_problem(own: _OwnFile) -> OwnFileProblem | None:
    """What is wrong with a user's file, of its form or of its figures together; None where it can be run."""
    from model.engine.calibration import (  # compiled, and not needed by those who only read
        CalibrationError,
        calibrate,
    )

    name = own.path.name
    try:
        calibrate(_load(own.path.stem, DEFAULT_SET, (), own).engine)
    except FileProblem as error:
        return OwnFileProblem(error.problems, error.name or name)
    except (BadParameter, CalibrationError) as error:
        return OwnFileProblem(single_problem(error.da, error.en).problems, name)
    except (ArithmeticError, LookupError, ValueError) as error:
        _log.warning("%s cannot be used: %s", own.path, error)
        said = {k: catalogue.text("parameters.error.own_file_odd", k) for k in catalogue.LANGUAGES}
        return OwnFileProblem(single_problem(said["da"], said["en"]).problems, name)
    return None


def own_problem(name: str) -> OwnFileProblem | None:
    """What is wrong with a municipality's own file, None where it has none or it can be used."""
    own = _own_file(slug(name))
    return None if own is None else _own_problem(own)


def own_problems() -> tuple[OwnFileProblem, ...]:
    """The same of all municipalities that have one."""
    found = (own_problem(info.id) for info in municipalities() if info.own)
    return tuple(problem for problem in found if problem is not None)


@lru_cache(maxsize=64)
def _beside(
    municipality_id: str, assumption_set: str, overrides: tuple[tuple[str, float], ...], own: _OwnFile
) -> Municipality:
    """The shipped figures, with what is wrong with the user's own."""
    found = _load(municipality_id, assumption_set, overrides, None)
    return replace(found, own_problem=_own_problem(own))


@lru_cache(maxsize=16)
def _own_parameters(own: _OwnFile) -> ParameterFile:
    document = load_file(own.path, max_bytes=DATA_BYTES, max_nodes=DATA_NODES)
    file = read_parameters(document)
    expected = own.path.stem
    if file.municipality is None or file.municipality.id != expected:
        said = {
            k: catalogue.text("parameters.error.own_file_id", k, id=expected) for k in catalogue.LANGUAGES
        }
        where = ("municipality", "id") if file.municipality is not None else ()
        raise FileProblem((document.problem(where, said["da"], said["en"]),), own.path.name)
    _log.info("figures of the user's own file %s come before the shipped ones", own.path)
    return file


def municipality_code(name: str) -> str:
    """Three-digit code of a municipality by id or name, as StatBank has it. Raises UnknownMunicipality."""
    info = next((i for i in _infos() if i.id == slug(name)), None)
    if info is None:
        raise UnknownMunicipality(name)
    return _codes()[info.name]


def load_municipality(
    name: str, assumption_set: str = DEFAULT_SET, overrides: Mapping[str, float] | None = None
) -> Municipality:
    """A municipality by id or name, under a named set of assumptions and with single values replaced.

    ``overrides`` by parameter id, in the parameter's own unit. Results are kept (64 latest). Raises
    UnknownMunicipality, UnknownAssumptionSet, UnknownParameter (all with the nearest name), BadParameter
    where the values cannot run, FileProblem where a data file is wrong.

    Figures that the user has imported for the municipality come before the shipped ones; ``own_file`` says so. Where
    that file cannot be used, the shipped figures stand and ``own_problem`` says why; within
    :func:`own_files_must_be_right` OwnFileProblem is raised instead.
    """
    changes = tuple(sorted((key, float(value)) for key, value in (overrides or {}).items()))
    municipality_id = slug(name)
    known = any(info.id == municipality_id for info in _infos())
    own = _own_file(municipality_id) if known else None
    problem = None if own is None else _own_problem(own)
    if own is None or problem is None:
        return _load(municipality_id, assumption_set, changes, own)
    if _must_be_right.get():
        raise problem
    return _beside(municipality_id, assumption_set, changes, own)


def shipped_municipality(name: str) -> Municipality:
    """A municipality as it ships, without the user's own figures, under the central assumptions. Raises as
    :func:`load_municipality`.
    """
    return _load(slug(name), DEFAULT_SET, (), None)


@lru_cache(maxsize=64)
def _load(
    municipality_id: str,
    assumption_set: str,
    overrides: tuple[tuple[str, float], ...],
    own_file: _OwnFile | None,
) -> Municipality:
    info = next((i for i in _infos() if i.id == municipality_id), None)
    if info is None:
        raise UnknownMunicipality(municipality_id)
    chosen = assumption_sets().get(assumption_set)
    if chosen is None:
        raise UnknownAssumptionSet(assumption_set)
    national = national_parameters()
    layers = [f for f in (_curated().get(municipality_id), own_file and _own_parameters(own_file)) if f]
    sourced = {**national.values, **_benchmark_values(info.name)}
    for layer in layers:
        sourced.update(layer.values)
    budget_sourced = dict(budget_values())
    everything = {**sourced, **budget_sourced}
    central = {parameter: value.value for parameter, value in everything.items()}
    values = chosen.apply(everything)
    by_set = {k: v for k, v in values.items() if v != central[k]}
    changes = _checked(dict(overrides), everything)
    values.update(changes)
    for parameter in changes:
        everything.setdefault(parameter, _lent(parameter, sourced, national))
    engine_values = {k: v for k, v in values.items() if k not in budget_sourced}
    plan = array_builder(engine_values, national.fallback_group)
    vector = np.array([engine_values[i] for i in plan.ids])
    engine = plan.build(vector)
    header = layers[-1].municipality if layers else None
    start = datetime.date.fromisoformat(header.start) if header else DEFAULT_START
    population = MappingProxyType(plan.population(vector))
    budget = budget_parameters({k: values[k] for k in budget_sourced if values[k] != central[k]})
    shown = {
        k: _replaced(v, values[k], assumption_set if k in by_set and k not in changes else None)
        for k, v in everything.items()
    }
    danish = {**_DANISH, **budget_file().danish_sources, **national.danish_sources}
    for layer in layers:
        danish.update(layer.danish_sources)
    register = _in_danish(_register(shown, plan, engine, set(budget_sourced)), danish)
    digest = hashlib.sha256()
    digest.update(f"{MODEL_VERSION}|{municipality_id}|{start}|{assumption_set}|{overrides}".encode())
    digest.update(engine.key.encode())
    digest.update(json.dumps([dict(population), {k: values[k] for k in sorted(budget_sourced)}]).encode())
    if own_file is not None:
        # Own figures of the same value still change what the register says of them.
        own = sorted(_own_parameters(own_file).values.items())
        digest.update(json.dumps([[k, v.model_dump(mode="json")] for k, v in own]).encode())
    return Municipality(
        id=info.id,
        name=info.name,
        code=_codes()[info.name],
        curated=info.curated,
        engine=engine,
        register=register,
        assumption_set=assumption_set,
        overrides=MappingProxyType(changes),
        start=start,
        population=population,
        budget=budget,
        array_builder=plan,
        values=MappingProxyType(engine_values),
        key=digest.hexdigest(),
        own_file=own_file.path if own_file else None,
    )


def _checked(changes: Mapping[str, float], known: Mapping[str, object]) -> dict[str, float]:
    """Overrides that name a parameter and lie within its bounds."""
    budget = budget_values()
    for parameter, value in changes.items():
        if parameter not in known and not is_parameter(parameter):
            raise UnknownParameter(parameter, known)
        if parameter not in budget:
            check_bounds(parameter, value)
    return dict(changes)


def _lent(parameter: str, sourced: Mapping[str, SourcedValue], national: ParameterFile) -> SourcedValue:
    """What an overridden cell without a row was before: the value it took from another, or zero."""
    table, *parts = parameter.split(".")
    plan = array_builder(sourced, national.fallback_group)
    found = plan.resolve(table, *parts) if table in TABLES else None
    if found is None and table == "exit" and len(parts) == 3:
        found = ".".join((table, *parts[:2]))
    if found is not None and found in sourced:
        return sourced[found]
    unit = next((v.unit for k, v in sourced.items() if k.startswith(f"{table}.")), "number")
    return SourcedValue(value=0.0, unit=unit, as_of="2020", source=_USER_SOURCE, quality="derived")


def _replaced(sourced: SourcedValue, value: float, by_set: str | None) -> SourcedValue:
    """A register entry whose value was replaced by a set of assumptions (named) or by the user."""
    if value == sourced.value:
        return sourced
    if by_set is not None:
        who = {
            k: catalogue.text("parameters.note.by_set", k, name=by_set, value=_short(sourced.value))
            for k in ("da", "en")
        }
    else:
        who = {
            k: catalogue.text("parameters.note.by_user", k, value=_short(sourced.value)) for k in ("da", "en")
        }
    low = min(value, sourced.value if sourced.low is None else sourced.low)
    high = max(value, sourced.value if sourced.high is None else sourced.high)
    return sourced.model_copy(
        update={
            "value": value,
            "low": low,
            "high": high,
            "quality": "assumption",
            "note": Text(da=who["da"], en=who["en"]),
        }
    )


def _short(value: float) -> str:
    return f"{value:g}"


def _benchmark_values(name: str) -> dict[str, SourcedValue]:
    rows = benchmark_rows()[name]
    out = {
        f"benchmark.{group}": SourcedValue(
            value=float(rows[label]["actual_fte"]),
            unit="full-time persons",
            as_of="2020",
            source=_BENCHMARK_SOURCE,
            quality="statistic",
        )
        for group, label in _BENCHMARK_NAMES.items()
    }
    row = rows[_BENCHMARK_NAMES["dagpenge"]]
    people = float(row["actual_fte"]) / float(row["actual_pct"]) * 100
    # The percentage has two decimals and the count is rounded to tens; the rounding gives the range.
    half = 0.005 / float(row["actual_pct"]) + 5.0 / float(row["actual_fte"])
    out["population.people_16_66"] = SourcedValue(
        value=people,
        low=people * (1 - half),
        high=people * (1 + half),
        unit="persons",
        as_of="2020",
        source=_PEOPLE_SOURCE,
        quality="derived",
    )
    return out


def _register(
    shown: Mapping[str, SourcedValue], plan: EngineArrayBuilder, engine: EngineParameters, budget: set[str]
) -> tuple[Parameter, ...]:
    """Every number: those with a row, cells that take another's value, and figures computed from them."""
    out = [Parameter(k, v) for k, v in shown.items() if k not in budget]
    for table, spec in TABLES.items():
        if len(spec.axes) == 2 and spec.axes[1] == KINDS:
            cells = [(group, kind) for group in OFFER_GROUPS for kind in KINDS]
        elif spec.uses_fallback_group or table in ("firm_ceiling", "newcomer_priority", "firm_priority"):
            cells = [(group,) for group in OFFER_GROUPS]  # type: ignore[misc]
        else:
            continue
        for parts in cells:
            found = plan.resolve(table, *parts)
            cell = ".".join((table, *parts))
            if found is not None and found != cell:
                out.append(Parameter(cell, _borrowed(shown[found], found), follows=found))
    out.extend(_computed(shown, engine))
    out.extend(Parameter(k, v) for k, v in shown.items() if k in budget)
    return tuple(out)


def _in_danish(register: Iterable[Parameter], danish: Mapping[str, str]) -> tuple[Parameter, ...]:
    out = []
    for parameter in register:
        said = danish.get(parameter.value.source, "")
        out.append(replace(parameter, source_da=said) if said else parameter)
    return tuple(out)


def _borrowed(value: SourcedValue, found: str) -> SourcedValue:
    said = {k: catalogue.text("parameters.note.nearest", k, parameter=found) for k in ("da", "en")}
    if value.note is not None:
        said = {k: f"{said[k]} {value.note.text(k)}" for k in said}
    update: dict[str, object] = {"note": Text(da=said["da"], en=said["en"]), "label": None}
    if value.low is not None:
        update["quality"] = "assumption"
    return value.model_copy(update=update)


def _computed(shown: Mapping[str, SourcedValue], engine: EngineParameters) -> list[Parameter]:
    out = []
    totals = engine.stock.sum(axis=1)
    benchmark_of = {g: name for name, groups in BENCHMARK_GROUPS.items() for g in groups}
    for g, group in enumerate(GROUPS):
        if f"stock.{group}" in shown:
            continue
        value = float(totals[g])
        benchmark = benchmark_of.get(group)
        if group == "dagpenge":
            out.append(Parameter("stock.dagpenge", shown["benchmark.dagpenge"], follows="benchmark.dagpenge"))
            continue
        base = shown[f"split.{group}" if benchmark else f"per_population.{group}"]
        scale = value / base.value if base.value else 0.0
        out.append(
            Parameter(f"stock.{group}", _scaled(base, value, scale, "full-time persons"), computed=True)
        )
    for group in OFFER_GROUPS:
        if f"firm_use.{group}" not in shown and f"firm_use_share.{group}" in shown:
            value = float(engine.firm_use[GROUP_INDEX[group]])
            base = shown[f"firm_use_share.{group}"]
            scale = float(totals[GROUP_INDEX[group]])
            out.append(
                Parameter(f"firm_use.{group}", _scaled(base, value, scale, "full-time places"), computed=True)
            )
    said = {k: catalogue.text("parameters.note.computed", k) for k in ("da", "en")}
    note = Text(da=said["da"], en=said["en"])
    for group in OFFER_GROUPS:
        value = float(engine.education_share[GROUP_INDEX[group]])
        out.append(
            Parameter(
                f"education_share.{group}",
                SourcedValue(
                    value=value,
                    unit="share of offers outside firms",
                    as_of="2020",
                    source=_EDUCATION_SOURCE,
                    quality="derived",
                    note=note,
                ),
                computed=True,
            )
        )
    out.append(
        Parameter(
            "firm_places",
            SourcedValue(
                value=engine.firm_places,
                unit="full-time places",
                as_of="2013-2014",
                source=_SUM_SOURCE,
                quality="derived",
                note=note,
            ),
            computed=True,
        )
    )
    return out


def _scaled(base: SourcedValue, value: float, scale: float, unit: str) -> SourcedValue:
    low = value if base.low is None else min(value, base.low * scale)
    high = value if base.high is None else max(value, base.high * scale)
    return base.model_copy(update={"value": value, "low": low, "high": high, "unit": unit, "label": None})


__all__ = [
    "BASELINE_PERIOD",
    "BENCHMARK_FILE",
    "DEFAULT_SET",
    "Municipality",
    "MunicipalityInfo",
    "OwnFileProblem",
    "UnknownMunicipality",
    "benchmark_rows",
    "load_municipality",
    "municipalities",
    "own_files_must_be_right",
    "own_problem",
    "own_problems",
    "shipped_municipality",
    "slug",
]
