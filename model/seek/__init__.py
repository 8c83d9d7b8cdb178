"""Find the smallest change that reaches a goal, and run grids over levers."""
