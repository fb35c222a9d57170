"""A reset that is due is carried out once, wherever it fails or the server is killed meanwhile."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal, ParamSpec, TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onrecord.app.settings.keys import ServerKey
from onrecord.core.domain.errors import OnRecordError, Unavailable
from onrecord.core.domain.values import Actor, Answer, Command, SystemEntry
from onrecord.core.ports import Bridge
from onrecord.core.threads import Threads
from onrecord.database.database import Database
from onrecord.database.statements import sql
from onrecord.features.clients import assurance_store
from onrecord.features.clients.addresses import Address
from onrecord.features.clients.assurance_store import AssuranceStore
from onrecord.features.clients.assurance_values import Begun, Step
from onrecord.features.clients.invites import Invitee
from onrecord.features.clients.reset_store import ResetStore
from onrecord.features.clients.resets import LONGEST_PAUSE_S
from onrecord.features.notifications.client_letters import Letter
from onrecord.features.people.requests import Request, ResetClient
from onrecord.features.people.told import Said
from onrecord.features.people.warrants import Warrant
from onrecord.features.sign_in.values import Owed, Person
from onrecord_archive.events.clients import AssuranceChanged, IdentityReset
from onrecord_archive.events.ids import PersonId
from tests.integration.clients.test_invites import POLISH
from tests.integration.clients.test_passkeys import refused
from tests.integration.databases import migrated_options
from tests.integration.front_desk import Killed, open_desk
from tests.integration.office import CHAT, CONSOLE, open_office

P = ParamSpec("P")
T = TypeVar("T")
Fault = Literal["refused", "lost", "killed before", "killed after"]
"""refused: nothing was done; lost: it was done, and the answer says that nobody knows."""
FAULTS: tuple[Fault, ...] = ("refused", "lost", "killed before", "killed after")
MOST_TRIES = 20
PASS_ON = sql("UPDATE relationship SET owner = ? WHERE client = ?")
BUSY = Unavailable("database_busy", "Not now.")


class Gate:
    """Counts what leaves the process while it is armed; at chosen calls it fails or is killed."""

    def __init__(self) -> None:
        self.faults: dict[int, Fault] = {}
        self.armed, self.count = False, 0

    async def pass_on(self, work: Callable[[], Awaitable[T]], lost: OnRecordError) -> T:
        """Do a piece of work. *lost*: what its answer is where nobody knows."""
        if not self.armed:
            return await work()
        fault = self.faults.get(self.count)
        self.count += 1
        if fault == "refused":
            raise BUSY
        if fault == "killed before":
            raise Killed
        came = await work()
        if fault == "lost":
            raise lost
        if fault == "killed after":
            raise Killed
        return came


class GatedBridge:
    """To the database."""

    def __init__(self, gate: Gate, bridge: Bridge) -> None:
        self._gate, self._bridge = gate, bridge

    async def __call__(self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        async def work() -> T:
            return await self._bridge(function, *args, **kwargs)

        return await self._gate.pass_on(work, BUSY)


class Scene:
    """Clara, whose advisor Ada has asked for a reset that is due."""

    def __init__(self, folder: Path, database: Database, readers: Threads) -> None:
        self.gate, self.folder, self.database = Gate(), folder, database
        self.office = open_office(database, GatedBridge(self.gate, readers))
        self.store, self.number = ResetStore(database), 0
        record = self.office.records.record

        async def recorded(command: Command) -> Answer:
            return await self.gate.pass_on(lambda: record(command), OnRecordError("Unknown."))

        self.office.records.record = recorded  # type: ignore[method-assign]
        self.start()

    def start(self) -> None:
        """Start the server, again."""
        self.desk = open_desk(self.office, self.folder / "letters")
        send = self.desk.post.send

        async def handed_over(to: Address, letter: Letter, id: str) -> None:
            """A letter that nobody takes is no failure: only a kill is one."""
            faults = self.gate.faults
            if faults.get(self.gate.count) in ("refused", "lost"):
                del faults[self.gate.count]
            await self.gate.pass_on(lambda: send(to, letter, id), BUSY)

        self.desk.post.send = handed_over  # type: ignore[method-assign]

    async def ask(self) -> Request:
        """Have her come in, and be reset at another address, from now on."""
        self.number += 1
        self.before, self.after = (f"clara.{name}{self.number}@example.com" for name in "in")
        if self.number == 1:
            self.ada = (await self.office.hire(role="advisor")).actor
        invitee = Invitee("Clara", self.before, "pl", "mail")
        self.clara: Person = (await self.desk.bring_in(self.ada, invitee)).person
        wanted = ResetClient(self.clara.id, self.after, "mail")
        asked = await self.desk.assured.resets.ask(self.ada, CONSOLE, wanted)
        assert isinstance(asked, Request)
        self.office.clock.move(hours=24)
        await self.office.entries.settle()
        self.letters_before, self.entries_before = (
            len(self.desk.letters()),
            len(self.office.records.entries),
        )
        return asked

    async def go_through(self, faults: dict[int, Fault]) -> int:
        """Look until nothing is due; return how often it reached the outside."""
        self.gate.faults, self.gate.count = dict(faults), 0
        for _ in range(MOST_TRIES):
            self.gate.armed = True
            try:
                await self.desk.assured.resets.look()
            except OnRecordError:
                pass  # told, and tried again (core/turns.py)
            except Killed:
                self.start()
            self.gate.armed = False
            if not self.store.resets_due(self.office.clock.now()):
                await self.office.entries.settle()
                return self.gate.count
            self.office.clock.move(seconds=LONGEST_PAUSE_S)
        raise AssertionError("it never ends")

    def entries(self) -> list[Command]:
        """What was recorded since."""
        return self.office.records.entries[self.entries_before :]

    def recorded(self) -> Counter[str]:
        """How often `identity` says each, a letter's with its kind."""
        bodies = [each.body for each in self.entries()]
        return Counter(
            " ".join([each.type, str(each.facts.get("letter", ""))]).strip()
            for each in bodies
            if isinstance(each, SystemEntry)
        )

    def said(self) -> Counter[str]:
        """How often her conversation says each."""
        told = (AssuranceChanged, IdentityReset)
        return Counter(each.body.type for each in self.entries() if isinstance(each.body, told))

    async def told(self, person: Actor) -> list[str]:
        """What somebody is told when they sign in."""
        return [each.said.what for each in await self.office.account_notices.of(person.id)]

    async def is_done_once(self) -> None:
        """Fail unless everything happened once, and the link in the letter lets her in."""
        letters = self.desk.letters()[self.letters_before :]
        assert [each["to"] for each in letters] == [self.before, self.after]
        open_ones = [each for each in await self.desk.invites.of(self.ada) if not each.accepted_at]
        assert [(each.address.value, each.sent) for each in open_ones] == [(self.after, True)]
        assert self.recorded() == {
            "client.reset": 1,
            "invite.created": 1,
            "letter.ordered moved": 1,
            "letter.sent moved": 1,
            "letter.ordered invite": 1,
            "letter.sent invite": 1,
        }
        assert self.said() == {"assurance.changed": 1, "identity.reset": 1}
        assert await self.office.sessions.of(self.clara.id) == []
        assert await self.told(self.ada) == []
        await self.comes_in(letters[1]["short"])

    async def comes_in(self, letter: str) -> None:
        """She uses the link of a letter."""
        token = letter.partition("#invite=")[2].split()[0]
        await self.desk.invitation.send_code(token, CHAT)
        back = await self.desk.invitation.accept(token, self.desk.code(), POLISH, CHAT)
        assert back.person.id == self.clara.id


