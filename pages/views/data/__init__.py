"""Compute and draw what the page ``pages/data.py`` shows."""
