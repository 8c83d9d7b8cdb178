"""Keep one visit: scenario with undo, results, jobs, files; none of these modules draws."""
