"""How a command reaches the server, or does without one, and who gives it."""
