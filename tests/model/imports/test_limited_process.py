"""Test that a file is read beside the program, comes through unchanged, and harms nobody where it is hostile."""

from __future__ import annotations

import io
import json
import os
import pickle
import subprocess
import sys
import threading
import time
import tomllib
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import numpy as np
import pytest

from model.files.problems import FileProblem
from model.imports import limited_child, limited_process, replacements
from model.imports.limited_process import ReadingProcess, read_export_limited, read_series_limited
from model.imports.preview import preview
from model.imports.reader import read_export
from model.imports.rows import MAX_BYTES, Imported
from model.monthly.series import MAX_MONTHS, Impossible, MonthlySeries, national_dagpenge, read_csv_bytes
from model.municipality.municipality import Municipality
from tests.folders import ROOT
from tests.model.imports.bombs import BOMBS, blanks, labels, many_fonts, many_names, nested
from tests.model.imports.files import V3, json_stat, workbook

CSV = (
    "Periode;Område;Ydelsesgruppe;Antal fuldtidspersoner\n2020;Albertslund;Ledighedsydelse;96,5\n2020;?;x;*\n"
)
GOOD: dict[str, bytes] = {
    "tal.csv": CSV.encode(),
    "tal_cp1252.csv": CSV.encode("cp1252"),
    "tal.xlsx": workbook(
        [["Område", "Periode", "Antal personer"], ["Ballerup", "2020", 5], ["Brøndby", "x", 4]]
    ),
    "svar.json": json.dumps(V3).encode(),
    "stat.json": json.dumps(json_stat(2)).encode(),
    "sample.jsonl": (ROOT / "tests" / "data" / "jobindsats_v2_y30r21_sample.jsonl").read_bytes(),
}
BAD: dict[str, bytes] = {
    "tom.csv": b" ",
    "side.csv": b"<html>",
    "x.xlsx": b"PK\x03\x04 og intet mere",
    "x.json": b"{",
}
SERIES = b"month,stock\n" + b"".join(
    b"%d-%02d,%d\n" % (2017 + i // 12, i % 12 + 1, 900 + i) for i in range(36)
)
MEMORY_LIMITED = sys.platform == "linux"
# What the program may hold in addition while a hostile file is read: the file itself, and messages.
MOST_GROWTH = 20_000_000
# A file that is read to its end makes rows, and those are the visitor's.
BYTES_PER_ROW = 1_500


@pytest.fixture
def own_process() -> Iterator[ReadingProcess]:
    """A process that no other test uses."""
    process = ReadingProcess(limited_child.EXPORT)
    yield process
    process.close()


@contextmanager
def counting() -> Iterator[list[int]]:
    """Count in a thread of its own while the block runs: it can only while nobody holds the interpreter."""
    steps, end = [0], threading.Event()

    def count() -> None:
        while not end.wait(0.001):
            steps[0] += 1

    thread = threading.Thread(target=count)
    thread.start()
    try:
        yield steps
    finally:
        end.set()
        thread.join()


@pytest.mark.parametrize("name", GOOD)
def test_a_good_file_comes_through_unchanged(name: str) -> None:
    assert read_export_limited(GOOD[name], name) == read_export(GOOD[name], name)


@pytest.mark.parametrize("name", BAD)
def test_a_file_that_cannot_be_read_is_refused_as_before(name: str) -> None:
    with pytest.raises(FileProblem) as here:
        read_export(BAD[name], name)
    with pytest.raises(FileProblem) as there:
        read_export_limited(BAD[name], name)
    for language in ("da", "en"):
        assert there.value.text(language) == here.value.text(language)


def measured(data: bytes, name: str) -> tuple[Imported | None, int, float, int]:
    """Read a file in the other process; return it, this process's most memory, this thread's time and others' steps."""
    # Whoever waits for the process must not count its start.
    read_export_limited(GOOD["tal.csv"], "tal.csv")
    imported: Imported | None = None
    tracemalloc.start()
    try:
        used = time.thread_time()
        with counting() as steps, suppress(FileProblem):
            imported = read_export_limited(data, name)
        used = time.thread_time() - used
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    return imported, peak, used, steps[0]


@pytest.mark.parametrize("name", BOMBS)
def test_a_hostile_file_harms_nobody_else(name: str) -> None:
    data = BOMBS[name]()
    # What another test has left to do beside it takes memory too: a file that takes too much does so each time.
    for _ in range(3):
        imported, peak, used, steps = measured(data, name)
        rows = len(imported.table) if imported is not None else 0
        # The work was done elsewhere: this thread has only waited, and taken what rows there were.
        assert used < 0.5 + rows * 1e-4
        assert steps > 0
        if peak < MOST_GROWTH + rows * BYTES_PER_ROW:
            break
    else:
        pytest.fail(f"{peak} bytes in this process")
    assert read_export_limited(GOOD["tal.csv"], "tal.csv") == read_export(GOOD["tal.csv"], "tal.csv")


@pytest.mark.parametrize(
    ("name", "data", "da", "en"),
    [
        (
            "nested.xlsx",
            lambda: nested(9_000_000),
            "mere end 25 MB, når den pakkes ud",
            "more than 25 MB once",
        ),
        (
            "styles.xlsx",
            lambda: many_fonts(300_000),
            "»xl/styles.xml« har flere end 200000",
            "more than 200000",
        ),
        (
            "names.xlsx",
            lambda: many_names(150_000),
            "»xl/workbook.xml« har flere",
            "“xl/workbook.xml” of the",
        ),
        ("large.csv", lambda: b"1" * (MAX_BYTES + 1), "der kan læses op til 5 MB", "up to 5 MB can be read"),
    ],
)
def test_the_reader_is_told_which_limit_it_was(
    name: str, data: Callable[[], bytes], da: str, en: str
) -> None:
    with pytest.raises(FileProblem) as caught:
        read_export_limited(data(), name)
    assert da in caught.value.text("da")
    assert en in caught.value.text("en")
    assert name in caught.value.text("da")


@pytest.mark.skipif(not MEMORY_LIMITED, reason="only Linux limits the address space of a process")
def test_memory_beyond_the_limit_is_refused_with_a_message() -> None:
    with pytest.raises(FileProblem) as caught:
        read_export_limited(BOMBS["short_rows.csv"](), "korte.csv")
    assert "mere end 300 MB hukommelse" in caught.value.text("da")
    assert "more than 300 MB of memory" in caught.value.text("en")


def test_a_file_that_takes_too_long_is_refused_with_a_message(
    own_process: ReadingProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_export_limited(GOOD["tal.csv"], "tal.csv", process=own_process)
    first = own_process.pid
    monkeypatch.setattr(limited_process, "CLOCK_SECONDS", 0.05)
    with pytest.raises(FileProblem) as caught:
        read_export_limited(labels(90_000), "mange.csv", process=own_process)
    assert "sekunder at læse filen, og læsningen er standset" in caught.value.text("da")
    assert "seconds to read, and reading was stopped" in caught.value.text("en")
    monkeypatch.undo()
    read_export_limited(GOOD["tal.csv"], "tal.csv", process=own_process)
    assert own_process.pid != first


@pytest.mark.skipif(sys.platform == "win32", reason="Windows limits no process's own processor time")
def test_processor_time_is_limited_also_where_nobody_watches_the_clock(
    own_process: ReadingProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limited_process, "CLOCK_SECONDS", 600)
    with pytest.raises(FileProblem) as caught:
        read_export_limited(BOMBS["texts.xlsx"](), "tekster.xlsx", process=own_process)
    assert "sekunder at læse filen" in caught.value.text("da")


def test_a_process_that_is_killed_midway_gives_a_message(
    own_process: ReadingProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_export_limited(GOOD["tal.csv"], "tal.csv", process=own_process)
    first = own_process.pid
    real = ReadingProcess._next

    def killed(process: subprocess.Popen[bytes]) -> Any:
        """Kill the process before its answer is there."""
        process.kill()
        return real(process)

    monkeypatch.setattr(ReadingProcess, "_next", staticmethod(killed))
    with pytest.raises(FileProblem) as caught:
        read_export_limited(labels(90_000), "mange.csv", process=own_process)
    assert "mange.csv: Læsningen af filen blev afbrudt" in caught.value.text("da")
    assert "interrupted" in caught.value.text("en")
    monkeypatch.undo()
    assert read_export_limited(GOOD["tal.csv"], "tal.csv", process=own_process).table
    assert own_process.pid != first


def test_a_process_is_kept_for_the_next_file_and_one_that_has_died_is_replaced(
    own_process: ReadingProcess,
) -> None:
    for name, data in GOOD.items():
        read_export_limited(data, name, process=own_process)
    first = own_process.pid
    with suppress(FileProblem):
        read_export_limited(b"", "tom.csv", process=own_process)
    assert own_process.pid == first
    assert own_process._process is not None
    own_process._process.kill()
    own_process._process.wait()
    assert read_export_limited(GOOD["tal.csv"], "tal.csv", process=own_process).table
    assert own_process.pid != first


def test_a_program_that_ends_does_not_wait_for_a_file(own_process: ReadingProcess) -> None:
    read_export_limited(GOOD["tal.csv"], "tal.csv", process=own_process)
    refusals: list[str] = []

    def read() -> None:
        try:
            read_export_limited(BOMBS["texts.xlsx"](), "tekster.xlsx", process=own_process)
        except FileProblem as problem:
            refusals.append(problem.text("da"))

    thread = threading.Thread(target=read)
    thread.start()
    while not own_process._lock.locked():
        time.sleep(0.001)
    own_process.close()
    thread.join()
    assert "Læsningen af filen blev afbrudt" in refusals[0]
    assert own_process.pid is None
    with pytest.raises(FileProblem):
        read_export_limited(GOOD["tal.csv"], "tal.csv", process=own_process)
    assert own_process.pid is None


def test_files_of_several_visitors_are_not_mixed_up(own_process: ReadingProcess) -> None:
    right = {name: read_export(data, name) for name, data in GOOD.items()}
    wrong: list[str] = []

    def read(name: str) -> None:
        for _ in range(5):
            if read_export_limited(GOOD[name], name, process=own_process) != right[name]:
                wrong.append(name)

    threads = [threading.Thread(target=read, args=(name,)) for name in GOOD]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


@pytest.mark.parametrize("kind", [limited_child.EXPORT, limited_child.SERIES])
def test_the_process_imports_no_more_than_it_needs(kind: str) -> None:
    run = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "model.imports.limited_child", kind],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=True,
    )
    imported = {line.rpartition("|")[2].strip().split(".")[0] for line in run.stderr.decode().splitlines()}
    heavy = {"numba", "streamlit", "pandas", "requests", "scipy", "altair"}
    if kind == limited_child.EXPORT:
        heavy.add("numpy")
    assert "pydantic" in imported
    assert imported & heavy == set()


@pytest.mark.parametrize("value", [os.system, subprocess.Popen, np.float64, ROOT, limited_process.replace])
def test_nothing_but_the_model_is_unpickled(value: object) -> None:
    with pytest.raises(pickle.UnpicklingError):
        limited_process._Answers(io.BytesIO(pickle.dumps(value))).load()


def test_page_and_server_have_one_limit_of_size() -> None:
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert config["server"]["maxUploadSize"] * 1024 * 1024 == MAX_BYTES


# --- linear in the size of the file ---------------------------------------------------------------


def test_labels_without_a_parameter_are_not_searched_for_in_a_list(
    ballerup: Municipality, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared = [0]
    real = replacements.NotUsed.__eq__

    def equal(left: object, right: object) -> bool:
        compared[0] += 1
        return bool(real(left, right))

    monkeypatch.setattr(replacements.NotUsed, "__eq__", equal)
    number = 3_000
    result = preview(read_export(labels(number), "mange.csv"), ballerup)
    assert len(result.not_used) >= number
    assert compared[0] <= number


def test_blanks_within_figures_are_no_figures() -> None:
    with pytest.raises(FileProblem) as caught:
        read_export(blanks(50), "blanke.csv")
    assert "kolonne med tal" in caught.value.text("da")


# --- monthly series -------------------------------------------------------------------------------


def test_a_series_comes_through_unchanged() -> None:
    own, limited = read_csv_bytes(SERIES, "egen"), read_series_limited(SERIES, "egen")
    assert isinstance(limited, MonthlySeries)
    assert (limited.name, limited.months.tolist()) == (own.name, own.months.tolist())
    assert limited.stock.tolist() == own.stock.tolist()
    assert (limited.inflow, limited.outflow, limited.long_share) == (None, None, None)


def test_a_series_keeps_all_its_columns() -> None:
    data = b"month;stock;inflow;outflow;longterm\n2020-01;10;0;0;-\n2020-02;12;4;2;3\n2020-03;11;1;2;4\n"
    own, limited = read_csv_bytes(data, ""), read_series_limited(data, "")
    for column in ("inflow", "outflow", "long_share"):
        np.testing.assert_array_equal(getattr(limited, column), getattr(own, column))


@pytest.mark.parametrize(
    "data",
    [
        b"month,stock\n2020-01,-5\n",
        b"month,stock\n2020-01,5\n2020-03,5\n",
        b"month,stock\n2020-01,5,6\n",
        "month,stock\n2020-01,æ\n".encode("latin-1"),
        b"month,stock\n" + b"2020-01,5\n" * 300_000,
        b"",
    ],
)
def test_a_series_that_cannot_be_is_refused_as_before(data: bytes) -> None:
    with pytest.raises(Impossible) as here:
        read_csv_bytes(data, "x")
    with pytest.raises(Impossible) as there:
        read_series_limited(data, "x")
    assert (there.value.key, there.value.line) == (here.value.key, here.value.line)
    assert (there.value.da, there.value.en) == (here.value.da, here.value.en)


def test_a_series_of_more_than_a_hundred_years_is_refused() -> None:
    first = national_dagpenge().months[0]
    months = first + np.arange(MAX_MONTHS + 1)
    MonthlySeries(name="lang", months=months[:-1], stock=np.ones(MAX_MONTHS))
    with pytest.raises(Impossible) as caught:
        MonthlySeries(name="lang", months=months, stock=np.ones(MAX_MONTHS + 1))
    assert caught.value.key == "too_long"
    assert "hundrede år" in caught.value.da
