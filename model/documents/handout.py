"""The handout: one page of paper as a tagged PDF (PDF/UA), for those who sit in the meeting."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence
from html import escape
from typing import Final

from weasyprint import HTML
from weasyprint.document import Document
from weasyprint.text.fonts import FontConfiguration

from model.budget.amounts import SMALL_AMOUNT
from model.documents.figures import Findings
from model.documents.palette import LIGHT
from model.documents.pictures import Picture, budget_picture, line_picture
from model.documents.uncertainty_text import uncertainty_in_short
from model.files.folders import ROOT
from model.language.catalogue import number, text

# The pages' own letters, so that the page looks the same whatever the server has installed.
_FONTS: Final = ROOT / "pages" / "shell" / "static"
_WEIGHTS: Final = (400, 600)
_MOST_CHANGES: Final = 5
_CHART_WIDTH: Final = 430
# Characters of a reason or a note; the whole of it stands in the committee item.
_LONGEST: Final = 160
_MILLION: Final = 1e6
_LANGUAGE_TAGS: Final = {"da": "da-DK", "en": "en-GB"}
# Parts of the ordinary size, the largest first.
_SCALES: Final = (1.0, 0.93, 0.86, 0.8, 0.72)
_STYLE: Final = f"""
@page {{ size: A4; margin: 13mm 14mm 12mm 14mm; }}
body {{ font: 9.6pt/1.32 'IBM Plex Sans', sans-serif; color: {LIGHT.ink}; margin: 0; }}
h1 {{ font-size: 19pt; line-height: 1.15; margin: 0 0 1mm 0; }}
h2 {{ font-size: 11.5pt; margin: 3.4mm 0 1mm 0; color: {LIGHT.accent}; }}
p {{ margin: 0 0 1.4mm 0; }}
.quiet {{ color: {LIGHT.quiet}; }}
.lead {{ font-size: 10.8pt; border-left: 1.2mm solid {LIGHT.accent}; padding-left: 3mm; margin-top: 2mm; }}
ul {{ margin: 0; padding-left: 4.5mm; }}
table {{ border-collapse: collapse; width: 100%; }}
th, td {{ text-align: left; padding: 0.7mm 1.5mm; border-bottom: 0.2mm solid {LIGHT.grid}; vertical-align: top; }}
th {{ font-weight: 600; }}
thead th {{ border-bottom: 0.4mm solid {LIGHT.accent}; }}
tbody th {{ font-weight: 400; }}
td:last-child, th.figure, td.figure {{ white-space: nowrap; }}
td.figure, th.figure {{ text-align: right; white-space: nowrap; }}
.charts {{ display: flex; gap: 6mm; margin-top: 3mm; }}
.charts figure {{ flex: 1; margin: 0; }}
.charts img {{ width: 100%; }}
.charts figcaption {{ font-weight: 600; font-size: 9pt; margin-bottom: 1mm; }}
footer {{ font-size: 8pt; margin-top: 2.5mm; border-top: 0.2mm solid {LIGHT.grid}; padding-top: 1.5mm; }}
"""


def handout(findings: Findings) -> bytes:
    """Return the handout as the bytes of a PDF/UA file, in the largest size that fits on one page."""
    pictures = _pictures(findings)
    fitting = None
    # A drawing takes a second: half of the sizes that are left go with each of them.
    left = list(_SCALES)
    while left:
        middle = len(left) // 2
        drawn = _drawn(findings, pictures, left[middle])
        if len(drawn.pages) == 1:
            fitting, left = drawn, left[:middle]
        else:
            left = left[middle + 1 :]
    pdf: bytes = (fitting or drawn).write_pdf(pdf_variant="pdf/ua-1")
    return pdf


def _drawn(findings: Findings, pictures: Sequence[Picture], scale: float) -> Document:
    """Return the pages in one size."""
    page = HTML(string=_page(findings, pictures, scale), base_url=_FONTS.as_uri() + "/")
    return page.render(font_config=FontConfiguration(), pdf_variant="pdf/ua-1")


def _pictures(findings: Findings) -> tuple[Picture, ...]:
    """Return the charts of the page."""
    shown = (
        []
        if findings.most_moved.suppressed
        else [line_picture(findings, findings.most_moved, width=_CHART_WIDTH)]
    )
    if abs(findings.budget.net.difference).max() >= SMALL_AMOUNT:
        shown.append(budget_picture(findings, width=_CHART_WIDTH))
    return tuple(shown)


def _page(findings: Findings, pictures: Sequence[Picture], scale: float) -> str:
    """Return the page as HTML."""
    faces = "".join(
        f"@font-face {{ font-family: 'IBM Plex Sans'; font-weight: {weight}; "
        f"src: url('ibm-plex-sans-latin-{weight}-normal.woff2'); }}"
        for weight in _WEIGHTS
    )
    author = findings.scenario.author or findings.text("author")
    parts = (
        f"<h1>{_text(findings.scenario.name)}</h1>",
        f'<p class="quiet">{_text(_under_the_name(findings))}</p>',
        f'<p class="lead">{_text(findings.explanation.headline.text(findings.language))}</p>',
        _changes(findings),
        _notes(findings),
        _goals(findings),
        _budget(findings),
        _charts(pictures),
        _uncertainty(findings),
        f'<footer class="quiet"><p>{_text(findings.text("handout.sources"))} {_text(findings.origin)}</p></footer>',
    )
    return (
        f'<!DOCTYPE html><html lang="{_LANGUAGE_TAGS[findings.language]}"><head><meta charset="utf-8">'
        f"<title>{_text(findings.title)}</title>"
        f'<meta name="author" content="{_text(author)}">'
        f'<meta name="description" content="{_text(findings.subtitle)}">'
        f'<meta name="keywords" content="{findings.hash}">'
        f"<style>{faces}{_STYLE} {_smaller(scale)}</style></head>"
        f"<body>{''.join(parts)}</body></html>"
    )


def _smaller(scale: float) -> str:
    """Return the style of the next smaller size."""
    if scale == 1.0:
        return ""
    return (
        f"body {{ font-size: {9.6 * scale:.2f}pt }} h1 {{ font-size: {19 * scale:.1f}pt }} "
        f"h2 {{ font-size: {11.5 * scale:.1f}pt; margin-top: {3.4 * scale:.1f}mm }} "
        f".lead {{ font-size: {10.8 * scale:.1f}pt }} "
        f".charts img {{ width: {100 * scale:.0f}% }}"
    )


def _text(words: str) -> str:
    """Escape a text for HTML."""
    return escape(words, quote=True)


def _heading(findings: Findings, key: str) -> str:
    """Return a heading."""
    return f"<h2>{_text(findings.text(f'handout.{key}'))}</h2>"


def _changes(findings: Findings) -> str:
    """Return the table of changes."""
    if not findings.changes:
        return f"<p>{_text(findings.text('changes.none'))}</p>"
    lines = [
        f"{findings.text('changes.one', lever=lever, before=before, after=after)} ({when})"
        + (f": {_shortened(why)}" if why else "")
        for lever, before, after, when, why in findings.changes[:_MOST_CHANGES]
    ]
    rest = len(findings.changes) - len(lines)
    if rest:
        lines.append(findings.text("handout.more", n=rest))
    items = "".join(f"<li>{_text(line)}</li>" for line in lines)
    return _heading(findings, "changes") + f"<ul>{items}</ul>"


def _under_the_name(findings: Findings) -> str:
    """Return what the page is about, and who wrote the proposal."""
    author = findings.scenario.author
    return (
        f"{findings.subtitle}. {findings.text('written_by', author=author)}" if author else findings.subtitle
    )


def _shortened(words: str) -> str:
    """Return somebody's words on one line, cut after a whole word where they are long."""
    line = " ".join(words.split())
    if len(line) <= _LONGEST:
        return line
    return line[:_LONGEST].rsplit(maxsplit=1)[0] + " …"


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
        f"<p>{_text(findings.text(key, text=_shortened(words)))}</p>" for key, words in notes if words
    )


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]], figures: int) -> str:
    """Return a table whose first column heads its rows; columns 1 to ``figures`` hold numbers."""

    def mark(column: int) -> str:
        """Return the class of a column."""
        return ' class="figure"' if 0 < column <= figures else ""

    top = "".join(f'<th scope="col"{mark(i)}>{_text(head)}</th>' for i, head in enumerate(heads))
    body = ""
    for first, *others in rows:
        cells = "".join(f"<td{mark(i)}>{_text(cell)}</td>" for i, cell in enumerate(others, start=1))
        body += f'<tr><th scope="row">{_text(first)}</th>{cells}</tr>'
    return f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"


