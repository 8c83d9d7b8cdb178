"""Scenario files: shipped ones are whole, hostile ones one clear message, writing canonical, saving safe."""

from __future__ import annotations

import datetime
import json
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from model.domain import FIRM_KINDS
from model.municipality.municipality import municipalities
from model.scenario import files as files
from model.scenario.files import (
    FileProblem,
    SaveConflict,
    file_hash,
    file_name,
    load_scenario,
    read_scenario,
    save_scenario,
    scenario_hash,
    scenario_schema,
    schema_text,
    write_scenario,
)
from model.scenario.levers import HORIZON, LEVERS
from model.scenario.scenario import (
    Assumption,
    Change,
    Results,
    Scenario,
    Workshop,
    municipality_of,
    to_plain,
    without_changes,
)
from tests.folders import ROOT
from tests.model.files.hostile_yaml import BROKEN_SCENARIOS, HEAD, HOSTILE_FILES, change

SCENARIOS = ROOT / "scenarios"
SHIPPED = files.scenario_files(SCENARIOS)
MARCH = datetime.date(2021, 3, 1)


# --- what ships ----------------------------------------------------------------------------------


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_a_shipped_scenario_is_valid_canonical_and_told(path: Path) -> None:
    scenario = load_scenario(path)
    text = path.read_text(encoding="utf-8")
    assert write_scenario(scenario, text) == text
    assert scenario.municipality == path.parent.name
    assert file_name(path.stem) == path.name
    assert scenario.description
    assert scenario.author
    assert all(c.why for c in scenario.changes)
    assert max(len(line) for line in text.splitlines()) <= 110


def test_ballerup_has_the_scenarios_that_were_promised() -> None:
    found = {path.stem for path in SHIPPED if path.parent.name == "ballerup"}
    assert found >= {
        "uaendret",
        "dobbelt-virksomhedsindsats",
        "fra-vejledning-til-virksomhed",
        "tidlige-tilbud",
        "ungeindsats",
        "lige-indsats",
        "mentor-og-loennede-timer",
        "sygemeldte-tidligt",
        "intensive-samtaler",
        "anden-boelge",
        "opsving",
        "samlet-forslag",
    }


def test_the_example_of_the_design_is_read_as_meant() -> None:
    scenario = load_scenario(SCENARIOS / "ballerup" / "dobbelt-virksomhedsindsats.yaml")
    places = scenario.change_of("firm_places")
    assert places is not None
    assert (places.to, places.from_, places.phase_in_weeks) == (400, MARCH, 26)
    assert (scenario.start, scenario.years, scenario.weeks) == (datetime.date(2021, 1, 4), 4, 208)


def test_the_shipped_schema_is_the_models_own() -> None:
    assert (SCENARIOS / "scenario.schema.json").read_text(encoding="utf-8") == schema_text()


@pytest.mark.parametrize("language", ["da", "en"])
def test_the_schema_takes_what_we_take_and_refuses_what_we_refuse(language: str) -> None:
    schema = scenario_schema(language)
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    for path in SHIPPED:
        plain = json.loads(json.dumps(to_plain(load_scenario(path)), default=str))
        assert list(validator.iter_errors(plain)) == []
    for case in (
        "unknown_key", "unknown_lever", "no_group", "a_group_too_many", "rate_above_its_limit", "half_a_place"
    ):  # fmt: skip
        plain = yaml.load(BROKEN_SCENARIOS[case].content, yaml.BaseLoader)
        for entry in plain.get("changes", ()):
            entry["to"] = float(entry["to"])
        plain["format"] = 1
        assert not validator.is_valid(plain), case


# --- hostile files -------------------------------------------------------------------------------


@pytest.mark.parametrize("case", HOSTILE_FILES)
def test_a_hostile_scenario_is_one_message_with_its_line(case: str) -> None:
    expected = HOSTILE_FILES[case]
    with pytest.raises(FileProblem) as caught:
        read_scenario(expected.content, "fil.yaml")
    (problem,) = caught.value.problems
    assert problem.line == expected.line
    assert expected.da in problem.da
    assert expected.en in problem.en
    assert problem.da != problem.en


