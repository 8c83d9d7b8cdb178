"""Test what is asked about a valid file: thousands with a point, texts cut by a comment, assumptions out of range."""

from __future__ import annotations

import pytest

from model.files.problems import FileProblem
from model.scenario.file_warnings import range_warnings
from model.scenario.files import load_with_warnings, read_scenario, read_with_warnings, scenario_files
from model.scenario.scenario import Scenario
from tests.folders import DATA, SCENARIOS
from tests.model.files.hostile_yaml import HEAD, change
from tests.model.scenario.cases import COMMENTED

FOLDER = DATA / "yaml_by_hand"
PRICE = "budget.price.guidance_week"


def asked(source: str) -> list[tuple[int, str]]:
    """Return line and Danish text of each question about a file."""
    return [(warning.line, warning.da) for warning in read_with_warnings(source).warnings]


def assumption(value: object, parameter: str = PRICE) -> str:
    """Return a file with one assumption, its value in line 6."""
    return HEAD + f"assumptions:\n  - parameter: {parameter}\n    value: {value}\n"


def test_the_planner_who_wrote_a_price_with_a_point_is_asked() -> None:
    read = load_with_warnings(FOLDER / "thousands-assumption.yaml")
    assert read.scenario.assumptions[0].value == 3.0
    assert read.lines("da") == (
        "thousands-assumption.yaml, linje 8, tegn 5: 3.000 er læst som 3 (tre). Mente du 3000? "
        "Skriv tusinder uden punktum eller mellemrum.",
        "thousands-assumption.yaml, linje 8, tegn 5: »Vejledning og opkvalificering, pr. uge« er sat til 3 "
        "(kr. pr. person og uge). Det kendte spænd er 1.500 til 4.500. Er det, hvad du mener?",
    )
    first, second = read.lines("en")
    assert "3.000 was read as 3 (three). Did you mean 3000?" in first
    assert "The known range is 1,500 to 4,500. Is that what you mean?" in second


# --- a point between thousands ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "line", "text"),
    [
        pytest.param(change(to="1.000"), 6, "1.000 er læst som 1 (en). Mente du 1000?", id="places"),
        pytest.param(change(to="  350.000   # x"), 6, "350.000 er læst som 350. Mente du 350000?", id="zeros"),
        pytest.param(assumption("2.500"), 6, "2.500 er læst som 2,5. Mente du 2500?", id="a price"),
        pytest.param(assumption("2.525"), 6, "2.525 er læst som 2,525. Mente du 2525?", id="odd digits"),
        pytest.param(
            HEAD + f"assumptions: [{{parameter: {PRICE}, value: 2.525, why: x}}]\n", 4, "Mente du 2525?",
            id="in braces",
        ),
        pytest.param(
            HEAD + "economy:\n  inflow:\n    - {from: 2021-01-04, index: 98.500}\n", 6, "Mente du 98500?",
            id="economy",
        ),
    ],
)  # fmt: skip
def test_a_point_before_three_digits_is_asked_about(source: str, line: int, text: str) -> None:
    assert any(at == line and text in da for at, da in asked(source))


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(change(to="2.125", lever="meetings", group="dagpenge"), id="2,125 meetings, 2125 are none"),
        pytest.param(change(to="45.125", lever="activation_rate", group="sho"), id="per cent"),
        pytest.param(assumption("0.125", "displacement"), id="begins with 0"),
        pytest.param(assumption("3000"), id="no point"),
        pytest.param(assumption("2500.125"), id="four digits before the point"),
        pytest.param(assumption("2500.0"), id="one digit"),
        pytest.param(change(why="1.000 pladser"), id="a text"),
        pytest.param(change(why="'1.000'"), id="a quoted text"),
        pytest.param(
            HEAD + "results:\n  model_version: 0.1.0\n  baseline_sha256: ab\n  figures: {a: 1.817, b: 2.120}\n",
            id="what the program has written",
        ),
    ],
)  # fmt: skip
def test_other_decimals_are_not_asked_about(source: str) -> None:
    assert asked(source) == []


@pytest.mark.parametrize(
    ("source", "meant"),
    [
        pytest.param(change(to="1.400"), "1400", id="a point"),
        pytest.param(change(to="1_400"), "1400", id="an underscore"),
        pytest.param(change(to="1 400"), "1400", id="a blank"),
        pytest.param(change(to="1.400.000"), "1400000", id="millions"),
        pytest.param(change(to="1.400,50"), "1400.50", id="with decimals"),
        pytest.param(assumption("'3.000'"), "3000", id="in quotes"),
        pytest.param(change(phase_in_weeks="1.000"), "1000", id="weeks"),
    ],
)
def test_a_refused_number_is_asked_about_too(source: str, meant: str) -> None:
    with pytest.raises(FileProblem) as caught:
        read_scenario(source)
    (problem,) = caught.value.problems
    assert f"Mente du {meant}?" in problem.da
    assert f"Did you mean {meant}?" in problem.en


