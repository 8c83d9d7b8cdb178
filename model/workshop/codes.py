"""Codes and keys of a meeting: a code that tables type, keys that nobody guesses, and a limit on trying."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from typing import Final

# Letters and digits that cannot be taken for one another when read from a screen.
ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
LENGTH: Final = 6
_KEY_BYTES: Final = 16


def new_code() -> str:
    """Return a code to type, one of 31 ** 6 (887 million)."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def read_code(typed: str) -> str:
    """Return a typed code as codes are written: capitals, without blanks and hyphens; empty where it cannot be one."""
    text = "".join(c for c in typed.upper() if not c.isspace() and c not in "-.")
    return text if len(text) == LENGTH and all(c in ALPHABET for c in text) else ""


def new_key() -> str:
    """Return a secret of 128 bits for an address."""
    return secrets.token_urlsafe(_KEY_BYTES)


def key_hash(key: str) -> str:
    """Return what is kept of a key: whoever reads the files cannot use them as a key."""
    return hashlib.sha256(key.encode()).hexdigest()


def is_key(key: str, digest: str) -> bool:
    """Return whether a key is the one that was kept."""
    return hmac.compare_digest(key_hash(key), digest)


class AttemptLimit:
    """Refuses who has tried wrong codes too often: ``most`` within ``seconds``, counted per caller."""

    _MOST_CALLERS: Final = 10_000

    def __init__(self, most: int, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = most
        self._seconds = seconds
        self._clock = clock
        self._wrong: OrderedDict[str, deque[float]] = OrderedDict()
        self._lock = threading.Lock()

    def allows(self, caller: str) -> bool:
        """Return whether the caller may try again."""
        with self._lock:
            return len(self._recent(caller)) < self._most

    def note_wrong(self, caller: str) -> None:
        """Count a wrong code."""
        with self._lock:
            self._recent(caller).append(self._clock())
            self._wrong.move_to_end(caller)
            while len(self._wrong) > self._MOST_CALLERS:
                self._wrong.popitem(last=False)

    def _recent(self, caller: str) -> deque[float]:
        """Return the times of the caller's wrong codes that still count."""
        times = self._wrong.setdefault(caller, deque())
        while times and self._clock() - times[0] > self._seconds:
            times.popleft()
        return times


# One browser, and one address on the network, behind which a whole town hall may be.
BY_VISIT: Final = AttemptLimit(10, 300)
BY_ADDRESS: Final = AttemptLimit(60, 300)
