"""Test the register of parameters, and the figures of the method page's diagram."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from model.domain import EXITS, GROUP_INDEX, GROUPS, SELF_SUPPORT_EXITS
from model.language.catalogue import LANGUAGES, text
from model.municipality.goal_specs import assumption_label, load_goals, national_level_ids
from model.municipality.municipality import load_municipality
from model.municipality.municipality_list import municipalities
from model.parameters.ids import TABLES
from model.parameters.labels import label, unit_name
from model.parameters.register import AREAS, ORDERS, QUALITIES, area_of, figure, looked_up, shown, sources
from model.scenario.scenario import Scenario
from model.simulation.simulate import baseline, simulate
from model.simulation.state_flows import state_flows
from model.validation.known_errors import benefit_gaps

TOWNS = ("ballerup", "broendby", "albertslund", "samsoe")


# --- the register ---------------------------------------------------------------------------------


def test_every_table_has_one_area() -> None:
    tables = [table for area in AREAS.values() for table in area]
    assert len(tables) == len(set(tables))
    assert set(TABLES) <= set(tables)


@pytest.mark.parametrize("town", TOWNS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_number_can_be_said_in_words(town: str, language: str) -> None:
    register = load_municipality(town).register
    assert len(register) > 1500
    for parameter in register:
        row = shown(parameter, language)
        assert row.name != parameter.id
        assert row.unit
        assert row.source
        assert row.area == text(f"parameters.area.{area_of(parameter.id)}", language)


def test_danish_units_are_danish() -> None:
    units = {p.value.unit for p in load_municipality("ballerup").register}
    same = {u for u in units if unit_name(u, "da") == unit_name(u, "en")}
    assert same <= {"index"} | {u for u in units if unit_name(u, "da") in ("indeks",)}


# Words that explain, and belong to one language alone. Titles of documents and addresses stay as they are.
EXPLAINS = {
    "da": (
        "af afsnit andel antagelse beregnet beregning deres efter egen egne ellers en er fordelt fordeling fra følger "
        "gengiver har hele ikke inden ingen kapitel kilde med og om pr punkt på referat samlet samme skøn som spor tal "
        "til uden ved"
    ),
    "en": (
        "about and are assumption average been by chapter computed each fewer from given is it no not of on own same "
        "section share shares split than that the their these this track was were which with years"
    ),
}
NAMES = re.compile(r"https?://\S+|Erhvervs- og Beskæftigelsesudvalg\w*|Graversen and van Ours|\"[^\"]*\"")


def explaining(words: str, language: str) -> list[str]:
    """What in some words, names aside, can only be that language."""
    known = EXPLAINS[language].split()
    return [word for word in re.findall(r"[a-zæøå]+", NAMES.sub(" ", words).lower()) if word in known]


@pytest.mark.parametrize("town", TOWNS)
def test_where_numbers_come_from_is_said_in_the_readers_language(town: str) -> None:
    goals = load_goals(town)
    targets = [spec.comparator_source for goal in goals for spec in goal.indicators if spec.comparator_source]
    for language, other in (("da", "en"), ("en", "da")):
        register = load_municipality(town).register
        notes = {p.value.note.text(language) for p in register if p.value.note is not None}
        said = {p.source(language) for p in register} | {goal.source.text(language) for goal in goals}
        said |= notes | {target.text(language) for target in targets}
        assert len(said) > 100
        foreign = {words for words in said if explaining(words, other)}
        assert not foreign, language


def test_a_source_in_the_other_language_is_seen() -> None:
    assert explaining("Antagelse: pris- og lønudvikling", "da") == ["antagelse", "og"]
    assert explaining("Assumption: growth of prices and wages", "en") == ["assumption", "of", "and"]
    assert not explaining("https://star.dk/viden-og-tal/", "da")


def test_looking_up_everything_gives_everything_once() -> None:
    register = load_municipality("ballerup").register
    for order in ORDERS:
        found = looked_up(register, order=order)
        assert sorted(p.id for p in found) == sorted(p.id for p in register)


@pytest.mark.parametrize("words", ["fortrængning", "FORTRÆNGNING", "fortraengning", "displacement"])
def test_search_in_both_languages_and_without_danish_letters(words: str) -> None:
    found = looked_up(load_municipality("ballerup").register, words)
    assert "displacement" in {p.id for p in found}
    assert len(found) < 30


def test_search_by_several_words_area_and_quality() -> None:
    register = load_municipality("ballerup").register
    found = looked_up(register, "praktik dagpenge", area="effects")
    assert found
    for parameter in found:
        words = " ".join((parameter.label("da"), parameter.source("da"), str(parameter.value.note))).lower()
        assert "praktik" in words
        assert "dagpenge" in words
        assert area_of(parameter.id) == "effects"
    counts = [len(looked_up(register, quality=quality)) for quality in QUALITIES]
    assert sum(counts) == len(register)
    assert not looked_up(register, "der findes ingen sådan")


def test_orders() -> None:
    register = load_municipality("ballerup").register
    qualities = [QUALITIES.index(p.value.quality) for p in looked_up(register, order="quality")]
    assert qualities == sorted(qualities)
    widths = [
        math.inf
        if not p.value.value and p.value.high
        else (p.value.high - p.value.low) / abs(p.value.value or 1)
        for p in looked_up(register, order="range")
        if p.value.low is not None
    ]
    assert widths == sorted(widths, reverse=True)


@pytest.mark.parametrize(
    ("value", "digits", "said"),
    [(0.0123456, 4, "0,01235"), (19083.0, 4, "19.083"), (1.5, 4, "1,5"), (0.0, 4, "0"), (1e-7, 4, "0,0000001"),
     (123456.7, 9, "123.456,7"), (-0.25, 4, "−0,25"), (100.0, 4, "100")],
)  # fmt: skip
def test_figures(value: float, digits: int, said: str) -> None:
    assert figure(value, "da", digits) == said


@given(some.floats(-1e9, 1e9))
def test_a_figure_is_the_value_to_four_digits(value: float) -> None:
    said = figure(value, "en").replace(",", "").replace("\N{MINUS SIGN}", "-")
    assert float(said) == pytest.approx(value, rel=1e-3, abs=1e-300)


def test_sources_are_those_of_numbers_with_a_value_of_their_own() -> None:
    register = load_municipality("ballerup").register
    found = sources(register, "da")
    assert sum(n for _, n in found) == sum(not p.follows and not p.computed for p in register)
    assert [n for _, n in found] == sorted((n for _, n in found), reverse=True)


# --- labels ---------------------------------------------------------------------------------------


def test_national_levels_have_names() -> None:
    seen = 0
    for info in municipalities()[:4]:
        goals = (*load_goals(info.id), *load_goals(info.id, "2026"))
        specs = {f"{g.id}.{i.id}": i for g in goals for i in g.indicators}
        for parameter in national_level_ids(info.id):
            for language in LANGUAGES:
                said = assumption_label(parameter, language)
                spec = specs[parameter.split(".", 1)[1]]
                which = "own_level" if spec.comparator == "own" else "national_level"
                assert said.startswith(text(f"parameters.label.{which}", language) + ", ")
                assert "_" not in said
                assert said.endswith(spec.title.text(language))
            seen += 1
    assert seen
    assert assumption_label("national_level.nej.tak", "da") == "Landsniveau, nej, tak"
    assert assumption_label("national_level", "da") == "Landsniveau"


def test_education_is_a_destination_where_people_leave() -> None:
    assert label("exit.sho.education.w5_13", "da").split(", ")[2] == text("domain.exit.education", "da")
    assert text("domain.kind.education", "da") in label("offer_weeks.all.education", "da")


def test_gaps_are_those_that_the_readme_tells() -> None:
    gaps = benefit_gaps()
    assert gaps["all"] == -0.008
    assert gaps["sygedagpenge"] == -0.039
    assert set(gaps) - {"all"} <= set(GROUPS)


# --- the drawing's figures ------------------------------------------------------------------------


@pytest.mark.parametrize("town", ["ballerup", "samsoe"])
def test_the_drawing_closes(town: str) -> None:
    outcome = baseline(load_municipality(town), Scenario(name="x", municipality=town))
    for group in (None, *GROUPS):
        found = state_flows(outcome, group)
        came = found.new + found.returners + found.from_groups
        went = found.job + found.education + found.other_self_support + found.to_groups
        assert came - went == pytest.approx(found.change, abs=1e-6)
        which = slice(None) if group is None else GROUP_INDEX[group]
        assert found.caseload == pytest.approx(outcome.caseload[:52, which].sum() / 52, rel=1e-9), (
            "states are the caseload"
        )
        assert found.weeks == 52


def test_all_groups_are_the_sum_but_for_moves_between_them() -> None:
    outcome = baseline(load_municipality("ballerup"), Scenario(name="x", municipality="ballerup"))
    whole, each = state_flows(outcome), [state_flows(outcome, group) for group in GROUPS]
    for name in ("waiting", "in_offer", "after_offer", "new", "returners", "job", "education", "starts"):
        assert getattr(whole, name) == pytest.approx(sum(getattr(f, name) for f in each))
    assert whole.moved_within == pytest.approx(sum(f.to_groups for f in each))
    assert whole.moved_within == pytest.approx(sum(f.from_groups for f in each))
    assert whole.from_groups == whole.to_groups == 0


def test_a_run_of_another_scenario_and_by_hand() -> None:
    scenario = Scenario(name="x", municipality="ballerup").with_change("firm_places", 400.0)
    outcome = simulate(load_municipality("ballerup"), scenario)
    g = GROUP_INDEX["sygedagpenge"]
    found = state_flows(outcome, "sygedagpenge")
    exits = outcome.exits[:52, g].sum(axis=(0, 1))
    assert found.job == pytest.approx(exits[EXITS.index("job")])
    assert found.to_groups == pytest.approx(exits[len(SELF_SUPPORT_EXITS) :].sum())
    assert found.starts == pytest.approx(np.sum(outcome.starts[:52, g]))
    with pytest.raises(KeyError):
        state_flows(outcome, "nobody")
