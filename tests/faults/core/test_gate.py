"""The gate: between journal and archive nobody sees anything, and no ack leaves.

The archiver is held there, in a server as it comes, in one whose every fsync takes 500 ms more
(F9), and in one that was started after a failed fsync ended it (F4). The sender's other device and
a recipient's page, resume, search and list in a loop; an officer looks at the console; the command
line lists. What they are shown stays as it was until the gate opens, and is another in each place
after it. The control opens the gate early, and each of the same observers sees what is not
archived.
"""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import pytest

from onrecord.core.domain.clock import SystemClock
from onrecord.core.domain.ids import ClientId, event_id_of, new_id
from onrecord_archive.format.leaf import RecordLeaf, decode_leaf
from onrecord_archive.reader.archive import Archive
from tests.faults.durable import SYNCS
from tests.faults.gate import DEVICES, WORD, Observers, lists_of, observers
from tests.faults.gate_server import GateServer
from tests.faults.load import Frame, Writer
from tests.faults.rounds import ROUNDS
from tests.faults.strace import injecting, threads_of
from tests.faults.surroundings import finish, small_bank
from tests.rig.client import client
from tests.rig.installation import Installation
from tests.rig.patience import SECONDS as PATIENCE
from tests.rig.process import ServerProcess, stopping

LOOKS = 2 * ROUNDS
SLOW = "delay_enter=500000"
STATUS_AGAIN = 75
LIVELY = {lists_of(name) for name in DEVICES}
"""They show who is online, too."""


@pytest.fixture
def made(tmp_path: Path) -> Installation:
    return small_bank(tmp_path, replica=False)


@pytest.fixture
def anna(made: Installation) -> Writer:
    return Writer(made, "anna", [])


class Held:
    """A message that Anna sends into the closed gate; her other socket and Ewa's listen."""

    def __init__(self, writer: Writer) -> None:
        self.made, self.writer = writer.made, writer
        self.id = new_id(SystemClock())
        self.event = str(event_id_of(self.made.people["anna"].id, ClientId(self.id)))
        self.text = f"the word is {WORD} {self.id}"
        self.answers: list[Frame] = []
        self.live: tuple[list[Frame], ...] = ()
        self.sent = threading.Event()
        self.done = threading.Event()

    def send(self) -> Frame:
        """Send it and wait for its answer; note all that comes meanwhile. Blocks."""

        async def story() -> Frame:
            async with (
                client(self.made, "anna") as anna,
                client(self.made, "anna") as other,
                client(self.made, "ewa") as ewa,
            ):
                self.live, self.answers = (other.frames, ewa.frames), anna.frames
                await anna.send(self.made.groups["Desk"], self.text, id=self.id)
                self.sent.set()
                answer = await anna.answer(self.id)
                await ewa.event(self.event)
                await other.event(self.event)
                self.writer.adopt(anna)
                self.writer.connections += 1
                return answer

        return asyncio.run(story())

    def leaked(self, seen: dict[str, str]) -> bool:
        """Whether the message, or its ack, is in what was seen."""
        everything = str(seen) + str(self.live) + str(self.answers)
        return self.event in everything or self.text in everything


def archived(made: Installation) -> set[str]:
    """Return the event ids in the archive as it is signed."""
    entries = Archive(made.settings.archive.directory).entries()
    leaves = [decode_leaf(entry.leaf) for entry in entries]
    return {leaf.event_id for leaf in leaves if isinstance(leaf, RecordLeaf)}


def say_before(writer: Writer) -> str | None:
    """Let a message be archived, so that there is something to page; return a cursor after it."""

    async def story() -> str | None:
        async with client(writer.made, "anna") as anna:
            answer = await anna.sent(
                writer.made.groups["Desk"], f"before the {WORD} {new_id(SystemClock())}"
            )
            assert answer["t"] == "ack"
            await anna.event(answer["event_id"])
            writer.adopt(anna)
            return anna.cursor

    return asyncio.run(story())


