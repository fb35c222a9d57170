"""The writer's side of a server, one batch at a time, on a store that fails as a test wants."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from onrecord.app.events import RULES, TABLES
from onrecord.core.archiving.batch import Committer
from onrecord.core.archiving.log import SealedLog
from onrecord.core.domain.errors import OnRecordError
from onrecord.core.domain.values import Command
from onrecord.core.journal.case import Rules
from onrecord.core.journal.heads import ArchivedRow, JournalRow
from onrecord.core.roles.table import permits
from onrecord.core.settled import Settled, Waiting
from onrecord.core.store.journal import JournalStore, JournalTransaction, PublishTransaction
from onrecord.database.database import Database
from onrecord.observability.metrics import Metrics
from onrecord.observability.points import NoPoints
from onrecord_archive.events.ids import PersonId, StreamId
from onrecord_archive.events.payload import Payload
from tests.integration.world import World


class FailingStore(JournalStore):
    """Raises what a test has laid out for the next transactions; None: that one works."""

    def __init__(self, database: Database) -> None:
        super().__init__(database, TABLES)
        self.journaling: list[OnRecordError | None] = []
        self.publications: list[OnRecordError | None] = []

    @contextmanager
    def journal(self) -> Iterator[JournalTransaction]:
        _raise_next(self.journaling)
        with super().journal() as transaction:
            yield transaction

    @contextmanager
    def publishing(self) -> Iterator[PublishTransaction]:
        _raise_next(self.publications)
        with super().publishing() as transaction:
            yield transaction


def _raise_next(failures: list[OnRecordError | None]) -> None:
    failure = failures.pop(0) if failures else None
    if failure is not None:
        raise failure


class WorldsLog(SealedLog):
    """The archive: every record has its place in the world."""

    def __init__(self, world: World) -> None:
        self._world = world

    @property
    def size(self) -> int:
        return self._world.size

    def append(self, rows: Sequence[JournalRow]) -> list[ArchivedRow]:
        return self._world.archive(rows)

    def require_in_place(self) -> None:
        """There is no file."""


class Stage:
    """Anna and Ben, and the writer's side of a server."""

    def __init__(self, database: Database) -> None:
        self.store = FailingStore(database)
        self.world = World(database, self.store)
        self.anna: PersonId = self.world.person("Anna")
        self.stream: StreamId = self.world.conversation(self.anna, self.world.person("Ben"))
        self.metrics = Metrics()
        self.committer = Committer(
            store=self.store,
            archive=WorldsLog(self.world),
            rules=Rules(RULES, permits, TABLES.moves),
            clock=self.world.clock,
            entropy=bytes,
            metrics=self.metrics,
            points=NoPoints(),
        )
        self.committer.epoch = self.world.epoch

    def command(self, body: Payload) -> Command:
        """Something that Anna says in the conversation."""
        return self.world.command(self.anna, self.stream, body)

    def settle(self, *batch: Command) -> Settled:
        """Settle one batch."""
        return self.committer.commit([Waiting(each, _ignore, 0.0) for each in batch])


def _ignore(outcome: object) -> None:
    """Nobody waits."""
