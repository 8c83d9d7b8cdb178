"""Compute and draw what the page ``pages/workshop.py`` shows."""
