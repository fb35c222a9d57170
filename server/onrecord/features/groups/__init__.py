"""Groups: who is in them, who leads them, what they are called."""
