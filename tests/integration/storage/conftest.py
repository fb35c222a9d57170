"""Each test of the store runs on both databases, each time on a fresh one."""

import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from onrecord.storage.database import Database
from onrecord.storage.migrate import migrate
from onrecord.storage.options import PostgresqlOptions, SqlcipherOptions, StorageOptions
from onrecord.storage.schema import check_schema
from tests.integration import postgres as server
from tests.integration.storage.world import World


def sqlcipher_options(folder: Path) -> StorageOptions:
    """A database file in *folder* with a key of its own."""
    key = folder / "database.key"
    key.touch(mode=0o600)
    key.write_bytes(os.urandom(32))
    return StorageOptions(SqlcipherOptions(folder / "onrecord.db", key))


def postgresql_options(url: str, service: str, folder: Path) -> StorageOptions:
    """The database at *url*, for the role in it; rights are granted to *service*."""
    parts = urlsplit(url)
    assert parts.hostname is not None
    assert parts.username is not None
    assert parts.password is not None
    ca = dict(pair.split("=", 1) for pair in parts.query.split("&"))["sslrootcert"]
    password = folder / f"{parts.username}.password"
    password.write_text(parts.password, encoding="utf-8")
    return StorageOptions(
        PostgresqlOptions(
            host=parts.hostname,
            port=parts.port or 5432,
            database=parts.path.removeprefix("/"),
            user=parts.username,
            password_file=password,
            ca_file=Path(ca),
            service_role=service,
        )
    )


@pytest.fixture(params=["sqlcipher", "postgresql"])
def owner_options(request: pytest.FixtureRequest, tmp_path: Path) -> StorageOptions:
    """The options that `onrecord migrate` runs with: the owner's."""
    if request.param == "sqlcipher":
        return sqlcipher_options(tmp_path)
    database: server.Database = request.getfixturevalue("postgres_database")
    return postgresql_options(database.owner_url, database.service, tmp_path)


@pytest.fixture
def options(
    request: pytest.FixtureRequest, owner_options: StorageOptions, tmp_path: Path
) -> StorageOptions:
    """The options that the server runs with, its schema made."""
    migrate(owner_options)
    if isinstance(owner_options.place, SqlcipherOptions):
        return owner_options
    database: server.Database = request.getfixturevalue("postgres_database")
    return postgresql_options(database.service_url, database.service, tmp_path)


@pytest.fixture
def database(options: StorageOptions) -> Iterator[Database]:
    """The open database, as the server has it."""
    opened = Database(options)
    check_schema(opened)
    yield opened
    opened.close()


@pytest.fixture
def world(database: Database) -> World:
    """Nobody yet."""
    return World(database)
