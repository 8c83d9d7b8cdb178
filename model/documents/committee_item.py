"""The committee item as a Word document, in the section order of the minutes, ready to be read through and corrected.

Heading styles, table header rows, picture texts and the document's language are set, so that a screen reader finds
its way.
"""

from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from model.documents.beside import (
    money_moves,
    sentences,
    third,
    third_amounts,
    third_head,
    third_lead,
    third_money,
    third_with_range,
)
from model.documents.figures import Findings
from model.documents.pictures import Picture, budget_picture, pictures
from model.documents.uncertainty_text import uncertainty
from model.language.catalogue import number, text
from model.municipality.vintages import FIRST
from model.parameters.assumption_sets import assumption_sets
from model.scenario.own_assumptions import own_assumptions, own_targets
from model.scenario.period import period_notes

SECTIONS: Final = (
    "summary",
    "background",
    "case",
    "economy",
    "appendices",
    "decided_by",
    "recommendation",
)
_LANGUAGE_TAGS: Final = {"da": "da-DK", "en": "en-GB"}
_OLDEST: Final = (1980, 1, 1, 0, 0, 0)  # that a ZIP can hold
_NO_DATE: Final = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
_FONT: Final = "Arial"
_INK: Final = "0B1620"
_HEAD: Final = "0B4F83"
_GROUND: Final = "E8EEF4"
_TEXT_WIDTH_CM: Final = 16.5
_MARGIN_CM: Final = 2.25
_PICTURE_CM: Final = 13.5
# Tables of so few rows stand on one page.
_SHORT_TABLE: Final = 6
_MILLION: Final = 1e6
_WITHOUT_WHY: Final = 4
_LONGEST_FIGURE: Final = 24


def committee_item(findings: Findings) -> bytes:
    """Return the item as the bytes of a docx file."""
    item = ItemDocument(findings)
    item.head()
    for section in SECTIONS:
        item.heading(findings.text(f"item.{section}"))
        getattr(item, section)()
    return item.done()