def test_several_faults_are_all_told() -> None:
    source = change(lever="firm_plces") + "yeers: 4\nauthor: 5\n"
    with pytest.raises(FileProblem) as caught:
        read_scenario(source)
    assert [p.line for p in caught.value.problems] == [5, 8, 9]


def test_a_scenario_in_python_is_checked_as_a_file_is() -> None:
    scenario = Scenario(name="Prøve", municipality="ballerup")
    for wrong in (("firm_places", -1, None), ("nej", 1, None), ("meetings", 2, None), ("meetings", 2, "nej")):
        with pytest.raises(ValidationError):
            scenario.with_change(wrong[0], wrong[1], wrong[2])
    with pytest.raises(ValidationError):
        scenario.with_change("firm_places", 300, from_=datetime.date(2031, 1, 1))
    with pytest.raises(ValidationError):
        scenario.name = "Andet"  # type: ignore[misc]


words = st.text(
    alphabet=st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), min_size=1, max_size=60
).filter(lambda text: text.strip() != "")
tricky = st.sampled_from(
    [
        "no",
        "1e3",
        "12:30",
        "0751",
        "null",
        "~",
        "- x",
        "a: b",
        "# x",
        "'",
        '"',
        "2021-03-01",
        "=cmd",
        "true",
        "%",
        "é",
    ]
)


@st.composite
def scenarios(draw: st.DrawFn) -> Scenario:
    """Scenarios with any lever, dates anywhere in the horizon and texts that YAML finds hard."""
    texts = st.one_of(words, tricky)
    fields: dict[str, Any] = {
        "name": draw(texts),
        "municipality": draw(st.sampled_from(["ballerup", "broendby", "koebenhavn"])),
        "description": draw(st.one_of(st.just(""), texts, st.lists(texts, min_size=2).map("\n".join))),
        "years": draw(st.integers(1, 10)),
        "economy": draw(st.sampled_from(["unchanged", "recovery", "second_wave"])),
    }
    scenario = Scenario(**fields)
    for _ in range(draw(st.integers(0, 5))):
        lever = draw(st.sampled_from(LEVERS))
        if lever.scope == "mix":
            share = draw(st.floats(0, 100))
            to: Any = {draw(st.sampled_from(FIRM_KINDS[:2])): share, FIRM_KINDS[2]: 100 - share}
        elif lever.integer:
            to = draw(st.integers(int(lever.minimum), int(lever.maximum)))
        else:
            to = draw(st.floats(lever.minimum, lever.maximum))
        days = draw(st.integers(0, scenario.weeks * 7 - 1))
        scenario = scenario.with_change(
            lever.id,
            to,
            draw(st.sampled_from(lever.groups)) if lever.groups else None,
            from_=scenario.start + datetime.timedelta(days=days),
            phase_in_weeks=draw(st.integers(0, 100)),
            why=draw(st.one_of(st.just(""), texts)),
        )
    if draw(st.booleans()):
        scenario = scenario.replaced(
            workshop=Workshop(question=draw(texts), decision=draw(texts)),
            assumptions=(
                Assumption(parameter="displacement", value=draw(st.floats(0, 0.7)), why=draw(texts)),
            ),
        )
    return scenario


@settings(deadline=None, max_examples=60)
@given(scenarios())
def test_round_trip_is_exact_and_writing_canonical(scenario: Scenario) -> None:
    text = write_scenario(scenario)
    back = read_scenario(text)
    assert back == scenario
    assert write_scenario(back) == text
    assert back.key == scenario.key
    assert scenario_hash(back) == scenario_hash(scenario)


@settings(deadline=None, max_examples=40)
@given(scenarios())
def test_other_readers_of_yaml_see_the_same_texts(scenario: Scenario) -> None:
    plain = yaml.safe_load(write_scenario(scenario))
    assert plain["name"] == scenario.name
    assert [c.get("why", "") for c in plain["changes"]] == [c.why for c in scenario.changes]
    assert [c["from"] for c in plain["changes"]] == [c.from_ for c in scenario.changes]


