"""Test the administration's proposal as a third figure on the page Target groups, and that it tells no small number."""

from __future__ import annotations

import datetime
from dataclasses import replace

import pytest

from pages.components.theme import LIGHT
from pages.session.results import runs
from pages.session.session import Session
from pages.views.target_groups import charts, third
from pages.views.target_groups.view import GroupView, group_view
from tests.pages.cases import new_visit

pytestmark = pytest.mark.usefixtures("engine")
HEAD = "Forvaltningen"


def beside(**fields: object) -> Session:
    visit = new_visit()
    visit.reference = visit.scenario.copy_with(**fields).with_change("meetings", 3.0, "dagpenge")
    return visit


@pytest.fixture(scope="module")
def view() -> GroupView:
    visit = beside()
    return group_view(visit, visit.scenario)


@pytest.fixture(scope="module")
def alone(view: GroupView) -> GroupView:
    """The proposal's own page."""
    visit = new_visit()
    assert view.session.reference is not None
    return GroupView(visit, view.segment, *runs(view.session.reference))


def test_tiles_have_its_value_and_say_it(view: GroupView, alone: GroupView) -> None:
    for tile, own in zip(view.tiles()["items"], alone.tiles()["items"], strict=True):
        value = f"{HEAD} {own['after']} {own['unit']}".strip()
        assert tile["note"].endswith(value)
        assert tile["spoken"].endswith(f"{value}.")


def test_bars_have_its_mark_and_their_tables_its_column(view: GroupView, alone: GroupView) -> None:
    for shown, own in (
        (view.inflow(), alone.inflow()),
        (view.outflow(), alone.outflow()),
        (view.durations(), alone.durations()),
    ):
        drawn = charts.pairs_table(shown)
        wanted = [None if pair.suppressed else pair.after for pair in own]
        assert drawn.column("third").to_pylist() == pytest.approx(wanted)
        assert all(end >= pair.high for end, pair in zip(drawn.column("end").to_pylist(), own, strict=True))
        assert [view.pair_row(pair, "table.what")[HEAD] for pair in shown] == [p.figures[1] for p in own]
    for kinds in ("in", "out"):
        told = [row[HEAD] for row in view.flow_rows(kinds)]
        assert told == [row[alone.text("table.scenario")] for row in alone.flow_rows(kinds)]


def test_the_course_has_its_line_and_label(view: GroupView, alone: GroupView) -> None:
    drawn, rows, _ = charts.caseload(view)
    wanted = charts.caseload(alone)[0]
    assert drawn.column("reference").to_pylist() == wanted.column("scenario").to_pylist()
    value = alone.n(alone.after.caseload)
    assert drawn.column("label_reference")[-1].as_py() == f"{HEAD} {value}"
    assert HEAD in rows[-1]
    assert value in third.caseload_words(view)
    assert "third" in str(charts.pairs_spec("da", LIGHT, present=False))


def test_what_gets_worse_elsewhere_has_its_column(view: GroupView, alone: GroupView) -> None:
    pairs = alone.side_pairs().values()
    assert [row[HEAD] for row in view.side_effect_rows()] == [pair.figures[1] for pair in pairs]
    told = [row[HEAD] for row in view.benchmark_rows()]
    assert told == [pair.figures[1] for pair in alone.benchmark_pairs().values()]


def test_what_is_hidden_in_one_is_hidden_in_both(view: GroupView) -> None:
    mine, other = view.durations()[0], view.durations()[0]
    hidden = view.pair(mine.label, 0.0, 0.0, suppressed=True)
    for pair, own in ((hidden, other), (mine, hidden)):
        (told,) = third.with_third_pairs(view, [replace(pair, third=None)], [own])
        assert (told.third, told.third_text) == (None, view.not_shown)
        assert third.third_cell(view, pair, own) == {HEAD: view.not_shown}


def test_without_a_proposal_nothing_is_said_of_one() -> None:
    visit = new_visit()
    plain = group_view(visit, visit.scenario)
    assert plain.beside is None
    assert third.note(plain) == third.caseload_words(plain) == ""
    assert HEAD not in str(
        (plain.tiles(), plain.flow_rows("in"), plain.side_effect_rows(), plain.benchmark_rows())
    )
    assert charts.pairs_table(plain.durations()).column("third").null_count == len(plain.durations())


def test_the_page_says_where_it_is_left_out_and_why(view: GroupView) -> None:
    assert "er det ikke med" in third.note(view)
    start = new_visit().scenario.start + datetime.timedelta(weeks=52)
    visit = beside(start=start)
    later = group_view(visit, visit.scenario)
    assert later.beside is None
    assert third.note(later).endswith("er derfor ikke vist her.")
    visit = beside(years=2)
    assert "2 år" in third.note(group_view(visit, visit.scenario))
