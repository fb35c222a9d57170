"""What the command line searches, writes and exports shows once that is on the record, not before.

At a running server, at one whose every fsync takes 500 ms more (F9), and without one. The control
lets an officer look before: it is noticed in what is printed, and in what is written.
"""

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.core.test_gate import SLOW
from tests.faults.defects import ASKED, HOLD
from tests.faults.durable import SYNCS
from tests.faults.gate import CASE, WORD, observers
from tests.faults.gate_command import ENTRY
from tests.faults.gate_server import GateServer, await_file
from tests.faults.strace import injecting, threads_of
from tests.faults.surroundings import small_bank
from tests.rig.client import client
from tests.rig.command import Started, started
from tests.rig.installation import PASSWORD, Installation
from tests.rig.patience import SECONDS as PATIENCE
from tests.rig.process import running, stopping

OFFICER = "olga@compliance"
LOOKS = ("search", "transcript", "export")
LONG_ENOUGH = 1.0
"""Seconds for which a look is held; a control waits for what it has to see."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """A bank where the word was said; an officer has a case, and has signed in the command line."""
    folder = tmp_path_factory.mktemp("bank")
    made = small_bank(folder, replica=False)
    with pytest.MonkeyPatch.context() as environ:
        environ.setenv("XDG_STATE_HOME", str(folder))
        with running(made), observers(made, folder / "state"):
            asyncio.run(say(made))
        yield made


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """An empty folder for what is written."""
    out = tmp_path / "out"
    out.mkdir()
    return out


def arguments(made: Installation, look: str, out: Path) -> tuple[str, ...]:
    """Return a look as it is typed; what it writes comes into a folder of its own."""
    (out / look).mkdir()
    if look == "search":
        return ("search", WORD, "--case", CASE)
    chosen = ("--conversation", made.groups["Desk"], "--to", str(out / look / "it"))
    # It lies within the case: `observers` opened it for a reason.
    return (look, "--case", CASE, *chosen)


async def say(made: Installation) -> None:
    async with client(made, "anna") as anna:
        assert (await anna.sent(made.groups["Desk"], f"the word is {WORD}"))["t"] == "ack"


def nothing_shows(command: Started, out: Path, seconds: float) -> None:
    """Require that, while its look stands at the gate, a command prints and writes nothing."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        printed, written = command.shown(), list(out.iterdir())  # what is told of is written first
        assert not written, "written, and not on the record"
        assert not printed, "printed, and not on the record"
        time.sleep(0.05)


def shows_afterwards(command: Started, look: str, out: Path) -> None:
    """Require what was looked for, once the gate is open."""
    done = command.done()
    assert done.returncode == 0, done.stderr
    assert WORD in done.stdout if look == "search" else (out / look / "it").stat().st_size > 0


def look_while_held(
    made: Installation, server: GateServer, look: str, out: Path, seconds: float = LONG_ENOUGH
) -> None:
    """Look with a command that signed in before."""
    with started(made.data, *arguments(made, look, out)) as command:
        with server.closed():
            server.await_look()
            nothing_shows(command, out / look, seconds)
        shows_afterwards(command, look, out)


def look_alone_while_held(
    made: Installation, look: str, out: Path, defect: str = "", seconds: float = LONG_ENOUGH
) -> None:
    """Look with a command that signs in by itself: its gate shuts after that."""
    folder = made.data.parent / "gate"
    (folder / ASKED).unlink(missing_ok=True)
    environ, typed = {"GATE": str(folder), "DEFECT": defect}, f"{PASSWORD}\n"
    one = (*arguments(made, look, out), "--as", OFFICER)
    with started(made.data, *one, stdin=typed, environ=environ, entry=ENTRY) as command:
        try:
            await_file(folder / ASKED, command.process)
            nothing_shows(command, out / look, seconds)
        finally:
            (folder / HOLD).unlink(missing_ok=True)
        shows_afterwards(command, look, out)


@pytest.mark.promise("P8")
def test_a_command_shows_nothing_before_its_look_is_on_the_record(
    made: Installation, out: Path
) -> None:
    with stopping(GateServer(made)) as server:
        for look in LOOKS:
            look_while_held(made, server, look, out)


def test_on_a_slow_disk_a_search_shows_nothing_before_it_is_on_the_record(
    made: Installation, out: Path, tmp_path: Path
) -> None:
    with stopping(GateServer(made)) as server:
        threads = threads_of(server.process.pid)
        with injecting(threads, ",".join(SYNCS), SLOW, tmp_path / "trace") as slowed:
            look_while_held(made, server, "search", out, 2 * LONG_ENOUGH)
        assert slowed.injected()


@pytest.mark.promise("P8")
def test_without_a_server_it_shows_nothing_either(made: Installation, out: Path) -> None:
    for look in LOOKS:
        look_alone_while_held(made, look, out)


@pytest.mark.promise("P8", planted=True)
def test_control_a_server_that_shows_before_is_noticed(made: Installation, out: Path) -> None:
    server = GateServer(made, "hasty")
    with pytest.raises(AssertionError, match="printed, and not on the record"):
        look_while_held(made, server, "search", out, PATIENCE)
    with pytest.raises(AssertionError, match="written, and not on the record"):
        look_while_held(made, server, "transcript", out, PATIENCE)
    server.kill()


@pytest.mark.promise("P8", planted=True)
def test_control_a_command_that_writes_before_is_noticed(made: Installation, out: Path) -> None:
    with pytest.raises(AssertionError, match="written, and not on the record"):
        look_alone_while_held(made, "transcript", out, "hasty", PATIENCE)
