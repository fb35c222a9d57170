"""One server records: the archiver's row on both databases, and what needs it."""

import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from threading import Event, Thread
from typing import Any, cast

import pytest

from onrecord.app.events import TABLES
from onrecord.core.domain.errors import Fenced, Unavailable
from onrecord.core.failures import ConnectionLost
from onrecord.core.journal.heads import JournalRow
from onrecord.core.servers import Tenure
from onrecord.core.store import journal as journal_store
from onrecord.core.store.journal import JournalStore
from onrecord.core.store.key_use import KeyUseStore
from onrecord.database.database import Database
from onrecord.database.options import StorageOptions
from onrecord.database.statements import Parameters, Sql, sql
from onrecord_archive.events.ids import PersonId, StreamId
from onrecord_archive.events.messages import MessageSent
from tests.faults.defects import unfenced_journal
from tests.integration.world import World
from tests.rig.patience import SECONDS as PATIENCE
from tests.rig.tenure import AT, ELSEWHERE, HERE, another_takes_over, beside, take_over

STIR = sql("UPDATE archiver SET beat = beat + ? WHERE id = 1")


class Talk:
    """Anna and Ben, and a store that may be another server's."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.anna: PersonId = world.person("Anna")
        self.stream: StreamId = world.conversation(self.anna, world.person("Ben"))

    def say(self, store: JournalStore) -> list[JournalRow]:
        """Journal a message by a store."""
        command = self.world.command(self.anna, self.stream, MessageSent("hello"))
        with store.journal() as tx:
            head = tx.heads([self.stream])[self.stream]
            return tx.append([self.world.number(head, command)], [head])

    def waiting(self) -> int:
        """How many rows are journaled and not published."""
        return len(self.world.store.pending(1000))


@pytest.fixture
def talk(world: World) -> Talk:
    return Talk(world)


def test_the_row_says_who_records_and_since_when(world: World) -> None:
    store = world.store
    assert (store.tenure().server, store.tenure().since) == (HERE, AT)
    store.let_go()
    assert store.tenure().server is None
    another_takes_over(world.database)
    store.let_go()
    assert store.tenure().server == ELSEWHERE, "who is no holder lets nothing go"


def test_each_beat_and_each_publication_moves_the_row(talk: Talk) -> None:
    store = talk.world.store
    seen = {store.tenure().beat}
    store.beat()
    seen.add(store.tenure().beat)
    with store.publishing() as tx:
        tx.advance(talk.world.epoch, 9)
    seen.add(store.tenure().beat)
    talk.world.take_epoch()
    seen.add(store.tenure().beat)
    assert len(seen) == 4


def test_a_beat_waits_for_no_write_of_its_own_server(world: World) -> None:
    """Such a write may itself wait long, for another session's lock or a slow disk."""
    if world.store.alone:  # one writer at a time, and no other server that looks
        return
    with world.database.writing():
        beat = Thread(target=world.store.beat, daemon=True)
        beat.start()
        beat.join(PATIENCE)
        assert not beat.is_alive()


@pytest.mark.parametrize(
    "move", [JournalStore.beat, JournalStore.take_epoch, lambda s: another_takes_over(s._database)]
)
def test_an_epoch_is_taken_only_where_the_row_is_as_it_was_seen(
    world: World, move: Callable[[JournalStore], object]
) -> None:
    seen = world.store.tenure()
    move(world.store)
    state = world.store.state()
    assert JournalStore(world.database, TABLES).take_over(seen, ELSEWHERE, AT) is None
    assert world.store.state() == state


def test_an_epoch_is_above_that_of_every_tail(world: World) -> None:
    taken = world.store.take_over(world.store.tenure(), HERE, AT, above=41)
    assert taken == 42


def test_rotation_and_recovery_take_no_epoch_of_another_server(world: World) -> None:
    another_takes_over(world.database)
    state = world.store.state()
    for act in (world.store.take_epoch, world.store.beat):
        with pytest.raises(Fenced) as fenced:
            act()
        assert ELSEWHERE.host in str(fenced.value)
        assert "since 2026-11-24 09:00:00 UTC" in str(fenced.value)
    assert world.store.state() == state


def test_a_fenced_server_journals_nothing(talk: Talk) -> None:
    another_takes_over(talk.world.database)
    with pytest.raises(Fenced):
        talk.say(talk.world.store)
    assert talk.waiting() == 0


