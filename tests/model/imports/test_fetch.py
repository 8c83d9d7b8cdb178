"""Test fetching from a local server that replays recorded answers; the key shows nowhere."""

from __future__ import annotations

import contextlib
import copy
import json
import logging
import pickle
import threading
import traceback
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest

from model.files.problems import FileProblem
from model.imports import fetch as fetching
from model.imports.fetch import Token, fetch, fetch_export, jobindsats_v3, statbank
from model.imports.periods import month
from tests.model.imports.files import V3, json_stat

KEY = "hemmelig-Noegle-1234567890"


class _Server(ThreadingHTTPServer):
    """Answers one after the other: (status, headers, body); remembers what was asked."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answers, self.asked = [], []

    @property
    def base(self):
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    def _answer(self):
        length = int(self.headers.get("Content-Length") or 0)
        self.server.asked.append((self.command, self.path, dict(self.headers), self.rfile.read(length)))
        status, headers, body = self.server.answers.pop(0) if self.server.answers else (200, {}, b"{}")
        if status is None:  # the line goes dead
            self.connection.close()
            return
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if "Content-Length" not in headers:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        with contextlib.suppress(OSError):
            self.wfile.write(body)

    do_GET = do_POST = _answer

    def log_message(self, *_):
        pass


@pytest.fixture
def server():
    running = _Server()
    thread = threading.Thread(target=running.serve_forever, daemon=True)
    thread.start()
    yield running
    running.shutdown()
    running.server_close()
    thread.join()


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch, tmp_path):
    """The machine's proxy is not between the test and its own server, and its .netrc sends nothing."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login other password other\n")
    monkeypatch.setenv("NETRC", str(netrc))


@pytest.fixture
def pauses():
    return []


def ok(answer):
    return (200, {}, json.dumps(answer).encode())


def test_version_3(server, pauses):
    server.answers = [ok(V3)]
    request = jobindsats_v3(
        "y36a02", Token(KEY), hierarchies={"_nykom": "*", "_visitation": "*"}, base=server.base
    )
    imported = fetch_export(request, sleep=pauses.append)
    (_, path, headers, _) = server.asked[0]
    assert urlsplit(path).path == "/data/y36a02"
    assert parse_qs(urlsplit(path).query) == {
        "mgroup.*": ["*"],
        "period.M": ["latest:12"],
        "hierarchy._nykom": ["*"],
        "hierarchy._visitation": ["*"],
        "format": ["json"],
    }
    assert headers["Authorization"] == f"Bearer {KEY}"
    assert imported.periods == (month(2020, 9),)


def test_statbank(server, pauses):
    server.answers = [ok(json_stat(1))]
    request = statbank("AUF01", {"OMRÅDE": ["151", "153"], "Tid": ["2020M09"]}, base=server.base)
    imported = fetch_export(request, sleep=pauses.append)
    (method, path, headers, body) = server.asked[0]
    assert (method, path) == ("POST", "/data")
    assert "Authorization" not in headers
    assert json.loads(body) == {
        "table": "AUF01",
        "format": "JSONSTAT",
        "lang": "da",
        "variables": [{"code": "OMRÅDE", "values": ["151", "153"]}, {"code": "Tid", "values": ["2020M09"]}],
    }
    assert imported.areas == ("Ballerup", "Brøndby")


def test_a_busy_or_failing_server_is_asked_again(server, pauses):
    server.answers = [(503, {}, b""), (429, {"Retry-After": "7"}, b""), (None, {}, b""), ok(V3)]
    assert (
        fetch(jobindsats_v3("y36a02", Token(KEY), base=server.base), sleep=pauses.append)
        == json.dumps(V3).encode()
    )
    assert pauses == [1.0, 7.0, 4.0]
    assert len(server.asked) == 4


def test_a_long_pause_is_bounded(server, pauses):
    server.answers = [(429, {"Retry-After": "86400"}, b""), ok(V3)]
    fetch(jobindsats_v3("y36a02", Token(KEY), base=server.base), sleep=pauses.append)
    assert pauses == [60.0]


