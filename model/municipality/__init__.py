"""Describe a municipality: its parameters, its goals and where they come from."""
