"""Draw the place of an upload, and what files are taken where the browser or the server refuses one."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from typing import Final

import streamlit as st

from pages.session.session import Session

SCENARIO_TYPES: Final = ("yaml", "yml")
SCENARIO_MEGABYTES: Final = 1


@contextlib.contextmanager
def upload_area(session: Session, name: str, types: Sequence[str], most: int) -> Iterator[None]:
    """Draw an uploader in the block, and under it what files are taken: by their endings, up to ``most`` MB.

    Streamlit tells in English, and only under the pointer, that a file is too large or of another kind, or names the
    error of its own request. So the reader's own words always stand there, and page.css (which lists the areas by
    ``name``) shows them while a file is marked as refused.
    """
    with st.container(key=f"upload-{name}"):
        yield
        with st.container(key=f"upload-refused-{name}"):
            endings = ", ".join(f".{ending}" for ending in types)
            st.text(session.page_text("upload.refused", types=endings, most=most))
