"""Ends that come while something else is being recorded: what comes later does not undo them."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from onrecord.app.events import TABLES
from onrecord.core.domain.errors import Refusal
from onrecord.core.domain.ids import ClientId
from onrecord.core.domain.values import SYSTEM, Command
from onrecord.database.statements import sql
from onrecord.features.people import along_store as along
from onrecord.features.people import store as identity_store
from onrecord.features.people.people import Changes, NewPerson
from onrecord.features.people.requests import ChangePerson, LinkPerson
from onrecord.features.scheduled.planned import Planned, Words
from onrecord.features.scheduled.sealing import SealedWords
from onrecord.features.scheduled.store import ScheduledStore
from onrecord.features.sign_in import store as session_store
from onrecord.features.sign_in.tokens import NewToken
from onrecord.features.sign_in.values import Person
from onrecord_archive.events.ids import StreamId
from tests.integration.office import BY_TWO, CHAT, CONSOLE, PASSWORD, Office


def while_recording(office: Office, type: str, act: Callable[[], Awaitable[object]]) -> None:
    """Have *act* done, once, while the next record of a type is under way."""
    record = office.records.record

    async def recorded(command: Command) -> object:
        if command.body.type == type:
            del office.records.record
            await act()
        return await record(command)

    office.records.record = recorded  # type: ignore[method-assign, assignment]


HELLO = Words("Hello", CONSOLE)


async def code_of(work: Awaitable[object]) -> str:
    """The code that something is refused with."""
    try:
        await work
    except Refusal as refusal:
        return refusal.code
    return "done"


async def administrators(office: Office) -> set[str]:
    """Who administers."""
    people = await office.people.all()
    return {each.name for each in people if each.active and each.role == "administrator"}


@pytest.mark.promise("P10")
@pytest.mark.promise("P11")
def test_one_administrator_does_not_undo_a_deactivation_that_comes_meanwhile(
    office: Office,
) -> None:
    async def run() -> None:
        eve = await office.hire("eve")
        people = office.people
        while_recording(
            office, "person.activated", lambda: people.deactivate(SYSTEM, CONSOLE, eve.id)
        )
        answer = await code_of(people.activate(SYSTEM, CONSOLE, eve.id))
        assert answer == "second_administrator_needed"
        assert not (await people.one(eve.id)).active
        assert await people.activate(SYSTEM, CONSOLE, eve.id, BY_TWO) is False
        assert (await people.one(eve.id)).active

    asyncio.run(run())


@pytest.mark.promise("P10", planted=True)
@pytest.mark.promise("P11", planted=True)
def test_control_without_the_look_it_is_undone(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(identity_store, "IS_ACTIVE", sql("SELECT 1 WHERE ? <> ''"))

    async def run() -> None:
        eve = await office.hire("eve")
        people = office.people
        while_recording(
            office, "person.activated", lambda: people.deactivate(SYSTEM, CONSOLE, eve.id)
        )
        await people.activate(SYSTEM, CONSOLE, eve.id)
        assert (await people.one(eve.id)).active

    asyncio.run(run())


@pytest.mark.promise("P10")
def test_a_message_planned_while_the_account_ended_is_not_sent_after_its_return(
    office: Office,
) -> None:
    """It was asked for before the end, and kept after it."""

    async def run() -> None:
        eve = await office.hire("eve")
        at = office.clock.now()
        planned = Planned(
            ClientId("1" * 32), eve.id, StreamId("0" * 32), at, at, Words("Hello", CONSOLE)
        )
        store = ScheduledStore(office.world.database, SealedWords(bytes(32)), TABLES.slots)
        await office.people.deactivate(SYSTEM, CONSOLE, eve.id)
        store.add(planned, 9)
        await office.people.activate(SYSTEM, CONSOLE, eve.id, BY_TWO)
        (kept,) = store.of(eve.id)
        assert (kept.state, kept.code) == ("refused", "account_ended")
        store.change(planned)
        await office.people.activate(SYSTEM, CONSOLE, eve.id)  # who is active has it go on
        assert [each.state for each in store.of(eve.id)] == ["waiting"]

    asyncio.run(run())


async def minted(office: Office, whose: str) -> tuple[str, int]:
    """Ask for a token, of Eve or her bot, in a session that ended since; return what is there."""
    eve = await office.hire("eve")
    opened = await office.sign_in.by_password("eve", PASSWORD, CHAT)
    person = eve.id
    if whose == "a bot's":
        echo = NewPerson("Echo", "bot", "Bank", "employee", "echo", owner=eve.id)
        person = (await office.people.add(SYSTEM, CONSOLE, echo)).id
    await office.people.end_sessions(SYSTEM, CONSOLE, eve.id)
    wanted, session = [NewToken(person, "script")], opened.session.id
    answer = await code_of(office.tokens.create_all(eve.actor, CONSOLE, wanted, session))
    return answer, len(await office.tokens.own(eve.id))


@pytest.mark.promise("P10")
@pytest.mark.parametrize("whose", ["her own", "a bot's"])
def test_no_token_is_made_for_who_asked_just_before_the_end(office: Office, whose: str) -> None:
    """The session was found in force; what is read of the person comes after the end."""
    assert asyncio.run(minted(office, whose)) == ("no_such_person", 0)


@pytest.mark.promise("P10", planted=True)
@pytest.mark.parametrize("whose", ["her own", "a bot's"])
def test_control_without_the_look_at_the_session_a_token_is_made(
    office: Office, whose: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session_store, "SESSION_BY_ID", sql("SELECT 1 WHERE ? <> ''"))
    assert asyncio.run(minted(office, whose)) == ("done", 1)


async def of_two(office: Office) -> tuple[Person, Person]:
    """Have two administrators at work, who have signed in."""
    adam = await office.hire("adam", role="administrator")
    ola = await office.hire("ola", role="administrator")
    for each in (adam, ola):
        await office.sign_in.by_password(each.username or "", PASSWORD, CHAT)
    return adam, ola


@pytest.mark.promise("P10")
@pytest.mark.parametrize("what", ["role", "link"])
def test_the_last_administrator_keeps_the_role_whatever_was_approved_meanwhile(
    office: Office, what: str
) -> None:
    """Ola approves that Adam administers no more, and is deactivated while that is recorded."""

    async def run() -> None:
        adam, ola = await of_two(office)
        less = ChangePerson(adam.id, Changes(role="employee"))
        wanted = less if what == "role" else LinkPerson(adam.id, "console")
        request = await office.approvals.ask(adam.actor, CONSOLE, wanted)
        while_recording(
            office,
            "request.approved",
            lambda: office.people.deactivate(adam.actor, CONSOLE, ola.id),
        )
        answer = await code_of(office.approvals.approve(ola.actor, CONSOLE, request.id))
        assert (answer, await administrators(office)) == ("wrong_role", {"Adam"})

    asyncio.run(run())


async def each_takes_the_others(office: Office) -> tuple[str, set[str]]:
    """Have two approve at once what takes the other's role; return one answer, and who is left."""
    adam, ola = await of_two(office)
    ask, approve = office.approvals.ask, office.approvals.approve
    hers = await ask(ola.actor, CONSOLE, LinkPerson(ola.id, "chat"))
    his = await ask(adam.actor, CONSOLE, LinkPerson(adam.id, "chat"))
    while_recording(office, "request.approved", lambda: approve(adam.actor, CONSOLE, hers.id))
    answer = await code_of(approve(ola.actor, CONSOLE, his.id))
    return answer, await administrators(office)


def test_whoever_approves_a_link_is_told_that_its_person_has_no_office_now(office: Office) -> None:
    async def run() -> None:
        adam, ola = await of_two(office)
        request = await office.approvals.ask(adam.actor, CONSOLE, LinkPerson(adam.id, "console"))
        approved = await office.approvals.approve(ola.actor, CONSOLE, request.id)
        assert (approved.person.role, approved.audience) == ("employee", "chat")

    asyncio.run(run())


@pytest.mark.promise("P10")
def test_of_two_who_take_the_role_from_each_other_one_keeps_it(office: Office) -> None:
    assert asyncio.run(each_takes_the_others(office)) == ("wrong_role", {"Adam"})


@pytest.mark.promise("P10", planted=True)
def test_control_without_the_look_at_who_approves_nobody_is_left(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(along, "ADMINISTERS", sql("SELECT 1 WHERE ? <> ''"))
    assert asyncio.run(each_takes_the_others(office)) == ("done", set())
