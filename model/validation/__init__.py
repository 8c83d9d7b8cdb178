"""Hold the model against facts and against its own past: back-tests, steady state, regression check."""
