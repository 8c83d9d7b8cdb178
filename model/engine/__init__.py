"""Run the weeks: engine parameters, lever paths, the baseline at rest, the compiled kernel and its readable twin."""
