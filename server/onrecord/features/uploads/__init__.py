"""Files that are stored to be sent."""
