"""A second server on one database and one archive, with a data directory of its own, harms nobody.

A restored copy, a second pod. The first one runs, was killed, or is stopped and goes on later.
With embedded databases, each of its own, the archive alone is common.
"""

import asyncio
import signal
import socket
import time
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import TimeoutExpired
from threading import Thread

import psycopg
import pytest
from websockets.exceptions import ConnectionClosed

from onrecord.app.events import TABLES
from onrecord.app.logged_keys import LoggedKeys
from onrecord.app.settings.options import storage_options
from onrecord.core.domain.clock import SystemClock
from onrecord.core.domain.ids import new_id
from onrecord.core.journal.heads import ArchiverState
from onrecord.core.store.journal import JournalStore
from onrecord.core.tenure import GONE_SECONDS
from onrecord.database.database import Database
from tests.faults.surroundings import await_signed
from tests.integration.postgres import Database as PostgresDatabase
from tests.rig.client import Client, client
from tests.rig.command import Done, onrecord, verified
from tests.rig.installation import Installation, install, populate_conversations
from tests.rig.patience import SECONDS as PATIENCE
from tests.rig.process import ServerProcess, running
from tests.rig.second import second_server
from tests.rig.tenure import ELSEWHERE, another_takes_over, take_over

NOT_NOW, AGAIN, OPERATOR = 69, 75, 78
ENDS_SECONDS = 5.0
"""So long it is seen that a server does not end that does not look."""
NOTICED_SECONDS = 2.0
"""The promise, asserted with as much again for a process to end."""


@contextmanager
def store(made: Installation) -> Iterator[JournalStore]:
    with closing(Database(storage_options(made.settings))) as database:
        yield JournalStore(database, TABLES)


def state(made: Installation) -> ArchiverState:
    with store(made) as open_store:
        return open_store.state()


def pending(made: Installation) -> int:
    """How many messages are journaled and not archived."""
    with store(made) as open_store:
        return len(open_store.pending(100))


def say(made: Installation, text: str, id: str | None = None) -> str:
    """Have Anna say something; return how it was answered."""

    async def story() -> str:
        async with client(made, "anna") as anna:
            sent = await anna.send(made.direct("anna", "piotr"), text, id=id)
            return str((await anna.answer(sent))["t"])

    return asyncio.run(story())


def said(made: Installation) -> str:
    """What the server of the tests wrote to its log, and to who watches it."""
    return (made.data.parent / "server.log").read_text(errors="replace")


def refusal(done: Done) -> tuple[int, str]:
    """The exit code of a start that was refused, and the stable code that it said last."""
    return done.returncode, done.stderr.splitlines()[-2].partition(":")[0]


@dataclass
class Connected:
    """Anna's and Piotr's sockets at a server, and what they were told before they closed."""

    made: Installation
    patience: float = PATIENCE
    late: str = field(default_factory=lambda: new_id(SystemClock()))
    sockets: list[Client] = field(default_factory=list)

    @property
    def farewells(self) -> list[str]:
        """The code of each `bye`."""
        return [f["code"] for one in self.sockets for f in one.frames if f["t"] == "bye"]

    @property
    def answers(self) -> list[str]:
        """What the late message was answered."""
        return [one.answers[self.late]["t"] for one in self.sockets if self.late in one.answers]

    async def through(
        self, server: ServerProcess, meanwhile: Callable[["Connected"], Awaitable[None]]
    ) -> int | None:
        """Stay connected while something happens; return how the server ended, None: not."""
        try:
            async with client(self.made, "anna") as anna, client(self.made, "piotr") as piotr:
                self.sockets = [anna, piotr]
                await anna.sent(self.made.direct("anna", "piotr"), "before")
                await asyncio.to_thread(await_signed, self.made)
                await meanwhile(self)
                return await asyncio.to_thread(ended, server, self.patience)
        except* ConnectionClosed:
            pass
        return await asyncio.to_thread(ended, server, PATIENCE)


def ended(server: ServerProcess, seconds: float) -> int | None:
    """Wait for a server's end; return its exit code, None where it does not end."""
    try:
        return server.process.wait(seconds)
    except TimeoutExpired:
        return None


