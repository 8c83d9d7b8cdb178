"""Time the app with many visitors at once: ``python -m tests.benchmarks.visitors [--visitors 20] [--seconds 40]``.

They speak Streamlit's own protocol, without a browser, move a lever every two to five seconds and look for the band as
the page does; then they open one link together, and leave. Prints, with ratios to one visitor, since only those compare
between machines; nothing fails for being slow.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import tempfile
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

from model.library.share_link import encode_link
from pages.session.session import baseline_scenario
from tests.browser.server import Server, running

PAUSE: Final = (2.0, 5.0)  # s between two moves of one hand
LEVER: Final = "firm_places"
# As in pages/frontend/channel.js.
SLOWER: Final = 1.2
SLOWEST: Final = 700
UNCERTAINTY: Final = "usikkerhed"
TOGETHER: Final = 10
QUIET: Final = 2.0
PATIENCE: Final = 180.0


@dataclass
class Found:
    """What visitors saw: seconds of each run that a move asked for, and until its first and its whole band."""

    lines: list[float] = field(default_factory=list)
    first: list[float | None] = field(default_factory=list)  # None: the next move came before
    whole: list[float | None] = field(default_factory=list)
    looks: int = 0


class Visitor:
    """One browser window, as far as the server can tell."""

    def __init__(self, socket: ClientConnection, page: str = "", query: str = "") -> None:
        self._socket = socket
        self._page, self._query = page, query
        self._client, self._seq = uuid.uuid4().hex, 0
        self._channel: str | None = None
        self._known: dict[str, ForwardMsg] = {}
        self.told: dict[str, Any] = {}

    async def run(self, entry: dict[str, Any] | None = None) -> float:
        """Have the page run, with what was done or as a look; return the seconds until it is drawn."""
        message = BackMsg()
        asked = message.rerun_script
        asked.page_name, asked.query_string = self._page, self._query
        if self._channel is not None:
            if entry is not None:
                self._seq += 1
            log = [] if entry is None else [{"seq": self._seq, **entry}]
            value = {"client": self._client, "session": self.told["session"], "log": log, "at": time.time()}
            widget = asked.widget_states.widgets.add()
            widget.id, widget.json_value = self._channel, json.dumps({"message": value})
        begin = time.perf_counter()
        await self._socket.send(message.SerializeToString())
        while True:
            answer = ForwardMsg()
            data = await asyncio.wait_for(self._socket.recv(), PATIENCE)
            assert isinstance(data, bytes)
            answer.ParseFromString(data)
            if answer.WhichOneof("type") == "ref_hash":
                answer = self._known.get(answer.ref_hash, answer)
            elif answer.metadata.cacheable:
                self._known[answer.hash] = answer
            if answer.WhichOneof("type") == "script_finished":
                return time.perf_counter() - begin
            component = answer.delta.new_element.bidi_component
            if component.component_name.endswith(".channel"):
                self._channel = component.id
                self.told = json.loads(json.loads(component.json)["json"])

    async def look_until(self, end: float, found: Found | None = None) -> tuple[float | None, float | None]:
        """Look as the page asks for it, until nothing more comes or the time is ``end``; say when bands were there."""
        begin, first = time.perf_counter(), None
        poll, wait = None, 0.0
        while self.told["poll"]:
            if self.told["poll"] != poll:
                poll = self.told["poll"]
                wait, then = poll
                # The page asks for the whole band in another rhythm than for the first.
                if then > 100 and first is None:
                    first = time.perf_counter() - begin
            else:
                wait = then
                then = max(then, min(then * SLOWER, SLOWEST))
            if time.perf_counter() + wait / 1000 > end:
                await asyncio.sleep(max(0.0, end - time.perf_counter()))
                return first, None
            await asyncio.sleep(wait / 1000)
            await self.run()
            if found is not None:
                found.looks += 1
        now = time.perf_counter() - begin
        return (now if first is None else first), now


async def connected(server: Server) -> ClientConnection:
    """Connect as a browser window does."""
    url = server.url.replace("http", "ws") + "_stcore/stream"
    origin: Any = server.url.rstrip("/")
    return await connect(url, subprotocols=["streamlit"], origin=origin, max_size=None, compression=None)  # type: ignore[list-item]


async def opened(server: Server, page: str = "", query: str = "") -> tuple[ClientConnection, Visitor]:
    """Open a window on a page and have it drawn."""
    socket = await connected(server)
    visitor = Visitor(socket, page, query)
    await visitor.run()
    return socket, visitor


async def hand(visitor: Visitor, until: float, found: Found, rng: random.Random) -> None:
    """Move the lever again and again, each time to another value, and look for the band between."""
    await asyncio.sleep(rng.uniform(0.0, PAUSE[1]))
    while time.perf_counter() < until:
        next_move = time.perf_counter() + rng.uniform(*PAUSE)
        entry = {"kind": "end", "id": LEVER, "value": float(rng.randint(40, 600))}
        begin = time.perf_counter()
        found.lines.append(await visitor.run(entry))
        spent = time.perf_counter() - begin
        first, whole = await visitor.look_until(next_move, found)
        found.first.append(None if first is None else first + spent)
        found.whole.append(None if whole is None else whole + spent)
        await asyncio.sleep(max(0.0, next_move - time.perf_counter()))


async def moving(server: Server, count: int, seconds: float, *, with_study: bool = False) -> Found:
    """Have so many visitors move a lever; ``with_study``: while one more has a page of studies made again and again."""
    windows = [await opened(server) for _ in range(count)]
    for _, visitor in windows:
        await visitor.look_until(time.perf_counter() + PATIENCE)
    found = Found()
    until = time.perf_counter() + seconds
    rng = random.Random(1)
    tasks = [
        asyncio.create_task(hand(visitor, until, found, random.Random(rng.random())))
        for _, visitor in windows
    ]
    study = asyncio.create_task(studying(server, until)) if with_study else None
    await asyncio.gather(*tasks)
    if study is not None:
        await study
    for socket, _ in windows:
        await socket.close()
    return found


async def studying(server: Server, until: float) -> None:
    """Open the page of uncertainty on one scenario after another."""
    while time.perf_counter() < until:
        socket, visitor = await opened(server, UNCERTAINTY, link())
        await visitor.look_until(until)
        await socket.close()


def link() -> str:
    """Return the address of a scenario that nobody has opened before."""
    scenario = baseline_scenario("ballerup", "da").with_change(LEVER, random.randint(40, 600))
    scenario = scenario.with_change("activation_rate", random.randint(10, 60), "dagpenge")
    return f"s={encode_link(scenario)}"


async def one_link(server: Server, count: int) -> list[float]:
    """Have so many visitors open the page of uncertainty on one link; return when each had all of it, s."""
    query = link()

    async def one() -> float:
        begin = time.perf_counter()
        socket, visitor = await opened(server, UNCERTAINTY, query)
        await visitor.look_until(begin + PATIENCE)
        taken = time.perf_counter() - begin
        await socket.close()
        return taken

    return sorted(await asyncio.gather(*(one() for _ in range(count))))


async def leaving(server: Server, count: int) -> tuple[float, float]:
    """Have so many open links of their own and leave; return the processor's seconds a second then, and idle."""
    await asyncio.sleep(2 * QUIET)
    before = server.cpu_seconds
    await asyncio.sleep(QUIET)
    idle = (server.cpu_seconds - before) / QUIET
    windows = [await opened(server, UNCERTAINTY, link()) for _ in range(count)]
    for socket, _ in windows:
        await socket.close()
    await asyncio.sleep(1.5)
    before = server.cpu_seconds
    await asyncio.sleep(QUIET)
    return (server.cpu_seconds - before) / QUIET, idle


