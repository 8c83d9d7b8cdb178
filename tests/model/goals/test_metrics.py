"""Test each metric on a hand-worked example."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from model.domain import DURATION_CLASSES, EXIT_INDEX, GROUPS, KIND_INDEX
from model.goals.metric_context import MetricContext
from model.goals.metrics import METRICS
from model.goals.series import rolling_sums
from tests.builders import PEOPLE, Builder
from tests.model.goals.cases import AP, YOUNG, evaluated, origins_apart, spec


def measure(builder: Builder, metric: str, **fields: Any) -> np.ndarray:
    run = builder.outcome()
    return METRICS[metric](MetricContext(run, run), spec(metric, **fields)).values


def test_rolled_sums() -> None:
    assert list(rolling_sums(np.arange(6.0), 3)) == [3, 6, 9, 12]
    assert rolling_sums(np.arange(2.0), 3).shape == (0,)
    assert rolling_sums(np.ones((5, 4)), 2).tolist() == np.full((4, 4), 2.0).tolist()


def test_values_begin_when_the_window_is_full() -> None:
    values = measure(Builder(60).persons(100.0), "persons")
    assert np.isnan(values[:12]).all()
    assert (values[12:] == 100).all()
    yearly = measure(Builder(60).set("exits", 1.0, part=0), "exits_per_year", destinations=["job"])
    assert np.isnan(yearly[:51]).all()
    assert (yearly[51:] == 52).all()


def test_stocks_count_at_a_weeks_end_and_rates_divide_by_its_start() -> None:
    path = np.arange(15.0)  # row 0 is the start
    assert measure(Builder(14).persons(path), "persons")[12] == np.mean(range(1, 14))
    left = Builder(14).persons(path).set("exits", 1.0, part=0)
    rate = measure(left, "exits_per_quarter", destinations=["job"])
    assert rate[12] == pytest.approx(100 * 13 / np.mean(range(13)))


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


def test_weeks_to_first_offer_ends_at_an_earlier_deadline_that_most_meet() -> None:
    run = Builder(26, first_offer_week=0.0, offer_deadline_week=10.0).set("waiting", 50.0)
    run.set("inflow_external", 1.0).set("start_share", 0.01, part=0).set("start_share", 0.01, part=1)
    assert measure(run, "weeks_to_first_offer")[20] == pytest.approx(np.log(0.5) / np.log(0.99), abs=0.05)
    run.set("start_share", 0.6, part=2)
    # Ten weeks at the plain chance, then both through the week of the deadline.
    plain, due = -np.log(0.99), -np.log(0.4)
    expected = 10 + (np.log(2) - 10 * plain) / (plain + due)
    assert measure(run, "weeks_to_first_offer")[20] == pytest.approx(expected, abs=0.01)


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
    assert parts[AP].reached
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
    run_ = MetricContext(after, base)
    assert METRICS["dagpenge_missing"](run_, spec("dagpenge_missing")).values[59] == 0
    assert METRICS["dagpenge_rank"](run_, spec("dagpenge_rank")).values[59] <= 10
    found = METRICS["dagpenge_share"](run_, spec("dagpenge_share"))
    assert found.comparator is not None
    assert found.comparator[59] == pytest.approx(2.36)


def test_every_metric_has_a_hand_worked_example() -> None:
    """Each metric of the catalogue is named in a test above; a new one needs its own."""
    own = Path(__file__).read_text(encoding="utf-8").split("# --- " + "status")[0]
    own += (Path(__file__).parent / "test_metrics_2026.py").read_text(encoding="utf-8")
    assert not [metric for metric in METRICS if f'"{metric}"' not in own]
