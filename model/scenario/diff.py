"""How one scenario differs from another, in words as a planner would say it, Danish and English.

Changes of the same lever and target group are held against each other: first those of the same date, then those
that are left in the order of their dates. What a scenario gave when it was saved is no part of what it is.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from model.domain import FIRM_KINDS, GROUP_INDEX
from model.language.catalogue import group_name, long_date, number, text, years_text
from model.language.messages import Localized, Message, Phrase, joined
from model.municipality.goal_specs import assumption_label
from model.scenario.economy import OwnEconomy, named_path
from model.scenario.levers import LEVER_BY_ID, LEVER_INDEX, Value, decimals_of, value_text
from model.scenario.parts import Assumption, Change, Workshop
from model.scenario.projection import STANDS_STILL, OwnProjection
from model.scenario.scenario import Scenario, plain_number, to_dict

Kind = Literal["added", "removed", "changed"]

# Units that stand in front of the figure: "indeks 150", not "150 indeks".
_UNIT_FIRST: Final = frozenset(("weight", "index_100"))
_MOST_DECIMALS: Final = 6
_TWO_STOPS: Final = re.compile(r"([.!?…][«”])\.$")
_NOTES: Final = ("question", "expectation", "findings", "decision")
_ECONOMY_SIDES: Final = ("inflow", "job_finding")


@dataclass(frozen=True)
class Difference:
    """One difference. ``before`` and ``after`` are plain data as in a file; None where there is none."""

    kind: Kind
    field: str  # the scenario's field: name, start, economy, changes, assumptions, workshop ...
    message: Localized
    before: Any = None
    after: Any = None
    lever: str | None = None
    group: str | None = None
    parameter: str | None = None


def diff(before: Scenario, after: Scenario) -> tuple[Difference, ...]:
    """Return differences in the order of a scenario's file; none where only stored results differ."""
    return (
        *_simple(before, after),
        *_economy(before, after),
        *_projection(before, after),
        *_levers(before, after),
        *_assumptions(before, after),
        *_workshop(before, after),
    )


def _sentence(key: str, **values: object) -> Phrase:
    """Return the sentence ``diff.KEY``; a quotation that ends its own sentence ends ours."""
    return Phrase(_with_one_stop, Message(f"diff.{key}", **values))


def _with_one_stop(sentence: str, language: str) -> str:
    """Return the sentence without a second full stop behind a quoted one."""
    return _TWO_STOPS.sub(r"\1", sentence)


# --- the scenario's own fields --------------------------------------------------------------------


def _simple(before: Scenario, after: Scenario) -> Iterator[Difference]:
    """Yield differences of the scenario's own fields."""
    plain = to_dict(before), to_dict(after)
    for field in ("name", "municipality", "description", "author", "start", "years", "assumption_set"):
        old, new = getattr(before, field), getattr(after, field)
        if old == new:
            continue
        kind: Kind = "changed" if old and new else "added" if new else "removed"
        yield Difference(
            kind,
            field,
            _sentence(
                f"field.{kind}",
                field=Message(f"diff.name.{field}"),
                before=Phrase(_field_value, field, old),
                after=Phrase(_field_value, field, new),
            ),
            plain[0].get(field, old or None),
            plain[1].get(field, new or None),
        )


def _field_value(field: str, value: Any, language: str) -> str:
    """Return the value of one of the scenario's own fields as people read it."""
    if isinstance(value, datetime.date):
        return long_date(value, language)
    if field == "years":
        return years_text(value, language)
    if field == "municipality":
        from model.municipality.municipality_list import municipalities

        return next((info.name for info in municipalities() if info.id == value), value)
    if field == "assumption_set":
        from model.parameters.assumption_sets import assumption_sets

        known = assumption_sets().get(value)
        return known.name.text(language) if known is not None else str(value)
    return _quoted(str(value)).text(language) if value else ""


def _quoted(words: str) -> Message:
    """Return the user's own words between quotation marks, on one line whatever the text's own lines."""
    return Message("diff.quoted", words=" ".join(words.split()))


# --- the economy ----------------------------------------------------------------------------------


