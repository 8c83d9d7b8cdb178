"""Test levers: complete data, bounds, values on screen and in words, and the paths of the economy."""

from __future__ import annotations

import copy
import dataclasses
import datetime
import math
import re
from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from model.domain import FIRM_KINDS, OFFER_GROUPS
from model.engine.lever_paths import LeverPaths
from model.engine.levers import LEVERS_DOCUMENT
from model.engine.parameters import EngineParameters
from model.municipality.municipality import Municipality, load_municipality
from model.scenario.diff import lever_figure
from model.scenario.economy import EconomyPoint, OwnEconomy, economy_indices, economy_paths, named_path
from model.scenario.levers import (
    LEVER_BY_ID,
    LEVERS,
    Lever,
    LeversFile,
    baseline_engine_value,
    baseline_value,
    bounds,
    check_value,
    decimals_of,
    to_engine,
    value_text,
)
from model.seek.answer import LeverMove
from tests.model.scenario.cases import MUNICIPALITIES, START, WEEKS, targets


@pytest.fixture(scope="module")
def ballerup() -> Municipality:
    return load_municipality("ballerup")


def test_the_data_names_the_levers_of_the_engine() -> None:
    paths = {field.name for field in dataclasses.fields(LeverPaths)}
    assert {which.id for which in LEVERS} == paths - {
        "weeks", "week_of_year", "economy_inflow", "economy_job", "entry", "projection",
        "projected_dagpenge", "closing", "run_in",
    }  # fmt: skip
    parameters = {field.name for field in dataclasses.fields(EngineParameters)}
    of_engine = {which.id for which in LEVERS if which.engine.one_less is None}
    assert of_engine - {"firm_place_mix"} <= parameters
    assert not parameters & ({which.id for which in LEVERS} - of_engine)


@pytest.mark.parametrize("which", LEVERS, ids=lambda which: which.id)
def test_a_lever_is_complete(which: Lever) -> None:
    assert which.minimum < which.maximum
    assert 0 < which.step <= which.maximum - which.minimum
    assert which.label.da != which.label.en
    assert which.help.da.endswith(".")
    assert which.help.en.endswith(".")
    assert len(which.label.da) <= 40
    assert which.source
    assert bool(which.groups) == (which.scope == "group")
    assert set(which.groups) <= set(OFFER_GROUPS)


@pytest.mark.parametrize(
    ("panel", "problem"),
    [
        ({"theme": "timing"}, "theme and order belong together"),
        ({"order": 1}, "theme and order belong together"),
        ({}, "a lever stands in a theme"),
        ({"big_screen": True}, "a lever stands in a theme"),
        ({"theme": "timing", "order": 0}, "greater than or equal to 1"),
        ({"main": ["dagpenge"]}, "groups that the lever has not"),
        ({"main": True, "place": 1}, "Extra inputs"),
    ],
)
def test_a_place_on_the_panel_that_cannot_be_is_an_error(panel: dict[str, object], problem: str) -> None:
    row = LEVER_BY_ID["firm_places"].model_dump()
    with pytest.raises(ValidationError, match=problem):
        Lever.model_validate({**row, "panel": panel})


@pytest.mark.parametrize(
    ("lever", "panel", "problem"),
    [
        ("early_package", {"theme": "meetings", "order": 1}, "two levers have the same place"),
        ("early_package", {"theme": "no_theme", "order": 1}, "themes must be those of the list"),
        ("equal_effort", {"theme": "sick", "order": 9}, "themes must be those of the list"),
    ],
)
def test_a_theme_holds_levers_each_in_its_place(lever: str, panel: dict[str, object], problem: str) -> None:
    data = copy.deepcopy(LEVERS_DOCUMENT.data)
    assert LeversFile.model_validate(data).levers == LEVERS
    next(row for row in data["levers"] if row["id"] == lever)["panel"] = panel
    with pytest.raises(ValidationError, match=problem):
        LeversFile.model_validate(data)


@pytest.mark.parametrize("name", MUNICIPALITIES)
def test_baselines_lie_within_the_bounds(name: str) -> None:
    municipality = load_municipality(name)
    for which, group in targets():
        value = baseline_value(which, municipality, group)
        assert check_value(which, value, municipality) is None, (which.id, group, value)


PER_CENT = [which.id for which in LEVERS if which.per_engine_unit == 100 and which.groups]


