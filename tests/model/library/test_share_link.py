"""Test share links: the whole scenario there and back, one message for any other text."""

from __future__ import annotations

import base64
import datetime
import json
import re
import string
import time
import zlib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.domain import GROUPS
from model.files.problems import FileProblem
from model.library.share_link import decode_link, encode_link
from model.scenario.levers import LEVERS
from model.scenario.parts import Assumption, Results, Workshop
from model.scenario.scenario import Scenario, to_dict

START = datetime.date(2021, 1, 4)


def busy() -> Scenario:
    scenario = Scenario(
        name="Æblegrød & co. = 100 %?",
        municipality="ballerup",
        description="To\nlinjer",
        economy="second_wave",
        years=5,
        workshop=Workshop(question="Hvad nu?"),
        assumptions=(Assumption(parameter="displacement", value=0.5),),
        assumption_set="cautious",
    )
    for i, lever in enumerate(LEVERS):
        for group in lever.groups or (None,):
            to: Any = {"paid_hours": 40, "company_centre": 60} if lever.scope == "mix" else lever.minimum
            day = START + datetime.timedelta(weeks=i)
            scenario = scenario.with_change(
                lever.id, to, group, from_=day, phase_in_weeks=i, why="Fordi æøå."
            )
    return scenario


def packed(data: bytes) -> str:
    return "1." + base64.urlsafe_b64encode(zlib.compress(data)).decode()


def packed_plain(**fields: object) -> str:
    return packed(
        json.dumps({"format": 1, "name": "x", "municipality": "ballerup"} | fields)
        .replace("Infinity", "1e999")
        .encode()
    )


def test_there_and_back() -> None:
    scenario = busy()
    assert decode_link(encode_link(scenario)) == scenario
    assert encode_link(decode_link(encode_link(scenario))) == encode_link(scenario)


def test_a_link_needs_no_escaping_in_an_address_and_is_short() -> None:
    plain = Scenario(name="Dobbelt", municipality="ballerup").with_change("firm_places", 400)
    link = encode_link(plain)
    assert re.fullmatch(r"1\.[A-Za-z0-9_-]+", link)
    assert len(link) < 300
    assert len(encode_link(busy())) < 3000


def test_a_link_names_every_changed_lever_and_leans_on_no_default() -> None:
    scenario = Scenario(name="x", municipality="ballerup").with_change("firm_places", 200)
    letters = encode_link(scenario).partition(".")[2]
    plain = json.loads(zlib.decompress(base64.urlsafe_b64decode(letters + "=" * (-len(letters) % 4))))
    assert plain["changes"] == [{"lever": "firm_places", "to": 200, "from": "2021-01-04"}]
    assert {"start", "years", "economy", "municipality", "format"} <= plain.keys()


def test_stored_results_stay_at_home() -> None:
    scenario = busy().copy_with(results=Results(model_version="0.1", baseline_sha256="ab"))
    assert decode_link(encode_link(scenario)) == busy()


