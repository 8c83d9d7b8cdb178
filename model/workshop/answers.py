"""What one table answers in one step: a guess, a proposal or its beliefs. One file per table and step."""

from __future__ import annotations

from typing import Any, Final, Self

from pydantic import Field, model_validator

from model.files.validation_problems import bilingual_errors
from model.scenario.parts import Change, Line, Lines, Number, ScenarioPart
from model.scenario.scenario import plain_change, plain_number
from model.workshop.course import MOST_BELIEFS, MOST_CARDS

_MOST_CHANGES: Final = 50


class Guess(ScenarioPart):
    """Where the indicator ends, as the table guesses: a point (low equals high) or a range, in the unit people see."""

    low: Number
    high: Number

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        """Check that the range is one."""
        if self.low > self.high:
            raise bilingual_errors(
                [(("low",), "Den laveste ende skal være mindst.", "The lower end must be the smaller.")]
            )
        return self

    @property
    def middle(self) -> float:
        """Return the middle of the guess."""
        return (self.low + self.high) / 2

    @property
    def is_point(self) -> bool:
        """Return whether it is one number."""
        return self.low == self.high


class Belief(ScenarioPart):
    """What a table believes of one assumption: low, likely and high, in the parameter's unit."""

    parameter: Line = Field(min_length=1)
    low: Number
    likely: Number
    high: Number
    why: Lines = ""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        """Check that the three are in order."""
        if not self.low <= self.likely <= self.high:
            raise bilingual_errors(
                [(("likely",), "De tre tal skal stå i orden: lavt, sandsynligt, højt.",
                  "The three numbers must be in order: low, likely, high.")]
            )  # fmt: skip
        return self


class Draft(ScenarioPart):
    """A table's proposal: the changes of its sliders, or the cards that it has put in, in order."""

    changes: tuple[Change, ...] = Field(default=(), strict=False, max_length=_MOST_CHANGES)
    cards: tuple[Line, ...] = Field(default=(), strict=False, max_length=MOST_CARDS)

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        """Check that it is built by sliders or by cards: nothing says what a slider on top of a card would mean."""
        if self.changes and self.cards:
            raise bilingual_errors(
                [(("cards",), "Et forslag har enten changes eller cards, ikke begge.",
                  "A proposal has either changes or cards, not both.")]
            )  # fmt: skip
        return self


class Answer(ScenarioPart):
    """One table's answer in one round of one step. ``late``: given after the step was closed."""

    answer: int = 1
    table: Line
    guess: Guess | None = None
    draft: Draft | None = None
    beliefs: tuple[Belief, ...] = Field(default=(), strict=False, max_length=MOST_BELIEFS)
    handed_in: bool = False
    late: bool = False
    at: Line = ""

    def plain(self) -> dict[str, Any]:
        """Return it as plain data in the order of the file; fields that say nothing are left out."""
        out: dict[str, Any] = {"answer": self.answer, "table": self.table}
        if self.guess is not None:
            out["guess"] = {
                name: plain_number(value)
                for name, value in (("low", self.guess.low), ("high", self.guess.high))
            }
        if self.draft is not None:
            out["draft"] = {
                name: value
                for name, value in (("changes", plain_changes(self.draft)), ("cards", list(self.draft.cards)))
                if value
            }
        if self.beliefs:
            out["beliefs"] = [_plain_belief(belief) for belief in self.beliefs]
        out["handed_in"] = self.handed_in
        if self.late:
            out["late"] = True
        return {**out, "at": self.at}


def plain_changes(draft: Draft) -> list[dict[str, Any]]:
    """Return a draft's changes as plain data, as a scenario's file has them."""
    return [plain_change(change) for change in draft.changes]


def _plain_belief(belief: Belief) -> dict[str, Any]:
    """Return a belief as plain data."""
    out: dict[str, Any] = {"parameter": belief.parameter}
    out.update({name: plain_number(getattr(belief, name)) for name in ("low", "likely", "high")})
    return {**out, **({"why": belief.why} if belief.why else {})}
