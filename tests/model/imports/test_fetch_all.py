"""Test fetching all tables with one key, against a server on this machine that answers in the sources' shapes."""

from __future__ import annotations

import json
import logging
import threading
from dataclasses import replace

import pytest

import tests.recorded_source as recorded
from model.imports import fetch as fetching
from model.imports import fetch_all as fetching_all
from model.imports.answer_store import AnswerStore
from model.imports.fetch import Token
from model.imports.fetch_all import assumptions_by_area, fetch_all, quality_counts
from model.imports.own_files import save_municipality
from model.imports.periods import parse_period
from model.imports.replacements import Choices
from model.imports.table_catalogue import fetched_tables, tables
from model.municipality.municipality import load_municipality
from tests.recorded_source import KEY, Fault, fulltime_persons, recorded_source


@pytest.fixture
def municipality(monkeypatch, tmp_path):
    monkeypatch.setenv("INDSATSKOMPAS_DATA", str(tmp_path))
    return load_municipality("odense")


@pytest.fixture
def stock(municipality):
    # More than every group's caseload, and near enough to be the municipality's.
    return fulltime_persons(municipality.id, growth=1.04)


@pytest.fixture
def source(stock, monkeypatch):
    monkeypatch.setattr(fetching_all, "_PAUSE", 0.0)
    monkeypatch.setattr(fetching, "FIRST_PAUSE_SECONDS", 0.01)
    monkeypatch.setattr(fetching, "LONGEST_PAUSE_SECONDS", 0.01)
    with recorded_source(stock) as server:
        for name, value in server.environment.items():
            monkeypatch.setenv(name, value)
        yield server


@pytest.fixture
def few(monkeypatch):
    """Fetch five of the tables only, of both publishers, in the catalogue's order."""
    chosen = [row for row in fetched_tables() if row.id in ("Y01A02", "Y36A02", "Y09A02", "Y01C01", "AUK01")]
    monkeypatch.setattr(fetching_all, "fetched_tables", lambda: tuple(chosen))
    return [row.id for row in chosen]


def states(fetched):
    return {row.table.id: row.state for row in fetched.tables}


def why(fetched, table):
    return next(row.why.text("da") for row in fetched.tables if row.table.id == table)


def after(fetched):
    return {row.parameter: row.after.value for row in fetched.preview}


def test_one_key_turns_assumptions_into_statistics(municipality, source, stock):
    source.people = 1.02 * municipality.population["people_16_66"]
    fetched = fetch_all(municipality, Token(KEY))
    assert fetched.interrupted is None
    assert fetched.preview.problem is None
    values = after(fetched)
    assert values["population.people_16_66"] == pytest.approx(source.people, rel=1e-5)
    assert values["population_share.non_western"] == pytest.approx(0.13, rel=1e-4)
    for group in ("dagpenge", "sho", "sygedagpenge", "jobafklaring", "fleksjob", "ledighedsydelse"):
        assert values[f"stock.{group}"] == pytest.approx(stock[group], abs=0.06), (
            group
        )  # one decimal is published
    for part in ("jobparat", "aktivitetsparat"):
        assert values[f"stock.kontanthjaelp_{part}"] == pytest.approx(
            stock[f"kontanthjaelp_{part}"], abs=0.06
        )
    assert values["activation_rate.dagpenge"] == pytest.approx(0.2, abs=1e-3)
    assert values["benchmark.dagpenge"] == round(stock["dagpenge"])
    before, now = quality_counts(municipality), quality_counts(municipality, fetched.preview)
    assert now["statistic"] - before["statistic"] == 17
    assert now["assumption"] < before["assumption"]
    people, _ = assumptions_by_area(municipality, fetched.preview)["people"]
    assert people < assumptions_by_area(municipality)["people"][0]
    # What is saved is what was shown.
    save_municipality(municipality, fetched.preview)
    saved = load_municipality("odense")
    assert saved.own_problem is None
    assert quality_counts(saved) == now
    assert {k: saved.parameter(k).value.value for k in values} == values


