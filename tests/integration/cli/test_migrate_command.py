"""`onrecord migrate` makes a new installation's database, and can be run again."""

from pathlib import Path

import pytest

from onrecord.cli.installation import make_installation
from onrecord.settings.load import load
from onrecord.settings.lock import owning
from onrecord.settings.model import Settings
from onrecord.settings.options import storage_options
from onrecord.storage.database import Database
from onrecord.storage.schema import check_schema
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
    assert (refused.returncode, refused.stderr.partition(":")[0]) == (78, "in_use")
    assert not settings.paths.database.exists()


def test_the_embedded_database_has_no_roles(settings: Settings) -> None:
    refused = onrecord(settings.data, "migrate", "--owner", "somebody")
    assert (refused.returncode, refused.stderr.partition(":")[0]) == (1, "embedded_database")