@dataclass
class Meanwhile:
    """Another server comes, with defects or none; the first one is stopped until then, or not.

    Its data directory, in a folder of its own, is a copy of what the first one's was just before.
    """

    first: ServerProcess
    folder: Path
    stopped: bool = False
    defects: str = ""
    second: Installation | None = None
    server: ServerProcess | None = None

    async def __call__(self, people: Connected) -> None:
        """Have it happen; where the first is stopped, Anna goes on writing to it."""
        self.first.process.send_signal(signal.SIGSTOP)
        self.second = second_server(people.made, self.folder)
        if self.stopped:
            await people.sockets[0].send(
                people.made.direct("anna", "piotr"), "late", id=people.late
            )
        else:
            self.first.process.send_signal(signal.SIGCONT)
        await asyncio.to_thread(self._start, self.second)
        self.first.process.send_signal(signal.SIGCONT)

    def _start(self, second: Installation) -> None:
        self.server = ServerProcess(second, defects=self.defects)

    def over(self) -> Installation:
        """Stop the other server; return what it was."""
        assert self.server is not None
        assert self.second is not None
        assert self.server.stop() == 0
        return self.second


def test_a_second_server_is_refused_in_one_line_and_the_first_goes_on(
    first: Installation, tmp_path: Path
) -> None:
    second = second_server(first, tmp_path / "second")
    with running(first):
        before = state(first).epoch
        assert say(first, "before") == "ack"
        for command in (["serve"], ["rebuild"], ["adopt"]):
            refused = onrecord(second.data, *command)
            assert refused.returncode == NOT_NOW, refused.stderr
            line, advice = refused.stderr.splitlines()[-2:]
            assert line.startswith("another_server_records: ")
            assert socket.gethostname() in line
            assert str(first.data.resolve()) in line
            assert " since 20" in line
            assert advice.startswith("What to do: ")
        assert say(first, "after") == "ack"
        assert state(first).epoch == before
    verified(first.data)


def test_who_stopped_in_order_is_followed_at_once(first: Installation, tmp_path: Path) -> None:
    with running(first):
        assert say(first, "one") == "ack"
    second = second_server(first, tmp_path / "second")
    with running(second, defects="never_waiting"):
        assert say(second, "two") == "ack"
    verified(second.data)


def test_a_killed_server_is_followed_and_its_keys_are_fetched_from_there(
    first: Installation, tmp_path: Path
) -> None:
    server = ServerProcess(first)
    assert say(first, "one") == "ack"
    server.kill()
    second = second_server(first, tmp_path / "second")
    with running(second, defects="impatient"):
        assert say(second, "two") == "ack"
        assert refusal(onrecord(first.data, "serve")) == (NOT_NOW, "another_server_records")
    refused = onrecord(first.data, "serve")
    assert refusal(refused) == (OPERATOR, "key_store_incomplete")
    for word in (socket.gethostname(), str(second.data.resolve()), "onrecord keys fill --from"):
        assert word in refused.stderr
    keys = tmp_path / "brought"
    assert onrecord(second.data, "backup", "keys", str(keys)).returncode == 0
    filled = onrecord(first.data, "keys", "fill", "--from", str(keys / "store.db"))
    assert filled.returncode == 0, filled.stderr
    with running(first):
        assert say(first, "three") == "ack"
    verified(first.data)


@pytest.fixture
def crashed(first: Installation, tmp_path: Path) -> Installation:
    """A second server that was killed between archive and publication: its store has the keys."""
    with running(first):
        pass
    second = second_server(first, tmp_path / "second")
    server = ServerProcess(second, point="archived:1")
    with suppress(ConnectionClosed, ExceptionGroup):
        say(second, "archived")
    assert server.process.wait(PATIENCE) == -signal.SIGKILL
    server.kill()
    return second


def test_what_another_server_archived_and_did_not_publish_waits_for_its_keys(
    first: Installation, crashed: Installation
) -> None:
    refused = onrecord(first.data, "serve")
    assert refusal(refused) == (OPERATOR, "key_store_incomplete")
    assert str(crashed.data.resolve()) in refused.stderr
    store = str(crashed.settings.keys.store)
    assert onrecord(first.data, "keys", "fill", "--from", store).returncode == 0
    with running(first, defects="impatient"):
        pass
    verified(first.data)


