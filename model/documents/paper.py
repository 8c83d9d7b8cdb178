"""Write paper as a tagged PDF (PDF/UA): one page in the largest size that fits (handout, comparison), or many pages."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Sequence
from html import escape
from typing import Final

from weasyprint import HTML
from weasyprint.document import Document
from weasyprint.text.fonts import FontConfiguration

from model.documents.palette import LIGHT
from model.documents.pictures import Picture
from model.files.folders import ROOT

# The pages' own letters, so that the page looks the same whatever the server has installed.
_FONTS: Final = ROOT / "pages" / "shell" / "static"
_WEIGHTS: Final = (400, 600)
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


def one_page(page: Callable[[float], str]) -> bytes:
    """Return the bytes of a PDF/UA file; ``page`` gives its HTML in a part of the ordinary size."""
    fitting = None
    # A drawing takes a second: half of the sizes that are left go with each of them.
    left = list(_SCALES)
    while left:
        middle = len(left) // 2
        drawn = _drawn(page(left[middle]))
        if len(drawn.pages) == 1:
            fitting, left = drawn, left[:middle]
        else:
            left = left[middle + 1 :]
    pdf: bytes = (fitting or drawn).write_pdf(pdf_variant="pdf/ua-1")
    return pdf


def many_pages(html: str) -> bytes:
    """Return the bytes of a PDF/UA file of as many pages as its HTML takes."""
    pdf: bytes = _drawn(html).write_pdf(pdf_variant="pdf/ua-1")
    return pdf


def _drawn(page: str) -> Document:
    """Return the pages."""
    html = HTML(string=page, base_url=_FONTS.as_uri() + "/")
    return html.render(font_config=FontConfiguration(), pdf_variant="pdf/ua-1")


def whole_page(
    head: Sequence[tuple[str, str]],
    title: str,
    parts: Sequence[str],
    language: str,
    scale: float = 1.0,
    style: str = "",
) -> str:
    """Return a page as HTML; ``head`` are names and contents of what a file tells of itself, ``style`` is more CSS."""
    faces = "".join(
        f"@font-face {{ font-family: 'IBM Plex Sans'; font-weight: {weight}; "
        f"src: url('ibm-plex-sans-latin-{weight}-normal.woff2'); }}"
        for weight in _WEIGHTS
    )
    told = "".join(f'<meta name="{name}" content="{escaped(content)}">' for name, content in head)
    return (
        f'<!DOCTYPE html><html lang="{_LANGUAGE_TAGS[language]}"><head><meta charset="utf-8">'
        f"<title>{escaped(title)}</title>{told}"
        f"<style>{faces}{_STYLE} {_smaller(scale)} {style}</style></head>"
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


def escaped(words: str) -> str:
    """Escape a text for HTML."""
    return escape(words, quote=True)


def table_html(heads: Sequence[str], rows: Iterable[Sequence[str]], figures: int) -> str:
    """Return a table whose first column heads its rows; columns 1 to ``figures`` hold numbers."""

    def mark(column: int) -> str:
        """Return the class of a column."""
        return ' class="figure"' if 0 < column <= figures else ""

    top = "".join(f'<th scope="col"{mark(i)}>{escaped(head)}</th>' for i, head in enumerate(heads))
    body = ""
    for first, *others in rows:
        cells = "".join(f"<td{mark(i)}>{escaped(cell)}</td>" for i, cell in enumerate(others, start=1))
        body += f'<tr><th scope="row">{escaped(first)}</th>{cells}</tr>'
    return f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"


def charts_html(pictures: Sequence[Picture]) -> str:
    """Return the charts with their sentences."""
    drawn = ""
    for picture in pictures:
        data = base64.b64encode(picture.png).decode()
        drawn += (
            f"<figure>{'' if picture.has_title else f'<figcaption>{escaped(picture.title)}</figcaption>'}"
            f'<img alt="{escaped(picture.says)}" src="data:image/png;base64,{data}"></figure>'
        )
    return f'<div class="charts">{drawn}</div>' if drawn else ""