LINK = encode_link(busy())
BROKEN = {
    "nothing": "",
    "a word": "hej",
    "no content": "1.",
    "no base64": "1.%%%",
    "no zlib": "1.aGVq",
    "cut": LINK[:-7],
    "cut at the front": LINK[5:],
    "doubled": LINK + LINK,
    "something behind": LINK + "AAAA",
    "not ASCII": "1.æøå",
    "digits that are none": "²." + LINK[2:],
    "other version": "x." + LINK[2:],
    "version 0": "0." + LINK[2:],
    "huge version": "9" * 5000 + "." + LINK[2:],
    "long": "1." + "A" * 100_000,
    "bomb": packed(b" " * 50_000_000),
    "bomb in a bomb": packed(b'"' + b"a" * 300_000 + b'"'),
    "deep": packed(b"[" * 100_000),
    "deep and closed": packed(b"[" * 500 + b"]" * 500),
    "many": packed(b"[" + b"1," * 100_000 + b"1]"),
    "key twice": packed(b'{"format":1,"format":1}'),
    "NaN": packed(b'{"format":NaN}'),
    "long number": packed(b'{"format":' + b"9" * 5000 + b"}"),
    "not UTF-8": packed(b'{"name":"\xff"}'),
    "not JSON": packed(b"format: 1"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_broken_links_are_one_clear_message(case: str) -> None:
    with pytest.raises(FileProblem) as caught:
        decode_link(BROKEN[case])
    assert caught.value.text("da").startswith("Linket er ikke helt.")
    assert caught.value.text("en").startswith("The link is not whole.")


@pytest.mark.parametrize(
    "marks",
    [
        *".,;:!?)]}>\"'*|»”’… \u00a0=",
        *(").", '">', ">.", "),\n", "%3E", "%3e.", "%22%3E", "%C2%BB", "%2E%20", "%"),
    ],
)
def test_marks_that_a_mail_glued_to_the_end_are_no_part_of_a_link(marks: str) -> None:
    assert decode_link(LINK + marks) == busy()
    with pytest.raises(FileProblem, match="not whole"):
        decode_link(LINK[:-7] + marks)


def test_a_link_of_marks_alone_is_refused_at_once() -> None:
    began = time.perf_counter()
    for link in ("." * 60_000, "." * 60_000 + "x", "1." + "%3E" * 20_000):
        with pytest.raises(FileProblem, match="not whole"):
            decode_link(link)
    assert time.perf_counter() - began < 2.0


def test_a_newer_link_says_so() -> None:
    with pytest.raises(FileProblem, match="newer version"):
        decode_link("2." + LINK[2:])


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"format": 3}, "nyere udgave"),
        ({"municipality": "atlantis"}, "kendes ikke"),
        ({"name": "a\u0000"}, "U+0000"),
        ({"name": "\ud800"}, "ikke er tekst"),
        ({"ekstra": 1}, "kendes ikke her"),
        ({"changes": [{"lever": "firm_places", "to": 1e999, "from": "2021-03-01"}]}, "mellem 0 og"),
        ({"changes": [{"lever": "firm_places", "to": True, "from": "2021-03-01"}]}, "skal være et tal"),
        ({"economy": {"inflow": [{"from": "2021-03-01", "index": -1}]}}, "mellem 20 og 300"),
    ],
)
def test_a_whole_link_with_a_wrong_scenario_says_what_is_wrong(fields: dict[str, object], words: str) -> None:
    link = packed_plain(**fields)
    with pytest.raises(FileProblem) as caught:
        decode_link(link)
    assert words in caught.value.text("da")
    assert "linje" not in caught.value.text("da").split(":")[0]


def decoded(link: str) -> Scenario | None:
    try:
        return decode_link(link)
    except FileProblem:
        return None


@settings(deadline=None)
@given(
    st.one_of(
        st.text(max_size=80),
        st.text(string.ascii_letters + string.digits + "-_.=", max_size=80).map("1.".__add__),
    )
)
def test_any_text_is_a_scenario_or_a_file_problem(link: str) -> None:
    assert decoded(link) is None


@settings(deadline=None)
@given(st.integers(0, len(LINK) - 1), st.sampled_from(string.ascii_letters + string.digits + "-_.=~ "))
def test_a_changed_letter_never_gives_another_scenario(at: int, letter: str) -> None:
    # zlib's checksum sees it; only the unused bits of the last letter may differ.
    assert decoded(LINK[:at] + letter + LINK[at + 1 :]) in (None, busy())


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8)
    | st.sampled_from(["firm_places", "2021-03-01", "ballerup", GROUPS[0]]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(list(Scenario.model_fields)), json_values, max_size=4))
def test_any_content_is_a_scenario_or_a_file_problem(fields: dict[str, Any]) -> None:
    scenario = decoded(packed_plain(**fields))
    assert scenario is None or to_dict(scenario)["format"] == 1
