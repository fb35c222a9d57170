"""Files under kills, a full disk and a closed gate: sealed before their message, unseen before it.

A file is sealed, then `file.stored` is recorded, then a message refers to it. The server is killed
between any two of these and comes back; the client goes on with the same ids, as the real one does.
"""

import asyncio
import os
import subprocess
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest

from onrecord.core.domain.clock import SystemClock
from onrecord.core.domain.ids import ClientId, event_id_of, new_id
from onrecord_archive.format.checkpoint import parse_policy
from onrecord_archive.format.epoch_key import parse_opening_key
from onrecord_archive.format.errors import NotVerified
from onrecord_archive.format.layout import blob_path
from onrecord_archive.format.leaf import Blob, RecordLeaf, decode_leaf
from onrecord_archive.reader.archive import Archive
from onrecord_archive.verify.archive import Report, verify_archive
from onrecord_archive.verify.opening import OpeningChecker
from tests.faults.gate_server import GateServer
from tests.faults.load import Writer
from tests.faults.strace import injecting, threads_of
from tests.faults.surroundings import finish
from tests.rig.client import client
from tests.rig.files import Sharer, problem, sharer
from tests.rig.installation import Installation, install, populate_conversations
from tests.rig.patience import SECONDS as PATIENCE
from tests.rig.process import ServerProcess, running

POINTS = (
    "file_sealed:1",  # in its place, no record of it
    "in_transaction:1",
    "journaled:1",  # file.stored is journaled
    "archived:1",
    "published:1",
    "file_stored:1",  # not answered
    "journaled:2",  # the message is journaled
    "archived:2",
    "acknowledged:4",  # a start says of the notices in two languages that they are on the record
)
DATA = os.urandom(150_000)
STATUS_AGAIN = 75


@pytest.fixture
def made(tmp_path: Path) -> Installation:
    made = install(tmp_path, ["anna", "marek"])
    populate_conversations(made, {"Desk": ["anna", "marek"]})
    assert ServerProcess(made).stop() == 0, "what a first start records does not count as a point"
    return made


class Story:
    """Anna stores a file and sends it, with the same ids each time she tries; Marek was there."""

    def __init__(self, made: Installation) -> None:
        self.made, self.desk = made, str(made.groups["Desk"])
        self.upload, self.id = new_id(SystemClock()), new_id(SystemClock())
        self.event = str(event_id_of(made.people["anna"].id, ClientId(self.id)))
        self.file = ""
        self.anna, self.marek = Writer(made, "anna", []), Writer(made, "marek", [self.desk])

    def store(self, anna: Sharer) -> str:
        """Bring the file; one that is stored is not brought again."""
        begun = anna.begin(self.desk, "offer.bin", len(DATA), self.upload).json()
        if "file" not in begun:
            if begun["offset"] < len(DATA):
                anna.put(self.upload, begun["offset"], DATA[begun["offset"] :])
            begun = anna.finish(self.upload).json()
        self.file = str(begun["file"]["id"])
        return self.file

    def send(self) -> str:
        """Send it; return what became of it."""

        async def story() -> str:
            async with client(self.made, "anna") as socket:
                frame = {"t": "send", "id": self.id, "conv": self.desk, "text": "The offer."}
                try:
                    await socket.say({**frame, "files": [self.file]})
                    return str((await socket.answer(self.id))["t"])
                finally:
                    self.anna.adopt(socket)

        return asyncio.run(story())

    def tried(self, server: ServerProcess, status: int = -9) -> None:
        """Try until the server is gone."""
        asyncio.run(self.marek.arrive())
        try:
            with sharer(self.made, "anna") as anna:
                self.store(anna)
            self.send()
        except (httpx2.TransportError, OSError, ExceptionGroup, TimeoutError, KeyError):
            pass
        assert server.process.wait(PATIENCE) == status

    def done(self, server: ServerProcess) -> None:
        """Do it again after the start, read it as the other one, and check all that is left."""
        with sharer(self.made, "anna") as anna, sharer(self.made, "marek") as marek:
            file = self.store(anna)
            assert self.send() == "ack"
            assert self.store(anna) == file
            assert marek.read(self.event, file).content == DATA
        assert finish(self.made, [self.anna, self.marek], server) == 1


def verified(made: Installation) -> Report:
    """Have the verifier open everything, with every file that a record refers to."""
    opening = [parse_opening_key(made.opening_key.read_bytes())]
    policy = parse_policy(made.settings.paths.policy.read_text(encoding="utf-8"))
    root = made.settings.archive.directory
    checker = OpeningChecker(opening, made.settings.keys.store)
    try:
        return verify_archive(root, policy, opening=checker)
    finally:
        checker.close()


def leaves(made: Installation) -> list[RecordLeaf]:
    entries = Archive(made.settings.archive.directory).entries()
    decoded = [decode_leaf(entry.leaf) for entry in entries]
    return [leaf for leaf in decoded if isinstance(leaf, RecordLeaf)]


@pytest.mark.parametrize("point", POINTS)
def test_no_message_refers_to_a_file_that_is_not_sealed(made: Installation, point: str) -> None:
    story = Story(made)
    server = ServerProcess(made, point=point)
    story.tried(server)
    server.kill()
    story.done(ServerProcess(made))
    found = leaves(made)
    stored = [leaf for leaf in found if isinstance(leaf.blob, Blob) and leaf.blob.id == story.file]
    assert len(stored) == 1, "stored once"
    order = [leaf.event_id for leaf in found]
    assert order.index(stored[0].event_id) < order.index(story.event)
    assert order.count(story.event) == 1
    report = verified(made)
    assert report.blobs == len([leaf for leaf in found if isinstance(leaf.blob, Blob)])


