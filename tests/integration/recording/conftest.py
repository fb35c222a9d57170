"""What the tests of batches share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from onrecord.storage.database import Database
from onrecord.storage.migrate import migrate
from tests.integration.recording.stage import Stage
from tests.integration.storage.conftest import sqlcipher_options


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """A stage on a fresh SQLCipher database."""
    options = sqlcipher_options(tmp_path)
    migrate(options)
    database = Database(options)
    yield Stage(database)
    database.close()
