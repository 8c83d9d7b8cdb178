"""Name the questions that tests of searches share."""

from __future__ import annotations

from functools import lru_cache

from model.municipality.municipality import load_municipality
from model.scenario.scenario import Scenario
from model.seek.answer import FreeLever, SeekAnswer, SeekOptions, Target
from model.seek.seek import seek
from model.seek.sentences import answer_sentences

BALLERUP = load_municipality("ballerup")
PLAIN = Scenario(name="Uændret", municipality="ballerup")
PLACES = FreeLever("firm_places")


@lru_cache(maxsize=1)
def twenty() -> SeekAnswer:
    return seek(BALLERUP, PLAIN, [Target("3", 20)], [PLACES], SeekOptions(budget_per_year=15e6))


def in_words(answer: SeekAnswer, language: str) -> list[str]:
    """Return an answer's sentences in a language."""
    return [sentence.text(language) for sentence in answer_sentences(answer)]
