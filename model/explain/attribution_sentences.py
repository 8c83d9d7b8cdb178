"""The contributions of an attribution in sentences."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from model.budget.amounts import total_amount
from model.budget.budget import budget
from model.budget.sentences import closed_guidance
from model.explain.contributions import Attribution, Contributions, Interaction, LeverTarget
from model.explain.figures import difference_shown, figure_title, range_shown, single_full_stop, why_message
from model.explain.interactions import weaker_together
from model.goals.results import GoalResult
from model.language.catalogue import number
from model.language.drawn_range import DrawnRange
from model.language.messages import Localized, Message, Phrase, joined
from model.municipality.municipality import Municipality
from model.scenario.diff import lever_figure, lever_name
from model.scenario.levers import LEVER_BY_ID, baseline_value
from model.scenario.scenario import Scenario

_NO_RANGES: Final[Mapping[str, DrawnRange]] = MappingProxyType({})
_MAX_PARTS: Final = 4  # levers named in one sentence; the others are summed


def lever_part_label(
    part: tuple[LeverTarget, ...], scenario: Scenario, municipality: Municipality
) -> Message:
    """Return a changed lever's name with its values before and after, or the number of its target groups."""
    lever_id, group = part[0]
    lever = LEVER_BY_ID[lever_id]
    if len(part) > 1:
        return Message("why.lever_groups", lever=lever.label, n=Phrase(number, len(part)))
    steps = [change for change in scenario.changes if change.target == part[0]]
    name = Phrase(lever_name, lever_id, group)
    base, to = baseline_value(lever, municipality, group), steps[-1].to
    after = Phrase(lever_figure, lever_id, to, beside=base)
    if lever.scope == "mix":
        return Message("why.lever_mix", lever=name, after=after)
    before = Phrase(lever_figure, lever_id, base, beside=to)
    return Message("why.lever", lever=name, before=before, after=after)


def attribution_sentences(
    attribution: Attribution, ranges: Mapping[str, DrawnRange] = _NO_RANGES
) -> list[Localized]:
    """Describe what each lever adds, how levers work together and which move nothing.

    Arguments: between what the change in each figure lies over the draws, by the figure's key, where that is known.
    What a lever adds is of the central run alone.
    """
    writer = _SentenceWriter(attribution, ranges)
    sentences: list[Localized] = [
        writer.contributions(attribution.figure(key), first=i == 0)
        for i, key in enumerate(attribution.reported_keys())
    ]
    spent = budget(attribution.outcome, attribution.baseline)
    closed = closed_guidance(spent, total_amount(spent))
    if closed is not None:
        sentences.append(closed)
    sentences += [writer.interaction(pair) for pair in attribution.interactions]
    sentences += [
        why_message("no_effect", lever=part.label, why=part.no_effect)
        for part in attribution.levers
        if part.no_effect is not None
    ]
    if not attribution.exact:
        error = Phrase(number, max(attribution.persons.standard_errors), decimals=2)
        sentences.append(why_message("sampled", orders=Phrase(number, attribution.orders), error=error))
    for key, indicators in (("left_out", attribution.left_out), ("suppressed", attribution.suppressed)):
        if indicators:
            titles = [writer.title(indicator) for indicator in indicators]
            sentences.append(why_message(key, indicators=Phrase(joined, titles, separator="; ")))
    return sentences


@dataclass(frozen=True)
class _SentenceWriter:
    """Sentences about figures of one attribution."""

    attribution: Attribution
    ranges: Mapping[str, DrawnRange]

    def title(self, key: str) -> Localized:
        """Return the name of a figure."""
        return figure_title(key, self.attribution.goals)

    def difference(self, key: str, value: float, *, unit: bool = True) -> Localized:
        """Return a difference in one figure, with or without its unit."""
        return difference_shown(key, value, self.attribution.goals, unit=unit)

    def _total(self, key: str, value: float) -> Localized:
        """Return the whole change in one figure, with its range where that is known."""
        drawn, goals = self.ranges.get(key), self.attribution.goals
        shown = difference_shown(key, value, goals, within=drawn)
        return shown if drawn is None else Phrase(_with_range, shown, drawn, key, goals)

    def is_shown_as_zero(self, key: str, value: float) -> bool:
        """Return whether a difference is too small to be seen in the figure's decimals."""
        return self.difference(key, value, unit=False).da == self.difference(key, 0.0, unit=False).da

    def contributions(self, figure: Contributions, *, first: bool = True) -> Phrase:
        """Describe the change in one figure and the levers that make it, the largest first.

        Only the ``first`` of several says that it comes of them: said of each it is noise.
        """
        more = "" if first else "_more"
        key = figure.key
        parts = sorted(
            zip(self.attribution.levers, figure.parts, strict=True), key=lambda part: -abs(part[1])
        )
        total, title = self._total(key, figure.change), self.title(key)
        visible = [part for part in parts if not self.is_shown_as_zero(key, part[1])]
        if not visible:
            return why_message("unmoved", figure=title, total=total)
        if len(visible) == 1 and math.isclose(visible[0][1], figure.change, rel_tol=0.01):
            return why_message(f"one_lever{more}", figure=title, total=total, lever=visible[0][0].label)
        named = [
            why_message("part", lever=lever.label, n=self.difference(key, value, unit=False))
            for lever, value in visible[:_MAX_PARTS]
        ]
        others = visible[_MAX_PARTS:]
        if others:
            rest = sum(value for _, value in others)
            named.append(why_message("others", n=self.difference(key, rest, unit=False)))
        return why_message(
            f"contributions{more}", figure=title, total=total, parts=Phrase(joined, named, separator="; ")
        )

    def interaction(self, pair: Interaction) -> Phrase:
        """Describe what two levers do to one figure each alone and together, and why."""
        one, two = pair.alone
        if one * two < 0 and not any(self.is_shown_as_zero(pair.key, value) for value in (one, two)):
            key = "together.against"
        elif one + two and pair.together / (one + two) < 0:
            key = "together.otherwise"
        else:
            key = "together.less" if weaker_together(pair.alone, pair.together) else "together.more"
        sentence = why_message(
            key,
            first=self.attribution.levers[pair.first].label,
            second=self.attribution.levers[pair.second].label,
            figure=self.title(pair.key),
            one=self.difference(pair.key, one, unit=False),
            two=self.difference(pair.key, two, unit=False),
            together=self.difference(pair.key, pair.together),
            sum=self.difference(pair.key, one + two, unit=False),
        )
        if pair.reason is None:
            return Phrase(single_full_stop, Phrase(joined, [sentence, "."], separator=""))
        return Phrase(joined, [sentence, ": ", pair.reason, "."], separator="")


def _with_range(shown: str, drawn: DrawnRange, key: str, goals: tuple[GoalResult, ...], language: str) -> str:
    """Return a change with its range: "+6,4 fuldtidspersoner (9 af 10 beregninger: −3 til +20)"; for ``Phrase``."""
    return f"{shown} ({drawn.words(range_shown(key, drawn, goals, language), language)})"