def _goals(findings: Findings) -> str:
    """Return the table of goals."""
    heads = [findings.text(f"item.column.{h}") for h in ("goal", "before", "after", "target", "status")]
    if findings.fan is not None:
        heads.insert(3, findings.text("range_column"))
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
        rows.append(cells)
    return _heading(findings, "goals") + _table(heads, rows, 3 if findings.fan is not None else 2)


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
    table = _table(heads, rows, len(cells))
    return _heading(findings, "budget") + table + f"<p>{_text(findings.budget_sentence)}</p>"


def _charts(pictures: Sequence[Picture]) -> str:
    """Return the charts with their sentences."""
    drawn = ""
    for picture in pictures:
        data = base64.b64encode(picture.png).decode()
        drawn += (
            f"<figure>{'' if picture.has_title else f'<figcaption>{_text(picture.title)}</figcaption>'}"
            f'<img alt="{_text(picture.says)}" src="data:image/png;base64,{data}"></figure>'
        )
    return f'<div class="charts">{drawn}</div>' if drawn else ""


def _uncertainty(findings: Findings) -> str:
    """Return the paragraphs about uncertainty."""
    words = "".join(f"<p>{_text(line)}</p>" for line in uncertainty_in_short(findings))
    return _heading(findings, "sure") + words