def read(source: str | bytes) -> str:
    """The message in Danish, or nothing where the file is good; anything else raised fails the test."""
    try:
        read_scenario(source, "x.yaml")
    except FileProblem as problem:
        return problem.text("da")
    return ""


values = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        words,
        tricky,
        st.dates(),
        st.sampled_from(
            ["firm_places", "meetings", "dagpenge", "second_wave", "ballerup", 400, "2021-03-01"]
        ),
    ),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.one_of(words, st.sampled_from(["lever", "to", "from", "inflow", "why"])), inner, max_size=4
        )
    ),
    max_leaves=12,
)
fields = st.dictionaries(
    st.one_of(st.sampled_from([*Scenario.model_fields, "from"]), words), values, max_size=6
)


@settings(deadline=None, max_examples=150)
@given(fields, st.booleans())
@example({"changes": [{"lever": "firm_place_mix", "to": {"paid_hours": {}}, "from": "2021-03-01"}]}, True)
@example({"changes": [{"lever": ["a"], "to": 1, "from": "2021-03-01", "group": {}}]}, True)
@example({"results": {"model_version": "1", "baseline_sha256": "x", "figures": {"a": 1e300}}}, True)
def test_generated_fields_are_a_scenario_or_a_file_problem(plain: dict[str, Any], with_head: bool) -> None:
    head = {"format": 1, "name": "Prøve", "municipality": "ballerup"} if with_head else {}
    read(yaml.safe_dump({**head, **plain}, allow_unicode=True))


@settings(deadline=None, max_examples=150)
@given(st.data())
def test_damaged_files_are_a_scenario_or_a_file_problem(data: st.DataObject) -> None:
    source = SHIPPED[data.draw(st.integers(0, len(SHIPPED) - 1))].read_bytes()
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(source)))
        cut = data.draw(st.integers(0, 12))
        piece = data.draw(
            st.one_of(st.binary(max_size=4), st.sampled_from([b"\n", b": ", b"- ", b"&a ", b"\t", b"'"]))
        )
        source = source[:at] + piece + source[at + cut :]
    read(source)


# --- writing -------------------------------------------------------------------------------------


def full() -> Scenario:
    scenario = Scenario(
        name="no: 'on' # æøå",
        municipality="ballerup",
        description="Første linje\n\n  anden: # linje",
        author="1e3",
        workshop=Workshop(question="0751", findings="2021-03-01"),
        assumptions=(Assumption(parameter="displacement", value=0.5, why="null"),),
        results=Results(
            model_version="0.1", baseline_sha256="ab", figures={"b": 0.1 + 0.2, "1e5": 1e-7, "c": -0.0}
        ),
    )
    scenario = scenario.with_change("firm_places", 400, from_=MARCH, phase_in_weeks=26, why="12:30")
    scenario = scenario.with_change("firm_place_mix", {"paid_hours": 50, "private_placement": 50.0})
    return scenario.with_change("meetings", 6.5, "dagpenge", from_=MARCH)


def test_a_full_scenario_comes_back_whole() -> None:
    scenario = full()
    text = write_scenario(scenario)
    assert read_scenario(text) == scenario
    assert "to: 400\n" in text
    assert "c: 0\n" in text
    assert "æøå" in text
    assert text.endswith("\n")


def test_order_of_writing_and_size_of_diff_do_not_depend_on_order_of_thought() -> None:
    one = (
        Scenario(name="x", municipality="ballerup")
        .with_change("meetings", 2, "sho")
        .with_change("firm_places", 300)
    )
    other = (
        Scenario(name="x", municipality="ballerup")
        .with_change("firm_places", 300)
        .with_change("meetings", 2, "sho")
    )
    assert one == other
    assert hash(one) == hash(other)
    more = write_scenario(one.with_change("meetings", 3, "sho"))
    assert len(set(more.splitlines()) ^ set(write_scenario(one).splitlines())) == 2


