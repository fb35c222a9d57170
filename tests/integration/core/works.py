"""A whole writer's side in one process: a real database, a real archive, the writer thread."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from threading import Event

from onrecord.app.events import RULES, TABLES
from onrecord.core.archiving.archiver import Archiver
from onrecord.core.archiving.batch import Committer
from onrecord.core.archiving.log import SealedLog
from onrecord.core.archiving.recovery import Recovery
from onrecord.core.delivery.deliver import Deliver
from onrecord.core.domain.errors import Refusal
from onrecord.core.domain.values import Command, StreamRef
from onrecord.core.journal.case import Rules
from onrecord.core.journal.heads import ArchivedRow, JournalRow
from onrecord.core.roles.table import permits
from onrecord.core.settled import Outcome, Settled, Waiting
from onrecord.database.database import Database
from onrecord.observability.logs import make_log
from onrecord.observability.metrics import Metrics
from onrecord.protocol.messages import MessageSent as WireMessage
from onrecord_archive.events.conversations import ConversationCreated
from onrecord_archive.events.ids import PersonId, StreamId
from onrecord_archive.events.messages import MessageSent
from onrecord_archive.format.epoch_key import generate_opening_key
from onrecord_archive.format.note import Algorithm
from onrecord_archive.format.signer import Signer
from onrecord_archive.reader.archive import Archive
from onrecord_archive.writer.key_fill import make_key_store
from onrecord_archive.writer.key_store import KeyStore
from onrecord_archive.writer.log import LogWriter, open_log
from onrecord_archive.writer.sealer import Sealer
from tests.integration.core.stage import FailingStore
from tests.integration.world import SteppingClock, World
from tests.rig import lines
from tests.rig.patience import SECONDS as PATIENCE

ORIGIN = "works.example/log"
Failures = list[Exception | None]


class _TakenBack(Exception):
    """Nothing is kept of the transaction."""


def raise_next(failures: Failures) -> None:
    """Raise what was laid out for this call; None: it works."""
    failure = failures.pop(0) if failures else None
    if failure is not None:
        raise failure


class UncertainStore(FailingStore):
    """Fails as a test wants: at its transactions, its proofs of room, its looks."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.proofs: Failures = []
        self.looks = 0

    def prove_room(self, size: int) -> None:
        raise_next(self.proofs)
        super().prove_room(size)

    def look(self) -> None:
        self.looks += 1
        super().look()


class UncertainLog(SealedLog):
    """Fails as a test wants: when it appends, at its proofs of room."""

    def __init__(self, folder: Path, writer: LogWriter, sealer: Sealer, tail_bytes: int) -> None:
        super().__init__(folder, writer, sealer, tail_bytes=tail_bytes)
        self.appends: Failures = []
        self.proofs: Failures = []
        self.looks: Failures = []
        self.looked = 0

    def append(self, rows: Sequence[JournalRow]) -> list[ArchivedRow]:
        raise_next(self.appends)
        return super().append(rows)

    def prove_room(self, size: int) -> None:
        raise_next(self.proofs)
        super().prove_room(size)

    def require_in_place(self) -> None:
        self.looked += 1
        raise_next(self.looks)
        super().require_in_place()


class Gate:
    """Holds the writer thread at a point of the batch, once it is shut."""

    def __init__(self) -> None:
        self.point = ""
        self.held, self.open = Event(), Event()
        self.reached: list[str] = []

    def shut(self, point: str) -> None:
        """Hold whoever comes there next."""
        self.point = point
        self.held.clear()
        self.open.clear()

    def reach(self, name: str) -> None:
        """Wait, if this is the point."""
        self.reached.append(name)
        if name == self.point:
            self.point = ""
            self.held.set()
            assert self.open.wait(PATIENCE), "nobody opened the gate"


class CountingClock(SteppingClock):
    """Counts how often it is asked how late it is."""

    asked = 0

    def monotonic(self) -> float:
        self.asked += 1
        return super().monotonic()


class Lines(lines.Lines):
    """The log's lines, read as each event's name with its code."""

    @property
    def written(self) -> list[tuple[str, object]]:
        return [(line["event"], line.get("code")) for line in self.all()]


class Heard(Deliver):
    """What the event loop is told."""

    def __init__(self) -> None:
        self.batches: list[Settled] = []
        self.positions: list[int] = []
        self.recordings: list[Refusal | None] = []
        self.failures: list[Exception] = []

    def settled(self, settled: Settled) -> None:
        self.batches.append(settled)
        for waiting, outcome in settled.answers:
            waiting.answered(outcome)

    def recovered(self, position: int) -> None:
        self.positions.append(position)

    def recording(self, refusal: Refusal | None) -> None:
        self.recordings.append(refusal)

    def failed(self, error: Exception) -> None:
        self.failures.append(error)


