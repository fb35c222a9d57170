"""Several connections write at once: numbers stay gapless, nothing deadlocks."""

import random
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest
from msgspec.structs import replace

from onrecord.app.migrate import migrate
from onrecord.core.journal.heads import JournalRow
from onrecord.database.database import Database
from onrecord.database.options import StorageOptions
from onrecord_archive.events.ids import EventId, StreamId
from onrecord_archive.events.messages import MessageSent
from tests.integration import postgres as server
from tests.integration.databases import postgresql_options
from tests.integration.world import World
from tests.rig.tenure import beside

WRITERS = 3
STREAMS = 20
STREAMS_A_BATCH = 8
BATCHES = 40


@pytest.fixture
def served(postgres_database: server.Database, tmp_path: Path) -> StorageOptions:
    """A migrated PostgreSQL, as the server connects to it."""
    named = postgres_database
    migrate(postgresql_options(named.owner_url, named.service, tmp_path))
    return postgresql_options(named.service_url, named.service, tmp_path)


def write(options: StorageOptions, world: World, streams: list[StreamId], seed: int) -> int:
    """Settle batches over some of the streams, on a connection of one's own."""
    draw = random.Random(seed)
    database = Database(options)
    store, author = beside(world.store, database), next(iter(world.people.values()))
    written = 0
    for _ in range(BATCHES):
        chosen = draw.sample(streams, STREAMS_A_BATCH)
        with store.journal() as tx:
            heads = tx.heads(chosen)
            rows: list[JournalRow] = []
            for stream in chosen:
                command = world.command(author.id, stream, MessageSent("one"))
                command = replace(command, event_id=EventId(f"{draw.getrandbits(128):032x}"))
                rows.append(world.number(heads[stream], command))
            written += len(tx.append(rows, list(heads.values())))
    database.close()
    return written


def test_numbers_are_gapless_whoever_writes(served: StorageOptions) -> None:
    database = Database(served)
    world = World(database)
    anna, ben = world.person("Anna"), world.person("Ben")
    streams = [world.conversation(anna, ben) for _ in range(STREAMS)]
    with ThreadPoolExecutor(WRITERS) as pool:
        written = sum(pool.map(lambda seed: write(served, world, streams, seed), range(WRITERS)))
    rows = world.store.pending(10_000)
    assert len(rows) == written == WRITERS * BATCHES * STREAMS_A_BATCH
    numbers: dict[str, list[int]] = {}
    for row in sorted(rows, key=lambda row: row.event.conv_seq):
        numbers.setdefault(row.event.stream.id, []).append(row.event.conv_seq)
    assert all(found == list(range(2, len(found) + 2)) for found in numbers.values())
    database.close()


def test_readers_beside_the_writer_are_never_told_that_anything_was_lost(world: World) -> None:
    anna, ben = world.person("Anna"), world.person("Ben")
    stream = world.conversation(anna, ben)
    done = Event()

    def read() -> int:
        reads = 0
        while not done.is_set():
            page = world.reads.timeline(ben, stream, before=None, after=None, around=None, limit=1)
            assert page.events[-1].conv_seq <= world.reads.conversation(ben, stream).last_seq
            reads += 1
        return reads

    with ThreadPoolExecutor(3) as pool:
        readers = [pool.submit(read) for _ in range(3)]
        try:
            for n in range(75):
                world.say(anna, stream, f"message {n}")
        finally:
            done.set()
    assert all(reader.result() for reader in readers)
