"""Open the data page in Streamlit's own test runner and read it, as tests of the page and of the months do."""

from __future__ import annotations

import json
from typing import Any

from tests.folders import MAIN, ROOT
from tests.pages.cases import the_visit


def started(part: str = "town", kept: dict[str, Any] | None = None, **session: Any) -> Any:
    """Return a new visitor on a part of the page; ``kept`` is what has been chosen there before."""
    from streamlit.testing.v1 import AppTest

    app = AppTest.from_file(str(MAIN), default_timeout=60)
    app.run()
    visit = the_visit(app)
    for key, value in session.items():
        setattr(visit, key, value)
    visit.widget_values.update({"data_part": part, **(kept or {})})
    app.switch_page(str(ROOT / "pages" / "data.py"))
    return settled(app)


def settled(app: Any) -> Any:
    """Run until nothing that the page has asked for is under way."""
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


def words(app: Any) -> str:
    return "\n".join(
        str(e.value).replace("\\", "").replace("\xa0", " ")
        for e in (*app.header, *app.subheader, *app.markdown, *app.caption, *app.text)
    )


def facts(app: Any) -> str:
    """Return all tables of texts on the page, as one text."""
    tables = []
    for element in app.main:
        proto = getattr(element, "proto", None)
        if type(proto).__name__ == "BidiComponent":
            data = json.loads(json.loads(proto.json)["json"])
            tables.append(data.get("rows"))
    return json.dumps(tables, ensure_ascii=False)
