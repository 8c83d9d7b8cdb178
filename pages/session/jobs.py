"""Do long work beside the page, once for all who wait for it and only as long as somebody does.

It reports how far it is, and its answer is kept.
"""

from __future__ import annotations

import itertools
import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from pages.session.presence import is_connected

_log = logging.getLogger("indsatskompas.pages")

# How often those who wait are looked for, and how long one may be away, s: together less than a second, and longer
# than a browser takes to connect again at once.
_LOOK: Final = 0.2
_GRACE: Final = 0.6


class Progress(Protocol):
    """How far the work is, and what is known of the answer so far, where that can be told."""

    def __call__(self, done: int, of: int, sketch: Any = None) -> None: ...


Work = Callable[[threading.Event, Progress], Any]


@dataclass(frozen=True)
class Asker:
    """Who waits for a job: a visit, and for which part of its pages."""

    visit: str
    part: str = ""
    connection: str | None = field(default=None, compare=False)  # as in presence.py


# What is made ready before anybody asks.
SERVER: Final = Asker("server")


@dataclass(eq=False)
class Job:
    """One piece of work, the same for all who wait for it. ``result`` and ``error`` are set before ``done`` is."""

    key: Hashable
    queue: JobQueue | None = field(default=None, repr=False)
    cancel: threading.Event = field(default_factory=threading.Event)
    done: threading.Event = field(default_factory=threading.Event)
    result: Any = None
    error: Exception | None = None
    progress: tuple[int, int] = (0, 0)
    sketch: Any = None  # what is known of the answer so far
    asked: float = field(default_factory=time.monotonic)

    @property
    def age(self) -> float:
        """Return the seconds since it was asked for first."""
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

    def leave(self, asker: Asker) -> None:
        """Note that one no longer waits; the work ends with the last, and what is finished stays."""
        if self.queue is not None:
            self.queue.leave(self, asker)


@dataclass(eq=False)
class _Entry:
    """A job that waits or is worked on."""

    job: Job
    work: Work
    ready_at: float  # when the hand has rested
    turn: int = 0  # grows with each who asks
    # Each with the time at which it was first found away, in the order in which they asked.
    askers: dict[Asker, float | None] = field(default_factory=dict)


