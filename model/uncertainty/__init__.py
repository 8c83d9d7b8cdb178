"""Compute bands and chances over draws of all uncertain numbers, tornado, win shares."""
