"""Compute and draw what the page ``pages/budget.py`` shows."""