def test_control_who_looks_at_published_records_alone_publishes_it_without_them(
    first: Installation, crashed: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(LoggedKeys, "beyond", lambda self, position, most: {})
    populate_conversations(first, {})
    assert refusal(onrecord(first.data, "serve")) == (OPERATOR, "key_store_incomplete")


def test_a_killed_server_itself_comes_back_at_once(first: Installation) -> None:
    """The lock of its own data directory says that nobody else can be it."""
    server = ServerProcess(first, defects="never_waiting")
    server.kill()
    server.start()
    assert say(first, "again") == "ack"
    assert server.stop() == 0


def test_a_stopped_server_is_followed_and_ends_with_its_word_when_it_wakes(
    first: Installation, tmp_path: Path
) -> None:
    server = ServerProcess(first)
    people = Connected(first)
    meanwhile = Meanwhile(server, tmp_path / "second", stopped=True, defects="impatient")
    assert asyncio.run(people.through(server, meanwhile)) == AGAIN
    server.kill()
    assert (people.answers, people.farewells) == ([], ["failed", "failed"])
    assert f"another_server_records: Another server, on {socket.gethostname()}" in said(first)
    assert pending(first) == 0, "a fenced server journals nothing"
    assert meanwhile.second is not None
    assert say(meanwhile.second, "late", people.late) == "ack"
    verified(meanwhile.over().data)


def test_an_idle_server_that_another_has_followed_notices_and_says_so(
    first: Installation, tmp_path: Path
) -> None:
    server = ServerProcess(first)
    people = Connected(first)
    meanwhile = Meanwhile(server, tmp_path / "second", defects="usurping")
    assert asyncio.run(people.through(server, meanwhile)) == AGAIN
    server.kill()
    assert people.farewells == ["failed", "failed"]
    assert f"another_server_records: Another server, on {socket.gethostname()}" in said(first)
    meanwhile.over()


def test_control_who_does_not_beat_is_followed_alive(first: Installation, tmp_path: Path) -> None:
    server = ServerProcess(first, defects="beatless")
    meanwhile = Meanwhile(server, tmp_path / "second", defects="impatient")
    asyncio.run(Connected(first).through(server, meanwhile))
    server.kill()
    meanwhile.over()


@contextmanager
def held_up(made: Installation, database: PostgresDatabase) -> Iterator[None]:
    """Hold up a message in its journal transaction: another session has locked the streams."""
    waits = "SELECT count(*) FROM pg_locks WHERE relation = 'stream'::regclass AND NOT granted"

    def unheard() -> None:
        with suppress(ConnectionClosed, ExceptionGroup):
            say(made, "held up")

    with psycopg.connect(database.owner_url) as owner:
        owner.execute("LOCK TABLE stream IN EXCLUSIVE MODE")
        message = Thread(target=unheard)
        message.start()
        until = time.monotonic() + PATIENCE
        while owner.execute(waits).fetchone() == (0,):
            assert time.monotonic() < until, "nobody waits"
        try:
            yield
        finally:
            owner.rollback()
            message.join(PATIENCE)


def copied(server: ServerProcess, first: Installation, folder: Path) -> Installation:
    """Make a second server of one that runs, which stands still meanwhile."""
    server.process.send_signal(signal.SIGSTOP)
    second = second_server(first, folder)
    server.process.send_signal(signal.SIGCONT)
    return second


def test_a_server_whose_write_waits_in_the_database_is_not_followed(
    first: Installation, shared: PostgresDatabase, tmp_path: Path
) -> None:
    with running(first) as server:
        second = copied(server, first, tmp_path / "second")
        with held_up(first, shared):
            refused = onrecord(second.data, "serve")
            assert refusal(refused) == (NOT_NOW, "another_server_records")
        assert say(first, "after") == "ack"
    verified(first.data)


def test_control_who_beats_in_turn_is_followed_alive(
    first: Installation, shared: PostgresDatabase, tmp_path: Path
) -> None:
    server = ServerProcess(first, defects="beating_in_turn")
    second = copied(server, first, tmp_path / "second")
    before, until = state(first).epoch, time.monotonic() + PATIENCE
    with ThreadPoolExecutor(1) as apart:
        with held_up(first, shared):
            follower = apart.submit(ServerProcess, second)
            while state(first).epoch == before:
                assert time.monotonic() < until, "nobody follows"
        other = follower.result()
    assert ended(server, PATIENCE) == AGAIN
    server.kill()
    other.kill()


async def row_taken(people: Connected) -> None:
    """Another server takes the row, and leaves the archive alone."""

    def taken() -> None:
        with closing(Database(storage_options(people.made.settings))) as database:
            another_takes_over(database)

    await asyncio.to_thread(taken)


@pytest.mark.parametrize(
    ("defects", "status", "farewells"), [("", AGAIN, ["failed"] * 2), ("beatless", None, [])]
)
def test_an_idle_server_looks_at_the_row_and_control_who_does_not_never_notices(
    first: Installation, defects: str, status: int | None, farewells: list[str]
) -> None:
    server = ServerProcess(first, defects=defects)
    people = Connected(first, PATIENCE if status else ENDS_SECONDS)
    assert asyncio.run(people.through(server, row_taken)) == status
    server.kill()
    assert people.farewells == farewells
    assert (f"Another server, on {ELSEWHERE.host} (" in said(first)) == bool(status)


def test_who_cannot_have_its_address_takes_no_epoch(first: Installation, tmp_path: Path) -> None:
    """The other one stands still: its beat is gone, and its address is not."""
    second = second_server(first, tmp_path / "second", same_ports=True)
    with running(first) as server:
        before = state(first).epoch
        server.process.send_signal(signal.SIGSTOP)
        refused = onrecord(second.data, "serve")
        server.process.send_signal(signal.SIGCONT)
        assert refusal(refused) == (NOT_NOW, "address_in_use")
        assert state(first).epoch == before
        assert say(first, "after") == "ack"


def test_control_who_binds_late_ends_both(first: Installation, tmp_path: Path) -> None:
    server = ServerProcess(first)
    server.process.send_signal(signal.SIGSTOP)
    second = second_server(first, tmp_path / "second", same_ports=True)
    with pytest.raises(AssertionError):
        ServerProcess(second, defects="bound_late,impatient")
    server.process.send_signal(signal.SIGCONT)
    assert ended(server, PATIENCE) == AGAIN
    server.kill()


@pytest.fixture
def embedded(tmp_path: Path) -> Installation:
    """A bank with a database of its own, and an archive outside its data directory."""
    folder = tmp_path / "first"
    folder.mkdir()
    archive = f'[archive]\ndirectory = "{tmp_path / "archive"}"\n'
    made = install(folder, ["anna", "piotr"], toml=archive)
    populate_conversations(made, {}, [("anna", "piotr")])
    return made


def test_two_embedded_servers_do_not_write_to_one_archive(
    embedded: Installation, tmp_path: Path
) -> None:
    """No row is theirs together: a restored copy has a database of its own."""
    second = second_server(embedded, tmp_path / "second")
    with running(embedded):
        for command in ("serve", "adopt"):
            refused = onrecord(second.data, command)
            assert refusal(refused) == (OPERATOR, "archive_in_use")
        assert say(embedded, "after") == "ack"
    verified(embedded.data)


def test_control_two_embedded_servers_on_one_archive_end_the_first(
    embedded: Installation, tmp_path: Path
) -> None:
    server = ServerProcess(embedded)
    await_signed(embedded)
    server.process.send_signal(signal.SIGSTOP)
    second = second_server(embedded, tmp_path / "second")
    server.process.send_signal(signal.SIGCONT)
    other = ServerProcess(second, defects="sharing")
    assert ended(server, PATIENCE) == AGAIN
    server.kill()
    other.kill()


@pytest.mark.proofs("figure")
def test_an_idle_server_ends_within_two_seconds(first: Installation) -> None:
    best = PATIENCE
    for _ in range(3):
        server = ServerProcess(first)
        with store(first) as another:
            take_over(another, ELSEWHERE)
            began = time.monotonic()
            assert ended(server, PATIENCE) == AGAIN
            best = min(best, time.monotonic() - began)
            server.kill()
            another.let_go()
    print(f"a fenced server ended after {best:.2f} s")
    assert best < 2 * NOTICED_SECONDS


@pytest.mark.proofs("figure")
def test_a_killed_server_is_followed_after_eight_seconds(
    first: Installation, tmp_path: Path
) -> None:
    server = ServerProcess(first)
    server.kill()
    second = second_server(first, tmp_path / "second")
    follower = ServerProcess(second)
    print(f"followed after {follower.ready_seconds:.1f} s")
    assert GONE_SECONDS < follower.ready_seconds < 2 * GONE_SECONDS
    assert follower.stop() == 0
