"""The workshop: a meeting planned step by step, what its tables guess, build and believe, and what they decide."""
