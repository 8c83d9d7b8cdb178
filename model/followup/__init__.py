"""Promise against outcome: decided scenarios with what was expected, the months since, and why they differ."""
