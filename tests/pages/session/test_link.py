"""Test what the address keeps of a visit beside its scenario: the administration's proposal, and the link's day."""

from __future__ import annotations

import datetime
from urllib.parse import parse_qs

import pytest

from model.library.share_link import LONGEST_QUERY, encode_link
from model.scenario.parts import Workshop
from model.scenario.scenario import Scenario
from pages.session import link
from pages.session.reference import reference_note, reference_results
from pages.session.session import Session, baseline_scenario
from pages.shell.toolbar import toolbar
from tests.folders import ROOT
from tests.pages.cases import new_visit

pytestmark = pytest.mark.usefixtures("engine")
THEN = datetime.date(2026, 11, 3)


def proposal(places: float, **words: object) -> Scenario:
    return (
        baseline_scenario("ballerup", "da").with_change("firm_places", places, why="Fordi").copy_with(**words)
    )


def administrations() -> Scenario:
    return proposal(160.0, name="Forvaltningen", author="Centerchefen", description="Længere ord")


def opened(query: str) -> Session:
    """What a browser shows that is loaded anew at an address."""
    visit = new_visit()
    visit.restore({key: values[0] for key, values in parse_qs(query).items()})
    return visit


@pytest.fixture
def visit() -> Session:
    visit = new_visit()
    visit.set_scenario(proposal(200.0, name="Vores", author="Anne"))
    visit.reference = administrations()
    return visit


def test_the_reference_survives_a_reload(visit: Session) -> None:
    again = opened(visit.query)
    assert again.scenario == visit.scenario
    assert again.reference is not None
    assert (again.reference.name, again.reference.author) == ("Forvaltningen", "Centerchefen")
    assert again.reference.key == administrations().key
    assert again.reference.description == ""
    first, second = reference_results(visit), reference_results(again)
    assert first is not None
    assert second is not None
    assert second.budget.total_difference == first.budget.total_difference
    again.undo()
    assert again.reference is not None
    assert opened(again.query).query == again.query


def test_the_reference_survives_a_reload_beside_nothing() -> None:
    visit = new_visit()
    visit.reference = administrations()
    assert "s=" not in visit.query
    again = opened(visit.query)
    assert not again.scenario.changes
    assert again.reference is not None


def test_a_server_that_starts_again_shows_it_too(visit: Session) -> None:
    new = new_visit()
    assert new.recover(visit.query)
    assert new.reference is not None
    assert new.recover("lang=en")
    assert new.reference is None


def test_without_a_reference_the_link_has_no_part_for_it_and_old_links_are_read(visit: Session) -> None:
    visit.reference = None
    assert set(parse_qs(visit.query)) == {"s", "made"}
    old = opened(f"s={encode_link(visit.scenario)}")
    assert old.scenario == visit.scenario
    assert old.notice is None
    assert old.query == f"s={encode_link(visit.scenario)}", "nobody knows when it was made"
    assert "lavet" not in toolbar(old, "x")["opened"]


def test_who_opens_the_link_is_told_whose_the_reference_is(visit: Session) -> None:
    other = opened(visit.query)
    assert other.notice is not None
    assert other.notice.kind == "success"
    assert other.notice.words.da == "Forvaltningens forslag er »Forvaltningen«, skrevet af Centerchefen."
    assert other.notice.words.da in toolbar(other, "x")["notes"]


@pytest.mark.parametrize(
    "part", ["1.", "1.x", "9.abc", "x" * 100_000, "1." + "A" * 500, "☃", "1.eJw=", "<b>"]
)
def test_a_damaged_reference_is_told_and_the_scenario_opens(visit: Session, part: str) -> None:
    other = new_visit()
    other.restore({"s": encode_link(visit.scenario), "beside": part})
    assert other.scenario == visit.scenario
    assert other.reference is None
    assert other.notice is not None
    assert other.notice.kind == "warning"
    assert other.notice.words.da.startswith("Forvaltningens forslag i linket kan ikke læses.")
    assert "beside" not in other.query


def test_a_broken_scenario_is_told_alone(visit: Session) -> None:
    parts = {key: values[0] for key, values in parse_qs(visit.query).items()}
    other = new_visit()
    other.restore({**parts, "s": "1.x"})
    assert other.reference is None
    assert other.notice is not None
    assert "kommunen uden ændringer" in other.notice.words.da


def test_a_reference_that_does_not_fit_is_kept_and_told_why(visit: Session) -> None:
    visit.reference = administrations().copy_with(years=2)
    other = opened(visit.query)
    assert other.reference is not None
    assert other.notice is not None
    assert (other.notice.kind, other.notice.words.da) == ("warning", reference_note(other))


def test_a_reference_that_makes_the_link_too_long_is_left_out_and_told(visit: Session) -> None:
    def hint() -> str:
        """What stands above the ways to share."""
        return next(menu["hint"] for menu in toolbar(visit, "x")["menus"] if menu["id"] == "share")

    assert "tager »Forvaltningen« med" in hint()
    # Words that do not grow shorter when they are packed: first so many that one part fits, then none.
    words = "".join(chr(0x4E00 + (i * 7919) % 20_000) for i in range(4_000))
    n = 1_000
    while "beside" in visit.query:
        n += 30
        visit.set_scenario(visit.scenario.copy_with(workshop=Workshop(findings=words[:n])))
    assert len(visit.query) <= LONGEST_QUERY
    assert "for langt til også at rumme »Forvaltningen«" in hint()
    assert opened(visit.query).scenario == visit.scenario
    visit.set_scenario(visit.scenario.copy_with(description=words[2_000:]))
    assert len(visit.query) > LONGEST_QUERY
    assert "så langt" in hint()


def test_a_link_says_on_which_day_it_was_made(visit: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(link, "today", lambda: THEN)
    query = visit.query
    assert "made=2026-11-03" in query
    monkeypatch.setattr(link, "today", lambda: THEN + datetime.timedelta(days=20))
    other = opened(query)
    assert (
        toolbar(other, "x")["opened"]
        == "»Vores«, ikke gemt her, skrevet af Anne. Linket er lavet 3. november 2026."
    )
    assert "Linket er lavet 3. november 2026." in toolbar(other, "x")["notes"], (
        "the bar may have no room for it"
    )
    assert other.query == query, "sent on, it is the same link"
    other.reset()
    assert "made=2026-11-23" in other.query
    assert "lavet" not in toolbar(other, "x")["opened"]


@pytest.mark.parametrize("day", ["", "x", "2026-13-01", "1999-01-01", "9999-12-31", "☃", "2026-11-03" * 9000])
def test_a_day_that_cannot_be_is_not_told(visit: Session, day: str) -> None:
    other = new_visit()
    other.restore({"s": encode_link(visit.scenario), "made": day})
    assert other.scenario == visit.scenario
    assert link.made_on(other) == ""
    assert other.notice is None


def test_the_browser_replaces_the_same_parts_of_the_address() -> None:
    """A part that channel.js did not know would stay in the address for ever, as one of somebody else's."""
    words = (ROOT / "pages" / "frontend" / "channel.js").read_text(encoding="utf-8")
    assert f"const OURS = /^({'|'.join(link.PARTS)})(=|$)/;" in words
