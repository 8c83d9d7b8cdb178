"""Test the courses that ship, and that a course which names what is not there is told with its lines."""

from __future__ import annotations

import json
import re
from pathlib import Path

import jsonschema
import pytest

from model.files.atomic_write import yaml_text
from model.files.problems import FileProblem
from model.goals.evaluate import evaluate_goals
from model.municipality.municipality_list import DATA_VARIABLE
from model.scenario.scenario import municipality_of
from model.simulation.simulate import baseline, simulate
from model.workshop.course import KINDS, Course, CourseStep, to_dict
from model.workshop.course_files import (
    OWN,
    course_faults,
    courses,
    load_course,
    read_course,
    save_course,
    step_scenario,
    write_course,
)
from model.workshop.named_assumptions import named_assumptions
from model.workshop.schema import course_schema, course_schema_text
from tests.folders import ROOT

FOLDER = ROOT / "workshops"
SHIPPED = sorted(FOLDER.glob("*.yaml"))
# A sentence of at most so many words is heard at once.
MOST_WORDS = 20
# What each beliefs step asks about, by which figures of which step's scenario it was computed.
ASKED = {
    "ballerup-90": ("gaet", {"budget": 3}),
    "broendby-60": ("velkommen", {"budget": 3}),
    "albertslund-60": ("gaet", {"taet_paa_virksomhederne.job_ready": 2, "budget": 1}),
}
# The number that a guess step quotes as the one without changes, and in how many decimals it is quoted.
QUOTED = {
    "ballerup-30": r"godt (\d+) ud af 100",
    "ballerup-90": r"godt (\d+) ud af 100",
    "broendby-60": r"har (\d+) ud af 100",
    "albertslund-60": r"er (\d+) jobparate",
}


def by_name(name: str) -> Course:
    return load_course(FOLDER / f"{name}.yaml")


def guess_of(course: Course) -> CourseStep:
    return next(step for step in course.steps if step.kind == "guess")


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_shipped_course_is_whole_canonical_and_lasts_what_its_title_says(path: Path) -> None:
    course = load_course(path)
    assert write_course(course) == path.read_text(encoding="utf-8")
    town, name = path.stem.split("-")
    assert course.municipality == town
    assert course.budget_round == (name == "budgetrunde")
    # A budget round is named by what it is; how long it lasts is in its title alone.
    minutes = name if name.isdecimal() else f"{course.minutes:g}"
    assert course.minutes == int(minutes)
    assert f" {minutes} minutter" in course.title
    assert all(step.minutes for step in course.steps)
    assert all(step.note for step in course.steps)
    assert all(step_scenario(course, step).baseline == "2026" for step in course.steps if step.scenario)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_question_is_one_sentence_and_all_sentences_are_short(path: Path) -> None:
    for step in load_course(path).steps:
        # A colon begins the question itself: »Uden ændringer ... : Hvor mange ...?«
        assert step.question.count("?") == (1 if step.question else 0), step.id
        for words in (step.question, step.text, step.note):
            for sentence in re.split(r"(?<=[.?!:])\s", words):
                assert len(sentence.split()) <= MOST_WORDS, f"{step.id}: {sentence}"


def test_the_courses_that_were_promised_ship() -> None:
    assert {path.stem for path in SHIPPED} >= {"ballerup-30", "ballerup-90", "broendby-60", "albertslund-60"}
    evening = [step.kind for step in by_name("ballerup-90").steps]
    assert [kind for kind in evening if kind != "text"] == [
        "opening", "guess", "build", "show", "beliefs", "build", "show", "decide"
    ]  # fmt: skip
    builds = [step for step in by_name("ballerup-90").steps if step.kind == "build"]
    assert builds[1].previous == builds[0].id
    assert all(len(step.levers) == 3 and step.budget_dkk for step in builds)


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize("name", sorted(QUOTED))
def test_a_number_in_a_question_is_what_the_model_shows(name: str) -> None:
    course = by_name(name)
    step = guess_of(course)
    found = re.search(QUOTED[name], step.question)
    assert found is not None
    scenario = step_scenario(course, step)
    municipality = municipality_of(scenario)
    goals = evaluate_goals(simulate(municipality, scenario), baseline(municipality, scenario))
    indicators = {one.id: one for goal in goals if goal.id == step.goal for one in goal.indicators}
    value = indicators[step.indicator].value_baseline
    quoted = int(found[1])
    if "godt" in found[0]:
        assert quoted < value < quoted + 0.5
    else:
        assert abs(value - quoted) < 0.5


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize("name", sorted(ASKED))
def test_a_room_is_asked_what_the_tornado_names(name: str) -> None:
    course = by_name(name)
    step_id, figures = ASKED[name]
    step = course.step(step_id)
    assert step is not None
    scenario = step_scenario(course, step)
    municipality = municipality_of(scenario)
    named = [
        one.parameter
        for figure, most in figures.items()
        for one in named_assumptions(municipality, scenario, figure, most)
    ]
    (asked,) = [step.assumptions for step in course.steps if step.kind == "beliefs"]
    assert list(asked) == named


