"""Test that a visitor who has a browser profile after another finds nothing of the other's in it."""

from __future__ import annotations

from typing import Any

from tests.browser.conftest import Profiles

SITE = "http://localhost/"
LEAVE = """() => { localStorage.setItem("mine", "1"); sessionStorage.setItem("mine", "1");
  document.cookie = "mine=1; max-age=1000; path=/";
  addEventListener("pagehide", () => localStorage.setItem("last words", "1"));
  return new Promise((done) => { const open = indexedDB.open("mine"); open.onsuccess = () => done(true); }); }"""
FIND = """async () => [...Object.keys(localStorage), ...Object.keys(sessionStorage), document.cookie,
  ...(await indexedDB.databases()).map((one) => one.name)].filter(Boolean)"""


def at_site(context: Any) -> Any:
    page = context.new_page()
    page.route(
        "**/*", lambda route: route.fulfill(content_type="text/html", body="<!doctype html><body></body>")
    )
    page.goto(SITE)
    return page


def test_nothing_that_a_page_keeps_is_there_for_the_next_visitor(browser: Any) -> None:
    profiles = Profiles(browser)
    with profiles.one(locale="da-DK") as context:
        used = context
        page = at_site(context)
        page.evaluate(LEAVE)
        assert len(page.evaluate(FIND)) == 4
        at_site(context)  # a second page, which has the same
        with profiles.one(locale="da-DK") as other:
            assert other is not used, "two at a time have one each"
            assert at_site(other).evaluate(FIND) == []
    with profiles.one(locale="en-US") as context:
        assert context is not used, "of another language"
    with profiles.one(locale="da-DK") as first, profiles.one(locale="da-DK") as second:
        assert used in (first, second)
        for context in (first, second):
            assert context.pages == []
            assert at_site(context).evaluate(FIND) == []


def test_the_profile_of_a_page_that_does_not_answer_is_thrown_away(browser: Any) -> None:
    profiles = Profiles(browser)
    with profiles.one() as context:
        used = context
        context.close()
    with profiles.one() as context:
        assert context is not used
        assert at_site(context).evaluate(FIND) == []
