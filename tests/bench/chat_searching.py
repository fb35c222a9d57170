"""The chat's searches among many messages, on either database: words, parts, phrases, filters."""

import random
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from onrecord.app.migrate import migrate
from onrecord.core.store.projections import INSERT_MESSAGE, MESSAGE_PUBLISHED
from onrecord.database.columns import micros
from onrecord.database.database import Database
from onrecord.database.statements import Parameters, sql
from onrecord.features.search import index_store as search_index
from onrecord_archive.events.ids import PersonId, StreamId
from tests.integration.databases import migrated_options, postgresql_options
from tests.integration.postgres import running_cluster
from tests.integration.world import World

MESSAGES = 1_000_000
GOAL_S = 0.2
"""Nineteen searches of twenty of each kind among so many messages are answered within."""
PEOPLE, CONVERSATIONS, DAYS = 50, 200, 1000
CHUNK = 20_000
FIRST_DAY = datetime(2024, 1, 1, tzinfo=UTC)
COMMON = "trade settle account transfer client price order confirm meeting report loan".split()
NAMED = "manager faktura struktura przelew umowa zażółć 東京 電報".split()
SYLLABLES = "ka ro mi te sza pol we dru ny cze bra lin gos tar ment ing ow ie da ju".split()
OTHERS = 40_000
"""Words beside those, made of SYLLABLES."""

INSERT_JOURNAL = sql(
    "INSERT INTO journal (key, event_id, stream_key, conv_seq, msg_no, type, actor, at, prev, pt,"
    " class) VALUES (?, ?, ?, ?, ?, 'message.sent', ?, ?, ?, ?, 'default')"
)
INSERT_ARCHIVED = sql("INSERT INTO archived (key, archive_index, ct, key_id) VALUES (?, ?, ?, ?)")
LAST_KEY = sql("SELECT max(key) FROM journal")
KEYS = sql("SELECT id, stream_key FROM conversation")
POSITION = sql("UPDATE archiver SET position = ?")
ANALYSE = sql("ANALYZE")

Searcher = tuple[PersonId, str, StreamId | None]
"""Who searches for what, and in which conversation."""
Kinds = dict[str, Callable[[], Searcher]]


def searched(kind: str, messages: int = MESSAGES, rounds: int = 20) -> dict[str, Any]:
    """Return the figures of a row: 19 of 20 of the slowest kind of search, and the filling."""
    with _database(kind) as (database, analyse):
        began = time.monotonic()
        talk = Talk(World(database), messages)
        analyse()
        filled = time.monotonic() - began
        slowest = talk.slowest(rounds)
    return {"chat_search_p95_s": max(slowest.values()), "filled_s": filled, "kinds": slowest}


@contextmanager
def _database(kind: str) -> Iterator[tuple[Database, Callable[[], None]]]:
    """A migrated database, and what counts its rows for the planner."""
    with TemporaryDirectory(prefix="onrecord-bench-") as name:
        folder = Path(name)
        if kind == "sqlcipher":
            database = Database(migrated_options(folder))
            yield database, lambda: None
            database.close()
            return
        with running_cluster(durable=False) as cluster:
            made = cluster.create_database()
            owner = postgresql_options(made.owner_url, made.service, folder)
            migrate(owner)
            database = Database(postgresql_options(made.service_url, made.service, folder))
            yield database, lambda: _analyse(Database(owner))
            database.close()


def _analyse(owner: Database) -> None:
    with owner.writing() as tx:
        tx.run(ANALYSE)
    owner.close()


