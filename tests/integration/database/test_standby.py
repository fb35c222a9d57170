"""PostgreSQL's synchronous standby is gone: what only the primary has is not done.

COMMIT waits for the standby. When that wait is cancelled, it returns like any other, with a warning
alone.
"""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from onrecord.app.migrate import migrate
from onrecord.core.domain.errors import Unavailable
from onrecord.core.failures import ConnectionLost, StandbyLost
from onrecord.database.database import Database
from onrecord.database.options import PostgresqlOptions, StorageOptions
from onrecord.features.chat.service import ReadStore
from onrecord_archive.events.ids import PersonId, StreamId
from onrecord_archive.events.messages import MessageSent
from tests.integration.databases import postgresql_options
from tests.integration.postgres import WAITING, Cluster, running_cluster, running_standby
from tests.integration.world import World
from tests.rig.patience import SECONDS as PATIENCE
from tests.rig.tenure import beside

GIVEN_UP_SECONDS = 1.0
"""Commits without the standby are given up after it, where a test says so. Others are ended by the
tests themselves, and nothing else ends them."""
END = "SELECT pg_{how}_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'"


class Pair:
    """A primary and its standby, and one conversation in which Anna writes."""

    def __init__(self, primary: Cluster, standby: Cluster, options: StorageOptions) -> None:
        self.primary, self.standby, self.options = primary, standby, options
        self.world = World(Database(options))
        self.store = self.world.store
        self.anna: PersonId = self.world.person("Anna")
        ben = self.world.person("Ben")
        self.stream: StreamId = self.world.conversation(self.anna, ben)

    def lose(self) -> None:
        """Stop the standby."""
        self.standby.stop()
        self.primary.wait_for_standby(alone=True)

    def find(self) -> None:
        """Start it again."""
        self.standby.start()
        self.primary.wait_for_standby()

    def say(self, text: str) -> None:
        """Journal a message."""
        self.world.journal(self.world.command(self.anna, self.stream, MessageSent(text)))

    def texts(self) -> list[str]:
        """Return what waits to be archived."""
        return [row.event.payload.text for row in self.store.pending(10)]  # type: ignore[union-attr]


@pytest.fixture(scope="module")
def clusters() -> Iterator[tuple[Cluster, Cluster]]:
    with running_cluster() as primary, running_standby(primary) as standby:
        yield primary, standby


@pytest.fixture
def pair(clusters: tuple[Cluster, Cluster], tmp_path: Path) -> Iterator[Pair]:
    primary, standby = clusters
    named = primary.create_database()
    migrate(postgresql_options(named.owner_url, named.service, tmp_path))
    options = postgresql_options(named.service_url, named.service, tmp_path)
    made = Pair(primary, standby, giving_up(options, PATIENCE))
    yield made
    made.world.database.close()
    if not primary.ask("SELECT 1 FROM pg_stat_replication"):
        made.find()


def giving_up(options: StorageOptions, seconds: float) -> StorageOptions:
    """Return the options with which commits are given up after so many seconds."""
    assert isinstance(options.place, PostgresqlOptions)
    return replace(options, place=replace(options.place, commit_timeout_s=seconds))


def watched(pair: Pair) -> None:
    """Let commits be given up soon."""
    database = Database(giving_up(pair.options, GIVEN_UP_SECONDS))
    pair.world.database.close()
    pair.world.database, pair.world.reads = database, ReadStore(database)
    pair.store = pair.world.store = beside(pair.store, database)


def nothing_waits(pair: Pair) -> None:
    """Wait until no commit waits for the standby: one that is cancelled ends soon after."""
    deadline = time.monotonic() + PATIENCE
    while pair.primary.ask(WAITING):
        assert time.monotonic() < deadline, "a commit that was given up goes on waiting"
        time.sleep(0.02)


def take_epoch(pair: Pair) -> None:
    """Take an epoch, and again where a machine that stood still gave its commit up."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            pair.store.take_epoch()
        except ConnectionLost:
            assert time.monotonic() < deadline, "no commit comes back"
        else:
            return


def ended_while_it_waits(pair: Pair, act: Callable[[], None], how: str) -> Future[None]:
    """Begin something, wait until its commit waits for the standby, and end that."""
    with ThreadPoolExecutor(1) as thread:
        begun = thread.submit(act)
        deadline = time.monotonic() + PATIENCE
        while not pair.primary.ask(WAITING):
            assert time.monotonic() < deadline, "no commit waits for the standby"
            time.sleep(0.02)
        pair.primary.ask(END.format(how=how))
    return begun


def test_control_a_plain_client_is_told_that_it_committed(pair: Pair) -> None:
    pair.lose()

    def plain() -> None:
        with psycopg.connect(pair.primary.admin_url, autocommit=True) as connection:
            connection.execute("BEGIN")
            connection.execute("CREATE TABLE only_here ()")
            assert connection.execute("COMMIT").statusmessage == "COMMIT"

    ended_while_it_waits(pair, plain, "cancel").result()


@pytest.mark.parametrize(("how", "error"), [("cancel", StandbyLost), ("terminate", ConnectionLost)])
def test_a_commit_whose_wait_was_ended_is_in_doubt_until_a_later_one_came_back(
    pair: Pair, how: str, error: type[Exception]
) -> None:
    pair.lose()
    with pytest.raises(error):
        ended_while_it_waits(pair, lambda: pair.say("one"), how).result()
    with pytest.raises(ConnectionLost):
        pair.say("nothing is numbered after it")
    with pytest.raises(ConnectionLost), pair.store.publishing():
        pass
    with pytest.raises(StandbyLost):
        ended_while_it_waits(pair, lambda: _ignore(pair.store.take_epoch()), "cancel").result()
    with pytest.raises(ConnectionLost):
        pair.store.look()
    pair.find()
    pair.store.take_epoch()
    assert pair.texts() == ["one"], "it is on both, and can be archived"
    pair.say("two")


def test_a_commit_that_waits_too_long_is_given_up_and_holds_no_lock(pair: Pair) -> None:
    watched(pair)
    pair.lose()
    with pytest.raises(StandbyLost):
        pair.say("one")
    nothing_waits(pair)
    assert pair.world.reads.conversation(pair.anna, pair.stream).last_msg_no == 0, "reads go on"
    with pytest.raises(StandbyLost):
        pair.store.take_epoch()
    pair.find()
    take_epoch(pair)
    assert pair.texts() == ["one"]


def test_whoever_loses_the_standby_recording_closes(pair: Pair) -> None:
    watched(pair)
    pair.store.look()
    pair.lose()
    with pytest.raises(StandbyLost):
        pair.world.person("Ewa")
    with pytest.raises(StandbyLost):
        pair.store.look()
    pair.find()
    take_epoch(pair)
    pair.store.look()


def test_an_epoch_waits_for_what_a_lost_connection_left_behind(pair: Pair) -> None:
    left_behind = Database(pair.options)
    other = beside(pair.store, left_behind)
    command = pair.world.command(pair.anna, pair.stream, MessageSent("one"))
    with closing(left_behind):
        with other.journal() as tx:
            head = tx.heads([pair.stream])[pair.stream]
            tx.append([pair.world.number(head, command)], [head])
            with pytest.raises(Unavailable) as refused:
                pair.store.take_epoch()
            assert refused.value.code == "database_busy"
        pair.store.take_epoch()
    assert pair.texts() == ["one"]


def _ignore(value: object) -> None:
    """A commit is what counts."""
