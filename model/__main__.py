"""``python -m model COMMAND``: the model without its pages."""

import sys

from model.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