def percentiles(values: Sequence[float]) -> tuple[float, float, float]:
    """Return median, 95th percentile and the longest, in ms."""
    ordered = sorted(values)
    return tuple(1000 * ordered[min(len(ordered) - 1, int(p * len(ordered)))] for p in (0.5, 0.95, 1.0))  # type: ignore[return-value]


def tell(name: str, found: Found, alone: Found) -> None:
    """Print what visitors saw, beside what one alone sees."""
    print(f"{name}: {len(found.lines)} moves, {found.looks / len(found.lines):.1f} looks a move")
    for what, values, of_one in (
        ("central line", found.lines, alone.lines),
        ("first band", found.first, alone.first),
        ("whole band", found.whole, alone.whole),
    ):
        came = [value for value in values if value is not None]
        base = [value for value in of_one if value is not None]
        line = f"  {what:12} came for {len(came) / len(values):4.0%} before the next move"
        if came and base:
            now, ones = percentiles(came), percentiles(base)
            line += f"; p50 {now[0]:5.0f} p95 {now[1]:5.0f} max {now[2]:5.0f} ms, times one: "
            line += f"{now[0] / ones[0]:.1f} and {now[1] / ones[1]:.1f}"
        print(line)


async def measure(server: Server, visitors: int, seconds: float) -> None:
    """Measure and print everything."""
    alone = await moving(server, 1, seconds)
    tell("1 visitor", alone, alone)
    tell(f"{visitors} visitors", await moving(server, visitors, seconds), alone)
    tell(f"{visitors} and a study", await moving(server, visitors, seconds, with_study=True), alone)
    await one_link(server, 1)
    one = min([(await one_link(server, 1))[-1] for _ in range(3)])
    many = await one_link(server, TOGETHER)
    print(
        f"one link on {UNCERTAINTY}: alone {one:.1f} s, {TOGETHER} together: "
        f"first {many[0]:.1f} s ({many[0] / one:.1f} times), last {many[-1]:.1f} s ({many[-1] / one:.1f} times)"
    )
    busy, idle = await leaving(server, TOGETHER)
    print(f"after {TOGETHER} have left: {busy:.2f} s of processor a second, idle {idle:.2f}")


def main() -> None:
    """Start the app and measure it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--visitors", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=40.0)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        with running(data, Path(os.devnull)) as server:
            asyncio.run(measure(server, chosen.visitors, chosen.seconds))


if __name__ == "__main__":
    main()
