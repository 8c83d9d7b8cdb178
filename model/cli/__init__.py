"""Serve the command line, ``python -m model COMMAND``: one module per command."""
