"""How long a test waits for what must come."""

import time

SECONDS = 120.0
"""It costs nothing where all is well: a slow machine is no defect of what is tested.

A promise in seconds is no matter of waiting: `make proofs` measures those.
"""
STEP_SECONDS = 0.05


def let_work(seconds: float) -> None:
    """Let others work for so long. Blocks.

    In steps: where the whole machine stands still meanwhile, one step is lost and not all of them.
    """
    for _ in range(round(seconds / STEP_SECONDS)):
        time.sleep(STEP_SECONDS)
