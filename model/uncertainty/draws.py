"""Sets of assumptions drawn over every uncertain number, calibrated once and run with any scenario.

Quasi-random (scrambled Sobol) points with a fixed seed, so that the same draws stand behind the baseline and all
scenarios. Three choices matter to the reader:

- A range of the register is the *whole* range that its author holds possible (the priors give lowest and highest,
  no confidence level), so no draw leaves it. The central value is the *median*: half of the draws lie on each side, so
  that the deterministic central line lies in the middle of the band; density falls linearly to nothing at each end
  (x = low + (central - low) sqrt(2u) for u < 1/2, and mirrored). Where the central value is itself an end, half of the
  draws have it.
- Independent draws of some 600 numbers would average out and make bands falsely narrow. Numbers of one family move
  together through a normal copula (``uncertainty.yaml``; its correlations are assumptions); a number that one group
  borrows from another has one value in a draw, as it has in the register.
- What the user has set is fixed. Where the levers stand today is given. Each draw is calibrated anew, from the same
  stock and exits where these are not drawn themselves. A draw that cannot be run is replaced by the next point of the
  sequence, counted and never clipped.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from model.engine.parameters import EngineParameters
from model.language.messages import LocalizedError, Message
from model.municipality.municipality import Municipality
from model.parameters.families import Drawable, drawables
from model.parameters.ids import BadParameter
from model.parameters.prices import BudgetParameters, budget_parameters
from model.simulation.run_engine import Prepared, prepare
from model.uncertainty.array_bytes import array_bytes
from model.uncertainty.draw_points import PointSequence

Floats = NDArray[np.float64]
Progress = Callable[[int, int], None]

DEFAULT_COUNT: Final = 128
DEFAULT_SEED: Final = 1
MAX_DRAWS: Final = 4096
# Calibrated at a time: a caller who has lost interest waits for no more than these.
CHUNK: Final = 16
# All that visitors look at hold no more memory together than some three municipalities' draws at 128 each, with what is
# kept with them; those of 24 took 2.7 GB.
_MAX_KEPT: Final = 64
MAX_BYTES: Final = 240_000_000
_WAIT_SECONDS: Final = 0.05


class Cancelled(Exception):
    """The caller has set ``cancel``; nothing half-made is kept."""


class TooManyRefused(LocalizedError):
    """The ranges let too few sets of assumptions run."""

    def __init__(self, refused: int, tried: int, why: Exception | None) -> None:
        self.refused, self.tried, self.why = refused, tried, why
        reason = why if isinstance(why, BadParameter) else str(why or "")
        message = Message("uncertainty.error.too_many_refused", refused=refused, tried=tried, why=reason)
        super().__init__(message)


class WrongDraws(LocalizedError):
    """A count or seed that cannot be used, an unknown indicator, draws of another municipality."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(Message(f"uncertainty.error.{key}", **values))


@dataclass(frozen=True, eq=False)
class DrawsSummary:
    """What figures over draws tell of them; it holds none, so that an answer can be kept and its draws can go."""

    municipality: Municipality
    seed: int
    count: int
    parameters: tuple[str, ...]
    refused: int


@dataclass(frozen=True, eq=False)
class Draws:
    """``count`` calibrated sets of assumptions of one municipality, P parameters each."""

    municipality: Municipality
    seed: int
    count: int
    parameters: tuple[str, ...]  # ids that vary
    values: Floats  # [count, P] read-only
    prepared: Prepared  # leading axis = draw
    budgets: tuple[BudgetParameters, ...]
    populations: tuple[Mapping[str, float], ...]
    refused: int  # sets that could not be run and were replaced
    cache: dict[Any, Any] = field(default_factory=dict, repr=False)  # what is worked out once per draws

    @cached_property
    def municipalities(self) -> tuple[Municipality, ...]:
        """Return the municipality of each draw as goals and budget read it (its engine is in ``prepared``)."""
        return tuple(
            replace(self.municipality, budget=budget, population=population)
            for budget, population in zip(self.budgets, self.populations, strict=True)
        )

    @cached_property
    def summary(self) -> DrawsSummary:
        """Return what is told of them where they are not held."""
        return DrawsSummary(self.municipality, self.seed, self.count, self.parameters, self.refused)

    def of(self, parameter: str) -> Floats:
        """Return the values of one parameter [count]. Raises ValueError for one that does not vary."""
        return np.asarray(self.values[:, self.parameters.index(parameter)])


def check_cancel(cancel: threading.Event | None) -> None:
    """Raise Cancelled where the caller has lost interest."""
    if cancel is not None and cancel.is_set():
        raise Cancelled


