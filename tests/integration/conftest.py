"""Databases for the integration tests: real ones, each test with its own."""

from collections.abc import Iterator

import pytest

from tests.integration.postgres import Cluster, Database, running_cluster


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """One PostgreSQL for all tests that leave it running."""
    with running_cluster() as cluster:
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