class Works:
    """Anna and Ben have a conversation, and everything that it takes to record what they say."""

    def __init__(self, database: Database, folder: Path, *, tail_bytes: int = 2**30) -> None:
        self.folder = folder / "archive"
        self.store = UncertainStore(database)
        self.world = World(database, self.store)
        self.world.clock = self.clock = CountingClock()
        self.anna, self.ben = self.world.person("Anna"), self.world.person("Ben")
        self.gate, self.lines, self.heard = Gate(), Lines(), Heard()
        self.metrics = Metrics()
        make_key_store(folder / "keys.db")
        self._keys = KeyStore(folder / "keys.db")
        self._signers = [Signer(ORIGIN, algorithm, os.urandom(32)) for algorithm in Algorithm]
        self._sealer = Sealer([self._keys], generate_opening_key(1).sealing())
        self._tail_bytes = tail_bytes
        self._open(self.world.epoch)
        self.recovery.start(self.world.epoch)
        self.stream = self._conversation(self.anna, self.ben)

    def _open(self, epoch: int) -> None:
        self.writer = open_log(
            self.folder,
            origin=ORIGIN,
            signers=self._signers,
            clock=self.world.clock.now,
            published_position=self.store.state().position,
            epoch=epoch,
        )
        self.archive = UncertainLog(self.folder, self.writer, self._sealer, self._tail_bytes)
        self.committer = Committer(
            store=self.store,
            archive=self.archive,
            rules=Rules(RULES, permits, TABLES.moves),
            clock=self.world.clock,
            entropy=os.urandom,
            metrics=self.metrics,
            points=self.gate,
        )
        self.recovery = Recovery(
            store=self.store, archive=self.archive, committer=self.committer, points=self.gate
        )

    def start_again(self) -> int:
        """Open everything as a new start does; return the position."""
        self.writer.close()
        epoch = self.store.take_epoch().epoch
        self._open(epoch)
        return self.recovery.start(epoch)

    def close(self) -> None:
        """Close the files."""
        self.writer.close()
        self._keys.close()

    def _conversation(self, *people: PersonId) -> StreamId:
        stream = StreamId("e" * 32)
        body, create = ConversationCreated(people, None), StreamRef(stream, "group", None)
        self.settle(self.world.command(people[0], stream, body, create))
        return stream

    def message(self, text: str = "hello") -> Command:
        """Something that Anna says."""
        return self.world.command(self.anna, self.stream, MessageSent(text))

    def settle(self, *batch: Command) -> Settled:
        """Settle one batch."""
        return self.committer.commit([Waiting(each, lambda _: None, 0.0) for each in batch])

    def journal_alone(self, *texts: str) -> list[JournalRow]:
        """Journal messages that are not archived, as a process that was killed then left them."""
        return self.world.journal(*[self.message(text) for text in texts])

    def archive_alone(self, *texts: str) -> None:
        """Archive messages whose journal transaction was taken back, as an older backup has it."""
        with suppress(_TakenBack), self.store.journal() as transaction:
            head = transaction.heads({self.stream})[self.stream]
            rows = [self.world.number(head, self.message(text)) for text in texts]
            raise _TakenBack
        self.archive.append(rows)

    def texts(self) -> list[str | None]:
        """Return what Ben reads."""
        page = self.world.reads.timeline(
            self.ben, self.stream, before=None, after=None, around=None, limit=100
        )
        return [event.text for event in page.events if isinstance(event, WireMessage)]

    def entries(self) -> int:
        """Return how many entries the archive has under its last checkpoint."""
        return Archive(self.folder).size

    def tails(self) -> int:
        """Return how many tails were begun."""
        return len(list((self.folder / "tails").iterdir()))

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Running"]:
        """Run the writer thread."""
        archiver = Archiver(
            recovery=self.recovery,
            clock=self.world.clock,
            log=make_log(self.lines, level="debug"),
            metrics=self.metrics,
            points=self.gate,
            loop=asyncio.get_running_loop(),
            listener=self.heard,
        )
        archiver.start()
        try:
            yield Running(self, archiver)
        finally:
            self.gate.open.set()
            await asyncio.to_thread(archiver.stop)


class Running:
    """The works while the writer thread runs."""

    def __init__(self, works: Works, archiver: Archiver) -> None:
        self._works = works
        self.archiver = archiver

    def submit(self, command: Command) -> "asyncio.Future[Outcome]":
        """Have something recorded."""
        answered: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self.archiver.submit(command, answered.set_result)
        return answered

    async def say(self, text: str = "hello") -> Outcome:
        """Have a message recorded, and return what became of it."""
        return await asyncio.wait_for(self.submit(self._works.message(text)), PATIENCE)

    async def hold(self, point: str) -> "asyncio.Future[Outcome]":
        """Submit a message that is held at a point; return what will become of it."""
        self._works.gate.shut(point)
        answered = self.submit(self._works.message("held"))
        assert await asyncio.to_thread(self._works.gate.held.wait, PATIENCE)
        return answered

    def let_go(self) -> None:
        """Open the gate."""
        self._works.gate.open.set()

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait for something."""
        async with asyncio.timeout(PATIENCE):
            while True:
                if condition():
                    return
                await asyncio.sleep(0.005)
