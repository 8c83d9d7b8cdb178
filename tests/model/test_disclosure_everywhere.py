"""No command gives a small count away: not in words, not as JSON, not as CSV, nor by a band or a contribution."""

from __future__ import annotations

import csv
import datetime
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from model.cli import main
from model.cli.context import plain_value
from model.disclosure import LIMIT, is_small
from model.domain import GROUPS
from model.explain.case_runs import measure
from model.explain.headline import explain
from model.goals.evaluate import IndicatorResult, evaluate_goals, hidden_indicators, published, side_effects
from model.language.catalogue import LANGUAGES, text
from model.municipality.municipality import Municipality, load_municipality
from model.scenario.files import write_scenario
from model.scenario.scenario import Scenario
from model.seek.seek import CannotSeek, Free, Wish, curve, seek
from model.seek.sweep import axis, sweep
from model.simulation.simulate import baseline, simulate
from model.simulation.totals_by_group import group_totals
from model.uncertainty.draws import draws_for
from model.uncertainty.fan import fan
from model.uncertainty.tornado import tornado
from model.validation.steady_state import baseline_check
from tests.folders import SCENARIOS

DRAWS = 8
LEVER = "activation_rate.uddannelseshjaelp_aktivitetsparat"
PENSION = "udfordringer_ud_over_ledighed.to_pension"
YOUNG = "unge.education_within_52_weeks"


def called(*arguments: str) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    return main.main(arguments, out, err), out.getvalue(), err.getvalue()


def plan(municipality: str, meetings: float = 3.0) -> Scenario:
    """What moves also what is hidden: young people's offers, and citizens who are far from work."""
    start = datetime.date(2021, 2, 1)
    scenario = Scenario(name="Lille plan", municipality=municipality, years=2)
    scenario = scenario.with_change("activation_rate", 45, "uddannelseshjaelp_aktivitetsparat", from_=start)
    scenario = scenario.with_change("activation_rate", 45, "kontanthjaelp_aktivitetsparat", from_=start)
    return scenario.with_change("meetings", meetings, "dagpenge", from_=start)


@dataclass
class Small:
    """A small municipality's scenario as the model knows it, unhidden."""

    scenario: Scenario
    path: str

    @cached_property
    def municipality(self) -> Municipality:
        return load_municipality(self.scenario.municipality)

    @cached_property
    def results(self) -> dict[str, IndicatorResult]:
        base = baseline(self.municipality, self.scenario)
        goals = evaluate_goals(simulate(self.municipality, self.scenario), base)
        return {f"{goal.id}.{i.id}": i for goal in goals for i in goal.indicators}

    @cached_property
    def hidden(self) -> set[str]:
        return {key for key, result in self.results.items() if result.hidden}

    def title(self, key: str, language: str) -> str:
        return self.results[key].title.get(language)[:40]


