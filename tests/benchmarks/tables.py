"""Time a meeting with many tables at once: ``python -m tests.benchmarks.tables [--tables 20] [--seconds 60]``.

The shipped course of 30 minutes stands at the step in which tables build. Each table's device moves a slider every two
seconds and now and then hands in; the facilitator's page is on the big screen. All speak Streamlit's own protocol,
look once a second and poll as the page in a browser does. Prints, with ratios to one table alone in the same run, since
only those compare between machines, what the tables and the room waited for; nothing fails for being slow.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from model.municipality.municipality_list import DATA_VARIABLE
from model.scenario.scenario import municipality_of
from model.workshop.course_files import load_course
from model.workshop.meeting import Meeting
from model.workshop.meetings import begin, join
from pages.session.sliders import slider_facts
from tests.benchmarks.visitors import PATIENCE, SLOWER, SLOWEST, connected, percentiles
from tests.browser.server import ROOT, Server, running

COURSE: Final = ROOT / "workshops" / "ballerup-30.yaml"
PAGE: Final = "moede"
EVERY: Final = 2.0  # s between two moves of a table
REST: Final = 8.0  # s before the first move
HAND_INS: Final = 30.0  # s between two of a table
HELD: Final = 3.0  # s for which a table leaves it handed in, then it takes it back
FIRST_BAND: Final = (
    100  # ms, as in pages/session/live_band.py: how soon is looked again where no band is there
)


@dataclass
class Found:
    """What was seen: seconds from a move to what it asked for, and from a hand-in to the big screen."""

    lines: list[float] = field(default_factory=list)
    first: list[float] = field(default_factory=list)
    whole: list[float] = field(default_factory=list)
    hand_ins: list[float] = field(default_factory=list)
    moves: int = 0
    lost: int = 0  # moves that the next one overtook before their line was there
    missed: int = 0  # hand-ins that the big screen never showed
    usage: dict[str, float] = field(default_factory=dict)
    rest: dict[str, float] = field(default_factory=dict)  # while nobody moves: the looks alone


class Window:
    """One browser window on a meeting: it reads what comes while it sends, as pages/frontend/channel.js does."""

    def __init__(self, socket: Any, query: str) -> None:
        self._socket, self._query = socket, query
        self._client = os.urandom(8).hex()
        self._log: list[dict[str, Any]] = []
        self._seq, self._acknowledged = 0, 0
        self._channel = self._value = self._told = self._page = ""
        self._known: dict[str, ForwardMsg] = {}
        self._timers: dict[str, asyncio.Task[None]] = {}
        self._running = self._own = False
        self._seen_move = 0
        self._waits: list[tuple[Callable[[], bool], asyncio.Future[float]]] = []
        self.poll: list[int] | None = None
        self.line = 0  # the last move whose line is drawn
        self.rooms: dict[str, str] = {}  # how far each table is, on the facilitator's page
        self.nodes: set[str] = set()  # the list of tables as Streamlit knows it: another one would blink
        self.runs = self.looks = 0
        self._reader = asyncio.create_task(self._read())

    async def until(self, holds: Callable[[], bool], seconds: float = PATIENCE) -> float | None:
        """Wait until something holds; return when that was, None where it did not in time."""
        if holds():
            return time.perf_counter()
        future: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        self._waits.append((holds, future))
        try:
            await asyncio.wait({future, self._reader}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._waits = [wait for wait in self._waits if wait[1] is not future]
        if self._reader.done():
            self._reader.result()
        return future.result() if future.done() else None

    async def do(self, *entries: dict[str, Any]) -> int:
        """Send what a hand has done, as soon as the page may; return the number of the last entry."""
        for entry in entries:
            self._seq += 1
            self._log.append({**entry, "seq": self._seq})
        last = self._seq
        await self.until(lambda: not self._running or self._own)
        await self._say()
        return last

    async def open(self) -> None:
        """Have the page drawn for the first time, and wait until the model is ready."""
        await self._send("")
        await self.until(lambda: bool(self._told))

    async def close(self) -> None:
        """Leave."""
        for task in (*self._timers.values(), self._reader):
            task.cancel()
        await self._socket.close()

    async def _say(self) -> None:
        """Send all of the log that has no answer; nothing where there is none, which is a look."""
        told = json.loads(json.loads(self._told)["json"])
        value = {"client": self._client, "session": told["session"], "log": self._log, "at": time.time()}
        self._value, self._own = json.dumps({"message": value}), True
        await self._send("")

    async def _send(self, fragment: str) -> None:
        message = BackMsg()
        asked = message.rerun_script
        # Once the page is known it goes by its hash, as in the browser.
        asked.page_name, asked.page_script_hash, asked.query_string = PAGE, self._page, self._query
        asked.fragment_id, asked.is_auto_rerun = fragment, bool(fragment)
        if self._value:
            widget = asked.widget_states.widgets.add()
            widget.id, widget.json_value = self._channel, self._value
        await self._socket.send(message.SerializeToString())

    # --- what comes -------------------------------------------------------------------------------

    async def _read(self) -> None:
        while True:
            answer = ForwardMsg()
            answer.ParseFromString(await self._socket.recv())
            if answer.WhichOneof("type") == "ref_hash":
                answer = self._known.get(answer.ref_hash, answer)
            elif answer.metadata.cacheable:
                self._known[answer.hash] = answer
            self._take(answer)
            waits, self._waits = self._waits, []
            for holds, future in waits:
                if future.done():
                    continue
                if holds():
                    future.set_result(time.perf_counter())
                else:
                    self._waits.append((holds, future))

    def _take(self, answer: ForwardMsg) -> None:
        kind = answer.WhichOneof("type")
        if kind == "new_session":
            self._running = True
            if answer.metadata.run.fragment_ids:
                self.looks += 1
            else:
                self.runs += 1
        elif kind == "script_finished" and answer.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
            self._running = self._own = False
        elif kind == "auto_rerun":
            # A timer that runs already goes on, as in the browser.
            if answer.auto_rerun.fragment_id not in self._timers:
                fragment = answer.auto_rerun.fragment_id
                self._start(fragment, self._look(fragment, answer.auto_rerun.interval))
        elif kind == "navigation":
            self._page = answer.navigation.page_script_hash
        elif kind == "stop_auto_rerun":
            for fragment in answer.stop_auto_rerun.fragment_ids:
                self._stop(fragment)
        elif kind == "delta":
            element = answer.delta.new_element
            if element.WhichOneof("type") == "bidi_component":
                self._component(element.bidi_component)
            elif element.WhichOneof("type") == "vega_lite_chart":
                self.line = self._seen_move

    def _component(self, component: Any) -> None:
        name = component.component_name.rpartition(".")[2]
        if name == "channel":
            self._channel = component.id
            if component.json != self._told:
                self._told = component.json
                self._hear(json.loads(json.loads(component.json)["json"]))
        elif name == "explore_view":
            seen = json.loads(json.loads(component.json)["json"])["panel"]["acknowledged"]
            self._seen_move = seen["seq"] if seen and seen["client"] == self._client else 0
        elif name == "room_list":
            self.nodes.add(component.id)
            tables = json.loads(json.loads(component.json)["json"])["tables"]
            self.rooms = {table["name"]: table["state"] for table in tables}

    def _hear(self, told: dict[str, Any]) -> None:
        done = told["acknowledged"]
        if done and done["client"] == self._client:
            self._acknowledged = done["seq"]
            self._log = [entry for entry in self._log if entry["seq"] > self._acknowledged]
        self.poll = told["poll"]
        self._stop("poll")
        if self.poll:
            self._start("poll", self._polling(*self.poll))

    def is_done(self, seq: int) -> bool:
        """Return whether the server has done an entry and the page is drawn."""
        return self._acknowledged >= seq

    # --- what goes out by itself ------------------------------------------------------------------

    def _start(self, name: str, work: Any) -> None:
        self._stop(name)
        self._timers[name] = asyncio.create_task(work)

    def _stop(self, name: str) -> None:
        if name in self._timers:
            self._timers.pop(name).cancel()

    async def _look(self, fragment: str, interval: float) -> None:
        while True:
            await asyncio.sleep(interval)
            await self._send(fragment)

    async def _polling(self, wait: float, then: float) -> None:
        while True:
            await asyncio.sleep(wait / 1000)
            if not self._running and not self._log:
                await self._say()
            wait, then = then, min(then * SLOWER, SLOWEST)


async def window(server: Server, query: str) -> Window:
    """Open a window on a meeting."""
    opened = Window(await connected(server), query)
    await opened.open()
    return opened


async def table_hand(
    table: Window, name: str, room: Window, meeting: Meeting, until: float, rng: random.Random, found: Found
) -> None:
    """Move sliders as a table does, and hand in now and then."""
    sliders = [slider_facts(municipality_of(meeting.base()), item, "da") for item in meeting.step.levers]
    await asyncio.sleep(rng.uniform(0.0, EVERY))
    next_hand_in = time.perf_counter() + rng.uniform(0.0, HAND_INS)
    while (begin := time.perf_counter()) < until:
        if begin > next_hand_in:
            next_hand_in += HAND_INS
            await hand_in(table, name, room, meeting, found)
            continue
        facts = rng.choice(sliders)
        steps = round((facts["max"] - facts["min"]) / facts["step"])
        value = round(facts["min"] + facts["step"] * rng.randint(0, steps), 3)
        moved = {"kind": "move", "id": facts["id"], "value": value}
        end = begin + EVERY
        last = await table.do(moved, {**moved, "kind": "end"})
        found.moves += 1
        await see(table, last, begin, end, found)
        await asyncio.sleep(max(0.0, end - time.perf_counter()))


async def see(table: Window, last: int, begin: float, end: float, found: Found) -> None:
    """Note when a move's line and its bands were there, as far as they were before the next move."""

    def left() -> float:
        return max(0.01, end - time.perf_counter())

    line = await table.until(
        lambda: table.line >= last - 1, max(PATIENCE if not found.lines else 10.0, left())
    )
    if line is None:
        found.lost += 1
        return
    found.lines.append(line - begin)
    for seen, holds in (
        (found.first, lambda: table.is_done(last) and (not table.poll or table.poll[1] > FIRST_BAND)),
        (found.whole, lambda: table.is_done(last) and not table.poll),
    ):
        came = await table.until(holds, left())
        if came is not None and came <= end:
            seen.append(came - begin)


