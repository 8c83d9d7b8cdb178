"""The handout: one page of paper as a tagged PDF (PDF/UA), for those who sit in the meeting."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from model.documents.beside import (
    money_moves,
    sentences,
    third,
    third_amounts,
    third_head,
    third_money,
    third_value,
)
from model.documents.figures import Findings
from model.documents.paper import charts_html, escaped, one_page, table_html, whole_page
from model.documents.pictures import Picture, budget_picture, line_picture
from model.documents.uncertainty_text import uncertainty_in_short
from model.language.catalogue import number, text

_MOST_CHANGES: Final = 5
_CHART_WIDTH: Final = 430
# Characters of a reason or a note; the whole of it stands in the committee item.
_LONGEST: Final = 160
_LONGEST_BESIDE: Final = 400
_MILLION: Final = 1e6


def handout(findings: Findings) -> bytes:
    """Return the handout as the bytes of a PDF/UA file, in the largest size that fits on one page."""
    pictures = _pictures(findings)
    return one_page(lambda scale: _page(findings, pictures, scale))


def _pictures(findings: Findings) -> tuple[Picture, ...]:
    """Return the charts of the page."""
    shown = (
        []
        if findings.most_moved.suppressed
        else [line_picture(findings, findings.most_moved, width=_CHART_WIDTH)]
    )
    if money_moves(findings):
        shown.append(budget_picture(findings, width=_CHART_WIDTH))
    return tuple(shown)


def _page(findings: Findings, pictures: Sequence[Picture], scale: float) -> str:
    """Return the page as HTML."""
    author = findings.scenario.author or findings.text("author")
    parts = (
        f"<h1>{escaped(findings.scenario.name)}</h1>",
        f'<p class="quiet">{escaped(_under_the_name(findings))}</p>',
        f'<p class="lead">{escaped(findings.explanation.headline.text(findings.language))}</p>',
        _changes(findings),
        _notes(findings),
        _beside(findings),
        _goals(findings),
        _budget(findings),
        charts_html(pictures),
        _uncertainty(findings),
        f'<footer class="quiet"><p>{escaped(findings.text("handout.sources"))} {escaped(findings.origin)}</p></footer>',
    )
    head = (("author", author), ("description", findings.subtitle), ("keywords", findings.hash))
    return whole_page(head, findings.title, parts, findings.language, scale)


def _heading(findings: Findings, key: str) -> str:
    """Return a heading."""
    return f"<h2>{escaped(findings.text(f'handout.{key}'))}</h2>"


def _changes(findings: Findings) -> str:
    """Return the table of changes."""
    if not findings.changes:
        return f"<p>{escaped(findings.text('changes.none'))}</p>"
    lines = [
        f"{findings.text('changes.one', lever=lever, before=before, after=after)} ({when})"
        + (f": {_shortened(why)}" if why else "")
        for lever, before, after, when, why in findings.changes[:_MOST_CHANGES]
    ]
    rest = len(findings.changes) - len(lines)
    if rest:
        lines.append(findings.text("handout.more", n=rest))
    items = "".join(f"<li>{escaped(line)}</li>" for line in lines)
    return _heading(findings, "changes") + f"<ul>{items}</ul>"


def _under_the_name(findings: Findings) -> str:
    """Return what the page is about, and who wrote the proposal."""
    author = findings.scenario.author
    return (
        f"{findings.subtitle}. {findings.text('written_by', author=author)}" if author else findings.subtitle
    )


def _shortened(words: str, longest: int = _LONGEST) -> str:
    """Return somebody's words on one line, cut after a whole word where they are long."""
    line = " ".join(words.split())
    if len(line) <= longest:
        return line
    return line[:longest].rsplit(maxsplit=1)[0] + " …"


def _notes(findings: Findings) -> str:
    """Return what the meeting asked and decided."""
    workshop = findings.scenario.workshop
    if workshop is None:
        return ""
    notes = (
        ("item.background.question", workshop.question),
        ("item.findings.decision", workshop.decision),
    )
    return "".join(
        f"<p>{escaped(findings.text(key, text=_shortened(words)))}</p>" for key, words in notes if words
    )


def _beside(findings: Findings) -> str:
    """Return whose proposal the scenario is held against, and what that changes."""
    if findings.beside is None:
        return ""
    said = _shortened(" ".join(sentences(findings)), _LONGEST_BESIDE)
    other = third(findings)
    # One page has no room for a second column of ranges.
    elsewhere = "" if other is None or other.fan is None else findings.text("beside.range_elsewhere")
    return f"<p>{escaped(f'{said} {elsewhere}'.strip())}</p>"


def _goals(findings: Findings) -> str:
    """Return the table of goals."""
    heads = [findings.text(f"item.column.{h}") for h in ("goal", "before", "after", "target", "status")]
    if findings.fan is not None:
        heads.insert(3, findings.text("range_column"))
    if third(findings) is not None:
        heads.insert(-2, findings.text("beside.column"))
    rows = []
    for row in findings.main_rows:
        title = row.indicator.title.text(findings.language)
        cells = [
            findings.text("item.goal_name", number=row.goal.number, title=title),
            findings.value(row, row.indicator.value_baseline),
            findings.value(row, row.indicator.value_scenario),
            findings.target(row),
            findings.status(row),
        ]
        if findings.fan is not None:
            cells.insert(3, findings.range_text(row))
        if third(findings) is not None:
            cells.insert(-2, third_value(findings, row))
        rows.append(cells)
    return _heading(findings, "goals") + table_html(heads, rows, len(heads) - 3)


def _budget(findings: Findings) -> str:
    """Return the table of net differences."""
    result, language = findings.budget, findings.language
    total = findings.text("item.column.total")
    heads = [findings.text("handout.unit"), *map(str, result.years), total]
    amounts = [*result.net.difference, result.total_difference]
    cells = [number(float(a) / _MILLION, language, 1, signed=True) for a in amounts]
    rows = [[findings.text("handout.budget_row"), *cells]]
    if findings.ranges is not None:
        ends = [amount.signed_ends(language) for amount in (*findings.year_differences, findings.total)]
        rows.append([text("budget.amount.range_row", language), *ends])
    others = third_amounts(findings)
    if others:
        rows.append(
            [third_head(findings), *(number(a.central / _MILLION, language, 1, signed=True) for a in others)]
        )
        if all(amount.range is not None for amount in others):
            ends = [amount.signed_ends(language) for amount in others]
            rows.append([findings.text("beside.range_row"), *ends])
    table = table_html(heads, rows, len(cells))
    said = f"{findings.budget_sentence} {third_money(findings)}".strip()
    return _heading(findings, "budget") + table + f"<p>{escaped(said)}</p>"


def _uncertainty(findings: Findings) -> str:
    """Return the paragraphs about uncertainty."""
    words = "".join(f"<p>{escaped(line)}</p>" for line in uncertainty_in_short(findings))
    return _heading(findings, "sure") + words
