"""What runs a command for the runner: whoever the runner is, and only while it is there."""

import os
import subprocess
import sys
from pathlib import Path

from tools.runner import processes

ROOT = Path(__file__).parents[3]
AS_FIRST = """
import os, sys
from tools.runner.processes import Command
assert os.getpid() == 1
with open("/dev/null", "w") as output:
    sys.exit(Command(("sh", "-c", "exit 7"), output).wait(60))
"""
"""The runner as process 1, as it is in a container."""


def test_process_1_runs_commands_like_any_other() -> None:
    alone = ["unshare", "--pid", "--fork", "--kill-child", "--mount-proc"]
    alone += [] if os.geteuid() == 0 else ["--map-root-user"]
    done = subprocess.run([*alone, sys.executable, "-c", AS_FIRST], cwd=ROOT, check=False)
    assert done.returncode == 7


def test_nothing_starts_for_a_runner_that_has_ended(tmp_path: Path) -> None:
    """Whoever is its parent now is somebody else."""
    began = tmp_path / "began"
    command = [sys.executable, processes.__file__, "1", "touch", str(began)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "whoever started this has ended\n")
    assert not began.exists()