class SingleFlightCache:
    """Makes each thing once, also when several threads ask for it, and keeps the latest ``most``.

    Of these it keeps as many as weigh no more than ``heaviest`` together, and the latest whatever it weighs.
    """

    def __init__(
        self, most: int, weigh: Callable[[Any], int] | None = None, heaviest: float = float("inf")
    ) -> None:
        self._most = most
        self._weigh, self._heaviest = weigh, heaviest
        self._guard = threading.Lock()
        self._entries: OrderedDict[Any, Any] = OrderedDict()
        self._locks: dict[Any, threading.Lock] = {}

    def get(self, key: Any, make: Callable[[], Any], cancel: threading.Event | None = None) -> Any:
        """Return ``make()``, made once per key; what raises is not kept.

        Raises Cancelled, also while another thread makes it.
        """
        with self._guard:
            if key in self._entries:
                self._entries.move_to_end(key)
                return self._entries[key]
            lock = self._locks.setdefault(key, threading.Lock())
        while not lock.acquire(timeout=_WAIT_SECONDS):
            check_cancel(cancel)
        try:
            with self._guard:
                if key in self._entries:
                    return self._entries[key]
            made = make()
            with self._guard:
                self._entries[key] = made
                self._drop_oldest()
            return made
        finally:
            lock.release()
            with self._guard:
                if not lock.locked():
                    self._locks.pop(key, None)

    def _drop_oldest(self) -> None:
        weigh = self._weigh or (lambda _: 0)
        # What is kept has grown since it came.
        weights = [weigh(one) for one in self._entries.values()]
        while len(weights) > self._most or (len(weights) > 1 and sum(weights) > self._heaviest):
            self._entries.popitem(last=False)
            del weights[0]

    def kept(self) -> list[Any]:
        """Return what is kept, the latest asked for last."""
        with self._guard:
            return list(self._entries.values())

    def __contains__(self, key: Any) -> bool:
        with self._guard:
            return key in self._entries

    def clear(self) -> None:
        """Forget everything (for tests)."""
        with self._guard:
            self._entries.clear()


def held_bytes(draws: Draws) -> int:
    """Return how much memory draws hold: their numbers, and what is kept with them."""
    return array_bytes(draws.values, draws.prepared, draws.cache)


_draws: Final = SingleFlightCache(_MAX_KEPT, held_bytes, MAX_BYTES)


def draws_for(
    municipality: Municipality,
    *,
    count: int = DEFAULT_COUNT,
    seed: int = DEFAULT_SEED,
    cancel: threading.Event | None = None,
    progress: Progress | None = None,
) -> Draws:
    """Return ``count`` calibrated draws; the same arguments give the same object or values.

    ``progress(done, count)`` is called from the thread that makes them. Raises Cancelled, TooManyRefused, and
    WrongDraws for a count or seed that cannot be used.
    """
    if not 1 <= count <= MAX_DRAWS:
        raise WrongDraws("count", low=1, high=MAX_DRAWS, given=count)
    if seed < 0:
        raise WrongDraws("seed", given=seed)
    check_cancel(cancel)
    made: Draws = _draws.get(
        (municipality.key, count, seed), lambda: _make(municipality, count, seed, cancel, progress), cancel
    )
    return made


def are_ready(municipality: Municipality, count: int = DEFAULT_COUNT, seed: int = DEFAULT_SEED) -> bool:
    """Return whether the draws are kept already, so that :func:`draws_for` answers at once."""
    return (municipality.key, count, seed) in _draws


def _make(
    municipality: Municipality,
    count: int,
    seed: int,
    cancel: threading.Event | None,
    progress: Progress | None,
) -> Draws:
    """Draw the values and calibrate them."""
    varied, columns = _varied_parameters(municipality)
    points = PointSequence(varied, columns, seed, count)
    return calibrate_draws(
        municipality,
        [drawable.id for drawable in varied],
        points.first(count),
        seed=seed,
        replacement=points.replacement,
        cancel=cancel,
        progress=progress,
    )


def _varied_parameters(municipality: Municipality) -> tuple[tuple[Drawable, ...], list[int]]:
    """List what varies, and the column of the sequence that each has.

    Columns go by the municipality's own register, so that a number that the user has fixed leaves all others as they
    were drawn.
    """
    plain = municipality.under()
    column = {drawable.id: i for i, drawable in enumerate(drawables(plain.register, {}))}
    varied = tuple(
        drawable
        for drawable in drawables(municipality.register, municipality.overrides)
        if drawable.id in column
    )
    return varied, [column[drawable.id] for drawable in varied]


@dataclass(frozen=True)
class AssumptionSet:
    """One set of assumptions as engine, budget and goals read it."""

    engine: EngineParameters
    budget: BudgetParameters
    population: Mapping[str, float]


