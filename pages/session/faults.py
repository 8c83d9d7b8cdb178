"""Write a fault to the server's log under a number that the visitor is told too."""

from __future__ import annotations

import logging
import secrets

_log = logging.getLogger("indsatskompas.pages")


def note_fault(what: str, error: BaseException) -> str:
    """Log what failed with its traceback, and return its number."""
    number = secrets.token_hex(4)
    _log.error("%s, fault %s", what, number, exc_info=error)
    return number
