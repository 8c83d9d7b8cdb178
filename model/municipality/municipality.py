"""A municipality as engine, budget and goals see it: loaded, checked, immutable, every number sourced.

Three have a file of their own; the other 95 are built from their row in the ministry's benchmark.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from model.domain import MODEL_VERSION
from model.engine.parameters import EngineParameters
from model.files.problems import FileProblem, single_problem
from model.language.messages import Localized, Message
from model.municipality.build_register import (
    DANISH_SOURCES,
    benchmark_values,
    build_register,
    value_before_override,
    with_value,
)
from model.municipality.goal_specs import Basis, GoalSpec, goal_years, goals_basis, load_goals
from model.municipality.municipality_list import (
    MunicipalityInfo,
    UnknownMunicipality,
    curated_files,
    find_municipality,
    municipalities,
    municipality_code,
    name_with_own_figures,
    slug,
)
from model.municipality.own_file import OwnFile, OwnFileProblem, find_own_file, must_be_right, own_parameters
from model.municipality.rules import FIRST_RULES, check_rules
from model.municipality.vintages import FIRST, UnknownVintage, Vintage, vintage, vintage_names
from model.parameters.assumption_sets import AssumptionSet, UnknownAssumptionSet, assumption_sets
from model.parameters.budget_file import budget_file
from model.parameters.build_arrays import EngineArrayBuilder, array_builder
from model.parameters.dated_rates import DANISH_SOURCES as DANISH_SOURCES_OF_RATES
from model.parameters.dated_rates import prices_under
from model.parameters.files import ParameterFile, national_parameters
from model.parameters.ids import (
    BadParameter,
    UnknownParameter,
    check_bounds,
    is_parameter,
)
from model.parameters.price_bounds import is_price
from model.parameters.prices import BudgetParameters, budget_parameters
from model.parameters.sourced_value import Parameter, SourcedValue

_log = logging.getLogger(__name__)

DEFAULT_SET: Final = "evidence"


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
    vintage: str = FIRST  # the name of the starting figures
    rules: str = FIRST_RULES  # which rules hold: model.municipality.rules
    own_file: Path | None = None  # the user's own imported figures, where there are some
    # Why the own file that is there cannot be used; the figures are the shipped ones then.
    own_problem: OwnFileProblem | None = None

    def label(self, language: str) -> str:
        """Return the name as pages and documents show it: with a sign where figures are the users' own."""
        return self.name if self.own_file is None else name_with_own_figures(self.name, language)

    @property
    def goals_are_template(self) -> bool:
        """Return whether the goals are not the municipality's own: Ballerup's as a template, or the product's."""
        return self.goals_basis != "own"

    @property
    def goals_basis(self) -> Basis:
        """Return whose goals are shown on the municipality's figures."""
        return goals_basis(self.id, self.vintage)

    @property
    def goal_years(self) -> str:
        """Return which years the documents are from that the goals stand in."""
        return goal_years(self.id, self.vintage)

    @cached_property
    def goals(self) -> tuple[GoalSpec, ...]:
        """Return the municipality's goals, read when they are first asked for. Raises FileProblem."""
        return load_goals(self.id, self.vintage)

    @cached_property
    def _parameters(self) -> Mapping[str, Parameter]:
        """Return the register by parameter id."""
        return {parameter.id: parameter for parameter in self.register}

    def parameter(self, parameter_id: str) -> Parameter:
        """Return one number of the register. Raises UnknownParameter."""
        parameter = self._parameters.get(parameter_id)
        if parameter is None:
            raise UnknownParameter(parameter_id, self._parameters)
        return parameter

    def under(
        self, assumption_set: str = DEFAULT_SET, overrides: Mapping[str, float] | None = None
    ) -> Municipality:
        """Return the same figures and rules under another set of assumptions and with these values replaced.

        Raises as :func:`load_municipality`.
        """
        return load_municipality(self.id, assumption_set, overrides, figures=self.vintage, rules=self.rules)

    def engine_with(self, changes: Mapping[str, float]) -> EngineParameters:
        """Return the engine's arrays with some values changed, for draws and sweeps: no register, nothing kept.

        ``changes`` by id, budget ids are left alone. Raises UnknownParameter and BadParameter.
        """
        builder, values = self._changed(changes)
        return builder.build(values)

    def population_with(self, changes: Mapping[str, float]) -> Mapping[str, float]:
        """Return ``population`` with some values changed, as :meth:`engine_with`."""
        builder, values = self._changed(changes)
        return MappingProxyType(builder.population(values))

    def _changed(self, changes: Mapping[str, float]) -> tuple[EngineArrayBuilder, NDArray[np.float64]]:
        """Return the array builder and its values [n] with some changed."""
        engine_changes = {k: v for k, v in changes.items() if not is_price(k)}
        values = {**self.values, **_checked(engine_changes, self._parameters)}
        builder = self.array_builder
        if len(values) != len(builder.ids):
            builder = array_builder(values, builder.fallback_group)
        return builder, np.array([values[i] for i in builder.ids])


