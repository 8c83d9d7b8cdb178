"""Names of a budget's components."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from model.budget.costs import COMPONENTS
from model.language.catalogue import LANGUAGES, group_name, name, text
from model.language.messages import Text


def bilingual(key: str, **values: Any) -> Text:
    """A text in both languages; a value may be a function of the language."""
    filled = {
        language: {k: v(language) if callable(v) else v for k, v in values.items()} for language in LANGUAGES
    }
    return Text(**{language: text(key, language, **filled[language]) for language in LANGUAGES})


_labels: dict[str, Text] = {}


def component_labels() -> Mapping[str, Text]:
    if not _labels:
        labels = {}
        for component in COMPONENTS:
            what, _, which = component.partition(".")
            if what == "benefit":
                labels[component] = bilingual(
                    "budget.component.benefit", group=lambda lang, g=which: group_name(g, lang)
                )
            elif which:
                labels[component] = bilingual(
                    f"budget.component.{what}", kind=lambda lang, k=which: name("kind", k, lang)
                )
            else:
                labels[component] = bilingual(f"budget.component.{component}")
        _labels.update(labels)
    return _labels
