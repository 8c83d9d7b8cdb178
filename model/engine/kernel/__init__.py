"""Compute one run of the model, week by week, compiled."""