@lru_cache(maxsize=128)
def _problem_of(own: OwnFile) -> OwnFileProblem | None:
    """Return what is wrong with a user's file, its form or its figures together; None where it can be run."""
    # Compiled, and not needed by those who only read.
    from model.engine.calibration import CalibrationError, calibrate

    name = own.path.name
    try:
        calibrate(_load(own.municipality, DEFAULT_SET, (), own, own.figures).engine)
    except FileProblem as error:
        return OwnFileProblem(error.problems, error.name or name)
    except (BadParameter, CalibrationError) as error:
        return _own_file_problem(error, name)
    except (ArithmeticError, LookupError, ValueError) as error:
        _log.warning("%s cannot be used: %s", own.path, error)
        return _own_file_problem(Message("parameters.error.own_file_odd"), name)
    return None


def _own_file_problem(message: Localized, name: str) -> OwnFileProblem:
    """Return a problem of a whole file."""
    return OwnFileProblem(single_problem(message.da, message.en).problems, name)


def own_problem(name: str) -> OwnFileProblem | None:
    """Return what is wrong with a municipality's own file, None where it has none or it can be used."""
    return next((p for p in _own_problems_of(slug(name)) if p is not None), None)


def _own_problems_of(municipality_id: str) -> list[OwnFileProblem | None]:
    """Return what is wrong with a municipality's own files, None for one that can be used."""
    files = (find_own_file(municipality_id, figures) for figures in vintage_names())
    return [_problem_of(own) for own in files if own is not None]


def municipality_label(info: MunicipalityInfo, language: str) -> str:
    """Return a municipality's name as lists show it: with a sign where figures are the users' own and can be used."""
    if info.own and own_problem(info.id) is None:
        return name_with_own_figures(info.name, language)
    return info.name


def own_problems() -> tuple[OwnFileProblem, ...]:
    """Return what is wrong with own files, of all municipalities that have one."""
    problems = (problem for info in municipalities() if info.own for problem in _own_problems_of(info.id))
    return tuple(problem for problem in problems if problem is not None)


@lru_cache(maxsize=64)
def _shipped_with_problem(
    municipality_id: str,
    assumption_set: str,
    overrides: tuple[tuple[str, float], ...],
    own: OwnFile,
    figures: str,
    rules: str,
) -> Municipality:
    """Return the shipped figures, with what is wrong with the user's own."""
    shipped = _load(municipality_id, assumption_set, overrides, None, figures, rules)
    return replace(shipped, own_problem=_problem_of(own))


def load_municipality(
    name: str,
    assumption_set: str = DEFAULT_SET,
    overrides: Mapping[str, float] | None = None,
    *,
    figures: str = FIRST,
    rules: str = FIRST_RULES,
) -> Municipality:
    """Return a municipality by id or name, under a named set of assumptions and with single values replaced.

    Arguments: ``overrides`` by parameter id, in the parameter's own unit; ``figures`` the vintage, by name; ``rules``
    which rules hold (:mod:`model.municipality.rules`). Results are kept (64 latest). Raises UnknownMunicipality,
    UnknownAssumptionSet, UnknownParameter (all with the nearest name), UnknownVintage, BadParameter where the values
    cannot run, FileProblem where a data file is wrong.

    Figures that the user has imported for the municipality come before the shipped ones of their time; ``own_file``
    says so. Where that file cannot be used, the shipped figures stand and ``own_problem`` says why; within
    :func:`own_files_must_be_right` OwnFileProblem is raised instead.
    """
    changes = tuple(sorted((key, float(value)) for key, value in (overrides or {}).items()))
    municipality_id = find_municipality(slug(name)).id
    own = find_own_file(municipality_id, figures)
    problem = None if own is None else _problem_of(own)
    if own is None or problem is None:
        return _load(municipality_id, assumption_set, changes, own, figures, rules)
    if must_be_right():
        raise problem
    return _shipped_with_problem(municipality_id, assumption_set, changes, own, figures, rules)


