"""The page Catalogue: cards, the list that is on, and what it comes to."""
