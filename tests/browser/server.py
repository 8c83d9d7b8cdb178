"""Start the app on a free port of this machine and stop it again; run Chromium for those who look at it."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn

from model.municipality.vintages import BASELINE_VARIABLE
from tests.recorded_source import source_environment

ROOT = Path(__file__).resolve().parents[2]
# The one without windows first: it draws the same pages in three quarters of the processor time.
CHROMIUM = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
# Chromium as root in a container, and without any request of its own.
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
START_SECONDS = 60.0
# Below the ports that systems give to connections of their own, which could take one before the app listens on it.
FIRST_PORT, PORTS_EACH, WORKERS = 20_000, 500, 16


def chromium() -> str | None:
    """Return the path of an installed Chromium, or None."""
    return next((path for name in CHROMIUM if (path := shutil.which(name))), None)


@contextlib.contextmanager
def browsing(missing: Callable[[str], NoReturn]) -> Iterator[Any]:
    """Run a Chromium while the block runs; ``missing`` is called with what is not installed."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        missing("Playwright")
    path = chromium()
    if path is None:
        missing("Chromium")
    with sync_playwright() as playwright:
        instance = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        try:
            yield instance
        finally:
            instance.close()


_handed_out: set[int] = set()


def free_port() -> int:
    """Return a port that nobody listens on; workers that run beside each other look in ranges of their own."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % WORKERS
    first = FIRST_PORT + worker * PORTS_EACH
    for port in random.sample(range(first, first + PORTS_EACH), PORTS_EACH):
        # One that was handed out before may be listened on any moment.
        if port in _handed_out:
            continue
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            _handed_out.add(port)
            return port
    raise OSError("no free port")


class Server:
    """The app in a process of its own; ``data`` is the folder that visitors save in.

    ``baseline``: the starting figures that it opens on, "" for the newest; ``draws``: how many it makes, 0 for as many
    as it makes where it is installed; ``source_port``: where it looks for Jobindsats and StatBank, on this machine
    (tests/recorded_source.py).
    """

    def __init__(self, data: Path, log: Path, baseline: str = "", draws: int = 0) -> None:
        self.port = free_port()
        self.source_port = free_port()
        self.data = data
        self.log = log
        self.baseline = baseline
        self.draws = draws
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Return the address of the first page."""
        return f"http://127.0.0.1:{self.port}/"

    def start(self) -> None:
        """Start the app and wait until it answers."""
        source = source_environment(self.source_port)
        environment = {
            **os.environ,
            **source,
            "INDSATSKOMPAS_DATA": str(self.data),
            BASELINE_VARIABLE: self.baseline,
        }
        streamlit = ["tests.browser.with_draws", str(self.draws)] if self.draws else ["streamlit"]
        command = [sys.executable, "-m", *streamlit, "run", "app.py", "--server.port", str(self.port)]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            if self.process.poll() is not None:
                break
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"{self.url}_stcore/health", timeout=1).read()
                return
            time.sleep(0.05)
        self.stop()
        raise RuntimeError(self.log.read_text(encoding="utf-8", errors="replace")[-2000:])

    def stop(self) -> None:
        """End the app, at once if it does not end by itself."""
        if self.process is None:
            return
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.process = None

    def kill(self) -> None:
        """Kill the app's process in the middle of whatever it does."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()
        self.process = None

    @contextlib.contextmanager
    def standing_still(self) -> Iterator[None]:
        """Halt the app's process while the block runs; then it goes on with all that has come meanwhile."""
        assert self.process is not None
        self.process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.process.send_signal(signal.SIGCONT)

    @property
    def cpu_seconds(self) -> float:
        """Return the processor time that the app has used; 0 where the system does not tell."""
        if self.process is None or not Path("/proc").is_dir():
            return 0.0
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextlib.contextmanager
def running(data: Path, log: Path, baseline: str = "", draws: int = 0) -> Iterator[Server]:
    """Run the app while the block runs."""
    server = Server(data, log, baseline, draws)
    server.start()
    try:
        yield server
    finally:
        server.stop()
