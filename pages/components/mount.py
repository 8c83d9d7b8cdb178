"""Mount the components that run in the browser: each is a folder of scripts and style sheets in ``pages/frontend``.

They are trusted code and receive texts only as data; they set them as text, never as markup.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import streamlit as st

FRONTEND: Final = Path(__file__).resolve().parents[1] / "frontend"
_NEEDS: Final = re.compile(r"^// needs: (.+)$", re.MULTILINE)


def files_of(component: str) -> tuple[Path, ...]:
    """List the files of a component in the order in which they are joined: what it needs, then its own script.

    ``pages/frontend/COMPONENT/index.js`` says in its first line ``// needs: FILE ...``, paths relative to its folder.
    """
    index = FRONTEND / component / "index.js"
    needs = _NEEDS.match(index.read_text(encoding="utf-8"))
    needed = needs.group(1).split() if needs else []
    return (*((index.parent / name).resolve() for name in needed), index)


def minified(source: str) -> str:
    """Return a script or style sheet without indentation and comment lines: it travels with every run."""
    without_blocks = re.sub(r"^\s*/\*.*?\*/\s*$", "", source, flags=re.DOTALL | re.MULTILINE)
    lines = (line.strip() for line in without_blocks.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//"))


def pack(data: Mapping[str, Any]) -> str:
    """Return a component's data as the one text by which it travels: Streamlit need not walk through it."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def _component(name: str, html: str) -> Callable[..., Any]:
    """Register a component and return what mounts it."""

    def joined(suffix: str) -> str:
        parts = (path for path in files_of(name) if path.suffix == suffix)
        return "\n".join(minified(path.read_text(encoding="utf-8")) for path in parts)

    registered = st.components.v2.component(
        f"indsatskompas.{name}",
        html=html,
        css=joined(".css"),
        js=joined(".js"),
        isolate_styles=False,
    )

    def mount(*, data: Mapping[str, Any] | str, **arguments: Any) -> Any:
        """Mount the component; ``data`` is packed, or has been."""
        return registered(data={"json": data if isinstance(data, str) else pack(data)}, **arguments)

    return mount


explore_view = _component(
    "explore_view",
    '<div class="ik-told"></div><div class="ik-levers"></div><div class="ik-focus"></div>'
    '<div class="ik-results"></div><div class="ik-tries"></div>'
    '<div class="ik-glance" aria-hidden="true"></div>',
)
toolbar = _component("toolbar", '<div class="ik-bar"></div>')
meeting_bar = _component("meeting_bar", '<div class="ik-meeting"></div>')
guess_axis = _component("guess_axis", '<div class="ik-guess"></div>')
draft_bar = _component("draft_bar", '<div class="ik-draft"></div>')
room_list = _component("room_list", '<div class="ik-seats"></div>')
channel = _component("channel", "<span hidden></span>")
key_figures = _component("key_figures", '<div class="ik-tiles"></div>')
flow_diagram = _component("flow_diagram", '<div class="ik-flow"></div>')
state_diagram = _component("state_diagram", '<div class="ik-states"></div>')
lever_path = _component("lever_path", '<div class="ik-path"></div>')
responsive_table = _component("responsive_table", '<div class="ik-facts"></div>')