@contextmanager
def scene() -> Iterator[Scene]:
    """A bank of its own."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        database, readers = Database(migrated_options(folder)), Threads(threads=2)
        try:
            yield Scene(folder, database, readers)
        finally:
            readers.close()
            database.close()


def carried_out(one: Scene, faults: dict[int, Fault]) -> int:
    """Carry a reset out with these faults; return how often it reached the outside."""

    async def story() -> int:
        await one.ask()
        reached = await one.go_through(faults)
        await one.is_done_once()
        return reached

    return asyncio.run(story())


@pytest.fixture(scope="module")
def bank() -> Iterator[Scene]:
    """One bank for many resets, each of another client."""
    with scene() as one:
        yield one


def test_without_a_fault_it_reaches_the_outside_at_each_step(bank: Scene) -> None:
    assert 15 < carried_out(bank, {}) < 40


@settings(max_examples=20, deadline=None)
@given(
    faults=st.dictionaries(
        st.integers(0, 30), st.sampled_from(FAULTS), min_size=1, max_size=MOST_TRIES - 2
    )
)
def test_wherever_it_fails_everything_happens_once(bank: Scene, faults: dict[int, Fault]) -> None:
    carried_out(bank, faults)


@pytest.mark.parametrize("fault", ["refused", "killed after"])
def test_a_fault_at_each_call_by_itself(bank: Scene, fault: Fault) -> None:
    calls = carried_out(bank, {})
    for at in range(calls):
        carried_out(bank, {at: fault})


def each_call_killed_after() -> None:
    """A kill after each call by itself, in a bank of its own."""
    with scene() as one:
        test_a_fault_at_each_call_by_itself(one, "killed after")


def test_control_a_step_that_is_not_noted_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assurance_store, "note_step", lambda tx, reset, step: None)
    with pytest.raises(AssertionError):
        each_call_killed_after()


def test_control_names_that_are_new_each_time_are_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    names = iter(range(1000))
    for module in ("assurance", "confirming_again", "invites"):
        monkeypatch.setattr(
            f"onrecord.features.clients.{module}.derived_id",
            lambda of, *names_of: f"{of[:12]}7000800000{next(names):010d}",
        )
    with pytest.raises(AssertionError):
        each_call_killed_after()


@settings(max_examples=10, deadline=None)
@given(faults=st.dictionaries(st.integers(0, 12), st.sampled_from(FAULTS), max_size=8))
def test_what_is_declined_is_declined_once_and_nothing_happened(faults: dict[int, Fault]) -> None:
    with scene() as one:

        async def story() -> None:
            await one.ask()
            ben = (await one.office.hire("ben", role="advisor")).actor
            await one.office.people.deactivate(ben, CONSOLE, one.ada.id, ben.id)
            one.entries_before = len(one.office.records.entries)
            await one.office.entries.settle()
            await one.go_through(faults)
            assert one.recorded()["request.declined"] == 1
            assert one.recorded()["client.reset"] == 0
            assert await one.told(one.ada) == ["reset_failed"]
            assert len(await one.office.sessions.of(one.clara.id)) == 1
            assert one.desk.letters()[one.letters_before :] == []

        asyncio.run(story())


def test_an_address_that_is_taken_at_the_last_moment_declines_it_before_anything_happens(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Seen red: the client was shut out, and the record said `declined`."""
    shut_out = AssuranceStore.shut_out

    with scene() as one:

        def overtaken(self: AssuranceStore, reset: Begun, owed: Owed, **at: object) -> list[object]:
            store, dan = one.desk.store, PersonId("d" * 32)
            person = Person(dan, "Dan", "client", "Dan", "client", outside=True)
            one.office.store.add_person(person, None, Address("mail", one.after))
            assert store.client_at(Address("mail", one.after)) is not None
            return shut_out(self, reset, owed, **at)  # type: ignore[arg-type, return-value]

        async def story() -> None:
            await one.ask()
            monkeypatch.setattr(AssuranceStore, "shut_out", overtaken)
            await one.go_through({})
            assert one.recorded() == {"request.declined": 1}
            assert await one.told(one.ada) == ["reset_failed"]
            assert len(await one.office.sessions.of(one.clara.id)) == 1
            assert AssuranceStore(one.database).address_of(one.clara.id) == Address(
                "mail", one.before
            )

        asyncio.run(story())