def shipped_municipality(name: str, figures: str = FIRST) -> Municipality:
    """Return a municipality as it ships, without the user's own figures, under the central assumptions.

    Raises as :func:`load_municipality`.
    """
    return _load(slug(name), DEFAULT_SET, (), None, figures)


@dataclass(frozen=True)
class _Figures:
    """The numbers of a municipality before they become arrays, by parameter id."""

    rows: Mapping[str, SourcedValue]  # as data files have them, prices included
    values: Mapping[str, float]  # under the set of assumptions and with the overrides
    changes: Mapping[str, float]  # the overrides
    changed_by_set: frozenset[str]

    @property
    def engine_values(self) -> dict[str, float]:
        """Return the values that are not prices."""
        return {k: v for k, v in self.values.items() if not is_price(k)}

    @property
    def prices(self) -> BudgetParameters:
        """Return the prices, each with its origin: those that a set or an override changed keep their row's."""
        rows = {k: row for k, row in self.rows.items() if is_price(k)}
        return budget_parameters(
            {k: self.values[k] for k, v in rows.items() if self.values[k] != v.value}, rows
        )

    def shown(self, assumption_set: str) -> dict[str, SourcedValue]:
        """Return the rows with their values, and with a note where a value was replaced."""
        return {
            k: with_value(
                row,
                self.values[k],
                assumption_set if k in self.changed_by_set and k not in self.changes else None,
            )
            for k, row in self.rows.items()
        }


def _figures(
    info: MunicipalityInfo,
    assumptions: AssumptionSet,
    overrides: Mapping[str, float],
    layers: Sequence[Mapping[str, SourcedValue]],
    shipped_prices: Mapping[str, SourcedValue],
) -> _Figures:
    """Return the numbers of a municipality: national, the benchmark's, its layers' (the last counts), overrides."""
    national = national_parameters()
    sourced = {**national.values, **benchmark_values(info.name)}
    for layer in layers:
        sourced.update(layer)
    # Prices stand last and in their own order, whichever file they are from.
    own_prices = {
        k: own if (own := sourced.pop(k)).label else own.model_copy(update={"label": shipped.label})
        for k, shipped in shipped_prices.items()
        if k in sourced
    }
    rows = {**sourced, **shipped_prices, **own_prices}
    central = {parameter: row.value for parameter, row in rows.items()}
    values = assumptions.apply(rows)
    changed_by_set = frozenset(k for k, v in values.items() if v != central[k])
    changes = _checked(overrides, rows)
    values.update(changes)
    for parameter in changes:
        rows.setdefault(parameter, value_before_override(parameter, sourced, national))
    return _Figures(rows, values, changes, changed_by_set)


def _layers(
    files: Sequence[ParameterFile | None], dated: Vintage, municipality_id: str
) -> list[Mapping[str, SourcedValue]]:
    """Return the numbers that come after the nation's, the last counts: its file's, the vintage's, the user's.

    What the shipped file says of an earlier time gives way to the vintage; what the user says does not.
    """
    shipped, own = (None if file is None else file.values for file in files)
    of_vintage = (dated.national, dated.rows.get(municipality_id, {}))
    return [layer for layer in (shipped, *of_vintage, own) if layer is not None]


def _start_of(files: Sequence[ParameterFile | None], dated: Vintage) -> datetime.date:
    """Return the Monday at which the figures stand: of the first vintage, what the municipality's files say."""
    headers = [file.municipality for file in files if file is not None and file.municipality is not None]
    if dated.name == FIRST and headers:
        return datetime.date.fromisoformat(headers[-1].start)
    return dated.start


