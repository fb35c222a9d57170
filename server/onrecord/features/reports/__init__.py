"""Messages that somebody told compliance of."""