@pytest.mark.parametrize(
    ("answer", "asked", "words"),
    [
        ((401, {}, b"no " + KEY.encode()), 1, "nej til nøglen"),
        ((403, {}, b""), 1, "nej til nøglen"),
        ((404, {}, b""), 1, "findes ikke"),
        ((400, {}, b"bad " + KEY.encode()), 1, "forstår ikke"),
        ((302, {"Location": "http://127.0.0.1:1/steal"}, b""), 1, "anden adresse"),
        ((500, {}, b"trace " + KEY.encode()), 4, "fejl hos serveren"),
        ((429, {}, b""), 4, "for travlt"),
        ((None, {}, b""), 4, "svarer ikke"),
    ],
)
def test_refusals_are_told_and_the_key_shows_nowhere(server, pauses, caplog, capfd, answer, asked, words):
    server.answers = [answer] * 4
    request = jobindsats_v3("y36a02", Token(KEY), base=server.base)
    with caplog.at_level(logging.DEBUG), pytest.raises(FileProblem) as caught:
        fetch(request, sleep=pauses.append)
    assert words in caught.value.text("da")
    assert len(server.asked) == asked
    shown = "".join(traceback.format_exception(caught.value)) + caplog.text + "".join(capfd.readouterr())
    shown += repr(caught.value) + repr(vars(caught.value)) + repr(request) + str(caught.value.__context__)
    assert KEY not in shown
    assert "y36a02.json" in caplog.text


def test_a_server_that_never_answers(server, pauses, monkeypatch):
    monkeypatch.setattr(fetching, "READ_SECONDS", 0.2)
    server.answers = [(200, {"Content-Length": "100"}, b"x")] * 2
    with pytest.raises(FileProblem) as caught:
        fetch(statbank("AUF01", {}, base=server.base), sleep=pauses.append, tries=2)
    assert "svarer ikke" in caught.value.text("da")
    assert pauses == [1.0]


def test_no_server_at_all(pauses):
    with pytest.raises(FileProblem) as caught:
        fetch(statbank("AUF01", {}, base="http://127.0.0.1:9"), sleep=pauses.append, tries=2)
    assert "does not answer" in caught.value.text("en")


def test_an_answer_that_is_too_large(server, pauses, monkeypatch):
    monkeypatch.setattr(fetching, "MAX_BYTES", 1000)
    server.answers = [(200, {}, b"x" * 100_000)]
    with pytest.raises(FileProblem) as caught:
        fetch(statbank("AUF01", {}, base=server.base), sleep=pauses.append)
    assert "for stort" in caught.value.text("da")
    assert len(server.asked) == 1


def test_an_answer_that_is_no_table(server, pauses):
    server.answers = [(200, {}, b"<html>login</html>")]
    with pytest.raises(FileProblem) as caught:
        fetch_export(statbank("AUF01", {}, base=server.base), sleep=pauses.append)
    assert "webside" in caught.value.text("da")


def test_a_token_does_not_show_itself_and_is_not_kept():
    token = Token(f" {KEY}\n")
    assert KEY not in f"{token} {token!r} {[token]} { ({'t': token}) }"
    for keep in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError):
            keep(token)
    assert token.header() == {"Authorization": f"Bearer {KEY}"}


@pytest.mark.parametrize("bad", ["", "  ", "a\nb", "a b", "nøgle1", "x" * 5000, "a\r\nX-Evil: 1"])
def test_what_is_no_token(bad):
    with pytest.raises(FileProblem) as caught:
        Token(bad)
    assert bad.strip() == "" or bad not in caught.value.text("da")


@pytest.mark.parametrize(
    "base",
    [
        "http://api.jobindsats.dk/v3",
        "ftp://x",
        "https://u:p@x.dk",
        "https://x.dk/?a=1",
        "file:///etc/passwd",
        "",
        "https://x.dk/#a",
    ],
)
def test_addresses_that_are_not_asked(base):
    with pytest.raises(FileProblem):
        statbank("AUF01", {}, base=base)


@pytest.mark.parametrize("table", ["", "../x", "a/b", "a?b", "a" * 100, "a b"])
def test_tables_that_are_not_asked_for(table):
    with pytest.raises(FileProblem):
        jobindsats_v3(table, Token(KEY))
