"""Hold the texts of both languages and render them: catalogue, messages, word search."""
