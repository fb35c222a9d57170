"""F5: the power is cut while a batch is written, and any of its pages have reached the disk.

The server is killed in the tail's fsync of a large batch: nothing of that was acknowledged. Then
each 4 KiB page of what was not synced is kept or dropped, and the server starts on what is left.
"""

import asyncio
import random
import shutil
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from signal import SIGKILL

import pytest
from websockets.exceptions import ConnectionClosed

from onrecord.app.settings.keys import server_key
from onrecord.app.settings.load import load
from onrecord.app.settings.options import storage_options
from onrecord.core.delivery.cursor import Cursors
from onrecord.core.store.void import Voided, void_ends
from onrecord.database.database import Database
from onrecord_archive.format.layout import TAILS, parse_tail_name
from onrecord_archive.format.tail import frames_behind, read_frames
from tests.faults.checker import check
from tests.faults.durable import SYNCS
from tests.faults.gate_server import GateServer
from tests.faults.load import Writer
from tests.faults.log_writer_runs import KILL
from tests.faults.rounds import ROUNDS, SEED
from tests.faults.strace import injecting, open_files
from tests.rig.client import Client, client, text_of
from tests.rig.command import onrecord, verified
from tests.rig.installation import Installation, install, populate_conversations
from tests.rig.pages import lose_pages
from tests.rig.patience import SECONDS as PATIENCE
from tests.rig.patience import let_work
from tests.rig.process import running

PROMISED, UNSYNCED, LONG = 6, 12, 9000
"""Messages that are acknowledged, those of the last batch, and how long these are."""
CUTS = 3 * ROUNDS
CORRUPT = 78


@dataclass(frozen=True)
class Killed:
    """A server that was killed in an fsync of its tail, of which `synced` bytes were durable."""

    made: Installation
    anna: Writer
    tail: str
    synced: int
    older: Path
    """The database as it was before anything was said."""

    def copy(self, folder: Path) -> tuple[Installation, Writer, Path]:
        """Return the bank and Anna once more in a folder, and its newest tail."""
        shutil.copytree(self.made.data, folder / "data", ignore=shutil.ignore_patterns("*.sock"))
        data = folder / "data"
        made = replace(self.made, data=data, settings=load(data))
        anna = replace(self.anna, made=made, acked=dict(self.anna.acked))
        return made, anna, data / "archive" / TAILS / self.tail


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> Killed:
    folder = tmp_path_factory.mktemp("killed")
    made = install(folder, ["anna", "piotr"])
    populate_conversations(made, {"Desk": ["anna", "piotr"]})
    older = folder / "older"
    shutil.copytree(made.settings.paths.db, older)
    server, anna = GateServer(made), Writer(made, "anna", [])
    try:
        tail, synced = asyncio.run(kill_in_a_sync(made, server, anna))
    finally:
        server.kill()
    return Killed(made, anna, tail, synced, older)


async def kill_in_a_sync(made: Installation, server: GateServer, anna: Writer) -> tuple[str, int]:
    """Have messages acknowledged and then a batch written; return the tail and its synced size.

    The last one that is synced is held at the gate, so that those behind it become one batch: the
    tail's second fsync from there on, which kills the server.
    """
    desk, archive = made.groups["Desk"], made.settings.archive.directory
    tail = max((archive / TAILS).iterdir())
    sockets: list[Client] = []
    with ExitStack() as until_it_is_dead:
        try:
            async with client(made, "anna", wait=False) as socket:
                sockets.append(socket)
                for number in range(PROMISED):
                    await socket.sent(desk, f"promised {number}")
                with server.closed():
                    await socket.send(desk, "promised last")
                    await asyncio.to_thread(server.await_held)
                    for number in range(UNSYNCED):
                        await socket.send(desk, f"{number} {text_of(LONG)}")
                    await asyncio.to_thread(let_work, 0.5)
                    files = open_files(server.process.pid, archive)
                    tails = [file for file in files if file.name.startswith(f"{TAILS}_")]
                    until_it_is_dead.enter_context(
                        injecting(
                            [server.writer()],
                            ",".join(SYNCS),
                            f"{KILL}:when=2",
                            made.data.parent / "trace",
                            paths=tails,
                        )
                    )
                await asyncio.to_thread(server.process.wait, PATIENCE)
        except* ConnectionClosed:
            pass  # the server is dead
        assert await asyncio.to_thread(server.process.wait, PATIENCE) == -SIGKILL
    anna.adopt(sockets[0])
    return tail.name, first_long(tail)


