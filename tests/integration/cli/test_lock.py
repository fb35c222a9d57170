"""A data directory has one owner, and a dead one owns nothing."""

import subprocess
import sys
from pathlib import Path

import pytest

from onrecord.domain.errors import RefuseToStart
from onrecord.settings.lock import owning

OWNER = """
import sys
from pathlib import Path
from onrecord.settings.lock import owning

with owning(Path(sys.argv[1])):
    print("owning", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    return tmp_path / "run" / "lock"


def test_it_is_free_again_afterwards(lock: Path) -> None:
    for _ in range(2):
        with owning(lock):
            pass


def test_a_second_owner_is_refused_and_told_who_has_it(lock: Path) -> None:
    command = [sys.executable, "-c", OWNER, str(lock)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"owning\n"
        with pytest.raises(RefuseToStart, match=f"pid {process.pid}") as caught, owning(lock):
            pass
        assert caught.value.code == "in_use"
        process.kill()
    with owning(lock):
        pass
