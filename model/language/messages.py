"""An error whose message is for the reader, in both languages."""

from __future__ import annotations


class ToldError(ValueError):
    """What is wrong and what would be right, in Danish and English."""

    def __init__(self, da: str, en: str) -> None:
        self.da, self.en = da, en
        super().__init__(en)

    def text(self, language: str) -> str:
        """The message in "da" or "en"."""
        return self.en if language == "en" else self.da
