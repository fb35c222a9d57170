"""Each test of the store runs on both databases, and finds its own as it was just migrated."""

import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

import pytest

from onrecord.app.migrate import migrate
from onrecord.database.database import Database
from onrecord.database.options import PostgresqlOptions, SqlcipherOptions, StorageOptions
from onrecord.database.schema import check_schema
from tests.integration import postgres as server
from tests.integration.world import World


def sqlcipher_options(folder: Path) -> StorageOptions:
    """A database file in *folder* with a key of its own."""
    key = folder / "database.key"
    key.touch(mode=0o600)
    key.write_bytes(os.urandom(32))
    return StorageOptions(SqlcipherOptions(folder / "onrecord.db", key))


@cache
def _migrated() -> tuple[bytes, bytes]:
    """The key and the file of a database that was just migrated: all begin alike."""
    with TemporaryDirectory() as folder:
        options = sqlcipher_options(Path(folder))
        migrate(options)
        assert isinstance(options.place, SqlcipherOptions)
        return options.place.key_file.read_bytes(), options.place.path.read_bytes()


def migrated_options(folder: Path) -> StorageOptions:
    """A migrated database file in *folder*, copied from one that was migrated once for all."""
    key, file = _migrated()
    options = sqlcipher_options(folder)
    assert isinstance(options.place, SqlcipherOptions)
    options.place.key_file.write_bytes(key)
    options.place.path.touch(mode=0o600)
    options.place.path.write_bytes(file)
    return options


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
def kind(request: pytest.FixtureRequest) -> str:
    """Which database the test runs on."""
    name: str = request.param
    return name


@pytest.fixture
def owner_options(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> StorageOptions:
    """The options that `onrecord migrate` runs with: the owner's, of a fresh, empty database."""
    if kind == "sqlcipher":
        return sqlcipher_options(tmp_path)
    database: server.Database = request.getfixturevalue("postgres_database")
    return postgresql_options(database.owner_url, database.service, tmp_path)


@pytest.fixture
def options(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> StorageOptions:
    """The options that the server runs with, its schema made."""
    if kind == "postgresql" and "owner_options" not in request.fixturenames:
        emptied: server.Database = request.getfixturevalue("emptied_database")
        return postgresql_options(emptied.service_url, emptied.service, tmp_path)
    if "owner_options" not in request.fixturenames:
        return migrated_options(tmp_path)
    owner_options: StorageOptions = request.getfixturevalue("owner_options")
    migrate(owner_options)
    if kind == "sqlcipher":
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
