"""Where an account comes from, as the stream `identity` has it. Both databases."""

import asyncio
from dataclasses import replace

from onrecord.core.domain.values import SYSTEM, Actor
from onrecord.database.statements import Value, sql
from onrecord.features.people.approval_store import ApprovalStore
from onrecord.features.people.people import NewPerson
from onrecord.features.people.requests import AddPerson, LinkPerson
from onrecord.features.people.store import insert_person
from onrecord.features.people.warrants import FirstSignIn, Provenance, Step
from onrecord.features.sign_in.values import Person
from onrecord_archive.events.ids import PersonId
from tests.integration.clients.test_assurance import office
from tests.integration.office import BY_TWO, CHAT, CONSOLE, PASSWORD, Office

__all__ = ["office"]

PHONE = replace(CHAT, address="192.0.2.44", device_name="Safari on iPhone")
FORGOTTEN = sql("INSERT INTO stub (key, actor) SELECT max(key), NULL FROM journal")
NEWEST = sql(
    """SELECT j.key, b.shown FROM journal j JOIN journal_body b ON b.key = j.key
    WHERE j.type = ? ORDER BY j.key DESC LIMIT 1"""
)
# As `adopt` takes in what a restored database lacks: the journal never learns who did it.
RESTORE = (
    sql(
        """INSERT INTO journal (key, event_id, stream_key, conv_seq, msg_no, type, actor, at,
            prev, pt, class, client_id) SELECT key + 1000, ?, stream_key, conv_seq + 1000, NULL,
            type, '', at, prev, pt, class, NULL FROM journal WHERE key = ?"""
    ),
    sql(
        """INSERT INTO journal_body (key, shown, kept, salt_s, salt_k, body_sha)
        SELECT key + 1000, ?, kept, salt_s, salt_k, body_sha FROM journal_body WHERE key = ?"""
    ),
    sql("INSERT INTO stub (actor, key) SELECT ?, key + 1000 FROM journal WHERE key = ?"),
)


async def administrator(office: Office, name: str) -> Actor:
    """Hire one."""
    return (await office.hire(name, role="administrator")).actor


async def added(office: Office, by: Actor, name: str = "jan") -> Person:
    """Have an administrator add an advisor."""
    return await office.people.add(
        by, CONSOLE, NewPerson(name.title(), "employee", "Bank", "advisor", name)
    )


async def link(office: Office, by: Actor, person: Person) -> str:
    """Have an administrator make a link; return its token."""
    made = await office.links.create(by, CONSOLE, person.id, "chat")
    return made.path.partition("=")[2]


def found(office: Office, person: Person) -> Provenance:
    """What the database says of somebody."""
    return ApprovalStore(office.world.database).provenance_of([person.id])[person.id]


def hands(steps: tuple[Step, ...]) -> list[str]:
    """Who made links, by name."""
    return [step.by.name for step in steps if step.by is not None]


def test_who_added_and_let_in_somebody_and_where_they_came_from_is_known(office: Office) -> None:
    async def story() -> None:
        adam = await administrator(office, "adam")
        jan = await added(office, adam)
        token = await link(office, adam, jan)
        await office.sign_in.by_link(token, PHONE)
        await office.sign_in.by_password("adam", PASSWORD, CHAT)
        seen = found(office, jan)
        assert seen.added is not None
        assert (seen.added.by, seen.added.asked_by, hands(seen.links)) == (adam, None, ["Adam"])
        first = seen.first_sign_in
        assert first is not None
        assert first == FirstSignIn(first.at, "link", "Safari on iPhone", "192.0.2.44")
        assert seen.parts_of(adam.id) == ["added", "link"]
        assert seen.parts_of(jan.id) == []

    asyncio.run(story())


def test_of_all_who_made_a_link_before_somebody_came_none_is_hidden_by_another(
    office: Office,
) -> None:
    """Who has another administrator make a first link, and uses one of their own, is seen."""

    async def story() -> None:
        adam, ola = await administrator(office, "adam"), await administrator(office, "ola")
        jan = await added(office, ola)
        await link(office, ola, jan)
        await link(office, ola, jan)
        token = await link(office, adam, jan)
        await office.sign_in.by_link(token, CHAT)
        request = await office.approvals.ask(ola, CONSOLE, LinkPerson(jan.id, "chat"))
        await office.approvals.approve(adam, CONSOLE, request.id)
        seen = found(office, jan)
        assert hands(seen.links) == ["Ola", "Adam"]
        assert seen.parts_of(adam.id) == ["link"]

    asyncio.run(story())


