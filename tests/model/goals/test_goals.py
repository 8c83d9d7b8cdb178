"""Metrics, statuses and side effects on hand-worked examples, then the real Ballerup."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from model.domain import DURATION_CLASSES, EXIT_INDEX, GROUPS, KIND_INDEX, OFFER_GROUPS
from model.files.problems import FileProblem
from model.goals.evaluate import (
    METRICS,
    IndicatorResult,
    Run,
    evaluate_goals,
    indicator_series,
    indicator_values,
    rolled,
    side_effects,
    watch,
)
from model.municipality.goal_specs import (
    GOALS_FOLDER,
    GoalSpec,
    IndicatorSpec,
    focus_groups,
    has_goals,
    load_goals,
    national_level_id,
)
from model.municipality.municipality import load_municipality
from model.parameters.sourced_value import Text
from model.scenario.files import read_scenario, write_scenario
from model.scenario.scenario import Scenario, municipality_of
from model.simulation.simulate import baseline, simulate
from tests.builders import PEOPLE, Builder

AP = "kontanthjaelp_aktivitetsparat"
YOUNG = ("uddannelseshjaelp_uddannelsesparat", "uddannelseshjaelp_aktivitetsparat")


def spec(metric: str, **fields: Any) -> IndicatorSpec:
    """An indicator with only what a test needs."""
    given: dict[str, Any] = {
        "id": "one",
        "title": {"da": "en", "en": "one"},
        "metric": metric,
        "unit": "percent",
        "decimals": 1,
        "direction": "up",
    }
    if fields.get("comparator") in ("fixed",):
        given |= {
            "comparator_source": {"da": "et dokument", "en": "a document"},
            "comparator_quality": "document",
        }
    return IndicatorSpec.model_validate(given | fields)


def goal(*specs: IndicatorSpec) -> tuple[GoalSpec, ...]:
    """One goal with these indicators."""
    return (
        GoalSpec(
            id="goal",
            number=1,
            title={"da": "mål", "en": "goal"},  # type: ignore[arg-type]
            quote="citat",
            quote_in_english="quote",
            source=Text(da="et dokument", en="a document"),
            key_indicator=specs[0].id,
            indicators=specs,
        ),
    )


def measure(builder: Builder, metric: str, **fields: Any) -> np.ndarray:
    run = builder.outcome()
    return METRICS[metric](Run(run, run), spec(metric, **fields)).values


def evaluated(builder: Builder, base: Builder, indicator: IndicatorSpec, **more: Any) -> IndicatorResult:
    (found,) = evaluate_goals(builder.outcome(), base.outcome(), goals=goal(indicator), **more)
    return found.indicators[0]


# --- windows ----------------------------------------------------------------------------------


def test_rolled_sums() -> None:
    assert list(rolled(np.arange(6.0), 3)) == [3, 6, 9, 12]
    assert rolled(np.arange(2.0), 3).shape == (0,)
    assert rolled(np.ones((5, 4)), 2).tolist() == np.full((4, 4), 2.0).tolist()


def test_values_begin_when_the_window_is_full() -> None:
    values = measure(Builder(60).persons(100.0), "persons")
    assert np.isnan(values[:12]).all()
    assert (values[12:] == 100).all()
    yearly = measure(Builder(60).set("exits", 1.0, part=0), "exits_per_year", destinations=["job"])
    assert np.isnan(yearly[:51]).all()
    assert (yearly[51:] == 52).all()


def test_states_count_at_the_end_of_the_week_and_rates_against_its_start() -> None:
    path = np.arange(15.0)  # row 0 is the start
    assert measure(Builder(14).persons(path), "persons")[12] == np.mean(range(1, 14))
    left = Builder(14).persons(path).set("exits", 1.0, part=0)
    rate = measure(left, "exits_per_quarter", destinations=["job"])
    assert rate[12] == pytest.approx(100 * 13 / np.mean(range(13)))


# --- each metric ------------------------------------------------------------------------------


def test_offer_within_13_weeks() -> None:
    run = Builder(26).set("reached_13", 4.0, part=0).set("reached_13", 3.0, part=1)
    run.set("reached_13", 6.0, AP, part=0).set("reached_13", 1.0, AP, part=1)
    assert measure(run, "offer_within_13_weeks")[20] == pytest.approx(40)
    assert measure(run, "offer_within_13_weeks", groups=["dagpenge"])[20] == pytest.approx(75)


def test_weeks_to_first_offer() -> None:
    run = Builder(26, first_offer_week=4.0).set("waiting", 50.0).set("inflow_external", 1.0)
    run.set("start_share", 0.10, part=0).set("start_share", 0.02, part=1)
    # Nine weeks at 10 per cent leave 0.387: the median lies among the newcomers.
    assert measure(run, "weeks_to_first_offer")[20] == pytest.approx(4 + np.log(0.5) / np.log(0.9), abs=0.05)
    slow = Builder(26, first_offer_week=4.0).set("waiting", 50.0).set("inflow_external", 1.0)
    slow.set("start_share", 0.01, part=0).set("start_share", 0.02, part=1)
    left = np.log(0.5) - 9 * np.log(0.99)
    assert measure(slow, "weeks_to_first_offer")[20] == pytest.approx(13 + left / np.log(0.98), abs=0.05)


def test_weeks_to_first_offer_of_a_late_start_and_of_none() -> None:
    late = Builder(26, first_offer_week=26.0).set("waiting", 50.0).set("inflow_external", 1.0)
    late.set("start_share", 0.3, part=0).set("start_share", 0.05, part=1)
    assert measure(late, "weeks_to_first_offer")[20] == pytest.approx(
        26 + np.log(0.5) / np.log(0.95), abs=0.05
    )
    none = Builder(26).set("waiting", 50.0).set("inflow_external", 1.0)
    assert measure(none, "weeks_to_first_offer")[20] == pytest.approx(104, abs=0.01)
    assert np.isnan(measure(Builder(26), "weeks_to_first_offer")).all()


def test_weeks_to_first_offer_mixes_groups_by_arrivals() -> None:
    run = Builder(26, first_offer_week=0.0)
    for group, chance, arrivals in (("dagpenge", 0.5, 3.0), (AP, 0.01, 1.0)):
        run.set("waiting", 50.0, group).set("inflow_external", arrivals, group)
        run.set("start_share", chance, group, part=0).set("start_share", chance, group, part=1)
    found = measure(run, "weeks_to_first_offer")[20]
    assert 0.75 * 0.5**found + 0.25 * 0.99**found == pytest.approx(0.5, abs=0.01)


def test_starts_and_exits_per_quarter() -> None:
    run = Builder(26).persons(200.0).set("starts", 2.0, part=KIND_INDEX["company_centre"])
    run.set("starts", 9.0, part=KIND_INDEX["guidance"])
    assert measure(run, "starts_per_quarter", kinds="firm")[20] == pytest.approx(100 * 26 / 200)
    out = Builder(26).persons(200.0)
    for place, flow in (("job", 3.0), ("education", 1.0), ("other_self_support", 1.0), ("sygedagpenge", 9.0)):
        out.set("exits", flow, part=EXIT_INDEX[place])
    values = measure(out, "exits_per_quarter", destinations="self_support")
    assert values[20] == pytest.approx(100 * 65 / 200)


def test_yearly_flows() -> None:
    run = Builder(104).persons(100.0, AP)
    run.set("exits", 0.25, AP, part=EXIT_INDEX["kontanthjaelp_jobparat"])
    run.set("exits", 0.5, AP, part=EXIT_INDEX["foertidspension"])
    progression = measure(
        run, "transfers_per_year_share", groups=[AP], destinations=["kontanthjaelp_jobparat"]
    )
    assert progression[103] == pytest.approx(13)
    assert measure(run, "exits_per_year", destinations=["foertidspension"])[103] == pytest.approx(26)
    share = {"value": 0.5, "low": 0.4, "high": 0.6, "unit": "share", "as_of": "2020", "source": "antagelse"}
    halved = measure(
        run, "exits_per_year", destinations=["foertidspension"], factor=share | {"quality": "assumption"}
    )
    assert halved[103] == pytest.approx(13)


def test_meetings_weigh_the_lever_by_caseload() -> None:
    lever = np.zeros((26, len(GROUPS)))
    lever[:, 0], lever[:, GROUPS.index(AP)] = 3.0, 1.0
    run = Builder(26, meetings=lever).persons(100.0).persons(300.0, AP)
    assert measure(run, "meetings")[20] == pytest.approx(1.5)
    assert measure(Builder(26, caseworker_changes=0.6).persons(9.0), "caseworker_changes")[
        20
    ] == pytest.approx(0.6)


def test_places() -> None:
    run = Builder(26)
    run.firm[:, 1], run.firm[:, 2] = 180.0, 20.0
    assert measure(run, "places_filled")[20] == pytest.approx(180)
    assert measure(run, "places_unfilled")[20] == pytest.approx(20)


def test_shares_of_the_stock() -> None:
    run = Builder(26).persons(60.0).set("refund_class", 20.0, part=1).set("caseload", 80.0)
    assert measure(run, "over_52_weeks", groups=["dagpenge"])[20] == pytest.approx(75)
    run.set("participants", 6.0, part=KIND_INDEX["paid_hours"]).set(
        "participants", 2.0, part=KIND_INDEX["course"]
    )
    assert measure(run, "participation", kinds="firm")[20] == pytest.approx(7.5)
    assert measure(run, "participation", kinds="all")[20] == pytest.approx(10)
    assert measure(run, "participants", kinds=["paid_hours"])[20] == pytest.approx(6)
    flex = Builder(26).persons(20.0, "ledighedsydelse").persons(80.0, "fleksjob")
    assert measure(flex, "ledighedsydelse_share")[20] == pytest.approx(20)
    young = Builder(26).persons(140.0, YOUNG[0]).persons(140.0, YOUNG[1], "non_western")
    assert measure(young, "per_100_young", groups=YOUNG)[20] == pytest.approx(4)


def test_leaves_within_52_weeks_at_constant_rates() -> None:
    run = Builder(26)
    for part in range(len(DURATION_CLASSES)):
        run.set("class_persons", 100.0, part=part).set("class_job", 1.5, part=part)
        run.set("class_education", 0.5, part=part).set("class_other", 2.0, part=part)
    gone = 1 - 0.96**52
    both = measure(run, "leaves_within_52_weeks", destinations=["job", "education"])
    assert both[20] == pytest.approx(100 * gone * 0.5)
    assert measure(run, "leaves_within_52_weeks", destinations=["education"])[20] == pytest.approx(
        100 * gone * 0.125
    )


def test_leaves_within_52_weeks_counts_each_class_for_its_weeks() -> None:
    # Only those with 40-52 weeks leave, to jobs: 12 of these weeks lie within the first year.
    run = Builder(26)
    for part in range(len(DURATION_CLASSES)):
        run.set("class_persons", 10.0, part=part)
    run.set("class_job", 1.0, part=4)
    assert measure(run, "leaves_within_52_weeks", destinations=["job"])[20] == pytest.approx(
        100 * (1 - 0.9**12)
    )
    # An empty class lets everybody through.
    run.set("class_persons", 0.0, part=0)
    assert measure(run, "leaves_within_52_weeks", destinations=["job"])[20] == pytest.approx(
        100 * (1 - 0.9**12)
    )


def test_support_pressure_by_origin_counts_all_benefits() -> None:
    people = PEOPLE["people_16_66"]
    run = Builder(26)
    for group, origin, share in (
        ("dagpenge", "danish", 0.05),
        ("foertidspension", "danish", 0.05),
        ("fleksjob", "western", 0.08),
        ("dagpenge", "non_western", 0.2),
    ):
        run.persons(share * PEOPLE[origin] * people, group, origin)
    assert measure(run, "pressure", origins=["danish"])[20] == pytest.approx(10)
    assert measure(run, "pressure", origins=["western"])[20] == pytest.approx(8)
    assert measure(run, "pressure", origins=["non_western"])[20] == pytest.approx(20)
    others = (0.1 * 0.75 + 0.08 * 0.08) / 0.83
    assert measure(run, "pressure_ratio", origins=["non_western"])[20] == pytest.approx(0.2 / others)
    assert measure(run, "pressure_gap", origins=["non_western"])[20] == pytest.approx(100 * (0.2 - others))


def origins_apart() -> Builder:
    """Non-Western citizens stay longer on dagpenge and shorter on kontanthjælp."""
    run = Builder(78)
    for group, origin, persons, weeks, firm in (
        ("dagpenge", "danish", 300.0, 20.0, 30.0),
        ("dagpenge", "western", 100.0, 20.0, 10.0),
        ("dagpenge", "non_western", 50.0, 26.0, 2.5),
        (AP, "danish", 100.0, 90.0, 20.0),
        (AP, "non_western", 150.0, 88.0, 30.0),
        ("foertidspension", "danish", 900.0, 104.0, 0.0),
    ):
        run.persons(persons, group, origin).set("duration_sum", persons * weeks, group, origin)
        run.set("participants", firm, group, origin, part=0)
    return run


def test_duration_gap_within_target_groups() -> None:
    found = evaluated(
        origins_apart(),
        origins_apart(),
        spec(
            "duration_gap",
            origins=["non_western"],
            comparator="origin",
            target=0,
            direction="down",
            by_group=True,
        ),
    )
    assert found.value_scenario == pytest.approx((50 * 6 + 150 * -2) / 200)
    parts = {part.groups[0]: part for part in found.parts}
    assert set(parts) == {"dagpenge", AP}
    assert parts["dagpenge"].value_scenario == pytest.approx(6)
    assert parts[AP].value_scenario == pytest.approx(-2)
    assert parts[AP].status == "reached"
    assert parts[AP].persons == pytest.approx(100)
    assert parts["dagpenge"].title.da == "Dagpenge (forsikrede ledige)"


def test_offer_use_within_target_groups() -> None:
    found = evaluated(
        origins_apart(),
        origins_apart(),
        spec("offer_use_ratio", origins=["non_western"], comparator="origin", target=1, by_group=True),
    )
    # At the others' use 50 x 10 % + 150 x 20 % = 35 would take part; 32.5 do.
    assert found.value_scenario == pytest.approx(32.5 / 35)
    assert [part.value_scenario for part in found.parts] == pytest.approx([0.5, 1.0])


def test_rank_missing_persons_and_share_of_dagpenge() -> None:
    """840 of 30,712 are 2.74 %: 0.38 points above rank 10's 2.36, times 307.12."""
    run = Builder(60).persons(840.0)
    assert measure(run, "dagpenge_share")[59] == pytest.approx(2.74)
    assert measure(run, "dagpenge_missing")[59] == pytest.approx(0.38 * 307.12, abs=0.01)
    low = Builder(60).persons(700.0)
    assert measure(low, "dagpenge_share")[59] == pytest.approx(2.28)
    assert measure(low, "dagpenge_rank")[59] <= 10
    base = Builder(60).persons(820.0).outcome()
    after = Builder(60).persons(np.where(np.arange(61) == 0, 820.0, 715.0)).outcome()
    run_ = Run(after, base)
    assert METRICS["dagpenge_missing"](run_, spec("dagpenge_missing")).values[59] == 0
    assert METRICS["dagpenge_rank"](run_, spec("dagpenge_rank")).values[59] <= 10
    found = METRICS["dagpenge_share"](run_, spec("dagpenge_share"))
    assert found.comparator is not None
    assert found.comparator[59] == pytest.approx(2.36)


