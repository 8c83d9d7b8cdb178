"""Test the server's log: it is written, each event is one line, and what is saved or deleted has one."""

from __future__ import annotations

import datetime
import io
import logging
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st

from model.files.folders import DATA_VARIABLE
from pages.session.scenario_store import library
from pages.session.session import baseline_scenario
from pages.shell import server_log
from pages.shell.script_fault import tell_fault

LINE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d{4} (INFO|WARNING|ERROR) [\w.]+: .+")


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """Return what the server's log is written to, and leave the loggers as they were."""
    written = io.StringIO()
    monkeypatch.setattr("sys.stderr", written)
    loggers = [logging.getLogger(name) for name in ("model", "indsatskompas")]
    before = [(logger.handlers[:], logger.level, logger.propagate) for logger in loggers]
    server_log.begin()
    server_log.begin()
    yield written
    for logger, (handlers, level, propagate) in zip(loggers, before, strict=True):
        logger.handlers, logger.level, logger.propagate = handlers, level, propagate


def lines(log: io.StringIO) -> list[str]:
    return log.getvalue().splitlines()


def test_an_event_is_one_line_whatever_its_values_hold(log: io.StringIO) -> None:
    logging.getLogger("model.library").info("%s deleted", "a\nERROR b: forged\r\x1b[2J\u2028\x85c.yaml")
    (line,) = lines(log)
    assert LINE.fullmatch(line)
    assert line.endswith(r"a\nERROR b: forged\r\x1b[2J\u2028\x85c.yaml deleted")


def test_a_fault_with_its_traceback_is_one_line_under_the_number_that_is_shown(
    log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[str] = []
    monkeypatch.setattr(st, "error", shown.append)
    with pytest.raises(RuntimeError) as caught:
        raise RuntimeError("two\nlines")
    assert tell_fault(caught.value)
    (line,) = lines(log)
    assert LINE.fullmatch(line)
    assert r"RuntimeError: two\nlines" in line
    assert "test_server_log.py" in line
    number = re.search(r"fault (\w{8})", line)
    assert number is not None
    assert number.group(1) in shown[0]


def test_saving_deleting_and_bringing_back_have_a_line_each(
    log: io.StringIO, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path))
    scenario = baseline_scenario("ballerup", "da").copy_with(name="Møde")
    library().save(scenario)
    (entry,) = [one for one in library().listing()[0] if one.own]
    gone = library().delete(entry, datetime.datetime.now(datetime.UTC))
    library().restore(gone.key)
    told = [line.partition(": ")[2] for line in lines(log)]
    assert [re.sub(r"[0-9a-f]{12}$|\d{8}T?\S+Z?(?=\.m)", "*", one) for one in told] == [
        "scenario møde.yaml saved, sha256 *",
        "møde.yaml deleted, kept as *.møde.yaml",
        "møde.yaml brought back",
    ]