def test_a_date_with_points_is_no_thousands() -> None:
    with pytest.raises(FileProblem) as caught:
        read_scenario(change(**{"from": "1.000"}))
    assert "Mente du" not in caught.value.text("da")


# --- an assumption outside its known range ---------------------------------------------------------


def test_an_assumption_outside_its_range_is_told_with_value_range_and_unit() -> None:
    assert asked(assumption(1500)) == asked(assumption(4500)) == []
    for value, shown in ((1499, "1.499"), (4500.5, "4.500,5"), (12000, "12.000")):
        ((line, da),) = asked(assumption(value))
        assert line == 6
        assert f"er sat til {shown}" in da
        assert "(kr. pr. person og uge). Det kendte spænd er 1.500 til 4.500." in da


def test_an_assumption_of_a_scenario_from_no_file_is_told_too() -> None:
    scenario = Scenario(name="x", municipality="ballerup").with_assumption(PRICE, 3.0)
    (warning,) = range_warnings(scenario)
    assert "1.500 til 4.500" in warning.da
    assert range_warnings(scenario.with_assumption(PRICE, 3000.0)) == ()
    assert range_warnings(scenario.without_assumption(PRICE)) == ()


# --- a text that ends in a comment -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "line", "rest"),
    [
        pytest.param(HEAD.replace("Prøve", "Forslag #2 til budget"), 2, "#2 til budget", id="name"),
        pytest.param(HEAD.replace("Prøve", "Forslag  #2"), 2, "#2", id="two blanks, none behind"),
        pytest.param(HEAD.replace("Prøve", "Forslag # 2"), 2, "# 2", id="one blank on each side"),
        pytest.param(HEAD + "author: Gruppe #3\n", 4, "#3", id="author"),
        pytest.param(change(why="aftalt i sag #4711"), 8, "#4711", id="reason"),
        pytest.param(HEAD + "workshop:\n  question: Hvad med #3?\n", 5, "#3?", id="workshop"),
        pytest.param(HEAD + "description: Linje et\n  og to #3\n", 5, "#3", id="text of two lines"),
    ],
)
def test_a_text_that_ends_in_a_comment_is_asked_about(source: str, line: int, rest: str) -> None:
    ((at, da),) = asked(source)
    assert at == line
    assert f"»{rest}« er ikke med i teksten" in da
    assert "anførselstegn" in da


def test_the_files_of_planners_lose_nothing_in_silence() -> None:
    for name, lines in {"name-hash": [2], "hash-in-text": [2, 4]}.items():
        read = load_with_warnings(FOLDER / f"{name}.yaml")
        assert [warning.line for warning in read.warnings] == lines
        assert all("is not part of the text" in text for text in read.lines("en"))


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(COMMENTED, id="comments everywhere"),
        pytest.param(HEAD.replace("Prøve", "Prøve  # navnet"), id="two blanks before, one behind"),
        pytest.param(HEAD.replace("Prøve", "'Forslag #2'"), id="in quotes"),
        pytest.param(HEAD.replace("Prøve", '"Forslag"  #2'), id="behind quotes"),
        pytest.param(HEAD.replace("Prøve", "Forslag#2"), id="no blank before it"),
        pytest.param(HEAD + "description: |\n  Forslag #2\n", id="in a block"),
        pytest.param(change(to="400 #aftalt"), id="behind a number"),
        pytest.param(HEAD.replace("ballerup", "ballerup #151"), id="behind an id"),
        pytest.param("#øverst\n" + HEAD + "#nederst\n", id="lines of comments"),
    ],
)
def test_a_comment_on_purpose_is_let_be(source: str) -> None:
    assert asked(source) == []


def test_a_text_that_is_nothing_but_a_comment_says_why() -> None:
    with pytest.raises(FileProblem) as caught:
        read_scenario(HEAD.replace("Prøve", "#2"))
    (problem,) = caught.value.problems
    assert "her står ingenting. »#2« er ikke med i teksten" in problem.da
    assert "here it is nothing. “#2” is not part of the text" in problem.en


@pytest.mark.parametrize("path", scenario_files(SCENARIOS), ids=lambda path: path.stem)
def test_nothing_is_asked_about_a_shipped_scenario(path: object) -> None:
    assert load_with_warnings(str(path)).warnings == ()