def test_every_metric_has_a_hand_worked_example() -> None:
    """Each metric of the catalogue is named in a test above; a new one needs its own."""
    own = Path(__file__).read_text(encoding="utf-8").split("# --- " + "status")[0]
    assert not [metric for metric in METRICS if f'"{metric}"' not in own]


# --- status -----------------------------------------------------------------------------------


def share_path(start: float, end: float, weeks: int = 208) -> Builder:
    """Participation in per cent that moves from ``start`` to ``end`` over the first year."""
    path = np.interp(np.arange(weeks + 1), [0, 52], [start, end])
    return Builder(weeks).persons(100.0).set("participants", path, part=0)


UP_TO_32 = spec("participation", groups=["dagpenge"], comparator="fixed", target=32, decimals=0)


@pytest.mark.parametrize(
    ("end", "status"),
    [
        (40.0, "reached"),
        (31.7, "reached"),
        (31.0, "on_the_way"),
        (12.3, "standing_still"),
        (8.0, "moving_away"),
    ],
)
def test_status_against_a_fixed_target(end: float, status: str) -> None:
    found = evaluated(share_path(12.0, end), share_path(12.0, 12.0), UP_TO_32)
    assert found.status == status
    assert not found.assumed
    assert found.value_start == pytest.approx(12)
    assert found.value_scenario == pytest.approx(end)
    assert found.comparator is not None
    assert (found.comparator == 32).all()
    assert found.count_scenario == pytest.approx(end)


