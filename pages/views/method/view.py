"""Compute what the page Method shows: the drawing, the model in words, rows of the register and of the sets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from model.disclosure import LIMIT
from model.domain import GROUPS, ORIGINS, STATES
from model.language.catalogue import group_name, name, number, percent
from model.municipality.municipality import Municipality
from model.parameters.assumption_sets import assumption_sets
from model.parameters.register import Shown, looked_up, shown, suppressed_of
from model.parameters.sourced_value import Parameter
from model.simulation.state_flows import StateFlows
from pages.session.session import Session

PARAGRAPHS: Final = (
    "state",
    "week",
    "offers",
    "contact",
    "displacement",
    "diminishing",
    "places",
    "returners",
    "ladder",
    "calibration",
    "budget",
    "rank",
)
_ARRIVALS: Final = ("new", "returners", "from_groups")
_EXITS: Final = ("job", "education", "other_self_support", "to_groups")
_MOST_CHANGES: Final = 12


def page_text(session: Session, key: str, **values: object) -> str:
    """Return a text of the page."""
    return session.text(f"page_method.{key}", **values)


# --- the drawing ----------------------------------------------------------------------------------


def persons(session: Session, flows: StateFlows, key: str) -> str:
    """Format a count of full-time persons, unless it is hidden."""
    if key in flows.suppressed:
        return session.text("disclosure.not_shown")
    return number(getattr(flows, key), session.language)


def drawing(session: Session, flows: StateFlows, municipality: Municipality, year: int) -> dict[str, Any]:
    """Return the data of the drawing."""
    shown = [getattr(flows, key) for key in (*_ARRIVALS, *_EXITS) if key not in flows.suppressed]
    most = max(shown, default=0.0)

    def arrow(key: str) -> dict[str, Any]:
        """Return the data of one arrow."""
        value = getattr(flows, key)
        # A hidden flow's thickness would tell what its figure does not.
        drawn = LIMIT if key in flows.suppressed else max(value, LIMIT)
        share = drawn / max(most, LIMIT) if value else 0.0
        return {
            "figure": persons(session, flows, key),
            "label": page_text(session, key),
            "share": min(share, 1.0),
        }

    suppressed = not flows.suppressed.isdisjoint(STATES)
    return {
        "present": session.present,
        "alt": sentence(session, flows, municipality, year),
        "words": {"arrivals": page_text(session, "arrivals"), "exits": page_text(session, "exits")},
        "hall": page_text(session, "hall", n=persons(session, flows, "caseload")),
        "arrivals": [arrow(key) for key in _flows_of(flows, _ARRIVALS)],
        "exits": [arrow(key) for key in _flows_of(flows, _EXITS)],
        "states": [
            {
                "label": name("state", state, session.language),
                "figure": persons(session, flows, state),
                # Nor may shares give a small state away.
                "share": ""
                if suppressed or not flows.caseload
                else page_text(
                    session, "share", share=percent(getattr(flows, state) / flows.caseload, session.language)
                ),
            }
            for state in STATES
        ],
        "starts": starts(session, flows),
    }


def _flows_of(flows: StateFlows, keys: Sequence[str]) -> list[str]:
    """List the flows to draw: for all groups together nobody comes from another of them."""
    return [key for key in keys if flows.group is not None or key not in ("from_groups", "to_groups")]


def starts(session: Session, flows: StateFlows) -> str:
    """Return how many offers begin, and for all groups how many move between benefits."""
    if not flows.starts:
        return page_text(session, "starts.none")
    phrase = page_text(session, "starts", n=persons(session, flows, "starts"))
    if flows.group is None:
        phrase += " " + page_text(session, "moved_within", n=persons(session, flows, "moved_within"))
    return phrase


def sentence(session: Session, flows: StateFlows, municipality: Municipality, year: int) -> str:
    """Describe the drawing in words."""
    return page_text(
        session,
        "sentence",
        group=group_name(flows.group or "all", session.language),
        municipality=municipality.label(session.language),
        year=year,
        caseload=persons(session, flows, "caseload"),
        waiting=persons(session, flows, "waiting"),
        in_offer=persons(session, flows, "in_offer"),
        after_offer=persons(session, flows, "after_offer"),
        arrivals=persons(session, flows, "arrivals"),
        exits=persons(session, flows, "exits"),
        job=persons(session, flows, "job"),
    )


def rows(session: Session, flows: StateFlows) -> list[dict[str, str]]:
    """List the figures of the drawing."""

    def row(label: str, key: str, kind: str) -> dict[str, str]:
        """Return one row."""
        return {
            page_text(session, "table.part"): label,
            page_text(session, "table.persons"): persons(session, flows, key),
            page_text(session, "table.kind"): page_text(session, f"table.{kind}"),
        }

    def words(key: str) -> str:
        """Return a text with a capital."""
        phrase = page_text(session, key)
        return phrase[:1].upper() + phrase[1:]

    return [
        *(row(words(key), key, "sum") for key in _flows_of(flows, _ARRIVALS)),
        *(row(name("state", state, session.language), state, "mean") for state in STATES),
        *(row(words(key), key, "sum") for key in _flows_of(flows, _EXITS)),
    ]


# --- the model in words ---------------------------------------------------------------------------


def paragraphs(session: Session, municipality: Municipality) -> list[tuple[str, str, str]]:
    """List heading, text and what is left out of each part of the model, with the municipality's own numbers."""
    values = _numbers(municipality, session.language)
    return [
        (
            page_text(session, f"p.{key}"),
            page_text(session, f"p.{key}.text", **values.get(key, {})),
            page_text(session, "leaves", what=page_text(session, f"p.{key}.leaves")),
        )
        for key in PARAGRAPHS
    ]


