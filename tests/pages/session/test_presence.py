"""Test that a visit counts as gone exactly when Streamlit no longer has its connection."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from pages.session import presence


def test_a_visit_is_there_as_long_as_its_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    server = SimpleNamespace(is_active_session=lambda session: session == "anna")
    monkeypatch.setattr(presence.runtime, "get_instance", lambda: server)
    monkeypatch.setattr(presence.runtime, "exists", lambda: True)
    assert presence.is_connected("anna")
    assert not presence.is_connected("bo")
    assert presence.is_connected(None), "the server itself, and whoever is no browser"
    monkeypatch.setattr(presence.runtime, "exists", lambda: False)
    assert presence.is_connected("bo")
