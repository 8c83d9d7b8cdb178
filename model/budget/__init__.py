"""Compute what a run costs and saves per year, function and payer, and say it in sentences."""
