"""Exit rates that agree with imported inflow, durations, completed spells and destinations.

At rest as many leave a group as arrive: the level follows from the inflow or (Little's law) from caseload / mean
duration. Rates are scaled, never invented: destinations keep their pattern over the duration classes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from model.domain import DURATION_CLASSES, EXITS, GROUP_INDEX, N_DURATIONS, N_GROUPS, N_ORIGINS
from model.engine.calibration import calibrate
from model.engine.parameters import EngineParameters
from model.imports.aggregation import CannotSum
from model.imports.rows import Suppressed
from model.imports.vocabulary import normalised
from model.language.messages import Localized, LocalizedError, Message, Phrase, joined
from model.municipality.municipality import Municipality
from model.parameters.ids import CLASS_NAMES

Floats = NDArray[np.float64]
_ROUNDS: Final = 40
_CLOSE: Final = 5e-4
# A scaled rate may become this much larger or smaller than before; beyond it the figures do not belong together.
_MOST_FACTOR: Final = 20.0
_SPAN: Final = re.compile(r"(?P<low>\d+)\s*(?:-|til)\s*(?P<high>\d+)\s*(?:uger|weeks|uge)?")
_UNDER: Final = re.compile(r"(?:under|mindre end|<|0\s*-)\s*(?P<high>\d+)\s*(?:uger|weeks|uge)?")
_OVER: Final = re.compile(
    r"(?:over|mere end|mindst|>)\s*(?P<low>\d+)\s*(?:uger|weeks|uge)?|(?P<least>\d+)\s*uger (?:og derover|eller mere)"
)
# Classes whose rate a distribution over completed spells tells; the last two lie in its open class.
_CLOSED_CLASSES: Final = 5


class CannotFit(LocalizedError):
    """No scaling of the exit rates agrees with a group's figures."""

    def __init__(self, group: str, why: Localized) -> None:
        self.group = group
        super().__init__(why)


@dataclass(frozen=True)
class Target:
    """What a file says of one group: inflow a week, mean duration in full-time weeks, completed spells by class
    (shares of all, for weeks 0-4 to 40-52), destinations (weights)."""

    inflow: float = 0.0
    duration: float = 0.0
    classes: tuple[float, ...] = ()
    destinations: Mapping[str, float] | None = None

    def with_(self, **values: Any) -> Target:
        """Return the target with some figures replaced."""
        return replace(self, **values)

    def how(self) -> Localized:
        """Return the message of what the rates were fitted to."""
        keys = [
            key
            for key, given in (
                ("inflow", self.inflow),
                ("duration", self.duration),
                ("classes", self.classes),
                ("destinations", self.destinations),
            )
            if given
        ]
        parts = [Message(f"import.how.exit.{key}") for key in keys]
        return Message("import.how.exits", what=Phrase(joined, parts, separator=", "))


def weeks_of(label: str) -> tuple[int, int | None] | None:
    """Return first and last whole week of a duration label (last None: open), or None where it is none."""
    text = normalised(label)
    match = _UNDER.fullmatch(text)
    if match is not None and not text.startswith("0"):
        return 0, int(match["high"]) - 1
    match = _SPAN.fullmatch(text)
    if match is not None:
        return int(match["low"]), int(match["high"])
    match = _OVER.fullmatch(text)
    if match is not None:
        return (int(match["low"]) + 1 if match["low"] else int(match["least"])), None
    return None


def spell_classes(spans: Mapping[tuple[int, int | None], float | Suppressed]) -> tuple[float, ...]:
    """Return shares of completed spells in the model's classes to week 52, from labels that fill them.

    Raises CannotSum where they do not, or where one is suppressed.
    """
    numbers: dict[tuple[int, int | None], float] = {}
    for span, value in spans.items():
        if isinstance(value, Suppressed):
            raise CannotSum(Message("import.preview.hidden_class", mark=value.mark or "–"))
        numbers[span] = value
    everything = sum(numbers.values())
    bounds = [*DURATION_CLASSES[: _CLOSED_CLASSES + 1]]
    ordered = sorted(numbers, key=lambda s: s[0])
    if not ordered or ordered[-1][1] is not None or everything <= 0:
        raise CannotSum(Message("import.preview.classes"))
    week, out, sums = 0, [], 0.0
    for low, high in ordered:
        if low != week:
            raise CannotSum(Message("import.preview.classes"))
        if low >= bounds[-1]:
            break
        sums += numbers[low, high]
        week = N_DURATIONS if high is None else high + 1
        if week in bounds[1:]:
            out.append(sums / everything)
            sums = 0.0
    if len(out) != _CLOSED_CLASSES:
        raise CannotSum(Message("import.preview.classes"))
    return tuple(out)


def outflows(engine: EngineParameters) -> tuple[Floats, Floats]:
    """Return persons at rest [G, D] and their exits a week by destination [G, E, D]."""
    rest = calibrate(engine)
    persons = (rest.waiting + rest.in_offer + rest.after_offer).reshape(N_GROUPS, N_ORIGINS, N_DURATIONS)
    weighted = (persons * engine.origin_factor[:, :, None]).sum(axis=1)
    everyone = persons.sum(axis=1)
    out = np.zeros((N_GROUPS, len(EXITS), N_DURATIONS))
    out[:, 0] = weighted * engine.job
    out[:, 1] = weighted * engine.education
    out[:, 2] = everyone * engine.other
    # Transfers into a group are scaled by origin where they alone would fill it.
    out[:, 3:] = np.einsum("god,ghd,ho->ghd", persons, engine.transfer, rest.transfer_scale)
    return everyone, out