def look_while_held(
    anna: Writer, server: GateServer, eyes: Observers, slowly: AbstractContextManager[object]
) -> None:
    """Hold a message at the gate and let everybody look; then open it, and look again."""
    eyes.cursor = say_before(anna)
    before, held = at_rest(eyes), Held(anna)
    with ThreadPoolExecutor(1) as pool, slowly:
        with server.closed():
            answer = pool.submit(held.send)
            assert held.sent.wait(PATIENCE)
            server.await_held()
            for _ in range(LOOKS):
                seen = eyes.everything()
                assert not held.leaked(seen), "seen, and not archived"
                assert changed(before, seen) <= LIVELY, "changed, and not archived"
            assert not answer.done(), "acknowledged, and not archived"
            assert held.event not in archived(anna.made)
        assert answer.result(PATIENCE)["event_id"] == held.event
    seen = eyes.everything()
    assert held.leaked(seen), "control: once it is archived, it is seen"
    assert changed(before, seen) == set(seen), "control: and nobody who looked is blind"


def at_rest(eyes: Observers) -> dict[str, str]:
    """Look until what was said before has come everywhere."""
    before = eyes.everything()
    while changed(before, seen := eyes.everything()) - LIVELY:
        before = seen
    return before


def changed(before: dict[str, str], seen: dict[str, str]) -> set[str]:
    """Return the places that show something else."""
    return {place for place, text in seen.items() if text != before[place]}


def agrees(anna: Writer) -> None:
    """Require every invariant of what is left; she comes in once more before."""
    assert finish(anna.made, [anna], ServerProcess(anna.made)) >= 2


@pytest.mark.promise("P1")
def test_nobody_sees_what_is_held(made: Installation, anna: Writer, tmp_path: Path) -> None:
    with stopping(GateServer(made)) as server, observers(made, tmp_path / "state") as eyes:
        look_while_held(anna, server, eyes, nullcontext())
    agrees(anna)


def test_nobody_sees_what_is_held_on_a_slow_disk(
    made: Installation, anna: Writer, tmp_path: Path
) -> None:
    """F9: everybody has signed in before; those are records too."""
    with stopping(GateServer(made)) as server, observers(made, tmp_path / "state") as eyes:
        threads = threads_of(server.process.pid)
        slowly = injecting(threads, ",".join(SYNCS), SLOW, tmp_path / "trace")
        look_while_held(anna, server, eyes, slowly)
    agrees(anna)


def test_nobody_sees_what_is_held_after_a_failed_fsync(
    made: Installation, anna: Writer, tmp_path: Path
) -> None:
    """F4: an fsync fails under a message, the server ends with 75; in the next one all holds."""
    broken = GateServer(made)
    say_before(anna)
    asyncio.run(say_into_a_failing_archive(anna, broken.writer(), tmp_path / "trace"))
    assert broken.process.wait(PATIENCE) == STATUS_AGAIN
    broken.kill()
    with stopping(GateServer(made)) as server, observers(made, tmp_path / "state") as eyes:
        look_while_held(anna, server, eyes, nullcontext())
    agrees(anna)


async def say_into_a_failing_archive(anna: Writer, thread: int, trace: Path) -> None:
    """Send a message whose fsync fails: the server says goodbye, and no ack comes."""
    async with client(anna.made, "anna") as socket:
        with injecting([thread], "fsync", "error=EIO:when=1+", trace):
            id = await socket.send(anna.made.groups["Desk"], "lost in an fsync")
            await socket.frame("bye")
        assert socket.answers.get(id, {}).get("t") != "ack"
        anna.adopt(socket)


@pytest.mark.promise("P1", planted=True)
def test_control_a_gate_that_opens_early_is_noticed(
    made: Installation, anna: Writer, tmp_path: Path
) -> None:
    server = GateServer(made, "early")
    with observers(made, tmp_path / "state") as eyes:
        with pytest.raises(AssertionError, match="seen, and not archived"):
            look_while_held(anna, server, eyes, nullcontext())
        eyes.cursor = say_before(anna)
        before, held = at_rest(eyes), Held(anna)
        with ThreadPoolExecutor(1) as pool, server.closed():
            pool.submit(held.send)
            assert held.sent.wait(PATIENCE)
            server.await_held()
            assert changed(before, eyes.everything()) == set(before), "each of them sees it"
    server.kill()
