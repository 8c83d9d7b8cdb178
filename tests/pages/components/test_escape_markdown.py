"""Test that texts from people are shown as they stand."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as some

from pages.components.escape_markdown import escape_markdown


@given(some.text())
def test_what_people_write_is_shown_as_it_stands(words: str) -> None:
    shown = escape_markdown(words)
    unescaped = []
    i = 0
    while i < len(shown):
        i += shown[i] == "\\"
        unescaped.append(shown[i])
        i += 1
    assert "".join(unescaped) == " ".join(words.split())
    assert "\n" not in shown


def test_plain_breaks_pictures_links_and_markup() -> None:
    for words in ("![x](http://example.org)", "[a](b)", "**b**", "<img>", ":red[x]", "$x$", "# x", "`x`"):
        escaped = escape_markdown(words)
        assert escaped.count("\\") >= 1
        assert not any(f"{pair}" in escaped for pair in ("](", "**", "<img>", ":red[", "$x$", "`x`"))
