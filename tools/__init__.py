"""Derive data files of the model from published figures; not part of the app."""
