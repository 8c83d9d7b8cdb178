"""The doors to the outside, each with a loop that makes one input, feeds it and checks what comes of it.

What a person did wrong is told as a ``FileProblem`` (or what the door says of it); anything else that is raised, an
answer that is not finite, or one that takes longer than SECONDS of processor time is a fault.
"""

from __future__ import annotations

import csv
import io
import json
import logging
import math
import random
import re
import tempfile
import zlib
from base64 import urlsafe_b64encode
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, Final

from model.catalogue.files import read_measure
from model.files import strict_yaml
from model.files.atomic_write import yaml_text
from model.files.csv_tables import as_csv
from model.files.problems import FileProblem, sanitised
from model.files.strict_yaml import DATA_BYTES, DATA_NODES
from model.files.validation_problems import checked
from model.imports.reader import read_export
from model.library.library import Library
from model.library.share_link import decode_link, encode_link
from model.parameters.files import read_parameters
from model.scenario.files import load_scenario, read_with_warnings
from model.scenario.levers import LEVERS
from model.scenario.scenario import Scenario, to_dict
from model.workshop.course import Course
from pages.components.escape_markdown import escape_markdown
from pages.session.history import History, Step
from pages.session.inbox import receive
from pages.session.session import Session, baseline_scenario
from tests.folders import ROOT
from tests.fuzz.mutate import changed_bytes, changed_data, changed_text, hostile, value
from tests.pages.links import links_in

# Of processor time for one input: no visitor is held up longer, on a machine that is busy with others.
SECONDS: Final = 5.0
_EXPORTS: Final = ROOT / "tests" / "data" / "exports"
_OWN: Final = """municipality: {id: ballerup, name: Ballerup, start: 2020-01-01}
sources: {k1: {da: Jobindsats, en: Jobindsats}}
defaults: {as_of: "2020", quality: statistic, source: k1}
tables:
  - {table: stock, unit: persons, rows: {dagpenge.danish: 700, dagpenge.western: {value: 20, source: k1}}}
  - {table: scalars, unit: share, rows: {displacement: {value: 0.3, low: 0.1, high: 0.5}}}
"""


@cache
def _texts(folder: str, most: int = 30) -> tuple[str, ...]:
    """Return the YAML files below a folder of the checkout."""
    paths = sorted((ROOT / folder).rglob("*.yaml"))
    return tuple(path.read_text(encoding="utf-8") for path in paths if "mine" not in path.parts)[:most]


@cache
def _scenario() -> Scenario:
    """Return a scenario with changes."""
    return load_scenario(ROOT / "scenarios" / "ballerup" / "samlet-forslag.yaml").copy_with(results=None)


@cache
def _exports() -> tuple[tuple[str, bytes], ...]:
    """Return the samples of exports."""
    return tuple((path.name, path.read_bytes()) for path in sorted(_EXPORTS.iterdir()))


def _changed_yaml(dice: random.Random, text: str) -> str | bytes:
    """Return YAML that is changed in its letters, in its bytes or in its data."""
    kind = dice.randrange(3)
    if kind == 0:
        return changed_text(dice, text)
    if kind == 1:
        return changed_bytes(dice, text.encode())
    try:
        return yaml_text(changed_data(dice, strict_yaml.load(text).data))
    except Exception:  # data that no YAML can hold
        return changed_text(dice, text)


def _finite(found: Any) -> None:
    """Check that every number in plain data is finite."""
    if isinstance(found, dict):
        found = list(found.values())
    if isinstance(found, list | tuple):
        for one in found:
            _finite(one)
    assert not isinstance(found, float) or math.isfinite(found), found


def link(dice: random.Random) -> None:
    """Open a share link that was changed, or packed anew with changed data."""
    kind = dice.randrange(3)
    if kind == 0:
        given = changed_text(dice, encode_link(_scenario()))
    else:
        plain = json.dumps(changed_data(dice, to_dict(_scenario())), default=str).encode()
        packed = zlib.compress(plain if kind == 1 else changed_bytes(dice, plain))
        given = "1." + urlsafe_b64encode(packed).decode().rstrip("=")
    try:
        _finite(to_dict(decode_link(given)))
    except FileProblem as problem:
        _told(problem)


def scenario_file(dice: random.Random) -> None:
    """Read a changed scenario file."""
    try:
        _finite(
            to_dict(
                read_with_warnings(_changed_yaml(dice, dice.choice(_texts("scenarios"))), "x.yaml").scenario
            )
        )
    except FileProblem as problem:
        _told(problem)


def card_or_course(dice: random.Random) -> None:
    """Read a changed measure or a changed course of a meeting."""
    try:
        if dice.random() < 0.5:
            read_measure(_changed_yaml(dice, dice.choice(_texts("measures"))), "x.yaml")
        else:
            checked(Course, strict_yaml.load(_changed_yaml(dice, dice.choice(_texts("workshops"))), "x.yaml"))
    except FileProblem as problem:
        _told(problem)


def own_file(dice: random.Random) -> None:
    """Read a municipality's own file that somebody has written in."""
    try:
        text = _changed_yaml(dice, _OWN)
        file = read_parameters(strict_yaml.load(text, "x.yaml", max_bytes=DATA_BYTES, max_nodes=DATA_NODES))
        _finite([number for v in file.values.values() for number in (v.value, v.low, v.high)])
    except FileProblem as problem:
        _told(problem)


