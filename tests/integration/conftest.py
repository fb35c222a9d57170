"""Databases for the integration tests: real ones, each test with its own."""

from collections.abc import Iterator

import pytest

from onrecord.app.migrate import migrate
from tests.integration.databases import (
    database,
    kind,
    options,
    owner_options,
    postgresql_options,
    world,
)
from tests.integration.embedded import bridge, embedded, office
from tests.integration.emptied import Emptied
from tests.integration.open_house import calm_house, demo_tls, house, open_house
from tests.integration.postgres import Cluster, Database, running_cluster
from tests.integration.staffed import ada, adam, bank

__all__ = [
    "ada",
    "adam",
    "bank",
    "bridge",
    "calm_house",
    "database",
    "demo_tls",
    "embedded",
    "house",
    "kind",
    "office",
    "open_house",
    "options",
    "owner_options",
    "world",
]
"""Fixtures of all of these tests that stand beside what they are made of."""


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """One PostgreSQL for all tests that leave it running: it need not survive a power cut."""
    with running_cluster(durable=False) as cluster:
        yield cluster


@pytest.fixture(scope="module")
def own_postgres() -> Iterator[Cluster]:
    """A PostgreSQL that a module may stop, crash and start again."""
    with running_cluster() as cluster:
        yield cluster


@pytest.fixture
def postgres_database(postgres: Cluster) -> Iterator[Database]:
    """A fresh database on the common cluster."""
    database = postgres.create_database()
    yield database
    postgres.drop_database(database)


@pytest.fixture(scope="session")
def emptied(postgres: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emptied]:
    """A migrated database on the common cluster."""
    database = postgres.create_database()
    folder = tmp_path_factory.mktemp("emptied")
    migrate(postgresql_options(database.owner_url, database.service, folder))
    emptied = Emptied(postgres, database)
    yield emptied
    emptied.close()


@pytest.fixture
def emptied_database(emptied: Emptied) -> Iterator[Database]:
    """The same for one test, to which it is as fresh."""
    yield emptied.database
    emptied.empty()