class Talk:
    """People in conversations, with so many messages said over DAYS days, written in bulk."""

    def __init__(self, world: World, messages: int) -> None:
        self._world = world
        self._draw = random.Random(7)
        world.clock.at = FIRST_DAY
        self._people = [world.person(f"Person {n}") for n in range(PEOPLE)]
        self._groups: list[tuple[StreamId, list[PersonId]]] = []
        for number in range(CONVERSATIONS):
            members = self._draw.sample(self._people, 2 + number % 5)
            group = world.conversation(*members, title=f"Group {number}")
            self._groups.append((group, members))
        self._seqs = dict.fromkeys((group for group, _ in self._groups), 1)
        others = ("".join(self._draw.choices(SYLLABLES, k=2 + n % 4)) for n in range(OTHERS))
        self._words = [*COMMON, *NAMED, *others]
        # As in a language: the hundredth word is a hundredth as frequent as the first.
        self._weights = list(accumulate(1 / (n + 3) for n in range(len(self._words))))
        for start in range(0, messages, CHUNK):
            self._say(min(CHUNK, messages - start), DAYS * start / messages)

    def slowest(self, rounds: int) -> dict[str, float]:
        """Search so often in each way; return the seconds of 19 of 20."""
        found = {}
        for name, searcher in self._kinds().items():
            times = []
            for _ in range(rounds):
                person, query, stream = searcher()
                began = time.perf_counter()
                self._world.reads.search(person, query, stream, 50)
                times.append(time.perf_counter() - began)
            found[name] = statistics.quantiles(times, n=20)[-1]
        return found

    def _kinds(self) -> Kinds:
        draw = self._draw

        def of(*queries: str) -> Callable[[], Searcher]:
            return lambda: (draw.choice(self._people), draw.choice(queries), None)

        def within(query: str) -> Callable[[], Searcher]:
            return lambda: self._member(query)

        return {
            "a letter": of("t", "s", "a", "k"),
            "two letters": of("tr", "se", "ka", "ro"),
            "a common word": of("trade", "order"),
            "two common words": of("trade settle"),
            "a rare word": lambda: (draw.choice(self._people), f"{draw.randrange(10**6)}", None),
            "a form": of("przelewami", "umowy", "transferred"),
            "a part": of("nager", "ktura", "ount"),
            "a short part": of("ing", "ent", "sza"),
            "CJK": of("東京", "電報"),
            "a common phrase": of('"trade settle"'),
            "a rare phrase": of('"loan faktura umowa"'),
            "a word in one conversation": within("trade"),
            "a part in one conversation": within("ktura"),
            "an author": of('from:"Person 7"', 'from:"Person 30"'),
            "an author's word": of('trade from:"Person 7"', 'trade from:"Person 30"'),
            "long ago": of("trade before:2024-03", "before:2024-03", "trade on:2024-02-11"),
            "a day": of("on:2025-02-11", "ktura on:2025-02-11"),
            "files": of("has:file", "has:link", "trade has:picture"),
            "a conversation by name": of('trade in:"Group 1"', 'in:"Group 22"'),
        }

    def _member(self, query: str) -> Searcher:
        group, members = self._draw.choice(self._groups)
        return self._draw.choice(members), query, group

    def _say(self, count: int, day: float) -> None:
        """Write what publishing would have written, a message half a minute after the other."""
        world, draw, first = self._world, self._draw, self._world.size
        began = micros(FIRST_DAY + timedelta(days=day))
        journal: list[Parameters] = []
        archived: list[Parameters] = []
        timeline: list[Parameters] = []
        last: dict[int, Parameters] = {}
        with world.database.writing(durable=False) as tx:
            key = tx.only(LAST_KEY)[0]
            keys: dict[StreamId, int] = dict(tx.all(KEYS))
            for index in range(first, first + count):
                key += 1
                group, members = draw.choice(self._groups)
                stream, seq = keys[group], self._seqs[group] + 1
                self._seqs[group] = seq
                event, author = (2**100 + index).to_bytes(16, "big"), draw.choice(members)
                at, text = began + (index - first) * 30_000_000, self._text()
                journal.append((key, event, stream, seq, seq - 1, author, at, b"", b""))
                archived.append((key, index, b"", b""))
                row = (index, stream, seq, seq - 1, author, at, event, text, seq, None, None)
                timeline.append(row)
                last[stream] = (seq, seq - 1, index, stream)
            world.size += count
            tx.many(INSERT_JOURNAL, journal)
            tx.many(INSERT_ARCHIVED, archived)
            tx.many(INSERT_MESSAGE, timeline)
            tx.many(MESSAGE_PUBLISHED, list(last.values()))
            search_index.catch_up(tx, first, world.size - 1)
            tx.run(POSITION, (world.size,))

    def _text(self) -> str:
        said = self._draw.choices(self._words, cum_weights=self._weights, k=9)
        return " ".join([*said, str(self._draw.randrange(10**6))])
