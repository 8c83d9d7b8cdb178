"""Tell about how long a job has left, from the work that it has done; nothing before that is known."""

from __future__ import annotations

import math
import threading
import time
from dataclasses import dataclass
from typing import Final
from weakref import WeakKeyDictionary

from pages.session.jobs import Job
from pages.session.session import Session

# What is told, in seconds: so coarse that it need not change while a reader looks.
_STEPS: Final[tuple[int, ...]] = (5, 10, 15, 20, 30, 40, 50, 60, 90, *range(120, 3601, 60))
# Less work, or a shorter look at it, says nothing of what is left.
_LEAST_SHARE: Final = 0.08
_LEAST_SECONDS: Final = 3.0
# What was told stands so long, seconds: before it is told as shorter, and as longer.
_STANDS: Final = 3.0
_STANDS_LONGER: Final = 8.0
# It is told anew as longer only where so much more is left than what was told: work that is a little slower is no news.
_LONGER: Final = 1.5
_MINUTE: Final = 60
_ONE_AND_A_HALF: Final = 90


@dataclass
class TimeLeft:
    """How the work went since it was first looked at, and what was told last. Ages are seconds."""

    looks: list[tuple[float, float]]  # age and share done, at most one a second
    share: float = 0.0
    told: int | None = None
    told_at: float = 0.0

    def tell(self, age: float, share: float) -> int | None:
        """Return about how many seconds are left when a ``share`` of the work is done; None: not known."""
        if share == self.share:
            # Nothing new is known while the work has nothing to tell.
            return self.told
        if share < self.share:
            # A second part of the work began: what the first one took says nothing of it.
            self.looks, self.told = [(age, share)], None
        self.share = share
        if age - self.looks[-1][0] >= 1.0:
            self.looks.append((age, share))
        # The second half of the time tells most of the rest: the work may go on in another way than it began.
        middle = (age + self.looks[0][0]) / 2.0
        begun, before = next(look for look in reversed(self.looks) if look[0] <= middle)
        done, seconds = share - before, age - begun
        if done < _LEAST_SHARE or seconds < _LEAST_SECONDS:
            return self.told
        left = seconds * (1.0 - share) / done
        if self.told is None:
            self.told, self.told_at = _rounded(left), age
        elif age - self.told_at >= _STANDS:
            stood = age - self.told_at
            expected = max(0.0, self.told - stood)
            longer = stood >= _STANDS_LONGER and left > _LONGER * expected + _STANDS_LONGER
            if left <= expected or longer:
                self.told, self.told_at = _rounded(left), age
        return self.told


_looked_at: WeakKeyDictionary[Job, TimeLeft] = WeakKeyDictionary()
_looking: Final = threading.Lock()


def seconds_left(job: Job) -> int | None:
    """Return about how many seconds a job has left; None before that is known."""
    done, of = job.progress
    if not of:
        return None
    age, share = time.monotonic() - job.asked, done / of
    with _looking:
        known = _looked_at.setdefault(job, TimeLeft([(age, share)]))
        return known.tell(age, share)


def time_left_text(session: Session, seconds: int) -> str:
    """Return so many seconds in words: "omkring 20 sekunder endnu"."""
    if seconds <= _STEPS[0]:
        return session.page_text("job.left.few")
    if seconds < _MINUTE:
        return session.page_text("job.left.seconds", n=seconds)
    if seconds == _MINUTE:
        return session.page_text("job.left.minute")
    if seconds == _ONE_AND_A_HALF:
        return session.page_text("job.left.one_and_a_half")
    return session.page_text("job.left.minutes", n=math.ceil(seconds / _MINUTE))


def _rounded(seconds: float) -> int:
    """Return the first step that is not less: nobody waits longer than was told for want of a rounding."""
    return next((step for step in _STEPS if seconds <= step), _STEPS[-1])
