"""What people say to each other: messages, what becomes of them, and how far they are read."""
