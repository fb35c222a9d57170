"""An older database came back: what it lacks is taken from the archive."""