def test_what_has_begun_can_not_be_declined() -> None:
    with scene() as one:

        async def story() -> None:
            asked = await one.ask()
            assert one.store.begin_reset(asked.id, one.office.clock.now())
            wanted = ResetClient(one.clara.id, one.after, "mail")
            again = one.desk.assured.again
            begun = await again.shut_out(
                one.ada, CONSOLE, wanted, warrant=Warrant(asked.id), request=asked.id
            )
            owed = one.office.entries.owe(one.ada, CONSOLE, "request.declined", {})
            along = one.office.account_notices.along([], Said("reset_failed", "Ada", "Clara"))
            one.store.decline_reset(asked.id, owed, along)
            assert one.store.begun(asked.id) == begun
            assert begun.step is Step.SHUT_OUT
            await one.office.entries.settle()
            assert one.recorded() == {"client.reset": 1}

        asyncio.run(story())


def test_where_the_server_has_another_key_since_the_advisor_gives_the_link() -> None:
    """Nobody knows that link any more, so no letter has one that opens nothing."""
    with scene() as one:

        async def story() -> None:
            await one.ask()

            def orders(command: Command) -> None:
                body = command.body
                if isinstance(body, SystemEntry) and body.facts.get("letter") == "invite":
                    raise Unavailable("archive_unavailable", "No.")

            one.office.records.before = orders
            await one.desk.assured.resets.look()
            one.office.records.before = lambda command: None
            one.office = one.office.reopened(server_key=ServerKey(b"k" * 32))
            one.start()
            one.office.clock.move(seconds=LONGEST_PAUSE_S)
            await one.go_through({})
            assert [each["to"] for each in one.desk.letters()[one.letters_before :]] == [one.before]
            (invite,) = [
                each for each in await one.desk.invites.of(one.ada) if not each.accepted_at
            ]
            assert not invite.sent
            again = await one.desk.invites.again(one.ada, CONSOLE, invite.id, "mail")
            await one.comes_in(again.link)

        asyncio.run(story())


