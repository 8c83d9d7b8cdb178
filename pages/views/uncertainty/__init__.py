"""Compute and draw what the page ``pages/uncertainty.py`` shows."""