@pytest.fixture(scope="module", params=["laesoe", "samsoe"])
def small(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Small:
    path = tmp_path_factory.mktemp("small") / f"{request.param}.yaml"
    scenario = plan(request.param)
    path.write_text(write_scenario(scenario), encoding="utf-8")
    return Small(scenario, str(path))


def numbers(plain: Any) -> Iterator[float]:
    """Every number anywhere in an answer."""
    if isinstance(plain, dict):
        plain = list(plain.values())
    if isinstance(plain, list):
        for part in plain:
            yield from numbers(part)
    elif isinstance(plain, int | float) and not isinstance(plain, bool):
        yield float(plain)


def secrets(*figures: Any) -> set[float]:
    """Figures as an answer would write them. Nothing, or a short number, could stand there for another reason."""
    every = np.concatenate([np.ravel(np.asarray(f, dtype=float)) for f in figures])
    found = {plain_value(float(v)) for v in every if np.isfinite(v)}
    return {v for v in found if v is not None and abs(v) > 1e-6 and v != round(v, 2)}


def lines_of(answer: str, title: str) -> list[str]:
    return [line for line in answer.splitlines() if line.strip().startswith(title)]


def rows_are_hidden(answer: str, small: Small, language: str) -> None:
    """Every line that begins with a hidden indicator has the mark and no figure, the others have figures."""
    word = text("small_numbers.not_shown", language)
    for key in small.results:
        title = small.title(key, language)
        for line in lines_of(answer, title):
            rest = line.strip()[len(small.results[key].title.get(language)[:50]) :]
            if key in small.hidden:
                assert word in line
                assert not re.search(r"\d", line.partition(word)[2]), line
            else:
                assert re.search(r"\d", rest), line
                assert "nan" not in line


# --- what is hidden -------------------------------------------------------------------------------


def test_there_is_something_to_hide(small: Small) -> None:
    assert PENSION in small.hidden
    assert is_small(small.results[PENSION].value_baseline)
    assert (YOUNG in small.hidden) == (small.scenario.municipality == "laesoe")
    assert len(small.hidden) < len(small.results) / 2
    moved = [key for key in small.hidden if small.results[key].change]
    assert moved, "a hidden indicator that does not move could not be told by its difference"


def test_what_only_the_baseline_rests_on_hides_both() -> None:
    scenario = plan("laesoe")
    municipality = load_municipality("laesoe")
    base = baseline(municipality, scenario)
    goals = evaluate_goals(simulate(municipality, scenario), base)
    one = next(i for goal in goals for i in goal.indicators if f"{goal.id}.{i.id}" == YOUNG)
    assert one.hidden
    assert one.persons_baseline < LIMIT
    enough = one.__class__(**{**vars(one), "persons": 50.0, "make_parts": None})
    assert enough.hidden
    assert not one.__class__(**{**vars(enough), "persons_baseline": 50.0}).hidden


# --- run and compare ------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_run_and_compare_in_words(small: Small, language: str) -> None:
    for arguments in (("run", small.path), ("compare", small.path, small.path)):
        status, out, _ = called("--language", language, *arguments)
        assert status == 0
        rows_are_hidden(out, small, language)
        assert text("small_numbers.note", language, limit="5") in out


def test_run_hides_target_groups_in_json_and_what_they_add_up_to(small: Small) -> None:
    answer = json.loads(called("run", small.path, "--json")[1])
    base = baseline(small.municipality, small.scenario)
    run = simulate(small.municipality, small.scenario)
    stocks = [group_totals(o).block("caseload") for o in (base, run)]
    few = {g for i, g in enumerate(GROUPS) if any(((s[:, i] > 0) & (s[:, i] < LIMIT)).any() for s in stocks)}
    assert few
    every = {"caseload", "inflow", "exits", "in_offer", "over_52_weeks", "baseline_caseload"}
    for name, series in (answer["groups"] | answer["origins"]).items():
        hidden = set(series.pop("hidden", ()))
        assert name not in few or hidden == every
        for which, values in series.items():
            assert (set(numbers(values)) == set()) == (which in hidden)
        for which in every - {"inflow", "exits"} - hidden:
            parts = [series[which]]
            if which in ("in_offer", "over_52_weeks"):
                parts.append(np.subtract(series["caseload"], series[which]))
            assert not any(is_small(v) for part in parts for v in part), (name, which)
    shown = {name: s for name, s in answer["groups"].items() if s["caseload"][0] is not None}
    assert 2 < len(shown) < len(GROUPS)
    rest = np.sum([o["caseload"] for o in answer["origins"].values()], axis=0)
    rest -= np.sum([s["caseload"] for s in shown.values()], axis=0)
    assert rest.min() >= LIMIT
    assert any(s["in_offer"][0] is None for s in shown.values())
    # What is hidden of those in an offer is never one group alone, nor all too few together.
    if all(origin["in_offer"][0] is not None for origin in answer["origins"].values()):
        known = [s["in_offer"] for s in shown.values() if s["in_offer"][0] is not None]
        left = np.sum([o["in_offer"] for o in answer["origins"].values()], axis=0) - np.sum(known, axis=0)
        assert left.min() >= LIMIT
    for effect in answer["side_effects"]:
        assert (effect["baseline"] is None) == effect.get("hidden", False)
        for side in ("baseline", "scenario"):
            assert effect[side] is None or not is_small(effect[side])
    assert {e["id"] for e in answer["side_effects"] if e.get("hidden")} >= few - {
        "kontanthjaelp_aktivitetsparat", "uddannelseshjaelp_aktivitetsparat",
        "uddannelseshjaelp_uddannelsesparat", "ressourceforloeb", "dagpenge",
    }  # fmt: skip


def test_compare_in_json(small: Small, tmp_path: Path) -> None:
    other = tmp_path / "other.yaml"
    other.write_text(write_scenario(plan(small.scenario.municipality, meetings=4.0)), encoding="utf-8")
    answer = json.loads(called("compare", small.path, str(other), "--json")[1])
    for figures in answer["goals"]:
        key = f"{figures['goal']}.{figures['indicator']}"
        if key in small.hidden:
            assert figures["hidden"][0]
            assert figures["baseline"][0] is figures["scenario"][0] is None
            assert figures["status"][0] == "none"
        else:
            assert figures["scenario"][0] == plain_value(small.results[key].value_scenario)
    told = [
        v
        for key in small.hidden
        for v in (small.results[key].value_baseline, small.results[key].value_scenario)
    ]
    assert not secrets(told) & set(numbers(answer))


# --- fan and tornado ------------------------------------------------------------------------------


def test_fan_in_json_gives_no_band_of_what_is_hidden(small: Small) -> None:
    answer = json.loads(called("fan", small.path, "--draws", str(DRAWS), "--json")[1])
    known = fan(small.municipality, small.scenario, draws_for(small.municipality, count=DRAWS))
    told, kept = [], 0
    for goal in answer["goals"]:
        for found in goal["indicators"]:
            band = known.indicators[f"{goal['id']}.{found['id']}"]
            spreads = (band.scenario, band.baseline, band.difference)
            if band.key in small.hidden:
                assert found["hidden"]
                assert [found[name] for name in ("scenario", "baseline", "difference")] == [None] * 3
                assert found["chance"] is found["chance_baseline"] is None
                told += [array for spread in spreads for array in vars(spread).values()]
                told.append(band.central_ends)
                continue
            kept += 1
            assert "hidden" not in found
            for name, spread in zip(("scenario", "baseline", "difference"), spreads, strict=True):
                for level in ("central", "low", "median", "high", "ends"):
                    for shown, figure in zip(
                        found[name][level], np.ravel(getattr(spread, level)), strict=True
                    ):
                        assert shown is None or shown == plain_value(float(figure))
                        if band.spec.unit == "persons" and name != "difference":
                            assert (shown is None) == (not np.isfinite(figure) or is_small(float(figure)))
    assert kept == len(small.results) - len(small.hidden)
    assert not secrets(*told) & set(numbers(answer["goals"]))


def test_fan_hides_the_difference_of_a_draw_that_is_hidden(tmp_path: Path) -> None:
    """The central line stays above the limit, some draws do not."""
    scenario = plan("samsoe", meetings=6.5).with_change("early_package", 100)
    path = tmp_path / "near.yaml"
    path.write_text(write_scenario(scenario), encoding="utf-8")
    answer = json.loads(called("fan", str(path), "--draws", str(DRAWS), "--json")[1])
    goal = next(g for g in answer["goals"] if g["id"] == "forsikrede_ledige")
    found = next(i for i in goal["indicators"] if i["id"] == "persons_to_rank_10")
    assert "hidden" not in found
    known = fan(load_municipality("samsoe"), scenario, draws_for(load_municipality("samsoe"), count=DRAWS))
    band = known.indicators["forsikrede_ledige.persons_to_rank_10"]
    few = [is_small(float(end)) for end in band.scenario.ends]
    assert 0 < sum(few) < DRAWS
    assert [end is None for end in found["scenario"]["ends"]] == few
    assert [end is None for end in found["difference"]["ends"]] == few
    for level in ("central", "low", "lower", "median", "upper", "high", "ends"):
        sides = (found[side][level] for side in ("scenario", "baseline", "difference"))
        for after, before, difference in zip(*sides, strict=True):
            assert (difference is None) == (after is None or before is None)
            assert not any(side is not None and is_small(side) for side in (after, before))
    _, out, _ = called("--language", "en", "fan", str(path), "--draws", str(DRAWS))
    (line,) = lines_of(out, "Distance to rank 10")
    assert "(not shown to" in line


@pytest.mark.parametrize("language", LANGUAGES)
def test_fan_in_words(small: Small, language: str) -> None:
    status, out, _ = called("--language", language, "fan", small.path, "--draws", str(DRAWS))
    assert status == 0
    rows_are_hidden(out, small, language)
    assert text("small_numbers.note", language, limit="5") in out


def test_tornado_has_no_swing_of_what_is_hidden(small: Small) -> None:
    shown = "ikke_vestlig_baggrund.pressure_gap"
    secret = [
        value
        for swing in tornado(small.municipality, small.scenario, PENSION)
        for value in vars(swing).values()
        if isinstance(value, float) and value != 1.0
    ]
    answer = json.loads(called("tornado", small.path, "--goal", PENSION, "--json")[1])
    assert answer["of"] == {PENSION: None}
    assert answer["hidden"] == [PENSION]
    assert not secrets(secret) & set(numbers(answer))
    _, out, _ = called("--language", "en", "tornado", small.path, "--goal", PENSION)
    assert "not shown" in out
    assert not re.search(r"\d", out.partition("not shown")[2].partition("Counts under")[0])
    swings = json.loads(called("tornado", small.path, "--goal", shown, "--json")[1])
    assert "hidden" not in swings
    assert swings["of"][shown][0]["central"] == plain_value(small.results[shown].value_scenario)


# --- sweep ----------------------------------------------------------------------------------------


def test_sweep_in_json_and_csv(small: Small, tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    asked = f"{LEVER}=10:50:20"
    arguments = ("sweep", small.path, "--over", asked, "--csv", str(table))
    answer = json.loads(called("--language", "en", *arguments, "--json")[1])
    known = sweep(small.municipality, small.scenario, [axis(asked, small.municipality)])
    rows = list(csv.DictReader(io.StringIO(table.read_text(encoding="utf-8-sig"))))
    told = []
    points = list(zip((*known.points, known.baseline), (*answer["points"], answer["baseline"]), strict=True))
    for at, (point, found) in enumerate(points):
        alone = load_municipality(small.scenario.municipality)
        for key, value in point.indicators.items():
            counted = small.results[key].unit in ("persons", "starts") and is_small(value)
            assert key in point.hidden or not counted
            assert (found["indicators"][key] is None) == (key in point.hidden)
            if key in point.hidden:
                told.append(value)
            else:
                assert found["indicators"][key] == plain_value(value)
            if at < len(rows):
                assert (rows[at][key] == "not shown") == (key in point.hidden)
        assert found["hidden"] == sorted(point.hidden)
        assert PENSION in point.hidden
        assert alone.id == small.scenario.municipality
    assert not secrets(told) & set(numbers(answer))
    everywhere = {cell for row in rows for cell in row.values()}
    assert not {f"{v:.9g}" for v in secrets(told)} & everywhere
    assert all(float(row["persons_on_support"]) > LIMIT for row in rows)


def test_a_point_of_a_sweep_hides_what_its_own_run_hides(small: Small) -> None:
    which = axis(f"{LEVER}=10:50:20", small.municipality)
    base = baseline(small.municipality, small.scenario)
    found = sweep(small.municipality, small.scenario, [which])
    for value, point in zip(which.values, found.points, strict=True):
        start = datetime.date(2021, 2, 1)
        case = small.scenario.with_change(which.lever, value, which.group, from_=start)
        assert point.hidden == hidden_indicators(evaluate_goals(simulate(small.municipality, case), base))


@pytest.mark.parametrize("language", LANGUAGES)
def test_sweep_in_words(small: Small, language: str) -> None:
    _, out, _ = called("--language", language, "sweep", small.path, "--over", f"{LEVER}=10:50:20")
    word = text("small_numbers.not_shown", language)
    keys = {f"{goal.id}.{goal.key_indicator}" for goal in small.municipality.goals}
    note = text("small_numbers.note", language, limit="5")
    assert (note in out) == bool(keys & small.hidden)
    # Three points and the baseline.
    assert out.replace(note, "").count(word) == 4 * len(keys & small.hidden)


# --- why ------------------------------------------------------------------------------------------


def contributions(small: Small, keys: set[str]) -> list[float]:
    """What each lever alone, and all but each, gives to some indicators: nothing of it may be told."""
    cases = [small.scenario.replaced(changes=())]
    for i in range(len(small.scenario.changes)):
        cases.append(small.scenario.replaced(changes=small.scenario.changes[i : i + 1]))
        cases.append(
            small.scenario.replaced(changes=small.scenario.changes[:i] + small.scenario.changes[i + 1 :])
        )
    cases.append(small.scenario)
    measured = measure(small.municipality, cases)
    at = [k for k, key in enumerate(measured.keys) if ".".join(key) in keys]
    ends = measured.ends[:, at]
    return [*ends.ravel(), *(ends - ends[0]).ravel()]


def test_why_in_json_tells_no_contribution_to_what_is_hidden(small: Small) -> None:
    answer = json.loads(called("why", small.path, "--json")[1])
    assert set(answer["hidden"]) == small.hidden
    assert {key for key, figure in answer["indicators"].items() if figure is None} == small.hidden
    assert set(answer["indicators"]) == set(small.results)
    assert not small.hidden & set(answer["mechanisms"])
    assert not small.hidden & {pair["figure"] for pair in answer["together"]}
    assert not secrets(contributions(small, small.hidden)) & set(numbers(answer["indicators"]))
    for key, figure in answer["indicators"].items():
        if figure is not None:
            assert figure["scenario"] == pytest.approx(small.results[key].value_scenario)


@pytest.mark.parametrize("language", LANGUAGES)
def test_why_in_words(small: Small, language: str) -> None:
    _, out, _ = called("--language", language, "why", small.path)
    rows_are_hidden(out, small, language)
    sentences = out.partition("[1]")[0].splitlines()
    for key in small.hidden:
        said = [line for line in sentences if f"“{small.results[key].title.get(language)}”" in line]
        said += [line for line in sentences if f"»{small.results[key].title.get(language)}«" in line]
        assert len(said) == 1
        assert said[0].startswith(text("why.hidden", language, indicators="").rstrip(" ."))


# --- seek -----------------------------------------------------------------------------------------


def test_seek_refuses_what_is_hidden_to_begin_with(tmp_path: Path) -> None:
    """A target above, then below it, would find it out."""
    scenario = plan("samsoe", meetings=6.5).with_change("early_package", 100)
    scenario = scenario.with_change("activation_rate", 6, "dagpenge")
    municipality = load_municipality("samsoe")
    gap = Wish("forsikrede_ledige.persons_to_rank_10", 1.0)
    base = baseline(municipality, scenario)
    goals = evaluate_goals(simulate(municipality, scenario), base)
    assert "forsikrede_ledige.persons_to_rank_10" in hidden_indicators(goals)
    for search in (
        lambda: seek(municipality, scenario, [gap], [Free("firm_places")]),
        lambda: curve(municipality, scenario, gap, [Free("firm_places")]),
    ):
        with pytest.raises(CannotSeek) as refused:
            search()
        for language in LANGUAGES:
            assert text("small_numbers.note", language, limit="5") in refused.value.text(language)
    path = tmp_path / "samsoe.yaml"
    path.write_text(write_scenario(scenario), encoding="utf-8")
    asked = ("--goal", "forsikrede_ledige.persons_to_rank_10=1", "--lever", "firm_places")
    for more in ((), ("--json",), ("--curve",)):
        status, out, _ = called("seek", str(path), *asked, *more)
        assert status == 2
        assert not set(re.findall(r"\d+[.,]\d+", out))


@pytest.fixture(scope="module")
def found_small(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, tuple[str, ...]]:
    """A search that ends at a small count: the distance to rank 10, from 9 persons to the few that are left."""
    path = tmp_path_factory.mktemp("seek") / "samsoe.yaml"
    path.write_text(write_scenario(plan("samsoe")), encoding="utf-8")
    asked = ("--goal", "forsikrede_ledige.persons_to_rank_10=2", "--lever", "meetings.dagpenge")
    return str(path), (*asked, "--lever", "early_package", "--lever", "activation_rate.dagpenge")


def test_seek_that_ends_at_a_small_count_does_not_tell_it(
    found_small: tuple[str, tuple[str, ...]], tmp_path: Path
) -> None:
    path, asked = found_small
    saved = tmp_path / "answer.yaml"
    answer = json.loads(called("seek", path, *asked, "--json", "--save", str(saved))[1])
    (reading,) = answer["goals"]
    assert reading["hidden"]
    assert [reading[name] for name in ("value", "before", "chance", "persons_missing")] == [None] * 4
    assert answer["after"]["values"] == [None]
    assert all(one["value"] is None for one in answer["instead"])
    # It was looked for all the same, and the answer is the scenario that was found.
    assert any(move["after"] != move["before"] for move in answer["levers"])
    scenario = json.loads(json.dumps(answer["answer"]))
    assert scenario["changes"]
    run = json.loads(called("run", str(saved), "--json")[1])
    goal = next(g for g in run["goals"] if g["id"] == "forsikrede_ledige")
    gap = next(i for i in goal["indicators"] if i["id"] == "persons_to_rank_10")
    assert gap["hidden"]
    _, out, _ = called("--language", "en", "seek", path, *asked)
    line = next(line for line in out.splitlines() if "“Distance to rank 10”" in line)
    assert line.count("not shown") == 2
    assert "“Distance to rank 10”: not shown" in saved.read_text(
        encoding="utf-8"
    ) or "vises ikke" in saved.read_text(encoding="utf-8")


def test_a_curve_hides_its_small_points(found_small: tuple[str, tuple[str, ...]]) -> None:
    path, asked = found_small
    answer = json.loads(called("seek", path, *asked, "--curve", "--json")[1])
    values = [point["value"] for point in answer["points"]]
    assert None in values
    assert any(value is not None for value in values)
    for point in answer["points"]:
        assert (point["value"] is None) == point.get("hidden", False)
        assert point["value"] is None or not is_small(point["value"])
    _, out, _ = called("--language", "en", "seek", path, *asked, "--curve")
    assert out.count("not shown") == values.count(None)


def test_seek_hides_small_flows_of_a_group() -> None:
    municipality = load_municipality("samsoe")
    scenario = plan("samsoe")
    wish = Wish("udfordringer_ud_over_ledighed.return", 17.0)
    answer = seek(municipality, scenario, [wish], [Free("firm_places")])
    flows = {flow.group: flow for flow in answer.after.flows}
    few = {g for g, f in flows.items() if is_small(f.inflow) or is_small(f.outflow)}
    assert few
    assert all(flows[group].hidden for group in few)
    from model.cli.seek import plain_answer

    for flow in plain_answer(answer, municipality)["after"]["flows"]:
        assert (flow["inflow"] is None) == (flow["outflow"] is None) == flows[flow["group"]].hidden


# --- what is told in words ------------------------------------------------------------------------


def test_no_sentence_tells_the_count_behind_a_share_that_is_small() -> None:
    municipality = load_municipality("laesoe")
    scenario = Scenario(name="x", municipality="laesoe", years=2).with_change("firm_places", 12)
    base, run = baseline(municipality, scenario), simulate(municipality, scenario)
    goals = published(evaluate_goals(run, base))
    key = next(i for goal in goals for i in goal.indicators if i.metric == "participation")
    assert key.count_baseline is not None
    assert is_small(key.count_baseline)
    from model.budget.budget import budget

    for language in LANGUAGES:
        headline = explain(run, base, goals, budget(run, base), language).headline
        counted = text("explain.count.stock", language, change="#").partition("#")[2]
        assert counted.strip(" )") not in headline.partition(":")[0]
        assert not re.search(r"\(\+\d", headline)


def test_a_warning_of_a_small_group_has_no_figures() -> None:
    municipality = load_municipality("laesoe")
    scenario = Scenario(name="x", municipality="laesoe", years=4).with_change("fleksjob_openings", 0)
    base, run = baseline(municipality, scenario), simulate(municipality, scenario)
    for effect in side_effects(run, base):
        assert effect.hidden == (is_small(effect.baseline) or is_small(effect.scenario))
        if effect.hidden and effect.warning is not None:
            assert not re.search(r"\d", effect.warning.da + effect.warning.en)


# --- calibrate ------------------------------------------------------------------------------------


def test_calibrate_hides_small_target_groups() -> None:
    found = baseline_check(load_municipality("laesoe"))
    small = {group.group for group in found.groups if is_small(group.stock)}
    assert len(small) > 3
    assert small <= found.hidden < set(GROUPS)
    answer = json.loads(called("calibrate", "laesoe", "--json")[1])
    told = [v for g in found.groups if g.group in found.hidden for v in (g.stock, g.inflow, g.exit_share)]
    assert not secrets(told) & set(numbers(answer["groups"]))
    for group in answer["groups"]:
        assert group.get("hidden", False) == (group["group"] in found.hidden)
        assert (group["stock"] is None) == (group["group"] in found.hidden)
    _, out, _ = called("--language", "en", "calibrate", "laesoe")
    assert out.partition("Counts under")[0].count("not shown") == len(found.hidden)
    kept = {
        p["id"]
        for p in json.loads(called("parameters", "laesoe", "--json")[1])["parameters"]
        if p.get("hidden")
    }
    assert {i.removeprefix("stock.") for i in kept if i.startswith("stock.")} <= found.hidden


# --- the pages that compare and search ------------------------------------------------------------


@pytest.mark.usefixtures("engine")
def test_the_compare_page_gives_no_verdict_on_what_is_hidden() -> None:
    from model.uncertainty.comparison import by_assumption_set
    from pages.views.compare.view import ComparisonView
    from tests.pages.cases import new_visit

    scenarios = [plan("laesoe"), plan("laesoe", meetings=4.0)]
    versus = ComparisonView(new_visit("laesoe"), [("A", scenarios[0]), ("B", scenarios[1])])
    assert YOUNG in versus.titles()
    assert YOUNG not in versus.directions()
    assert len(versus.directions()) >= 2
    found = by_assumption_set(scenarios, versus.directions())
    word = text("small_numbers.not_shown", "da")
    for row in versus.verdicts(found, {name: name for name in found}):
        title, *cells = row.values()
        assert (set(cells) == {word}) == (title == versus.titles()[YOUNG])


@pytest.mark.usefixtures("engine")
def test_the_seek_page_draws_a_curve_with_hidden_points() -> None:
    from pages.components.theme import LIGHT
    from pages.views.seek.view import curve as drawn
    from tests.pages.cases import new_visit

    scenario = plan("samsoe")
    wish = Wish("forsikrede_ledige.persons_to_rank_10", 2.0)
    free = [Free("meetings", "dagpenge"), Free("early_package"), Free("activation_rate", "dagpenge")]
    found = curve(load_municipality("samsoe"), scenario, wish, free)
    parts = drawn(new_visit("samsoe"), found, LIGHT)
    hidden = [point.hidden for point in found.points]
    assert 0 < sum(hidden) < len(hidden)
    assert [value is None for value in parts["table"]["value"].to_pylist()] == hidden
    assert [not label for label in parts["table"]["label"].to_pylist()] == hidden
    assert [text("small_numbers.not_shown", "da") in row.values() for row in parts["rows"]] == hidden


# --- and where nothing is small -------------------------------------------------------------------


def test_in_ballerup_only_what_is_small_is_hidden() -> None:
    """Of rehabilitation fewer than five are not in an offer; the smallest other group goes with it."""
    path = str(SCENARIOS / "ballerup" / "dobbelt-virksomhedsindsats.yaml")
    for arguments in (("compare", path, path), ("calibrate", "ballerup")):
        assert '"hidden"' not in called(*arguments, "--json")[1]
    for arguments in (("run", path), ("compare", path, path), ("calibrate", "ballerup")):
        assert text("small_numbers.not_shown", "da") not in called("--language", "da", *arguments)[1]
    answer = json.loads(called("run", path, "--json")[1])
    hidden = {name: s["hidden"] for name, s in answer["groups"].items() if "hidden" in s}
    assert hidden == {"revalidering": ["in_offer"], "sho": ["in_offer"]}
    assert '"hidden"' not in json.dumps([answer[name] for name in ("origins", "goals", "side_effects")])
