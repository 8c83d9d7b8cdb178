"""Keep many scenarios: the library, share links, results stored with a scenario."""
