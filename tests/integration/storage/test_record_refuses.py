"""The database itself refuses to rewrite the record, for the server's role and for the owner."""

import pytest

from onrecord.domain.errors import OnRecordError, RefuseToStart
from onrecord.messaging.ports import RowRefused
from onrecord.storage.database import Database
from onrecord.storage.options import StorageOptions
from onrecord.storage.statements import Sql, sql
from tests.integration.storage.world import World

RECORD = ("journal", "journal_body", "archived")
REWRITES = [
    *(sql("UPDATE {table} SET key = key", table=table) for table in RECORD),
    *(sql("DELETE FROM {table}", table=table) for table in RECORD),
]
TRUNCATES = [sql("TRUNCATE {table} CASCADE", table=table) for table in RECORD]


def refused(database: Database, statement: Sql) -> bool:
    """Whether a statement fails; it is rolled back if it does not."""
    try:
        with database.writing() as tx:
            tx.run(statement)
            raise RolledBackError
    except (RowRefused, RefuseToStart):
        return True
    except RolledBackError:
        return False


class RolledBackError(Exception):
    """The statement went through."""


def rewrites(database: Database) -> list[Sql]:
    """What must be refused; SQLite has no TRUNCATE."""
    return REWRITES if database.backend.dialect == "sqlite" else REWRITES + TRUNCATES


def test_the_server_cannot_rewrite_the_record(world: World) -> None:
    anna, ben = world.person("Anna"), world.person("Ben")
    world.say(anna, world.conversation(anna, ben), "for ever")
    assert all(refused(world.database, statement) for statement in rewrites(world.database))


def test_the_owner_cannot_either(world: World, owner_options: StorageOptions) -> None:
    anna, ben = world.person("Anna"), world.person("Ben")
    world.say(anna, world.conversation(anna, ben), "for ever")
    owner = Database(owner_options)
    assert all(refused(owner, statement) for statement in rewrites(owner))
    owner.close()


@pytest.mark.parametrize("table", RECORD)
def test_without_its_trigger_the_owner_could(
    world: World, owner_options: StorageOptions, table: str
) -> None:
    """The control: it is the trigger that the tests above see."""
    anna, ben = world.person("Anna"), world.person("Ben")
    world.say(anna, world.conversation(anna, ben), "for ever")
    owner = Database(owner_options)
    drop = sql(
        "DROP TRIGGER {table}_refuse ON {table}",
        sqlite="DROP TRIGGER {table}_refuse_update",
        table=table,
    )
    with owner.writing() as tx:
        tx.run(drop)
    assert not refused(owner, sql("UPDATE {table} SET key = key", table=table))
    owner.close()


def test_readers_cannot_write(world: World) -> None:
    with pytest.raises(OnRecordError), world.database.reading() as tx:
        tx.run(sql("DELETE FROM timeline"))
