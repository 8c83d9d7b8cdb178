"""Method."""

from pages.components.page import METHOD, show
from pages.components.strip import strip


def draw(here, _):
    strip(here)


show(METHOD, draw)
