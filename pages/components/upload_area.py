"""Draw an uploader, and what files are taken where the browser or the server refuses one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import streamlit as st

from pages.session.session import Session

SCENARIO_TYPES: Final = ("yaml", "yml")
EXPORT_TYPES: Final = ("csv", "txt", "tsv", "xlsx", "xlsm", "json", "jsonl", "px")
SCENARIO_MEGABYTES: Final = 1


def upload_area(
    session: Session, name: str, label: str, types: Sequence[str], most: int, *, key: str, many: bool = False
) -> Any:
    """Draw an uploader and under it what files are taken, by their endings, up to ``most`` MB; return its files.

    Streamlit tells in English what it takes and, only under the pointer, that a file is too large or of another kind,
    or names the error of its own request. So the reader's own words stand there: page.css (which lists the areas by
    ``name``) hides Streamlit's, and shows those of a refusal while a file is marked as refused.
    """
    endings = ", ".join(f".{ending}" for ending in types)
    with st.container(key=f"upload-{name}"):
        files = st.file_uploader(
            label, type=list(types), accept_multiple_files=many, max_upload_size=most, key=key
        )
        st.caption(session.page_text("upload.taken", types=endings, most=most))
        with st.container(key=f"upload-refused-{name}"):
            st.text(session.page_text("upload.refused", types=endings, most=most))
    return files
