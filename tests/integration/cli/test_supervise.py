"""`onrecord supervise`, the first process of a container, and `onrecord healthcheck`."""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from shutil import copytree

import pytest

from onrecord.app.settings.load import load
from onrecord.app.settings.lock import owning
from onrecord.app.settings.model import Settings
from onrecord.app.settings.paths import DataPaths
from onrecord.cli.checks.server import check_server
from onrecord.cli.healthcheck import health
from onrecord.cli.notify import LONGEST, VARIABLE, NotifySocket, tell_status
from onrecord.core.domain.errors import RefuseToStart
from tests.rig.command import onrecord
from tests.rig.installation import Installation, install
from tests.rig.patience import SECONDS as PATIENCE
from tests.rig.process import running
from tests.rig.promises import PromiseBroken


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    return install(tmp_path_factory.mktemp("bank"), ["anna"])


@pytest.fixture
def settings(bank: Installation, tmp_path: Path) -> Settings:
    """Return the settings of a copy to be damaged."""
    return load(Path(copytree(bank.data, tmp_path / "data")))


class Supervised:
    """One `onrecord supervise`; `lines` are those of its log that are JSON."""

    def __init__(self, data: Path, log: Path) -> None:
        self._log = log
        with log.open("ab") as stream:
            command = [sys.executable, "-m", "onrecord.cli", "--data", str(data), "supervise"]
            self.process = subprocess.Popen(command, stderr=stream)

    def lines(self) -> list[dict[str, object]]:
        return [json.loads(each) for each in self._log.read_text().splitlines() if each[:1] == "{"]

    def states(self) -> list[object]:
        return [line["state"] for line in self.lines() if line["event"] == "supervisor"]

    def until(self, state: str, times: int = 1) -> dict[str, object]:
        """Wait for the supervisor's line with this state, and return the first."""
        deadline = time.monotonic() + PATIENCE
        while self.states().count(state) < times:
            if self.process.poll() is not None:
                raise PromiseBroken(f"It ended: {self._log.read_text()}")
            assert time.monotonic() < deadline, self._log.read_text()
            time.sleep(0.02)
        return next(line for line in self.lines() if line.get("state") == state)


@contextmanager
def supervised(data: Path) -> Iterator[Supervised]:
    one = Supervised(data, data.parent / "supervise.log")
    try:
        yield one
    finally:
        one.process.terminate()
        one.process.wait(PATIENCE)


def test_a_server_that_records_is_healthy_and_its_supervisor_drains_it(settings: Settings) -> None:
    assert onrecord(settings.data, "healthcheck").returncode == 1
    with supervised(settings.data) as one:
        one.until("ready")
        done = onrecord(settings.data, "healthcheck")
        assert (done.returncode, done.stdout) == (0, "ready\n")
        one.process.terminate()
        assert one.process.wait(PATIENCE) == 0
    assert "stopped" in [line["event"] for line in one.lines()]


def test_after_78_it_stays_up_unhealthy_and_says_why_on_one_line(settings: Settings) -> None:
    settings.chat.key.unlink()
    with supervised(settings.data) as one:
        down = one.until("down")
        assert (down["code"], down["exit_code"]) == ("certificate_unreadable", 78)
        assert str(down["reason"]).startswith("certificate_unreadable: The certificate ")
        assert one.states() == ["down"]
        done = onrecord(settings.data, "healthcheck")
        assert done.returncode == 1
        assert done.stdout.startswith("down: certificate_unreadable: The certificate ")
        assert settings.paths.internal.stat().st_mode & 0o777 == 0o600
        found = check_server(settings)
        assert (found.verdict, "certificate_unreadable" in found.detail) == ("failed", True)
        one.process.terminate()
        assert one.process.wait(PATIENCE) == 78
    assert not settings.paths.internal.exists()


def test_a_running_server_that_an_operator_must_mend_is_down_with_its_code(
    settings: Settings,
) -> None:
    with supervised(settings.data) as one:
        one.until("ready")
        checkpoint = settings.archive.directory / "checkpoint"
        checkpoint.rename(settings.archive.directory / "moved")
        assert one.until("down")["code"] == "archive_corrupt"
        told = onrecord(settings.data, "healthcheck").stdout
        assert told.startswith("down: archive_corrupt: ")
        assert "Keep the archive as it is" in told


def test_it_ends_at_once_when_it_is_stopped_while_a_start_is_refused(settings: Settings) -> None:
    settings.chat.key.unlink()
    with supervised(settings.data) as one:
        one.process.terminate()
        assert one.process.wait(PATIENCE) in {-signal.SIGTERM, 0, 78}