async def hand_in(table: Window, name: str, room: Window, meeting: Meeting, found: Found) -> None:
    """Hand in, see when the big screen shows it, and take it back after a while."""
    step, begin = meeting.progress.step, time.perf_counter()
    await table.do({"kind": "meeting", "id": "hand_in", "step": step})
    shown = await room.until(lambda: room.rooms.get(name) == "handed_in", 20.0)
    if shown is None:
        found.missed += 1
    else:
        found.hand_ins.append(shown - begin)
    await asyncio.sleep(max(0.0, begin + HELD - time.perf_counter()))
    back = await table.do({"kind": "meeting", "id": "take_back", "step": step})
    await table.until(lambda: table.is_done(back), 20.0)


async def meet(server: Server, count: int, seconds: float) -> Found:
    """Hold a meeting with so many tables for a while."""
    meeting, secret = begin(load_course(COURSE))
    at = next(i for i, step in enumerate(meeting.course.steps) if step.kind == "build")
    meeting.go(0, at)
    room = await window(server, f"m={secret}")
    await room.do({"kind": "meeting", "id": "present", "step": at})
    names = [f"Bord {n + 1}" for n in range(count)]
    tables = [await window(server, f"b={join(meeting, name).address}") for name in names]
    for table in tables:
        await table.until(lambda table=table: not table.poll)
    found, rng = Found(), random.Random(count)
    begun = usage(server, room, tables)
    await asyncio.sleep(REST)
    before = usage(server, room, tables)
    found.rest = {name: before[name] - begun[name] for name in before}
    until = time.perf_counter() + seconds
    await asyncio.gather(
        *(
            table_hand(table, name, room, meeting, until, random.Random(rng.random()), found)
            for table, name in zip(tables, names, strict=True)
        )
    )
    after = usage(server, room, tables)
    found.usage = {name: after[name] - before[name] for name in before}
    found.usage |= {"memory": after["memory"], "nodes": float(len(room.nodes))}
    for one in (room, *tables):
        await one.close()
    return found


