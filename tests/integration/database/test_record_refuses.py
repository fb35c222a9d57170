"""The database itself refuses to rewrite the record, for the server's role and for the owner."""

from collections.abc import Iterator
from itertools import product

import pytest

from onrecord.core.domain.errors import OnRecordError, RefuseToStart
from onrecord.core.failures import RowRefused
from onrecord.database.database import Database
from onrecord.database.options import PostgresqlOptions, StorageOptions
from onrecord.database.statements import Sql, sql
from tests.integration.world import World

RECORD = ("journal", "journal_body", "archived")
VERBS = {
    "UPDATE": "UPDATE {table} SET key = key",
    "DELETE": "DELETE FROM {table}",
    "TRUNCATE": "TRUNCATE {table} CASCADE",
}
NO_RIGHT = "database_role_too_weak"


def statement(verb: str, table: str) -> Sql:
    return sql(VERBS[verb], table=table)


def reason(database: Database, rewriting: Sql, *before: Sql) -> str:
    """Why a statement fails, in the database's words; `NO_RIGHT` for want of a right.

    *before* is what is run before it. Everything is rolled back; "" if nothing failed.
    """
    try:
        with database.writing() as tx:
            for each in before:
                tx.run(each)
            tx.run(rewriting)
            raise RolledBackError
    except RowRefused as error:
        return str(error.__cause__)
    except RefuseToStart as error:
        return error.code
    except RolledBackError:
        return ""


class RolledBackError(Exception):
    """The statement went through."""


def verbs(database: Database) -> list[str]:
    """What must be refused; SQLite has no TRUNCATE."""
    return [verb for verb in VERBS if database.backend.dialect != "sqlite" or verb != "TRUNCATE"]


@pytest.fixture
def said(world: World) -> World:
    """Something is on the record."""
    anna = world.person("Anna")
    world.say(anna, world.conversation(anna, world.person("Ben")), "for ever")
    return world


@pytest.fixture
def owner(said: World, owner_options: StorageOptions) -> Iterator[Database]:
    """The database for the owner of its tables, whom no right stops."""
    opened = Database(owner_options)
    yield opened
    opened.close()


@pytest.mark.promise("P5")
def test_the_server_cannot_rewrite_the_record(said: World, kind: str) -> None:
    """Its role lacks the right; an embedded database knows no roles, and its trigger refuses."""
    for verb, table in product(verbs(said.database), RECORD):
        found = reason(said.database, statement(verb, table))
        if kind == "sqlcipher":
            assert f"{table} is not rewritten" in found, verb
        else:
            assert found == NO_RIGHT, (verb, table)


@pytest.mark.promise("P5")
def test_the_owner_cannot_either(owner: Database) -> None:
    for verb, table in product(verbs(owner), RECORD):
        assert f"{table} is not rewritten" in reason(owner, statement(verb, table)), verb


@pytest.mark.parametrize("table", RECORD)
@pytest.mark.promise("P5", planted=True)
def test_without_its_trigger_the_owner_is_not_refused_for_that(owner: Database, table: str) -> None:
    """The control, for each verb: it is the trigger that the tests above see."""
    for verb in verbs(owner):
        drop = sql(
            "DROP TRIGGER {table}_refuse ON {table}",
            sqlite="DROP TRIGGER {table}_refuse_" + verb.lower(),
            table=table,
        )
        found = reason(owner, statement(verb, table), drop)
        assert f"{table} is not rewritten" not in found, verb


def test_with_the_right_the_service_is_refused_by_the_trigger(
    owner: Database, said: World, owner_options: StorageOptions
) -> None:
    """The control: what the role lacks is the right, and the trigger stands behind it."""
    place = owner_options.place
    if not isinstance(place, PostgresqlOptions):
        return
    for verb, table in product(("UPDATE", "DELETE"), RECORD):
        with owner.writing() as tx:
            tx.run(sql(f'GRANT {verb} ON {{table}} TO "{place.service_role}"', table=table))
        assert f"{table} is not rewritten" in reason(said.database, statement(verb, table)), verb


def test_readers_cannot_write(world: World) -> None:
    with pytest.raises(OnRecordError), world.database.reading() as tx:
        tx.run(sql("DELETE FROM timeline"))
