"""Run the weeks: engine parameters, lever paths, calibration of the baseline, the compiled kernel."""
