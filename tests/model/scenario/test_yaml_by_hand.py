"""Test scenario files with one slip of the hand each: read, asked about, or refused at the line of the slip."""

from __future__ import annotations

from typing import Final

import pytest

from model.files.problems import FileProblem
from model.scenario.files import load_scenario, load_with_warnings
from tests.folders import DATA

FOLDER: Final = DATA / "yaml_by_hand"

# What is as good as if it were written in the plainest way.
READ: Final = (
    "bom", "cr", "crlf", "doc-start", "mojibake", "nfd", "norway-name", "ok", "smartquotes-name", "trailing-doc",
)  # fmt: skip

# File: line, column, a piece of the message in Danish and in English.
REFUSED: Final[dict[str, tuple[int, int, str, str]]] = {
    "bullet": (10, 7, "kolon for meget, eller linjen er rykket", "a colon too many here, or the line is indented"),
    "comma": (10, 5, "her står »400,5«. Skriv decimaler med punktum", "Write decimals with a point"),
    "conflict": (10, 1, "git kunne ikke flette", "git could not merge"),
    "conflict-diff3": (10, 1, "Den ene står i linje 11, den anden står i linje 15", "line 11, the other"),
    "conflict-name": (2, 1, "git kunne ikke flette", "git could not merge"),
    "ctrl-z": (14, 1, "U+001A", "U+001A"),
    "danish-date": (11, 5, "skrevet som 2021-03-01; her står »01-03-2021«", "written as 2021-03-01"),
    "danish-date2": (11, 5, "skrevet som 2021-03-01; her står »1/3 2021«", "written as 2021-03-01"),
    "empty-changes": (8, 1, "»changes« skal være en liste", "“changes” must be a list"),
    "empty-to": (10, 5, "skal være et tal; her står ingenting", "must be a number; here it is nothing"),
    "formfeed": (14, 1, "U+000C", "U+000C"),
    "html": (14, 1, "mangler et kolon", "lacks a colon"),
    "latin1": (2, 0, "tegnsættet UTF-8", "encoding UTF-8"),
    "lever-twice": (14, 5, "»to« står to gange; første gang i linje 10", "“to” stands twice; first in line 10"),
    "ls": (4, 19, "usynligt tegn: linjeskilletegn (U+2028). Slet det", "line separator (U+2028). Delete it"),
    "muni-caps": (3, 1, "Mente du »ballerup«?", "Did you mean “ballerup”?"),
    "muni-code": (3, 1, "»municipality« skal være tekst; her står 151", "“municipality” must be text"),
    "muni-danish": (3, 1, "Mente du »hoeje-taastrup«?", "Did you mean “hoeje-taastrup”?"),
    "name-colon": (2, 14, "Sæt tekst med kolon i anførselstegn", "Put text with a colon in quotes"),
    "name-float": (2, 1, "»name« skal være tekst", "“name” must be text"),
    "name-null": (2, 1, "»name« skal være tekst; her står ingenting", "“name” must be text; here it is nothing"),
    "name-number": (2, 1, "»name« skal være tekst; her står 2026", "“name” must be text; here it is 2026"),
    "nbsp-after-value": (10, 12, "hårdt mellemrum (U+00A0). Skriv almindelige mellemrum", "no-break space (U+00A0)"),
    "nbsp-in-number": (10, 10, "hårdt mellemrum (U+00A0). Skriv almindelige mellemrum", "no-break space (U+00A0)"),
    "nbsp-indent": (10, 1, "hårdt mellemrum (U+00A0). Skriv almindelige mellemrum", "no-break space (U+00A0)"),
    "nel": (4, 19, "usynligt tegn: linjeskift fra store maskiner (U+0085). Slet det", "next line (U+0085)"),
    "nodash-space": (10, 7, "linjen er rykket forkert ind", "the line is indented wrongly"),
    "nospace-colon": (10, 5, "Linjen mangler et kolon", "The line lacks a colon"),
    "octal": (12, 5, "skal være et helt tal; her står »026«", "must be a whole number"),
    "oddindent": (12, 4, "rykket ind på en anden måde", "indented differently"),
    "percent": (11, 5, "skal være et tal; her står »25 %«", "must be a number"),
    "percent-comma": (11, 5, "Skriv decimaler med punktum", "Write decimals with a point"),
    "smartquote-date": (11, 5, "en dato, skrevet som 2021-03-01", "a date here, written as 2021-03-01"),
    "smartquotes": (13, 22, "Sæt tekst med kolon i anførselstegn", "Put text with a colon in quotes"),
    "softhyphen": (3, 21, "usynligt tegn: blød bindestreg (U+00AD). Slet det", "soft hyphen (U+00AD). Delete it"),
    "tab": (10, 1, "rykket ind med tabulator", "indented with a tab"),
    "tab-after-colon": (10, 8, "tabulator. Brug mellemrum", "a tab. Use spaces"),
    "thousand-dot": (10, 5, "her står 1.4. Mente du 1400?", "here it is 1.4. Did you mean 1400?"),
    "two-docs": (14, 1, "kun indeholde ét dokument", "one document only"),
    "underscore": (10, 5, "her står »1_000«. Mente du 1000?", "Did you mean 1000?"),
    "utf16be-bom": (1, 0, "tegnsættet UTF-8", "encoding UTF-8"),
    "utf16le-bom": (1, 0, "tegnsættet UTF-8", "encoding UTF-8"),
    "utf16le-nobom": (2, 0, "tegnsættet UTF-8", "encoding UTF-8"),
    "word-dash": (10, 7, "kolon for meget, eller linjen er rykket", "a colon too many here, or the line is indented"),
    "yes-int": (12, 5, "skal være et helt tal; her står »ja«", "must be a whole number"),
}  # fmt: skip

# What is valid and asked about: line and a piece of each question.
ASKED: Final[dict[str, list[tuple[int, str]]]] = {
    "conflict-in-headline": [(13, "git kunne ikke flette de gemte resultater")],
    "hash-in-text": [(2, "»#2 til budget 2022« er ikke med"), (4, "»#4711 den 3. marts« er ikke med")],
    "name-hash": [(2, "»#2 til budget« er ikke med")],
    "thousands-assumption": [(8, "Mente du 3000?"), (8, "Det kendte spænd er 1.500 til 4.500.")],
}


@pytest.mark.parametrize("name", ASKED)
def test_what_may_not_be_meant_is_asked_about(name: str) -> None:
    warnings = load_with_warnings(FOLDER / f"{name}.yaml").warnings
    assert [warning.line for warning in warnings] == [line for line, _ in ASKED[name]]
    for warning, (_, text) in zip(warnings, ASKED[name], strict=True):
        assert text in warning.da


@pytest.mark.parametrize("name", READ)
def test_a_file_in_another_hand_is_read(name: str) -> None:
    read = load_with_warnings(FOLDER / f"{name}.yaml")
    assert read.warnings == ()
    scenario = read.scenario
    assert scenario.municipality == "ballerup"
    assert [(change.lever, change.to) for change in scenario.changes] == [("firm_places", 400.0)]


@pytest.mark.parametrize("name", REFUSED)
def test_a_slip_is_refused_at_its_place(name: str) -> None:
    line, column, da, en = REFUSED[name]
    with pytest.raises(FileProblem) as caught:
        load_scenario(FOLDER / f"{name}.yaml")
    (problem,) = caught.value.problems
    assert (problem.line, problem.column) == (line, column)
    assert da in problem.da
    assert en in problem.en
