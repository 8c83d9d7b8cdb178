"""Ask a running app whether its engine runs, for programs that watch it: ``python -m deploy.health [ADDRESS]``.

Exit status 0 where it does, else 1. It needs nothing but Python's own library.
"""

from __future__ import annotations

import json
import sys
import urllib.request
from typing import Final

ADDRESS: Final = "http://127.0.0.1:8501/health"
_PATIENCE: Final = 8.0


def main(arguments: list[str]) -> int:
    """Print the app's answer, and return the exit status."""
    address = arguments[0] if arguments else ADDRESS
    try:
        # No proxy: it is asked on the machine that it runs on.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(address, timeout=_PATIENCE) as answer:
            told = json.load(answer)
    except (OSError, ValueError) as error:
        # At any other address Streamlit answers with its page, and 200.
        print(f"{address}: {error}", file=sys.stderr)
        return 1
    print(json.dumps(told))
    return 0 if isinstance(told, dict) and told.get("status") == "ok" else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
