"""Migrations 0028, 0029 and 0043: invites, clients and accounts of before."""

from importlib import import_module

from onrecord.database.database import Database
from onrecord.database.statements import sql
from tests.integration.storage.front_office import ADD_ACCOUNT
from tests.integration.storage.world import World

INVITED = import_module("onrecord.database.migrations.versions.0028_invite_sent")
STEP = import_module("onrecord.database.migrations.versions.0029_client_addresses")
ENROLLING = import_module("onrecord.database.migrations.versions.0043_approvals").STEPS
PASSWORDS = sql("UPDATE account SET password_hash = 'a hash'")
WITH_PASSWORD = sql("SELECT person FROM account WHERE password_hash IS NOT NULL")
ADDRESSES = sql("SELECT address, way, person FROM client_address ORDER BY address")
INVITE = sql(
    """INSERT INTO invite (id, secret, advisor, name, org, address_way, address, way, locale,
        created_at, expires_at, accepted_at, revoked_at, sent)
    VALUES (?, ?, ?, '', '', 'mail', 'tom@berg.example', 'mail', 'en', 1, 2, ?, ?, 0)"""
)
DELIVERED = sql("SELECT id FROM invite WHERE sent = 1")
TAKEN = sql("INSERT INTO client_address (address, way, person) VALUES ('ida@x.pl', 'mail', ?)")


def test_only_of_an_invite_that_was_accepted_is_it_known_that_it_arrived(
    database: Database,
) -> None:
    """A letter that failed would count as sent for ever, and the advisor wait in vain."""
    anna = World(database).person("Anna")
    accepted, taken_back, waits = ("a" * 32, "b" * 32, "c" * 32)
    with database.writing() as tx:
        for id, at, gone in ((accepted, 1, None), (taken_back, None, 1), (waits, None, None)):
            tx.run(INVITE, (id, id.encode(), anna, at, gone))
        tx.run(sql(INVITED.SENT))
        assert tx.all(DELIVERED) == [(accepted,)]


def test_who_has_a_mail_address_of_their_own_is_reached_there(database: Database) -> None:
    world = World(database)
    mails = {
        "Tom": "Tom@Berg.example",
        "Eve": "both@x.pl",
        "Eva": "Both@x.pl",
        "Jan": None,
        "Ola": "no address",
        "Iwo": "ida@x.pl",
    }
    clients = {name: world.person(name, outside=True) for name in mails}
    anna, ida = world.person("Anna"), world.person("Ida", outside=True)
    with database.writing() as tx:
        for name, mail in mails.items():
            tx.run(ADD_ACCOUNT, (clients[name], mail, None))
        tx.run(ADD_ACCOUNT, (anna, "anna@bank.example", None))
        tx.run(ADD_ACCOUNT, (ida, None, None))
        tx.run(TAKEN, (ida,))
        tx.run(PASSWORDS)
        tx.run(sql(STEP.REACHED))
        tx.run(sql(STEP.NO_PASSWORDS))
    with database.reading() as tx:
        assert tx.all(ADDRESSES) == [
            ("ida@x.pl", "mail", ida),
            ("tom@berg.example", "mail", clients["Tom"]),
        ]
        assert tx.all(WITH_PASSWORD) == [(anna,)]


LINK = sql(
    "INSERT INTO sign_in_link (secret, person, audience, expires_at) VALUES (?, ?, 'chat', 9)"
)
SESSION = sql(
    """INSERT INTO session (id, secret, person, audience, auth, device, device_name, epoch,
        created_at, seen_at, expires_at) VALUES (?, ?, ?, 'chat', 'link', ?, '', 0, 1, 1, 2)"""
)
ENROLLED = sql("SELECT person FROM account WHERE enrolled_at IS NOT NULL ORDER BY person")
LINKS = sql("SELECT person, first FROM sign_in_link ORDER BY person")


def test_whoever_ever_did_anything_counts_as_enrolled_and_their_links_end(
    database: Database,
) -> None:
    """One administrator alone made these links: of who is enrolled none may let in any more."""
    world = World(database)
    wrote, came, never = (world.person(name) for name in ("Anna", "Ben", "Jan"))
    world.conversation(wrote, never)
    with database.writing() as tx:
        for person in (wrote, came, never):
            tx.run(ADD_ACCOUNT, (person, None, None))
            tx.run(LINK, (person.encode(), person))
        tx.run(SESSION, ("5" * 32, b"s", came, "d" * 32))
        filling = [each for each in ENROLLING if each.startswith(("UPDATE", "DELETE"))]
        assert len(filling) == 4
        for statement in filling:
            tx.run(sql(statement))
        assert tx.all(ENROLLED) == [(wrote,), (came,)]
        assert tx.all(LINKS) == [(never, 1)]