def first_long(tail: Path) -> int:
    """Return where the batch begins that was not synced."""
    epoch, first = parse_tail_name(tail.name)
    frames, _ = read_frames(memoryview(tail.read_bytes()), epoch=epoch, first_index=first)
    return next(frame.start for frame in frames if len(frame.body) >= LONG)


def hole_of(tail: Path) -> tuple[int, int] | None:
    """Where a tail's first bad frame is, and its index; None if no whole frame stands behind."""
    epoch, first = parse_tail_name(tail.name)
    data = memoryview(tail.read_bytes())
    _, bad = read_frames(data, epoch=epoch, first_index=first)
    if bad is None or not frames_behind(data, bad.offset, epoch=epoch, index=bad.index):
        return None
    return bad.offset, bad.index


def a_hole(tail: Path, synced: int, chance: random.Random) -> tuple[int, int]:
    """Lose pages until there is a hole with whole frames behind it, as in one cut in two."""
    whole = tail.read_bytes()
    for _ in range(100):
        tail.chmod(0o600)
        tail.write_bytes(whole)
        lose_pages(tail, synced, chance)
        if (hole := hole_of(tail)) is not None:
            return hole
    raise AssertionError("no pages make a hole")


def void_of(made: Installation) -> list[Voided]:
    database = Database(storage_options(made.settings))
    try:
        return void_ends(database)
    finally:
        database.close()


async def answer_to(made: Installation, cursor: str) -> str:
    """Return what a socket with a cursor is told first: where it resumes, or that it cannot."""
    async with client(made, "anna", cursor=cursor, wait=False) as socket:
        kinds = {"resumed", "resync_required"}
        await socket.until(lambda: any(frame["t"] in kinds for frame in socket.frames))
        return next(str(frame["t"]) for frame in socket.frames if frame["t"] in kinds)


async def say_again(made: Installation, anna: Writer) -> None:
    """Send everything once more under its own id: the outbox of who got no answer."""
    async with client(made, "anna") as socket:
        for id, frame in anna.sent.items():
            await socket.say(frame)
            answer = await socket.answer(id)
            assert answer["t"] == "ack"
            if id in anna.acked:
                assert answer == anna.acked[id]
        anna.adopt(socket)


def test_whatever_pages_reached_the_disk_the_start_goes_on(killed: Killed, tmp_path: Path) -> None:
    for number in range(CUTS):
        folder = tmp_path / str(number)
        folder.mkdir()
        made, anna, tail = killed.copy(folder)
        offset, index = a_hole(tail, killed.synced, random.Random(SEED + number))
        left = tail.read_bytes()
        assert offset >= killed.synced
        assert f"{TAILS}/{tail.name} byte {offset}" in verified(made.data)
        with running(made):
            asyncio.run(say_again(made, anna))
            told = Cursors(server_key(made.settings.paths, None).derived("cursors"))
            answers = [asyncio.run(answer_to(made, told.seal(at))) for at in (index - 1, index)]
        assert answers == ["resumed", "resync_required"]
        assert len(anna.acked) == PROMISED + 1 + UNSYNCED
        check(made, [anna])
        assert tail.read_bytes() == left, "old bytes stay"
        (void,) = void_of(made)
        assert (void.tail, void.offset, void.length) == (tail.name, offset, len(left) - offset)
        assert void.first == index < void.last
        assert "superseded" in verified(made.data)
        assert void.sha256 in onrecord(made.data, "doctor").stdout


def refusal(made: Installation) -> str:
    refused = onrecord(made.data, "serve")
    assert refused.returncode == CORRUPT, refused.stderr
    return refused.stderr.partition(":")[0]


def test_control_the_same_hole_is_damage_below_what_was_acknowledged(
    killed: Killed, tmp_path: Path
) -> None:
    """The position says so: the last acknowledged message has no checkpoint yet, or had one."""
    made, _, tail = killed.copy(tmp_path)
    data = bytearray(tail.read_bytes())
    data[killed.synced - 100] ^= 1
    tail.chmod(0o600)
    tail.write_bytes(data)
    assert hole_of(tail) is not None
    assert refusal(made) == "archive_corrupt"
    assert tail.read_bytes() == bytes(data)
    assert tail == max(tail.parent.iterdir()), "no tail is begun"


def test_control_with_an_older_database_the_same_hole_is_damage(
    killed: Killed, tmp_path: Path
) -> None:
    made, _, tail = killed.copy(tmp_path)
    a_hole(tail, killed.synced, random.Random(SEED))
    shutil.rmtree(made.settings.paths.db)
    shutil.copytree(killed.older, made.settings.paths.db)
    assert refusal(made) == "archive_corrupt"
