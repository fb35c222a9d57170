"""The metrics say how long ago the last hour was reread, and so when that takes too long."""

import time
from pathlib import Path

from tests.rig.inside import inside
from tests.rig.installation import Installation, install
from tests.rig.patience import SECONDS as PATIENCE
from tests.rig.process import running

METRIC = "onrecord_audited_recent_seconds "
EVERY_MINUTES = 0.02
WATCHED_SECONDS = 3.0
"""More than two such passes apart."""


def since_reread(made: Installation) -> float:
    lines = inside(made, "/metrics").text.splitlines()
    return float(next(line for line in lines if line.startswith(METRIC)).removeprefix(METRIC))


def falls(folder: Path, minutes: float, seconds: float) -> bool:
    """Whether the time since the last pass falls within so many seconds, as it does by a pass."""
    made = install(folder, ["anna"], toml=f"[audit]\nevery_minutes = {minutes}\n")
    with running(made):
        until, last = time.monotonic() + seconds, since_reread(made)
        while time.monotonic() < until:
            time.sleep(0.1)
            now = since_reread(made)
            if now < last:
                return True
            last = now
    return False


def test_the_time_since_the_last_pass_falls_with_each_pass(tmp_path: Path) -> None:
    assert falls(tmp_path, EVERY_MINUTES, PATIENCE)


def test_control_without_a_pass_it_grows(tmp_path: Path) -> None:
    assert not falls(tmp_path, 15, WATCHED_SECONDS)