class _SetBuilder:
    """Builds sets from values; where the levers stand stays as the municipality has it."""

    def __init__(self, municipality: Municipality, parameters: Sequence[str]) -> None:
        self._municipality = municipality
        self._parameters = parameters
        self._prices = {name: value.value for name, value in municipality.budget.values.items()}
        # Places that are a share of the caseload would move with a drawn caseload.
        self._places = {
            parameter.id: parameter.value.value
            for parameter in municipality.register
            if parameter.computed and parameter.id.startswith("firm_use.")
        }

    def build(self, values: Floats) -> AssumptionSet:
        """Build a set from its values [P]. Raises BadParameter where they cannot be run."""
        changes = dict(zip(self._parameters, values.tolist(), strict=True))
        prices = {name: changes[name] for name in self._prices.keys() & changes.keys()}
        municipality = self._municipality
        return AssumptionSet(
            municipality.engine_with({**self._places, **changes}),
            budget_parameters({**self._prices, **prices}, municipality.budget.values),
            municipality.population_with(changes),
        )


def calibrate_draws(
    municipality: Municipality,
    parameters: Sequence[str],
    values: Floats,
    *,
    seed: int = 0,
    replacement: Callable[[int], Floats | None] | None = None,
    cancel: threading.Event | None = None,
    progress: Progress | None = None,
) -> Draws:
    """Build draws from given values [n, P], calibrate them in chunks and pack them.

    ``another(row)`` gives the values that replace a refused set; without it, or where it gives None, TooManyRefused.
    """
    maker = _DrawMaker(_SetBuilder(municipality, parameters), values, replacement, cancel)
    count = len(values)
    sets: list[AssumptionSet] = []
    chunks: list[Prepared] = []
    for begin in range(0, count, CHUNK):
        rows = range(begin, min(begin + CHUNK, count))
        own, ready = maker.chunk(rows)
        sets += own
        chunks.append(ready)
        if progress is not None:
            progress(rows.stop, count)
    maker.values.flags.writeable = False
    return Draws(
        municipality=municipality,
        seed=seed,
        count=count,
        parameters=tuple(parameters),
        values=maker.values,
        prepared=_joined(chunks),
        budgets=tuple(one.budget for one in sets),
        populations=tuple(one.population for one in sets),
        refused=maker.refused,
    )


class _DrawMaker:
    """Makes sets of assumptions ready chunk by chunk, with others in place of those that cannot be run.

    What cannot be run is told by BadParameter or CalibrationError: all ValueErrors.
    """

    def __init__(
        self,
        sets: _SetBuilder,
        values: Floats,
        replacement: Callable[[int], Floats | None] | None,
        cancel: threading.Event | None,
    ) -> None:
        self.values = np.array(values, dtype=np.float64)
        self.refused = 0
        self._sets = sets
        self._another = replacement
        self._cancel = cancel

    def chunk(self, rows: range) -> tuple[list[AssumptionSet], Prepared]:
        """Calibrate the sets of some rows. Raises Cancelled and TooManyRefused."""
        check_cancel(self._cancel)
        built = [self._built(row) for row in rows]
        while True:
            try:
                return built, prepare([one.engine for one in built])
            except ValueError as error:
                wrong = self._wrong(built)
                if not wrong:
                    raise error
            for at, why in wrong.items():
                self._replace(rows[at], why)
                built[at] = self._built(rows[at])

    def _built(self, row: int) -> AssumptionSet:
        """Build the set of a row, with other values where its own cannot be built."""
        while True:
            try:
                return self._sets.build(self.values[row])
            except ValueError as error:
                self._replace(row, error)

    def _wrong(self, built: Sequence[AssumptionSet]) -> dict[int, ValueError]:
        """Find the sets that cannot be calibrated, and why."""
        wrong = {}
        for at, one in enumerate(built):
            check_cancel(self._cancel)
            try:
                prepare((one.engine,))
            except ValueError as error:
                wrong[at] = error
        return wrong

    def _replace(self, row: int, why: ValueError) -> None:
        """Replace the values of a row. Raises TooManyRefused where there are no others."""
        self.refused += 1
        values = self._another(row) if self._another is not None else None
        if values is None:
            raise TooManyRefused(self.refused, len(self.values) + self.refused - 1, why) from why
        self.values[row] = values


def _joined(chunks: Sequence[Prepared]) -> Prepared:
    """Join chunks along the leading axis."""

    def join(parts: Sequence[Any]) -> Any:
        return type(parts[0])(*(np.concatenate(arrays) for arrays in zip(*parts, strict=True)))

    return Prepared(join([c.parameters for c in chunks]), join([c.start for c in chunks]))
