"""Groups: who runs them, what they are called, joining by a link."""
