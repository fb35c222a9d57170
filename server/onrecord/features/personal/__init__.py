"""What somebody notes for themself."""