def test_on_a_full_volume_it_is_down_without_a_socket(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=4k,nr_inodes=2", "tmpfs", str(data)]
    subprocess.run(mount, check=True)
    try:
        (data / "run").mkdir()
        with supervised(data) as one:
            assert one.until("down")["code"] == "not_installed"
            assert onrecord(data, "healthcheck").returncode == 1
    finally:
        subprocess.run(["umount", "--lazy", data], check=True)


def test_what_cannot_be_told_on_the_socket_is_down_all_the_same(tmp_path: Path) -> None:
    with supervised(tmp_path / "absent") as one:
        assert one.until("down")["code"] == "not_installed"
        done = onrecord(tmp_path / "absent", "healthcheck")
        assert (done.returncode, "server_not_running" in done.stdout) == (1, True)


def test_the_socket_of_a_living_server_is_never_taken(
    bank: Installation, settings: Settings
) -> None:
    made = replace(bank, data=settings.data, settings=settings)
    with running(made), supervised(settings.data) as one:
        assert one.until("waiting")["code"] == "in_use"  # it is free once that one ends
        assert health(settings.paths.internal)[0]
        one.process.terminate()
        one.process.wait(PATIENCE)
        assert health(settings.paths.internal)[0]


def test_where_the_lock_is_held_it_is_told_as_soon_as_that_is_free(settings: Settings) -> None:
    settings.paths.settings.write_text("nothing = 1\n", encoding="utf-8")
    with ExitStack() as command:
        command.enter_context(owning(settings.paths.lock))
        with supervised(settings.data) as one:
            one.until("down")
            assert health(settings.paths.internal)[1].startswith("server_not_running")
            command.close()
            deadline = time.monotonic() + PATIENCE
            while not health(settings.paths.internal)[1].startswith("down: bad_settings: "):
                assert time.monotonic() < deadline
                time.sleep(0.05)


def test_a_server_in_another_container_on_the_same_volume_makes_this_one_no_healthier(
    bank: Installation,
) -> None:
    command = [sys.executable, "-m", "onrecord.cli", "--data", str(bank.data), "healthcheck"]
    apart = ["unshare", "--pid", "--fork", "--mount-proc", *command]
    with running(bank):
        assert onrecord(bank.data, "healthcheck").returncode == 0
        done = subprocess.run(apart, check=False, capture_output=True, text=True)
    assert (done.returncode, done.stdout.partition(":")[0]) == (1, "another_server_records")


def test_nor_is_that_of_one_that_was_started_meanwhile(
    bank: Installation, settings: Settings
) -> None:
    key = settings.chat.key.rename(settings.data / "key")
    made = replace(bank, data=settings.data, settings=settings)
    with supervised(settings.data) as one:
        one.until("down")
        key.rename(settings.chat.key)
        with running(made):
            one.process.terminate()
            one.process.wait(PATIENCE)
            assert health(settings.paths.internal) == (True, "ready")


def test_a_restart_by_the_supervisor_loses_nothing_and_is_healthy_again(settings: Settings) -> None:
    with supervised(settings.data) as one:
        one.until("ready")
        os.kill(int(settings.paths.lock.read_text()), signal.SIGKILL)
        waiting = one.until("waiting")
        assert "nothing acknowledged is lost" in str(waiting["reason"])
        one.until("ready", times=2)
        assert health(settings.paths.internal)[0]


ORPHANS = """
import asyncio, os, subprocess, sys
from onrecord.cli.supervisor import Supervisor

LOSES = '''
import os, sys, time
from onrecord.cli.notify import READY, notify
for _ in range(3):
    if os.fork() == 0:
        if os.fork() == 0:
            os._exit(0)
        os._exit(0)
    os.wait()
time.sleep(0.3)
notify(READY)
time.sleep(60)
'''

async def ready():
    states = [line.split()[2] for pid in os.listdir("/proc") if pid.isdigit()
              for line in open(f"/proc/{pid}/stat")]
    print(os.getpid(), states.count("Z"), flush=True)
    os.kill(1, 15)

supervisor = Supervisor([sys.executable, "-c", LOSES], ready=ready, say=lambda said: None)
if "--planted" in sys.argv:
    supervisor._reap = lambda: None
print(asyncio.run(supervisor.run()))
"""


@pytest.mark.parametrize(
    ("planted", "zombies"),
    [((), "0"), (("--planted",), "3")],
    ids=["reaped", "planted"],
)
def test_as_the_first_process_it_waits_for_who_lost_their_parent(
    planted: tuple[str, ...], zombies: str
) -> None:
    command = ["unshare", "--pid", "--fork", "--mount-proc", sys.executable, "-c", ORPHANS]
    done = subprocess.run([*command, *planted], capture_output=True, text=True, check=False)
    assert done.stdout.split() == ["1", zombies, "0"], done.stderr


@pytest.fixture
def slow_socket(tmp_path: Path) -> Iterator[Path]:
    """A server that sends a byte now and then, and never an answer."""
    path = tmp_path / "internal.sock"
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(path))
        listening.listen()
        threading.Thread(target=_drip, args=(listening,), daemon=True).start()
        yield path


def _drip(listening: socket.socket) -> None:
    accepted, _ = listening.accept()
    with accepted:
        for byte in b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n" * 100:
            try:
                accepted.send(bytes([byte]))
            except OSError:
                return
            time.sleep(0.05)


def test_who_answers_too_late_is_unhealthy(slow_socket: Path) -> None:
    late = f"server_not_running: {slow_socket} does not answer (TimeoutError)."
    assert health(slow_socket) == (False, late)


@pytest.mark.proofs("figure")
def test_the_question_takes_300_ms_at_the_most(slow_socket: Path) -> None:
    began = time.monotonic()
    health(slow_socket)
    assert time.monotonic() - began < 0.35


def test_a_status_is_one_line_and_not_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    with NotifySocket() as listening:
        monkeypatch.setenv(VARIABLE, listening.address)
        tell_status("one\ntwo")
        tell_status("é" * LONGEST)
        one, two = listening.left()
    assert (one, len(two)) == (b"STATUS=one two", LONGEST)
    tell_status("Nobody listens any more.")


def test_without_a_folder_for_temporary_files_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", "/proc/none")
    with pytest.raises(RefuseToStart, match="temporary") as refused:
        NotifySocket().__enter__()
    assert refused.value.code == "no_temporary_folder"


def test_the_paths_are_known_without_settings(tmp_path: Path) -> None:
    """What is asked each ten seconds reads no settings."""
    (tmp_path / "onrecord.toml").write_text("no TOML")
    done = onrecord(tmp_path, "healthcheck")
    assert (done.returncode, str(DataPaths(tmp_path).internal) in done.stdout) == (1, True)
