"""A full disk, a lost connection, a crashed server: what the store says, and that it goes on."""

import os
import signal
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from threading import Timer

import psycopg
import pytest

from onrecord.app.migrate import migrate
from onrecord.core.domain.errors import Unavailable
from onrecord.core.domain.values import Command
from onrecord.core.failures import ConnectionLost
from onrecord.database.database import Database
from onrecord.database.statements import sql
from onrecord_archive.events.ids import PersonId, StreamId
from onrecord_archive.events.messages import MessageSent
from tests.integration import postgres as server
from tests.integration.core.against_model import differences
from tests.integration.databases import migrated_options, postgresql_options
from tests.integration.world import World

PAGES = sql("", sqlite="PRAGMA max_page_count = {pages}", pages="1")
NO_LIMIT = sql("", sqlite="PRAGMA max_page_count = {pages}", pages="1000000")
WAL_WRITER = "SELECT pid FROM pg_stat_activity WHERE backend_type = 'walwriter'"
END_OTHERS = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = %s AND pid <> pg_backend_pid()"
)


@pytest.fixture
def embedded(tmp_path: Path) -> Iterator[World]:
    """A world on SQLCipher."""
    options = migrated_options(tmp_path)
    database = Database(options)
    yield World(database)
    database.close()


def say_much(world: World, person: PersonId, stream: StreamId) -> None:
    """Say a megabyte."""
    for n in range(100):
        world.say(person, stream, f"{n} " + 10_000 * "x")


def test_a_full_disk_refuses_and_the_store_goes_on(embedded: World) -> None:
    anna, ben = embedded.person("Anna"), embedded.person("Ben")
    stream = embedded.conversation(anna, ben)
    with embedded.database.writing() as tx:
        tx.all(PAGES)
    with pytest.raises(Unavailable) as raised:
        say_much(embedded, anna, stream)
    assert raised.value.code == "storage_full"
    assert raised.value.retry_after, "the same command may be sent again"
    before = embedded.reads.conversation(anna, stream).last_seq
    with embedded.database.writing() as tx:
        tx.all(NO_LIMIT)
    pending = embedded.store.pending(10)
    embedded.publish(pending, embedded.archive(pending))
    assert embedded.say(anna, stream, "there is room").conv_seq == before + len(pending) + 1
    assert differences(embedded, ("room",)) == []


@pytest.fixture
def networked(postgres_database: server.Database, tmp_path: Path) -> Iterator[World]:
    """A world on PostgreSQL."""
    migrate(postgresql_options(postgres_database.owner_url, postgres_database.service, tmp_path))
    options = postgresql_options(postgres_database.service_url, postgres_database.service, tmp_path)
    database = Database(options)
    yield World(database)
    database.close()


def pause_wal_writer(postgres: server.Cluster) -> int:
    """Stop the process that brings asynchronous commits to the disk; return its id."""
    with psycopg.connect(postgres.admin_url) as connection:
        row = connection.execute(WAL_WRITER).fetchone()
    assert row is not None
    os.kill(row[0], signal.SIGSTOP)
    pid: int = row[0]
    return pid


def crash_and_start(postgres: server.Cluster, paused: int) -> None:
    """Crash with the commits that only memory has; the paused process dies once it runs again."""
    awake = Timer(0.2, os.kill, (paused, signal.SIGCONT))
    awake.start()
    postgres.crash()
    awake.join()
    postgres.start()


def end_connections(postgres: server.Cluster, database: str) -> None:
    """Cut everybody off, as an administrator."""
    with psycopg.connect(postgres.admin_url) as connection:
        connection.execute(END_OTHERS, (database,))


def test_a_lost_connection_leaves_the_outcome_open_and_is_made_again(
    networked: World, postgres: server.Cluster, postgres_database: server.Database
) -> None:
    anna, ben = networked.person("Anna"), networked.person("Ben")
    stream = networked.conversation(anna, ben)
    end_connections(postgres, postgres_database.name)
    command = networked.command(anna, stream, MessageSent("one"))
    with pytest.raises(ConnectionLost):
        networked.journal(command)
    with pytest.raises(ConnectionLost):
        networked.journal(command)
    networked.take_epoch()
    with networked.store.journal() as tx:
        assert tx.known([command.event_id]) == {}
    networked.commit(command)
    assert networked.reads.conversation(ben, stream).unread == 1


def journal_and_lose(world: World, command: Command, lose: Callable[[], None]) -> None:
    """Journal a command, but lose the connection before the commit."""
    with world.store.journal() as tx:
        head = tx.heads([command.stream])[command.stream]
        tx.append([world.number(head, command)], [head])
        lose()


def test_a_connection_lost_inside_a_transaction_keeps_nothing_of_it(
    networked: World, postgres: server.Cluster, postgres_database: server.Database
) -> None:
    name = postgres_database.name
    anna, ben = networked.person("Anna"), networked.person("Ben")
    stream = networked.conversation(anna, ben)
    command = networked.command(anna, stream, MessageSent("one"))
    with pytest.raises(ConnectionLost):
        journal_and_lose(networked, command, partial(end_connections, postgres, name))
    assert networked.store.pending(1) == []
    networked.take_epoch()
    assert networked.say(anna, stream, "one").conv_seq == 2


def test_readers_connect_again(
    networked: World, postgres: server.Cluster, postgres_database: server.Database
) -> None:
    anna = networked.person("Anna")
    assert networked.reads.position() == networked.size
    end_connections(postgres, postgres_database.name)
    with pytest.raises(Unavailable):
        networked.reads.position()
    assert [person.id for person in networked.reads.people(anna)] == [anna]


def test_a_crashed_server_is_read_only_after_its_lost_commits_are_published_again(
    own_postgres: server.Cluster, tmp_path: Path
) -> None:
    named = own_postgres.create_database()
    migrate(postgresql_options(named.owner_url, named.service, tmp_path))
    database = Database(postgresql_options(named.service_url, named.service, tmp_path))
    world = World(database)
    anna, ben = world.person("Anna"), world.person("Ben")
    stream = world.conversation(anna, ben)
    world.say(anna, stream, "one")
    position = world.reads.position()
    rows = world.journal(world.command(anna, stream, MessageSent("two")))
    archived = world.archive(rows)
    paused = pause_wal_writer(own_postgres)
    world.publish(rows, archived)
    assert world.reads.conversation(ben, stream).unread == 2
    crash_and_start(own_postgres, paused)

    for _ in range(10):  # each pooled connection is found to be dead, then replaced
        with pytest.raises(ConnectionLost):
            world.reads.conversation(ben, stream)
    with pytest.raises(ConnectionLost):
        world.store.state()
    assert world.store.state().position == position
    world.take_epoch()
    with pytest.raises(ConnectionLost):
        world.reads.replay(ben, 0, world.size, 100)
    world.published.pop()
    world.publish(rows, archived)
    assert world.reads.conversation(ben, stream).unread == 2
    assert differences(world, ("one", "two")) == []
    database.close()
