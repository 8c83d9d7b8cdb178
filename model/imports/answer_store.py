"""Keep what sources have answered for a day, so that fetching all tables goes on where it was stopped.

An answer lies in a file of its own under the data folder, named by its table and the request's hash. The key is no
part of either. A file that cannot be written or read is no more than a request that is made again.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import time
from pathlib import Path
from typing import Final

from model.files.atomic_write import write_atomically
from model.imports.fetch import Request
from model.municipality.municipality_list import own_municipalities_folder

_log = logging.getLogger(__name__)
_SECONDS_KEPT: Final = 24 * 3600
_HASH_CHARACTERS: Final = 16


class AnswerStore:
    """The answers that were fetched for one municipality in the last day."""

    def __init__(self, municipality: str) -> None:
        self._folder = own_municipalities_folder().parent / "fetched" / municipality

    def get(self, request: Request) -> bytes | None:
        """Return the answer to a request, None where there is none of the last day."""
        path = self._path(request)
        try:
            if time.time() - path.stat().st_mtime > _SECONDS_KEPT:
                return None
            return path.read_bytes()
        except OSError:
            return None

    def put(self, request: Request, answer: bytes) -> None:
        """Keep an answer; where the disk says no, it is not kept."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            write_atomically(self._path(request), answer)
        except OSError as error:
            _log.warning("answer %s not kept: %s", request.name, error.strerror)

    def clear(self) -> None:
        """Remove all answers of the municipality."""
        with contextlib.suppress(OSError):
            for path in self._folder.iterdir():
                path.unlink(missing_ok=True)
            self._folder.rmdir()

    def _path(self, request: Request) -> Path:
        """Return the file of a request: its table's name and a hash of all that is asked, the key left out."""
        asked = json.dumps([request.method, request.url, request.params, request.body], default=list)
        digest = hashlib.sha256(asked.encode()).hexdigest()[:_HASH_CHARACTERS]
        return self._folder / f"{Path(request.name).stem}-{digest}.json"
