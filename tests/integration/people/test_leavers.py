"""Whatever somebody leads, owns or covers: their account ends, and nothing of it is lost.

Generated: a leaver has any of it. Everything that could let them in is tried afterwards; each
client writes on, and somebody answers, or the list of uncovered conversations says that nobody
does. Both databases.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random

import pytest

from onrecord.app.events import TABLES
from onrecord.core.domain.errors import Conflict, Refusal
from onrecord.core.domain.ids import ClientId
from onrecord.core.domain.values import SYSTEM, Actor, StreamRef, SystemEntry
from onrecord.database.statements import Tx, sql
from onrecord.features.people import store as identity_store
from onrecord.features.people.people import NewPerson
from onrecord.features.relationships import coverage
from onrecord.features.relationships.bodies import LeftOpen
from onrecord.features.relationships.coverage import Coverage
from onrecord.features.relationships.coverage_store import CoverageStore, how_many_served
from onrecord.features.scheduled.planned import Planned, Words
from onrecord.features.scheduled.sealing import SealedWords
from onrecord.features.scheduled.store import ScheduledStore
from onrecord.features.sign_in.tokens import NewToken
from onrecord.features.sign_in.values import Person
from onrecord_archive.events.clients import ConversationUncovered, DelegateAdded
from onrecord_archive.events.groups import AdminChanged
from onrecord_archive.events.ids import PersonId, StreamId
from onrecord_archive.format.record import format_time
from tests.integration.clients.test_assurance import desk, office
from tests.integration.front_desk import Desk
from tests.integration.office import BY_TWO, CHAT, CONSOLE, PASSWORD, Office
from tests.integration.rooted import root_over
from tests.integration.sign_in.test_ending import connect

__all__ = ["desk", "office"]

HELLO = Words("Hello", CONSOLE)
LEFT = ("client", "covered", "covers", "alone", "together", "led", "bot", "invite", "later", "case")
"""What a leaver may have: a client of hers, another whom Ben covers, one of Ben's whom she covers;
a group with a client, without and with Ben; a group of colleagues that she alone leads; a bot, an
open invite, a message for later, a case."""
STATES = (
    frozenset[str](),
    frozenset(LEFT),
    *(frozenset(Random(seed).sample(LEFT, 1 + seed % 5)) for seed in range(10)),
)


@dataclass
class Firm:
    """Ada, who leaves, and Ben; what Ada has, by the names of LEFT."""

    office: Office
    desk: Desk
    ada: Person
    ben: Person
    clients: dict[StreamId, PersonId] = field(default_factory=dict)
    """Conversations with a client for whom somebody must answer: whose client."""
    led: StreamId | None = None
    ways: dict[str, Callable[[], Awaitable[object]]] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)

    async def client(self, name: str) -> Actor:
        """Somebody from outside."""
        added = await self.office.hire(name, kind="client", role="client", org=name)
        self.office.world.people[added.id] = added.actor
        return added.actor

    def coverage(self) -> Coverage:
        """The task, as after a start."""
        office = self.office
        return root_over(office.world, office.records, office.means.read)[Coverage]


async def firm_of(office: Office, desk: Desk, has: frozenset[str]) -> Firm:
    """Hire both, and let Ada have all that."""
    ada = await office.hire(role="advisor")
    ben = await office.hire("ben", role="advisor")
    world = office.world
    world.people |= {ada.id: ada.actor, ben.id: ben.actor}
    firm = Firm(office, desk, ada, ben)
    opened = await office.sign_in.by_password("ada", PASSWORD, CHAT)
    await connect(office, opened, firm.told)
    secret, _ = await office.tokens.create(ada.actor, CONSOLE, NewToken(ada.id, "script"))
    firm.ways |= {
        "session": lambda: office.sessions.find(opened.secret, "chat"),
        "token": lambda: office.tokens.redeem(secret),
        "password": lambda: office.sign_in.by_password("ada", PASSWORD, CHAT),
    }
    until = format_time(world.clock.now() + timedelta(days=9))
    for what in sorted(has):
        await _give(firm, what, until)
    return firm


async def _give(firm: Firm, what: str, until: str) -> None:
    office, world, ada, ben = firm.office, firm.office.world, firm.ada, firm.ben
    if what in ("client", "covered", "covers"):
        owner, other = (ben, ada) if what == "covers" else (ada, ben)
        client = await firm.client(what)
        conv = world.conversation(owner.id, client.id, direct=True)
        firm.clients[conv] = client.id
        if what != "client":
            world.do(owner.id, conv, DelegateAdded(other.id, "", "", until, "all"))
    if what in ("alone", "together"):
        client = await firm.client(what)
        members = [ada.id, *([ben.id] if what == "together" else []), client.id]
        firm.clients[world.conversation(*members)] = client.id
    if what == "led":
        firm.led = world.conversation(ada.id, ben.id, title="Desk")
    if what == "bot":
        echo = NewPerson("Echo", "bot", "Bank", "employee", "echo", owner=ada.id)
        bot = await office.people.add(SYSTEM, CONSOLE, echo)
        secret, _ = await office.tokens.create(ada.actor, CONSOLE, NewToken(bot.id, "posts"))
        firm.ways["bot's token"] = lambda: office.tokens.redeem(secret)
    if what == "invite":
        _, token = await firm.desk.invite(ada.actor)
        firm.ways["invite"] = lambda: firm.desk.invitation.send_code(token, CHAT)
    if what == "later":
        at = office.clock.now()
        words = Planned(
            ClientId("1" * 32), ada.id, StreamId("0" * 32), at, at, Words("Hello", CONSOLE)
        )
        ScheduledStore(world.database, SealedWords(bytes(32)), TABLES.slots).add(words, 9)
    if what == "case":
        case = StreamRef(StreamId("access:K-1"), "access")
        world.commit(world.command(ada.id, case.id, SystemEntry("case.opened", {}), case))


def expected(firm: Firm, has: frozenset[str]) -> LeftOpen:
    """What the answer must say."""
    return LeftOpen(
        conversations=len(has & {"client", "covered", "alone"}),
        invites=int("invite" in has),
        groups=len(has & {"led", "alone", "together"}),
        bots=["Echo"] if "bot" in has else [],
        scheduled=int("later" in has),
        cases=int("case" in has),
    )


async def leave(firm: Firm, has: frozenset[str]) -> list[str]:
    """End Ada's account; return what goes on, and what is lost."""
    office, world = firm.office, firm.office.world
    store = CoverageStore(world.database)
    wrong = []
    said = len(world.published)
    await office.people.deactivate(SYSTEM, CONSOLE, firm.ada.id)
    if store.left_open(firm.ada.id, office.clock.now()) != expected(firm, has):
        wrong.append("what she leaves is not told")
    if firm.told != ["deactivated"]:
        wrong.append("a socket goes on")
    for name, way in firm.ways.items():
        with suppress(Refusal):
            await way()
            wrong.append(f"{name} goes on")
    for _ in range(2):
        await firm.coverage().look()
    if len(world.published) < said:
        wrong.append("a record is gone")
    later = ScheduledStore(world.database, SealedWords(bytes(32)), TABLES.slots).of(firm.ada.id)
    wrong += ["a message for later is sent" for each in later if each.state != "refused"]
    wrong += _unanswered(firm, store)
    if firm.led is not None:
        try:
            world.name(firm.ben.id, firm.led, "The desk")
        except Refusal:
            wrong.append("nobody leads the group")
    return wrong


