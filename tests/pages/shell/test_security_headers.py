"""Test what browsers are told to allow, and who may read the counts of sessions and memory."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import streamlit

from pages.shell.connection_notice import with_notice
from pages.shell.security_headers import SecurityHeaders, content_policy, inline_scripts
from tests.coroutines import run_coroutine


def answered(
    path: str = "/", host: str = "localhost:8501", client: Any = ("127.0.0.1", 5), *given: Any
) -> Any:
    """Return status and headers of an answer by the app's name for them; the app itself answers 200."""
    sent: list[Any] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": list(given)})
        await send({"type": "http.response.body", "body": b"x"})

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "headers": [(b"host", host.encode())],
        "client": client,
    }
    run_coroutine(SecurityHeaders(app)(scope, lambda: None, send))
    return sent[0]["status"], [(name.decode(), value.decode()) for name, value in sent[0]["headers"]]


def test_every_answer_has_the_headers_once() -> None:
    _, headers = answered(
        "/x", "localhost", ("10.0.0.9", 1), (b"X-Frame-Options", b"ALLOWALL"), (b"etag", b"1")
    )
    names = [name.lower() for name, _ in headers]
    assert len(set(names)) == len(names)
    told = dict(headers)
    assert told["x-frame-options"] == "DENY"
    assert told["x-content-type-options"] == "nosniff"
    assert told["referrer-policy"] == "same-origin"
    assert told["etag"] == "1"
    assert "frame-ancestors 'none'" in told["content-security-policy"]


def test_the_policy_lets_no_script_in_that_is_not_the_apps() -> None:
    rules = dict(rule.strip().split(" ", 1) for rule in content_policy().split(";"))
    scripts = rules["script-src"].split()
    assert not {"'unsafe-inline'", "'unsafe-eval'", "*", "data:", "http:", "https:"} & set(scripts)
    assert rules["default-src"] == "'self'"
    assert rules["object-src"] == "'none'"
    assert not any("*" in rule or "http" in rule for rule in rules.values())


def test_each_script_that_stands_in_the_page_is_named() -> None:
    """One that a new version of Streamlit writes in another way would not run."""
    page = with_notice((Path(streamlit.__file__).parent / "static" / "index.html").read_bytes())
    inline = [tag for tag in re.findall(rb"<script\b[^>]*>", page) if b"src=" not in tag]
    named = inline_scripts(page)
    assert len(named) == len(inline) >= 2
    assert all(f"'sha256-{digest}'" in content_policy() for digest in named)


@pytest.mark.parametrize(
    ("host", "client", "status"),
    [
        ("localhost:8501", "127.0.0.1", 200),
        ("127.0.0.1:8501", "127.0.0.1", 200),
        ("[::1]:8501", "::1", 200),
        ("indsatskompas.kommune.dk", "127.0.0.1", 404),  # through a proxy on this machine
        ("localhost", "10.0.0.9", 404),
        ("10.0.0.1:8501", "10.0.0.9", 404),
    ],
)
def test_counts_are_for_this_machine_alone(host: str, client: str, status: int) -> None:
    for path in ("/_stcore/metrics", "/base/_stcore/metrics/"):
        found, headers = answered(path, host, (client, 1))
        assert found == status
        assert "x-content-type-options" in dict(headers)
    assert answered("/_stcore/health", host, (client, 1))[0] == 200


def test_a_request_without_a_client_is_not_of_this_machine() -> None:
    assert answered("/_stcore/metrics", client=None)[0] == 404
