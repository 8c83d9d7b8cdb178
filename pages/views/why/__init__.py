"""What belongs to the page Why alone."""
