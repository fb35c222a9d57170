"""The tables of the first step, by subject."""