@settings(deadline=None, max_examples=60)
@given(st.floats(0.001, 0.899), st.sampled_from(PER_CENT))
def test_odd_baselines_go_to_the_screen_and_back_bit_for_bit(share: float, lever_id: str) -> None:
    municipality = load_municipality("ballerup")
    values = np.full(13, share)
    engine = dataclasses.replace(municipality.engine, **{lever_id: values})
    odd = dataclasses.replace(municipality, engine=engine)
    which = LEVER_BY_ID[lever_id]
    assert to_engine(which, odd, baseline_value(which, odd, "sho"), "sho") == share
    assert to_engine(which, odd, share * 100, "sho") == share


def test_an_odd_mix_adds_up_to_100_on_screen_and_comes_back(ballerup: Municipality) -> None:
    engine = dataclasses.replace(ballerup.engine, additional_firm_mix=np.array([1, 1, 1, 0, 0]) / 3)
    odd = dataclasses.replace(ballerup, engine=engine)
    which = LEVER_BY_ID["firm_place_mix"]
    shown = baseline_value(which, odd)
    assert sum(shown.values()) == pytest.approx(100, abs=1e-12)
    assert to_engine(which, odd, shown) is engine.additional_firm_mix
    assert to_engine(which, odd, {k: v for k, v in shown.items() if v}) is engine.additional_firm_mix


@pytest.mark.parametrize(
    ("lever_id", "value", "words"),
    [
        ("firm_places", -1, "mellem 0 og"),
        ("firm_places", 12.5, "helt tal"),
        ("firm_places", True, "skal være et tal"),
        ("firm_places", "400", "skal være et tal"),
        ("meetings", "6,5", "Skriv decimaler med punktum"),
        ("meetings", float("nan"), "mellem 0 og 6.5"),
        ("meetings", {"a": 1}, "skal være et tal"),
        ("activation_rate", 91, "mellem 0 og 90"),
        ("firm_place_mix", 50, "typer med procenter"),
        ("firm_place_mix", {"paid_hours": 60}, "100 % tilsammen; her giver de 60"),
        ("firm_place_mix", {"paid_hors": 100}, "Mente du »paid_hours«"),
        ("firm_place_mix", {"paid_hours": 150, "company_centre": -50}, "mellem 0 og 100"),
        ("firm_place_mix", {"paid_hours": "alt"}, "skal være et tal"),
        ("firm_place_mix", {}, "100 % tilsammen"),
        ("firm_place_mix", {"guidance": 100}, "kendes ikke"),
    ],
)
def test_wrong_values_are_told_in_both_languages(lever_id: str, value: object, words: str) -> None:
    wrong = check_value(LEVER_BY_ID[lever_id], value)
    assert wrong is not None
    assert words in wrong.da
    assert wrong.en != wrong.da


def test_a_large_municipality_may_have_more_places() -> None:
    places = LEVER_BY_ID["firm_places"]
    large, small = load_municipality("koebenhavn"), load_municipality("laesoe")
    assert bounds(places, large)[1] >= 2 * baseline_engine_value(places, large)
    assert bounds(places, small) == (places.minimum, places.maximum)
    assert check_value(places, 5000, large) is None
    assert check_value(places, 5000, small) is not None


def test_values_are_written_with_their_unit() -> None:
    assert value_text(LEVER_BY_ID["firm_places"], 1400, "da") == "1.400 fuldtidspladser"
    assert value_text(LEVER_BY_ID["activation_rate"], 45, "da") == "45 % af målgruppen"
    assert value_text(LEVER_BY_ID["meetings"], 6.5, "en") == "6.5 per citizen and quarter"
    mix = {"paid_hours": 70, "company_centre": 30}
    assert (
        value_text(LEVER_BY_ID["firm_place_mix"], mix, "da")
        == "Virksomhedscenter 30\u00a0%, Lønnede timer 70\u00a0%"
    )


@pytest.mark.parametrize("language", ["da", "en"])
@given(
    which=st.sampled_from([lever for lever in LEVERS if lever.scope != "mix"]),
    pair=st.tuples(*[st.integers(0, 90_000).map(lambda n: n / 1000)] * 2),
)
def test_values_beside_each_other_are_told_equally_exactly(
    which: Lever, pair: tuple[float, float], language: str
) -> None:
    def decimals(words: str) -> int:
        figure = re.search(r"\d+(?:[.,](\d+))?", words)
        assert figure is not None
        return len(figure.group(1) or "")

    before, after = pair
    known = decimals_of(before, after)
    assert math.isclose(before, round(before, known), abs_tol=1e-9)
    assert math.isclose(after, round(after, known), abs_tol=1e-9)
    for say in (partial(value_text, which), partial(lever_figure, which.id)):
        assert decimals(say(before, language, beside=after)) == known
        assert decimals(say(after, language, beside=before)) == known
    move = LeverMove(which.id, which.groups[0] if which.scope == "group" else None, before, after, 0.0, 90.0)
    assert decimals(move.shown(before, language)) == decimals(move.shown(after, language)) == known


