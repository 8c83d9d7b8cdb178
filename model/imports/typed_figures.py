"""Take numbers that somebody has typed with their source into a municipality's figures.

A number comes from a form, from the command line or from a template; it is checked by what own files are read with,
and every fault names its field and what would be right.
"""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal, get_args

from model.disclosure import COUNTS
from model.imports.own_files import apply
from model.imports.periods import BadPeriod, parse_period
from model.imports.plausibility import ASSUMED_FACTOR, why_implausible
from model.imports.replacements import Choices, NotUsed, Preview, Replacement, cannot_rest
from model.language.catalogue import LANGUAGES, listed, number, text
from model.language.messages import Localized, LocalizedError, Message, Phrase, Text
from model.language.typed_numbers import Entry, NotANumber, read_number
from model.municipality.municipality import DEFAULT_SET, Municipality
from model.parameters.ids import UnknownParameter, bounds_of, id_fault
from model.parameters.price_bounds import known_prices, price_bounds
from model.parameters.register import QUALITIES, figure
from model.parameters.sourced_value import Parameter, Quality, SourcedValue

Field = Literal["parameter", "value", "low", "high", "as_of", "quality", "source", "note"]
FIELDS: Final[tuple[Field, ...]] = get_args(Field)
MAX_SOURCE: Final = 300  # characters
MAX_NOTE: Final = 1_000
_MIN_SOURCE: Final = 3
_MAX_NUMBER: Final = 40
# What follows of so many numbers is told of each; of more only how many it is.
_MOST_NAMED: Final = 3
_PER_CENT: Final = re.compile(r"(.*?)\s*(?:%|pct\.?|procent|per ?cent)", re.IGNORECASE)


@dataclass(frozen=True)
class TypedFigure:
    """One number as it was typed, nothing of it checked. ``quality`` by id or in words of either language."""

    parameter: str
    value: Entry
    as_of: Entry
    source: Entry
    quality: Entry
    low: Entry = None
    high: Entry = None
    note: Entry = None


@dataclass(frozen=True)
class Fault:
    """What is wrong in a field of a typed number, and what would be right."""

    field: Field
    why: Localized


class TypedFigureFaults(LocalizedError):
    """A typed number that cannot be used, with all that is wrong in it. Nothing has been changed."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(Phrase(_sentences, [fault.why for fault in faults]))


def _sentences(parts: Sequence[str], language: str) -> str:
    """Return sentences one after another."""
    return " ".join(parts)


def is_share(unit: str) -> bool:
    """Return whether numbers of a unit are shares of a whole, that may be typed in per cent."""
    return unit == "share" or unit.startswith("share ")


def why_not_own(parameter: Parameter) -> Localized | None:
    """Return why a parameter cannot be in a municipality's own file; None where it can."""
    if parameter.id in known_prices() or id_fault(parameter.id) is None:
        return None
    return Message("typed.error.computed", label=Phrase(parameter.label))


def typed_bounds(parameter: str) -> tuple[float, float]:
    """Return the lowest and the highest value that an own file may hold of a parameter; KeyError for no such id."""
    return price_bounds(parameter) if parameter in known_prices() else bounds_of(parameter)


def central(municipality: Municipality) -> Municipality:
    """Return the municipality under the central assumptions: typed numbers are compared with those, as imports are."""
    if municipality.overrides or municipality.assumption_set != DEFAULT_SET:
        return municipality.under()
    return municipality


# --- reading what was typed -----------------------------------------------------------------------


def typed_replacement(municipality: Municipality, typed: TypedFigure) -> Replacement:
    """Return what a typed number replaces in ``municipality`` (as :func:`central` returns it).

    Raises TypedFigureFaults with every fault, by field.
    """
    try:
        parameter = municipality.parameter(typed.parameter)
    except UnknownParameter as error:
        raise TypedFigureFaults([Fault("parameter", error.message)]) from None
    not_own = why_not_own(parameter)
    if not_own is not None:
        raise TypedFigureFaults([Fault("parameter", not_own)])
    reader = _FieldReader(parameter)
    value = reader.number("value", typed.value)
    low, high = (reader.optional_number(field, getattr(typed, field)) for field in ("low", "high"))
    quality = reader.quality(typed.quality)
    as_of = reader.as_of(typed.as_of)
    source = reader.source(typed.source)
    note = reader.note(typed.note)
    if not reader.faulty("low", "high"):
        reader.check_range(value, low, high, quality)
    if reader.faults or value is None or quality is None:
        raise TypedFigureFaults(reader.faults)
    before = parameter.value
    english, danish = _source_texts(municipality, source)
    after = SourcedValue(
        value=value,
        low=low,
        high=high,
        unit=before.unit,
        as_of=as_of,
        source=english,
        quality=quality,
        label=before.label,
        note=Text(da=note, en=note) if note else None,
    )
    return Replacement(
        parameter=parameter.id,
        before=before,
        before_source_da=parameter.source("da"),
        after=after,
        after_source_da=danish,
        how=Message("typed.how"),
        own_label=before.label,
    )