def _economy(before: Scenario, after: Scenario) -> Iterator[Difference]:
    """Yield the difference of the economy."""
    if before.economy == after.economy:
        return
    yield Difference(
        "changed",
        "economy",
        _sentence(
            "field.changed",
            field=Message("diff.name.economy"),
            before=Phrase(economy_name, before.economy),
            after=Phrase(economy_name, after.economy),
        ),
        to_dict(before)["economy"],
        to_dict(after)["economy"],
    )


def economy_name(economy: str | OwnEconomy, language: str) -> str:
    """Return the name of an economy, or the points of one's own."""
    if isinstance(economy, str):
        return _quoted(named_path(economy).label.text(language)).text(language)
    sides = []
    for side in _ECONOMY_SIDES:
        points = ", ".join(
            text("diff.point", language, index=_figure(p.index, language), date=long_date(p.from_, language))
            for p in getattr(economy, side)
        )
        if points:
            sides.append(text(f"diff.side.{side}", language, points=points))
    return text("diff.own_economy", language, points="; ".join(sides))


# --- what the baseline does ------------------------------------------------------------------------


def _projection(before: Scenario, after: Scenario) -> Iterator[Difference]:
    """Yield the difference of what the baseline does."""
    if before.projection == after.projection:
        return
    yield Difference(
        "changed",
        "projection",
        _sentence(
            "field.changed",
            field=Message("diff.name.projection"),
            before=Phrase(projection_name, before.projection),
            after=Phrase(projection_name, after.projection),
        ),
        to_dict(before).get("projection", STANDS_STILL),
        to_dict(after).get("projection", STANDS_STILL),
    )


def projection_name(projection: str | OwnProjection, language: str) -> str:
    """Return the name of a projection, or the points of one's own."""
    if isinstance(projection, str):
        return _quoted(text(f"diff.named_projection.{projection}", language)).text(language)
    sides = []
    for benefit, points in projection:
        shown = ", ".join(
            text(
                "diff.projection_point",
                language,
                persons=_figure(p.persons, language),
                date=long_date(p.from_, language),
            )
            for p in points
        )
        if shown:
            sides.append(text(f"diff.projection.{benefit}", language, points=shown))
    return text("diff.own_projection", language, points="; ".join(sides))


# --- the levers -----------------------------------------------------------------------------------


def _levers(before: Scenario, after: Scenario) -> Iterator[Difference]:
    """Yield differences of the levers, by lever and target group."""
    targets = {change.target for change in (*before.changes, *after.changes)}
    for target in sorted(targets, key=lambda t: (LEVER_INDEX[t[0]], GROUP_INDEX.get(t[1] or "", -1))):
        old = [change for change in before.changes if change.target == target]
        new = [change for change in after.changes if change.target == target]
        differences = [_lever_difference(*pair) for pair in _pairs(old, new)]
        yield from (difference for difference in differences if difference is not None)


def _pairs(old: list[Change], new: list[Change]) -> list[tuple[Change | None, Change | None]]:
    """Return changes of one lever that stand for each other, in the order of their dates."""
    dates = {change.from_ for change in old} & {change.from_ for change in new}
    pairs: list[tuple[Change | None, Change | None]] = [
        (next(c for c in old if c.from_ == date), next(c for c in new if c.from_ == date)) for date in dates
    ]
    left = [c for c in old if c.from_ not in dates]
    right = [c for c in new if c.from_ not in dates]
    for i in range(max(len(left), len(right))):
        pairs.append((left[i] if i < len(left) else None, right[i] if i < len(right) else None))
    return sorted(pairs, key=lambda pair: min(c.from_ for c in pair if c is not None))


