"""What is seen and ordered of the hooks."""
