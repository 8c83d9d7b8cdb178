"""Explain a difference: headline, contributions of levers, mechanisms."""
