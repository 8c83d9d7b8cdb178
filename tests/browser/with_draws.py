"""Run Streamlit with another number of draws than the app's: ``python -m tests.browser.with_draws 16 run app.py``."""

from __future__ import annotations

import sys


def main() -> None:
    """Take the number from the arguments and leave the others to Streamlit."""
    from streamlit.web.cli import main as streamlit

    from model.uncertainty.draws import DEFAULT_COUNT, are_ready, draws_for

    count = int(sys.argv.pop(1))
    assert (draws_for.__kwdefaults__ or {}).get("count") == DEFAULT_COUNT
    assert (are_ready.__defaults__ or (0,))[0] == DEFAULT_COUNT
    draws_for.__kwdefaults__["count"] = count
    are_ready.__defaults__ = (count, *are_ready.__defaults__[1:])
    streamlit(prog_name="streamlit")


if __name__ == "__main__":
    main()
