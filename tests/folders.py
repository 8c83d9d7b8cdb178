"""Name the folders that tests read."""

from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
DATA: Final = ROOT / "tests" / "data"
SCENARIOS: Final = ROOT / "scenarios"
MODEL_DATA: Final = ROOT / "model" / "data"
MAIN: Final = ROOT / "pages" / "shell" / "main.py"
