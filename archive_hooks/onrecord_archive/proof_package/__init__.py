"""Proof packages: what leaves an archive with its proofs."""
