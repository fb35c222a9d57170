"""What the tests of batches share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from onrecord.storage.database import Database
from tests.integration.recording.stage import Stage
from tests.integration.storage.conftest import migrated_options


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """A stage on a fresh SQLCipher database."""
    options = migrated_options(tmp_path)
    database = Database(options)
    yield Stage(database)
    database.close()