class JobQueue:
    """Jobs that wait or are worked on, by key, each with those who wait for it; the latest answers are kept.

    Whoever asked last comes first: what they look at is on screen, while an older question may be left any moment. Of
    what one visit waits for, the oldest comes first, since pages ask in the order in which they are read. What has
    waited longer than ``patience`` comes before all others, so that none waits for ever.
    """

    def __init__(
        self,
        name: str,
        *,
        capacity: int,
        rest: float = 0.0,
        patience: float = float("inf"),
        grace: float = _GRACE,
        is_here: Callable[[str | None], bool] = is_connected,
    ) -> None:
        """Keep ``capacity`` answers.

        A job may begin ``rest`` seconds after it was asked for, so that a moving hand starts none; nobody else waits
        for that. Whose connection is gone for ``grace`` seconds, as ``is_here`` tells, waits no longer.
        """
        self._name = name
        self._most = capacity
        self._rest = rest
        self._patience = patience
        self._grace = grace
        self._is_here = is_here
        self._kept: OrderedDict[Hashable, Job] = OrderedDict()
        self._under_way: dict[Hashable, _Entry] = {}
        self._waiting: list[_Entry] = []
        self._turns = itertools.count(1)
        self._changed = threading.Condition()
        self._is_working = self._is_watching = False

    def existing(self, key: Hashable) -> Job | None:
        """Return the job of that key if it has an answer."""
        with self._changed:
            return self._answer(key)

    def request(self, key: Hashable, work: Work, asker: Asker = SERVER, before: Job | None = None) -> Job:
        """Return the job of that key: as it was kept, as others wait for it, or begun now.

        ``before`` is what the same asker was given last: it is left where its key is another. Where it failed it is
        given again, as long as nobody has had it made anew: else each look of the page would have it tried.
        """
        if before is not None and before.key != key:
            before.leave(asker)
        with self._changed:
            kept = self._answer(key)
            if kept is not None:
                return kept
            entry = self._under_way.get(key)
            if entry is None:
                if (
                    before is not None
                    and before.key == key
                    and before.done.is_set()
                    and not before.is_stopped
                ):
                    return before
                entry = _Entry(Job(key, self), work, time.monotonic() + self._rest)
                self._under_way[key] = entry
                self._waiting.append(entry)
                self._wake()
            if asker not in entry.askers:
                entry.turn = next(self._turns)
            entry.askers[asker] = None
            return entry.job

    def leave(self, job: Job, asker: Asker) -> None:
        """Note that one no longer waits for a job; the last one stops it."""
        with self._changed:
            entry = self._under_way.get(job.key)
            if entry is not None and entry.job is job:
                self._leave(entry, asker)

    def leave_absent(self, now: float) -> None:
        """Leave all jobs in the name of those whose connection has been gone for a while at ``now`` (monotonic)."""
        with self._changed:
            for entry in list(self._under_way.values()):
                for asker, away in list(entry.askers.items()):
                    if self._is_here(asker.connection):
                        entry.askers[asker] = None
                    elif away is None:
                        entry.askers[asker] = now
                    elif now - away >= self._grace:
                        self._leave(entry, asker)

    def next_of(self, now: float) -> Job | None:
        """Return the job that would be begun at ``now`` (monotonic); None where none may be."""
        with self._changed:
            entry = self._first(now)
            return None if entry is None else entry.job

    # --- with the lock ----------------------------------------------------------------------------

    def _answer(self, key: Hashable) -> Job | None:
        job = self._kept.get(key)
        if job is not None:
            self._kept.move_to_end(key)
        return job

    def _leave(self, entry: _Entry, asker: Asker) -> None:
        if entry.askers.pop(asker, self) is self or entry.askers:
            return
        del self._under_way[entry.job.key]
        entry.job.cancel.set()
        if entry in self._waiting:
            self._waiting.remove(entry)
            entry.job.done.set()

    def _first(self, now: float) -> _Entry | None:
        ready = [entry for entry in self._waiting if entry.ready_at <= now]
        if not ready:
            return None
        # They stand in the order in which they were asked for first.
        if now - ready[0].job.asked > self._patience:
            return ready[0]
        newest = max(ready, key=lambda entry: entry.turn)
        visit = _visits(newest)[-1]
        return next(entry for entry in ready if visit in _visits(entry))

    def _wake(self) -> None:
        """See to it that there is one who works and one who watches; both end where nothing is left to do."""
        if not self._is_working:
            self._is_working = True
            threading.Thread(target=self._work, name=self._name, daemon=True).start()
        if not self._is_watching:
            self._is_watching = True
            threading.Thread(target=self._watch, name=f"{self._name}-watch", daemon=True).start()
        self._changed.notify_all()

    # --- in threads of their own ------------------------------------------------------------------

    def _watch(self) -> None:
        while True:
            time.sleep(_LOOK)
            self.leave_absent(time.monotonic())
            with self._changed:
                if not self._under_way:
                    self._is_watching = False
                    return

    def _work(self) -> None:
        while (entry := self._take()) is not None:
            self._do(entry.job, entry.work)

    def _take(self) -> _Entry | None:
        """Wait for the next job that may begin; None where none waits."""
        with self._changed:
            while self._waiting:
                now = time.monotonic()
                entry = self._first(now)
                if entry is not None:
                    self._waiting.remove(entry)
                    return entry
                self._changed.wait(min(waiting.ready_at for waiting in self._waiting) - now)
            self._is_working = False
            return None

    def _do(self, job: Job, work: Work) -> None:
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
        with self._changed:
            # What is stopped may come to an end all the same, and what it holds may be half.
            if not job.is_stopped:
                del self._under_way[job.key]
                if job.error is None:
                    self._kept[job.key] = job
                    while len(self._kept) > self._most:
                        self._kept.popitem(last=False)
            job.done.set()


def _visits(entry: _Entry) -> Sequence[str]:
    """List who waits, the newest last."""
    return [asker.visit for asker in entry.askers]


# The draws of a municipality are made once and serve every scenario: no moving slider stops them.
DRAWS: Final = JobQueue("draws", capacity=3)
BANDS: Final = JobQueue("bands", capacity=64, rest=0.3)
# What takes seconds: what a visitor asks for with a button, and the pages about certainty and causes.
STUDIES: Final = JobQueue("studies", capacity=32, patience=20.0)
