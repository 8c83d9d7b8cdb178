"""Name the folders of the checkout that the model reads."""

from __future__ import annotations

from pathlib import Path
from typing import Final

MODEL_FOLDER: Final = Path(__file__).resolve().parents[1]
ROOT: Final = MODEL_FOLDER.parent
DATA_FOLDER: Final = MODEL_FOLDER / "data"
