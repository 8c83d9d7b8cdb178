"""What belongs to the page Follow-up alone."""
