"""After an older database came back, nobody alone becomes somebody, and what was stopped stays so.

Each entry is of after the backup; the database is as it was then.
"""

import asyncio
from collections.abc import Iterator
from datetime import timedelta

import pytest

from onrecord.app.restoring import RESTORING
from onrecord.core.domain.errors import NotSignedIn
from onrecord.core.domain.ids import new_id
from onrecord.core.domain.values import SYSTEM, SystemEntry
from onrecord.core.store.restoring import Entry
from onrecord.core.threads import Threads
from onrecord.database.database import Database
from onrecord.database.statements import sql
from onrecord.features.clients.addresses import parse_address
from onrecord.features.clients.assurance_values import Passkey
from onrecord.features.clients.passkey_store import PasskeyStore
from onrecord.features.clients.reset_store import ResetStore
from onrecord.features.clients.store import ClientStore
from onrecord.features.people.requests import Request, ResetClient, Wait
from onrecord.features.relationships.coverage_store import CoverageStore
from onrecord.features.sign_in.tokens import NewToken
from onrecord.features.sign_in.values import Person
from onrecord_archive.events.ids import PersonId
from tests.integration.office import CONSOLE, Office, open_office

STATES = sql("SELECT id, state FROM approval_request ORDER BY id")


@pytest.fixture
def office(database: Database) -> Iterator[Office]:
    readers = Threads(threads=2)
    yield open_office(database, readers)
    readers.close()


def adopt(office: Office, *entries: SystemEntry) -> None:
    """Apply them, twice: it may be interrupted and begun again."""
    for _ in range(2):
        RESTORING.restore(office.world.database, entries, firm="Bank", at=office.clock.now())


def test_who_has_come_since_is_enrolled(office: Office) -> None:
    zed, yet = asyncio.run(office.hire("zed")), asyncio.run(office.hire("yet"))
    adopt(office, SystemEntry("session.opened", {"person": zed.id, "session": "0" * 32}))
    assert enrolled(office, zed)
    assert not enrolled(office, yet), "a control: who never came"


def test_who_has_done_anything_is_enrolled(office: Office) -> None:
    zed = asyncio.run(office.hire("zed"))
    asyncio.run(office.entries.record(zed.actor, CONSOLE, "letters.chosen", {}))
    assert not enrolled(office, zed)
    adopt(office)
    assert enrolled(office, zed)


def test_what_waited_is_over_and_on_the_record(office: Office) -> None:
    ids = [waiting_reset(office, name) for name in ("tom", "eva", "jan")]
    over = [
        SystemEntry("request.objected", {"request": ids[0], "wanted": "reset"}),
        SystemEntry("request.approved", {"request": ids[1], "wanted": "reset"}),
    ]
    adopt(office, *over)
    with office.world.database.reading() as tx:
        assert dict(tx.all(STATES)) == dict(
            zip(ids, ("objected", "withdrawn", "withdrawn"), strict=True)
        )
    store = ResetStore(office.world.database)
    later = office.clock.now() + timedelta(days=3)
    assert store.resets_due(later) == []
    asyncio.run(office.entries.settle())
    ended = [each for each in office.records.entries if each.body.type == "request.withdrawn"]
    assert len(ended) == 2
    assert {each.origin.auth for each in ended} == {"adopt"}


def test_a_client_who_was_reset_comes_in_by_no_old_way(office: Office) -> None:
    tom, eva = client_with_a_passkey(office, "tom"), client_with_a_passkey(office, "eva")
    adopt(office, SystemEntry("client.reset", {"person": tom.id, "address_changed": True}))
    assert ways_in(office, tom) == (None, 0)
    assert ways_in(office, eva) == (eva.id, 1)
    adopt(office, SystemEntry("passkey.removed", {"person": eva.id, "passkey": eva.id}))
    assert ways_in(office, eva) == (eva.id, 0)
    adopt(office, SystemEntry("client.left", {"person": eva.id}))
    assert ways_in(office, eva) == (None, 0)


