"""Subscriptions on both databases: they end with their session, and what decides about a push."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from onrecord.core.domain.ids import SessionId
from onrecord.core.domain.personal import personal_stream
from onrecord.core.domain.values import SYSTEM, Origin
from onrecord.core.threads import Threads
from onrecord.database.database import Database
from onrecord.database.statements import sql
from onrecord.features.notifications.alerts import DoNotDisturb, Level, News, Quiet, Wishes
from onrecord.features.notifications.push.listener import Subscription
from onrecord.features.notifications.push_store import PushStore
from onrecord.features.people.status_store import StatusStore
from onrecord.features.sign_in.values import Person
from onrecord_archive.events.ids import StreamId
from onrecord_archive.events.messages import Mention, MessageSent
from onrecord_archive.events.payload import Payload
from onrecord_archive.events.personal import ConversationMarked, QuietHoursSet
from onrecord_archive.format.record import format_time
from tests.integration.office import CHAT, CONSOLE, PASSWORD, Office, open_office
from tests.integration.world import World

ROWS = sql("SELECT session, endpoint FROM push_subscription")
LATER = datetime(2027, 1, 1, tzinfo=UTC)


@dataclass
class Desk:
    office: Office
    world: World
    store: PushStore
    database: Database
    ada: Person

    def session(self) -> SessionId:
        opened = asyncio.run(self.office.sign_in.by_password("ada", PASSWORD, CHAT))
        return opened.session.id

    def subscribed(self, address: str = "https://push.example/1") -> SessionId:
        session = self.session()
        assert self.store.subscribe(subscription(session, address))
        return session

    def rows(self) -> list[str]:
        with self.database.reading() as tx:
            return sorted(row[0] for row in tx.all(ROWS))

    def listeners(self, *sessions: SessionId, stream: StreamId) -> list[tuple[News, Wishes]]:
        found = self.store.listeners(sessions, [stream], self.office.clock.now())
        return [(one.news, one.wishes) for one in found]

    def note(self, body: Payload) -> None:
        ref = personal_stream(self.ada.id)
        self.world.commit(self.world.command(self.ada.id, ref.id, body, ref))


def subscription(session: SessionId, address: str = "https://push.example/1") -> Subscription:
    return Subscription(session, address, b"\x04" * 65, b"a" * 16, "pl", named=True)


@pytest.fixture
def desk(database: Database, world: World) -> Iterator[Desk]:
    bridge = Threads(threads=1)
    office = open_office(database, bridge, world=world)
    ada = asyncio.run(office.hire())
    world.people[ada.id] = ada.actor
    yield Desk(office, world, PushStore(database), database, ada)
    bridge.close()


async def _sign_out(desk: Desk, session: SessionId) -> None:
    who = await desk.office.sessions.of(desk.ada.id)
    assert [each.id for each in who] == [session]
    await desk.office.sign_out.session(SYSTEM, CONSOLE, desk.ada.id, session)


async def _revoke(desk: Desk, session: SessionId) -> None:
    [own] = await desk.office.sessions.of(desk.ada.id)
    opened = await desk.office.sign_in.by_password("ada", PASSWORD, CHAT)
    who = (await desk.office.sessions.find(opened.secret, "chat")).signed_in
    await desk.office.sign_out.device(who, Origin("password"), desk.ada.id, own.device)


async def _deactivate(desk: Desk, session: SessionId) -> None:
    await desk.office.people.deactivate(SYSTEM, CONSOLE, desk.ada.id)


async def _end_all(desk: Desk, session: SessionId) -> None:
    await desk.office.people.end_sessions(SYSTEM, CONSOLE, desk.ada.id)


@pytest.mark.parametrize("end", [_sign_out, _revoke, _deactivate, _end_all])
def test_it_is_gone_with_its_session(
    desk: Desk, end: Callable[[Desk, SessionId], Coroutine[Any, Any, None]]
) -> None:
    session = desk.subscribed()
    assert desk.rows() == [session]
    asyncio.run(end(desk, session))
    assert desk.rows() == []
    assert not desk.store.subscribe(subscription(session))


def test_a_locked_session_is_known_to_be(desk: Desk) -> None:
    ben = desk.world.person("Ben")
    stream = desk.world.conversation(ben, desk.ada.id, title="Desk")
    desk.world.say(ben, stream, "one")
    session, now = desk.subscribed(), desk.office.clock.now()
    owed = desk.office.entries.owe(SYSTEM, CONSOLE, "session.locked", {"session": session})
    assert not desk.store.listeners([session], [stream], now)[0].locked
    assert desk.office.store.lock_session(session, owed, at=now)
    assert desk.store.listeners([session], [stream], now)[0].locked
    desk.office.store.unlock_session(session)
    assert not desk.store.listeners([session], [stream], now)[0].locked


def test_one_whose_session_has_expired_is_told_nothing_and_forgotten(desk: Desk) -> None:
    ben = desk.world.person("Ben")
    stream = desk.world.conversation(ben, desk.ada.id, title="Desk")
    desk.world.say(ben, stream, "one")
    session = desk.subscribed()
    assert len(desk.listeners(session, stream=stream)) == 1
    assert desk.store.subscribed(desk.office.clock.now()) == {desk.ada.id: {session}}
    desk.office.clock.move(hours=13)
    assert desk.listeners(session, stream=stream) == []
    assert desk.rows() == [session]
    assert desk.store.subscribed(desk.office.clock.now()) == {}
    assert desk.rows() == []


def test_a_browser_is_subscribed_once_whoever_was_there_before(desk: Desk) -> None:
    before, after = desk.subscribed(), desk.subscribed()
    assert desk.rows() == [after]
    assert desk.store.subscribe(subscription(after, "https://push.example/2"))
    assert desk.store.subscribe(subscription(before))
    assert desk.rows() == sorted([before, after])
    desk.store.unsubscribe([before])
    assert desk.rows() == [after]


def test_how_a_conversation_stands_is_what_the_person_did_with_it(desk: Desk) -> None:
    world, ada = desk.world, desk.ada.id
    ben = world.person("Ben")
    stream = world.conversation(ben, ada, title="Desk")
    session = desk.subscribed()
    world.say(ben, stream, "one")
    world.say(ada, stream, "mine")
    world.do(ben, stream, MessageSent("@Ada", mentions=(Mention(0, 4, ada),)))
    assert desk.listeners(session, stream=stream) == [(News(0, 3, 2, 3), Wishes())]
    until = world.clock.at.replace(microsecond=0) + timedelta(hours=8)
    muted = ConversationMarked(stream, "muted", True, format_time(until), level="mentions")
    desk.note(muted)
    desk.note(QuietHoursSet("Europe/Warsaw", "22:00", "07:00", weekends=True))
    StatusStore(desk.database).set_status(ada, None, LATER, quiet=True)
    level, quiet = Level(True, until, True), Quiet("Europe/Warsaw", "22:00", "07:00", True)
    wishes = Wishes(level, quiet, DoNotDisturb(LATER))
    assert desk.listeners(session, stream=stream) == [(News(0, 3, 2, 3), wishes)]
    desk.note(ConversationMarked(stream, "muted", True))
    StatusStore(desk.database).set_status(ada, "In", None, quiet=False)
    wishes = Wishes(Level(muted=True), quiet)
    assert desk.listeners(session, stream=stream) == [(News(0, 3, 2, 3), wishes)]


def test_whether_it_is_marked_unread_is_said(desk: Desk) -> None:
    stream = desk.world.conversation(desk.world.person("Ben"), desk.ada.id, title="Desk")
    session = desk.subscribed()
    for marked in (True, False):
        desk.note(ConversationMarked(stream, "unread", on=marked))
        (one,) = desk.store.listeners([session], [stream], desk.office.clock.now())
        assert one.marked is marked


def test_nobody_is_told_of_where_they_are_no_member(desk: Desk) -> None:
    world, ada = desk.world, desk.ada.id
    ben = world.person("Ben")
    stream = world.conversation(ben, ada, title="Desk")
    elsewhere = world.conversation(ben, world.person("Cleo"), title="Other")
    world.say(ben, elsewhere, "secret")
    session = desk.subscribed()
    assert desk.listeners(session, stream=elsewhere) == []
    assert len(desk.listeners(session, stream=stream)) == 1
    world.throw_out(ben, stream, ada)
    assert desk.listeners(session, stream=stream) == []


def test_control_without_the_session_a_subscription_would_outlive_it(desk: Desk) -> None:
    session = desk.subscribed()
    keep = sql("UPDATE session SET ended_at = 1 WHERE id = ?")
    with desk.database.writing() as tx:
        tx.run(keep, (session,))
    assert desk.rows() == [session]
    assert desk.store.subscribed(desk.office.clock.now()) == {}
