"""Archived records on their way to other places: hooks, each from a cursor of its own."""
