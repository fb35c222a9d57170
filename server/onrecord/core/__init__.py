"""What the path of a message and all features share."""
