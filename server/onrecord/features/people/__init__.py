"""The directory: accounts, roles, pictures, what the firm is called, and what takes two."""
