"""Measures as cards: read, listed, laid on top of each other, and what a list of them comes to."""