def _unanswered(firm: Firm, store: CoverageStore) -> list[str]:
    """Have each client write; return whom nobody answers, and no list has."""
    world, wrong = firm.office.world, []
    leavers = store.leavers(firm.office.clock.now())
    uncovered = {each.conversation for leaver in leavers for each in leaver.conversations}
    told = [
        row.event.stream.id
        for row in world.published
        if isinstance(row.event.payload, ConversationUncovered)
    ]
    if sorted(told) != sorted(uncovered):
        wrong.append("the clients are told something else than the list has")
    for conv, client in firm.clients.items():
        world.say(client, conv, "Who answers me?")
        members = set(world.reads.members(conv))
        if conv not in uncovered and firm.ben.id not in members:
            wrong.append("a client is lost")
    return wrong


async def take_over(firm: Firm) -> list[str]:
    """Name Ben for all of it; return what he did not get."""
    office, world = firm.office, firm.office.world
    await office.people.name_successor(SYSTEM, CONSOLE, firm.ada.id, firm.ben.id)
    await firm.coverage().look()
    left = CoverageStore(world.database).leavers(office.clock.now())
    wrong = ["something still waits" for each in left if each.conversations or each.invites]
    members = (set(world.reads.members(conv)) for conv in firm.clients)
    return wrong + ["a client did not pass" for each in members if firm.ben.id not in each]


