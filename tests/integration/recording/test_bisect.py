"""A batch that is halved, since the database refused a row of it: each half has its own outcome."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from onrecord.archiving.batch import Committer, NotPublished
from onrecord.domain.errors import OnRecordError, Unavailable
from onrecord.domain.ids import EventId, PersonId, StreamId
from onrecord.domain.values import Answer, Command, MessageSent
from onrecord.journal.decide import Rules
from onrecord.journal.heads import ArchivedRow, JournalRow
from onrecord.messaging.ports import ConnectionLost, RowRefused
from onrecord.messaging.send import Unsettled
from onrecord.messaging.settled import Settled, Waiting
from onrecord.observability.metrics import Metrics
from onrecord.observability.points import NoPoints
from onrecord.storage.database import Database
from onrecord.storage.journal_store import JournalStore, JournalTransaction, PublishTransaction
from onrecord.storage.migrate import migrate
from tests.integration.storage.conftest import sqlcipher_options
from tests.integration.storage.world import World

FULL = Unavailable("storage_full", "There is no room.", retry_after=2.0)


class FailingStore(JournalStore):
    """Raises what a test has laid out for the next transactions; None: that one works."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
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


class WorldsLog:
    """The archive: every record has its place in the world."""

    full = False

    def __init__(self, world: World) -> None:
        self._world = world

    @property
    def size(self) -> int:
        return self._world.size

    def append(self, rows: Sequence[JournalRow]) -> list[ArchivedRow]:
        return self._world.archive(rows)

    def reopen(self, epoch: int) -> None:
        raise AssertionError

    def records(self, first: int) -> Iterator[tuple[EventId, ArchivedRow]]:
        raise AssertionError

    def integrate(self) -> None:
        raise AssertionError


class Stage:
    """Anna and Ben, and the writer's side of a server."""

    def __init__(self, database: Database) -> None:
        self.world = World(database)
        self.anna: PersonId = self.world.person("Anna")
        self.stream: StreamId = self.world.conversation(self.anna, self.world.person("Ben"))
        self.store = FailingStore(database)
        self.committer = Committer(
            store=self.store,
            archive=WorldsLog(self.world),
            rules=Rules(),
            clock=self.world.clock,
            entropy=bytes,
            metrics=Metrics(),
            points=NoPoints(),
        )
        self.committer.epoch = self.world.epoch
        self.commands = [self._command(text) for text in ("first", "second")]

    def _command(self, text: str) -> Command:
        return self.world.command(self.anna, self.stream, MessageSent(text))

    def settle(self, *, second: OnRecordError | None = None) -> Settled:
        """Settle both as a batch that is halved; *second* fails the second half's journal."""
        self.store.journaling = [RowRefused(), None, second]
        return self.committer.commit([Waiting(each, _ignore, 0.0) for each in self.commands])

    def published(self, settled: Settled) -> list[EventId]:
        return [each.event.event_id for each in settled.published]


def _ignore(outcome: object) -> None:
    """Nobody waits."""


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    options = sqlcipher_options(tmp_path)
    migrate(options)
    database = Database(options)
    yield Stage(database)
    database.close()


def test_both_halves_are_acknowledged_and_delivered(stage: Stage) -> None:
    settled = stage.settle()
    assert [type(outcome) for _, outcome in settled.answers] == [Answer, Answer]
    assert stage.published(settled) == [each.event_id for each in stage.commands]


def test_what_the_first_half_recorded_is_not_refused_with_the_second(stage: Stage) -> None:
    settled = stage.settle(second=FULL)
    (_, first), (_, second) = settled.answers
    assert isinstance(first, Answer)
    assert second is FULL
    assert stage.published(settled) == [stage.commands[0].event_id]
    assert settled.failure is None


def test_a_connection_lost_with_the_second_half_leaves_only_that_unknown(stage: Stage) -> None:
    lost = ConnectionLost()
    settled = stage.settle(second=lost)
    (_, first), (_, second) = settled.answers
    assert isinstance(first, Answer)
    assert isinstance(second, Unsettled)
    assert stage.published(settled) == [stage.commands[0].event_id]
    assert settled.failure is lost


def test_nothing_is_published_past_a_first_half_that_was_not(stage: Stage) -> None:
    """The position would pass what lies in the log, and recovery would archive it twice."""
    position, size = stage.store.state().position, stage.world.size
    stage.store.publications = [FULL]
    settled = stage.settle()
    assert [type(outcome) for _, outcome in settled.answers] == [Unsettled, Unsettled]
    assert isinstance(settled.failure, NotPublished)
    assert stage.store.state().position == position
    assert stage.world.size == size + 1, "the second half is not in the log"
    assert [row.event.event_id for row in stage.store.pending(10)] == [stage.commands[0].event_id]
