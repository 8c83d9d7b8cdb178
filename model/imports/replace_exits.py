"""Replace exit rates: fitted to inflow, durations and destinations that a file states."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from model.domain import GROUPS
from model.engine.calibration import CalibrationError
from model.imports import exits, vocabulary
from model.imports.aggregation import CannotSum, add, by_period, collapsed, mean, share_of_year, total
from model.imports.replacement_builder import ReplacementBuilder
from model.imports.rows import Row, Suppressed
from model.language.catalogue import number
from model.language.messages import Message, Phrase
from model.parameters.ids import BadParameter

_WEEKS_PER_YEAR: Final = 365.25 / 7


def replace_exits(builder: ReplacementBuilder, rows: Sequence[Row]) -> None:
    """Replace exit rates by those that fit inflow, durations and destinations of the file."""
    targets: dict[str, exits.Target] = {}
    for group, own in builder.by_group(rows, "started").items():
        _target(builder, targets, group, own, "inflow", _inflow)
    for group, own in builder.by_group(rows, "mean_weeks").items():
        _target(builder, targets, group, own, "duration", _duration)
    for group, own in builder.by_group([r for r in rows if r.duration], "ended").items():
        _target(builder, targets, group, own, "classes", _classes)
    for measure in ("status_share", "ended", ""):
        with_status = [r for r in rows if vocabulary.destination_of(r.destination) or r.destination]
        for group, own in builder.by_group(with_status, measure).items():
            if not targets.get(group, exits.Target()).destinations:
                _target(builder, targets, group, own, "destinations", _destinations)
    if not targets:
        return
    changes = {p: r.after.value for p, r in builder.replacements.items()}
    try:
        rates = _fitted(builder, changes, targets)
    except exits.CannotFit as error:
        builder.skip(builder.message_of(error.group, "preview.what.exits"), error.message)
        return
    except (BadParameter, CalibrationError):
        builder.skip(Message("import.preview.what.all_exits"), Message("import.preview.exits_impossible"))
        return
    keeps = vocabulary.entries().assumptions.known_level_keeps
    register = {p.id: p.value for p in builder.municipality.register}
    for parameter, (value, stem) in rates.items():
        old = register.get(stem)
        factor = value / old.value if old is not None and old.value else 1.0
        low = high = None
        if old is not None and old.low is not None and old.high is not None:
            low = min(value, factor * (old.value - keeps * (old.value - old.low)))
            high = max(value, factor * (old.value + keeps * (old.high - old.value)))
        how = targets[parameter.split(".")[1]].how()
        builder.replace(parameter, value, "a week", "derived", how, low=low, high=high)


def _fitted(
    builder: ReplacementBuilder, changes: Mapping[str, float], targets: dict[str, exits.Target]
) -> dict[str, tuple[float, str]]:
    """Fit the rates; where a mean length cannot hold beside the classes of a group, by its classes alone.

    ``targets`` is left as what was fitted. Raises as :func:`exits.fitted`.
    """
    try:
        return exits.fitted(builder.municipality, changes, targets)
    except (exits.CannotFit, BadParameter, CalibrationError):
        both = [group for group, target in targets.items() if target.classes and target.duration]
        if not both:
            raise
    for group in both:
        targets[group] = targets[group].with_(duration=0.0)
    rates = exits.fitted(builder.municipality, changes, targets)
    for group in both:
        builder.skip(
            builder.message_of(group, "preview.what.duration"), Message("import.preview.classes_decide")
        )
    return rates


def _target(
    builder: ReplacementBuilder,
    targets: dict[str, exits.Target],
    group: str,
    rows: list[Row],
    what: str,
    read: Callable[[ReplacementBuilder, str, list[Row]], object],
) -> None:
    """Add one figure of a group to its target, or note why it cannot be used."""
    if group not in GROUPS:
        return
    builder.use(rows)
    try:
        value = read(builder, group, rows)
    except CannotSum as error:
        builder.skip(builder.message_of(group, f"preview.what.{what}"), error.message)
        return
    earlier = targets.get(group, exits.Target())
    if what == "duration" and earlier.inflow:
        builder.skip(
            builder.message_of(group, "preview.what.duration"), Message("import.preview.inflow_decides")
        )
        return
    targets[group] = earlier.with_(**{what: value})


def _inflow(builder: ReplacementBuilder, group: str, rows: list[Row]) -> float:
    """Return new spells a week. Raises CannotSum."""
    value = total(by_period(collapsed(rows, keep=("category",))), builder.when)
    if value <= 0:
        raise CannotSum(Message("import.preview.zero"))
    builder.notes.append(builder.message_of(group, "preview.spells"))
    return value / share_of_year(builder.when) / _WEEKS_PER_YEAR


def _duration(builder: ReplacementBuilder, group: str, rows: list[Row]) -> float:
    """Return the mean length of spells in full-time weeks. Raises CannotSum."""
    weeks = mean(by_period(collapsed(rows, keep=("category",))), builder.when)
    if weeks <= 0:
        raise CannotSum(Message("import.preview.zero"))
    ratio = vocabulary.entries().assumptions.fulltime_per_person.get(group)
    if ratio is None:
        builder.notes.append(builder.message_of(group, "preview.calendar_weeks"))
        return weeks
    shown = Phrase(number, ratio, decimals=2)
    builder.notes.append(builder.message_of(group, "preview.fulltime_weeks", ratio=shown))
    return weeks * ratio


def _classes(builder: ReplacementBuilder, group: str, rows: list[Row]) -> tuple[float, ...]:
    """Return shares of completed spells by class of weeks. Raises CannotSum."""
    flat = collapsed(rows, keep=("category", "duration"))
    spans: dict[tuple[int, int | None], float | Suppressed] = {}
    for name in dict.fromkeys(r.duration for r in flat):
        span = exits.weeks_of(name)
        if span is not None:
            values = by_period([r for r in flat if r.duration == name])
            spans[span] = add(values.get(p, Suppressed("", "missing")) for p in builder.when.periods)
    return exits.spell_classes(spans)


def _destinations(builder: ReplacementBuilder, group: str, rows: list[Row]) -> dict[str, float]:
    """Return weights of destinations by exit. Raises CannotSum where fewer than two are known."""
    flat = collapsed(rows, keep=("category", "destination"))
    out: dict[str, float] = {}
    for name in dict.fromkeys(r.destination for r in flat):
        to = vocabulary.destination_of(name)
        if vocabulary.is_total(name) or to == group:
            continue
        if to is None:
            if not vocabulary.is_split_benefit(name):
                builder.skip(
                    builder.message_of(group, "preview.what.destinations"),
                    Message("import.preview.unknown_exit", name=name),
                )
            continue
        try:
            value = mean(by_period([r for r in flat if r.destination == name]), builder.when)
        except CannotSum as error:
            builder.skip(
                builder.message_of(group, "preview.what.destinations"),
                Message("import.preview.exit_left_out", name=name, why=error.message),
            )
            continue
        out[to] = out.get(to, 0.0) + value
    if len(out) < 2 or sum(out.values()) <= 0:
        raise CannotSum(Message("import.preview.too_few_exits"))
    return out
