"""What somebody notes for themself alone."""