def test_a_server_that_never_took_an_epoch_journals_nothing(talk: Talk) -> None:
    with pytest.raises(Fenced):
        talk.say(JournalStore(talk.world.database, TABLES))
    assert talk.waiting() == 0


def test_control_without_the_row_a_fenced_server_journals(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal_store, "NEXT_KEYS", journal_store.NEXT_KEYS)
    unfenced_journal()
    another_takes_over(talk.world.database)
    assert len(talk.say(talk.world.store)) == talk.waiting() == 1


def test_what_is_taken_again_after_a_doubt_is_ones_own(world: World) -> None:
    """The commit of an epoch was in doubt and had come: the row is still this server's."""
    unknown = beside(world.store, world.database)
    unknown.take_epoch()
    assert world.store.take_epoch().epoch == world.epoch + 2


def test_each_record_names_who_archived_it(world: World) -> None:
    world.store.began_at(5)
    theirs, whose = JournalStore(world.database, TABLES), KeyUseStore(world.database)
    take_over(theirs, ELSEWHERE)
    theirs.began_at(9)
    if world.store.alone:
        assert whose.recorder(9) is None, "it was whoever had the data directory"
        return
    found = [whose.recorder(index) for index in (4, 5, 8, 9, 1000)]
    assert found == [None, HERE, HERE, ELSEWHERE, ELSEWHERE]


@contextmanager
def second(options: StorageOptions) -> Iterator[JournalStore]:
    """Open the same database as another server does."""
    with closing(Database(options)) as database:
        yield JournalStore(database, TABLES)


@contextmanager
def stopped_in_its_batch(talk: Talk, options: StorageOptions) -> Iterator[None]:
    """Have a server stand still in a journal transaction, once it has written its rows."""
    with second(options) as stopped, suppress(ConnectionLost):
        take_over(stopped)
        with stopped.journal() as tx:
            head = tx.heads([talk.stream])[talk.stream]
            command = talk.world.command(talk.anna, talk.stream, MessageSent("hello"))
            tx.append([talk.world.number(head, command)], [head])
            yield


@contextmanager
def stopped_amid_statements(talk: Talk, options: StorageOptions) -> Iterator[None]:
    """Have a server stand still while it sends statements together; it has the archiver's row."""
    stands, wakes = Event(), Event()

    def rows() -> Iterator[Parameters]:
        yield from [(0,)] * 3
        stands.set()
        wakes.wait(PATIENCE)

    def stop() -> None:
        with closing(Database(options)) as base, suppress(ConnectionLost), base.writing() as tx:
            tx.many(STIR, cast("Sequence[Parameters]", rows()))

    stopped = Thread(target=stop)
    stopped.start()
    assert stands.wait(PATIENCE)
    try:
        yield
    finally:
        wakes.set()
        stopped.join(PATIENCE)


# PostgreSQL says so a moment after the rows were sent, and only then is a session forgotten.
WAITS = sql(
    """SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND backend_xid IS NOT NULL
    AND pid <> pg_backend_pid() AND wait_event = 'ClientRead'"""
)


def stands_still(database: Database) -> None:
    """Wait until a session has written, and the database waits for what it sends next."""
    deadline = time.monotonic() + PATIENCE
    while True:
        with database.reading() as tx:
            if tx.one(WAITS) is not None:
                return
        assert time.monotonic() < deadline, "nobody stands still"
        time.sleep(0.01)


STOPPED = pytest.mark.parametrize("stopped", [stopped_in_its_batch, stopped_amid_statements])


@STOPPED
def test_who_takes_over_ends_what_a_stopped_server_left_open(
    talk: Talk,
    options: StorageOptions,
    monkeypatch: pytest.MonkeyPatch,
    stopped: Callable[..., Any],
) -> None:
    """PostgreSQL itself does not, whatever its timeout: see END_FORGOTTEN."""
    if talk.world.store.alone:  # the lock says that nobody else is there
        return
    monkeypatch.setattr(journal_store, "FORGOTTEN_SECONDS", 0)
    with stopped(talk, options):
        stands_still(talk.world.database)
        assert take_over(talk.world.store, ELSEWHERE) > talk.world.epoch
    assert talk.waiting() == 0


@STOPPED
def test_control_who_ends_nothing_waits_for_a_stopped_server(
    talk: Talk,
    options: StorageOptions,
    monkeypatch: pytest.MonkeyPatch,
    stopped: Callable[..., Any],
) -> None:
    """So it is while that may be a server that lives: its transaction is a young one."""
    if talk.world.store.alone:
        return
    monkeypatch.setattr(journal_store, "FORGOTTEN_SECONDS", 3600)
    with stopped(talk, options):
        stands_still(talk.world.database)
        with pytest.raises(Unavailable) as refused:
            take_over(talk.world.store, ELSEWHERE)
        assert refused.value.code == "database_busy"


