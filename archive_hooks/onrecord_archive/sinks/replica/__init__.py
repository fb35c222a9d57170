"""A second archive, entry by entry."""
