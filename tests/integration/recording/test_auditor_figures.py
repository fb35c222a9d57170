"""The metrics say how long ago the last hour was reread, and so when that takes too long."""

import time
from pathlib import Path

import pytest

from tests.rig.inside import inside
from tests.rig.installation import Installation, install
from tests.rig.process import running

METRIC = "onrecord_audited_recent_seconds "
WAITED_SECONDS = 6.0


def since_reread(made: Installation) -> float:
    lines = inside(made, "/metrics").text.splitlines()
    return float(next(line for line in lines if line.startswith(METRIC)).removeprefix(METRIC))


@pytest.mark.parametrize(("minutes", "rereads"), [(0.02, True), (15, False)])
def test_the_time_since_the_last_pass_is_shown(
    tmp_path: Path, minutes: float, rereads: bool
) -> None:
    """1.2 s between two passes; and, as the control, none within the test: then it grows."""
    made = install(tmp_path, ["anna"], toml=f"[audit]\nevery_minutes = {minutes}\n")
    with running(made):
        time.sleep(WAITED_SECONDS)
        since = since_reread(made)
    assert (since < WAITED_SECONDS - 1) == rereads, since