def usage(server: Server, room: Window, tables: Sequence[Window]) -> dict[str, float]:
    """Return what has been used until now: s of time and of processors, runs of pages; the memory in MB."""
    assert server.process is not None
    status = Path(f"/proc/{server.process.pid}/status").read_text()
    machine = [int(n) for n in Path("/proc/stat").read_text().split("\n")[0].split()[1:9]]
    return {
        "time": time.perf_counter(),
        "app": server.cpu_seconds,
        "own": time.process_time(),
        "machine": (sum(machine) - machine[3] - machine[4]) / os.sysconf("SC_CLK_TCK"),
        "memory": int(status.partition("VmRSS:")[2].split()[0]) / 1024,
        "room_runs": room.runs,
        "runs": sum(table.runs for table in tables),
        "looks": room.looks + sum(table.looks for table in tables),
    }


def tell(name: str, found: Found, alone: Found) -> None:
    """Print what was seen, beside what one table alone sees."""
    used, lasted = found.usage, found.usage["time"]
    print(f"{name}: {found.moves} moves in {lasted:.0f} s; {found.lost} without a line within 10 s")
    for what, values, of_one, of, of_ones in (
        ("central line", found.lines, alone.lines, found.moves, alone.moves),
        ("first band", found.first, alone.first, found.moves, alone.moves),
        ("whole band", found.whole, alone.whole, found.moves, alone.moves),
        (
            "hand-in shown",
            found.hand_ins,
            alone.hand_ins,
            len(found.hand_ins) + found.missed,
            len(alone.hand_ins) + alone.missed,
        ),
    ):
        line = f"  {what:13} {len(values) / max(of, 1):4.0%} (one: {len(of_one) / max(of_ones, 1):4.0%})"
        if values and of_one:
            now, ones = percentiles(values), percentiles(of_one)
            line += f"; p50 {now[0]:5.0f} p95 {now[1]:5.0f} max {now[2]:5.0f} ms, times one: "
            line += f"{now[0] / ones[0]:.1f} and {now[1] / ones[1]:.1f}"
        print(line)
    if found.lines:
        print(f"  lines within 1 s: {sum(one <= 1.0 for one in found.lines) / found.moves:.1%}", end="")
        hand_ins = max(1, len(found.hand_ins) + found.missed)
        print(f", hand-ins within 2 s: {sum(one <= 2.0 for one in found.hand_ins) / hand_ins:.1%}")
    others = used["machine"] - used["app"] - used["own"]
    print(
        f"  a second: {used['runs'] / lasted:.1f} runs of tables ({used['runs'] / max(found.moves, 1):.1f} a move), "
        f"{used['room_runs'] / lasted:.2f} of the big screen ({used['nodes']:.0f} list of tables), "
        f"{used['looks'] / lasted:.1f} looks; processors: app {used['app'] / lasted:.2f} "
        f"({1000 * used['app'] / max(found.moves, 1):.0f} ms a move), "
        f"this program {used['own'] / lasted:.2f}, others {others / lasted:.2f} of {os.cpu_count()}; "
        f"memory {used['memory']:.0f} MB"
    )
    looks, spent = found.rest["looks"], found.rest["app"] / found.rest["time"]
    print(f"  at rest: app {spent:.2f} processors, {1000 * found.rest['app'] / max(looks, 1):.0f} ms a look")


async def measure(server: Server, tables: int, seconds: float) -> None:
    """Measure and print everything."""
    alone = await meet(server, 1, seconds)
    tell("1 table", alone, alone)
    print(flush=True)
    tell(f"{tables} tables", await meet(server, tables, seconds), alone)


def main() -> None:
    """Start the app and measure it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tables", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=60.0)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        # The meetings are begun here, in the folder in which the app looks for them.
        os.environ[DATA_VARIABLE] = folder
        with running(Path(folder), Path(os.devnull)) as server:
            asyncio.run(measure(server, chosen.tables, chosen.seconds))


if __name__ == "__main__":
    main()
