"""What the pages share: the state of a visitor's session, the live components, and what they are fed with."""
