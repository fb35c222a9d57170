"""One text to many people, each in a conversation of their own."""