def _key(
    whose: str, of_time: tuple[str, str] | None, inputs: tuple[str, str], own_file: OwnFile | None
) -> str:
    """Return the SHA-256 of all inputs of a municipality.

    ``of_time``: figures and rules, None for the first, so that what was saved before there were others is still known
    as what it is.
    """
    digest = hashlib.sha256(whose.encode())
    for part in ("" if of_time is None else "|".join(of_time), *inputs):
        digest.update(part.encode())
    if own_file is not None:
        # Own figures of the same value still change what the register says of them.
        own = sorted(own_parameters(own_file).values.items())
        digest.update(json.dumps([[k, v.model_dump(mode="json")] for k, v in own]).encode())
    return digest.hexdigest()


@lru_cache(maxsize=64)
def _load(
    municipality_id: str,
    assumption_set: str,
    overrides: tuple[tuple[str, float], ...],
    own_file: OwnFile | None,
    vintage_name: str = FIRST,
    rules: str = FIRST_RULES,
) -> Municipality:
    """Build a municipality from its files, once. Raises as :func:`load_municipality`."""
    return _built(municipality_id, assumption_set, overrides, own_file, vintage(vintage_name), rules)


def municipality_on(dated: Vintage, municipality_id: str) -> Municipality:
    """Return a municipality on starting figures that are not among the shipped ones, under the central assumptions.

    Raises as :func:`load_municipality`.
    """
    return _built(municipality_id, DEFAULT_SET, (), None, dated, FIRST_RULES)


def _built(
    municipality_id: str,
    assumption_set: str,
    overrides: tuple[tuple[str, float], ...],
    own_file: OwnFile | None,
    dated: Vintage,
    rules: str,
) -> Municipality:
    """Build a municipality. Raises as :func:`load_municipality`."""
    info = find_municipality(municipality_id)
    assumptions = assumption_sets().get(assumption_set)
    if assumptions is None:
        raise UnknownAssumptionSet(assumption_set)
    check_rules(rules)
    files = [curated_files().get(municipality_id), own_parameters(own_file) if own_file else None]
    layers = _layers(files, dated, municipality_id)
    shipped_prices = prices_under(dated=rules != FIRST_RULES)
    figures = _figures(info, assumptions, dict(overrides), layers, shipped_prices)
    engine_values = figures.engine_values
    national = national_parameters()
    builder = array_builder(engine_values, national.fallback_group)
    vector = np.array([engine_values[i] for i in builder.ids])
    engine = builder.build(vector)
    population = builder.population(vector)
    start = _start_of(files, dated)
    danish = {**DANISH_SOURCES, **budget_file().danish_sources, **DANISH_SOURCES_OF_RATES}
    named = [file.danish_sources for file in files if file is not None]
    for sources in (national.danish_sources, dated.danish_sources, *named):
        danish.update(sources)
    prices = {k: figures.values[k] for k in sorted(shipped_prices)}
    inputs = (engine.key, json.dumps([dict(population), prices]))
    of_time = None if (dated.name, rules) == (FIRST, FIRST_RULES) else (dated.name, rules)
    whose = f"{MODEL_VERSION}|{municipality_id}|{start}|{assumption_set}|{overrides}"
    return Municipality(
        id=info.id,
        name=info.name,
        code=municipality_code(info.id),
        curated=info.curated,
        engine=engine,
        register=build_register(
            figures.shown(assumption_set), builder, engine, shipped_prices.keys(), danish
        ),
        assumption_set=assumption_set,
        overrides=MappingProxyType(dict(figures.changes)),
        start=start,
        population=MappingProxyType(population),
        budget=figures.prices,
        array_builder=builder,
        values=MappingProxyType(engine_values),
        key=_key(whose, of_time, inputs, own_file),
        vintage=dated.name,
        rules=rules,
        own_file=own_file.path if own_file else None,
    )


def _checked(changes: Mapping[str, float], known: Mapping[str, object]) -> dict[str, float]:
    """Return changes that name a parameter and lie within its bounds. Raises UnknownParameter, BadParameter."""
    for parameter, value in changes.items():
        if parameter not in known and not is_parameter(parameter):
            raise UnknownParameter(parameter, known)
        if not is_price(parameter):
            check_bounds(parameter, value)
    return dict(changes)


__all__ = [
    "DEFAULT_SET",
    "Municipality",
    "UnknownMunicipality",
    "UnknownVintage",
    "load_municipality",
    "municipality_on",
    "own_problem",
    "own_problems",
    "shipped_municipality",
]