def test_a_failed_fsync_while_sealing_ends_the_server(made: Installation, tmp_path: Path) -> None:
    """F4: what is on the disk is not known, so nothing is promised; the next start goes on."""
    story = Story(made)
    server = ServerProcess(made)
    threads = threads_of(server.process.pid)
    with injecting(threads, "fsync", "error=EIO:when=1+", tmp_path / "trace"):
        story.tried(server, STATUS_AGAIN)
    server.kill()
    story.done(ServerProcess(made))
    verified(made)


def test_control_a_file_that_is_recorded_before_it_is_sealed_is_noticed(tmp_path: Path) -> None:
    made = install(tmp_path, ["anna", "marek"])
    populate_conversations(made, {"Desk": ["anna", "marek"]})
    story = Story(made)
    server = GateServer(made, "late", point="file_stored:1")
    story.tried(server)
    server.kill()
    server = GateServer(made)
    assert server.stop() == 0
    with pytest.raises(NotVerified, match="blob"):
        verified(made)


@pytest.fixture
def small_volume(tmp_path: Path) -> Iterator[Path]:
    volume = tmp_path / "volume"
    volume.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=26m", "tmpfs", str(volume)], check=True)
    yield volume
    subprocess.run(["umount", "--lazy", str(volume)], check=True)


def test_a_file_that_finds_no_room_is_refused_and_messages_go_on(
    tmp_path: Path, small_volume: Path
) -> None:
    """ENOSPC in the middle of sealing: nothing of it is left, and the same upload goes on later."""
    toml = f'[archive]\ndirectory = "{small_volume / "archive"}"\n'
    made = install(tmp_path, ["anna", "marek"], toml=toml)
    populate_conversations(made, {"Desk": ["anna", "marek"]})
    desk = str(made.groups["Desk"])
    ballast = small_volume / "ballast"
    ballast.write_bytes(bytes(16 << 20))
    server = ServerProcess(made)  # a start takes room for a full batch, which is less than the file
    data = os.urandom(12 << 20)
    with sharer(made, "anna") as anna:
        upload = anna.begin(desk, "large.bin", len(data)).json()["upload"]
        for offset in range(0, len(data), 1 << 20):
            assert anna.put(upload, offset, data[offset : offset + (1 << 20)]).is_success
        for _ in range(2):
            assert problem(anna.finish(upload)) == "archive_unavailable"
        temporary = list((made.settings.archive.directory / "tmp").iterdir())
        assert temporary == []
        small = anna.stored(desk, "small.bin", b"small")
        assert anna.send(desk, [small["id"]])["t"] == "ack"
        ballast.unlink()
        file = anna.finish(upload).json()["file"]["id"]
        event = anna.send(desk, [file])["event_id"]
        assert anna.read(event, file).content == data
    assert server.stop() == 0
    assert verified(made).blobs == 2


@contextmanager
def held(server: GateServer, act: object) -> Iterator[None]:
    """Close the gate, act in a thread until it is held, and look; then open it."""
    assert callable(act)
    with ThreadPoolExecutor(1) as pool:
        with server.closed():
            acting = pool.submit(act)
            server.await_held()
            yield
            assert not acting.done(), "answered, and not archived"
        acting.result(PATIENCE)


def look_while_held(made: Installation, server: GateServer) -> None:
    """Hold `file.stored`, then the message: nobody sees or reads anything of the file."""
    story, started = Story(made), threading.Event()
    assert not started.is_set()
    with (
        sharer(made, "anna") as anna,
        sharer(made, "anna") as second,
        sharer(made, "marek") as marek,
    ):
        with held(server, lambda: story.store(anna)):
            for who in (second, marek):
                shown = who.ask("GET", f"conversations/{story.desk}/timeline").text
                conversation = who.ask("GET", f"conversations/{story.desk}").json()
                assert "offer.bin" not in shown, "seen, and not archived"
                assert conversation["last_seq"] == 1, "seen, and not archived"
        assert story.file
        with held(server, story.send):
            for who in (second, marek):
                assert who.link(story.event, story.file) == {"code": "no_such_file"}, (
                    "read, and not archived"
                )
                shown = who.ask("GET", f"conversations/{story.desk}/timeline").text
                assert "offer.bin" not in shown, "seen, and not archived"
        for who in (second, marek):
            assert who.read(story.event, story.file).content == DATA


@pytest.mark.parametrize("defect", [None, "early"])
def test_nobody_reads_a_file_while_its_message_is_held(tmp_path: Path, defect: str | None) -> None:
    """P1 for files; the control opens the gate early, and is noticed."""
    made = install(tmp_path, ["anna", "marek"])
    populate_conversations(made, {"Desk": ["anna", "marek"]})
    server = GateServer(made, defect)
    if defect is None:
        look_while_held(made, server)
        assert server.stop() == 0
        return
    with pytest.raises(AssertionError, match="and not archived"):
        look_while_held(made, server)
    server.kill()


def test_a_blob_that_is_gone_is_found_by_the_verifier(made: Installation) -> None:
    """Control of `verified`: it reads each sealed file."""
    with running(made), sharer(made, "anna") as anna:
        anna.stored(str(made.groups["Desk"]), "small.bin", b"small")
    blob = next(leaf.blob for leaf in leaves(made) if isinstance(leaf.blob, Blob))
    path = made.settings.archive.directory / blob_path(blob.ct)
    whole = path.read_bytes()
    path.unlink()
    with pytest.raises(NotVerified, match="missing_file"):
        verified(made)
    path.write_bytes(whole)
