"""Compute and draw what the page ``pages/library.py`` shows."""
