"""Hold every number with unit, date, source, quality and range, and lay them out as arrays."""
