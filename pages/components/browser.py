"""The components that run in the browser: each is a script and a style sheet beside this file.

They are trusted code and receive texts only as data; they set them as text, never as markup.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import streamlit as st

FOLDER: Final = Path(__file__).parent


def _read(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


def _short(source: str) -> str:
    """A script or style sheet without indentation and without lines that are comments: it travels with every run."""
    without_blocks = re.sub(r"^\s*/\*.*?\*/\s*$", "", source, flags=re.DOTALL | re.MULTILINE)
    lines = (line.strip() for line in without_blocks.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//"))


def _component(name: str, html: str, *parts: str) -> Callable[..., Any]:
    """A component of that name, made of its own files and those of its parts."""
    scripts = ("dom", *parts, name)
    styles = (*parts, name)
    mount = st.components.v2.component(
        f"indsatskompas.{name}",
        html=html,
        css="\n".join(
            _short(_read(f"{style}.css")) for style in styles if (FOLDER / f"{style}.css").exists()
        ),
        js="\n".join(_short(_read(f"{script}.js")) for script in scripts),
        isolate_styles=False,
    )

    def mounted(*, data: Mapping[str, Any], **arguments: Any) -> Any:
        """Mounts the component; ``data`` travels as one text, which Streamlit need not walk through."""
        packed = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        return mount(data={"json": packed}, **arguments)

    return mounted


live = _component(
    "live",
    '<div class="ik-levers"></div><div class="ik-results"></div><div class="ik-focus"></div>'
    '<div class="ik-glance" aria-hidden="true"></div>',
    "leaving",
    "turns",
    "levers",
    "results",
    "focus",
    "glance",
)
bar = _component("bar", '<div class="ik-bar"></div>', "leaving", "turns", "tour", "play", "held", "waits")
_again = _component("again", '<div class="ik-again"></div>', "leaving", "turns")
tiles = _component("tiles", '<div class="ik-tiles"></div>')
flow = _component("flow", '<div class="ik-flow"></div>')
rooms = _component("rooms", '<div class="ik-rooms"></div>')
facts = _component("facts", '<div class="ik-facts"></div>')


def look_again(key: str, wait: int) -> None:
    """Lets the fragment that is being drawn run again after every ``wait`` ms, for as long as it draws this."""
    _again(key=f"again-{key}", data={"wait": wait}, on_look_change=lambda: None)
