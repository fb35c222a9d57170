"""CPU of the store's two transactions a message: python -m tests.bench.bench_storage [MESSAGES].

Two loads in batches of 64: one room of 100 (every message in one stream), and 200 pairs (64 streams
a batch). The process's own CPU; deciding, numbering and sealing are not counted.
"""

import os
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import accumulate
from pathlib import Path

from msgspec import Struct

from onrecord.app.events import TABLES
from onrecord.app.migrate import migrate
from onrecord.core.domain.values import Actor, Command, ConversationKind, Origin, StreamRef
from onrecord.core.journal.heads import ArchivedRow, JournalRow, StreamHead
from onrecord.core.journal.numbering import SALTS_BYTES, number
from onrecord.core.store.journal import JournalStore
from onrecord.database.database import Database
from onrecord.database.statements import sql
from onrecord_archive.events.conversations import ConversationCreated
from onrecord_archive.events.ids import EventId, PersonId, StreamId
from onrecord_archive.events.messages import MessageSent
from onrecord_archive.events.payload import Payload
from tests.integration.databases import postgresql_options, sqlcipher_options
from tests.integration.postgres import running_cluster
from tests.rig.tenure import take_over

BATCH = 64
TEXT_BYTES = 200
ADD_PERSON = sql(
    "INSERT INTO person (id, name, kind, org, role, outside, active)"
    " VALUES (?, ?, 'employee', 'Bank', 'employee', 0, 1)"
)
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


class Cost(Struct):
    """CPU seconds so far, and messages."""

    journal: float = 0.0
    publish: float = 0.0
    wall: float = 0.0
    messages: int = 0


class Bench:
    """A store with people and streams, fed with batches."""

    def __init__(self, database: Database, streams: int, members: int) -> None:
        self.database = database
        self.store = JournalStore(self.database, TABLES)
        self.epoch = take_over(self.store)
        self.index = 0
        self.random = random.Random(7)
        self.people = [
            Actor(PersonId(f"{n:032x}"), f"Person {n}", "employee", "Bank", "employee")
            for n in range(streams * members if streams > 1 else members)
        ]
        with self.database.writing() as tx:
            tx.many(ADD_PERSON, [(person.id, person.name) for person in self.people])
        self.streams = [StreamId(f"{n:032x}") for n in range(streams)]
        self.writers: dict[StreamId, Actor] = {}
        self.words = [_word(self.random) for _ in range(20_000)]
        # Zipf: the n-th most frequent word comes 1/n as often as the first.
        self.weights = list(accumulate(1 / rank for rank in range(1, len(self.words) + 1)))
        for n, stream in enumerate(self.streams):
            inside = self.people[n * members : (n + 1) * members]
            self.writers[stream] = inside[0]
            self._create(stream, inside)

    def run(self, batches: int) -> Cost:
        """Settle batches of plain messages and return what they cost."""
        cost = Cost()
        for batch in range(batches):
            streams = [self.streams[(batch * BATCH + n) % len(self.streams)] for n in range(BATCH)]
            commands = [self._command(s, MessageSent(self._text())) for s in streams]
            self._settle(commands, cost)
        return cost

    def _settle(self, commands: list[Command], cost: Cost) -> None:
        start, wall = time.thread_time(), time.perf_counter()
        with self.store.journal() as tx:
            tx.known([command.event_id for command in commands])
            heads = tx.heads({command.stream for command in commands})
            before = time.thread_time()
            rows = [self._number(heads, command) for command in commands]
            numbering = time.thread_time() - before
            kept = tx.append(rows, list(heads.values()))
        journaled = time.thread_time()
        archived = [
            ArchivedRow(row.key, self.index + n, row.pt, bytes(16)) for n, row in enumerate(kept)
        ]
        self.index += len(kept)
        between = time.thread_time()
        with self.store.publishing() as publishing:
            publishing.publish(kept, archived)
            publishing.advance(self.epoch, self.index)
        cost.publish += time.thread_time() - between
        cost.journal += journaled - start - numbering
        cost.wall += time.perf_counter() - wall
        cost.messages += len(commands)

    def _number(self, heads: dict[StreamId, StreamHead], command: Command) -> JournalRow:
        head = heads[command.stream]
        payload = command.body
        return number(
            head,
            command,
            payload,
            moves=TABLES.moves,
            before=head.members,
            now=NOW,
            salts=os.urandom(SALTS_BYTES),
        )

    def _create(self, stream: StreamId, inside: list[Actor]) -> None:
        kind: ConversationKind = "direct" if len(inside) == 2 else "group"
        ids = tuple(person.id for person in inside)
        command = self._command(stream, ConversationCreated(ids))
        head = StreamHead(StreamRef(stream, kind), "default")
        head.members = {person.id: person for person in inside}
        head.reads_from = dict.fromkeys(ids, 1)
        head.members_changed = True
        row = self._number({stream: head}, command)
        with self.store.journal() as tx:
            (row,) = tx.append([row], [head])
        with self.store.publishing() as publishing:
            publishing.publish([row], [ArchivedRow(row.key, self.index, row.pt, bytes(16))])
            self.index += 1
            publishing.advance(self.epoch, self.index)

    def _command(self, stream: StreamId, body: Payload) -> Command:
        event = EventId(os.urandom(16).hex())
        return Command(event, stream, self.writers[stream], Origin("bench"), body)

    def _text(self) -> str:
        return " ".join(self.random.choices(self.words, cum_weights=self.weights, k=40))[
            :TEXT_BYTES
        ]


def _word(source: random.Random) -> str:
    return "".join(source.choices("abcdefghijklmnoprstuwyząęłó", k=source.randint(2, 9)))


@contextmanager
def sqlcipher() -> Iterator[Database]:
    """A fresh embedded database."""
    with tempfile.TemporaryDirectory() as folder:
        options = sqlcipher_options(Path(folder))
        migrate(options)
        database = Database(options)
        yield database
        database.close()


@contextmanager
def postgresql() -> Iterator[Database]:
    """A fresh PostgreSQL; its own processes' CPU is not counted."""
    with running_cluster() as cluster, tempfile.TemporaryDirectory() as folder:
        named = cluster.create_database()
        migrate(postgresql_options(named.owner_url, named.service, Path(folder)))
        database = Database(postgresql_options(named.service_url, named.service, Path(folder)))
        yield database
        database.close()


def main() -> None:
    """Run both loads on both databases and print a table."""
    messages = int(sys.argv[1]) if len(sys.argv) > 1 else 50_000
    print(f"{'':<24}{'messages':>9}{'journal':>9}{'publish':>9}{'both':>9}{'wall':>9}  µs each")
    for opened in (sqlcipher, postgresql):
        for name, streams, members in (("one room", 1, 100), ("200 pairs", 200, 2)):
            with opened() as database:
                cost = Bench(database, streams, members).run(messages // BATCH)
            each = [
                f"{1e6 * value / cost.messages:>9.1f}"
                for value in (cost.journal, cost.publish, cost.journal + cost.publish, cost.wall)
            ]
            print(f"{opened.__name__ + ', ' + name:<24}{cost.messages:>9}{''.join(each)}")


if __name__ == "__main__":
    main()
