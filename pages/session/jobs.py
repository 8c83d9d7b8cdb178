"""Do long work beside the page, once for all who wait for it and only as long as somebody does.

It reports how far it is, and its answer is kept.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import sys
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from pages.session.faults import note_fault
from pages.session.presence import is_connected

# How often those who wait are looked for, and how long one may be away, s: together less than a second, and longer
# than a browser takes to connect again at once.
_LOOK: Final = 0.2
_GRACE: Final = 0.6
# How much what is measured now weighs in what is expected of the next.
_NEW_SHARE: Final = 0.3
# How many times longer the rest of an answer may wait of which a sketch is on screen: it takes three times as long to
# make, and in a room of twenty tables there is always one that has nothing yet.
_WITH_SKETCH: Final = 4
# How much nicer than pages the work is. With twenty tables that move every two seconds, beside others' work on two
# cores, it brings 79 % of central lines within a second instead of 52, and no fewer bands.
_NICER: Final = 5


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
    fault: str = ""  # the number of the error in the log
    progress: tuple[int, int] = (0, 0)
    sketch: Any = None  # what is known of the answer so far
    asked: float = field(default_factory=time.monotonic)

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
    waits: bool = True
    has_begun: bool = False
    has_sketch: bool = False
    since: float = 0.0  # when it was begun or taken up again last
    go: threading.Event = field(default_factory=threading.Event)  # cleared while it has given way


class JobQueue:
    """Jobs that wait or are worked on, one at a time, each with those who wait for it; the latest answers are kept.

    Whoever has nothing yet comes before the rest of an answer of which a sketch is on screen. Whoever asked last comes
    first: what they look at is on screen, while an older question may be left any moment. Of what one visit waits for,
    the oldest comes first, since pages ask in the order in which they are read. What has waited longer than
    ``patience`` comes before all others, so that none waits for ever; what has a sketch on screen may wait longer.
    """

    def __init__(
        self,
        name: str,
        *,
        capacity: int,
        rest: float = 0.0,
        patience: float = float("inf"),
        grace: float = _GRACE,
        of_kinds: bool = False,
        is_here: Callable[[str | None], bool] = is_connected,
    ) -> None:
        """Keep ``capacity`` answers.

        A job may begin ``rest`` seconds after it was asked for, so that a moving hand starts none; nobody else waits
        for that. Whose connection is gone for ``grace`` seconds, as ``is_here`` tells, waits no longer. ``of_kinds``:
        the first part of each key names the kind of its work, and kinds last differently.
        """
        self._name = name
        self._most = capacity
        self._rest = rest
        self._patience = patience
        self._grace = grace
        self._of_kinds = of_kinds
        self._is_here = is_here
        self._kept: OrderedDict[Hashable, Job] = OrderedDict()
        self._under_way: dict[Hashable, _Entry] = {}
        self._at_work: _Entry | None = None
        self._turns = itertools.count(1)
        self._changed = threading.Condition()
        self._has_keeper = False
        # How long work took lately until there was something to show (False), and the rest of it (True), s: of each
        # kind, and None of any.
        self._lasted: dict[tuple[Hashable, bool], float] = {(None, False): 0.25, (None, True): 0.75}

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
            if asker not in entry.askers:
                entry.turn = next(self._turns)
            entry.askers[asker] = None
            self._begin_next()
            self._have_keeper()
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

    def expected(self, job: Job) -> float:
        """Return in how many seconds there may be something new of a job, as work has lasted lately."""
        now = time.monotonic()
        with self._changed:
            entry = self._under_way.get(job.key)
            if entry is None or entry.job is not job:
                return 0.0
            own = self._time_of(entry)
            if entry is self._at_work:
                return max(0.0, own - (now - entry.since))
            before = [
                other
                for other in self._under_way.values()
                if other is not entry and other.waits and not other.has_sketch
                if entry.has_sketch or other.turn > entry.turn
            ]
            wait = sum(self._time_of(other) for other in before)
            if self._at_work is not None:
                wait += max(0.0, self._time_of(self._at_work) - (now - self._at_work.since))
            return max(wait, entry.ready_at - now) + own

    def waiting(self, job: Job) -> int:
        """Return how many wait for a job."""
        with self._changed:
            entry = self._under_way.get(job.key)
            return 0 if entry is None or entry.job is not job else len(entry.askers)

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
        # What has given way ends by itself when it goes on.
        entry.go.set()
        if not entry.has_begun:
            entry.job.done.set()

    def _first(self, now: float) -> _Entry | None:
        # They stand in the order in which they were asked for first.
        ready = [entry for entry in self._under_way.values() if entry.waits and entry.ready_at <= now]
        if not ready:
            return None
        late = [
            entry
            for entry in ready
            if now - entry.job.asked > self._patience * (_WITH_SKETCH if entry.has_sketch else 1)
        ]
        ready = [entry for entry in ready if not entry.has_sketch] or ready
        if late:
            # Among those who have waited too long, too, whoever has nothing to show yet.
            return next((entry for entry in late if not entry.has_sketch), late[0])
        newest = max(ready, key=lambda entry: entry.turn)
        visit = _visits(newest)[-1]
        return next(entry for entry in ready if visit in _visits(entry))

    def _begin_next(self) -> None:
        """Begin the next job, or go on with it, where none is worked on."""
        entry = None if self._at_work is not None else self._first(time.monotonic())
        if entry is None:
            return
        self._at_work, entry.waits, entry.since = entry, False, time.monotonic()
        if entry.has_begun:
            entry.go.set()
        else:
            entry.has_begun = True
            threading.Thread(target=self._do, args=(entry,), name=self._name, daemon=True).start()

    def _have_keeper(self) -> None:
        """See to it that somebody looks after those who wait; it ends when nobody does."""
        if self._has_keeper:
            self._changed.notify_all()
            return
        self._has_keeper = True
        threading.Thread(target=self._keep, name=f"{self._name}-keeper", daemon=True).start()

    def _note_time(self, entry: _Entry) -> None:
        """Note how long a part of the work has lasted."""
        lasted = time.monotonic() - entry.since
        for kind in {None, self._kind(entry)}:
            known = self._lasted.get((kind, entry.has_sketch), lasted)
            self._lasted[kind, entry.has_sketch] = known + _NEW_SHARE * (lasted - known)

    def _time_of(self, entry: _Entry) -> float:
        """Return how long the part of the work is expected to last that is next, s."""
        any_kind = self._lasted[None, entry.has_sketch]
        return self._lasted.get((self._kind(entry), entry.has_sketch), any_kind)

    def _kind(self, entry: _Entry) -> Hashable:
        """Return the kind of a job's work; None where the queue has but one."""
        key = entry.job.key
        return key[0] if self._of_kinds and isinstance(key, tuple) else None

    # --- in threads of their own ------------------------------------------------------------------

    def _keep(self) -> None:
        while True:
            self.leave_absent(time.monotonic())
            with self._changed:
                if not self._under_way:
                    self._has_keeper = False
                    return
                self._begin_next()
                now = time.monotonic()
                rests = [entry.ready_at - now for entry in self._under_way.values() if entry.ready_at > now]
                self._changed.wait(min([_LOOK, *rests]))

    def _do(self, entry: _Entry) -> None:
        job, thread = entry.job, threading.get_ident()
        _give_way_to_pages()

        def progress(done: int, of: int, sketch: Any = None) -> None:
            job.progress = (done, of)
            if sketch is not None:
                job.sketch = sketch
                if threading.get_ident() == thread:
                    self._give_way(entry)

        try:
            job.result = entry.work(job.cancel, progress)
        except Exception as error:
            # Work that the end of the process cuts off has not failed.
            if not job.cancel.is_set() and threading.main_thread().is_alive():
                job.fault = note_fault("work beside the page failed", error)
            job.error = error
        with self._changed:
            # What is stopped may come to an end all the same, and what it holds may be half.
            if not job.is_stopped:
                self._note_time(entry)
                del self._under_way[job.key]
                if job.error is None:
                    self._kept[job.key] = job
                    while len(self._kept) > self._most:
                        self._kept.popitem(last=False)
            job.done.set()
            if self._at_work is entry:
                self._at_work = None
                self._begin_next()

    def _give_way(self, entry: _Entry) -> None:
        """Let those begin who have nothing to show yet; return when it is this job's turn again."""
        with self._changed:
            if entry.job.is_stopped:
                return
            self._note_time(entry)
            entry.has_sketch, entry.since = True, time.monotonic()
            other = self._first(time.monotonic())
            if other is None or other.has_sketch:
                return
            entry.go.clear()
            entry.waits, self._at_work = True, None
            self._begin_next()
        entry.go.wait()


def _give_way_to_pages() -> None:
    """Have this thread, and those that it begins, work after the pages' where the system counts each thread."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            # Not from what this thread has by itself: a job that another job's end has begun would grow ever nicer.
            page = os.getpriority(os.PRIO_PROCESS, os.getpid())
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), page + _NICER)


def _visits(entry: _Entry) -> Sequence[str]:
    """List who waits, the newest last."""
    return [asker.visit for asker in entry.askers]


# The draws of a municipality are made once and serve every scenario: no moving slider stops them.
DRAWS: Final = JobQueue("draws", capacity=3)
# In a meeting others move faster than bands are made: a table that rests to look at its own comes before them then.
BANDS: Final = JobQueue("bands", capacity=64, rest=0.3, patience=3.0)
# What takes seconds: what a visitor asks for with a button, and the pages about certainty and causes.
STUDIES: Final = JobQueue("studies", capacity=32, patience=20.0, of_kinds=True)
