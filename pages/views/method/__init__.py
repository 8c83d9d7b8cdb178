"""Compute and draw what the page ``pages/method.py`` shows."""
