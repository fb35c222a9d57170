"""How often the random tests are repeated, and what they draw from.

`make faults` takes longer than `make test`, and another seed each time; ONRECORD_SEED repeats one.
"""

import os
import random

ROUNDS = 3 if os.environ.get("ONRECORD_FAULTS") == "long" else 1
SEED = int(os.environ.get("ONRECORD_SEED", "20261124"))


def seeded() -> random.Random:
    """Return the generator that a test draws from, and print how to repeat it."""
    print(f"ONRECORD_SEED={SEED}")
    return random.Random(SEED)
