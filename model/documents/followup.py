"""The follow-up of a decision as a Word document of one page, for the committee."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Final

from model.documents.committee_item import ItemDocument
from model.documents.figures import Findings, gather
from model.documents.followup_chart import followed_chart
from model.documents.palette import LIGHT
from model.documents.pictures import WIDTH, Picture, on_paper
from model.followup.decided import Decided
from model.followup.outcome import Followed, followed, split
from model.followup.told import Told
from model.followup.words import decided_line, how_to_read, month_in_words, sentences, series_name, split_rows
from model.language.catalogue import text
from model.municipality.figures import FIGURES_FOLDER

_SPLIT_CM: Final = (3.6, 3.2, 9.7)
_FOLLOW_CM: Final = (5.0, 6.5, 5.0)
_PICTURE_CM: Final = 13.5
# Longer lists are on the page in the app: the document is one page.
_MOST_CHANGES: Final = 8
_MOST_FOLLOW_UPS: Final = 6
_LONGEST_DECISION: Final = 300


def followup_document(
    decided: Decided,
    told: Told,
    series_id: str,
    language: str,
    *,
    made_on: datetime.date | None = None,
    folder: Path = FIGURES_FOLDER,
) -> bytes:
    """Return one page on one series of a decision as the bytes of a docx file. Raises KeyError for a hidden series."""
    series = {one.id: one for one in decided.shown}[series_id]
    one = followed(decided, series, told, folder)
    parts = split(decided, one, told, folder)
    rows = () if parts is None else split_rows(parts, language)
    page = _Page(gather(decided.scenario, language, made_on=made_on), decided, one, rows)
    for section in ("head", "outcome", "why", "decision", "who"):
        getattr(page, section)()
    return page.done()


class _Page(ItemDocument):
    """A follow-up under way."""

    kind = "followup.kind"
    sizes = MappingProxyType(
        {"Normal": 9.5, "Title": 16, "Subtitle": 10, "Heading 1": 11.5, "Heading 2": 10, "Caption": 8.5}
    )
    spaces = (("Heading 1", 7, 2), ("Heading 2", 4, 1), ("Normal", 0, 3), ("Caption", 2, 3))

    def __init__(
        self, findings: Findings, decided: Decided, one: Followed, rows: Sequence[tuple[str, str, str]]
    ) -> None:
        super().__init__(findings)
        self.decided, self.one, self.rows, self.language = decided, one, rows, findings.language

    def _say(self, key: str, **values: object) -> str:
        """Return a text of the follow-up."""
        return text(f"followup.{key}", self.language, **values)

    def head(self) -> None:
        """Add the name, and where and when it was decided."""
        self.document.add_paragraph(self.decided.scenario.name, style="Title")
        self.document.add_paragraph(decided_line(self.decided, self.language), style="Subtitle")

    def outcome(self) -> None:
        """Add what came against what was expected: words and the chart."""
        name = series_name(self.one, self.language)
        self.heading(name)
        self.text(" ".join(sentences(self.one, self.language)))
        data, spec = followed_chart(self.one, self.language, LIGHT)
        title = self._say("chart.name", series=name)
        self.picture(
            Picture(
                title,
                how_to_read(self.decided, self.one, self.language),
                on_paper(spec, data, WIDTH),
                has_title=False,
            )
        )

    def why(self) -> None:
        """Add the parts of the difference, where there is one."""
        if not self.rows:
            return
        self.heading(self._say("split"))
        heads = [self._say(f"split.{name}") for name in ("part", "persons", "what")]
        month = month_in_words(self.one.latest.month if self.one.latest else self.one.awaited, self.language)
        self.table(self._say("split.table", month=month), heads, self.rows, _SPLIT_CM)

    def decision(self) -> None:
        """Add what was decided."""
        self.heading(self._say("changes"))
        changes = self.findings.changes
        self.bullets(
            self.findings.text("changes.one", lever=lever, before=before, after=after) + f" ({when})"
            for lever, before, after, when, _ in changes[:_MOST_CHANGES]
        )
        if len(changes) > _MOST_CHANGES:
            self.text(self.findings.text("handout.more", n=len(changes) - _MOST_CHANGES))
        words = self.decided.decision
        if words:
            short = words if len(words) <= _LONGEST_DECISION else words[:_LONGEST_DECISION] + " …"
            self.text(self._say("decision", decision=short))

    def who(self) -> None:
        """Add who follows what, and when."""
        self.heading(self._say("follow"))
        rows = [(one.who, one.figure, one.when) for one in self.decided.follow_ups[:_MOST_FOLLOW_UPS]]
        if rows:
            heads = [self._say(f"follow.{name}") for name in ("who", "figure", "when")]
            self.table(self._say("follow.table"), heads, rows, _FOLLOW_CM)
        else:
            self.text(self._say("follow.none"))
        self.text(self.findings.origin)
