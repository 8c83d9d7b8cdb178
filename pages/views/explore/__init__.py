"""Compute and draw what the page ``pages/explore.py`` shows."""
