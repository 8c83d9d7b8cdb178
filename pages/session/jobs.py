"""Do long work beside the page: it can be stopped, reports how far it is, and its answer is kept."""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

_log = logging.getLogger("indsatskompas.pages")


class Progress(Protocol):
    """How far the work is, and what is known of the answer so far, where that can be told."""

    def __call__(self, done: int, of: int, sketch: Any = None) -> None: ...


Work = Callable[[threading.Event, Progress], Any]


@dataclass(eq=False)
class Job:
    """One piece of work. ``result`` and ``error`` are set before ``done`` is."""

    key: Hashable
    cancel: threading.Event = field(default_factory=threading.Event)
    done: threading.Event = field(default_factory=threading.Event)
    result: Any = None
    error: Exception | None = None
    progress: tuple[int, int] = (0, 0)
    sketch: Any = None  # what is known of the answer so far
    asked: float = field(default_factory=time.monotonic)

    @property
    def age(self) -> float:
        """Return the seconds since it was asked for."""
        return time.monotonic() - self.asked

    @property
    def is_ready(self) -> bool:
        """Return whether there is an answer."""
        return self.done.is_set() and self.error is None and not self.cancel.is_set()

    @property
    def is_failed(self) -> bool:
        """Return whether it went wrong, other than by being stopped."""
        return self.done.is_set() and self.error is not None and not self.cancel.is_set()

    @property
    def is_stopped(self) -> bool:
        """Return whether it was stopped before it had an answer."""
        return self.cancel.is_set()

    def stop(self) -> None:
        """Ask the work to end; what is finished stays."""
        if not self.done.is_set():
            self.cancel.set()


class JobQueue:
    """A queue of jobs, worked through one after another; the latest answers are kept by key."""

    def __init__(self, name: str, *, capacity: int, rest: float = 0.0) -> None:
        """Keep ``capacity`` answers; a job waits ``rest`` seconds first, so that a moving hand starts none."""
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix=name)
        self._kept: OrderedDict[Hashable, Job] = OrderedDict()
        self._most = capacity
        self._rest = rest
        self._lock = threading.Lock()

    def existing(self, key: Hashable) -> Job | None:
        """Return the job of that key if it has an answer."""
        with self._lock:
            job = self._kept.get(key)
            if job is None:
                return None
            if job.is_stopped:
                # It came to an end all the same, and what it holds may be half.
                del self._kept[key]
                return None
            self._kept.move_to_end(key)
            return job

    def request(self, key: Hashable, work: Work, *, before: Job | None = None) -> Job:
        """Return the job of that key: as it was kept, as it is under way (``before``), or begun now.

        ``before`` is what the same visitor asked for last; another key stops it.
        """
        kept = self.existing(key)
        if before is not None and before.key == key and not before.is_stopped:
            return before
        if before is not None:
            before.stop()
        if kept is not None:
            return kept
        job = Job(key)
        self._pool.submit(self._do, job, work)
        return job

    def _do(self, job: Job, work: Work) -> None:
        if job.cancel.wait(self._rest) if self._rest else job.cancel.is_set():
            job.done.set()
            return

        def progress(done: int, of: int, sketch: Any = None) -> None:
            job.progress = (done, of)
            if sketch is not None:
                job.sketch = sketch

        try:
            job.result = work(job.cancel, progress)
        except Exception as error:
            # Work that the end of the process cuts off has not failed.
            if not job.cancel.is_set() and threading.main_thread().is_alive():
                _log.exception("work beside the page failed")
            job.error = error
        else:
            with self._lock:
                self._kept[job.key] = job
                while len(self._kept) > self._most:
                    self._kept.popitem(last=False)
        job.done.set()


# The draws of a municipality are made once and serve every scenario: no moving slider stops them.
DRAWS: Final = JobQueue("draws", capacity=3)
BANDS: Final = JobQueue("bands", capacity=64, rest=0.3)
# What a visitor asks for with a button: seek, comparison, tornado, attribution.
STUDIES: Final = JobQueue("studies", capacity=32)
