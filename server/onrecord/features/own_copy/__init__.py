"""Clients' own copies: what they saw of their conversations, with proofs, as a file."""