@pytest.mark.promise("P10")
@pytest.mark.parametrize("has", STATES, ids=lambda has: " ".join(sorted(has)) or "nothing")
def test_she_is_out_at_once_and_nothing_is_lost(
    office: Office, desk: Desk, has: frozenset[str]
) -> None:
    async def story() -> None:
        firm = await firm_of(office, desk, has)
        assert await leave(firm, has) == []
        assert await take_over(firm) == []
        if "invite" in has:
            await firm.ways["invite"]()  # it works again, for the client who has it
        await office.people.activate(SYSTEM, CONSOLE, firm.ada.id, BY_TWO)

    asyncio.run(story())


EVERYTHING = frozenset(LEFT)
NO_TOKENS = sql("SELECT id FROM api_token WHERE ? = 0 AND ? = ? AND id = ''")


def _demand_a_successor(real: Callable[..., object]) -> Callable[..., object]:
    def shut_out(tx: Tx, person: PersonId, *rest: object, **named: object) -> object:
        if how_many_served(tx, person):
            raise Conflict("successor_required", "Say who takes over.")
        return real(tx, person, *rest, **named)

    return shut_out


@pytest.mark.promise("P10", planted=True)
def test_control_an_end_that_asks_for_a_successor_first_is_found(
    office: Office, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    asks = _demand_a_successor(identity_store.shut_out)
    monkeypatch.setattr(identity_store, "shut_out", asks)

    async def story() -> None:
        firm = await firm_of(office, desk, EVERYTHING)
        with pytest.raises(Conflict):
            await leave(firm, EVERYTHING)

    asyncio.run(story())


@pytest.mark.promise("P10", planted=True)
@pytest.mark.parametrize(
    ("plant", "found"),
    [
        (
            lambda patch: patch.setattr(identity_store, "REVOKE_TOKENS_OF", NO_TOKENS),
            ["bot's token goes on"],
        ),
        (
            lambda patch: patch.setattr(
                identity_store, "NOT_SENT", sql("SELECT 1 WHERE ? = ? AND ? = ?")
            ),
            ["what she leaves is not told", "a message for later is sent"],
        ),
        (
            lambda patch: patch.setattr(coverage, "without_successor", lambda left, by: []),
            ["the clients are told something else than the list has"],
        ),
    ],
    ids=["tokens go on", "messages for later go out", "nobody is told"],
)
def test_control_what_goes_on_or_is_not_told_is_found(
    office: Office,
    desk: Desk,
    plant: Callable[[pytest.MonkeyPatch], None],
    found: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    plant(monkeypatch)

    async def story() -> None:
        firm = await firm_of(office, desk, EVERYTHING)
        assert await leave(firm, EVERYTHING) == found

    asyncio.run(story())


def test_only_who_has_left_has_a_successor(office: Office, desk: Desk) -> None:
    async def story() -> None:
        firm = await firm_of(office, desk, frozenset({"client"}))
        for one, code in ((firm.ada, "account_active"), (firm.ben, "account_active")):
            with pytest.raises(Conflict) as refused:
                await office.people.name_successor(SYSTEM, CONSOLE, one.id, firm.ben.id)
            assert refused.value.code == code
        await office.people.deactivate(SYSTEM, CONSOLE, firm.ada.id)
        with pytest.raises(Refusal) as refused_too:
            await office.people.name_successor(SYSTEM, CONSOLE, firm.ada.id, firm.ada.id)
        assert refused_too.value.code == "not_an_advisor"

    asyncio.run(story())


def test_an_admin_who_left_leads_no_more(office: Office, desk: Desk) -> None:
    """One who is left decides with the others, and none of them is made an admin by a rule."""

    async def story() -> None:
        firm = await firm_of(office, desk, frozenset({"led"}))
        assert firm.led is not None
        world, group = office.world, firm.led
        with pytest.raises(Refusal):
            world.name(firm.ben.id, group, "Mine")
        await office.people.deactivate(SYSTEM, CONSOLE, firm.ada.id)
        world.do(firm.ben.id, group, AdminChanged(firm.ben.id, on=True))

    asyncio.run(story())
