"""Compute and draw what the page ``pages/target_groups.py`` shows."""
