"""The firm's rules about texts, and what they note."""