def test_the_key_sees_what_moves_results_and_nothing_else() -> None:
    scenario = full()
    assert scenario.key == scenario.replaced(name="Andet", description="", results=None, workshop=None).key
    assert scenario.key == scenario.with_change("meetings", 6.5, "dagpenge", from_=MARCH, why="fordi").key
    others = [
        scenario.with_change("meetings", 6.4, "dagpenge", from_=MARCH),
        scenario.without("meetings", "dagpenge"),
        scenario.replaced(years=5),
        scenario.replaced(economy="recovery"),
        scenario.replaced(assumptions=()),
        scenario.replaced(municipality="broendby"),
        scenario.replaced(assumption_set="cautious"),
    ]
    assert len({scenario.key, *(other.key for other in others)}) == len(others) + 1


def test_without_changes_keeps_what_the_baseline_shares() -> None:
    plain = without_changes(full().replaced(economy="recovery", years=6))
    assert plain.changes == ()
    assert (plain.economy, plain.years, len(plain.assumptions)) == ("recovery", 6, 1)
    assert municipality_of(plain).overrides == {"displacement": 0.5}


def test_without_can_take_one_change_or_all_of_a_lever() -> None:
    scenario = full().with_change("firm_places", 500, from_=datetime.date(2022, 1, 3))
    assert scenario.without("firm_places").change_of("firm_places") is None
    kept = scenario.without("firm_places", from_=datetime.date(2022, 1, 3)).change_of("firm_places")
    assert kept is not None
    assert kept.to == 400


COMMENTED = """\
# Øverst
format: 1
name: Prøve  # navnet
municipality: ballerup
description: |-
  # ikke en bemærkning
  tekst
start: 2021-01-04
years: 4
economy: unchanged
# over ændringerne
changes:  # ved ændringerne
  # to linjer
  # om samtaler
  - lever: meetings  # håndtaget
    group: dagpenge
    to: 6.5  # hver anden uge
    from: 2021-01-04
  - lever: firm_places
    to: 400
    # over datoen
    from: 2021-03-01
# nederst
"""


def test_comments_keep_their_place() -> None:
    scenario = read_scenario(COMMENTED)
    assert write_scenario(scenario, COMMENTED) == COMMENTED
    earlier = scenario.with_change("equal_effort", 50)
    text = write_scenario(earlier, COMMENTED)
    assert read_scenario(text) == earlier
    lines = text.splitlines()
    at = lines.index("  - lever: meetings  # håndtaget")
    assert lines[at - 2 : at] == ["  # to linjer", "  # om samtaler"]
    assert write_scenario(earlier, text) == text


def test_comments_of_what_is_gone_go_to_the_end() -> None:
    scenario = read_scenario(COMMENTED).without("meetings", "dagpenge")
    text = write_scenario(scenario, COMMENTED)
    assert read_scenario(text) == scenario
    for comment in (
        "# to linjer",
        "# om samtaler",
        "# håndtaget",
        "# hver anden uge",
        "# nederst",
        "# Øverst",
    ):
        assert text.count(comment) == 1
    assert write_scenario(scenario, text) == text


def test_a_previous_text_that_cannot_be_read_is_no_obstacle() -> None:
    assert write_scenario(full(), "# x\n\t[") == write_scenario(full())


comment_lines = st.sampled_from(["# x", "  # æ: 1", "\t# tab", "#"])


@settings(deadline=None, max_examples=60)
@given(scenarios(), st.lists(st.tuples(st.integers(0, 60), comment_lines), max_size=5))
def test_comments_never_change_a_scenario(scenario: Scenario, put: list[tuple[int, str]]) -> None:
    lines = write_scenario(scenario).splitlines()
    for at, comment in put:
        lines.insert(min(at, len(lines)), comment)
    previous = "\n".join(lines) + "\n"
    text = write_scenario(scenario, previous)
    assert read_scenario(text) == scenario
    assert write_scenario(scenario, text) == text


# --- saving --------------------------------------------------------------------------------------


