"""Ask a source for figures with the user's own token: Jobindsats' API (version 3) and StatBank's open API.

The token goes into the header of the request and nowhere else: it is not kept, logged, shown or part of any message.
The answer is bytes that :func:`model.imports.reader.read_export` reads like a file.
"""

from __future__ import annotations

import json
import logging
import os
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal
from urllib.parse import quote, urlsplit

from model.files.problems import FileProblem, single_problem
from model.imports.limited_process import read_export_limited
from model.imports.rows import MAX_BYTES, Imported
from model.language.messages import Message

_log = logging.getLogger(__name__)

JOBINDSATS_V3: Final = "https://api.jobindsats.dk/v3"
STATBANK: Final = "https://api.statbank.dk/v1"
CONNECT_SECONDS: Final = 10.0
READ_SECONDS: Final = 60.0
TRIES: Final = 4
FIRST_PAUSE_SECONDS: Final = 1.0
LONGEST_PAUSE_SECONDS: Final = 60.0
_CHUNK: Final = 1 << 16
_BUSY: Final = 429
_SERVER_FAULT: Final = 500
_REDIRECT: Final = 300
_WRONG_REQUEST: Final = 400
_ACCESS: Final = (401, 403)
_NOT_FOUND: Final = 404
_MOST_TOKEN: Final = 4096
Sleep = Callable[[float], None]
# Where the sources are, for those who reach them through a gateway of their own.
JOBINDSATS_VARIABLE: Final = "INDSATSKOMPAS_JOBINDSATS_URL"
STATBANK_VARIABLE: Final = "INDSATSKOMPAS_STATBANK_URL"


def jobindsats_base() -> str:
    """Return the address of Jobindsats' API (version 3)."""
    return os.environ.get(JOBINDSATS_VARIABLE) or JOBINDSATS_V3


def statbank_base() -> str:
    """Return the address of StatBank's API."""
    return os.environ.get(STATBANK_VARIABLE) or STATBANK


class Refusal(FileProblem):
    """A source that does not answer, or not with what was asked for; ``kind`` is the last part of the text's key."""

    def __init__(self, kind: str, name: str, **values: object) -> None:
        message = Message(f"import.fetch.{kind}", **values)
        super().__init__(single_problem(message.da, message.en).problems, name)
        self.kind = kind


