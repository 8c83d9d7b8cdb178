"""Read a visitor's file in a process of its own, with limits of time and memory: an upload harms nobody else.

What takes longer or more memory is ended with its process, and the reader is told which limit it was and what would
be right. The process is kept for the next file until one harms it. Only what our own process answers is unpickled.
"""

from __future__ import annotations

import atexit
import contextlib
import datetime
import logging
import os
import pickle
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import PurePath
from typing import Any, Final

import numpy as np

from model.files.folders import ROOT
from model.files.problems import FileProblem
from model.imports.grid import refused
from model.imports.limited_child import EXPORT, LENGTHS, MAX_MEMORY, SECONDS, SERIES, Answer
from model.imports.own_tables import NO_TABLES, OwnTables
from model.imports.rows import MAX_BYTES, Imported, Row
from model.monthly.series import MAX_BYTES as MAX_SERIES_BYTES
from model.monthly.series import Impossible, MonthlySeries

_log = logging.getLogger(__name__)

# By the clock a file may take as long as its processor time where the system does not limit that; elsewhere longer,
# since on a busy machine a good file waits for the processor.
CLOCK_SECONDS: Final = SECONDS if sys.platform == "win32" else 4 * SECONDS
# A cold disk and a busy machine may take long to start a process; that is no fault of the file.
START_SECONDS: Final = 60.0
# Once a file has been read, so long may the answer take to come over.
ANSWER_SECONDS: Final = 30.0
_MEGABYTE: Final = 1_000_000
_CHILD: Final = "model.imports.limited_child"


class _Answers(pickle.Unpickler):
    """Takes from the process's answers what the model defines, and dates; nothing else can be named in them."""

    def find_class(self, module: str, name: str) -> Any:
        """Return a class or function of the model. Raises UnpicklingError for any other."""
        if (module, name) == ("datetime", "date"):
            return datetime.date
        if module.startswith("model.") and "." not in name:
            value = super().find_class(module, name)
            if getattr(value, "__module__", "").startswith("model."):
                return value
        raise pickle.UnpicklingError(f"{module}.{name} is no part of an answer")