def test_save_and_save_again(tmp_path: Path) -> None:
    saved = save_scenario(full(), tmp_path, "Min plan")
    assert saved.path == tmp_path / "min-plan.yaml"
    assert saved.sha256 == file_hash(saved.path)
    assert load_scenario(saved.path) == full()
    changed = full().with_change("firm_places", 300, from_=MARCH)
    again = save_scenario(changed, tmp_path, "Min plan", expected_hash=saved.sha256)
    assert load_scenario(again.path) == changed
    assert [p.name for p in tmp_path.iterdir()] == ["min-plan.yaml"]


def test_saving_keeps_comments_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(COMMENTED, encoding="utf-8")
    save_scenario(read_scenario(COMMENTED), tmp_path, "a", expected_hash=file_hash(path))
    assert path.read_text(encoding="utf-8") == COMMENTED


def test_the_second_of_two_people_is_told_and_loses_nothing(tmp_path: Path) -> None:
    opened = save_scenario(full(), tmp_path, "Budget").sha256
    first = full().with_change("firm_places", 300, from_=MARCH)
    save_scenario(first, tmp_path, "Budget", expected_hash=opened)
    second = full().with_change("firm_places", 500, from_=MARCH)
    with pytest.raises(SaveConflict, match="since you opened it") as caught:
        save_scenario(second, tmp_path, "Budget", expected_hash=opened)
    assert "siden du åbnede det" in caught.value.text("da")
    assert load_scenario(tmp_path / "budget.yaml") == first
    save_scenario(second, tmp_path, "Budget min")
    assert load_scenario(tmp_path / "budget-min.yaml") == second


def test_a_new_scenario_never_replaces_one_of_the_same_name(tmp_path: Path) -> None:
    save_scenario(full(), tmp_path, "Budget A")
    with pytest.raises(SaveConflict, match="already"):
        save_scenario(full().replaced(name="B"), tmp_path, "budget/a")
    assert load_scenario(tmp_path / "budget-a.yaml") == full()


def test_a_deleted_scenario_is_not_brought_back_in_silence(tmp_path: Path) -> None:
    saved = save_scenario(full(), tmp_path, "Budget")
    saved.path.unlink()
    with pytest.raises(SaveConflict, match="deleted"):
        save_scenario(full(), tmp_path, "Budget", expected_hash=saved.sha256)


def test_of_many_at_once_exactly_one_is_first(tmp_path: Path) -> None:
    outcomes: list[str] = []
    ready = threading.Barrier(8)

    def save(i: int) -> None:
        ready.wait()
        try:
            save_scenario(full().replaced(name=f"Bord {i}"), tmp_path, "Fælles")
            outcomes.append("saved")
        except SaveConflict:
            outcomes.append("told")

    threads = [threading.Thread(target=save, args=(i,)) for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["saved"] + ["told"] * 7
    assert load_scenario(tmp_path / "fælles.yaml").name.startswith("Bord")


@pytest.mark.parametrize("fails", ["fsync", "replace"])
def test_a_save_that_fails_half_way_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fails: str
) -> None:
    saved = save_scenario(full(), tmp_path, "Budget")

    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    if fails == "fsync":
        monkeypatch.setattr(os, "fsync", refuse)
    else:
        monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(FileProblem, match="disk is full") as caught:
        save_scenario(full().replaced(name="B"), tmp_path, "Budget", expected_hash=saved.sha256)
    assert "Disken er fuld" in caught.value.text("da")
    assert load_scenario(saved.path) == full()
    assert [p.name for p in tmp_path.iterdir()] == ["budget.yaml"]


def test_a_full_disk_leaves_the_old_file(tmp_path: Path) -> None:
    saved = save_scenario(full(), tmp_path, "Budget")
    program = (
        "import resource, signal, sys\n"
        "from model.scenario.files import *\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "scenario = load_scenario(sys.argv[1] + '/budget.yaml')\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))\n"
        "try:\n"
        "    save_scenario(scenario.replaced(name='B'), sys.argv[1], 'budget', expected_hash=sys.argv[2])\n"
        "except FileProblem as problem:\n"
        "    print(problem.text('en'))\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path), saved.sha256],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=True,
    )
    assert "disk is full" in run.stdout
    assert load_scenario(saved.path) == full()
    assert [p.name for p in tmp_path.iterdir()] == ["budget.yaml"]