def test_reached_since_the_first_week_that_stays_reached() -> None:
    found = evaluated(share_path(12.0, 64.0), share_path(12.0, 12.0), UP_TO_32)
    assert found.reached_on is not None
    week = (found.reached_on - datetime.date(2021, 1, 4)).days // 7
    assert found.scenario[week] >= 31.5 > found.scenario[week - 1]
    before = evaluated(share_path(40.0, 50.0), share_path(40.0, 40.0), UP_TO_32)
    assert before.reached_on == datetime.date(2021, 1, 4)


def test_target_date_decides_when_it_counts() -> None:
    slow = np.interp(np.arange(209), [0, 104, 208], [12, 20, 60])
    run = Builder().persons(100.0).set("participants", slow, part=0)
    late = UP_TO_32.model_copy(update={"target_weeks": 104})
    assert evaluated(run, share_path(12.0, 12.0), UP_TO_32).status == "reached"
    found = evaluated(run, share_path(12.0, 12.0), late)
    assert found.status == "on_the_way"
    assert found.target_date == datetime.date(2023, 1, 2)


def test_against_the_baseline_a_status_is_never_reached() -> None:
    up = spec("participation", groups=["dagpenge"])
    for end, status in ((20.0, "on_the_way"), (10.02, "standing_still"), (5.0, "moving_away")):
        found = evaluated(share_path(10.0, end), share_path(10.0, 10.0), up)
        assert found.status == status
        assert found.target is None
    down = up.model_copy(update={"direction": "down"})
    assert evaluated(share_path(10.0, 5.0), share_path(10.0, 10.0), down).status == "on_the_way"


