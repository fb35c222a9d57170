"""The database that tests use one after another is, for each, as it was just migrated."""

import psycopg
import pytest

from onrecord.app.migrate import migrate
from onrecord.database.database import Database as Opened
from onrecord.database.options import StorageOptions
from onrecord_archive.events.messages import MessageSent
from tests.integration.emptied import Emptied
from tests.integration.postgres import Database
from tests.integration.world import World


@pytest.fixture
def kind() -> str:
    return "postgresql"


def talk(world: World, messages: int = 1) -> None:
    anna, ben = world.person("Anna"), world.person("Ben")
    stream = world.conversation(anna, ben)
    world.commit(
        *(world.command(anna, stream, MessageSent(f"good morning {n}")) for n in range(messages))
    )


@pytest.mark.parametrize("messages", [1, 1000])
def test_nothing_of_a_test_is_left_for_the_next(
    emptied: Emptied, world: World, messages: int
) -> None:
    talk(world, messages)
    assert any(map(emptied.is_large, emptied.rows())) == (messages > 1)  # control
    assert emptied.rows().keys() > emptied.migrated.keys()  # control
    assert set(emptied.sequences().values()) != {None}  # control
    emptied.empty()
    assert emptied.rows() == emptied.migrated
    assert set(emptied.sequences().values()) == {None}


def test_it_holds_what_a_fresh_one_holds(
    emptied: Emptied, postgres_database: Database, owner_options: StorageOptions
) -> None:
    migrate(owner_options)
    with psycopg.connect(postgres_database.owner_url) as owner:
        tables = [name for (name,) in owner.execute("SELECT tablename FROM pg_tables")]
        assert emptied.migrated.keys() <= set(tables)
        for name, held in emptied.migrated.items():
            with owner.cursor().copy(f"COPY {name} TO STDOUT") as copy:
                assert b"".join(bytes(part) for part in copy) == held


def test_who_is_still_connected_is_cut_off(emptied: Emptied, options: StorageOptions) -> None:
    left = Opened(options)
    talk(World(left))
    emptied.empty()
    assert emptied.rows() == emptied.migrated
    left.close()