class ItemDocument:
    """A document under way; one method per section."""

    kind = "item.kind"  # the key of what the document is
    sizes: Mapping[str, float] = MappingProxyType(
        {"Normal": 10.5, "Title": 20, "Subtitle": 12, "Heading 1": 15, "Heading 2": 12, "Caption": 9.5}
    )
    spaces: Sequence[tuple[str, float, float]] = (
        ("Heading 1", 16, 4),
        ("Heading 2", 12, 3),
        ("Normal", 0, 6),
        ("Caption", 6, 8),
    )

    def __init__(self, findings: Findings) -> None:
        self.findings = findings
        self.document: Any = docx.Document()
        self.tables = 0
        self.figures = 0
        self._properties()
        self._styles()

    def done(self) -> bytes:
        """Save the document and return its bytes."""
        written, out = io.BytesIO(), io.BytesIO()
        self.document.save(written)
        # The library dates each part with the clock; equal figures shall give equal files.
        with zipfile.ZipFile(written) as parts, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
            for part in parts.infolist():
                file.writestr(zipfile.ZipInfo(part.filename, _OLDEST), parts.read(part), zipfile.ZIP_DEFLATED)
        return out.getvalue()

    # --- the frame --------------------------------------------------------------------------------

    def _properties(self) -> None:
        """Set title, author, language and date of the file."""
        findings, core = self.findings, self.document.core_properties
        date = findings.made_on
        made = (
            _NO_DATE
            if date is None
            else datetime.datetime(date.year, date.month, date.day, tzinfo=datetime.UTC)
        )
        core.title = findings.title
        core.subject = findings.subtitle
        core.author = core.last_modified_by = findings.scenario.author or findings.text("author")
        core.language = _LANGUAGE_TAGS[findings.language]
        core.comments = findings.origin
        core.keywords = findings.hash
        core.created = core.modified = made
        core.revision = 1

    def _styles(self) -> None:
        """Set fonts, sizes and spaces of the styles."""
        section = self.document.sections[0]
        section.page_width, section.page_height = Cm(21.0), Cm(29.7)
        for side in ("left_margin", "right_margin", "top_margin", "bottom_margin"):
            setattr(section, side, Cm(_MARGIN_CM))
        for name, size in self.sizes.items():
            style = self.document.styles[name]
            style.font.name, style.font.size = _FONT, Pt(size)
            style.font.color.rgb = RGBColor.from_string(_HEAD if name.startswith("Heading") else _INK)
            style.font.italic = False
            _east_asian_font(style, _FONT)
        for name, before, after in self.spaces:
            shape = self.document.styles[name].paragraph_format
            shape.space_before, shape.space_after = Pt(before), Pt(after)
        self.document.styles["Caption"].font.bold = False
        self.document.styles["Caption"].paragraph_format.keep_with_next = False
        self.document.styles["Normal"].paragraph_format.line_spacing = 1.1
        self._language()
        self._page_numbers(section)

    def _language(self) -> None:
        """Set the language of every word, so that it is read aloud and spell-checked as such."""
        tag = _LANGUAGE_TAGS[self.findings.language]
        styles = self.document.styles.element
        properties = styles.find(qn("w:docDefaults")).find(qn("w:rPrDefault")).find(qn("w:rPr"))
        for old in styles.iter(qn("w:lang")):
            old.set(qn("w:val"), tag)
            old.set(qn("w:eastAsia"), tag)
        if properties.find(qn("w:lang")) is None:
            lang = OxmlElement("w:lang")
            lang.set(qn("w:val"), tag)
            properties.append(lang)

    def _page_numbers(self, section: Any) -> None:
        """Add a footer with the page's number."""
        foot = section.footer.paragraphs[0]
        foot.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        run = foot.add_run(f"{self.findings.text(self.kind)}. {self.findings.scenario.name} · ")
        run.font.size = Pt(9)
        field = OxmlElement("w:fldSimple")
        field.set(qn("w:instr"), "PAGE")
        foot._p.append(field)

    # --- pieces -----------------------------------------------------------------------------------

    def heading(self, words: str, level: int = 1) -> None:
        """Add a heading."""
        self.document.add_heading(words, level)

    def text(self, *paragraphs: str) -> None:
        """Add paragraphs; those without words are left out."""
        for words in paragraphs:
            if words:
                self.document.add_paragraph(words)

    def with_next(self) -> None:
        """Keep the last paragraph on the page of what follows."""
        self.document.paragraphs[-1].paragraph_format.keep_with_next = True

    def bullets(self, lines: Iterable[str], style: str = "List Bullet") -> None:
        """Add a list."""
        for line in lines:
            self.document.add_paragraph(line, style=style)

    def caption(self, key: str, n: int, words: str) -> Any:
        """Add a caption with a number."""
        return self.document.add_paragraph(
            self.findings.text(f"item.{key}", n=n, text=words), style="Caption"
        )

    def table(
        self, caption: str, heads: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[float]
    ) -> None:
        """Add a table with its caption above and a head that is repeated on every page; ``widths`` in cm."""
        self.tables += 1
        self.caption("table", self.tables, caption).paragraph_format.keep_with_next = True
        table = self.document.add_table(rows=1, cols=len(heads), style="Table Grid")
        table.autofit = False
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Cm(width)
        _describe(table, caption)
        together = len(rows) <= _SHORT_TABLE
        for cells in (heads, *rows):
            row = table.rows[0] if cells is heads else table.add_row()
            once = OxmlElement("w:cantSplit")
            row._tr.get_or_add_trPr().append(once)
            for column, words in enumerate(cells):
                cell = row.cells[column]
                cell.width = Cm(widths[column])
                paragraph = cell.paragraphs[0]
                paragraph.paragraph_format.space_after = Pt(1)
                paragraph.paragraph_format.keep_with_next = together and cells is not rows[-1]
                run = paragraph.add_run(words)
                run.font.size = Pt(8.5 if cells is heads else 9)
                if cells is heads:
                    run.bold = True
                    _ground(cell, _GROUND)
                if column and _is_figure([r[column] for r in rows]):
                    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        header = OxmlElement("w:tblHeader")
        header.set(qn("w:val"), "true")
        table.rows[0]._tr.get_or_add_trPr().append(header)
        space = self.document.add_paragraph()
        space.paragraph_format.space_after = Pt(2)

    def picture(self, picture: Picture) -> None:
        """Add a chart with its sentence below it, which is also its text for those who do not see it."""
        self.figures += 1
        paragraph = self.document.add_paragraph()
        paragraph.paragraph_format.keep_with_next = True
        drawn = paragraph.add_run().add_picture(io.BytesIO(picture.png), width=Cm(_PICTURE_CM))
        about = drawn._inline.docPr
        about.set("title", picture.title)
        about.set("descr", picture.says)
        self.caption("figure", self.figures, picture.says)

    # --- the sections -----------------------------------------------------------------------------

    def head(self) -> None:
        """Add title, subtitle and from which calculation the item is."""
        findings = self.findings
        self.document.add_paragraph(findings.scenario.name, style="Title")
        self.document.add_paragraph(findings.subtitle, style="Subtitle")
        if findings.scenario.author:
            self.text(findings.text("written_by", author=findings.scenario.author))
        self.text(f"{findings.text('item.kind')}. {findings.text('item.draft')}")

    def summary(self) -> None:
        """Add the summary."""
        findings = self.findings
        where = findings.municipality.label(findings.language)
        first = findings.text("item.summary.first", municipality=where, name=findings.scenario.name)
        self.text(
            f"{first} {findings.changes_sentence}", findings.explanation.headline.text(findings.language)
        )
        self.text(findings.text("item.summary.last"))

    def background(self) -> None:
        """Add the background."""
        findings = self.findings
        self.text(*findings.scenario.description.split("\n"))
        workshop = findings.scenario.workshop
        if workshop is not None and workshop.question:
            self.text(findings.text("item.background.question", text=workshop.question))
        goals = self._whose_goals()
        period = findings.background()
        self.text(f"{goals} {period}")

    def _whose_goals(self) -> str:
        """Return whose goals the scenario is held against, and of which years where the figures are newer."""
        findings, town = self.findings, self.findings.municipality
        if town.goals_basis == "template":
            return findings.text("item.background.template", municipality=town.name)
        if town.goals_basis == "product":
            return findings.text("item.background.product", municipality=town.name, years=town.goal_years)
        goals = findings.text("item.background.goals", n=number(len(findings.goals), findings.language))
        if town.vintage == FIRST:
            return goals
        return f"{goals} {findings.text('item.background.years', years=town.goal_years)}"

    def case(self) -> None:
        """Add the case: changes, goals, charts, limits, uncertainty."""
        findings = self.findings
        if findings.changes:
            self.heading(findings.text("item.levers"), 2)
            self._changes()
        self._assumptions()
        if findings.beside is not None:
            self.heading(third_head(findings), 2)
            self.text(" ".join(sentences(findings)))
        self.heading(findings.text("item.goals"), 2)
        self.text(f"{findings.text('item.goals.lead')} {third_lead(findings)}".strip())
        self.with_next()
        self._goals()
        for picture in pictures(findings):
            self.picture(picture)
        if findings.explanation.limits:
            self.heading(findings.text("item.limits"), 2)
            self.bullets([limit.text(findings.language) for limit in findings.explanation.limits])
        warnings = (*period_notes(findings.scenario), *findings.explanation.warnings)
        if warnings:
            self.heading(findings.text("item.warnings"), 2)
            self.bullets([warning.text(findings.language) for warning in warnings])
        self._workshop()
        self.heading(findings.text("item.sure"), 2)
        self.text(*uncertainty(findings))
        if findings.not_measured:
            self.text(findings.text("item.not_measured"))
            self.bullets(findings.not_measured)

    def _assumptions(self) -> None:
        """Add the municipality's own targets and the assumptions taken differently, with their reasons."""
        findings = self.findings
        own, targets = own_assumptions(findings.scenario), own_targets(findings.scenario)
        if targets:
            self.heading(findings.text("item.targets"), 2)
            self.bullets([one.sentence().text(findings.language) for one in targets])
        if not own:
            return
        self.heading(findings.text("item.assumptions"), 2)
        chosen = assumption_sets()[findings.scenario.assumption_set].name.text(findings.language)
        self.text(findings.text("item.assumptions.lead", set=chosen))
        self.bullets([one.sentence().text(findings.language) for one in own])

    def _changes(self) -> None:
        """Add the table of changes."""
        findings = self.findings
        heads, widths = ["lever", "before", "after", "when"], [6.0, 3.0, 3.0, 4.5]
        rows = [list(change[:_WITHOUT_WHY]) for change in findings.changes]
        if any(change[_WITHOUT_WHY] for change in findings.changes):
            heads, widths = [*heads, "why"], [3.4, 2.6, 2.0, 3.0, 5.5]
            rows = [list(change) for change in findings.changes]
        self.table(
            findings.text("item.table.levers"),
            [findings.text(f"item.column.{h}") for h in heads],
            rows,
            widths,
        )

    def _goals(self) -> None:
        """Add the table of goals."""
        findings = self.findings
        heads = ["goal", "before", "after", "change", "target", "status"]
        rows = []
        for row in findings.committee_rows:
            name = findings.text(
                "item.goal_name", number=row.goal.number, title=row.indicator.title.text(findings.language)
            )
            before, after = (
                findings.value(row, v) for v in (row.indicator.value_baseline, row.indicator.value_scenario)
            )
            cells = [
                name,
                before,
                after,
                findings.difference(row),
                findings.target(row),
                findings.status(row),
            ]
            if findings.fan is not None:
                cells.insert(3, findings.range_text(row))
            if third(findings) is not None:
                cells[-3] = third_with_range(findings, row)  # the two values tell the difference
            rows.append(cells)
        labels = [findings.text(f"item.column.{h}") for h in heads]
        widths = [4.6, 2.6, 2.1, 2.6, 2.4, 2.2]
        if findings.fan is not None:
            labels.insert(3, findings.text("range_column"))
            widths = [3.3, 2.6, 1.9, 2.4, 2.5, 1.9, 1.9]
        if third(findings) is not None:
            labels[-3] = findings.text("beside.column")
            widths[-3:] = [2.5, 1.9, sum(widths[-3:]) - 4.4]
        self.table(findings.text("item.table.goals"), labels, rows, widths)

    def _workshop(self) -> None:
        """Add what the workshop wrote."""
        findings, workshop = self.findings, self.findings.scenario.workshop
        if workshop is None or not (workshop.expectation or workshop.findings or workshop.decision):
            return
        self.heading(findings.text("item.findings"), 2)
        said = (("expectation", workshop.expectation), ("text", workshop.findings))
        for key, words in (*said, ("decision", workshop.decision)):
            if words:
                self.text(findings.text(f"item.findings.{key}", text=words))

    def economy(self) -> None:
        """Add the economy: net differences by function and what they mean for funding."""
        findings, result, language = self.findings, self.findings.budget, self.findings.language
        self.text(findings.budget_sentence, third_money(findings))

        def millions(values: Iterable[float]) -> list[str]:
            """Format an amount in millions."""
            return [number(float(v) / _MILLION, language, 1, signed=True) for v in values]

        rows = []
        for figures in findings.functions:
            difference = figures.net.difference
            name = f"{figures.function} {figures.label.text(language)}"
            rows.append([name, *millions(difference), *millions([difference.sum()])])
        total = findings.text("item.column.total")
        rows.append([total, *millions(result.net.difference), *millions([result.total_difference])])
        if findings.ranges is not None:
            ends = [amount.signed_ends(language) for amount in (*findings.year_differences, findings.total)]
            rows.append([text("budget.amount.range_row", language), *ends])
        rows += self._third_rows()
        years = len(result.years)
        width = min(1.9, 9.0 / (years + 1))
        self.table(
            findings.text("item.economy.table"),
            [findings.text("item.column.function"), *map(str, result.years), total],
            rows,
            [_TEXT_WIDTH_CM - width * (years + 1), *[width] * (years + 1)],
        )
        if len(findings.functions) < len(result.by_function):
            self.text(findings.text("item.economy.left_out"))
        if result.net.difference.any() or money_moves(findings):
            self.picture(budget_picture(findings))
        self.text(findings.funding, f"{findings.text('decimal_note')} {result.note.text(language)}")

    def _third_rows(self) -> list[list[str]]:
        """Return the rows of the administration's proposal: what it costs, and between what that lies."""
        findings, language = self.findings, self.findings.language
        others = third_amounts(findings)
        if not others:
            return []
        cells = [number(amount.central / _MILLION, language, 1, signed=True) for amount in others]
        ends = [amount.signed_ends(language) for amount in others if amount.range is not None]
        ranged = [[findings.text("beside.range_row"), *ends]] if ends else []
        return [[third_head(findings), *cells], *ranged]

    def appendices(self) -> None:
        """Add the list of appendices and sources."""
        findings = self.findings
        self.bullets(
            (findings.text("item.appendix.workbook"), findings.text("item.appendix.handout")), "List Number"
        )
        self.heading(findings.text("item.sources"), 2)
        self.bullets(findings.sources)
        self.text(findings.origin)

    def decided_by(self) -> None:
        """Add who decides."""
        self.text(self.findings.committee[:1].upper() + self.findings.committee[1:])

    def recommendation(self) -> None:
        """Add what the administration recommends."""
        findings = self.findings
        administration = findings.text(findings.own("administration"))
        self.text(
            findings.text("item.recommends", administration=administration, committee=findings.committee)
        )
        recommendations = [
            "discuss",
            "template" if findings.municipality.goals_are_template else "decide",
            "follow",
        ]
        for n, what in enumerate(recommendations, start=1):
            self.with_next()
            self.text(f"{n}. {findings.text(f'item.recommend.{what}')}.")


def _is_figure(cells: Sequence[str]) -> bool:
    """Return whether a column holds numbers only."""
    return bool(cells) and all(
        cell[:1] in "+-\u2212\u20130123456789" and len(cell) < _LONGEST_FIGURE for cell in cells
    )


def _east_asian_font(style: Any, font: str) -> None:
    """Set the same font for all scripts; themes would overrule the style otherwise."""
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for attribute in list(fonts.attrib):
        if "Theme" in attribute or "theme" in attribute:
            del fonts.attrib[attribute]
    for name in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
        fonts.set(qn(name), font)


def _ground(cell: Any, colour: str) -> None:
    """Set the ground of a cell."""
    shade = OxmlElement("w:shd")
    shade.set(qn("w:val"), "clear")
    shade.set(qn("w:fill"), colour)
    cell._tc.get_or_add_tcPr().append(shade)


def _describe(table: Any, words: str) -> None:
    """Set the table's text for those who do not see it."""
    description = OxmlElement("w:tblDescription")
    description.set(qn("w:val"), words)
    table._tbl.tblPr.append(description)