def export(dice: random.Random) -> None:
    """Read a changed export, also under another format's name."""
    name, data = dice.choice(_exports())
    if name.endswith((".xlsx", ".px")) or dice.random() < 0.5:
        data = changed_bytes(dice, data)
    else:
        data = changed_text(dice, data.decode("utf-8", "replace")).encode("utf-8", "replace")
    if dice.random() < 0.1:
        name = dice.choice(("x.csv", "x.json", "x.px", "x.xlsx", hostile(dice)))
    try:
        _finite([row.value for row in read_export(data, name).table])
    except FileProblem as problem:
        _told(problem)


_KINDS: Final = (
    *(
        "move",
        "end",
        "reset",
        "action",
        "table",
        "focus",
        "animated",
        "guess",
        "why",
        "step",
        "open",
        "scenario",
    ),
    *("notes", "assumption", "municipality", "view", "draft", "cards", "room"),
)
_ACTIONS: Final = (
    "undo",
    "redo",
    "assumptions",
    "municipality",
    "language",
    "present",
    "open",
    "save",
    "share",
    "about",
)


def _entry(dice: random.Random, seq: int) -> Any:
    """Return an entry of a browser's log that is nearly one."""
    if dice.random() < 0.1:
        return value(dice)
    lever = dice.choice(LEVERS).id
    item = dice.choice((lever, f"{lever}:dagpenge", f"{lever}:{hostile(dice)}", hostile(dice), value(dice)))
    entry = {
        "kind": dice.choice(_KINDS),
        "seq": seq,
        "id": item,
        "value": dice.choice((dice.uniform(-10, 500), value(dice))),
    }
    if entry["kind"] == "action":
        entry["id"] = dice.choice((*_ACTIONS, hostile(dice)))
    if dice.random() < 0.3:
        entry[dice.choice(("id", "value", "to", "from", "group", "text", "seq", hostile(dice)))] = value(dice)
    return entry


def messages(dice: random.Random) -> None:
    """Send a visit what no browser of ours sends over the WebSocket; what is on screen stays a scenario."""
    session = Session(History((Step(baseline_scenario("ballerup", "da"), "start"),)), token="here")
    log = [_entry(dice, seq) for seq in range(1, 8)]
    for sent in (
        {"client": "x", "session": "here", "log": log},
        {"session": "old", "log": log, "restore": hostile(dice)},
        value(dice),
    ):
        receive(session, sent)
    _finite(to_dict(session.scenario))
    decode_link(encode_link(session.scenario.copy_with(results=None)))
    json.dumps(session.acknowledgement, default=str)


class _Lines(logging.Handler):
    """Keeps what is logged."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a line."""
        self.lines.append(record.getMessage())


def written_texts(dice: random.Random) -> None:
    """Save and rename what has hostile names; look at lines of the log, cells of a table and Markdown."""
    name, other = hostile(dice), hostile(dice)
    log, handler = logging.getLogger("model"), _Lines()
    log.addHandler(handler)
    try:
        with tempfile.TemporaryDirectory() as folder:
            kept = Library(Path(folder), Path(folder) / "none")
            try:
                kept.save(_scenario().copy_with(name=name, description=other))
                for entry in kept.listing()[0]:
                    kept.rename(entry, other)
            except ValueError as told:  # FileProblem too
                str(told)
            assert not list(Path(folder).parent.glob("*evil*")), "a name led out of the folder"
    finally:
        log.removeHandler(handler)
    assert not [line for line in handler.lines if len(line.splitlines()) > 1], handler.lines
    assert len(sanitised(name).splitlines()) <= 1
    shown = escape_markdown(name)
    assert "\n" not in shown
    assert not links_in(shown), shown
    assert not re.search(r"(?<!\\)[`*_\[\]<>$]", shown), shown
    _no_formula(as_csv([{name: other, "x": name}], "da").decode("utf-8-sig", "surrogatepass"))


def _no_formula(table: str) -> None:
    """Check that no cell of a CSV begins as a formula does."""
    for row in csv.reader(io.StringIO(table, newline=""), delimiter=";"):
        for cell in row:
            assert not cell.lstrip(" ").startswith(("=", "@", "\t", "\r")), cell
            assert not re.match(r" *[-+](?![\d ])", cell), cell


def _told(problem: FileProblem) -> None:
    """Check that a problem is told in lines that a page can send, in both languages."""
    for language in ("da", "en"):
        for line in problem.lines(language):
            assert line.strip()
            line.encode()
            assert "Traceback" not in line


def workbook_without_end(dice: random.Random) -> None:
    """Read a small file that unpacks to a great one, in the process that is kept for it."""
    from model.imports.limited_process import read_export_limited
    from tests.model.imports import bombs

    size = dice.choice((1_000, 50_000, 1_000_000, 5_000_000))
    made: tuple[Callable[[int], bytes], ...] = (
        bombs.nested,
        bombs.many_fonts,
        bombs.many_names,
        bombs.many_shared_strings,
    )
    data = dice.choice(made)(size)
    if dice.random() < 0.3:
        data = changed_bytes(dice, data)
    try:
        read_export_limited(data, "x.xlsx")
    except FileProblem as problem:
        _told(problem)


Loop = Callable[[random.Random], None]
LOOPS: Final[dict[str, Loop]] = {
    loop.__name__: loop
    for loop in (
        link,
        scenario_file,
        card_or_course,
        own_file,
        export,
        messages,
        written_texts,
        workbook_without_end,
    )
}


def dice_for(loop: str, seed: int, number: int) -> random.Random:
    """Return the dice of one input, the same whenever it is fed again."""
    return random.Random(f"{loop}/{seed}/{number}")
