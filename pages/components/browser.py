"""The components that run in the browser: each is a script and a style sheet beside this file.

They are trusted code and receive texts only as data; they set them as text, never as markup.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import streamlit as st

FOLDER: Final = Path(__file__).parent


def _read(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


def _component(name: str, html: str, *, styled: bool = True) -> Any:
    return st.components.v2.component(
        f"indsatskompas.{name}",
        html=html,
        css=_read(f"{name}.css") if styled else None,
        js=_read("dom.js") + _read(f"{name}.js"),
        isolate_styles=False,
    )


levers = _component("levers", '<div class="ik-levers"></div>')
results = _component("results", '<div class="ik-results"></div>')
focus = _component("focus", '<div class="ik-focus"></div>')
shell = _component("shell", '<button type="button" class="ik-copy"></button>')
voice = _component("voice", '<div class="ik-voice" role="status" aria-live="polite"></div>')