def test_a_season_is_no_movement() -> None:
    wave = 10 + 3 * np.sin(np.arange(209) * 2 * np.pi / 52)
    run = Builder().persons(100.0).set("participants", wave, part=0)
    assert evaluated(run, run, UP_TO_32).status == "standing_still"
    up = spec("participation", groups=["dagpenge"])
    assert evaluated(run, run, up).status == "standing_still"


def test_watch_has_no_status() -> None:
    watch = spec("participation", groups=["dagpenge"], direction="watch")
    found = evaluated(share_path(10.0, 60.0), share_path(10.0, 10.0), watch)
    assert found.status == "none"
    assert found.better is None


def test_national_level_is_empty_until_typed_in_and_then_marked_assumed() -> None:
    national = spec("participation", groups=["dagpenge"], comparator="national")
    run, base = share_path(10.0, 20.0), share_path(10.0, 10.0)
    found = evaluated(run, base, national)
    assert found.status == "none"
    assert found.target is None
    assert found.comparator is None
    assert found.status_note is not None
    typed = evaluated(run, base, national, national_levels={"one": 15.0})
    assert typed.status == "reached"
    assert typed.assumed
    assert typed.comparator_quality == "assumption"


def ballerup_with(*assumptions: tuple[str, float]) -> Scenario:
    return Scenario.model_validate(
        {
            "name": "landsniveau",
            "municipality": "ballerup",
            "assumptions": [
                {"parameter": p, "value": v, "why": "Jobindsats, indtastet"} for p, v in assumptions
            ],
        }
    )


