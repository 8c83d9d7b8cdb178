"""Measure the strategic goals of a run: indicators, status, side effects, benchmark rank."""