def _lever_difference(old: Change | None, new: Change | None) -> Difference | None:
    """Return how one change differs from another; None where they are the same."""
    change = new or old
    assert change is not None
    where: dict[str, Any] = {
        "field": "changes",
        "lever": change.lever,
        "group": change.group,
        "before": None if old is None else _plain_change(old),
        "after": None if new is None else _plain_change(new),
    }
    if old is None or new is None:
        kind: Kind = "added" if old is None else "removed"
        why = "" if old is not None or not change.why else "_why"
        message = _sentence(
            f"lever.{kind}{why}",
            lever=Phrase(lever_name, change.lever, change.group),
            what=Phrase(_what, change),
            why=_quoted(change.why),
        )
        return Difference(kind, message=message, **where)
    if _plain_change(old) == _plain_change(new):
        return None
    moved = not (
        _same_value(old, new) and old.from_ == new.from_ and old.phase_in_weeks == new.phase_in_weeks
    )
    name = Phrase(lever_name, new.lever, new.group)
    sentences = []
    if moved:
        sentences.append(_sentence("lever.changed", lever=name, what=Phrase(_what_instead, old, new)))
    if old.why != new.why:
        kind = "changed" if old.why and new.why else "added" if new.why else "removed"
        head = "why" if moved else "only_why"
        sentences.append(
            _sentence(
                f"{head}.{kind}",
                lever=name,
                date=Phrase(long_date, new.from_),
                before=_quoted(old.why),
                after=_quoted(new.why),
            )
        )
    if not sentences:  # a kind of the mix is written as 0 and not left out
        return None
    return Difference("changed", message=Phrase(joined, sentences), **where)


def _plain_change(change: Change) -> dict[str, Any]:
    """Return a change as plain data, all fields present."""
    value = change.to
    return {
        "to": {k: plain_number(value[k]) for k in FIRM_KINDS if k in value}
        if isinstance(value, Mapping)
        else plain_number(value),
        "from": change.from_,
        "phase_in_weeks": change.phase_in_weeks,
        "why": change.why,
    }


def _same_value(old: Change, new: Change) -> bool:
    """Return whether two changes set the lever to the same value."""
    if isinstance(old.to, Mapping):
        return all(old.to.get(kind, 0.0) == new.to.get(kind, 0.0) for kind in FIRM_KINDS)
    return bool(old.to == new.to)


def lever_name(lever: str, group: str | None, language: str) -> str:
    """Return a lever with its target group: ``Aktiveringsgrad, kontanth. aktivitetsparate``."""
    label = LEVER_BY_ID[lever].label.text(language)
    if group is None:
        return label
    name = group_name(group, language, short=True)
    # Inside a sentence: no capital unless it is an abbreviation.
    return f"{label}, {name if name[:2].isupper() else name[:1].lower() + name[1:]}"


def lever_figure(lever: str, value: Value, language: str, beside: Value | None = None) -> str:
    """Return a lever's value as it stands beside its name: ``400``, ``45 %``, ``indeks 150``.

    As exact as the value that stands ``beside`` it: ``1,23 → 1,50``.
    """
    which = LEVER_BY_ID[lever]
    if which.unit.startswith("percent_") and not isinstance(value, Mapping):
        return text("domain.percent", language, number=_figure(value, language, beside))
    shown = _bare(lever, value, language, beside)
    return _with_unit(lever, shown, language) if which.unit in _UNIT_FIRST else shown


def lever_value(lever: str, value: Value, language: str) -> str:
    """Return a lever's value with its unit: ``400 fuldtidspladser``, ``indeks 150``."""
    return _with_unit(lever, _bare(lever, value, language), language)


def _bare(lever: str, value: Value, language: str, beside: Value | None = None) -> str:
    """Return a lever's value without its unit."""
    if isinstance(value, Mapping):
        return value_text(LEVER_BY_ID[lever], value, language)
    return _figure(value, language, beside)


def _with_unit(lever: str, shown: str, language: str) -> str:
    """Return a written value with the lever's unit before or behind it."""
    which = LEVER_BY_ID[lever]
    if which.scope == "mix":
        return shown
    if which.unit in _UNIT_FIRST:
        return text(f"diff.unit.{which.unit}", language, n=shown)
    return f"{shown} {text(f'levers.unit.{which.unit}', language)}"


def _what(change: Change, language: str) -> str:
    """Return ``400 fuldtidspladser fra 1. marts 2021, indfaset over 26 uger``."""
    out = text(
        "diff.what",
        language,
        value=lever_value(change.lever, change.to, language),
        date=long_date(change.from_, language),
    )
    if change.phase_in_weeks:
        out += ", " + _phase(change, language)
    return out


