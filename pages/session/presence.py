"""Tell whether the browser of a visit is still connected, so that nothing is worked out for those who have left."""

from __future__ import annotations

from streamlit import runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx


def connection() -> str | None:
    """Return Streamlit's id of the visit whose page is run by this thread; it is the same after a reconnection."""
    context = get_script_run_ctx(suppress_warning=True)
    return None if context is None else context.session_id


def is_connected(known_as: str | None) -> bool:
    """Return whether a browser is connected under that id; whoever has none (None) is no browser, and stays."""
    if known_as is None or not runtime.exists():
        return True
    # Streamlit calls nothing when a browser leaves. This may be asked from any thread.
    return bool(runtime.get_instance().is_active_session(known_as))