def test_a_national_level_is_kept_in_the_scenarios_file() -> None:
    level = national_level_id("udfordringer_ud_over_ledighed", "participation")
    written = write_scenario(ballerup_with((level, 9.5)))
    scenario = read_scenario(written)
    assert write_scenario(scenario) == written
    owner = municipality_of(scenario)
    assert owner.key == load_municipality("ballerup").key  # it moves no run
    run = simulate(owner, scenario)
    goals = {result.id: result for result in evaluate_goals(run, baseline(owner, scenario))}
    typed = goals["udfordringer_ud_over_ledighed"].indicator("participation")
    assert typed.target == 9.5
    assert typed.status == "reached"
    assert typed.assumed
    assert typed.comparator_source is not None
    assert typed.comparator_source.da == "Indtastet af brugeren"
    empty = goals["udfordringer_ud_over_ledighed"].indicator("return")
    assert empty.status == "none"
    assert empty.target is None


def test_a_wrong_national_level_is_refused_with_the_nearest_name() -> None:
    for parameter, value, words in (
        ("national_level.unge.yong_on_support", 3.0, "young_on_support"),
        ("national_level.unge.young_on_support", -1.0, "ikke er under nul"),
        ("national_level.serviceoplevelse.meetings", 2.0, "national_level"),
    ):
        with pytest.raises(FileProblem) as error:
            read_scenario(write_scenario(ballerup_with((parameter, value))), "min.yaml")
        assert words in error.value.text("da")
        assert "min.yaml, linje" in error.value.text("da")


