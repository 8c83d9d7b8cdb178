"""Run the weeks: engine parameters, lever paths, the baseline at rest, the compiled kernel and its readable twin."""

from model.engine.compiled_folder import choose_folder

# Here, since Numba reads it once, when the first of this package's modules imports it.
choose_folder()
