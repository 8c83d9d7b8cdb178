"""Compute and draw what the page ``pages/compare.py`` shows."""