def test_fewer_than_20_persons_show_no_status() -> None:
    few = Builder().persons(19.0).set("participants", 10.0, part=0)
    found = evaluated(few, few, UP_TO_32)
    assert found.status == "none"
    assert found.status_note is not None
    assert "20" in found.status_note.da


def test_a_run_that_is_too_short_has_no_status() -> None:
    short = share_path(10.0, 10.0, weeks=8)
    assert evaluated(short, short, UP_TO_32).status == "none"
    yearly = spec("exits_per_year", destinations=["job"], groups=["dagpenge"])
    assert evaluated(share_path(1.0, 1.0, weeks=30), share_path(1.0, 1.0, weeks=30), yearly).status == "none"


@pytest.mark.parametrize(
    ("ends", "status"),
    [
        ([30, 28, 26, 24], "on_the_way"),
        ([30, 24, 31, 22], "standing_still"),
        ([30, 31, 32, 34], "moving_away"),
        ([30, 30, 30, 30], "standing_still"),
    ],
)
def test_a_gap_that_must_narrow_every_year(ends: list[float], status: str) -> None:
    path = np.interp(np.arange(209), [0, *range(26, 209, 52), 208], [ends[0] + 1, *ends, ends[-1]])
    if ends[0] == ends[-1]:
        path[:] = ends[0]
    people = PEOPLE["people_16_66"]
    runs = []
    for series in (path, path[0]):
        run = Builder().persons(0.1 * 0.75 * people).persons(0.1 * 0.08 * people, origin="western")
        runs.append(run.persons(series / 100 * 0.17 * people, origin="non_western"))
    ratio = spec(
        "pressure_ratio",
        origins=["non_western"],
        comparator="origin",
        target=1,
        direction="down",
        every_year=True,
    )
    found = evaluated(runs[0], runs[1], ratio.model_copy(update={"decimals": 2}))
    assert found.status == status
    assert (found.status_note is not None) == (ends == [30, 24, 31, 22])


def test_a_note_where_equal_use_hardly_moves_the_gap() -> None:
    base, run = origins_apart(), origins_apart()
    run.set("participants", 5.0, origin="non_western", part=0)
    specs = (
        spec("pressure_ratio", origins=["non_western"], comparator="origin", target=1, direction="down"),
        spec(
            "offer_use_ratio", origins=["non_western"], comparator="origin", target=1, unit="ratio", id="use"
        ),
    )
    (found,) = evaluate_goals(run.outcome(), base.outcome(), goals=goal(*specs))
    note = found.indicator("use").status_note
    assert note is not None
    assert "flytter kun lidt" in note.da


