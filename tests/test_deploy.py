"""Test what a server is set up with: locked versions, container, service, proxy, and the health command."""

from __future__ import annotations

import configparser
import http.server
import importlib.metadata
import re
import threading
from collections.abc import Iterator

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from deploy import health
from model.files.folders import DATA_VARIABLE
from pages.session.public_address import ADDRESS_VARIABLE
from tests.folders import ROOT
from tools.bill_of_materials import LOCK, locked_packages

DEPLOY = ROOT / "deploy"
LOCKED = {package.name: package for package in locked_packages(LOCK.read_text(encoding="utf-8"))}


def required() -> list[Requirement]:
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    return [Requirement(line) for line in lines if line and not line.startswith("#")]


# --- locked versions ---------------------------------------------------------------------------------


def test_each_requirement_is_locked_within_its_range() -> None:
    for requirement in required():
        locked = LOCKED[canonicalize_name(requirement.name)]
        assert requirement.specifier.contains(locked.version), requirement


def test_what_the_requirements_require_is_locked_too() -> None:
    seen: set[str] = set()
    waiting = [(canonicalize_name(r.name), frozenset(r.extras)) for r in required()]
    while waiting:
        name, extras = waiting.pop()
        assert name in LOCKED, name
        if name in seen and not extras:
            continue
        seen.add(name)
        for line in importlib.metadata.requires(name) or ():
            needed = Requirement(line)
            marks = [{"extra": extra} for extra in (*extras, "")]
            if needed.marker is None or any(needed.marker.evaluate(mark) for mark in marks):
                waiting.append((canonicalize_name(needed.name), frozenset(needed.extras)))
    assert len(seen) > len(required())


def test_each_locked_package_has_digests_and_no_address() -> None:
    assert [name for name, package in LOCKED.items() if not package.digests] == []
    assert not re.search(r"^-|://|/", LOCK.read_text(encoding="utf-8"), re.M)


# --- container, service, proxy -----------------------------------------------------------------------


def test_the_container_installs_what_readme_installs() -> None:
    dockerfile = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    packages = re.search(r"no-install-recommends (.*) &&\npython3 -m venv .venv ", readme)
    assert packages is not None
    assert packages.group(1) in dockerfile
    assert "--require-hashes -r deploy/requirements.lock" in dockerfile
    assert f"{DATA_VARIABLE}=/data" in dockerfile
    assert re.search(r"^USER 10001", dockerfile, re.M)


def test_two_servers_share_the_folder_of_saved_files() -> None:
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    apps = [compose["services"][name] for name in ("app1", "app2")]
    assert all(app["volumes"] == ["data:/data"] and app["read_only"] for app in apps)
    assert ADDRESS_VARIABLE in apps[0]["environment"]
    proxy = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    assert {"app1:8501", "app2:8501"} <= set(re.findall(r"server (\w+:\d+)", proxy))


@pytest.mark.parametrize("name", ["deploy/nginx.conf", "docs/proxy.md"])
def test_the_proxy_takes_what_the_app_takes(name: str) -> None:
    import tomllib

    settings = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    proxy = (ROOT / name).read_text(encoding="utf-8")
    most = settings["server"]["maxUploadSize"]
    body = re.search(r"client_max_body_size (\d+)m;", proxy)
    assert body is not None
    assert int(body.group(1)) > most
    assert f"files of up to {most} MB" in proxy
    for words in (
        "large_client_header_buffers 4 64k;",
        "proxy_set_header Upgrade    $http_upgrade;",
        "proxy_set_header Connection $connection_upgrade;",
        "proxy_set_header Host       $http_host;",
    ):
        assert words in proxy


def test_the_service_runs_without_rights_and_saves_in_its_own_folder() -> None:
    unit = configparser.RawConfigParser(strict=False)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read(DEPLOY / "indsatskompas.service", encoding="utf-8")
    service = unit["Service"]
    assert service["DynamicUser"] == "yes"
    assert service["ProtectSystem"] == "strict"
    assert f"{DATA_VARIABLE}=/var/lib/{service['StateDirectory']}" in service["Environment"]
    assert service["ExecStart"].startswith(service["WorkingDirectory"] + "/.venv/bin/streamlit run app.py")


# --- health ------------------------------------------------------------------------------------------


@pytest.fixture
def server() -> Iterator[http.server.HTTPServer]:
    """Return a server that answers with what ``status`` and ``body`` say."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(self.server.status)  # type: ignore[attr-defined]
            self.end_headers()
            self.wfile.write(self.server.body)  # type: ignore[attr-defined]

        def log_message(self, *_: object) -> None:
            pass

    made = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=made.serve_forever, daemon=True)
    thread.start()
    yield made
    made.shutdown()
    made.server_close()


def test_the_health_command_says_what_the_app_says(
    server: http.server.HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A proxy for the way out is not asked for the app beside it.
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    address = f"http://127.0.0.1:{server.server_port}/health"
    for status, body, expected in (
        (200, b'{"status": "ok"}', 0),
        (503, b'{"status": "starting"}', 1),
        (200, b"<!DOCTYPE html>", 1),  # as Streamlit answers where it knows no such address
        (200, b"[]", 1),
    ):
        server.status, server.body = status, body  # type: ignore[attr-defined]
        assert health.main([address]) == expected
    assert health.main(["http://127.0.0.1:1/health"]) == 1
