"""Name the folders of the checkout that the model reads."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

MODEL_FOLDER: Final = Path(__file__).resolve().parents[1]
ROOT: Final = MODEL_FOLDER.parent
DATA_FOLDER: Final = MODEL_FOLDER / "data"
# Names the folder of the users' own data: scenarios in ``scenarios``, municipalities in ``municipalities``.
DATA_VARIABLE: Final = "INDSATSKOMPAS_DATA"


def is_readable_name(name: str) -> bool:
    """Return whether a file's name is text; an archive from another system may leave bytes that are not UTF-8."""
    return name.isascii() or not any("\ud800" <= character <= "\udfff" for character in name)


def readable_name(name: str) -> str:
    """Return a file's name as text that can be shown and sent; a byte that is no UTF-8 becomes ``%e5``."""
    if is_readable_name(name):
        return name
    return os.fsencode(name).decode("utf-8", "backslashreplace").replace("\\x", "%")


def shortened(name: str, most: int) -> str:
    """Return the beginning of a name that has at most so many bytes and no part of a character."""
    return os.fsencode(name)[:most].decode(errors="ignore") if not _fits(name, most) else name


def _fits(name: str, most: int) -> bool:
    """Return whether a name is no longer than that; in a system that writes none of its letters it is short enough."""
    try:
        return len(os.fsencode(name)) <= most
    except UnicodeEncodeError:
        return True
