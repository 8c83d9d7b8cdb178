"""Test sweeps of one or two levers: figures of each point, executors, the table, the command."""

from __future__ import annotations

import csv
import importlib.util
import io
import json
import multiprocessing
from concurrent.futures import CancelledError, Executor, ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.budget.budget import budget
from model.cli import main
from model.files.csv_tables import text_cell
from model.goals.evaluate import goal_evaluator
from model.municipality.municipality import load_municipality
from model.scenario.files import load_scenario
from model.scenario.levers import LEVER_BY_ID
from model.scenario.scenario import Scenario
from model.seek.sweep import MAX_POINTS, CannotSweep, Sweep, SweepAxis, as_csv, axis, sweep, with_value
from model.simulation.outcome import Outcome
from model.simulation.simulate import baseline, simulate
from model.simulation.totals_by_group import totals_by_group
from tests.command_line import called
from tests.folders import ROOT

BALLERUP = load_municipality("ballerup")
DOUBLE = str(ROOT / "scenarios" / "ballerup" / "dobbelt-virksomhedsindsats.yaml")
UNCHANGED = str(ROOT / "scenarios" / "ballerup" / "uaendret.yaml")
DASK = pytest.mark.skipif(
    importlib.util.find_spec("distributed") is None,
    reason="distributed is an optional extra and is not installed",
)


def plan(years: int = 1) -> Scenario:
    return Scenario(name="prøve", municipality="ballerup", years=years)


def indicator_ends(run: Outcome, base: Outcome) -> dict[str, float]:
    """Return every indicator of Ballerup at the horizon's end, by key."""
    figures = goal_evaluator(BALLERUP.goals).figures(run, base)
    return {f"{goal}.{name}": figure.end for (goal, name), figure in figures.items()}


# --- what is asked for ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "values"),
    [
        ("firm_places=200:600:50", tuple(range(200, 601, 50))),
        ("firm_places=200:630:100", (200, 300, 400, 500, 600)),
        ("firm_places=300:300:10", (300,)),
        ("firm_places=200:220", (200, 210, 220)),
        ("meetings.dagpenge=0:0.3:0.1", (0, 0.1, 0.2, 0.3)),
        ("caseworker_changes=0:3:0.7", (0, 0.7, 1.4, 2.1, 2.8)),
        ("activation_rate.dagpenge=10:40:5", (10, 15, 20, 25, 30, 35, 40)),
    ],
)
def test_values_of_an_axis(asked: str, values: tuple[float, ...]) -> None:
    found = axis(asked, BALLERUP)
    assert found.values == values
    assert found.key == asked.partition("=")[0]


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 300), st.integers(0, 300), st.integers(1, 50))
def test_an_axis_of_tenths_ends_where_it_should(low: int, more: int, step: int) -> None:
    """Counted in whole tenths, where nothing is rounded."""
    high = min(low + more, 900)
    found = axis(f"activation_rate.dagpenge={low / 10}:{high / 10}:{step / 10}", BALLERUP).values
    assert [round(10 * value) for value in found] == list(range(low, high + 1, step))


