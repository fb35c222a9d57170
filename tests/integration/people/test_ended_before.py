"""Migration 0052: of accounts that ended before it, nothing comes back after the time."""

from datetime import UTC, datetime
from importlib import import_module

from onrecord.database.columns import micros
from onrecord.database.database import Database
from onrecord.database.statements import sql
from onrecord.features.people.store import is_overdue
from onrecord_archive.events.ids import PersonId
from tests.integration.front_office import ADD_ACCOUNT
from tests.integration.world import World

STEPS = import_module("onrecord.database.migrations.versions.0052_ended_access").STEPS
SESSION = sql(
    """INSERT INTO session (id, secret, person, audience, auth, device, device_name, epoch,
        created_at, seen_at, expires_at, ended_at)
    VALUES (?, ?, ?, 'chat', 'password', ?, '', 0, 1, 1, 99, ?)"""
)
TOKEN = sql(
    "INSERT INTO api_token (id, secret, person, name, created_at, revoked_at)"
    " VALUES (?, ?, ?, 'script', 1, ?)"
)
INVITE = sql(
    """INSERT INTO invite (id, secret, advisor, name, org, address_way, address, way, locale,
        created_at, expires_at, person, sent)
    VALUES (?, ?, ?, '', '', 'mail', 'tom@berg.example', 'mail', 'en', 7, 99, ?, 0)"""
)
END = sql("UPDATE person SET active = 0 WHERE id = ?")
ENDED = sql("SELECT person, ended_at FROM account")
INVITES = sql("SELECT person FROM invite WHERE revoked_at IS NULL")


def test_the_newest_that_ended_says_when_and_nothing_counts_as_long_ago(
    database: Database,
) -> None:
    world = World(database)
    names = ("out", "script", "never", "here")
    people = {name: world.person(name, outside=True) for name in names}
    with database.writing() as tx:
        for number, (name, person) in enumerate(people.items()):
            tx.run(ADD_ACCOUNT, (person, None, None))
            id = f"{number:032x}"
            tx.run(INVITE, (id, id.encode(), person, person))
            if name != "here":
                tx.run(END, (person,))
        sessions = [("out", 30), ("out", 40), ("script", 20), ("here", 50)]
        for number, (name, at) in enumerate(sessions):
            id = f"{number:032x}"
            tx.run(SESSION, (id, id.encode(), people[name], id, at))
        tx.run(SESSION, ("e" * 32, b"open", people["script"], "e" * 32, None))
        tokens = [("out", 10), ("script", 60), ("never", None)]
        for number, (name, revoked) in enumerate(tokens):
            id = f"{number:032x}"
            tx.run(TOKEN, (id, id.encode(), people[name], revoked))
        for step in STEPS:
            if step.startswith("UPDATE"):
                tx.run(sql(step))
        assert dict(tx.all(ENDED)) == {
            people["out"]: 40,
            people["script"]: 60,
            people["never"]: 0,
            people["here"]: None,
        }
        assert tx.all(INVITES) == [(people["here"],)]


def test_what_it_says_is_what_is_destroyed(database: Database) -> None:
    tom, now = World(database).person("Tom", outside=True), datetime(2026, 12, 1, tzinfo=UTC)
    with database.writing() as tx:
        tx.run(ADD_ACCOUNT, (tom, None, None))
        tx.run(END, (tom,))
        tx.run(SESSION, ("a" * 32, b"a", tom, "a" * 32, micros(now)))
        for step in STEPS:
            if step.startswith("UPDATE"):
                tx.run(sql(step))
        assert is_overdue(tx, PersonId(tom), now)
        assert not is_overdue(tx, PersonId(tom), now.replace(year=2025))
