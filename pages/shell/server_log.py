"""Write the server's log: one line per event with its time, how grave it is, and where it comes from."""

from __future__ import annotations

import logging
import time
from typing import Any, Final

# What the app itself says; Streamlit and its server have logs of their own.
_LOGGERS: Final = ("model", "indsatskompas")
# What ends a line or moves the cursor of a terminal, besides the control characters below the space.
_MORE_BREAKS: Final = "\x7f\x85\N{LINE SEPARATOR}\N{PARAGRAPH SEPARATOR}"
_ESCAPED: Final = {
    code: chr(code).encode("unicode_escape").decode()
    for code in (*range(32), *range(0x80, 0xA0), *map(ord, _MORE_BREAKS))
}


class OneLine(logging.Formatter):
    r"""A record as one line; a line break in a value, or in a traceback, is written ``\n``."""

    default_time_format = "%Y-%m-%dT%H:%M:%S"

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:
        """Return the record's time with its offset from UTC."""
        moment = time.localtime(record.created)
        return time.strftime(self.default_time_format, moment) + time.strftime("%z", moment)

    def format(self, record: logging.LogRecord) -> str:
        """Return the record's line."""
        return super().format(record).translate(_ESCAPED)


def begin() -> None:
    """Write what the app says to standard error, the first time it is called."""
    for name in _LOGGERS:
        logger = logging.getLogger(name)
        if any(isinstance(handler.formatter, OneLine) for handler in logger.handlers):
            continue
        handler: logging.StreamHandler[Any] = logging.StreamHandler()
        handler.setFormatter(OneLine())
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)
        logger.propagate = False
