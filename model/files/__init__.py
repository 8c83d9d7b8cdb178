"""Read and write files safely: strict YAML, problems with line and column, atomic writes, CSV."""