def test_values_as_people_read_them() -> None:
    found = evaluated(
        share_path(12.0, 24.5), share_path(12.0, 12.0), UP_TO_32.model_copy(update={"decimals": 1})
    )
    assert found.shown(found.value_scenario, "da") == "24,5\N{NO-BREAK SPACE}%"
    assert found.shown_change("da") == "+12,5 procentpoint"
    assert found.shown_change("en") == "+12.5 percentage points"
    assert found.better is True


def test_rank_is_named_after_its_area() -> None:
    run = Builder().persons(820.0)
    rank = spec("dagpenge_rank", comparator="rank", target=10, direction="down", decimals=0, unit="rank")
    here = evaluated(run, run, rank)
    assert here.title.da == "en"
    assert here.shown(here.value_scenario, "da") == "nr. 16"
    other = evaluated(run, run, rank, area="hovedstadskommuner")
    assert other.title.da == "Placering blandt de 24 hovedstadskommuner"
    assert other.value_scenario == 12


def test_weeks_must_agree() -> None:
    with pytest.raises(ValueError, match="same weeks"):
        evaluate_goals(Builder(52).outcome(), Builder(104).outcome())


def test_values_for_draws_are_the_same_figures() -> None:
    run, base = share_path(12.0, 24.0).outcome(), share_path(12.0, 12.0).outcome()
    goals = goal(UP_TO_32, spec("persons", id="two"))
    full = evaluate_goals(run, base, goals=goals)[0]
    values = indicator_values(run, base, goals=goals)
    assert values == {("goal", i.id): i.value_scenario for i in full.indicators}
    np.testing.assert_allclose(indicator_series(run, base, UP_TO_32), full.indicators[0].scenario)


def test_a_baseline_is_measured_once() -> None:
    calls = []
    base, run = share_path(10.0, 10.0).outcome(), share_path(10.0, 20.0).outcome()
    goals = goal(UP_TO_32)
    original = METRICS["participation"]
    try:
        METRICS["participation"] = lambda *given: (calls.append(1), original(*given))[1]
        for _ in range(3):
            evaluate_goals(run, base, goals=goals)
    finally:
        METRICS["participation"] = original
    assert len(calls) == 4  # three runs, one baseline


# --- side effects -----------------------------------------------------------------------------


def crowd(**changes: float) -> Builder:
    run = Builder(60)
    for group in GROUPS:
        run.persons(200.0 + changes.get(group, 0.0), group)
    return run


def test_side_effects_outside_the_focus_groups() -> None:
    run = crowd(dagpenge=-30, sygedagpenge=3, jobafklaring=1, sho=-4)
    found = {effect.id: effect for effect in side_effects(run.outcome(), crowd().outcome())}
    assert next(iter(found)) == "sygedagpenge"
    assert "dagpenge" not in found
    assert AP not in found
    assert found["sygedagpenge"].worse  # 1.5 per cent
    assert "3,0 flere" in found["sygedagpenge"].warning.da  # type: ignore[union-attr]
    assert not found["jobafklaring"].worse  # 0.5 per cent and one person
    assert not found["sho"].worse
    assert found["total"].difference == pytest.approx(-30)
    assert not found["total"].worse


def test_five_persons_are_worse_in_a_large_group() -> None:
    def many(more: float) -> Builder:
        return Builder(60).persons(1900.0 + more, "foertidspension")

    found = {effect.id: effect for effect in side_effects(many(5.5).outcome(), many(0.0).outcome())}
    assert found["foertidspension"].worse
    assert found["total"].worse
    assert not found["benchmark"].worse


