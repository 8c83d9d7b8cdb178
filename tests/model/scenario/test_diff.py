"""Test differences of two scenarios in words, each kind by hand in both languages."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.language.catalogue import LANGUAGES
from model.scenario.diff import diff
from model.scenario.economy import EconomyPoint, OwnEconomy
from model.scenario.parts import Assumption, Results, Workshop
from model.scenario.scenario import Scenario

MARCH = datetime.date(2021, 3, 1)
APRIL = datetime.date(2021, 4, 5)
JUNE = datetime.date(2022, 6, 6)


def scenario(**fields: Any) -> Scenario:
    return Scenario(**{"name": "Prøve", "municipality": "ballerup"} | fields)


def places(to: float = 300, from_: datetime.date = MARCH, weeks: int = 26, why: str = "") -> Scenario:
    return scenario().with_change("firm_places", to, from_=from_, phase_in_weeks=weeks, why=why)


def said(before: Scenario, after: Scenario, language: str = "da") -> list[str]:
    # Blanks that do not break stand in front of units.
    return [difference.message.text(language).replace("\xa0", " ") for difference in diff(before, after)]


def test_the_example_of_the_planner() -> None:
    assert said(places(300), places(400)) == [
        "Pladser i virksomheder: 400 i stedet for 300 fuldtidspladser fra 1. marts 2021, indført over 26 uger."
    ]
    assert said(places(300), places(400), "en") == [
        "Firm places: 400 instead of 300 full-time places from 1 March 2021, phased in over 26 weeks."
    ]


@pytest.mark.parametrize(
    ("before", "after", "da", "en"),
    [
        (
            places(400),
            places(400, APRIL),
            "Pladser i virksomheder: 400 fuldtidspladser fra 5. april 2021 i stedet for 1. marts 2021, "
            "indført over 26 uger.",
            "Firm places: 400 full-time places from 5 April 2021 instead of 1 March 2021, "
            "phased in over 26 weeks.",
        ),
        (
            places(400),
            places(400, weeks=0),
            "Pladser i virksomheder: 400 fuldtidspladser fra 1. marts 2021, "
            "på én gang i stedet for indført over 26 uger.",
            "Firm places: 400 full-time places from 1 March 2021, at once instead of phased in over 26 weeks.",
        ),
        (
            places(400, weeks=1),
            places(400, weeks=8),
            "Pladser i virksomheder: 400 fuldtidspladser fra 1. marts 2021, indført over 8 i stedet for 1 uger.",
            "Firm places: 400 full-time places from 1 March 2021, phased in over 8 instead of 1 weeks.",
        ),
        (
            scenario(),
            places(400, weeks=0, why="Aftalt."),
            "Kommet til: Pladser i virksomheder: 400 fuldtidspladser fra 1. marts 2021. Begrundelse: »Aftalt.«",
            "Added: Firm places: 400 full-time places from 1 March 2021. Reason: “Aftalt.”",
        ),
        (
            places(400, weeks=1),
            scenario(),
            "Udgået: Pladser i virksomheder: 400 fuldtidspladser fra 1. marts 2021, indført over 1 uge.",
            "Removed: Firm places: 400 full-time places from 1 March 2021, phased in over 1 week.",
        ),
        (
            places(why="Fordi."),
            places(why="Derfor."),
            "Pladser i virksomheder, 1. marts 2021: ny begrundelse: »Derfor.« i stedet for »Fordi.«",
            "Firm places, 1 March 2021: new reason: “Derfor.” instead of “Fordi.”",
        ),
        (
            places(),
            places(why="Derfor."),
            "Pladser i virksomheder, 1. marts 2021: begrundelsen er kommet til: »Derfor.«",
            "Firm places, 1 March 2021: reason added: “Derfor.”",
        ),
        (
            places(400, why="Fordi."),
            places(300, why="Derfor."),
            "Pladser i virksomheder: 300 i stedet for 400 fuldtidspladser fra 1. marts 2021, "
            "indført over 26 uger. Ny begrundelse: »Derfor.« i stedet for »Fordi.«",
            "Firm places: 300 instead of 400 full-time places from 1 March 2021, phased in over 26 weeks. "
            "New reason: “Derfor.” instead of “Fordi.”",
        ),
        (
            scenario().with_change("meetings", 1.5, "sygedagpenge", from_=MARCH),
            scenario().with_change("meetings", 3, "sygedagpenge", from_=MARCH),
            "Samtaler pr. kvartal, sygedagpenge: 3,0 i stedet for 1,5 pr. borger og kvartal fra 1. marts 2021.",
            "Meetings per quarter, sickness benefit: 3.0 instead of 1.5 per citizen and quarter from 1 March 2021.",
        ),
        (
            scenario().with_change("fleksjob_openings", 100, from_=MARCH),
            scenario().with_change("fleksjob_openings", 150, from_=MARCH),
            "Nye fleksjob: indeks 150 i stedet for 100 fra 1. marts 2021.",
            "Flex job openings: index 150 instead of 100 from 1 March 2021.",
        ),
        (
            scenario().with_change("firm_place_mix", {"paid_hours": 100}, from_=MARCH),
            scenario().with_change("firm_place_mix", {"paid_hours": 50, "company_centre": 50}, from_=MARCH),
            "Typer af nye pladser: Virksomhedscenter 50 %, Lønnede timer 50 % i stedet for "
            "Lønnede timer 100 % fra 1. marts 2021.",
            "Kinds of additional places: Company centre 50%, Paid hours 50% instead of "
            "Paid hours 100% from 1 March 2021.",
        ),
        (
            scenario(name="A", years=4),
            scenario(name="B", years=1),
            "Navn: »B« i stedet for »A«.|Periode: 1 år i stedet for 4 år.",
            "Name: “B” instead of “A”.|Period: 1 year instead of 4 years.",
        ),
        (
            scenario(start=datetime.date(2021, 1, 4)),
            scenario(start=datetime.date(2022, 1, 3), municipality="albertslund"),
            "Kommune: Albertslund i stedet for Ballerup.|Start: 3. januar 2022 i stedet for 4. januar 2021.",
            "Municipality: Albertslund instead of Ballerup.|Start: 3 January 2022 instead of 4 January 2021.",
        ),
        (
            scenario(author="Kim"),
            scenario(description="To linjer\n\ni én."),
            "Beskrivelse er kommet til: »To linjer i én.«|Forfatter er udgået: »Kim«.",
            "Description added: “To linjer i én.”|Author removed: “Kim”.",
        ),
        (
            scenario(),
            scenario(economy="second_wave", assumption_set="cautious"),
            "Sæt af antagelser: Forsigtigt i stedet for Forskningens bedste bud.|"
            "Konjunktur: »Anden bølge« i stedet for »Uændret«.",
            "Set of assumptions: Cautious instead of Evidence.|"
            "Economy: “Second wave” instead of “Unchanged”.",
        ),
        (
            scenario(economy=OwnEconomy(inflow=(EconomyPoint(from_=MARCH, index=118),))),
            scenario(),
            "Konjunktur: »Uændret« i stedet for eget forløb (tilgang: 118 pr. 1. marts 2021).",
            "Economy: “Unchanged” instead of own path (inflow: 118 on 1 March 2021).",
        ),
        (
            scenario(workshop=Workshop(question="Kan mål 3 nås?")),
            scenario(workshop=Workshop(question="Kan mål 2 nås?", decision="Ja")),
            "Mødets spørgsmål: »Kan mål 2 nås?« i stedet for »Kan mål 3 nås?«|"
            "Mødets beslutning er kommet til: »Ja«.",
            "The meeting's question: “Kan mål 2 nås?” instead of “Kan mål 3 nås?”|"
            "What the meeting decided added: “Ja”.",
        ),
    ],
)  # fmt: skip
def test_by_hand(before: Scenario, after: Scenario, da: str, en: str) -> None:
    assert said(before, after) == da.split("|")
    assert said(before, after, "en") == en.split("|")


def test_assumptions() -> None:
    def assumed(value: float, why: str = "") -> Scenario:
        return scenario(assumptions=(Assumption(parameter="displacement", value=value, why=why),))

    (changed,) = diff(assumed(0.3), assumed(0.5))
    assert (changed.kind, changed.field, changed.parameter) == ("changed", "assumptions", "displacement")
    assert changed.message.da.endswith(": 0,5 i stedet for 0,3.")
    assert changed.message.en.endswith(": 0.5 instead of 0.3.")
    (added,) = diff(scenario(), assumed(0.5, "Udvalget er forsigtigt"))
    assert added.kind == "added"
    assert added.message.da.endswith("0,5 i stedet for kommunens egen. Begrundelse: »Udvalget er forsigtigt«")
    (removed,) = diff(assumed(0.5), scenario())
    assert removed.message.da.endswith("0,5. Kommunens egen gælder igen.")
    (reason,) = diff(assumed(0.5, "a"), assumed(0.5, "b"))
    assert reason.message.da.endswith("ny begrundelse: »b« i stedet for »a«")
    (both,) = diff(assumed(0.4, "a"), assumed(0.5, "b"))
    assert both.message.da.endswith("0,5 i stedet for 0,4. Ny begrundelse: »b« i stedet for »a«")


def test_steps_of_one_lever_are_held_against_each_other() -> None:
    two = places(250).with_change("firm_places", 300, from_=JUNE)
    # The same date is the same step; the other is new.
    kinds = [(d.kind, d.after and d.after["to"]) for d in diff(places(250), two)]
    assert kinds == [("added", 300)]
    # A step that moves and one that is unchanged.
    moved = places(250).with_change("firm_places", 300, from_=APRIL)
    (one,) = diff(two, moved)
    assert one.kind == "changed"
    assert "fra 5. april 2021 i stedet for 6. juni 2022" in one.message.da
    assert (one.before["from"], one.after["from"]) == (JUNE, APRIL)


def test_target_groups_are_apart() -> None:
    before = scenario().with_change("activation_rate", 40, "dagpenge", from_=MARCH)
    after = scenario().with_change("activation_rate", 40, "kontanthjaelp_jobparat", from_=MARCH)
    assert [(d.kind, d.lever, d.group) for d in diff(before, after)] == [
        ("removed", "activation_rate", "dagpenge"),
        ("added", "activation_rate", "kontanthjaelp_jobparat"),
    ]


def test_what_it_gave_is_no_difference_and_zero_kinds_neither() -> None:
    results = Results(model_version="0.1", baseline_sha256="ab", headline="x")
    assert diff(places(), places().copy_with(results=results)) == ()
    mix = scenario().with_change("firm_place_mix", {"paid_hours": 100}, from_=MARCH)
    zero = scenario().with_change("firm_place_mix", {"paid_hours": 100, "company_centre": 0}, from_=MARCH)
    assert diff(mix, zero) == ()


CHANGES = st.lists(
    st.tuples(
        st.sampled_from(("firm_places", "partial_return", "caseworker_changes")),
        st.integers(0, 3),
        st.integers(0, 5),
        st.sampled_from((0, 1, 26)),
        st.sampled_from(("", "Derfor.")),
    ),
    max_size=6,
)


def built(changes: list[tuple[str, int, int, int, str]]) -> Scenario:
    out = scenario()
    for lever, to, week, phase, why in changes:
        date = out.start + datetime.timedelta(weeks=week)
        out = out.with_change(lever, to, from_=date, phase_in_weeks=phase, why=why)
    return out


@settings(max_examples=100, deadline=None)
@given(CHANGES, CHANGES)
def test_there_is_a_difference_exactly_where_the_scenarios_differ(
    first: list[Any], second: list[Any]
) -> None:
    before, after = built(first), built(second)
    forth, back = diff(before, after), diff(after, before)
    assert (forth == ()) == (before.changes == after.changes)
    # Seen from the other side everything is turned about, and nothing is lost.
    turned = {"added": "removed", "removed": "added", "changed": "changed"}
    assert sorted(turned[d.kind] for d in forth) == sorted(d.kind for d in back)
    old = [d.before for d in forth if d.before is not None]
    assert all(any(c.from_ == plain["from"] for c in before.changes) for plain in old)
    for difference in forth:
        for language in LANGUAGES:
            words = difference.message.text(language)
            assert "{" not in words
            assert "  " not in words
            assert not words.endswith("..")
