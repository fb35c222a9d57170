"""A database from before, or an older one that came back: a role before its person waits there too.

Both databases.
"""

import asyncio
from importlib import import_module

import pytest

from onrecord.app.restoring import RESTORING
from onrecord.core.domain.errors import Refusal
from onrecord.core.domain.values import Role, SystemEntry
from onrecord.database.statements import sql
from onrecord.features.people.break_glass import Shell
from onrecord.features.people.people import Changes, person_facts
from onrecord.features.people.requests import ChangePerson
from onrecord.features.sign_in.tokens import NewToken
from onrecord.features.sign_in.values import Audience, Person
from onrecord.protocol.people import PositionOf
from tests.integration.clients.test_assurance import office
from tests.integration.office import CHAT, CONSOLE, GLASS, PASSWORD, Office

__all__ = ["office"]
SHELL = Shell("root", "There is nobody else.")


async def hired(office: Office, name: str, role: Role, *, enrolled: bool) -> Person:
    """Return somebody who was given a role, as before; enrolled or not."""
    person = await office.hire(name, role=role)
    if enrolled:
        await office.sign_in.by_password(name, PASSWORD, CHAT)
    return person


def upgraded(office: Office) -> None:
    """Do to the rows what the step does."""
    step = import_module("onrecord.database.migrations.versions.0054_roles_wait")
    with office.world.database.writing() as tx:
        for statement in step.OFFICES_WAIT:
            tx.run(sql(statement))


async def link(office: Office, person: Person, place: Audience) -> str:
    """Return a link as the approver of before was shown it."""
    made = await office.links.create(person.actor, CONSOLE, person.id, place, warrant=GLASS)
    return made.path.partition("=")[2]


async def role_of(office: Office, person: Person) -> tuple[Role, Role | None]:
    """Return somebody's role, and the one that waits."""
    found = await office.people.one(person.id)
    return found.role, found.awaits


@pytest.mark.promise("P11")
def test_who_had_not_signed_in_has_the_role_no_more_and_it_waits(office: Office) -> None:
    async def run() -> None:
        adam = await hired(office, "adam", "administrator", enrolled=True)
        ola = await hired(office, "ola", "administrator", enrolled=True)
        ewa = await hired(office, "ewa", "compliance", enrolled=True)
        zofia = await hired(office, "zofia", "compliance", enrolled=False)
        links = [await link(office, each, "console") for each in (zofia, ewa)]
        upgraded(office)
        assert await role_of(office, zofia) == ("employee", "compliance")
        for each, role in ((adam, "administrator"), (ola, "administrator"), (ewa, "compliance")):
            assert await role_of(office, each) == (role, None)
        for token in links:
            with pytest.raises(Refusal) as refused:
                await office.sign_in.by_link(token, CHAT)
            assert refused.value.code == "bad_link"
        first = await office.links.create(adam.actor, CONSOLE, zofia.id, "chat")
        opened = await office.sign_in.by_link(first.path.partition("=")[2], CHAT)
        assert opened.person.role == "employee"
        await office.people.set_position(adam.actor, CONSOLE, zofia.id, PositionOf(title="Officer"))
        assert await role_of(office, zofia) == ("employee", "compliance")
        own = office.own_password
        await own.choose(
            await office.people.one(zofia.id), opened.session, CONSOLE, "walrus orbit lantern", None
        )
        wanted = ChangePerson(zofia.id, Changes(role="compliance"))
        asked = await office.approvals.ask(adam.actor, CONSOLE, wanted)
        person = await office.people.one(zofia.id)
        shown = await office.approvals.codes.show(person, opened.session, CONSOLE)
        await office.approvals.approve(ola.actor, CONSOLE, asked.id, shown.code)
        assert await role_of(office, zofia) == ("compliance", None)

    asyncio.run(run())


def test_what_waits_is_given_up_or_given_by_break_glass(office: Office) -> None:
    async def run() -> None:
        adam = await hired(office, "adam", "administrator", enrolled=True)
        one = await hired(office, "one", "auditor", enrolled=False)
        two = await hired(office, "two", "administrator", enrolled=False)
        upgraded(office)
        await office.people.change(adam.actor, CONSOLE, one.id, Changes(role="employee"))
        assert await role_of(office, one) == ("employee", None)
        await office.break_glass.role(SHELL, two.id, "administrator")
        assert await role_of(office, two) == ("administrator", None)

    asyncio.run(run())


def test_a_new_installation_keeps_its_administrator(office: Office) -> None:
    """Nobody could agree to anything yet: it is break-glass, of `onrecord init`."""

    async def run() -> None:
        adam = await hired(office, "adam", "administrator", enrolled=False)
        token = await link(office, adam, "chat")
        upgraded(office)
        assert await role_of(office, adam) == ("administrator", None)
        assert (await office.sign_in.by_link(token, CHAT)).person.role == "administrator"

    asyncio.run(run())


@pytest.mark.promise("P11")
def test_an_old_record_that_is_adopted_gives_no_role_before_its_person(office: Office) -> None:
    async def run() -> None:
        await hired(office, "adam", "administrator", enrolled=True)
        for name in ("ewa", "zofia"):
            await office.hire(name)
        people = {each.name: each for each in await office.people.all()}
        said = [
            SystemEntry("person.changed", {**person_facts(people[name]), "role": "compliance"})
            for name in ("Ewa", "Zofia")
        ]
        script = NewToken(people["Ewa"].id, "script")
        token, _ = await office.tokens.create(people["Ewa"].actor, CONSOLE, script)
        came = SystemEntry("session.opened", {"person": people["Ewa"].id, "session": "0" * 32})
        database, now = office.world.database, office.clock.now()
        for _ in range(2):
            RESTORING.restore(database, [*said, came], firm="Bank", at=now)
        assert await role_of(office, people["Ewa"]) == ("compliance", None)
        assert await role_of(office, people["Zofia"]) == ("employee", "compliance")
        with pytest.raises(Refusal) as refused:
            await office.tokens.redeem(token)
        assert refused.value.code == "bad_token", "it is from before the role"

    asyncio.run(run())
