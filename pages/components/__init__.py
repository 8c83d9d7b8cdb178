"""Draw what several pages share: mounted components, charts with tables, persistent widgets."""
