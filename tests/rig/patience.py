"""How long a test waits for what must come."""

SECONDS = 120.0
"""It costs nothing where all is well: a slow machine is no defect of what is tested.

A promise in seconds is no matter of waiting: `make proofs` measures those.
"""