class Token:
    """The user's key. It shows itself to nobody: not in repr, str, pickles or copies of it."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        value = value.strip()
        printable = value.isascii() and value.isprintable() and " " not in value
        if not value or len(value) > _MOST_TOKEN or not printable:
            raise _problem("token")
        self._value = value

    def __repr__(self) -> str:
        return "Token(***)"

    __str__ = __repr__

    def __reduce__(self) -> Any:
        raise TypeError("a token is not kept")

    def header(self) -> dict[str, str]:
        """Return the header that carries the key."""
        return {"Authorization": f"Bearer {self._value}"}


@dataclass(frozen=True)
class Request:
    """What is asked for; ``headers`` may hold the key and are never shown."""

    method: Literal["GET", "POST"]
    url: str
    name: str  # of the answer, as a file would be called; carries the table's id
    params: tuple[tuple[str, str], ...] = ()
    body: Mapping[str, Any] | None = None
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


def jobindsats_v3(
    table: str,
    token: Token | None,
    *,
    period: str = "latest:12",
    period_type: str = "M",
    hierarchies: Mapping[str, str] | None = None,
    measures: str = "*",
    base: str = JOBINDSATS_V3,
) -> Request:
    """Return the request for a table of API version 3 as JSON; ``hierarchies`` by id, "*" all, "/" total.

    Without a token it can be looked up among the answers that are kept, and is refused by the source.
    """
    chosen = hierarchies if hierarchies is not None else {"_nykom": "*"}
    params = (
        ("mgroup.*", measures),
        (f"period.{_id(period_type)}", period),
        *((f"hierarchy.{_id(k)}", v) for k, v in chosen.items()),
        ("format", "json"),
    )
    return Request("GET", f"{_base(base)}/data/{_id(table)}", f"{table}.json", params, None, _bearer(token))


def statbank(
    table: str,
    variables: Mapping[str, Iterable[str]],
    *,
    language: str = "da",
    base: str = STATBANK,
) -> Request:
    """Return the request for a StatBank table as JSON-stat; ``variables`` and values by code. No token."""
    body = {
        "table": _id(table),
        "format": "JSONSTAT",
        "lang": language,
        "variables": [{"code": code, "values": list(values)} for code, values in variables.items()],
    }
    return Request("POST", f"{_base(base)}/data", f"{table}.json", (), body)


def jobindsats_description_request(table: str, token: Token | None, *, base: str) -> Request:
    """Return the request for what Jobindsats (API version 3) says of a table: its periods and breakdowns."""
    url = f"{_base(base)}/table/{_id(table)}"
    return Request("GET", url, f"{table}.json", (("format", "json"),), None, _bearer(token))


def statbank_description_request(table: str, *, base: str) -> Request:
    """Return the request for what StatBank says of a table: its variables and their values. No token."""
    params = (("format", "JSON"), ("lang", "da"))
    return Request("GET", f"{_base(base)}/tableinfo/{_id(table)}", f"{table}.json", params)


def _bearer(token: Token | None) -> dict[str, str]:
    """Return the header of version 3, none without a key."""
    return {} if token is None else token.header()


def _base(base: str) -> str:
    """Return an address without a key or a query in it; http only on this machine."""
    parts = urlsplit(base)
    local = parts.hostname in ("localhost", "127.0.0.1", "::1")
    fits = parts.scheme == "https" or (parts.scheme == "http" and local)
    if not fits or parts.username or parts.password or parts.query or parts.fragment:
        raise _problem("address")
    return base.rstrip("/")


def _id(text: str) -> str:
    """Return an identifier that is safe in an address. Raises FileProblem."""
    if not text or len(text) > 80 or not all(c.isalnum() or c in "_*-" for c in text):
        raise _problem("table_id")
    return quote(text, safe="*")


def fetch(request: Request, *, sleep: Sleep = time.sleep, tries: int = TRIES) -> bytes:
    """Return the answer; waits and asks again where the server is busy, fails or does not answer in time.

    Raises FileProblem, which never holds the token, an address with a query or anything that the server said.
    """
    pause = FIRST_PAUSE_SECONDS
    for attempt in range(1, tries + 1):
        status, answer, wait = _ask(request)
        if status is not None and status < _REDIRECT:
            _log.info("%s fetched, %d bytes", request.name, len(answer))
            return answer
        again = status is None or status == _BUSY or status >= _SERVER_FAULT
        _log.warning("%s not fetched, attempt %d: %s", request.name, attempt, status or "no answer")
        if not again:
            raise _refusal(status, request)
        if attempt < tries:
            sleep(min(LONGEST_PAUSE_SECONDS, max(pause, wait)))
            pause *= 2
    raise _refusal(status, request)


def fetch_export(request: Request, *, sleep: Sleep = time.sleep, tries: int = TRIES) -> Imported:
    """Return the answer as figures. Raises FileProblem."""
    return read_export_limited(fetch(request, sleep=sleep, tries=tries), request.name)


def _ask(request: Request) -> tuple[int | None, bytes, float]:
    """Return status (None: no answer), body and the server's wait in seconds. Raises FileProblem for too much."""
    import requests  # takes half a second to import

    status: int | None = None
    try:
        # A municipality's proxy and certificates are those of the environment.
        with (
            requests.Session() as session,
            session.request(
                request.method,
                request.url,
                params=list(request.params),
                data=None if request.body is None else json.dumps(request.body).encode(),
                headers={
                    "Accept": "application/json",
                    **({"Content-Type": "application/json"} if request.body is not None else {}),
                    **request.headers,
                },
                auth=_as_it_is,
                timeout=(CONNECT_SECONDS, READ_SECONDS),
                allow_redirects=False,  # the key is for this address only
                stream=True,
            ) as response,
        ):
            status = response.status_code
            body = bytearray()
            for chunk in response.iter_content(_CHUNK):
                body += chunk
                if len(body) > MAX_BYTES:
                    raise _problem("too_much", name=request.name, most=MAX_BYTES // 1_000_000)
            return status, bytes(body), _seconds(response.headers.get("Retry-After"))
    except requests.RequestException:
        # What the library says holds the whole address; none of it is passed on.
        return None, b"", 0.0


def _as_it_is(prepared: Any) -> Any:
    """Leave the headers alone; without it a .netrc of the machine would replace the key."""
    return prepared


def _seconds(text: str | None) -> float:
    """Return how long a server asks to wait, 0 where it does not say."""
    return float(text) if text is not None and text.isdigit() and len(text) < 6 else 0.0


def _refusal(status: int | None, request: Request) -> Refusal:
    """Return the refusal of a status that is no answer."""
    if status is None:
        return Refusal("no_answer", request.name)
    if status in _ACCESS:
        return Refusal("access", request.name)
    if status == _NOT_FOUND:
        return Refusal("not_found", request.name)
    if status == _BUSY:
        return Refusal("busy", request.name)
    if status >= _SERVER_FAULT:
        return Refusal("server", request.name, status=status)
    if status >= _WRONG_REQUEST:
        return Refusal("wrong_request", request.name, status=status)
    return Refusal("elsewhere", request.name)


def _problem(key: str, name: str = "", **values: object) -> FileProblem:
    """Return the problem with the text ``import.fetch.KEY``."""
    message = Message(f"import.fetch.{key}", **values)
    return single_problem(message.da, message.en, name=name)