def test_a_folder_that_may_not_be_written_in(tmp_path: Path) -> None:
    # Root is stopped by no mode bits, but by the immutable flag where the file system has it.
    made = subprocess.run(["chattr", "+i", str(tmp_path)], capture_output=True, check=False)
    if made.returncode:
        pytest.skip("the file system has no immutable flag, or chattr may not be used")
    try:
        with pytest.raises(FileProblem, match="not allowed"):
            save_scenario(full(), tmp_path, "Budget")
    finally:
        subprocess.run(["chattr", "-i", str(tmp_path)], check=True)


def test_a_file_in_the_folders_place_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "mappe").write_text("x")
    with pytest.raises(FileProblem, match="could not be saved"):
        save_scenario(full(), tmp_path / "mappe", "Budget")


def test_a_leftover_of_a_killed_process_is_no_obstacle(tmp_path: Path) -> None:
    (tmp_path / f".budget.{os.getpid()}.{threading.get_ident()}.tmp").write_text("halvt")
    save_scenario(full(), tmp_path, "Budget")
    assert [p.name for p in tmp_path.iterdir()] == ["budget.yaml"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Dobbelt virksomhedsindsats", "dobbelt-virksomhedsindsats.yaml"),
        ("Æblegrød & Ål: 50 %!", "æblegrød-ål-50.yaml"),
        ("../../etc/passwd", "etc-passwd.yaml"),
        ("/etc/x", "etc-x.yaml"),
        ("C:\\Windows\\x", "c-windows-x.yaml"),
        (".skjult", "skjult.yaml"),
        ("con", "con-scenarie.yaml"),
        ("LPT1", "lpt1-scenarie.yaml"),
        ("plan.yaml", "plan.yaml"),
        ("plan.yml", "plan.yaml"),
        ("e\u0301te\u0301", "été.yaml"),
        ("a\x00b\nc", "a-b-c.yaml"),
        ("a\ud800b", "a-b.yaml"),
    ],
)
def test_names_never_become_paths(name: str, expected: str) -> None:
    assert file_name(name) == expected


@pytest.mark.parametrize("name", ["", "..", "///", "  ", "---", "\x00", ".yaml", "🙂"])
def test_names_of_nothing_are_refused(name: str) -> None:
    with pytest.raises(FileProblem, match="at least one letter"):
        file_name(name)


@given(st.text(min_size=1, max_size=300))
def test_any_name_is_one_short_segment_or_refused(name: str) -> None:
    try:
        result = file_name(name)
    except FileProblem:
        return
    assert Path(result).name == result
    assert not result.startswith(".")
    assert len(result.encode()) < 255
    assert file_name(result) == result


def test_hidden_files_are_no_scenarios(tmp_path: Path) -> None:
    (tmp_path / ".skjult").mkdir()
    for name in ("b.yaml", "a.yml", ".c.yaml", ".skjult/d.yaml", "e.txt"):
        (tmp_path / name).write_text("x")
    assert [p.name for p in files.scenario_files(tmp_path)] == ["a.yml", "b.yaml"]


def test_all_municipalities_can_be_named() -> None:
    for info in municipalities():
        assert read_scenario(HEAD.replace("ballerup", info.id)).municipality == info.id


def test_values_a_large_municipality_needs_are_read_there_only() -> None:
    source = change(to=4000)
    assert read_scenario(source.replace("ballerup", "koebenhavn")).changes[0].to == 4000


def test_change_takes_whole_numbers_as_numbers() -> None:
    made = Change.model_validate({"lever": "firm_places", "to": 400, "from": MARCH})
    assert type(made.to) is float
    assert HORIZON.start.weekday() == 0
