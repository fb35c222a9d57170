"""What reaches people who do not look: pushes and letters."""