class _FieldReader:
    """Reads the fields of one typed number and gathers what is wrong in them."""

    def __init__(self, parameter: Parameter) -> None:
        self.parameter = parameter
        self.faults: list[Fault] = []

    def faulty(self, *fields: Field) -> bool:
        """Return whether a fault of one of these fields is known."""
        return any(fault.field in fields for fault in self.faults)

    def add(self, field: Field, key: str, **values: object) -> None:
        """Note a fault with the reason ``typed.error.KEY``."""
        self.faults.append(Fault(field, Message(f"typed.error.{key}", **values)))

    def number(self, field: Field, entry: Entry) -> float | None:
        """Return the number of a field within the parameter's bounds, None with a fault noted."""
        if _is_empty(entry):
            self.add(field, f"no_{field}")
            return None
        value = self._read(field, entry)
        if value is None:
            return None
        low, high = typed_bounds(self.parameter.id)
        if not low <= value <= high:
            self._add_out_of_bounds(field, entry, value, low, high)
            return None
        return value

    def _add_out_of_bounds(self, field: Field, entry: Entry, value: float, low: float, high: float) -> None:
        """Note a number out of its bounds as it was typed: with a per cent sign, or with one that was forgotten."""
        key, unit = "bounds", 1
        if isinstance(entry, str) and _PER_CENT.fullmatch(entry.strip()):
            key, unit = "bounds_percent", 100
        elif is_share(self.parameter.value.unit) and high <= 1 and low <= value / 100 <= high:
            key = "bounds_share"
        numbers = {"low": low * unit, "high": high * unit, "value": value * unit, "share": value / 100}
        self.add(field, key, **{name: Phrase(figure, number) for name, number in numbers.items()})

    def optional_number(self, field: Field, entry: Entry) -> float | None:
        """Return the number of a field that may be empty."""
        return None if _is_empty(entry) else self.number(field, entry)

    def _read(self, field: Field, entry: Entry) -> float | None:
        """Return the number that a field holds, whatever its bounds; None with a fault noted."""
        if isinstance(entry, datetime.date):
            self.add(field, "date", date=entry.isoformat())
            return None
        if isinstance(entry, bool) or (isinstance(entry, int | float) and not math.isfinite(entry)):
            self.add(field, "not_a_number", text=str(entry))
            return None
        if isinstance(entry, int | float):
            return float(entry) + 0.0
        written = str(entry).strip()
        if len(written) > _MAX_NUMBER:
            self.add(field, "not_a_number", text=f"{written[:_MAX_NUMBER]}…")
            return None
        per_cent = _PER_CENT.fullmatch(written)
        if per_cent is not None and not is_share(self.parameter.value.unit):
            self.add(field, "per_cent", text=written)
            return None
        try:
            value = read_number(per_cent[1] if per_cent is not None else written)
        except NotANumber as error:
            self.faults.append(Fault(field, error.message))
            return None
        return value / 100 if per_cent is not None else value

    def check_range(
        self, value: float | None, low: float | None, high: float | None, quality: Quality | None
    ) -> None:
        """Note a range that is half, does not hold the value, or lacks beside an assumption."""
        if (low is None) != (high is None):
            self.add("high" if high is None else "low", "half_range")
        elif low is None or high is None:
            if quality == "assumption":
                self.add("low", "assumption_range")
        elif low > high:
            self.add("low", "range_turned")
        elif value is not None and not low <= value <= high:
            ends = {"low": Phrase(figure, low), "high": Phrase(figure, high), "value": Phrase(figure, value)}
            self.add("low" if value < low else "high", "outside_range", **ends)

    def quality(self, entry: Entry) -> Quality | None:
        """Return the quality that a field names, None with a fault noted."""
        written = "" if entry is None else _one_line(str(entry)).casefold()
        for quality in QUALITIES:
            names = (text(f"domain.quality.{quality}", language).casefold() for language in LANGUAGES)
            if written == quality or written in names:
                return quality
        options = Phrase(_qualities)
        if written:
            self.add("quality", "quality", text=written[:_MAX_NUMBER], options=options)
        else:
            self.add("quality", "no_quality", options=options)
        return None

    def as_of(self, entry: Entry) -> str:
        """Return the period that the number holds for, by its id; "" with a fault noted."""
        if _is_empty(entry):
            self.add("as_of", "no_as_of")
            return ""
        written = _one_line(_period_text(entry))
        try:
            return parse_period(written).id
        except BadPeriod as error:
            key = "as_of_two" if error.readings else "as_of"
            self.add("as_of", key, text=written[:_MAX_NUMBER], readings=" / ".join(error.readings))
            return ""

    def source(self, entry: Entry) -> str:
        """Return the source as one line; "" with a fault noted."""
        written = "" if entry is None else _one_line(str(entry))
        if len(written) < _MIN_SOURCE:
            self.add("source", "no_source")
        elif len(written) > MAX_SOURCE:
            self.add("source", "long", most=MAX_SOURCE)
        return written

    def note(self, entry: Entry) -> str:
        """Return the note as one line."""
        written = "" if entry is None else _one_line(str(entry))
        if len(written) > MAX_NOTE:
            self.add("note", "long", most=MAX_NOTE)
        return written