def test_the_schema_that_ships_takes_what_we_take_and_refuses_what_we_refuse() -> None:
    assert (FOLDER / "course.schema.json").read_text(encoding="utf-8") == course_schema_text()
    schema = course_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    plain = json.loads(json.dumps(to_dict(by_name("ballerup-90"))))
    plain["baseline"] = int(plain["baseline"])
    assert list(validator.iter_errors(plain)) == []
    guess, build = (
        next(i for i, step in enumerate(plain["steps"]) if step["kind"] == kind)
        for kind in ("guess", "build")
    )
    for i, name, value in (
        (guess, "levers", ["firm_places"]),
        (build, "levers", ["activation_rate"]),
        (build, "minutes", 0),
        (build, "kind", "vote"),
    ):
        steps = [dict(step) for step in plain["steps"]]
        steps[i][name] = value
        wrong = {**plain, "steps": steps}
        assert list(validator.iter_errors(wrong)), name
        with pytest.raises(FileProblem):
            read_course(yaml_text(wrong))


def test_what_a_course_names_is_looked_for(tmp_path: Path) -> None:
    text = (FOLDER / "ballerup-90.yaml").read_text(encoding="utf-8")
    path = tmp_path / "egen.yaml"
    broken = text.replace("budget.bound_share", "budget.bound_shore").replace(
        "ballerup/2027-spar-paa-indsatsen.yaml", "ballerup/findes-ikke.yaml"
    )
    path.write_text(broken, encoding="utf-8")
    with pytest.raises(FileProblem) as caught:
        load_course(path)
    lines = dict(enumerate(broken.splitlines(), start=1))
    told = {problem.path[-2:]: problem for problem in caught.value.problems}
    scenario, assumption = told[(0, "scenario")], told[("assumptions", 1)]
    assert "findes-ikke" in lines[scenario.line]
    assert "bound_shore" in lines[assumption.line]
    assert "Mente du »budget.bound_share«?" in assumption.da
    with pytest.raises(FileProblem, match="line"):
        read_course(broken)


def test_a_number_that_is_given_is_no_assumption() -> None:
    course = by_name("ballerup-90")
    base = municipality_of(step_scenario(course, guess_of(course)))
    given = next(one.id for one in base.register if not one.uncertain)
    steps = tuple(
        step.model_copy(update={"assumptions": (given,)}) if step.kind == "beliefs" else step
        for step in course.steps
    )
    (fault,) = course_faults(course.model_copy(update={"steps": steps}))
    assert "ikke en antagelse" in fault[1]


CARDS = """\
course: 1
title: Kort
municipality: ballerup
steps:
  - id: byg
    kind: build
    title: Byg
    instrument: cards
    cards: [flere-fleksjob, shipped/mentor-til-unge.yaml, {card}]
"""


def test_a_card_that_is_not_in_the_catalogue_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path))
    assert read_course(CARDS.format(card="faerre-samtaler.yaml")).steps[0].cards
    with pytest.raises(FileProblem) as caught:
        read_course(CARDS.format(card="faerre-samtale"))
    (problem,) = caught.value.problems
    assert problem.line == 9
    assert "Mente du »faerre-samtaler«?" in problem.da


def test_a_course_that_names_what_is_gone_is_not_offered(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path))
    stored = save_course(by_name("ballerup-30").model_copy(update={"title": "Min egen"}))
    assert stored.key in {one.key for one in courses()[0]}
    text = stored.path.read_text(encoding="utf-8")
    stored.path.write_text(text.replace("2027-flere", "2027-faerre"), encoding="utf-8")
    found, broken = courses()
    assert stored.key not in {one.key for one in found}
    assert [one.key for one in broken] == [stored.key]
    assert "2027-faerre" in broken[0].problem.text("da")


def test_a_course_under_another_title_leaves_no_twin(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path))
    first = save_course(by_name("ballerup-30").model_copy(update={"title": "Første"}))
    second = save_course(first.course.model_copy(update={"title": "Anden"}), replaces=first.key)
    assert [one.key for one in courses()[0] if one.own] == [second.key] == [f"{OWN}/anden.yaml"]


def test_the_readme_has_every_field_and_its_example_is_a_course() -> None:
    words = (FOLDER / "README.md").read_text(encoding="utf-8")
    example = words.split("```yaml\n")[1].split("```")[0]
    assert [step.kind for step in read_course(example).steps] == ["guess", "build", "decide"]
    for name in (*KINDS, *CourseStep.model_fields, *Course.model_fields):
        assert f"`{name}`" in words or f"{name}:" in words, name
