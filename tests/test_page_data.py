"""The data page: every part draws, what it shows is the model's, an import goes in and out again, keys stay nowhere."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pages.components import engine_room
from pages.components.history import History, Step
from pages.components.visit import Visit, baseline_scenario

ROOT = Path(__file__).resolve().parents[1]
MAIN = ROOT / "pages" / "components" / "main.py"
SAMPLE = ROOT / "tests" / "data" / "jobindsats_v2_y30r21_sample.jsonl"
PARTS = ("town", "fetch", "fit", "backtest", "benchmark")


@pytest.fixture(scope="module", autouse=True)
def engine() -> None:
    engine_room.start()
    assert engine_room.wait(240.0)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("INDSATSKOMPAS_DATA", str(tmp_path))
    return tmp_path / "municipalities"


def started(part: str = "town", **session: Any) -> Any:
    """A new visitor on a part of the page."""
    from streamlit.testing.v1 import AppTest

    app = AppTest.from_file(str(MAIN), default_timeout=60)
    app.run()
    visit = the_visit(app)
    for key, value in session.items():
        setattr(visit, key, value)
    visit.kept["data_part"] = part
    app.switch_page(str(ROOT / "pages" / "data.py"))
    return settled(app)


def settled(app: Any) -> Any:
    """Runs until nothing that the page has asked for is under way."""
    app.run()
    for _ in range(40):
        jobs = [j for j in the_visit(app).jobs.values() if not j.done.is_set()]
        if not jobs:
            break
        for job in jobs:
            assert job.done.wait(240)
        app.run()
    app.run()
    assert not app.exception
    return app


def the_visit(app: Any) -> Visit:
    found: Visit = app.session_state["visit"]
    return found


def words(app: Any) -> str:
    return "\n".join(
        str(e.value).replace("\\", "")
        for e in (*app.header, *app.subheader, *app.markdown, *app.caption, *app.text)
    )


def at(municipality: str, language: str = "da") -> dict[str, Any]:
    return {
        "language": language,
        "history": History((Step(baseline_scenario(municipality, language), "start"),)),
    }


@pytest.mark.parametrize("language", ["da", "en"])
@pytest.mark.parametrize("municipality", ["ballerup", "broendby", "albertslund", "samsoe"])
def test_the_quick_parts_draw(municipality: str, language: str) -> None:
    for part in ("fetch", "fit", "benchmark"):
        app = started(part, **at(municipality, language))
        assert not app.error
