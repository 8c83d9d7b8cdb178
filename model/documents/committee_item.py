"""The committee item as a Word document, in the section order of the minutes, ready to be read through and corrected.

Heading styles, table header rows, picture texts and the document's language are set, so that a screen reader finds
its way.
"""

from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Iterable, Sequence
from typing import Any, Final

from model.budget.sentences import budget_headline
from model.documents.figures import Findings
from model.documents.pictures import Picture, budget_picture, pictures
from model.language.catalogue import number

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
    """The item as the bytes of a docx file."""
    item = _Item(findings)
    item.head()
    for section in SECTIONS:
        item.heading(findings.say(f"item.{section}"))
        getattr(item, section)()
    return item.done()


class _Item:
    """A document under way; one method per section."""

    def __init__(self, findings: Findings) -> None:
        import docx

        self.found = findings
        self.document: Any = docx.Document()
        self.tables = 0
        self.figures = 0
        self._properties()
        self._styles()

    def done(self) -> bytes:
        """The file."""
        written, out = io.BytesIO(), io.BytesIO()
        self.document.save(written)
        # The library dates each part with the clock; equal figures shall give equal files.
        with zipfile.ZipFile(written) as parts, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
            for part in parts.infolist():
                file.writestr(zipfile.ZipInfo(part.filename, _OLDEST), parts.read(part), zipfile.ZIP_DEFLATED)
        return out.getvalue()

    # --- the frame --------------------------------------------------------------------------------

    def _properties(self) -> None:
        found, core = self.found, self.document.core_properties
        date = found.made_on
        made = (
            _NO_DATE
            if date is None
            else datetime.datetime(date.year, date.month, date.day, tzinfo=datetime.UTC)
        )
        core.title = found.title
        core.subject = found.subtitle
        core.author = core.last_modified_by = found.scenario.author or found.say("author")
        core.language = _LANGUAGE_TAGS[found.language]
        core.comments = found.origin
        core.keywords = found.hash
        core.created = core.modified = made
        core.revision = 1

    def _styles(self) -> None:
        from docx.shared import Cm, Pt, RGBColor

        section = self.document.sections[0]
        section.page_width, section.page_height = Cm(21.0), Cm(29.7)
        for side in ("left_margin", "right_margin", "top_margin", "bottom_margin"):
            setattr(section, side, Cm(_MARGIN_CM))
        sizes = {
            "Normal": 10.5,
            "Title": 20,
            "Subtitle": 12,
            "Heading 1": 15,
            "Heading 2": 12,
            "Caption": 9.5,
        }
        for name, size in sizes.items():
            style = self.document.styles[name]
            style.font.name, style.font.size = _FONT, Pt(size)
            style.font.color.rgb = RGBColor.from_string(_HEAD if name.startswith("Heading") else _INK)
            style.font.italic = False
            _east_asian_font(style, _FONT)
        for name, before, after in (
            ("Heading 1", 16, 4),
            ("Heading 2", 12, 3),
            ("Normal", 0, 6),
            ("Caption", 6, 8),
        ):
            shape = self.document.styles[name].paragraph_format
            shape.space_before, shape.space_after = Pt(before), Pt(after)
        self.document.styles["Caption"].font.bold = False
        self.document.styles["Caption"].paragraph_format.keep_with_next = False
        self.document.styles["Normal"].paragraph_format.line_spacing = 1.1
        self._language()
        self._page_numbers(section)

    def _language(self) -> None:
        """The language of every word, so that it is spoken and spell-checked as such."""
        from docx.oxml import OxmlElement
        from docx.oxml.ns import qn

        tag = _LANGUAGE_TAGS[self.found.language]
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
        from docx.enum.text import WD_ALIGN_PARAGRAPH
        from docx.oxml import OxmlElement
        from docx.oxml.ns import qn
        from docx.shared import Pt

        foot = section.footer.paragraphs[0]
        foot.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        run = foot.add_run(f"{self.found.say('item.kind')}. {self.found.scenario.name} · ")
        run.font.size = Pt(9)
        field = OxmlElement("w:fldSimple")
        field.set(qn("w:instr"), "PAGE")
        foot._p.append(field)

    # --- pieces -----------------------------------------------------------------------------------

    def heading(self, words: str, level: int = 1) -> None:
        self.document.add_heading(words, level)

    def text(self, *paragraphs: str) -> None:
        """Paragraphs; those without words are left out."""
        for words in paragraphs:
            if words:
                self.document.add_paragraph(words)

    def _with_next(self) -> None:
        """The last paragraph stands on the page of what follows."""
        self.document.paragraphs[-1].paragraph_format.keep_with_next = True

    def bullets(self, lines: Iterable[str], style: str = "List Bullet") -> None:
        for line in lines:
            self.document.add_paragraph(line, style=style)

    def caption(self, key: str, n: int, words: str) -> Any:
        return self.document.add_paragraph(self.found.say(f"item.{key}", n=n, text=words), style="Caption")

    def table(
        self, caption: str, heads: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[float]
    ) -> None:
        """A table with its caption above and a head that is repeated on every page; ``widths`` in cm."""
        from docx.enum.text import WD_ALIGN_PARAGRAPH
        from docx.oxml import OxmlElement
        from docx.oxml.ns import qn
        from docx.shared import Cm, Pt

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
        """A chart with its sentence below it and as its text for those who do not see it."""
        from docx.shared import Cm

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
        """What it is, and from which calculation."""
        found = self.found
        self.document.add_paragraph(found.scenario.name, style="Title")
        self.document.add_paragraph(found.subtitle, style="Subtitle")
        self.text(f"{found.say('item.kind')}. {found.say('item.draft')}")

    def summary(self) -> None:
        found = self.found
        first = found.say(
            "item.summary.first", municipality=found.municipality.name, name=found.scenario.name
        )
        self.text(f"{first} {found.changes_sentence}", found.explanation.headline)
        self.text(found.say("item.summary.last"))

    def background(self) -> None:
        found = self.found
        self.text(*found.scenario.description.split("\n"))
        workshop = found.scenario.workshop
        if workshop is not None and workshop.question:
            self.text(found.say("item.background.question", text=workshop.question))
        if found.municipality.goals_are_template:
            goals = found.say("item.background.template", municipality=found.municipality.name)
        else:
            goals = found.say("item.background.goals", n=number(len(found.goals), found.language))
        period = found.say("item.background.period", period=found.period, economy=found.economy)
        self.text(f"{goals} {period}")

    def case(self) -> None:
        found = self.found
        if found.changes:
            self.heading(found.say("item.levers"), 2)
            self._changes()
        self.heading(found.say("item.goals"), 2)
        self.text(found.say("item.goals.lead"))
        self._with_next()
        self._goals()
        for picture in pictures(found):
            self.picture(picture)
        if found.explanation.limits:
            self.heading(found.say("item.limits"), 2)
            self.bullets(found.explanation.limits)
        if found.explanation.warnings:
            self.heading(found.say("item.warnings"), 2)
            self.bullets(found.explanation.warnings)
        self._workshop()
        self.heading(found.say("item.sure"), 2)
        self.text(*found.uncertainty)
        if found.not_measured:
            self.text(found.say("item.not_measured"))
            self.bullets(found.not_measured)

    def _changes(self) -> None:
        found = self.found
        heads, widths = ["lever", "before", "after", "when"], [6.0, 3.0, 3.0, 4.5]
        rows = [list(change[:_WITHOUT_WHY]) for change in found.changes]
        if any(change[_WITHOUT_WHY] for change in found.changes):
            heads, widths = [*heads, "why"], [3.4, 2.6, 2.0, 3.0, 5.5]
            rows = [list(change) for change in found.changes]
        self.table(
            found.say("item.table.levers"), [found.say(f"item.column.{h}") for h in heads], rows, widths
        )

    def _goals(self) -> None:
        found = self.found
        heads = ["goal", "before", "after", "change", "target", "status"]
        rows = []
        for row in found.main_rows:
            name = found.say(
                "item.goal_name", number=row.goal.number, title=row.indicator.title.text(found.language)
            )
            before, after = (
                found.value(row, v) for v in (row.indicator.value_baseline, row.indicator.value_scenario)
            )
            cells = [name, before, after, found.difference(row), found.target(row), found.status(row)]
            if found.fan is not None:
                cells.insert(3, found.range_text(row))
            rows.append(cells)
        labels = [found.say(f"item.column.{h}") for h in heads]
        widths = [4.6, 2.6, 2.1, 2.6, 2.4, 2.2]
        if found.fan is not None:
            labels.insert(3, found.say("range_column"))
            widths = [3.3, 2.6, 1.9, 2.4, 2.5, 1.9, 1.9]
        self.table(found.say("item.table.goals"), labels, rows, widths)

    def _workshop(self) -> None:
        found, workshop = self.found, self.found.scenario.workshop
        if workshop is None or not (workshop.expectation or workshop.findings):
            return
        self.heading(found.say("item.findings"), 2)
        for key, words in (("expectation", workshop.expectation), ("text", workshop.findings)):
            if words:
                self.text(found.say(f"item.findings.{key}", text=words))

    def economy(self) -> None:
        found, result, language = self.found, self.found.budget, self.found.language
        self.text(budget_headline(result, result.net.difference, language))

        def millions(values: Iterable[float]) -> list[str]:
            return [number(float(v) / _MILLION, language, 1, signed=True) for v in values]

        rows = []
        for figures in found.functions:
            difference = figures.net.difference
            name = f"{figures.function} {figures.label.text(language)}"
            rows.append([name, *millions(difference), *millions([difference.sum()])])
        total = found.say("item.column.total")
        rows.append([total, *millions(result.net.difference), *millions([result.total_difference])])
        years = len(result.years)
        width = min(1.9, 9.0 / (years + 1))
        self.table(
            found.say("item.economy.table"),
            [found.say("item.column.function"), *map(str, result.years), total],
            rows,
            [_TEXT_WIDTH_CM - width * (years + 1), *[width] * (years + 1)],
        )
        if len(found.functions) < len(result.by_function):
            self.text(found.say("item.economy.left_out"))
        if result.net.difference.any():
            self.picture(budget_picture(found))
        self.text(found.funding, f"{found.say('decimal_note')} {result.note.text(language)}")

    def appendices(self) -> None:
        found = self.found
        self.bullets((found.say("item.appendix.workbook"), found.say("item.appendix.handout")), "List Number")
        self.heading(found.say("item.sources"), 2)
        self.bullets(found.sources)
        self.text(found.origin)

    def decided_by(self) -> None:
        self.text(self.found.committee[:1].upper() + self.found.committee[1:])

    def recommendation(self) -> None:
        found = self.found
        administration = found.say(found.own("administration"))
        self.text(found.say("item.recommends", administration=administration, committee=found.committee))
        asked = ["discuss", "template" if found.municipality.goals_are_template else "decide", "follow"]
        for n, what in enumerate(asked, start=1):
            self._with_next()
            self.text(f"{n}. {found.say(f'item.recommend.{what}')}.")


def _is_figure(cells: Sequence[str]) -> bool:
    """Whether a column holds numbers only."""
    return bool(cells) and all(
        cell[:1] in "+-\u2212\u20130123456789" and len(cell) < _LONGEST_FIGURE for cell in cells
    )


def _east_asian_font(style: Any, font: str) -> None:
    """The same letters in all scripts; themes would overrule the style otherwise."""
    from docx.oxml.ns import qn

    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for attribute in list(fonts.attrib):
        if "Theme" in attribute or "theme" in attribute:
            del fonts.attrib[attribute]
    for name in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
        fonts.set(qn(name), font)


def _ground(cell: Any, colour: str) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    shade = OxmlElement("w:shd")
    shade.set(qn("w:val"), "clear")
    shade.set(qn("w:fill"), colour)
    cell._tc.get_or_add_tcPr().append(shade)


def _describe(table: Any, words: str) -> None:
    """The table's text for those who do not see it."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    description = OxmlElement("w:tblDescription")
    description.set(qn("w:val"), words)
    table._tbl.tblPr.append(description)
