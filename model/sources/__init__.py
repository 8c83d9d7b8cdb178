"""Import of real data: exports and answers of Jobindsats and StatBank as tidy rows (``reader``), before and after
in a municipality's parameters (``preview``), a municipality's own file (``own_files``), live fetch (``fetch``).
"""
