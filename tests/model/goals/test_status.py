"""Test the status of an indicator against its target."""

from __future__ import annotations

import datetime

import numpy as np
import pytest

from model.files.problems import FileProblem
from model.goals.evaluate import (
    evaluate_goals,
)
from model.goals.status_text import DrawnStatus, chance_words, status_words
from model.municipality.goal_specs import (
    national_level_id,
)
from model.municipality.municipality import load_municipality
from model.scenario.files import read_scenario, write_scenario
from model.scenario.scenario import Scenario, municipality_of
from model.simulation.simulate import baseline, simulate
from tests.builders import PEOPLE, Builder
from tests.model.goals.cases import UP_TO_32, evaluated, goal, origins_apart, share_path, spec


@pytest.mark.parametrize(
    ("end", "status"),
    [
        (40.0, "reached"),
        (31.7, "reached"),
        (31.0, "better"),
        (12.3, "same"),
        (8.0, "worse"),
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
    assert found.status == "better"
    assert found.target_date == datetime.date(2023, 1, 2)


def test_against_the_baseline_a_status_is_never_reached() -> None:
    up = spec("participation", groups=["dagpenge"])
    for end, status in ((20.0, "better"), (10.02, "same"), (5.0, "worse")):
        found = evaluated(share_path(10.0, end), share_path(10.0, 10.0), up)
        assert found.status == status
        assert found.target is None
    down = up.model_copy(update={"direction": "down"})
    assert evaluated(share_path(10.0, 5.0), share_path(10.0, 10.0), down).status == "better"


def test_a_season_is_no_movement() -> None:
    wave = 10 + 3 * np.sin(np.arange(209) * 2 * np.pi / 52)
    run = Builder().persons(100.0).set("participants", wave, part=0)
    assert evaluated(run, run, UP_TO_32).status == "same"
    up = spec("participation", groups=["dagpenge"])
    assert evaluated(run, run, up).status == "same"


def test_watch_has_no_status() -> None:
    watch = spec("participation", groups=["dagpenge"], direction="watch")
    found = evaluated(share_path(10.0, 60.0), share_path(10.0, 10.0), watch)
    assert found.status == "none"
    assert found.better is None


def test_a_national_level_typed_in_is_marked_as_assumed() -> None:
    national = spec("participation", groups=["dagpenge"], comparator="national")
    run, base = share_path(10.0, 20.0), share_path(10.0, 10.0)
    found = evaluated(run, base, national)
    assert found.status == "better", "beside the baseline, since the national level is not known"
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
    assert typed.status == "reached_anyway"
    assert typed.assumed
    assert typed.comparator_source is not None
    assert typed.comparator_source.da == "Indtastet af brugeren"
    empty = goals["udfordringer_ud_over_ledighed"].indicator("return")
    assert empty.status == "same"
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
    ("ends", "status", "pace"),
    [
        ([30, 28, 26, 24], "better", "mindre om året."),
        ([30, 24, 31, 22], "better", "mindre om året i gennemsnit, men ikke hvert år."),
        ([30, 31, 32, 34], "worse", "større om året."),
        ([30, 30, 30, 30], "same", "hverken mindre eller større."),
    ],
)
def test_a_gap_that_must_narrow_every_year_tells_its_pace(ends: list[float], status: str, pace: str) -> None:
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
    assert found.status_note is not None
    assert found.status_note.da.endswith(pace)


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


def test_a_recovery_is_nobodys_success() -> None:
    # The economy brings scenario and baseline from 12 to 40 of 32: nothing is done, or what is done harms.
    recovery = share_path(12.0, 40.0)
    assert evaluated(recovery, recovery, UP_TO_32).status == "reached_anyway"
    unfinished = share_path(12.0, 28.0)
    assert evaluated(unfinished, unfinished, UP_TO_32).status == "same"
    assert evaluated(share_path(12.0, 24.0), unfinished, UP_TO_32).status == "worse"
    assert evaluated(share_path(12.0, 30.0), unfinished, UP_TO_32).status == "better"


def test_the_share_of_the_way_is_what_the_scenario_closes_of_the_baselines_distance() -> None:
    found = evaluated(
        share_path(33.0, 36.0), share_path(33.0, 33.0), UP_TO_32.model_copy(update={"target": 85})
    )
    assert found.status == "better"
    assert found.share_of_way == pytest.approx(3 / 52)
    assert status_words(found, "da") == ("better", "Bedre, når ikke målet (6\u00a0% af vejen)")
    little = evaluated(
        share_path(12.0, 12.4),
        share_path(12.0, 12.0),
        UP_TO_32.model_copy(update={"target": 85, "decimals": 1}),
    )
    assert status_words(little, "da")[1] == "Bedre, når ikke målet (under 1\u00a0% af vejen)"


def test_a_straight_line_of_the_last_two_years_says_when_the_target_is_reached() -> None:
    rising = Builder().persons(100.0).set("participants", np.linspace(12, 27, 209), part=0)
    found = evaluated(rising, share_path(12.0, 12.0), UP_TO_32)
    # The mean of 2024 is 25.1 and that of 2022 is 17.6: 3.7 a year, so 32 is reached 1.9 years after 2024.
    assert (found.status, found.reached_in) == ("better_in_time", 2026)
    assert status_words(found, "da")[1] == "Bedre, når målet i 2026"
    slow = Builder().persons(100.0).set("participants", np.linspace(12, 18, 209), part=0)
    assert evaluated(slow, share_path(12.0, 12.0), UP_TO_32).status == "better"


def test_effort_is_no_success() -> None:
    places = spec("participants", groups=["dagpenge"], unit="persons")
    for end, status in ((60.0, "more_effort"), (5.0, "less_effort"), (10.0, "same")):
        assert evaluated(share_path(10.0, end), share_path(10.0, 10.0), places).status == status


def test_a_chance_below_half_is_no_green() -> None:
    found = evaluated(share_path(12.0, 40.0), share_path(12.0, 12.0), UP_TO_32)

    def words(chance: float, language: str = "da") -> tuple[str, str]:
        return status_words(found, language, DrawnStatus(128, chance, 1.0, 0.0))

    assert words(0.87) == ("reached", "Nået (i 87 af 100 beregninger)")
    assert words(0.31) == ("may_be_reached", "Kan måske nås (31 af 100 beregninger)")
    assert words(1.0)[1] == "Nået (i alle 128 beregninger)"
    assert words(0.0, "en")[1] == "May be reached (none of 128 calculations)"
    # One of 128 is not none, and 127 are not all.
    assert "1 af 100" in words(1 / 256)[1]
    assert "99 af 100" in words(0.999)[1]


@pytest.mark.parametrize(
    ("better", "worse", "status", "words"),
    [
        (0.96, 0.0, "better", "Bedre, når ikke målet (6\u00a0% af vejen)"),
        (0.71, 0.04, "same_or_better", "Bedre i 71 af 100, ellers lige"),
        (0.03, 0.6, "same_or_worse", "Dårligere i 60 af 100, ellers lige"),
        (
            0.55,
            0.4,
            "better_or_worse",
            "Bedre i 55 af 100, dårligere i 40 af 100",
        ),
    ],
)
def test_better_is_what_nine_of_ten_draws_agree_on(
    better: float, worse: float, status: str, words: str
) -> None:
    found = evaluated(
        share_path(33.0, 36.0), share_path(33.0, 33.0), UP_TO_32.model_copy(update={"target": 85})
    )
    assert found.status == "better"
    assert status_words(found, "da", DrawnStatus(128, 0.0, better, worse)) == (status, words)


def test_draws_that_do_not_move_an_indicator_leave_it_equal() -> None:
    found = evaluated(
        share_path(33.0, 33.0), share_path(33.0, 33.0), UP_TO_32.model_copy(update={"target": 85})
    )
    assert status_words(found, "da", DrawnStatus(128, 0.0, 0.0, 0.0))[0] == "same"
    assert status_words(found, "da", DrawnStatus(128, 0.0, 0.02, 0.04))[0] == "same"


def test_a_chance_in_a_sentence_is_one_of_seven_phrases_with_its_number() -> None:
    phrases = [chance_words(share, 128, "da") for share in (0, 0.03, 0.31, 0.5, 0.72, 0.95, 1)]
    assert phrases == [
        "ingen af 128 beregninger",
        "næsten ingen beregninger (3 af 100)",
        "en mindre del af beregningerne (31 af 100)",
        "cirka halvdelen af beregningerne (50 af 100)",
        "de fleste beregninger (72 af 100)",
        "næsten alle beregninger (95 af 100)",
        "alle 128 beregninger",
    ]
    assert chance_words(None, 128, "da") == ""
    kinds = {chance_words(n / 256, 256, "da").split(" (")[0] for n in range(257)}
    assert len(kinds) == 7


@pytest.mark.parametrize("municipality", ["ballerup", "broendby", "albertslund"])
def test_no_goal_is_better_by_a_recovery_alone_and_fewer_meetings_in_one_are_worse(municipality: str) -> None:
    recovery = Scenario(name="Opsving", municipality=municipality, economy="recovery")
    owner = municipality_of(recovery)
    base = baseline(owner, recovery)
    alone = {i.status for goal in evaluate_goals(base, base) for i in goal.indicators}
    assert alone <= {"same", "reached_anyway", "effort_reached", "none"}
    fewer = simulate(owner, recovery.with_change("meetings", 0.0, "dagpenge"))
    statuses = [i.status for goal in evaluate_goals(fewer, base) for i in goal.indicators]
    assert "worse" in statuses
    assert not {"better", "better_in_time", "reached"} & set(statuses)
