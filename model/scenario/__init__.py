"""Describe a scenario: levers, economy, and what differs from the baseline; read, write and compare scenarios."""
