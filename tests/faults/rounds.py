"""How often the random tests are repeated: `make faults` takes longer than `make test`."""

import os

ROUNDS = 3 if os.environ.get("ONRECORD_FAULTS") == "long" else 1
