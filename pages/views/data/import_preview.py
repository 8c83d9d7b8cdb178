"""Draw what an import would replace: what can hardly be right, each number before and after, and saving them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import streamlit as st

from model.files.problems import FileProblem
from model.imports.own_files import save_municipality
from model.imports.replacements import Preview, Replacement, suppressed_replacements
from model.imports.rows import MAX_UNUSED
from model.language.catalogue import number
from model.municipality.municipality import Municipality
from model.parameters.labels import unit_name
from pages.components import persistent_widget
from pages.components.escape_markdown import escape_markdown
from pages.session.notices import Notice, both_languages, problem_text
from pages.session.session import Session
from pages.views.data.import_sources import UNLIKELY
from pages.views.data.shared import (
    go_to_part,
    page_text,
    quality,
    responsive_table,
    sourced,
    suppressed_note,
    table_file,
)

# Longer tables of numbers show so many of them at first.
_FIRST: Final = 12
_FOLDED_FROM: Final = 20


def draw_doubtful(session: Session, result: Preview) -> None:
    """Draw what can hardly be right and is left out, with the choice to use it all the same."""
    if not result.doubtful and not session.widget_values.get(UNLIKELY):
        return
    lines = [
        f"{entry.what.text(session.language)}. {entry.why.text(session.language)}"
        for entry in result.doubtful
    ]
    if lines:
        st.warning(
            "\n\n".join(escape_markdown(line) for line in (f"{page_text(session, 'doubtful')}:", *lines))
        )
    persistent_widget.restore_value(session, UNLIKELY, default=False)
    st.checkbox(
        page_text(session, "doubtful.right"),
        key=UNLIKELY,
        on_change=lambda: persistent_widget.store_value(session, UNLIKELY),
    )


def draw_changes(
    session: Session,
    result: Preview,
    expected: str | None,
    municipality: Municipality,
    *,
    after_use: Callable[[], None],
    origin: str = "change",
) -> None:
    """Draw what would change, and the button that saves it.

    ``expected`` is the municipality's own file as it stood when the preview was made; ``after_use`` is called once
    the figures are saved; ``origin`` begins the keys of the texts that name where the figures come from.
    """
    language = session.language
    moved = [r for r in result if r.changes]
    same = len(result) - len(moved)
    if not result.replacements:
        st.markdown(escape_markdown(page_text(session, f"{origin}.none", name=municipality.name)))
        return
    st.subheader(
        escape_markdown(page_text(session, origin, name=municipality.label(session.language))), anchor=False
    )
    key = "change.count" if moved else f"{origin}.count_same"
    st.markdown(
        escape_markdown(page_text(session, key, n=number(len(moved), language), same=number(same, language)))
    )
    for note in result.notes:
        st.caption(escape_markdown(note.text(language)))
    ordered = [*moved, *(r for r in result if not r.changes)]
    suppressed = suppressed_replacements(municipality, ordered) & {r.parameter for r in ordered}
    _draw_before_and_after(session, change_rows(session, ordered, suppressed))
    if suppressed:
        suppressed_note(session)
    if result.problem is not None:
        st.warning(
            escape_markdown(f"{page_text(session, 'change.impossible')} {result.problem.text(language)}")
        )
        return
    if st.button(
        escape_markdown(page_text(session, "use", name=municipality.name)), type="primary", key="data_use"
    ):
        _use(session, result, expected, municipality, after_use)
    st.caption(escape_markdown(page_text(session, "use.note")))


def _draw_before_and_after(session: Session, rows: Sequence[Sequence[Any]]) -> None:
    """Draw the numbers before and after; beyond the first ones they are folded away, so that the button is near."""
    heads = [
        page_text(session, f"change.{h}") for h in ("what", "before", "after", "unit", "quality", "source")
    ]
    caption = page_text(session, "change.caption")
    if len(rows) <= _FOLDED_FROM:
        responsive_table(session, "foer-efter", caption, heads, rows, numbers=(1, 2))
        return
    responsive_table(session, "foer-efter", caption, heads, rows[:_FIRST], numbers=(1, 2), csv=False)
    more = page_text(session, "change.more", n=number(len(rows) - _FIRST, session.language))
    with st.expander(more):
        responsive_table(session, "foer-efter-resten", more, heads, rows[_FIRST:], numbers=(1, 2), csv=False)
    table_file(session, "foer-efter", heads, rows)


def change_rows(
    session: Session, replacements: Sequence[Replacement], suppressed: frozenset[str]
) -> list[list[Any]]:
    """List each number before and after with its marks and sources; small counts are not shown."""
    language = session.language
    rows = []
    for r in replacements:
        before, after = (r.before.quality if r.before else None), r.after.quality
        marks = quality(session, after)
        if before is not None and before != after:
            marks = page_text(session, "change.marks", before=quality(session, before), after=marks)
        new = r.after_source_da if language == "da" else r.after.source
        old = (r.before_source_da if language == "da" else r.before.source if r.before else "") or ""
        source = [page_text(session, "change.now", source=new), r.how.text(language)]
        if old and old != new:
            source.append(page_text(session, "change.was", source=old))
        rows.append(
            [
                r.label(language),
                *_before_and_after(session, r, suppressed=r.parameter in suppressed),
                unit_name(r.after.unit, language),
                marks,
                source,
            ]
        )
    return rows


def _before_and_after(session: Session, r: Replacement, *, suppressed: bool) -> list[str | list[str]]:
    """Return a number before and after; where it keeps a range, with its range under it."""
    shown: list[str | list[str]] = []
    for value in (r.before, r.after):
        one = sourced(session, value, suppressed=suppressed)
        ends = None if value is None or suppressed or r.after.low is None else (value.low, value.high)
        if value is None or ends is None or None in ends:
            shown.append(one)
            continue
        low, high = (
            sourced(session, value.model_copy(update={"value": end}), suppressed=False) for end in ends
        )
        shown.append([one, page_text(session, "change.range", low=low, high=high)])
    return shown


def draw_not_used(session: Session, result: Preview) -> None:
    """Draw the figures that replace nothing, and why."""
    language = session.language
    if result.not_used:
        st.subheader(page_text(session, "unused.figures"), anchor=False)
        shown = result.not_used[:MAX_UNUSED]
        rows = [[n.what.text(language), n.why.text(language)] for n in shown]
        heads = [page_text(session, "unused.what"), page_text(session, "unused.why")]
        responsive_table(
            session, "ikke-brugt", page_text(session, "unused.figures.caption"), heads, rows, csv=False
        )
        more = len(result.not_used) - len(shown)
        if more:
            st.caption(escape_markdown(page_text(session, "unused.left", n=number(more, language))))


def _use(
    session: Session,
    result: Preview,
    expected: str | None,
    municipality: Municipality,
    after_use: Callable[[], None],
) -> None:
    """Save what was shown as the municipality's own figures, and open them."""
    try:
        save_municipality(municipality, result, expected_hash=expected)
    except FileProblem as error:
        session.notice = Notice("warning", problem_text(error))
        st.rerun()
    after_use()
    fits = session.figures_changed()
    key = "page_data.use.done" if fits else "page_data.use.done_reset"
    session.notice = Notice("success" if fits else "warning", both_languages(key, name=municipality.name))
    go_to_part(session, "town")
    st.rerun()
