"""Reads an archive: leaves, bodies and proofs, and with the opening key the records."""
