"""Test messages: rendered in either language, alone, inside one another and as errors."""

from __future__ import annotations

import pytest

from model.domain import GROUPS
from model.language.catalogue import group_name, listed, money, number, text
from model.language.messages import LocalizedError, Message, Phrase, Text, joined

GROUP = GROUPS[0]


def test_message_is_the_text_of_its_key_in_either_language() -> None:
    message = Message("why.error.indicator", name="x")
    assert message.text("da") == message.da == text("why.error.indicator", "da", name="x")
    assert message.text("en") == message.en == text("why.error.indicator", "en", name="x")
    assert message.da != message.en


def test_values_are_rendered_in_the_language_of_the_message() -> None:
    message = Message("why.error.indicator", name=Phrase(group_name, GROUP))
    for language in ("da", "en"):
        expected = text("why.error.indicator", language, name=group_name(GROUP, language))
        assert message.text(language) == expected


def test_phrase_formats_numbers_and_amounts_as_the_catalogue_does() -> None:
    assert Phrase(number, 1234.5, decimals=1).da == "1.234,5"
    assert Phrase(number, 1234.5, decimals=1).en == "1,234.5"
    assert Phrase(money, 2_000_000, decimals=0).en == money(2_000_000, "en", 0)


def test_phrase_renders_messages_in_a_list_before_it_joins_them() -> None:
    parts = [Text(da="a", en="x"), Phrase(group_name, GROUP), "c"]
    for language, first in (("da", "a"), ("en", "x")):
        name = group_name(GROUP, language)
        assert Phrase(listed, parts).text(language) == listed((first, name, "c"), language)
        assert Phrase(joined, parts, separator=", ").text(language) == f"{first}, {name}, c"


def test_nothing_is_looked_up_before_it_is_rendered() -> None:
    message = Message("domain.no.such.key")
    with pytest.raises(KeyError):
        message.text("da")


def test_messages_are_compared_by_key_and_values() -> None:
    one = Message("a.b", n=Phrase(number, 2.0), text=Text(da="a", en="b"))
    assert one == Message("a.b", n=Phrase(number, 2.0), text=Text(da="a", en="b"))
    assert hash(one) == hash(Message("a.b", n=Phrase(number, 2.0), text=Text(da="a", en="b")))
    assert one != Message("a.b", n=Phrase(number, 3.0), text=Text(da="a", en="b"))


def test_error_has_its_message_in_either_language_and_english_for_logs() -> None:
    error = LocalizedError(Text(da="Nej.", en="No."))
    assert (error.text("da"), error.text("en"), str(error)) == ("Nej.", "No.", "No.")
    assert Message("why.error.indicator", name=error).da == text("why.error.indicator", "da", name="Nej.")