def test_flex_jobs_found_from_the_waiting_list_are_no_side_effect() -> None:
    found = {
        effect.id: effect
        for effect in side_effects(crowd(fleksjob=10, ledighedsydelse=-10).outcome(), crowd().outcome())
    }
    assert not found["fleksjob"].worse
    found = {e.id: e for e in side_effects(crowd(fleksjob=10).outcome(), crowd().outcome())}
    assert found["fleksjob"].worse
    part = crowd(fleksjob=10, ledighedsydelse=-4).outcome()
    warning = {e.id: e for e in side_effects(part, crowd().outcome())}["fleksjob"].warning
    assert warning is not None
    assert warning.da.endswith("(200 til 210), mens kun 4,0 færre er på ledighedsydelse.")


def test_the_watch_holds_side_effects_and_the_benchmark() -> None:
    found = watch(crowd(sygedagpenge=9).outcome(), crowd().outcome())
    assert found.side_effects[0].id == "sygedagpenge"
    assert len(found.warnings) == sum(effect.worse for effect in found.side_effects)
    assert [row.group for row in found.benchmark] == ["dagpenge", "sygedagpenge", "kontanthjaelp", "total"]
    assert found.benchmark[1].scenario - found.benchmark[1].baseline == pytest.approx(9)


# --- the goal files ---------------------------------------------------------------------------


@pytest.mark.parametrize("path", sorted(GOALS_FOLDER.glob("*.yaml")), ids=lambda path: path.stem)
def test_goal_files(path: Path) -> None:
    goals = load_goals(path.stem)
    for one in goals:
        assert one.quote
        assert one.source
        for indicator in one.indicators:
            assert indicator.metric in METRICS, indicator.metric
    run = crowd().outcome()
    for result in evaluate_goals(run, run, goals=goals):
        for shown in result.indicators:
            assert shown.baseline.shape == (60,)


def test_ballerups_goals() -> None:
    goals = load_goals("ballerup")
    assert [one.title.da for one in goals] == [
        "Serviceoplevelse",
        "Forsikrede ledige",
        "Borgere med udfordringer ud over ledighed",
        "Unge borgere",
        "Borgere med ikke-vestlig baggrund",
    ]
    assert focus_groups(goals) == {"dagpenge", AP, "ressourceforloeb", *YOUNG}
    assert [len(one.not_measured) for one in goals] == [2, 0, 0, 1, 1]
    assert load_goals("aarhus") is load_goals("ballerup")
    assert has_goals("ballerup")
    assert not has_goals("aarhus")
    assert set(OFFER_GROUPS) < set(GROUPS)


def test_bad_indicators_are_refused() -> None:
    with pytest.raises(ValueError, match="unknown target group dagpeng"):
        spec("persons", groups=["dagpeng"])
    with pytest.raises(ValueError, match="needs a target"):
        spec("persons", comparator="rank")
    with pytest.raises(ValueError, match="no target of its own"):
        spec("persons", target=3)


# --- real municipalities ----------------------------------------------------------------------


@pytest.mark.parametrize("name", ["ballerup", "broendby", "albertslund", "aarhus", "laesoe"])
def test_a_baseline_at_rest_stands_still_on_every_indicator(name: str) -> None:
    run = baseline(load_municipality(name))
    for result in evaluate_goals(run, run):
        for indicator in result.indicators:
            assert np.isfinite(indicator.value_scenario), indicator.id
            for one in (indicator, *indicator.parts):
                assert one.status in ("standing_still", "reached", "none"), one.id
                assert not one.moved
    assert not any(effect.worse for effect in side_effects(run, run))


def test_ballerup_today() -> None:
    run = baseline(load_municipality("ballerup"))
    goals = {result.id: result for result in evaluate_goals(run, run)}
    rank = goals["forsikrede_ledige"]
    assert rank.key.value_baseline == 16
    assert rank.indicator("persons_to_rank_10").value_baseline == pytest.approx(95, abs=1)
    assert rank.indicator("dagpenge_share").value_baseline == pytest.approx(2.67, abs=0.011)
    participation = goals["udfordringer_ud_over_ledighed"].key
    assert 9 < participation.value_baseline < 11
    assert participation.status == "none"
    pressure_ = goals["ikke_vestlig_baggrund"].key
    assert 1.5 < pressure_.value_baseline < 2.2
    assert pressure_.assumed