@pytest.mark.parametrize(
    ("asked", "da", "en"),
    [
        (
            "firm_place=1:2:1",
            "»firm_place« kendes ikke. Mente du »firm_places«?",
            "Did you mean “firm_places”?",
        ),
        ("firm_places", "Skriv skyder=fra:til:trin", "Write lever=from:to:step"),
        ("firm_places=", "Skriv skyder=fra:til:trin", "Write lever=from:to:step"),
        ("firm_places=400", "Skriv skyder=fra:til:trin", "Write lever=from:to:step"),
        ("firm_places=1:2:3:4", "Skriv skyder=fra:til:trin", "Write lever=from:to:step"),
        ("firm_places=a:2:1", "»a« er ikke et tal", "“a” is not a number"),
        ("firm_places=1:2,5:1", "Skriv decimaler med punktum", "Write decimals with a point"),
        ("firm_places=5:1:1", "Den første værdi skal være mindst", "The first value must be the smallest"),
        ("firm_places=1:5:0", "trinnet skal være større end nul", "the step above zero"),
        ("firm_places=1:nan:1", "Den første værdi", "The first value"),
        ("firm_places=1:inf:1", "Den første værdi", "The first value"),
        ("firm_places=0:1e300:1e-300", "punkter; der kan højst regnes", "points; at most"),
        ("firm_places=200:300:0.5", "skal være et helt tal; her står 200.5", "must be a whole number"),
        ("firm_places=0:1100:100", "skal være mellem 0 og 1000; her står 1100", "must be between 0 and 1000"),
        ("firm_place_mix=0:1:1", "er en fordeling på typer", "is a split by kind"),
        (
            "meetings=1:2:1",
            "Skriv for eksempel meetings.dagpenge=fra:til:trin",
            "Write for instance meetings.dag",
        ),
        ("meetings.dagpeng=1:2:1", "Mente du »dagpenge«?", "Did you mean “dagpenge”?"),
        ("meetings.fleksjob=1:2:1", "kan ikke ændres for »fleksjob«", "cannot be changed for “fleksjob”"),
        ("firm_places.dagpenge=1:2:1", "gælder hele kommunen", "holds for the whole municipality"),
        ("=cmd|calc\x00=1:2:1", "kendes ikke", "is not known"),
    ],
)
def test_axes_that_cannot_be_swept(asked: str, da: str, en: str) -> None:
    with pytest.raises(CannotSweep) as caught:
        axis(asked, BALLERUP)
    assert da in caught.value.text("da")
    assert en in caught.value.text("en")
    assert "\x00" not in caught.value.text("da")


def test_too_many_points_too_many_levers_and_the_same_twice() -> None:
    rates = SweepAxis("activation_rate", "dagpenge", tuple(i / 100 for i in range(51)))
    places = SweepAxis("firm_places", None, tuple(float(i) for i in range(51)))
    assert MAX_POINTS < 51 * 51
    for axes, words in (
        ((rates, places), "Det giver 2.601 punkter; der kan højst regnes 2.500 ad gangen"),
        ((places, places), "»firm_places« står to gange"),
        ((), "Vælg en eller to skydere"),
        ((rates, places, SweepAxis("equal_effort", None, (0.0,))), "Vælg en eller to skydere"),
        ((SweepAxis("firm_places", None, ()),), "Det giver 0 punkter"),
        ((SweepAxis("firm_places", None, (-1.0,)),), "skal være mellem 0 og 1000"),
    ):
        with pytest.raises(CannotSweep) as caught:
            sweep(BALLERUP, plan(), axes)
        assert words in caught.value.text("da")


# --- the figures ---------------------------------------------------------------------------------


def test_each_point_is_a_run_of_its_own() -> None:
    scenario = plan(2).with_change("meetings", 3, "dagpenge")
    axes = (axis("firm_places=200:400:200", BALLERUP), axis("activation_rate.dagpenge=10:30:10", BALLERUP))
    found = sweep(BALLERUP, scenario, axes)
    assert [point.values for point in found.points] == [(p, r) for p in (200, 400) for r in (10, 20, 30)]
    base = baseline(BALLERUP, scenario)
    for point in found.points:
        places, rate = point.values
        case = scenario.with_change("firm_places", places).with_change("activation_rate", rate, "dagpenge")
        run = simulate(BALLERUP, case)
        by_hand = indicator_ends(run, base)
        assert point.indicators == by_hand
        assert point.net == tuple(budget(run, base).net.difference.tolist())
        assert point.persons == pytest.approx(
            float(totals_by_group(run).last_year("caseload").sum()), rel=1e-12
        )
        assert point.net_total == pytest.approx(sum(point.net))
    before = indicator_ends(base, base)
    assert found.baseline.indicators == before
    assert set(found.baseline.net) == {0.0}


def test_a_lever_that_is_changed_keeps_its_date_and_phase_in() -> None:
    scenario = load_scenario(DOUBLE)
    found = with_value(scenario, axis("firm_places=300:300:1", BALLERUP), 300)
    before, after = scenario.change_of("firm_places"), found.change_of("firm_places")
    assert before is not None
    assert after is not None
    assert after == before.model_copy(update={"to": 300.0})
    assert len(found.changes) == len(scenario.changes)
    assert with_value(scenario, axis("firm_places=400:400:1", BALLERUP), 400) == scenario


