"""What is said while nobody is there."""