@pytest.mark.parametrize(
    ("before", "after", "da"),
    [(30.0, 90.0, ("30", "90")), (1.23, 1.5, ("1,23", "1,50")), (32.5, 90.0, ("32,5", "90,0"))],
)
def test_from_and_to_are_told_as_people_write_them(before: float, after: float, da: tuple[str, str]) -> None:
    which = LEVER_BY_ID["activation_rate"]
    unit = " % af målgruppen"
    assert value_text(which, before, "da", beside=after) == da[0] + unit
    assert value_text(which, after, "da", beside=before) == da[1] + unit


def test_unknown_levers_and_missing_groups_are_errors(ballerup: Municipality) -> None:
    with pytest.raises(KeyError):
        LEVER_BY_ID["nej"]
    with pytest.raises(KeyError):
        baseline_value(LEVER_BY_ID["meetings"], ballerup)
    with pytest.raises(TypeError):
        LEVER_BY_ID["nej"] = LEVERS[0]  # type: ignore[index]


# --- the economy ---------------------------------------------------------------------------------


def test_unchanged_is_exactly_one_and_comes_first() -> None:
    assert economy_paths()[0].id == "unchanged"
    inflow, job = economy_indices("unchanged", START, WEEKS)
    assert (inflow == 1.0).all()
    assert (job == 1.0).all()


def test_the_second_wave_is_the_one_in_the_minutes() -> None:
    # S4: 333,072 newly registered, 50,579 more than the year before, 9 March to 29 November 2020.
    inflow, job = economy_indices("second_wave", START, WEEKS)
    assert inflow[:37] == pytest.approx(np.full(37, 1.18))
    registered, more = 333_072, 50_579
    assert registered / (registered - more) == pytest.approx(1.18, abs=0.002)
    assert (inflow[37:] == 1.0).all()
    assert job[0] == pytest.approx(0.85)
    assert (np.diff(job) >= 0).all()
    assert job[-1] == 1.0


def test_named_paths_have_ranges_that_hold_them() -> None:
    for path in economy_paths():
        for point in (*path.inflow, *path.job_finding):
            assert point.low <= point.index <= point.high
    with pytest.raises(KeyError):
        named_path("nej")


def test_an_own_path_goes_in_straight_lines_between_its_dates() -> None:
    day = datetime.timedelta(days=7)
    economy = OwnEconomy(
        inflow=(
            EconomyPoint.model_validate({"from": START + 2 * day, "index": 120}),
            EconomyPoint.model_validate({"from": START + 4 * day, "index": 100}),
            EconomyPoint.model_validate({"from": START + 6 * day, "index": 80}),
        )
    )
    inflow, job = economy_indices(economy, START, 8)
    assert inflow == pytest.approx([1, 1, 1.2, 1.1, 1, 0.9, 0.8, 0.8])
    assert (job == 1.0).all()


def test_an_own_path_from_before_the_start_is_already_on_its_way() -> None:
    point = [
        EconomyPoint.model_validate({"from": START - datetime.timedelta(weeks=1), "index": 80}),
        EconomyPoint.model_validate({"from": START + datetime.timedelta(weeks=1), "index": 100}),
    ]
    inflow, _ = economy_indices(OwnEconomy(inflow=tuple(point)), START, 3)
    assert inflow == pytest.approx([0.9, 1, 1])


@pytest.mark.parametrize("index", [5, 400, float("nan"), float("inf")])
def test_an_index_far_out_is_refused(index: float) -> None:
    with pytest.raises(ValidationError, match="between 20 and 300"):
        EconomyPoint.model_validate({"from": START, "index": index})


def test_kinds_of_the_mix_are_those_of_the_domain(ballerup: Municipality) -> None:
    assert tuple(baseline_value(LEVER_BY_ID["firm_place_mix"], ballerup)) == FIRM_KINDS