def test_more_meetings_fewer_persons() -> None:
    found = sweep(BALLERUP, plan(), [axis("meetings.dagpenge=0:6:2", BALLERUP)])
    persons = [point.persons for point in found.points]
    assert persons == sorted(persons, reverse=True)
    assert persons[0] > found.baseline.persons > persons[-1]


def test_progress_and_stop() -> None:
    seen: list[tuple[int, int]] = []
    axes = [axis("firm_places=200:400:10", BALLERUP)]
    sweep(BALLERUP, plan(), axes, progress=lambda done, total: seen.append((done, total)))
    assert seen[0] == (0, 21)
    assert seen[-1] == (21, 21)
    with pytest.raises(CancelledError):
        sweep(BALLERUP, plan(), axes, cancel=lambda: True)


# --- executors -----------------------------------------------------------------------------------


def same(one: Sweep, two: Sweep) -> None:
    assert [point.values for point in one.points] == [point.values for point in two.points]
    for a, b in zip(one.points, two.points, strict=True):
        assert a.indicators == pytest.approx(b.indicators, rel=1e-9)
        assert a.net == pytest.approx(b.net, rel=1e-9, abs=1e-3)
        assert a.persons == pytest.approx(b.persons, rel=1e-9)


AXES = (axis("firm_places=200:560:20", BALLERUP),)


def test_threads_and_processes_give_the_same() -> None:
    here = sweep(BALLERUP, plan(), AXES)
    with ThreadPoolExecutor(2) as threads:
        same(here, sweep(BALLERUP, plan(), AXES, executor=threads))
    # Spawned, not forked: a fork of a process with threads may hang.
    executor: Executor = ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn"))
    with executor:
        same(here, sweep(BALLERUP, plan(), AXES, executor=executor))


