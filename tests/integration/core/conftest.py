"""What the tests of batches share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from onrecord.database.database import Database
from tests.integration.core.stage import Stage
from tests.integration.core.works import Works
from tests.integration.databases import migrated_options


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """A stage on a fresh SQLCipher database."""
    options = migrated_options(tmp_path)
    database = Database(options)
    yield Stage(database)
    database.close()


@pytest.fixture
def works(tmp_path: Path) -> Iterator[Works]:
    """The whole writer's side on a fresh SQLCipher database, with an archive in a folder."""
    database = Database(migrated_options(tmp_path))
    works = Works(database, tmp_path)
    yield works
    works.close()
    database.close()