def fitted(
    municipality: Municipality, changes: Mapping[str, float], targets: Mapping[str, Target]
) -> dict[str, tuple[float, str]]:
    """Return new values of exit parameters by id, each with the parameter that it was scaled from.

    ``changes`` are the other imported values (stocks, activation). Raises CannotFit, BadParameter, CalibrationError.
    """
    start = _rates(municipality, targets)
    rates = dict(start)
    origin = {p: _stem(p, municipality.values) for p in rates}
    base = {p: municipality.values[origin[p]] for p in rates}
    for _ in range(_ROUNDS):
        engine = municipality.engine_with({**changes, **rates})
        stock, flows = outflows(engine)
        worst = 0.0
        for group, target in targets.items():
            for parameter, factor in _factors(group, target, stock, flows, rates).items():
                worst = max(worst, abs(factor - 1.0))
                rates[parameter] *= factor
                if (
                    base[parameter] > 0
                    and not 1 / _MOST_FACTOR <= rates[parameter] / base[parameter] <= _MOST_FACTOR
                ):
                    raise CannotFit(group, Message("import.preview.too_far"))
        if worst < _CLOSE:
            return {p: (v, origin[p]) for p, v in rates.items()}
    raise CannotFit(next(iter(targets)), Message("import.preview.no_fit"))


def _rates(municipality: Municipality, targets: Mapping[str, Target]) -> dict[str, float]:
    """Return the rates that may be scaled, those for all durations by class where classes are fitted."""
    values, out = municipality.values, {}
    for group, target in targets.items():
        for to in EXITS:
            stem = f"exit.{group}.{to}"
            by_class = [f"{stem}.{name}" for name in CLASS_NAMES]
            if any(p in values for p in by_class):
                out.update({p: values[p] for p in by_class if p in values})
            elif stem in values and target.classes:
                out.update(dict.fromkeys(by_class, values[stem]))
            elif stem in values:
                out[stem] = values[stem]
    return {p: v for p, v in out.items() if v > 0}


def _stem(parameter: str, values: Mapping[str, float]) -> str:
    """Return the parameter that a rate takes its value from: its own row or the one for all durations."""
    return parameter if parameter in values else parameter.rpartition(".")[0]


def _factors(
    group: str, target: Target, stock: Floats, flows: Floats, rates: Mapping[str, float]
) -> dict[str, float]:
    """Return by what each rate of a group is multiplied in one step towards its target. Raises CannotFit."""
    g = GROUP_INDEX[group]
    own = [p for p in rates if p.split(".")[1] == group]
    out = dict.fromkeys(own, 1.0)
    bounds = [*DURATION_CLASSES, N_DURATIONS]
    caseload, flow = float(stock[g].sum()), flows[g]
    if target.classes:
        survival = 1.0 - np.concatenate([[0.0], np.cumsum(target.classes)])
        widths = np.diff(bounds[: _CLOSED_CLASSES + 1])
        hazard = 1.0 - (survival[1:] / survival[:-1]) ** (1.0 / widths)
        for c, name in enumerate(CLASS_NAMES[:_CLOSED_CLASSES]):
            weeks = slice(bounds[c], bounds[c + 1])
            now = float(flow[:, weeks].sum()) / float(stock[g, weeks].sum())
            if hazard[c] <= 0 or now <= 0:
                raise CannotFit(group, Message("import.preview.no_fit"))
            for p in own:
                if p.endswith(f".{name}"):
                    out[p] *= float(hazard[c]) / now
    level = target.inflow or (caseload / target.duration if target.duration else 0.0)
    if level:
        if level >= caseload:
            raise CannotFit(group, Message("import.preview.too_far"))
        late = set(CLASS_NAMES[_CLOSED_CLASSES:]) if target.classes else set()
        scalable = _scalable(own, flow, late, bounds)
        rest = float(flow.sum()) - scalable
        if scalable <= 0 or level <= rest:
            raise CannotFit(group, Message("import.preview.no_fit"))
        # The open end answers slowly to its rate: half a step on the log scale keeps it from swinging.
        factor = float(np.sqrt((level - rest) / scalable))
        for p in own:
            if not late or p.rpartition(".")[2] in late:
                out[p] *= factor
    if target.destinations:
        out = _towards(target.destinations, flow, own, out)
    return out


def _scalable(own: list[str], flow: Floats, late: set[str], bounds: list[int]) -> float:
    """Return the weekly exits of a group that its scalable rates give."""
    total = 0.0
    for e, to in enumerate(EXITS):
        mine = [p for p in own if p.split(".")[2] == to]
        for p in mine:
            name = p.split(".")[3] if p.count(".") == 3 else ""
            if late and name not in late:
                continue
            where = slice(None) if not name else slice(*bounds[CLASS_NAMES.index(name) :][:2])
            total += float(flow[e, where].sum())
    return total


def _towards(
    target: Mapping[str, float], flow: Floats, own: list[str], out: dict[str, float]
) -> dict[str, float]:
    """Shift exits between the destinations that the file names, their sum unchanged."""
    now = {to: float(flow[EXITS.index(to)].sum()) for to in target}
    movable = {to: v for to, v in now.items() if v > 0 and any(p.split(".")[2] == to for p in own)}
    if not movable:
        return out
    whole, target_whole = sum(movable.values()), sum(target[to] for to in movable)
    if target_whole <= 0:
        return out
    for to, value in movable.items():
        factor = target[to] / target_whole * whole / value
        for p in own:
            if p.split(".")[2] == to:
                out[p] *= max(factor, 1 / _MOST_FACTOR)
    return out
