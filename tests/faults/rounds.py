"""How often the random tests are repeated, what they draw from, and whether they are timed.

`make proofs` and `make faults` (ONRECORD_FAULTS=long) take longer than `make test`, and another
seed each time; ONRECORD_SEED repeats one. They alone assert promises in seconds.
"""

import os
import random

TIMED = os.environ.get("ONRECORD_FAULTS") == "long"
ROUNDS = 3 if TIMED else 1
SEED = int(os.environ.get("ONRECORD_SEED", "20261124"))


def seeded() -> random.Random:
    """Return the generator that a test draws from, and print how to repeat it."""
    print(f"ONRECORD_SEED={SEED}")
    return random.Random(SEED)
