"""List hostile and mistaken files, each with the line that is named and a piece of the message in both languages.

``BROKEN_YAML`` is what the YAML reader refuses whatever the file is for; ``BROKEN_SCENARIOS`` is good YAML that is no
scenario. The tests of the reader, of scenario files and of the command line all go through these tables.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Final

from model.files.strict_yaml import MAX_BYTES

# A scenario needs no more than this; what is added stands in line 4.
HEAD: Final = "format: 1\nname: Prøve\nmunicipality: ballerup\n"


@dataclass(frozen=True)
class HostileFile:
    """A file, the line that is named (0: the whole file) and a piece of the message in both languages."""

    content: bytes
    line: int
    da: str
    en: str

    def message(self, language: str) -> str:
        """Return the piece of the message in one language."""
        return self.en if language == "en" else self.da


def change(**fields: object) -> str:
    """Return HEAD with one change: its lever in line 5, value in 6, date in 7, further fields from 8 on."""
    given: dict[str, object] = {"lever": "firm_places", "to": 400, "from": "2021-03-01"} | fields
    lines = [f"{key}: {value}" for key, value in given.items() if value is not None]
    return HEAD + "changes:\n  - " + "\n    ".join(lines) + "\n"


def _file(content: str | bytes, line: int, da: str, en: str) -> HostileFile:
    return HostileFile(content.encode() if isinstance(content, str) else content, line, da, en)


def _head(old: str, new: str) -> str:
    return HEAD.replace(old, new)


_BOMB = "a: &a [x, x]\n" + "".join(
    f"{b}: &{b} [*{a}, *{a}]\n" for a, b in zip("abcdefghij", "bcdefghijk", strict=True)
)
_201_CHANGES = "".join(
    f"  - {{lever: firm_places, to: 1, from: {datetime.date(2021, 1, 4) + datetime.timedelta(day)}}}\n"
    for day in range(201)
)

BROKEN_YAML: Final = {
    "empty": _file("", 1, "Filen er tom: der skal stå", "The file is empty: there must be"),
    "only_a_comment": _file(
        "# kun en bemærkning\n\n", 1, "Filen er tom: der skal stå", "The file is empty: there must be"
    ),
    "key_twice": _file(
        HEAD + "name: Anden\n", 4, "står to gange; første gang i linje 2", "stands twice; first in line 2"
    ),
    "key_twice_in_a_change": _file(change() + "    to: 300\n", 8, "»to« står to gange", "“to” stands twice"),
    "key_twice_in_braces": _file("x:\n  y: {a: 1, a: 2}\n", 2, "to gange", "twice"),
    "anchor": _file("a: 1\nb: &x 2\n", 2, "Ankre og henvisninger", "Anchors and aliases"),
    "alias": _file("a: *x\n", 1, "Ankre og henvisninger", "Anchors and aliases"),
    "alias_bomb": _file(HEAD + _BOMB, 4, "Ankre og henvisninger", "Anchors and aliases"),
    "anchor_on_itself": _file("&a [*a]\n", 1, "Ankre og henvisninger", "Anchors and aliases"),
    "tag": _file(HEAD + "author: !!python/object/apply:os.system ['id']\n", 4, "Typemærker (!)", "Tags (!)"),
    "tag_on_a_list": _file("a: 1\nb: !!set {x, y}\n", 2, "Typemærker (!)", "Tags (!)"),
    "bare_tag": _file("a: ! x\n", 1, "Typemærker (!)", "Tags (!)"),
    "merge_key": _file(HEAD + "<<: {name: x}\n", 4, "Fletning med <<", "Merging with <<"),
    "list_as_a_key": _file("a: 1\n? [1, 2]\n: x\n", 2, "navn", "name"),
    "two_documents": _file(HEAD + "---\n" + HEAD, 4, "kun indeholde ét dokument", "one document only"),
    "directive": _file("%YAML 1.1\n---\na: 1\n", 1, "%", "%"),
    "version_of_5000_digits": _file("%YAML 1." + "9" * 5000 + "\n---\na: 1\n", 1, "YAML", "YAML"),
    "tab": _file(HEAD + "changes:\n\t- lever: x\n", 5, "rykket ind med tabulator", "indented with a tab"),
    "colon_in_a_text": _file("a: b: c\n", 1, "kolon", "colon"),
    "no_colon": _file("a: 1\nb\nc: 2\n", 2, "kolon", "colon"),
    "open_quote": _file(HEAD + "author: 'x\n", 5, "før et anførselstegn", "before a quote"),
    "open_bracket": _file("a: [1, 2\n", 2, "komma", "comma"),
    "wrong_indentation": _file("a:\n  - x\n - y\n", 3, "rykket ind", "indented"),
    "unknown_escape": _file('a: "\\q"\n', 1, "anførselstegn", "quotes"),
    "escape_above_unicode": _file('a: "\\UFFFFFFFF"\n', 1, "YAML", "YAML"),
    "at_sign": _file("a: @x\n", 1, "anførselstegn", "quotes"),
    "nul": _file("a: 1\nb: x\x00y\n", 2, "U+0000", "U+0000"),
    "nul_as_an_escape": _file('a: 1\nb: "x\\0y"\n', 2, "U+0000", "U+0000"),
    "nothing_but_nul": _file(b"\x00" * 1000, 1, "U+0000", "U+0000"),
    "surrogate_as_an_escape": _file('a: "\\ud800"\n', 1, "U+D800", "U+D800"),
    "bell": _file("a: \x07\n", 1, "U+0007", "U+0007"),
    "terminal_codes": _file(HEAD + "author: \x1b[31mrød\n", 4, "U+001B", "U+001B"),
    "depth_500": _file("a: " + "[" * 500 + "]" * 500, 1, "for dybt: højst 12", "too deeply: at most 12"),
    "depth_100000": _file(HEAD + "author: " + "[" * 100_000, 4, "for dybt: højst 12", "too deeply: at most 12"),
    "depth_100000_in_blocks": _file(
        HEAD + "author:\n" + "- " * 100_000 + "x\n", 5, "for dybt: højst 12", "too deeply: at most 12"
    ),
    "depth_50000_in_braces": _file("{a: " * 50_000, 1, "for dybt: højst 12", "too deeply: at most 12"),
    "too_large": _file("a: " + "x" * MAX_BYTES, 0, "for stor: højst 256 kB", "too large: at most 256 kB"),
    "300_kb": _file(HEAD + "#" * 300_000, 0, "for stor: højst 256 kB", "too large: at most 256 kB"),
    "long_text": _file("a: " + "x" * 30_000, 1, "for lang", "too long"),
    "too_many_values": _file("- 1\n" * 30_000, 20_000, "for mange", "too many"),
    "windows_encoding": _file(HEAD.encode("cp1252"), 2, "ikke gemt som UTF-8", "not saved as UTF-8"),
    "utf_16": _file(HEAD.encode("utf-16"), 1, "ikke gemt som UTF-8", "not saved as UTF-8"),
    "utf_16_of_one_letter": _file(b"\xff\xfea\x00", 1, "ikke gemt som UTF-8", "not saved as UTF-8"),
}  # fmt: skip

BROKEN_SCENARIOS: Final = {
    # The head.
    "a_list": _file("- a\n- b\n", 1, "ikke et scenarie", "not a scenario"),
    "no_format": _file("name: x\nmunicipality: ballerup\n", 1, "»format« mangler", "“format” is missing"),
    "newer_format": _file(_head("format: 1", "format: 3") + "new_field: 1\n", 1, "nyere udgave", "newer version"),
    "newer_format_advice": _file(_head("format: 1", "format: 3"), 1, "Opdatér programmet", "Update the program"),
    "older_format": _file(_head("format: 1", "format: 0"), 1, "læser format 1", "reads format 1"),
    "format_in_words": _file(_head("format: 1", "format: et"), 1, "læser format 1", "reads format 1"),
    "no_name": _file("format: 1\nmunicipality: ballerup\n", 1, "»name« mangler", "“name” is missing"),
    "empty_name": _file(_head("Prøve", "'  '"), 2, "et navn", "a name"),
    "long_name": _file(_head("Prøve", "x" * 200), 2, "højst have 120 tegn", "at most 120"),
    "name_in_two_lines": _file(_head("Prøve", '"a\\nb"'), 2, "linjeskift", "line break"),
    "text_that_turns_around": _file(_head("Prøve", '"a\\u202eb"'), 2, "U+202E", "U+202E"),
    "unknown_key": _file(HEAD + "yeers: 4\n", 4, "Mente du »years«?", "Did you mean “years”?"),
    "on_as_a_key": _file(HEAD + "on: x\n", 4, "»on« kendes ikke", "“on” is not known"),
    "unknown_municipality": _file(_head("ballerup", "balerup"), 3, "Mente du »ballerup«?", "“ballerup”?"),
    "no_as_a_municipality": _file(
        _head("ballerup", "no"), 3, "Kommunen »no« kendes ikke", "municipality “no” is not known"
    ),
    "path_as_a_municipality": _file(
        _head("ballerup", "../../etc/passwd"), 3,
        "»../../etc/passwd« kendes ikke. Skriv kommunens id, for eksempel",
        "“../../etc/passwd” is not known. Write the municipality's id",
    ),
    "start_on_a_tuesday": _file(HEAD + "start: 2021-01-05\n", 4, "2021-01-04", "Monday"),
    "start_in_another_age": _file(HEAD + "start: 0001-01-01\n", 4, "mellem 2015", "between 2015"),
    "years_in_words": _file(HEAD + "years: fire\n", 4, "skal være et helt tal", "must be a whole number"),
    "years_as_a_list": _file(HEAD + "years: [4]\n", 4, "skal være et helt tal", "must be a whole number"),
    "no_years": _file(HEAD + "years: 0\n", 4, "mellem 1 og 10", "between 1 and 10"),
    "unknown_economy": _file(HEAD + "economy: second_vave\n", 4, "»second_wave«?", "“second_wave”?"),
    "economy_out_of_bounds": _file(
        HEAD + "economy:\n  inflow:\n    - {from: 2021-01-04, index: 5}\n", 6, "mellem 20 og 300", "between 20"
    ),
    "economy_out_of_order": _file(
        HEAD + "economy:\n  inflow:\n    - {from: 2021-02-01, index: 90}\n    - {from: 2021-02-01, index: 91}\n",
        7, "rækkefølge", "in order",
    ),
    "misspelt_economy": _file(HEAD + "economy:\n  inflw: []\n", 5, "Mente du »inflow«?", "“inflow”?"),
    # Assumptions.
    "unknown_assumption_set": _file(HEAD + "assumption_set: evidens\n", 4, "»evidence«?", "“evidence”?"),
    "unknown_assumption": _file(
        HEAD + "assumptions:\n  - parameter: displacment\n    value: 1\n", 5, "»displacement«?", "“displacement”?"
    ),
    "impossible_assumption": _file(
        HEAD + "assumptions:\n  - {parameter: displacement, value: 7}\n", 5, "displacement", "displacement"
    ),
    "assumption_twice": _file(
        HEAD + "assumptions:\n  - {parameter: displacement, value: 0.1}\n"
        "  - {parameter: displacement, value: 0.2}\n", 6, "to gange", "twice",
    ),
    # Changes: what is changed.
    "nothing_under_changes": _file(HEAD + "changes:\n", 4, "en liste", "a list"),
    "number_as_changes": _file(HEAD + "changes: 12\n", 4, "skal være en liste", "must be a list"),
    "a_word_as_a_change": _file(
        HEAD + "changes:\n  - firm_places\n", 5, "navne med kolon", "names with a colon"
    ),
    "too_many_changes": _file(HEAD + "changes:\n" + _201_CHANGES, 4, "Højst 200", "At most 200"),
    "unknown_lever": _file(
        change(lever="firm_plces"), 5, "Mente du »firm_places«?", "Did you mean “firm_places”?"
    ),
    "unknown_group": _file(
        change(lever="meetings", to=2, group="sygedagpeng"), 8,
        "Mente du »sygedagpenge«?", "Did you mean “sygedagpenge”?",
    ),
    "group_without_the_lever": _file(
        change(lever="meetings", to=2, group="fleksjob"), 8, "kan ikke ændres", "cannot be changed"
    ),
    "deadline_of_another_group": _file(
        change(lever="offer_deadline_week", to=13, group="sho"), 8, "Muligt: dagpenge.", "Possible: dagpenge."
    ),
    "no_group": _file(
        change(lever="meetings", to=2), 5, "skal have en målgruppe", "needs a target group"
    ),
    "a_group_too_many": _file(change(group="sho"), 8, "gælder hele kommunen", "whole municipality"),
    # Changes: values.
    "rate_above_its_limit": _file(
        change(lever="activation_rate", to=99, group="sho"), 6, "mellem 0 og 90; her står 99", "and 90"
    ),
    "too_many_places": _file(change(to=4000), 6, "skal være mellem 0 og 1000", "must be between 0 and 1000"),
    "places_below_zero": _file(change(to=-1), 6, "skal være mellem 0 og", "must be between 0 and"),
    "half_a_place": _file(change(to=12.5), 6, "helt tal", "whole number"),
    "decimal_comma": _file(
        change(to="400,5"), 6, "Skriv decimaler med punktum", "Write decimals with a point"
    ),
    "time_as_a_number": _file(change(to="12:30"), 6, "her står »12:30«", "here it is “12:30”"),
    "no_as_a_number": _file(
        change(to="no"), 6, "skal være et tal; her står »no«", "must be a number; here it is “no”"
    ),
    "true_as_a_number": _file(change(to="true"), 6, "her står true", "here it is true"),
    "not_a_number": _file(
        change(to=".nan"), 6, "skal være et tal; her står ».nan«", "must be a number; here it is “.nan”"
    ),
    "infinite": _file(change(to=".inf"), 6, "her står ».inf«", "here it is “.inf”"),
    "number_of_5000_digits": _file(change(to="9" * 5000), 6, "skal være et tal", "must be a number"),
    "exponent_too_large": _file(change(to="1e999"), 6, "skal være et tal", "must be a number"),
    "no_value": _file(change(to=None), 5, "»to« mangler", "“to” is missing"),
    "a_mix_that_does_not_add_up": _file(
        change(lever="firm_place_mix", to="{paid_hours: 60}"), 6, "tilsammen", "add up"
    ),
    # Changes: dates.
    "before_the_start": _file(
        change(**{"from": "2020-12-31"}), 7, "periode, 2021-01-04 til 2024-12-29", "period, 2021-01-04 to 2024-12-29"
    ),
    "a_day_after_the_end": _file(
        change(**{"from": "2024-12-30"}), 7, "periode, 2021-01-04 til 2024-12-29", "period, 2021-01-04 to 2024-12-29"
    ),
    "years_after_the_end": _file(
        change(**{"from": "2031-01-01"}), 7, "skal ligge i scenariets periode", "must lie in the scenario's period"
    ),
    "no_such_date": _file(
        change(**{"from": "2021-02-30"}), 7, "skal stå en dato, skrevet som 2021-03-01",
        "must be a date here, written as 2021-03-01",
    ),
    "date_in_words": _file(
        change(**{"from": "1. marts"}), 7, "skrevet som 2021-03-01", "written as 2021-03-01"
    ),
    "time_as_a_date": _file(
        change(**{"from": "12:30"}), 7, "en dato, skrevet som 2021-03-01; her står »12:30«",
        "a date here, written as 2021-03-01; here it is “12:30”",
    ),
    "date_with_a_time": _file(change(**{"from": "2021-03-01T12:00"}), 7, "en dato", "a date"),
    "long_phase_in": _file(change(phase_in_weeks=999), 8, "mellem 0 og 208", "between 0 and 208"),
    "half_a_week": _file(change(phase_in_weeks=1.5), 8, "et helt tal", "a whole number"),
    "twice_on_one_date": _file(
        change() + "  - {lever: firm_places, to: 300, from: 2021-03-01}\n", 8, "to gange", "twice"
    ),
    "workshop_of_the_wrong_kind": _file(HEAD + "workshop: ja\n", 4, "navne med kolon", "names with a colon"),
}  # fmt: skip

HOSTILE_FILES: Final = BROKEN_YAML | BROKEN_SCENARIOS
