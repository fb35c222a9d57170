"""The supervisor keeps a server up as a service manager would, and takes it down cleanly."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from onrecord.cli.notify import READY, NotifySocket, notify
from onrecord.cli.supervisor import ATTEMPTS, Supervisor
from onrecord.core.domain.errors import OnRecordError, Unavailable
from tests.rig.patience import SECONDS as PATIENCE

SERVER = """
import os, signal, sys, time
from pathlib import Path
from onrecord.cli.notify import READY, notify

starts = Path(sys.argv[1]) / "starts"
starts.touch()
number = len(starts.read_text()) + 1
starts.write_text("x" * number)
with (Path(sys.argv[1]) / "times").open("a") as times:
    print(time.monotonic(), file=times)
(Path(sys.argv[1]) / "pid").write_text(str(os.getpid()))

def drain(*_):
    (Path(sys.argv[1]) / "drained").touch()
    sys.exit(0)

signal.signal(signal.SIGTERM, drain)
notify(READY)
for ending in sys.argv[2:][number - 1 : number]:
    if ending == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    sys.exit(int(ending))
time.sleep(30)
"""


def pid_of(folder: Path) -> int:
    return int((folder / "pid").read_text())


def starts_of(folder: Path) -> int:
    return len((folder / "starts").read_text())


def supervise(
    folder: Path, *endings: str, on_ready: Callable[[], None] = lambda: None
) -> tuple[int, list[str]]:
    """Run a server that ends as told at each start; return the exit code and what was said."""
    said: list[str] = []

    async def ready() -> None:
        on_ready()

    command = [sys.executable, "-c", SERVER, str(folder), *endings]
    supervisor = Supervisor(command, ready=ready, say=said.append, pause=0.01)
    return asyncio.run(supervisor.run()), said


def interrupt_at_start(folder: Path, number: int) -> Callable[[], None]:
    def on_ready() -> None:
        if starts_of(folder) == number:
            os.kill(os.getpid(), signal.SIGINT)

    return on_ready


@pytest.mark.parametrize("ending", ["75", "kill"])
def test_it_starts_again_after_75_and_after_a_kill(tmp_path: Path, ending: str) -> None:
    status, said = supervise(tmp_path, ending, on_ready=interrupt_at_start(tmp_path, 2))
    assert (status, starts_of(tmp_path)) == (0, 2)
    assert "starts again" in said[0]


def test_ctrl_c_drains_the_server_and_ends_with_0(tmp_path: Path) -> None:
    status, said = supervise(tmp_path, on_ready=interrupt_at_start(tmp_path, 1))
    assert status == 0
    assert (tmp_path / "drained").exists()
    assert said == ["Stopping: what is under way is finished first. Ctrl-C again to kill."]


def test_another_exit_code_is_passed_on(tmp_path: Path) -> None:
    assert supervise(tmp_path, "78") == (78, [])
    assert starts_of(tmp_path) == 1


def test_it_gives_up_when_no_start_recovers(tmp_path: Path) -> None:
    status, said = supervise(tmp_path, *["75"] * 9)
    assert (status, starts_of(tmp_path)) == (75, 5)
    assert "without recovering" in said[-1]


def test_after_69_it_is_tried_for_as_long_as_it_takes(tmp_path: Path) -> None:
    endings = ["69"] * (ATTEMPTS + 2)
    interrupt = interrupt_at_start(tmp_path, len(endings) + 1)
    status, said = supervise(tmp_path, *endings, on_ready=interrupt)
    assert (status, starts_of(tmp_path)) == (0, len(endings) + 1)
    assert "cannot start now" in said[0]


def test_the_pause_doubles_with_each_quick_end(tmp_path: Path) -> None:
    supervise(tmp_path, *["69"] * 4, on_ready=interrupt_at_start(tmp_path, 5))
    times = [float(line) for line in (tmp_path / "times").read_text().split()]
    pauses = [later - sooner for sooner, later in pairwise(times)]
    assert all(pause >= 0.01 * 2**number for number, pause in enumerate(pauses, 1)), pauses


def test_a_failure_of_what_follows_readiness_stops_the_server(tmp_path: Path) -> None:
    def fail() -> None:
        raise Unavailable("no_answer", "It does not answer.")

    with pytest.raises(OnRecordError, match="does not answer"):
        supervise(tmp_path, on_ready=fail)
    assert (tmp_path / "drained").exists()


def test_the_server_ends_with_a_supervisor_that_was_killed(tmp_path: Path) -> None:
    script = f"""
import asyncio, sys
from onrecord.cli.supervisor import Supervisor

async def ready():
    print("ready", flush=True)

command = [sys.executable, "-c", {SERVER!r}, {str(tmp_path)!r}]
asyncio.run(Supervisor(command, ready=ready, say=print).run())
"""
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        process.kill()
    deadline = time.monotonic() + PATIENCE
    while not (tmp_path / "drained").exists():
        assert time.monotonic() < deadline, f"process {pid_of(tmp_path)} lives on"
        time.sleep(0.01)


def test_readiness_is_what_systemd_calls_it(monkeypatch: pytest.MonkeyPatch) -> None:
    with NotifySocket() as listening:
        monkeypatch.setenv("NOTIFY_SOCKET", listening.address)
        notify(READY)
        assert listening.socket.recv(100) == b"READY=1"


def test_without_a_service_manager_readiness_is_nobodys_business(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    notify(READY)