@DASK
def test_a_dask_cluster_gives_the_same() -> None:
    import distributed

    with (
        distributed.LocalCluster(
            n_workers=1, threads_per_worker=2, processes=True, dashboard_address=None
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        same(sweep(BALLERUP, plan(), AXES), sweep(BALLERUP, plan(), AXES, executor=client.get_executor()))
        address = cluster.scheduler_address
        command = ("sweep", DOUBLE, "--over", "firm_places=200:400:100", "--json")
        assert called(*command, "--dask", address)[:2] == called(*command)[:2]


def test_a_worker_with_other_data_is_refused() -> None:
    """What was loaded in another way than by its id cannot be loaded again elsewhere."""
    from dataclasses import replace

    other = replace(BALLERUP, key="other")
    with ThreadPoolExecutor(1) as executor, pytest.raises(ValueError, match="other data for ballerup"):
        sweep(other, plan(), AXES, executor=executor)


# --- the table -----------------------------------------------------------------------------------


@pytest.mark.parametrize("words", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1"])
def test_no_cell_is_taken_for_a_formula(words: str) -> None:
    assert text_cell(words) == "'" + words
    assert text_cell("Plan = B") == "Plan = B"


@pytest.mark.parametrize(("language", "delimiter", "point"), [("da", ";", ","), ("en", ",", ".")])
def test_the_table_holds_every_figure(language: str, delimiter: str, point: str) -> None:
    scenario = plan().copy_with(name="=HYPERLINK(1);A,B")
    found = sweep(BALLERUP, scenario, [axis("meetings.dagpenge=1:2:0.5", BALLERUP)])
    rows = list(csv.reader(io.StringIO(as_csv(found, language)), delimiter=delimiter))
    header, *lines = rows
    assert header[:3] == ["scenario", "municipality", "meetings.dagpenge"]
    assert header[-3:] == ["persons_on_support", "net_dkk_2021", "net_difference_dkk"]
    assert len(lines) == 3
    for line, at in zip(lines, found.points, strict=True):
        assert line[:2] == ["'=HYPERLINK(1);A,B", "ballerup"]
        figures = [float(cell.replace(point, ".")) for cell in line[2:]]
        by_hand = [*at.values, *at.indicators.values(), at.persons, *at.net, at.net_total]
        assert figures == pytest.approx(by_hand, rel=1e-8)


# --- the command ---------------------------------------------------------------------------------

OVER = ("--over", "firm_places=200:400:100")


def test_sweep_answers_the_agreed_shape() -> None:
    status, out, err = called("sweep", DOUBLE, *OVER, "--over", "meetings.dagpenge=1:2:1", "--json")
    assert (status, err) == (0, "")
    found = json.loads(out)
    assert set(found) == {
        "scenario",
        "municipality",
        "model_version",
        "input_sha256",
        "axes",
        "years",
        "baseline",
        "points",
    }
    assert found["axes"] == [
        {"lever": "firm_places", "group": None, "values": [200, 300, 400]},
        {"lever": "meetings", "group": "dagpenge", "values": [1, 2]},
    ]
    assert found["years"] == [2021, 2022, 2023, 2024]
    assert [point["values"] for point in found["points"]] == [[p, m] for p in (200, 300, 400) for m in (1, 2)]
    for point in (found["baseline"], *found["points"]):
        assert set(point) == {
            "values",
            "indicators",
            "persons_on_support",
            "net_difference_dkk",
            "net_difference_dkk_total",
        }
        assert len(point["net_difference_dkk"]) == 4
    assert called("sweep", DOUBLE, *OVER, "--over", "meetings.dagpenge=1:2:1", "--json")[1] == out


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("da", ("Uden ændringer", "Pladser i virksomheder, fra 1. marts 2021")),
        ("en", ("Baseline", "Firm places, from")),
    ],
)
def test_sweep_tells_a_person(language: str, words: tuple[str, ...]) -> None:
    status, out, err = called("--language", language, "sweep", DOUBLE, *OVER)
    assert (status, err) == (0, "")
    for word in words:
        assert word in out
    assert len([line for line in out.splitlines() if line.strip().startswith(("200 ", "300 ", "400 "))]) == 3


def test_the_table_is_written_whole(tmp_path: Path) -> None:
    target = tmp_path / "tabel.csv"
    target.write_text("gammel", encoding="utf-8")
    status, out, err = called("sweep", DOUBLE, *OVER, "--csv", str(target))
    assert (status, err) == (0, "")
    assert str(target) in out
    written = target.read_bytes().decode("utf-8")
    assert written.startswith("\N{ZERO WIDTH NO-BREAK SPACE}scenario;municipality;firm_places;")
    assert len(written.splitlines()) == 4
    assert [path.name for path in tmp_path.iterdir()] == ["tabel.csv"]


def test_a_table_that_cannot_be_written_is_known_before_the_work(tmp_path: Path) -> None:
    own = tmp_path / "plan.yaml"
    own.write_bytes(Path(DOUBLE).read_bytes())
    before = own.read_bytes()
    for target, words in (
        (str(own), "er selve scenariefilen"),
        (str(tmp_path), "er en mappe"),
        (str(tmp_path / "nej" / "tabel.csv"), "findes ikke"),
        ("\x00", "Systemet siger nej"),
        (str(tmp_path / ("x" * 300)), "navnet er for langt"),
    ):
        status, out, err = called("sweep", str(own), *OVER, "--csv", target)
        assert (status, out) == (2, "")
        assert words in err
    assert own.read_bytes() == before


@pytest.mark.parametrize(
    "arguments",
    [
        ("sweep", DOUBLE, "--over", "firm_place=1:2:1"),
        ("sweep", DOUBLE, "--over", "firm_places=0:1000:0.01"),
        ("sweep", DOUBLE, *OVER, *OVER),
        ("sweep", DOUBLE, *OVER, "--over", "equal_effort=0:100:50", "--over", "partial_return=10:20:5"),
        ("sweep", "findes-ikke.yaml", *OVER),
        ("why", UNCHANGED),
        ("why", "findes-ikke.yaml"),
    ],
)
def test_what_cannot_be_done_is_status_2(arguments: tuple[str, ...]) -> None:
    status, out, err = called(*arguments)
    assert (status, out) == (2, "")
    assert err
    status, out, _ = called(*arguments, "--json", "--language", "en")
    assert status == 2
    assert json.loads(out)["error"] != err.strip()


@pytest.mark.parametrize("command", [("why",), ("sweep", *OVER)])
def test_a_wrong_scenario_is_status_1(tmp_path: Path, command: tuple[str, ...]) -> None:
    wrong = tmp_path / "forkert.yaml"
    wrong.write_text("format: 1\nname: x\nmunicipality: atlantis\n", encoding="utf-8")
    name, *options = command
    status, out, err = called(name, str(wrong), *options)
    assert (status, out) == (1, "")
    assert "linje 3" in err


def test_sweep_without_levers_is_wrong_use(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main.main(["sweep", DOUBLE])
    assert caught.value.code == 2
    assert "--over" in capsys.readouterr().err


# --- why -----------------------------------------------------------------------------------------


def test_why_answers_the_agreed_shape() -> None:
    status, out, err = called("why", DOUBLE, "--json")
    assert (status, err) == (0, "")
    found = json.loads(out)
    assert set(found) == {
        "scenario",
        "municipality",
        "model_version",
        "input_sha256",
        "exact",
        "runs",
        "orders",
        "levers",
        "indicators",
        "persons",
        "budget",
        "together",
        "left_out",
        "draws",
        "difference_ranges",
        "told",
        "limits",
        "mechanisms",
    }
    assert [(lever["lever"], lever["groups"]) for lever in found["levers"]] == [
        ("firm_places", []),
        ("firm_place_mix", []),
        ("activation_rate", ["kontanthjaelp_aktivitetsparat"]),
    ]
    assert (found["exact"], found["runs"], found["orders"]) == (True, 8, 0)
    for figure in (*found["indicators"].values(), found["persons"], found["budget"]["total"]):
        assert set(figure) == {
            "baseline",
            "scenario",
            "change",
            "contributions",
            "standard_errors",
            "at_target",
        }
        assert sum(figure["contributions"]) == pytest.approx(figure["change"], rel=1e-6, abs=1e-6)
    assert len(found["budget"]["contributions"]) == 3
    assert {len(years) for years in found["budget"]["contributions"]} == {len(found["budget"]["years"])}
    for parts in found["mechanisms"].values():
        for part in parts:
            assert set(part) == {"id", "now", "without", "better_without", "matters", "told"}
    assert {"persons_on_support", "net_difference_dkk"} <= set(found["mechanisms"])
    assert called("why", DOUBLE, "--json")[1] == out


def test_why_tells_totals_with_the_ranges_that_run_has() -> None:
    few = ("--draws", "16")
    ran, explained = (json.loads(called(command, DOUBLE, "--json", *few)[1]) for command in ("run", "why"))
    ranges = explained["difference_ranges"]
    assert explained["draws"] == ran["draws"] == 16
    assert ranges["net_difference_dkk"] == ran["budget"]["difference_range_dkk"]["total"]
    assert ranges["persons_on_support"] == ran["persons_on_support"]["difference_range"]
    of_run = {f"{g['id']}.{i['id']}": i["difference_range"] for g in ran["goals"] for i in g["indicators"]}
    assert {key: of_run[key] for key in ranges if key in of_run} == {
        key: told for key, told in ranges.items() if key in of_run
    }
    words = called("why", DOUBLE, *few)[1]
    assert words.count("9 af 10 af 16 beregninger: ") > len(of_run)
    assert "9 af 10" not in called("why", DOUBLE, "--draws", "0")[1]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "da",
            (
                "Det kommer af Pladser i virksomheder",
                "Hvad holder igen",
                "kan ikke lægges sammen",
                "8 kørsler.",
            ),
        ),
        ("en", ("It comes from Firm places", "What holds back", "cannot be added up", "8 runs.")),
    ],
)
def test_why_tells_a_person(language: str, words: tuple[str, ...]) -> None:
    status, out, err = called("why", DOUBLE, "--language", language)
    assert (status, err) == (0, "")
    for word in words:
        assert word in out
    table = out[out.index("[1]") :]
    assert "[2]" in table
    for which in LEVER_BY_ID.values():
        if "_" in which.id:
            assert which.id not in out, "people read labels, not ids"
    assert ".." not in out.replace("…", "")


def test_why_with_groups_taken_as_one() -> None:
    path = str(ROOT / "scenarios" / "ballerup" / "ungeindsats.yaml")
    apart, merged = (
        json.loads(called("why", path, "--json", *options)[1]) for options in ((), ("--merge-groups",))
    )
    assert len(merged["levers"]) <= len(apart["levers"])
    assert merged["persons"]["change"] == apart["persons"]["change"]
