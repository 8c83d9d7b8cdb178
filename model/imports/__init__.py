"""Turn exports and answers of Jobindsats and StatBank into a municipality's own file."""