def _what_instead(old: Change, new: Change, language: str) -> str:
    """Return ``400 i stedet for 300 fuldtidspladser fra 1. marts 2021, indfaset over 26 uger``."""

    def instead(now: str, then: str) -> str:
        """Return ``NOW i stedet for THEN``."""
        return text("diff.instead", language, now=now, then=then)

    value = _bare(new.lever, new.to, language, beside=old.to)
    if not _same_value(old, new):
        value = instead(value, _bare(old.lever, old.to, language, beside=new.to))
    date = long_date(new.from_, language)
    if old.from_ != new.from_:
        date = instead(date, long_date(old.from_, language))
    out = text("diff.what", language, value=_with_unit(new.lever, value, language), date=date)
    if old.phase_in_weeks and new.phase_in_weeks and old.phase_in_weeks != new.phase_in_weeks:
        weeks = instead(number(new.phase_in_weeks, language), number(old.phase_in_weeks, language))
        out += ", " + text("diff.phase.many", language, weeks=weeks)
    elif old.phase_in_weeks != new.phase_in_weeks:
        out += ", " + instead(_phase(new, language), _phase(old, language))
    elif new.phase_in_weeks:
        out += ", " + _phase(new, language)
    return out


def _phase(change: Change, language: str) -> str:
    """Return how a change is phased in."""
    weeks = change.phase_in_weeks
    key = "none" if weeks == 0 else "one" if weeks == 1 else "many"
    return text(f"diff.phase.{key}", language, weeks=number(weeks, language))


def _figure(value: float, language: str, beside: Value | None = None) -> str:
    """Return a number with the decimals that it and the one beside it need."""
    return number(value, language, decimals_of(value, beside, most=_MOST_DECIMALS))


# --- assumptions and workshop ---------------------------------------------------------------------


def _assumptions(before: Scenario, after: Scenario) -> Iterator[Difference]:
    """Yield differences of the scenario's own assumptions."""
    old = {a.parameter: a for a in before.assumptions}
    new = {a.parameter: a for a in after.assumptions}
    for parameter in _in_order(old, new):
        difference = _assumption_difference(old.get(parameter), new.get(parameter))
        if difference is not None:
            yield difference


def _assumption_difference(old: Assumption | None, new: Assumption | None) -> Difference | None:
    """Return how one assumption differs from another; None where they are the same."""
    if old == new:
        return None
    present = new or old
    assert present is not None
    kind: Kind = "added" if old is None else "removed" if new is None else "changed"
    values: dict[str, Any] = {"label": Phrase(assumption_label, present.parameter)}
    for side, assumption in (("before", old), ("after", new)):
        if assumption is not None:
            other = None if old is None or new is None else (new if side == "before" else old).value
            values[side] = Phrase(_figure, assumption.value, beside=other)
            values[f"why_{side}"] = _quoted(assumption.why)
    sentences = []
    if old is None or new is None or old.value != new.value:
        why = "_why" if old is None and present.why else ""
        sentences.append(_sentence(f"assumption.{kind}{why}", **values))
    if old is not None and new is not None and old.why != new.why:
        why_kind = "changed" if old.why and new.why else "added" if new.why else "removed"
        head = "why" if sentences else "assumption.only_why"
        more = {"before": values["why_before"], "after": values["why_after"]}
        sentences.append(_sentence(f"{head}.{why_kind}", **{**values, **more}))
    return Difference(
        kind,
        "assumptions",
        Phrase(joined, sentences),
        None if old is None else {"value": plain_number(old.value), "why": old.why},
        None if new is None else {"value": plain_number(new.value), "why": new.why},
        parameter=present.parameter,
    )


def _workshop(before: Scenario, after: Scenario) -> Iterator[Difference]:
    """Yield differences of the workshop's notes."""
    old, new = before.workshop or Workshop(), after.workshop or Workshop()
    for note in _NOTES:
        was, is_now = getattr(old, note), getattr(new, note)
        if was == is_now:
            continue
        kind: Kind = "changed" if was and is_now else "added" if is_now else "removed"
        yield Difference(
            kind,
            f"workshop.{note}",
            _sentence(
                f"field.{kind}",
                field=Message(f"diff.name.workshop.{note}"),
                before=_quoted(was),
                after=_quoted(is_now),
            ),
            was or None,
            is_now or None,
        )


def _in_order(*parts: Iterable[str]) -> list[str]:
    """Return the names of all parts, each once, in the order in which they first stand."""
    return list(dict.fromkeys(name for part in parts for name in part))