class Lives:
    """Two servers on one database, each with its connections, in an order drawn at random."""

    def __init__(self, talk: Talk, other: JournalStore, seed: int) -> None:
        self.draw = random.Random(seed)
        self.talk = talk
        self.stores = [talk.world.store, other]
        self.holder: int | None = 0
        take_over(talk.world.store)
        self.before = talk.waiting()
        self.seen: list[Tenure | None] = [None, None]
        self.journaled = 0
        self.wrong: list[str] = []

    def step(self) -> None:
        """Have one of them do something; note what it should not have been able to."""
        one = self.draw.randrange(2)
        act = self.draw.choice([self.look, self.take, self.say, self.beat, self.rotate, self.stop])
        act(one)

    def look(self, one: int) -> None:
        self.seen[one] = self.stores[one].tenure()

    def take(self, one: int) -> None:
        seen, self.seen[one] = self.seen[one], None
        if seen is None:
            return
        now = self.stores[one].tenure()
        taken = self.stores[one].take_over(seen, [HERE, ELSEWHERE][one], AT)
        if (taken is not None) != ((seen.epoch, seen.beat) == (now.epoch, now.beat)):
            self.wrong.append(f"{one} took what was not as it was seen")
        self.holder = self.holder if taken is None else one

    def say(self, one: int) -> None:
        if self._only_the_holder(one, lambda: self.talk.say(self.stores[one])):
            self.journaled += 1

    def beat(self, one: int) -> None:
        self._only_the_holder(one, self.stores[one].beat)

    def rotate(self, one: int) -> None:
        self._only_the_holder(one, self.stores[one].take_epoch)

    def stop(self, one: int) -> None:
        if self.draw.random() < 0.2:
            self.stores[one].let_go()
            self.holder = None if self.holder == one else self.holder

    def _only_the_holder(self, one: int, act: Callable[[], Any]) -> bool:
        """Return whether it did it; who let go may still end what it had begun."""
        last = self.stores[one]._epoch == self.stores[one].state().epoch
        try:
            act()
        except Fenced:
            if self.holder == one:
                self.wrong.append(f"{one} records, and was refused")
            return False
        if self.holder != one and not last:
            self.wrong.append(f"{one} does not record, and was let")
        return True


def lived(talk: Talk, options: StorageOptions, seed: int) -> list[str]:
    """Let two servers live; return what was wrong."""
    with second(options) as other:
        lives = Lives(talk, other, seed)
        for _ in range(40):
            lives.step()
    rows = talk.waiting() - lives.before
    return lives.wrong if rows == lives.journaled else [*lives.wrong, "rows that nobody journaled"]


@pytest.mark.parametrize("seed", range(6))
def test_in_no_order_does_anybody_else_record(
    talk: Talk, options: StorageOptions, seed: int
) -> None:
    assert lived(talk, options, seed) == []


def test_control_an_epoch_that_is_taken_unasked_is_found(
    talk: Talk, options: StorageOptions, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = unconditional(journal_store.TAKE_OVER)
    monkeypatch.setattr(journal_store, "TAKE_OVER", taken)
    assert any(lived(talk, options, seed) for seed in range(6))


def unconditional(statement: Sql) -> Sql:
    """Return a take-over that looks at nothing."""
    anyones = "? >= 0 AND ? >= 0"
    return sql(statement.sqlite.replace("epoch = ? AND beat = ?", anyones))


def test_who_takes_over_waits_for_what_is_being_journaled(
    talk: Talk, options: StorageOptions
) -> None:
    """The row is held until the transaction ends: a stopped server's too."""
    if talk.world.store.alone:
        return  # one connection writes at a time
    with second(options) as other:
        seen = other.tenure()
        command = talk.world.command(talk.anna, talk.stream, MessageSent("under way"))
        with talk.world.store.journal() as tx:
            head = tx.heads([talk.stream])[talk.stream]
            tx.append([talk.world.number(head, command)], [head])
            with pytest.raises(Unavailable) as refused:
                other.take_over(seen, ELSEWHERE, AT)
            assert refused.value.code == "database_busy"
        assert other.take_over(seen, ELSEWHERE, AT) is not None
    assert talk.waiting() == 1
