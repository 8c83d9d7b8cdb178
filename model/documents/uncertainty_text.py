"""How sure a document's figures are, in sentences: the band, chances, assumed prices, what the model leaves out."""

from __future__ import annotations

from collections import Counter

from model.budget.amounts import SMALL_AMOUNT
from model.budget.sentences import assumed_prices
from model.documents.figures import Findings
from model.goals.status_text import chance_words
from model.language.catalogue import listed, number, percent, text
from model.scenario.own_assumptions import own_assumptions
from model.uncertainty.bands import Fan


def uncertainty(findings: Findings) -> tuple[str, ...]:
    """List the caveats: no forecast, the band, assumed prices, what the model leaves out."""
    sentences = [findings.text("sure.no_forecast")]
    if findings.fan is None:
        sentences.append(findings.text("sure.no_band"))
    else:
        sentences.append(" ".join(_band_sentences(findings, findings.fan)))
    if abs(findings.budget.net.difference).max() >= SMALL_AMOUNT and findings.budget.share_assumed:
        sentences.append(
            findings.text("sure.prices", which=assumed_prices(findings.budget).text(findings.language))
        )
    register = Counter(parameter.value.quality for parameter in findings.municipality.register)
    total = sum(register.values())
    sentences.append(
        findings.text(
            "sure.assumptions",
            total=number(total, findings.language),
            assumed=number(register["assumption"], findings.language),
            share=percent(register["assumption"] / total, findings.language),
        )
    )
    own = [one.sentence().text(findings.language) for one in own_assumptions(findings.scenario)]
    if own:
        sentences.append(text("page.assumptions.changed", findings.language, n=len(own), list="; ".join(own)))
    sentences.append(findings.text("sure.left_out"))
    return tuple(sentences)


def uncertainty_in_short(findings: Findings) -> tuple[str, ...]:
    """List the same for a single page: no forecast and the band, then what the model leaves out."""
    first, second, *others, last = uncertainty(findings)
    own = (others[-1],) if own_assumptions(findings.scenario) else ()
    return (f"{first} {second}", *own, last)


def _band_sentences(findings: Findings, fan: Fan) -> list[str]:
    """List sentences about the bands of indicators and budget, and about chances."""
    sentences = [findings.text("sure.band", count=number(fan.draws.count, findings.language))]
    row = findings.most_moved
    ends = findings.range_of(row)
    if ends is not None:
        low, high = (row.indicator.shown(v, findings.language) for v in ends)
        sentences.append(
            findings.text(
                "sure.indicator", title=row.indicator.title.text(findings.language), low=low, high=high
            )
        )
        band = findings.band(row)
        if band is not None:
            sentences.append(text(f"uncertainty.holds.{band.holds}", findings.language))
    if fan.budget is not None and findings.scenario.changes:
        sentences.append(findings.text("sure.budget", ends=findings.total.ends_shown(findings.language)))
        if findings.total.kind == "either":
            sentences.append(findings.text("sure.either_way"))
    sentences += _chances(findings)
    return sentences


def _chances(findings: Findings) -> list[str]:
    """List how often the goals that have a number are reached."""
    known = [
        (row.goal.number, band)
        for row in findings.key_rows
        if (band := findings.band(row)) is not None and band.chance is not None
    ]
    if not known:
        return []
    if all(band.chance == 0 == band.chance_baseline for _, band in known):
        goals = listed([str(n) for n, _ in known], findings.language)
        return [findings.text("sure.never", goals=goals)]
    chances = [
        findings.text(
            "sure.chance",
            number=n,
            share=chance_words(band.chance, len(band.met), findings.language),
            before=chance_words(band.chance_baseline, len(band.met), findings.language),
        )
        for n, band in known
    ]
    return [findings.text("sure.chances", chances=listed(chances, findings.language))]