def _numbers(municipality: Municipality, language: str) -> dict[str, dict[str, object]]:
    """Return the numbers of each paragraph."""

    def value(parameter: str) -> float:
        """Return a parameter's value."""
        return municipality.parameter(parameter).value.value

    def share(parameter: str, decimals: int = 0) -> str:
        """Format a parameter that is a share."""
        return percent(value(parameter), language, decimals)

    placement = "dagpenge.private_placement"
    ladder = ("weeks_1_4", "weeks_5_26", "weeks_27_52", "weeks_53")
    return {
        "state": {"groups": len(GROUPS), "origins": len(ORIGINS)},
        "offers": {
            "during": percent(1 - value(f"hr_job_during.{placement}"), language),
            "after": percent(value(f"hr_job_after.{placement}") - 1, language),
            "weeks": number(value(f"effect_weeks.{placement}"), language),
        },
        "contact": {
            "meeting": percent(value("hr_meeting.dagpenge") - 1, language, 1),
            "low": number(value("ratio_low"), language, 1),
            "high": number(value("ratio_high"), language, 1),
        },
        "displacement": {
            "displacement": share("displacement"),
            "contact": share("displacement_contact"),
        },
        "diminishing": {"share": percent(2.0 ** -value("diminishing"), language)},
        "places": {"ceiling": share("firm_ceiling.all")},
        "returners": {
            "share": share("return_to_benefit_share"),
            "education": share("return_ratio.all.education"),
        },
        "ladder": {
            key: share(f"budget.municipal_share.{step}")
            for key, step in zip(("first", "second", "third", "fourth"), ladder, strict=True)
        },
        "budget": {
            "bound": share("budget.bound_share"),
            "weeks": number(value("budget.bound_weeks"), language),
        },
    }


# --- the register and the sets --------------------------------------------------------------------


def sheet_rows(register: Sequence[Parameter], language: str, suppressed: frozenset[str]) -> list[list[Any]]:
    """List the rows of the table on screen; ``suppressed`` as of ``suppressed_of`` the whole register."""
    rows = (shown(parameter, language, suppressed=parameter.id in suppressed) for parameter in register)
    return [[[p.name, p.note], p.value, p.range, p.unit, p.quality, f"{p.source} ({p.as_of})"] for p in rows]


def csv_rows(session: Session, register: Sequence[Parameter]) -> list[dict[str, str]]:
    """List the rows of the whole register for a file."""
    columns = {
        "id": "id",
        "name": "name",
        "area": "area",
        "value": "value",
        "range": "range",
        "unit": "unit",
        "kind": "quality",
        "as_of": "as_of",
        "source": "source",
        "notes": "note",
    }
    heads = {key: page_text(session, f"register.{key}") for key in columns}
    suppressed = suppressed_of(register)
    rows = (
        shown(parameter, session.language, in_full=True, suppressed=parameter.id in suppressed)
        for parameter in looked_up(register)
    )
    return [{heads[key]: getattr(p, field) for key, field in columns.items()} for p in rows]


def changed_by(municipality: Municipality, assumption_set: str) -> tuple[tuple[Parameter, Parameter], ...]:
    """List the numbers that a set of assumptions changes, the largest change first."""
    plain = municipality.under()
    other = municipality.under(assumption_set)
    pairs = [
        (plain.parameter(p.id), p)
        for p in other.register
        if not p.follows and not p.computed and p.value.value != plain.parameter(p.id).value.value
    ]

    def moved(pair: tuple[Parameter, Parameter]) -> float:
        """Return how far a number is moved, for sorting."""
        before, after = pair[0].value.value, pair[1].value.value
        return -abs(after - before) / (abs(before) or 1.0)

    return tuple(sorted(pairs, key=moved))


def set_rows(session: Session, pairs: Sequence[tuple[Parameter, Parameter]]) -> list[list[Any]]:
    """List the rows of the table of what a set changes."""
    out = []
    suppressed = suppressed_of(*zip(*pairs, strict=True)) if pairs else frozenset()
    for before, after in pairs[:_MOST_CHANGES]:
        few = before.id in suppressed
        then, now = (shown(p, session.language, suppressed=few) for p in (before, after))
        out.append([then.name, then.value, now.value, then.unit])
    return out


def set_names(session: Session) -> list[tuple[str, str, str]]:
    """List id, name and description of each set."""
    return [
        (key, set_.name.text(session.language), set_.description.text(session.language))
        for key, set_ in assumption_sets().items()
    ]


__all__ = [
    "PARAGRAPHS",
    "Shown",
    "changed_by",
    "csv_rows",
    "drawing",
    "page_text",
    "paragraphs",
    "persons",
    "rows",
    "sentence",
    "set_names",
    "set_rows",
    "sheet_rows",
]