def test_no_other_client_takes_the_address_once_it_has_begun() -> None:
    with scene() as one:

        async def story() -> None:
            await one.ask()
            one.office.records.fails = Unavailable("archive_unavailable", "")
            await one.desk.assured.resets.look()
            one.office.records.fails = None
            work = one.desk.invites.create(
                one.ada, CONSOLE, Invitee("Dan", one.after, "en", "mail")
            )
            assert await refused(work) == "address_taken"
            one.office.clock.move(seconds=LONGEST_PAUSE_S)
            await one.go_through({})
            await one.is_done_once()

        asyncio.run(story())


def test_where_its_advisor_has_left_since_the_successor_goes_on_with_it() -> None:
    with scene() as one:

        async def story() -> None:
            await one.ask()
            ben = (await one.office.hire("ben", role="advisor")).actor
            one.office.records.fails = Unavailable("archive_unavailable", "")
            await one.desk.assured.resets.look()
            one.office.records.fails = None
            await one.office.people.deactivate(ben, CONSOLE, one.ada.id, ben.id)
            one.office.clock.move(seconds=LONGEST_PAUSE_S)
            await one.desk.assured.resets.look()
            assert one.store.resets_due(one.office.clock.now()), "it waits for the successor"
            with (
                one.database.writing() as tx
            ):  # as features/relationships/coverage.py does in its turn
                tx.run(PASS_ON, (ben.id, one.clara.id))
            one.office.clock.move(seconds=LONGEST_PAUSE_S)
            await one.go_through({})
            assert one.recorded()["request.declined"] == 0
            letter = one.desk.letters()[-1]
            assert letter["to"] == one.after
            await one.comes_in(letter["short"])

        asyncio.run(story())
