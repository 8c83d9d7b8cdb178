"""Read monthly series, fit exit rates and season to them, and suppress small months."""