def test_the_account_is_fetched_by_its_functions_alone(municipality, source, monkeypatch):
    monkeypatch.setattr(fetching_all, "fetched_tables", lambda: (tables()["REGK31"],))
    source.accounts = {"5.68.90": 250_000, "5.68.91": 20_000, "5.25.14": 900_000, "6.45.53": 300_000}
    fetched = fetch_all(municipality, None)
    assert states(fetched) == {"REGK31": "used"}
    assert any("270,0 mio. kr. i 2020" in note.da.replace("\u00a0", " ") for note in fetched.preview.notes)
    price = next(row for row in fetched.preview if row.parameter == "budget.price.guidance_week")
    assert price.after.source.startswith("Danmarks Statistik REGK31")
    assert price.before.quality == "assumption"
    before, now = quality_counts(municipality), quality_counts(municipality, fetched.preview)
    # Nine prices are replaced; of eight the account says so little that they are assumptions still.
    assert sum(row.parameter.startswith("budget.price.") for row in fetched.preview) == 9
    assert before["assumption"] - now["assumption"] == 1
    save_municipality(municipality, fetched.preview)
    assert load_municipality("odense").budget.number(price.parameter) == price.after.value


def test_an_account_without_the_member_that_is_asked_for_is_refused(municipality, source, monkeypatch):
    monkeypatch.setattr(fetching_all, "fetched_tables", lambda: (tables()["REGK31"],))
    monkeypatch.setitem(recorded._OF_ACCOUNTS, "ART", {"TOT": "I alt (netto)"})
    source.accounts = {"5.68.90": 250_000}
    fetched = fetch_all(municipality, None)
    assert states(fetched) == {"REGK31": "refused"}
    assert "ikke »Bruttoudgifter«" in why(fetched, "REGK31")


def test_only_the_municipality_and_the_year_are_asked_for(municipality, source, few):
    wide = Choices(until=parse_period("2019M12"))
    fetched = fetch_all(municipality, Token(KEY), choices=wide)
    assert states(fetched) == dict.fromkeys(few, "refused") | {"Y01C01": "used"}
    assert "31. december 2019" in why(fetched, "Y01A02")
    assert "2020M01 til 2020M12" in why(fetched, "Y01A02")
    assert ("y01a02", "data") not in source.asked
    assert {row.after.as_of for row in fetched.preview} == {"2019"}


def test_without_a_key_only_the_open_source_is_asked(municipality, source, few, stock):
    fetched = fetch_all(municipality, None)
    assert {table for table, _ in source.asked} == {"auk01"}
    assert states(fetched) == dict.fromkeys(few, "not_asked") | {"AUK01": "used"}
    assert fetched.interrupted is None
    assert after(fetched)["stock.ressourceforloeb"] == round(stock["ressourceforloeb"])
    assert fetched.not_asked("da") == {
        "Tabellen kræver en nøgle til Jobindsats.": ["Y01A02", "Y36A02", "Y09A02", "Y01C01"]
    }


def test_a_refused_key_ends_the_source_and_shows_nowhere(municipality, source, few, tmp_path, caplog):
    wrong = "forkert-Noegle-987"
    with caplog.at_level(logging.DEBUG):
        fetched = fetch_all(municipality, Token(wrong))
    assert [table for table, _ in source.asked if table != "auk01"] == ["y01a02"], "asked once and not again"
    assert "nej til nøglen" in fetched.interrupted.text("da")
    assert states(fetched)["AUK01"] == "used", "the other source does not take the key"
    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert wrong.encode() not in kept
    assert wrong not in caplog.text + repr(fetched)


def test_a_used_up_quota_is_told_and_the_next_fetch_goes_on(municipality, source, few):
    whole = fetch_all(municipality, Token(KEY), again=True)
    AnswerStore(municipality.id).clear()
    source.quota = 5
    part = fetch_all(municipality, Token(KEY))
    assert "for travlt" in part.interrupted.text("da")
    assert states(part) == dict(
        zip(few, ["used", "used", "refused", "not_asked", "nothing"], strict=True)
    ) | {"AUK01": "used"}
    source.quota, source.asked = None, []
    rest = fetch_all(municipality, Token(KEY))
    assert source.asked == [("y09a02", "data"), ("y01c01", "table"), ("y01c01", "data")], (
        "only what was missing"
    )
    assert rest.interrupted is None
    assert after(rest) == after(whole)
    assert rest.preview.replacements == whole.preview.replacements


def test_a_stopped_fetch_goes_on(municipality, source, few):
    cancel = threading.Event()

    def progress(done, of, table):
        if table == "Y09A02":
            cancel.set()

    stopped = fetch_all(municipality, Token(KEY), progress=progress, cancel=cancel)
    assert "stoppet" in stopped.interrupted.text("da")
    assert list(states(stopped).values()) == ["used", "used", "not_asked", "not_asked", "not_asked"]
    asked = len(source.asked)
    whole = fetch_all(municipality, Token(KEY))
    assert not {"y01a02", "y36a02"} & {table for table, _ in source.asked[asked:]}
    assert whole.interrupted is None