def test_what_ended_since_does_not_come_back(office: Office) -> None:
    ada = asyncio.run(office.hire())
    tom = client_with_a_passkey(office, "tom")
    kept, gone = (asyncio.run(a_token(office, ada)) for _ in range(2))
    adopt(office, SystemEntry("sessions.ended", {"person": ada.id, "kept": "0" * 32}))
    asyncio.run(office.tokens.redeem(kept))
    adopt(office, SystemEntry("sessions.ended", {"person": ada.id, "tokens": True}))
    for secret in (kept, gone):
        with pytest.raises(NotSignedIn):
            asyncio.run(office.tokens.redeem(secret))
    for person in (ada, tom):
        types = ("person.deactivated", "credentials.destroyed", "person.activated")
        adopt(office, *[SystemEntry(type, {"person": person.id}) for type in types])
    assert office.store.password_hash(ada.id) is None
    assert ways_in(office, tom) == (tom.id, 0)


def test_what_is_suspended_when_it_is_adopted_is_destroyed_later(office: Office) -> None:
    ada = asyncio.run(office.hire())
    adopt(office, SystemEntry("person.deactivated", {"person": ada.id}))
    assert office.store.password_hash(ada.id) is not None
    office.clock.move(days=8)
    asyncio.run(office.destruction.look())
    assert office.store.password_hash(ada.id) is None


@pytest.mark.parametrize("type", ["sessions.ended", "credentials.destroyed"])
def test_what_was_done_here_is_not_done_to_what_came_since(office: Office, type: str) -> None:
    ada = asyncio.run(office.hire())
    secret = asyncio.run(a_token(office, ada))
    done = Entry(SystemEntry(type, {"person": ada.id, "tokens": True}), applied=True)
    with office.world.database.writing() as tx:
        RESTORING.apply(tx, [done], firm="Bank", at=office.clock.now())
    asyncio.run(office.tokens.redeem(secret))
    assert office.store.password_hash(ada.id) is not None


async def a_token(office: Office, person: Person) -> str:
    secret, _ = await office.tokens.create(person.actor, CONSOLE, NewToken(person.id, "script"))
    return secret


def test_who_was_named_since_takes_over_until_the_leaver_is_back(office: Office) -> None:
    ada, ben, zed = (asyncio.run(office.hire(name, role="advisor")) for name in ("a", "b", "z"))
    left = [SystemEntry("person.deactivated", {"person": each.id}) for each in (ada, zed)]
    named = [
        SystemEntry("successor.named", {"person": each.id, "successor": ben.id})
        for each in (ada, zed)
    ]
    adopt(office, *left, *named, SystemEntry("person.activated", {"person": zed.id}))
    assert CoverageStore(office.world.database).successions() == {ada.id: ben.id}
    asyncio.run(office.people.deactivate(SYSTEM, CONSOLE, zed.id))
    assert CoverageStore(office.world.database).successions() == {ada.id: ben.id}


def enrolled(office: Office, person: Person) -> bool:
    found = office.store.person(person.id)
    return found is not None and found.enrolled


def waiting_reset(office: Office, name: str) -> str:
    client = asyncio.run(office.hire(name, kind="client", role="client"))
    now, id = office.clock.now(), new_id(office.clock)
    wanted = ResetClient(client.id, None, "mail")
    request = Request(id, wanted, client.id, client.id, now, now + timedelta(days=7))
    store = ResetStore(office.world.database)
    store.add_reset(request, id.encode())
    owed = office.entries.owe(client.actor, CONSOLE, "letters.chosen", {})
    wait = Wait(id, now + timedelta(days=1), now + timedelta(days=8))
    store.reset_waits(wait, owed, at=now)
    assert store.resets_due(now + timedelta(days=3))
    return id


def client_with_a_passkey(office: Office, name: str) -> Person:
    """A client at a mail address; their passkey has their own id."""
    client = asyncio.run(office.hire(name, kind="client", role="client"))
    key = Passkey(client.id, client.id, "key", name.encode(), b"k", 0, office.clock.now())
    assert PasskeyStore(office.world.database).add_passkey(key, epoch=0)
    return client


def ways_in(office: Office, client: Person) -> tuple[PersonId | None, int]:
    """Who is found at the client's address, and how many passkeys they have."""
    database = office.world.database
    found = ClientStore(database).client_at(parse_address(f"{client.name}@client.example"))
    passkeys = PasskeyStore(database).passkeys_of(client.id)
    return None if found is None else found.id, len(passkeys)