def _is_empty(entry: Entry) -> bool:
    """Return whether nothing was typed."""
    return entry is None or (isinstance(entry, str) and not entry.strip())


def _period_text(entry: Entry) -> str:
    """Return a period as text, where a workbook has made a number or a date of it: "marts 2026" is 1 March there."""
    if isinstance(entry, datetime.date):
        day = entry.isoformat()[:10]
        return day[:7] if entry.day == 1 else day
    whole = isinstance(entry, float) and entry.is_integer()
    return str(int(entry)) if whole and isinstance(entry, float) else str(entry)


def _one_line(written: str) -> str:
    """Return a text on one line without what cannot be seen, as own files hold it."""
    return " ".join("".join(c for c in written if c.isprintable() or c.isspace()).split())


def _qualities(language: str) -> str:
    """Return the names of all qualities as a list in a sentence."""
    return listed([text(f"domain.quality.{quality}", language) for quality in QUALITIES], language)


def _source_texts(municipality: Municipality, source: str) -> tuple[str, str]:
    """Return a source in English and in Danish: as typed, or both texts of a source that the register has."""
    return _known_sources(municipality).get(source, (source, source))


@lru_cache(maxsize=4)
def _known_sources(municipality: Municipality) -> Mapping[str, tuple[str, str]]:
    """Return English and Danish of the register's sources, by either of them."""
    pairs = dict.fromkeys((p.value.source, p.source("da")) for p in municipality.register)
    return {name: pair for pair in pairs for name in pair}


# --- what follows of it ---------------------------------------------------------------------------


def preview_typed(
    municipality: Municipality,
    replacements: Iterable[Replacement],
    choices: Choices | None = None,
    notes: Iterable[Localized] = (),
) -> Preview:
    """Return what typed numbers would do: those that can hardly be right apart, and whether the rest can be run.

    ``municipality`` as :func:`central` returns it. Raises FileProblem where what would be saved does not read back.
    """
    by_id = {r.parameter: r for r in replacements}
    doubtful: dict[str, Localized] = {}
    if choices is None or not choices.unlikely_is_right:
        doubtful = {key: why for key, r in by_id.items() if (why := _why_unlikely(municipality, by_id, r))}
    used = tuple(r for key, r in by_id.items() if key not in doubtful)
    if used:
        apply(municipality, used)
    return Preview(
        municipality=municipality.id,
        replacements=used,
        not_used=(),
        notes=(*notes, *_consequences(municipality, used)),
        periods=(),
        problem=cannot_rest(municipality, used) if used else None,
        doubtful=tuple(NotUsed(Phrase(by_id[key].label), why) for key, why in doubtful.items()),
    )


def _why_unlikely(
    municipality: Municipality, replacements: Mapping[str, Replacement], replacement: Replacement
) -> Localized | None:
    """Return why a typed number can hardly be right: for its kind, or beside what it was."""
    why = why_implausible(municipality, replacements, replacement)
    # Of counts of persons the kind says all: a factor could be asked for until a count that is not shown is known.
    if why is not None or replacement.before is None or replacement.before.unit in COUNTS:
        return why
    before, after = abs(replacement.before.value), abs(replacement.after.value)
    if not before or not after or before / ASSUMED_FACTOR <= after <= before * ASSUMED_FACTOR:
        return None
    key = "typed.unlikely.large" if after > before else "typed.unlikely.small"
    return Message(key, factor=Phrase(number, ASSUMED_FACTOR))


def _consequences(municipality: Municipality, used: Sequence[Replacement]) -> tuple[Localized, ...]:
    """Return what else moves with the numbers, or no longer does: of a few each by name, of many their count."""
    parameters = [municipality.parameter(r.parameter) for r in used]
    ids = {p.id for p in parameters}
    if len(parameters) <= _MOST_NAMED:
        return tuple(note for p in parameters for note in _consequences_of(municipality, p))
    counts = {
        "follows": sum(bool(p.follows) for p in parameters),
        "computed": sum(p.computed for p in parameters),
        "followers": sum(p.follows in ids and p.id not in ids for p in municipality.register),
    }
    return tuple(Message(f"typed.many.{key}", n=Phrase(number, n)) for key, n in counts.items() if n)


def _consequences_of(municipality: Municipality, parameter: Parameter) -> tuple[Localized, ...]:
    """Return what else moves with one number, or no longer does."""
    label = Phrase(parameter.label)
    notes: list[Localized] = []
    if parameter.follows:
        origin = municipality.parameter(parameter.follows)
        notes.append(Message("typed.follows", label=label, origin=Phrase(origin.label)))
    elif parameter.computed:
        notes.append(Message("typed.computed", label=label))
    followers = sum(p.follows == parameter.id for p in municipality.register)
    if followers:
        key = "typed.followers.one" if followers == 1 else "typed.followers.many"
        notes.append(Message(key, label=label, n=Phrase(number, followers)))
    return tuple(notes)