def test_the_first_sign_in_stays_the_first(office: Office) -> None:
    async def story() -> None:
        adam = await administrator(office, "adam")
        jan = await added(office, adam)
        await office.sign_in.by_link(await link(office, adam, jan), PHONE)
        made = await office.links.create(adam, CONSOLE, jan.id, "chat", warrant=BY_TWO)
        await office.sign_in.by_link(made.path.partition("=")[2], CHAT)
        first = found(office, jan).first_sign_in
        assert first is not None
        assert first.address == "192.0.2.44"

    asyncio.run(story())


def test_of_what_two_agreed_on_both_are_known(office: Office) -> None:
    async def story() -> None:
        adam, ola = await administrator(office, "adam"), await administrator(office, "ola")
        new = NewPerson("Zofia", "employee", "Bank", "compliance", "zofia")
        request = await office.approvals.ask(adam, CONSOLE, AddPerson(new))
        zofia = (await office.approvals.approve(ola, CONSOLE, request.id)).person
        seen = found(office, zofia)
        assert seen.added is not None
        assert (seen.added.by, seen.added.asked_by) == (ola, adam)
        assert (seen.links, seen.first_sign_in) == ((), None)
        assert seen.parts_of(adam.id) == seen.parts_of(ola.id) == ["added"]

    asyncio.run(story())


def test_who_was_added_at_the_servers_own_shell_was_added_by_nobody(office: Office) -> None:
    async def story() -> None:
        seen = found(office, await office.hire("jan"))
        assert seen.added is not None
        assert seen.added.by is None
        assert seen.parts_of(SYSTEM.id) == []

    asyncio.run(story())


def test_of_who_was_there_before_the_record_nothing_is_known(office: Office) -> None:
    jan = Person(PersonId("a" * 32), "Jan", "employee", "Bank", "advisor")
    with office.world.database.writing() as tx:
        insert_person(tx, jan, None)
    assert found(office, jan) == Provenance()


def test_while_records_wait_for_their_bodies_nothing_is_said_of_anybody(office: Office) -> None:
    """What is missing could be the first sign-in, or another administrator's link."""

    async def story() -> None:
        jan = await added(office, await administrator(office, "adam"))
        with office.world.database.writing() as tx:
            tx.run(FORGOTTEN)
        assert ApprovalStore(office.world.database).provenance_of([jan.id]) == {}

    asyncio.run(story())


def restored(office: Office, type: str, was: PersonId, now: PersonId) -> None:
    """Have the newest entry of a type once more, of somebody else, as of a restored record."""
    with office.world.database.writing() as tx:
        key, shown = tx.only(NEWEST, (type,))
        said = bytes(shown).replace(was.encode(), now.encode())
        values: tuple[Value, ...] = (b"r" * 16, said, now)
        for statement, value in zip(RESTORE, values, strict=True):
            tx.run(statement, (value, key))


def test_what_was_restored_counts_as_what_was_always_there(office: Office) -> None:
    async def story() -> None:
        adam, ola = await administrator(office, "adam"), await administrator(office, "ola")
        jan = await added(office, adam)
        await link(office, adam, jan)
        store = ApprovalStore(office.world.database)
        assert not store.brought_there(jan.id, jan.id, ola.id)
        restored(office, "link.created", adam.id, ola.id)
        assert store.brought_there(jan.id, jan.id, ola.id)
        assert found(office, jan).parts_of(ola.id) == ["link"]

    asyncio.run(story())


def test_a_first_sign_in_that_was_restored_is_found(office: Office) -> None:
    async def story() -> None:
        jan, ida = await office.hire("jan"), await office.hire("ida")
        await office.sign_in.by_password("jan", PASSWORD, PHONE)
        restored(office, "session.opened", jan.id, ida.id)
        with office.world.database.writing() as tx:
            tx.run(sql("UPDATE account SET enrolled_at = 1 WHERE person = ?"), (ida.id,))
        first = found(office, ida).first_sign_in
        assert first is not None
        assert (first.device, first.address) == (PHONE.device_name, PHONE.address)

    asyncio.run(story())
