"""Test that texts from people are shown as they stand."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as some

from pages.components.escape_markdown import escape_markdown
from tests.pages.links import JOINER, links_in


@given(some.text())
def test_what_people_write_is_shown_as_it_stands(words: str) -> None:
    shown = escape_markdown(words)
    unescaped = []
    i = 0
    while i < len(shown):
        i += shown[i] == "\\"
        unescaped.append(shown[i])
        i += 1
    assert "".join(unescaped).replace(JOINER, "") == " ".join(words.split()).replace(JOINER, "")
    assert "\n" not in shown


def test_plain_breaks_pictures_links_and_markup() -> None:
    for words in ("![x](http://example.org)", "[a](b)", "**b**", "<img>", ":red[x]", "$x$", "# x", "`x`"):
        escaped = escape_markdown(words)
        assert escaped.count("\\") >= 1
        assert not any(f"{pair}" in escaped for pair in ("](", "**", "<img>", ":red[", "$x$", "`x`"))


ADDRESSES = some.sampled_from(
    (
        "http://",
        "https://",
        "HTTP://",
        "www.",
        "WWW.",
        "a@",
        "mailto:",
        "xmpp:",
        "evil.example",
        ".",
        "/",
        "b.dk",
        " ",
        "_",
    )
)


@given(some.lists(ADDRESSES | some.text(max_size=3), max_size=8).map("".join))
def test_an_address_is_no_link(words: str) -> None:
    assert not links_in(escape_markdown(words))


def test_an_address_that_is_only_escaped_is_a_link_for_markdown() -> None:
    """As the test above looks for them: Markdown finds addresses in what is left when all is read."""
    for words in (
        r"http\://evil\.example/x",
        r"www\.evil\.example",
        r"a\.b@evil\.example",
        r"x HTTPS\://Evil\.example",
    ):
        assert links_in(words), words
    assert not links_in("evil.example, a@b, http, www")
