"""Proof packages: what a bundle and a client's own copy take to be made."""
