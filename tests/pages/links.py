"""Find what Markdown makes links of by itself, as Streamlit's reader does (mdast-util-gfm-autolink-literal)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

JOINER: Final = "\N{WORD JOINER}"
_ESCAPED: Final = re.compile(r"\\([!-/:-@\[-`{-~])")
_ADDRESS: Final = re.compile(r"(https?://|www(?=\.))([-.\w]+)", re.IGNORECASE | re.ASCII)
_MAIL: Final = re.compile(r"([-.\w+]+)@([-\w]+(?:\.[-\w]+)+)", re.ASCII)
# What Streamlit reads as Markdown in the elements that it draws.
_READ: Final = frozenset(("body", "label", "help", "options", "text", "placeholder", "element_type"))
_PLAIN: Final = frozenset(
    (
        "html",
        "text",
        "arrow_data_frame",
        "bidi_component",
        "text_input",
        "text_area",
        "selectbox",
        "multiselect",
    )
)


def links_in(markdown: str) -> list[str]:
    """Return the addresses in a text of Markdown that become links."""
    words = _ESCAPED.sub(r"\1", markdown)
    return [found.group() for pattern in (_ADDRESS, _MAIL) for found in pattern.finditer(words)]


def drawn_as_markdown(app: Any) -> Iterator[str]:
    """Yield the texts of a page in Streamlit's own test runner that its browser reads as Markdown."""
    for element in _below(app._tree):
        proto = getattr(element, "proto", None)
        if proto is None or not hasattr(proto, "ListFields"):
            continue
        for field, value in proto.ListFields():
            plain = element.type in _PLAIN and field.name not in ("label", "help")
            if field.name in _READ and not plain and not isinstance(value, int):
                given = [value] if isinstance(value, str) else value
                yield from (one for one in given if isinstance(one, str))


def drawn_as_html(app: Any) -> Iterator[str]:
    """Yield the texts of a page in Streamlit's own test runner that its browser reads as HTML."""
    for element in _below(app._tree):
        if element.type == "html":
            yield str(element.proto.body)


def _below(block: Any) -> Iterator[Any]:
    """Yield all elements below a block."""
    for child in block.children.values():
        yield child
        if hasattr(child, "children"):
            yield from _below(child)
