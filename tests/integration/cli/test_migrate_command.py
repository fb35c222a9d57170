"""`onrecord migrate` makes a new installation's database, and can be run again.

On another schema than its own no server starts.
"""

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from onrecord.app.settings.load import load
from onrecord.app.settings.lock import owning
from onrecord.app.settings.model import Settings
from onrecord.app.settings.options import storage_options
from onrecord.cli.installation import make_installation
from onrecord.database.database import Database, backend_of
from onrecord.database.schema import check_schema, needed_version
from onrecord.demo.certificates import DemoTls, ensure_certificates
from tests.rig.command import onrecord


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = load(tmp_path / "data")
    make_installation(
        settings.paths, origin="bank.example/log", opening_key=tmp_path / "opening.key"
    )
    return settings


def test_a_new_database_has_the_schema_afterwards(settings: Settings) -> None:
    for _ in range(2):
        done = onrecord(settings.data, "migrate")
        assert (done.returncode, done.stderr) == (0, "")
    database = Database(storage_options(settings))
    check_schema(database)
    database.close()


def test_not_beside_a_server(settings: Settings) -> None:
    with owning(settings.paths.lock):
        refused = onrecord(settings.data, "migrate")
    assert (refused.returncode, refused.stderr.partition(":")[0]) == (69, "in_use")
    assert not settings.paths.database.exists()


def test_the_embedded_database_has_no_roles(settings: Settings) -> None:
    refused = onrecord(settings.data, "migrate", "--owner", "somebody")
    assert (refused.returncode, refused.stderr.partition(":")[0]) == (1, "embedded_database")


def set_version(settings: Settings, version: str) -> None:
    """Have the database say that it has another program's schema."""
    with closing(backend_of(storage_options(settings)).connect(reader=False)) as connection:
        connection.execute(f"UPDATE alembic_version SET version_num = '{version}'")
        connection.commit()


def served(settings: Settings) -> tuple[int, str]:
    """Start a server that is not to serve; return how it left, and the code that it said."""
    done = onrecord(settings.data, "serve")
    return done.returncode, done.stderr.partition(":")[0]


def test_on_another_schema_no_server_starts(settings: Settings) -> None:
    assert onrecord(settings.data, "migrate").returncode == 0
    ensure_certificates(DemoTls(settings.paths.tls), datetime.now(UTC))
    for version in ("0000", "9999"):
        set_version(settings, version)
        assert served(settings) == (78, "schema_mismatch"), version
        migrated = onrecord(settings.data, "migrate")
        assert (migrated.returncode, migrated.stderr.partition(":")[0]) == (78, "schema_mismatch")
    set_version(settings, needed_version())
    settings.keys.store.rename(settings.data / "away.db")  # control: now it gets further
    assert served(settings) == (78, "key_store_missing")
