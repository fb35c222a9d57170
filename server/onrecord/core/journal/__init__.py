"""The journal, pure: numbering, and what follows from records."""
