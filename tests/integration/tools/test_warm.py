"""The warm interpreter of the rig: what it forks is a process like any other."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.rig.patience import SECONDS as PATIENCE
from tests.rig.warm import Forked, warm

ENTRY = "tests.integration.tools.small_program:main"
ORPHAN = f"""
import os, sys
from tests.rig.warm import warm
print(warm().fork("{ENTRY}", ["wait"], stderr=2).pid, flush=True)
os._exit(0)
"""


@pytest.fixture
def errors(tmp_path: Path) -> Iterator[int]:
    """Where standard error goes."""
    with (tmp_path / "errors").open("wb") as file:
        yield file.fileno()


def started(errors: int, *arguments: str) -> Forked:
    process = warm().fork(ENTRY, list(arguments), stderr=errors)
    assert process.stdout.readline() == f"began as {process.pid}\n".encode()
    return process


def test_it_has_an_exit_code_and_streams_of_its_own(errors: int, tmp_path: Path) -> None:
    process = started(errors, "exit", "75")
    assert process.wait(PATIENCE) == process.poll() == 75
    assert process.stdout.read() == b"argument 75\n"
    assert (tmp_path / "errors").read_text() == "to standard error\n"
    process.stdout.close()


def test_it_has_the_environment_of_this_moment(
    errors: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ONRECORD_TEST", "set")
    process = started(errors, "environment", "ONRECORD_TEST")
    assert process.stdout.readline() == b"set\n"
    assert process.wait(PATIENCE) == 0
    process.stdout.close()


def test_it_runs_until_a_signal_ends_it(errors: int) -> None:
    process = started(errors, "wait")
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(0.05)
    assert process.poll() is None
    process.kill()
    assert process.wait(PATIENCE) == -signal.SIGKILL
    process.send_signal(signal.SIGTERM)  # to nobody
    process.stdout.close()


def test_it_stays_in_proc_until_somebody_has_asked_for_its_end(errors: int) -> None:
    process = started(errors, "wait")
    os.kill(process.pid, signal.SIGKILL)
    assert process.stdout.read() == b""
    assert Path(f"/proc/{process.pid}/status").exists()
    assert process.wait(PATIENCE) == -signal.SIGKILL
    process.stdout.close()


def test_ctrl_c_reaches_it(errors: int) -> None:
    process = started(errors, "wait")
    process.send_signal(signal.SIGINT)
    assert process.wait(PATIENCE) == 130
    process.stdout.close()


def test_it_ends_with_the_tests_that_asked_for_it() -> None:
    done = subprocess.run(
        [sys.executable, "-c", ORPHAN], capture_output=True, check=True, text=True, timeout=PATIENCE
    )
    forked, deadline = Path(f"/proc/{int(done.stdout.split()[0])}"), time.monotonic() + PATIENCE
    while forked.exists():
        assert time.monotonic() < deadline, "it outlives the tests"
        time.sleep(0.01)


def test_several_run_at_a_time(errors: int) -> None:
    several = [started(errors, "wait") for _ in range(3)]
    for process in several:
        os.kill(process.pid, signal.SIGTERM)
    assert [process.wait(PATIENCE) for process in several] == [-signal.SIGTERM] * 3
    for process in several:
        process.stdout.close()
