"""How long a server takes to be ready, with many records, and after kill -9 under load."""

import time

from tests.bench.messaging import Figures, expect, go_on, load
from tests.bench.servers import onrecord
from tests.bench.workloads import Workload
from tests.rig.installation import Installation

BEFORE_KILL_SECONDS = 1.5
BUSY = Workload("kill", "pairs that send while the server is killed", "pairs", 500, seconds=60)


def started(made: Installation) -> Figures:
    """Start the server and stop it again."""
    with onrecord(made) as running:
        return {"ready_s": running.ready_seconds, "cpu_s": running.cpu()}


def started_after_kill(made: Installation) -> Figures:
    """Kill the server while messages are being sent; start it again."""
    plan = BUSY.plan(made, bare=False)
    with onrecord(made) as running, load(plan, made, running) as (sending, _):
        expect(sending, "connected")
        go_on(sending)
        time.sleep(BEFORE_KILL_SECONDS)  # what is measured is a kill at any moment
        running.kill()
    return started(made)
