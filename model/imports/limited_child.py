"""Read files that others wrote, in a process of its own: ``python -m model.imports.limited_child export``.

It is started, fed and ended by :mod:`model.imports.limited_process` and imports no more than it needs: no NumPy for
exports, no Streamlit ever. A request is three lengths, the file's name, the kept readings and the file's bytes; an
answer is one or more pickled pairs of a tag and plain data, the last of them with another tag than "rows".
"""

from __future__ import annotations

import datetime
import gc
import operator
import os
import pickle
import signal
import struct
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields, replace
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any, BinaryIO, Final
from xml.etree.ElementTree import ParseError

from model.files.problems import FileProblem
from model.imports.rows import Row

SECONDS: Final = 5  # of processor time for one file; by the clock see limited_process.py
MAX_MEMORY: Final = 300_000_000  # bytes of address space, the interpreter and all libraries in it
LENGTHS: Final = struct.Struct(">QQQ")  # of the name, of the kept readings and of the file, in bytes
EXPORT: Final = "export"
SERIES: Final = "series"
# So many rows travel at a time: who takes them apart is not held up by one large piece.
ROWS_EACH: Final = 2_000
ROW_FIELDS: Final = tuple(field.name for field in fields(Row))
# openpyxl uses these where they are installed, and for what is read here they serve nothing.
_NOT_NEEDED: Final = ("numpy", "pandas")
_NICER: Final = 5
_OUT_OF_MEMORY: Final = 1  # expat's code

Answer = tuple[str, Any]


class _NotImported:
    """Finds no package that is not needed, so that no library loads one because it is installed."""

    @staticmethod
    def find_spec(
        name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Raise ModuleNotFoundError for a package that is not needed; leave all others to the next finder."""
        if name.partition(".")[0] in _NOT_NEEDED:
            raise ModuleNotFoundError(f"{name} is not needed to read exports", name=name)
        return None


def limit_process() -> bool:
    """Limit this process's memory and give way to others; return whether the system limits memory.

    Linux limits the address space. macOS takes the limit and does not hold it, and Windows has none: there the limits
    of size, of unpacked size and of time remain.
    """
    if sys.platform == "win32":
        return False
    import resource

    os.nice(_NICER)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    most = MAX_MEMORY if hard == resource.RLIM_INFINITY else min(MAX_MEMORY, hard)
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    return sys.platform == "linux"


def limit_next_file() -> None:
    """Allow SECONDS of processor time from now on, where the system can end a process that takes more."""
    if sys.platform != "win32":
        # Nobody handles the signal that comes then, and so it ends the process, whatever it does at the moment.
        signal.setitimer(signal.ITIMER_PROF, SECONDS)


def _export_answers(data: bytes, name: str, kept: bytes) -> Iterator[Answer]:
    """Yield the rows of an export in pieces, then all the rest. Raises FileProblem."""
    from model.imports.own_tables import NO_TABLES, OwnTables
    from model.imports.reader import read_export

    imported = read_export(data, name, OwnTables.from_json(kept) if kept else NO_TABLES)
    values = operator.attrgetter(*ROW_FIELDS)
    for first in range(0, len(imported.table), ROWS_EACH):
        yield "rows", [values(row) for row in imported.table[first : first + ROWS_EACH]]
    yield "export", replace(imported, table=())


def _series_answers(data: bytes, name: str, _: bytes) -> Iterator[Answer]:
    """Yield a monthly series as lists, or what makes it impossible."""
    import numpy as np

    from model.monthly.series import Impossible, read_csv_bytes

    def plain(value: object) -> object:
        """Return an error's value without NumPy's types: a month as its first day."""
        if isinstance(value, np.datetime64):
            day = value.astype("datetime64[D]").item()
            return datetime.date(day.year, day.month, day.day)
        return float(value) if isinstance(value, np.floating) else value

    try:
        series = read_csv_bytes(data, name)
    except Impossible as error:
        yield "impossible", (error.key, error.line, {n: plain(v) for n, v in error.values.items()})
        return
    columns = {
        field.name: None if (values := getattr(series, field.name)) is None else values.tolist()
        for field in fields(series)
        if field.name not in ("name", "months")
    }
    yield "series", {"name": series.name, "months": series.months.astype(str).tolist(), **columns}


_ANSWERS: Final[dict[str, Callable[[bytes, str, bytes], Iterator[Answer]]]] = {
    EXPORT: _export_answers,
    SERIES: _series_answers,
}


def _warm_up(kind: str) -> None:
    """Import and load what every file needs, before the time of the first one begins to count."""
    if kind == EXPORT:
        sys.meta_path.insert(0, _NotImported)
        sample = "Periode;Område;Antal personer\n2020M01;Ballerup;{}\n"
        for figure in ("12", "?!"):
            try:
                list(_export_answers(sample.format(figure).encode(), "x.csv", b"[]"))
            except FileProblem:
                continue
    else:
        list(_series_answers(b"", "", b""))


def _lacked_memory(error: BaseException | None) -> bool:
    """Return whether an error, or one that it was made of, came of too little memory."""
    while error is not None:
        if isinstance(error, MemoryError) or (
            isinstance(error, ParseError) and getattr(error, "code", 0) == _OUT_OF_MEMORY
        ):
            return True
        error = error.__context__
    return False


def _final_answer(error: Exception) -> Answer:
    """Return what is answered instead of a file that could not be read."""
    if isinstance(error, FileProblem):
        return "problem", (error.problems, error.name)
    return "fault", "".join(traceback.format_exception(error))


def _packed(answer: Answer) -> bytes:
    """Return one piece of an answer as it is sent."""
    return pickle.dumps(answer, protocol=pickle.HIGHEST_PROTOCOL)


def _send(answers: BinaryIO, packed: bytes) -> None:
    """Send one piece of an answer."""
    answers.write(packed)
    answers.flush()


def main(kind: str) -> None:
    """Answer requests for files of a kind until there are no more, or until one has used up the memory."""
    requests, answers = sys.stdin.buffer, sys.stdout.buffer
    # Whatever a library prints must not come among the answers.
    sys.stdout = sys.stderr
    limited = limit_process()
    _warm_up(kind)
    # All that a file becomes lives until it is answered: nothing would be found that can be let go before.
    gc.disable()
    # Made while there is memory to make it.
    no_memory = _packed(("memory", None))
    _send(answers, _packed(("ready", limited)))
    while len(head := requests.read(LENGTHS.size)) == LENGTHS.size:
        of_name, of_kept, of_data = LENGTHS.unpack(head)
        name, kept = requests.read(of_name).decode("utf-8", "replace"), requests.read(of_kept)
        data = requests.read(of_data)
        limit_next_file()
        try:
            for answer in _ANSWERS[kind](data, name, kept):
                _send(answers, _packed(answer))
        except Exception as error:
            if _lacked_memory(error):
                _send(answers, no_memory)
                # At once: nothing that would have to be put away is worth the memory that there is not.
                os._exit(0)
            _send(answers, _packed(_final_answer(error)))
        del data
        gc.collect()


if __name__ == "__main__":
    main(sys.argv[1])
