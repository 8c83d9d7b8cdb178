"""Compute and draw what the page ``pages/seek.py`` shows."""
