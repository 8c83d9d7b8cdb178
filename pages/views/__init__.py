"""Hold what belongs to one page alone: one package per page script."""
