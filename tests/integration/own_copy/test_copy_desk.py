"""A client's wish for a copy: turns, how often, failing, and what is left of it in the end."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from threading import Event

import pytest

from onrecord.app.compliance import WRITING
from onrecord.app.house import SERVER
from onrecord.app.own_copy import COPIES
from onrecord.core.domain.errors import Conflict, NotFound, TooMany, Unavailable
from onrecord.core.domain.values import Actor, Origin
from onrecord.core.threads import Threads
from onrecord.database.database import Database
from onrecord.features.own_copy.bodies import Copy
from onrecord.features.own_copy.desk import CopyDesk
from onrecord.features.own_copy.maker import CopyMaker, Gathered
from onrecord.features.own_copy.store import CopyStore
from onrecord.features.proof_packages.service import JobOptions, Made
from onrecord_archive.events.ids import EventId
from onrecord_archive.format.checkpoint import Policy
from onrecord_archive.format.errors import ArchiveError, Corrupt, WriteFailed
from onrecord_archive.proof_package.copy_writer import CopyWriter
from onrecord_archive.proof_package.own_copy import CopyAsked, CopyHolds
from tests.integration.office import Office, open_office
from tests.integration.world import World
from tests.rig.lines import Lines
from tests.rig.patience import SECONDS as PATIENCE

CHAT = Origin("code")


class StoppedMaker(CopyMaker):
    """Makes a file of a few bytes once it may and is recorded, or fails."""

    may = Event()
    failure: ArchiveError | None = None
    made: list[CopyHolds]

    def gather(self, copy: CopyAsked, target: Path, progress: Callable[[int], None]) -> Gathered:
        """Gather nothing, into a folder."""
        progress(1)
        gathered = Gathered(
            CopyHolds(copy.person, copy.language, copy.extents, copy.until, "00" * 32, ()),
            CopyWriter(target, copy, self.policy),
            target,
        )
        target.with_name(f".{target.name}.part").mkdir(parents=True)
        return gathered

    def make(self, gathered: Gathered, recorded: EventId, progress: Callable[[int], None]) -> Made:
        """Wait, telling progress, until `may` is set."""
        progress(1)
        self.made.append(gathered.holds)
        assert self.may.wait(PATIENCE)
        self.discard(gathered)
        if self.failure is not None:
            raise self.failure
        gathered.target.write_bytes(b"copy")
        return Made(4, "00" * 32)


class Room:
    """Two clients with a conversation each, and a desk."""

    def __init__(self, database: Database, bridge: Threads, folder: Path) -> None:
        self.office: Office = open_office(database, bridge)
        self.world: World = self.office.world
        ada = self.world.person("Ada")
        self.clara, self.omar = (self._client(name, ada) for name in ("Clara", "Omar"))
        StoppedMaker.may, StoppedMaker.failure, StoppedMaker.made = Event(), None, []
        self.folder, self.log = folder / "copies", Lines()
        instead = {
            CopyMaker: StoppedMaker(CopyStore(database), folder, Policy("log.example", ())),
            COPIES: JobOptions(self.folder, timedelta(minutes=5), sweep_s=0.01),
            WRITING: bridge,
        }
        self.desk = self.office.beside(SERVER, instead, log=self.log)[CopyDesk]

    def _client(self, name: str, advisor: str) -> Actor:
        client = self.world.person(name, outside=True)
        stream = self.world.conversation(self.world.people[advisor].id, client, direct=True)
        self.world.say(client, stream, f"I am {name}.")
        return self.world.people[client]

    async def ask(self, client: Actor) -> Copy:
        return await self.desk.order(client, CHAT, "en")

    async def until(self, client: Actor, state: str) -> Copy:
        async with asyncio.timeout(PATIENCE):
            while (told := self.desk.one(client.id)).state != state:  # noqa: ASYNC110  # it tells nobody
                await asyncio.sleep(0.005)
        return told

    def run(self, story: Callable[[], object]) -> None:
        async def whole() -> None:
            async with asyncio.TaskGroup() as tasks:
                working = tasks.create_task(self.desk.run())
                await story()  # type: ignore[misc]
                StoppedMaker.may.set()
                working.cancel()

        asyncio.run(whole())


@pytest.fixture
def room(embedded: Database, bridge: Threads, tmp_path: Path) -> Iterator[Room]:
    yield Room(embedded, bridge, tmp_path)
    StoppedMaker.may.set()


def test_a_copy_is_recorded_first_then_made_and_handed_out_to_its_client_alone(room: Room) -> None:
    async def story() -> None:
        first = await room.ask(room.clara)
        assert (first.state, first.total) == ("waiting", 2)
        told = await room.until(room.clara, "running")
        with pytest.raises(Conflict, match="not ready"):
            room.desk.file(room.clara.id)
        assert (await room.ask(room.clara)).created_at == told.created_at
        StoppedMaker.may.set()
        assert (await room.until(room.clara, "ready")).size == 4
        assert room.office.records.types()[-1] == "copy.made"
        assert room.desk.file(room.clara.id).read_bytes() == b"copy"
        facts = room.office.records.facts()
        assert facts["copy"] == StoppedMaker.made[0].sha256()
        with pytest.raises(NotFound):
            room.desk.file(room.omar.id)

    room.run(story)


@pytest.mark.promise("P10")
@pytest.mark.parametrize("state", ["waiting", "running", "ready"])
def test_a_copy_ends_with_its_clients_account(room: Room, state: str) -> None:
    async def story() -> None:
        if state == "waiting":
            await room.ask(room.omar)
            await room.until(room.omar, "running")
        await room.ask(room.clara)
        if state == "ready":
            StoppedMaker.may.set()
        await room.until(room.clara, state)
        async with asyncio.timeout(PATIENCE):
            while not StoppedMaker.made:  # noqa: ASYNC110  # it tells nobody
                await asyncio.sleep(0.005)
        room.desk.end_of(room.clara.id)
        StoppedMaker.may.set()
        async with asyncio.timeout(PATIENCE):
            while True:
                try:
                    room.desk.one(room.clara.id)
                except NotFound:
                    break
                await asyncio.sleep(0.005)
        async with asyncio.timeout(PATIENCE):
            while state != "waiting" and any(room.folder.iterdir()):  # noqa: ASYNC110
                await asyncio.sleep(0.005)

    room.run(story)


def test_another_client_waits_for_their_turn(room: Room) -> None:
    async def story() -> None:
        await room.ask(room.clara)
        await room.until(room.clara, "running")
        await room.ask(room.omar)
        assert room.desk.one(room.omar.id).state == "waiting"
        StoppedMaker.may.set()
        await room.until(room.omar, "ready")

    room.run(story)


def test_nothing_is_made_or_left_where_the_copy_cannot_be_recorded(room: Room) -> None:
    async def story() -> None:
        room.office.records.fails = Unavailable("archive_unavailable", "Not now.")
        await room.ask(room.clara)
        assert (await room.until(room.clara, "failed")).code == "archive_unavailable"
        with pytest.raises(Conflict):
            room.desk.file(room.clara.id)
        assert StoppedMaker.made == []
        assert list(room.folder.iterdir()) == []

    room.run(story)


def test_three_at_once_then_one_each_twenty_minutes(room: Room) -> None:
    async def story() -> None:
        StoppedMaker.may.set()
        for _ in range(3):
            await room.ask(room.clara)
            await room.until(room.clara, "ready")
        with pytest.raises(TooMany) as caught:
            await room.ask(room.clara)
        assert 0 < (caught.value.retry_after or 0) <= 1200
        await room.ask(room.omar)  # his own
        room.office.clock.move(minutes=21)
        await room.ask(room.clara)

    room.run(story)


@pytest.mark.parametrize(
    ("failure", "code"), [(Corrupt("x"), "copy_failed"), (WriteFailed("x"), "storage_full")]
)
def test_what_cannot_be_made_says_so_and_may_be_asked_for_again(
    room: Room, failure: ArchiveError, code: str
) -> None:
    async def story() -> None:
        StoppedMaker.failure = failure
        StoppedMaker.may.set()
        await room.ask(room.clara)
        assert (await room.until(room.clara, "failed")).code == code
        assert '"event":"copy.failed"' in room.log.getvalue()
        StoppedMaker.failure = None
        await room.ask(room.clara)
        await room.until(room.clara, "ready")

    room.run(story)


def test_a_copy_is_removed_after_its_time(room: Room) -> None:
    async def story() -> None:
        StoppedMaker.may.set()
        await room.ask(room.clara)
        await room.until(room.clara, "ready")
        path = room.desk.file(room.clara.id)
        room.office.clock.move(minutes=6)
        async with asyncio.timeout(PATIENCE):
            while path.exists():  # noqa: ASYNC110  # it tells nobody
                await asyncio.sleep(0.005)
        with pytest.raises(NotFound):
            room.desk.one(room.clara.id)

    room.run(story)


def test_whoever_has_no_conversation_is_told_so(room: Room) -> None:
    async def story() -> None:
        nobody = room.world.people[room.world.person("Nobody", outside=True)]
        with pytest.raises(NotFound, match="no conversation"):
            await room.ask(nobody)

    room.run(story)