def test_what_was_fetched_serves_another_choice_without_the_key(municipality, source, few):
    first = fetch_all(municipality, Token(KEY))
    asked = len(source.asked)
    second = fetch_all(municipality, None, choices=Choices(unlikely_is_right=True))
    assert len(source.asked) == asked
    assert after(second) == after(first)
    fetch_all(municipality, Token(KEY), again=True)
    assert len(source.asked) == 2 * asked


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (Fault(404), "findes ikke"),
        (Fault(302, headers={"Location": "http://127.0.0.1:1/steal"}), "anden adresse"),
        (Fault(400), "forstår ikke"),
        (Fault(500), "fejl hos serveren"),
        (Fault(200, b'{"Ukendt tabel i denne version.":""}'), "Ukendt tabel i denne version"),
        (Fault(200, b"<html>log ind</html>"), "JSON"),
        (Fault(200, b"[]"), "kendes"),
        (Fault(200, b'{"periods": [{"periodtype_id": "M", "values": 3}], "dimensions": []}'), "kendes"),
        (Fault(200, b'{"periods": [], "dimensions": [1]}'), "kendes"),
    ],
)
def test_a_table_that_fails_is_told_and_the_others_come(municipality, source, few, fault, words):
    source.faults["y36a02"] = fault
    fetched = fetch_all(municipality, Token(KEY))
    assert states(fetched)["Y36A02"] == "refused"
    assert words in why(fetched, "Y36A02")
    assert fetched.interrupted is None
    assert [states(fetched)[table] for table in ("Y01A02", "Y09A02", "Y01C01")] == ["used"] * 3
    # What cannot be read is not kept: the next fetch asks again, and has it.
    source.faults.clear()
    assert states(fetch_all(municipality, Token(KEY)))["Y36A02"] == "used"


def test_a_server_that_stumbles_is_asked_again(municipality, source, few):
    source.faults["y36a02"] = Fault(503, times=2)
    assert states(fetch_all(municipality, Token(KEY)))["Y36A02"] == "used"


def test_an_empty_answer_is_told(municipality, source, few):
    source.tables["y36a02"] = replace(source.tables["y36a02"], measures={})
    fetched = fetch_all(municipality, Token(KEY))
    assert states(fetched)["Y36A02"] in ("refused", "nothing")
    assert why(fetched, "Y36A02")


def test_a_municipality_that_the_source_does_not_have(source, few, monkeypatch, tmp_path):
    monkeypatch.setenv("INDSATSKOMPAS_DATA", str(tmp_path))
    fetched = fetch_all(load_municipality("ballerup"), Token(KEY))
    assert not fetched.preview.replacements
    assert "Ballerup står ikke i tabellen" in why(fetched, "Y01A02")


def test_of_two_tables_the_first_counts(municipality, source, few, stock):
    fetched = fetch_all(municipality, Token(KEY))
    assert states(fetched)["AUK01"] == "used", "ressourceforløb comes from no other table here"
    sources = {row.parameter: row.after.source for row in fetched.preview}
    assert "Y09A02" in sources["stock.ledighedsydelse"]
    assert "AUK01" in sources["stock.ressourceforloeb"]


def test_a_table_that_cannot_stand_with_the_others_is_left_out(municipality, source, few):
    # A caseload of nearly nobody with the outflow of thousands.
    source.tables["y09a02"] = replace(source.tables["y09a02"], level=100.0)
    fetched = fetch_all(municipality, Token(KEY), choices=Choices(unlikely_is_right=True))
    assert fetched.preview.problem is None
    assert states(fetched)["Y01A02"] == "used"


def test_answers_of_another_day_are_asked_for_again(municipality, source, few, monkeypatch):
    fetch_all(municipality, Token(KEY))
    asked = len(source.asked)
    monkeypatch.setattr("model.imports.answer_store._SECONDS_KEPT", -1)
    fetch_all(municipality, Token(KEY))
    assert len(source.asked) == 2 * asked


def test_a_folder_that_takes_nothing_stops_no_fetch(municipality, source, few, tmp_path):
    (tmp_path / "fetched").write_text("not a folder")
    assert fetch_all(municipality, Token(KEY)).interrupted is None


def test_every_fetched_table_is_in_the_catalogue_with_what_is_asked_of_it():
    assert {row.id for row in fetched_tables()} <= set(tables())
    assert len({row.id for row in fetched_tables()}) == len(fetched_tables())
    assert tables()["PTVA02"].api == "ptv_a02"
    assert json.dumps([row.api for row in fetched_tables()]).isascii()
