"""Feed what comes from outside with what nobody would send: a short time in every test run, for hours by command."""
