"""The contributions of an attribution in sentences."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final

from model.explain.contributions import Attribution, Contributions, Interaction, LeverTarget
from model.explain.figures import difference_shown, figure_title, single_full_stop
from model.explain.interactions import weaker_together
from model.language.catalogue import LANGUAGES, number, text
from model.language.messages import Text
from model.municipality.municipality import Municipality
from model.scenario.diff import lever_figure, lever_name
from model.scenario.levers import LEVER_BY_ID, baseline_value
from model.scenario.scenario import Scenario

_MAX_PARTS: Final = 4  # levers named in one sentence; the others are summed


def lever_part_label(part: tuple[LeverTarget, ...], scenario: Scenario, municipality: Municipality) -> Text:
    def said(language: str) -> str:
        lever, group = part[0]
        if len(part) > 1:
            label = LEVER_BY_ID[lever].label.text(language)
            return text("why.lever_groups", language, lever=label, n=number(len(part), language))
        steps = [change for change in scenario.changes if change.target == part[0]]
        name = lever_name(lever, group, language)
        base, to = baseline_value(LEVER_BY_ID[lever], municipality, group), steps[-1].to
        after = lever_figure(lever, to, language, beside=base)
        if LEVER_BY_ID[lever].scope == "mix":
            return text("why.lever_mix", language, lever=name, after=after)
        before = lever_figure(lever, base, language, beside=to)
        return text("why.lever", language, lever=name, before=before, after=after)

    return Text(**{language: said(language) for language in LANGUAGES})


@dataclass(frozen=True)
class SentenceWriter:
    attribution: Attribution
    language: str

    def says(self, name: str, **values: Any) -> str:
        return single_full_stop(text(f"why.{name}", self.language, **values))

    def title(self, key: str) -> str:
        return figure_title(key, self.attribution.goals, self.language)

    def difference(self, key: str, value: float) -> str:
        return difference_shown(key, value, self.attribution.goals, self.language)

    def bare(self, key: str, value: float) -> str:
        return difference_shown(key, value, self.attribution.goals, self.language, unit=False)

    def contributions(self, figure: Contributions) -> str:
        parts = sorted(
            zip(self.attribution.levers, figure.parts, strict=True), key=lambda part: -abs(part[1])
        )
        total = self.difference(figure.key, figure.change)
        title = self.title(figure.key)
        telling = [part for part in parts if self.bare(figure.key, part[1]) != self.bare(figure.key, 0.0)]
        if not telling:
            return self.says("unmoved", figure=title, total=total)
        if len(telling) == 1 and len(parts) > 0 and math.isclose(telling[0][1], figure.change, rel_tol=0.01):
            return self.says(
                "one_lever", figure=title, total=total, lever=telling[0][0].label.text(self.language)
            )
        named = [
            self.says("part", lever=lever.label.text(self.language), n=self.bare(figure.key, value))
            for lever, value in telling[:_MAX_PARTS]
        ]
        others = telling[_MAX_PARTS:]
        if others:
            rest = sum(value for _, value in others)
            named.append(self.says("others", n=self.bare(figure.key, rest)))
        return self.says("contributions", figure=title, total=total, parts="; ".join(named))

    def pair(self, pair: Interaction) -> str:
        first, second = (
            self.attribution.levers[i].label.text(self.language) for i in (pair.first, pair.second)
        )
        one, two = pair.alone
        nothing = self.bare(pair.key, 0.0)
        if one * two < 0 and nothing not in (self.bare(pair.key, one), self.bare(pair.key, two)):
            key = "together.against"
        elif one + two and pair.together / (one + two) < 0:
            key = "together.otherwise"
        else:
            key = "together.less" if weaker_together(pair.alone, pair.together) else "together.more"
        sentence = self.says(
            key,
            first=first,
            second=second,
            figure=self.title(pair.key),
            one=self.bare(pair.key, one),
            two=self.bare(pair.key, two),
            together=self.difference(pair.key, pair.together),
            sum=self.bare(pair.key, one + two),
        )
        if pair.reason is None:
            return single_full_stop(sentence + ".")
        return f"{sentence}: {pair.reason.text(self.language)}."


def attribution_sentences(attribution: Attribution, language: str) -> list[str]:
    """Describe what each lever adds, how levers work together and which move nothing, in "da" or "en"."""
    writer = SentenceWriter(attribution, language)
    sentences = [writer.contributions(attribution.figure(key)) for key in attribution.reported_keys()]
    sentences += [writer.pair(pair) for pair in attribution.interactions]
    sentences += [
        writer.says("no_effect", lever=part.label.text(language), why=part.no_effect.text(language))
        for part in attribution.levers
        if part.no_effect is not None
    ]
    if not attribution.exact:
        error = number(max(attribution.persons.standard_errors), language, 2)
        sentences.append(writer.says("sampled", orders=number(attribution.orders, language), error=error))
    if attribution.left_out:
        titles = (writer.title(key) for key in attribution.left_out)
        sentences.append(writer.says("left_out", indicators="; ".join(titles)))
    if attribution.hidden:
        titles = (writer.title(key) for key in attribution.hidden)
        sentences.append(writer.says("hidden", indicators="; ".join(titles)))
    return sentences