class _Ended(Exception):
    """The process came to its end before its answer did; ``reason`` is a key of ``import.error``."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class ReadingProcess:
    """One process that reads files of one kind, one after another, and is replaced when a file has harmed it."""

    def __init__(self, kind: str) -> None:
        self._kind = kind
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._closed = False
        atexit.register(self.close)

    def read(self, data: bytes, name: str, kept: bytes = b"") -> tuple[list[Row], Answer]:
        """Return the rows and the last piece of the answer to a file. Raises FileProblem, also beyond the limits."""
        with self._lock:
            try:
                rows, last = self._exchange(data, name, kept)
            except _Ended as end:
                self._discard()
                raise _beyond(end.reason, name) from None
            except BaseException:
                # What is left of an answer must not be taken for that of the next file.
                self._discard()
                raise
            tag, value = last
            if tag == "memory":
                self._discard()
                raise _beyond("memory", name)
        if tag == "problem":
            raise FileProblem(*value)
        if tag == "fault":
            _log.error("a file could not be read: %s", value)
            raise RuntimeError("a file could not be read; the log says why")
        return rows, last

    def close(self) -> None:
        """End the process, also in the middle of a file, and start no other: the program ends."""
        self._closed = True
        process = self._process
        if process is not None:
            process.kill()
        with self._lock:
            self._discard()

    @property
    def pid(self) -> int | None:
        """Return the number of the process that waits for the next file, None where there is none."""
        return self._process.pid if self._process is not None else None

    def _exchange(self, data: bytes, name: str, kept: bytes) -> tuple[list[Row], Answer]:
        """Send a file and take the answer. Raises _Ended where the process ends meanwhile."""
        process = self._running()
        assert process.stdin is not None
        label, rows = name.encode("utf-8", "replace"), list[Row]()
        with self._ended_after(process, CLOCK_SECONDS):
            process.stdin.write(LENGTHS.pack(len(label), len(kept), len(data)) + label + kept)
            process.stdin.write(data)
            process.stdin.flush()
            answer = self._next(process)
        with self._ended_after(process, ANSWER_SECONDS):
            while answer[0] == "rows":
                rows.extend(Row(*values) for values in answer[1])
                answer = self._next(process)
        return rows, answer

    def _running(self) -> subprocess.Popen[bytes]:
        """Return the process, started where there is none. Raises _Ended where it ends at once or none may start."""
        if self._process is not None and self._process.poll() is None:
            return self._process
        self._discard()
        if self._closed:
            raise _Ended("stopped")
        process = subprocess.Popen(
            [sys.executable, "-m", _CHILD, self._kind],
            cwd=ROOT,
            # A thread of the libraries for each processor takes more of the address space than a file does.
            env={**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        self._process = process
        with self._ended_after(process, START_SECONDS, "stopped"):
            _, memory_limited = self._next(process)
        if not memory_limited:
            _log.warning(
                "this system does not limit the memory of the process that reads files, only its time"
            )
        return process

    @staticmethod
    def _next(process: subprocess.Popen[bytes]) -> Answer:
        """Return the next piece of the answer. Raises EOFError where the process has ended."""
        assert process.stdout is not None
        answer: Answer = _Answers(process.stdout).load()
        return answer

    @contextlib.contextmanager
    def _ended_after(
        self, process: subprocess.Popen[bytes], seconds: float, reason: str = "slow"
    ) -> Iterator[None]:
        """Kill the process if the block takes longer, for a reason. Raises _Ended where it ends, whatever ended it."""
        late = threading.Event()

        def end() -> None:
            """Kill the process: its time is up."""
            late.set()
            process.kill()

        timer = threading.Timer(seconds, end)
        timer.daemon = True
        timer.start()
        try:
            yield
        except (EOFError, OSError, pickle.UnpicklingError) as error:
            process.kill()
            code = process.wait()
            if late.is_set() or (sys.platform != "win32" and code == -signal.SIGPROF):
                raise _Ended(reason) from None
            _log.warning("the process that reads files ended (%s): %r", code, error)
            raise _Ended("stopped") from None
        finally:
            timer.cancel()
            timer.join()
        if late.is_set():
            raise _Ended(reason)

    def _discard(self) -> None:
        """Kill the process and close its pipes."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                # What was not sent any more cannot be sent to a process that has ended.
                with contextlib.suppress(OSError):
                    stream.close()


def close_all() -> None:
    """End all processes that read files, so that the program need not wait for them at its end."""
    for process in (EXPORTS, ALL_SERIES):
        process.close()


def _beyond(key: str, filename: str, most: int = MAX_MEMORY) -> FileProblem:
    """Return the problem of a file beyond a limit, or of one that a process ended over."""
    name = PurePath(filename.replace("\\", "/")).name
    return refused(key, name, seconds=SECONDS, most=most // _MEGABYTE)


EXPORTS: Final = ReadingProcess(EXPORT)
ALL_SERIES: Final = ReadingProcess(SERIES)


def read_export_limited(
    data: bytes, filename: str, own_tables: OwnTables = NO_TABLES, process: ReadingProcess = EXPORTS
) -> Imported:
    """Return the figures of an export as :func:`model.imports.reader.read_export` does, within limits.

    Raises FileProblem where the file cannot be read, takes longer than SECONDS or needs more than MAX_MEMORY.
    """
    if len(data) > MAX_BYTES:
        raise _beyond("too_large", filename, most=MAX_BYTES)
    rows, (_, rest) = process.read(data, filename, own_tables.to_json())
    imported: Imported = replace(rest, table=tuple(rows))
    return imported


def read_series_limited(data: bytes, name: str, process: ReadingProcess = ALL_SERIES) -> MonthlySeries:
    """Return a monthly series as :func:`model.monthly.series.read_csv_bytes` does, within the same limits.

    Raises Impossible where the series cannot be, FileProblem where the file takes too long or too much memory.
    """
    if len(data) > MAX_SERIES_BYTES:
        raise Impossible("too_large", limit=float(MAX_SERIES_BYTES))
    _, (tag, value) = process.read(data, name)
    if tag == "impossible":
        key, line, values = value
        raise Impossible(
            key,
            line=line,
            **{n: np.datetime64(v, "M") if isinstance(v, datetime.date) else v for n, v in values.items()},
        )
    return MonthlySeries(**{**value, "months": np.array(value["months"], dtype="datetime64[M]")})
